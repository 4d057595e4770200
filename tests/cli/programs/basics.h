/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the programs here need, without anything to include. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#define KSYM __attribute__((section(".ksyms")))
#define CORE __attribute__((preserve_access_index))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name

struct vm_area_struct { unsigned long vm_start, vm_end; } CORE;
struct task_struct { int pid, tgid; } CORE;
struct bpf_iter_task_vma { u64 __opaque[1]; } __attribute__((aligned(8)));
extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, u64 addr) KSYM;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) KSYM;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) KSYM;
static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*bpf_map_update_elem)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static u64 (*bpf_ktime_get_ns)(void) = (void *)5;
static struct task_struct *(*bpf_get_current_task_btf)(void) = (void *)158;
static long (*bpf_ringbuf_output)(void *ringbuf, void *data, u64 size, u64 flags) = (void *)130;

char _license[] SEC("license") = "GPL";
