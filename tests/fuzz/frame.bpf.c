// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The object that fuzzed programs stand in: its maps, iterators and functions, each used once so
 * that it is there, and three kinds of program. No header: compiling it depends on clang alone.
 * tests/differential/generate_compose.c says what a frame for composed programs must have.
 */
typedef unsigned int __u32;
typedef unsigned long long __u64;

#define SEC(name)	__attribute__((section(name), used))
#define KSYM		__attribute__((section(".ksyms")))
#define __noinline	__attribute__((noinline))
#define __always_inline	inline __attribute__((always_inline))

#define MAP(kind, map_name, key_type, value_type, entries)	\
	struct {						\
		int (*type)[kind];				\
		int (*max_entries)[entries];			\
		key_type *key;					\
		value_type *value;				\
	} map_name SEC(".maps")

/* whole, so that they are compatible with the kernel's */
struct task_struct { int pid; };
struct vm_area_struct { unsigned long vm_start; };
struct bpf_iter_num { __u64 of[1]; } __attribute__((aligned(8)));
struct bpf_iter_bits { __u64 of[2]; } __attribute__((aligned(8)));
struct bpf_iter_task_vma { __u64 of[1]; } __attribute__((aligned(8)));

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) KSYM;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) KSYM;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) KSYM;
extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *words, __u32 cnt) KSYM;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) KSYM;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) KSYM;
extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				 __u64 addr) KSYM;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) KSYM;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) KSYM;
extern void bpf_rcu_read_lock(void) KSYM;
extern void bpf_rcu_read_unlock(void) KSYM;

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static __u32 (*const bpf_get_prandom_u32)(void) = (void *)7;
static struct task_struct *(*const bpf_get_current_task_btf)(void) = (void *)158;
static long (*const bpf_loop)(__u32 nr, void *fn, void *ctx, __u64 flags) = (void *)181;

typedef __u64 value_t[8];

MAP(2 /* ARRAY */, array, __u32, value_t, 4);
MAP(1 /* HASH */, hash, __u32, value_t, 16);
MAP(6 /* PERCPU_ARRAY */, percpu, __u32, value_t, 4);

__u64 words[2] = { 5, 7 };
const volatile __u32 limit = 10;
__u64 sum;

static __noinline __u64 first(__u64 a, __u64 b)
{
	return a * 3 + b + sum;
}

static __noinline __u64 second(__u64 *a, __u64 b)
{
	*a += b;
	return *a;
}

static int callback(__u32 i, void *ctx)
{
	sum += i;
	return 0;
}

static __always_inline void use_iterators(void)
{
	struct bpf_iter_task_vma vma;
	struct bpf_iter_bits bits;
	struct bpf_iter_num num;

	bpf_iter_num_new(&num, 0, limit);
	while (bpf_iter_num_next(&num))
		sum++;
	bpf_iter_num_destroy(&num);
	bpf_iter_bits_new(&bits, words, 2);
	while (bpf_iter_bits_next(&bits))
		sum++;
	bpf_iter_bits_destroy(&bits);
	bpf_rcu_read_lock();
	bpf_iter_task_vma_new(&vma, bpf_get_current_task_btf(), 0);
	while (bpf_iter_task_vma_next(&vma))
		sum++;
	bpf_iter_task_vma_destroy(&vma);
	bpf_rcu_read_unlock();
}

static __always_inline int use_all(void)
{
	__u64 local = 0, *value;
	__u32 key = 1;

	use_iterators();
	bpf_loop(3, callback, &local, 0);
	value = bpf_map_lookup_elem(&array, &key);
	if (value)
		sum += first(*value, 1);
	value = bpf_map_lookup_elem(&hash, &key);
	if (value)
		sum += second(value, bpf_get_prandom_u32());
	value = bpf_map_lookup_elem(&percpu, &key);
	return value ? *value : 0;
}

SEC("raw_tp/sys_enter")
int carrier(void *ctx)
{
	return use_all();
}

SEC("kprobe/do_nanosleep")
int carrier_kprobe(void *ctx)
{
	return use_all();
}

SEC("socket")
int carrier_socket(void *skb)
{
	return use_all();
}

char _license[] SEC("license") = "GPL";
