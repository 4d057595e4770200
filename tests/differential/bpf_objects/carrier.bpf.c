// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The frame for composed programs (generate_compose.c): all maps, iterators and functions that those
 * may use, each used once so that it is there. Programs of three kinds, with functions to put in the
 * place of theirs.
 */
#include "common.h"

extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern int bpf_iter_bits_new(struct bpf_iter_bits *it, const __u64 *words, __u32 cnt) __ksym;
extern int *bpf_iter_bits_next(struct bpf_iter_bits *it) __ksym;
extern void bpf_iter_bits_destroy(struct bpf_iter_bits *it) __ksym;
extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr) __ksym;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

MAP(ARRAY, array, __u32, __u64[8], 4);
MAP(HASH, hash, __u32, __u64[8], 16);
MAP(PERCPU_ARRAY, percpu, __u32, __u64[8], 4);

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

static __always_inline int use_all(void)
{
	struct bpf_iter_task_vma vma;
	struct bpf_iter_bits bits;
	struct bpf_iter_num num;
	__u64 local = 0, *value;
	__u32 key = 1;

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
	bpf_iter_task_vma_next(&vma);
	bpf_iter_task_vma_destroy(&vma);
	bpf_rcu_read_unlock();
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
int carrier_kprobe(struct pt_regs *ctx)
{
	return use_all();
}

SEC("socket")
int carrier_socket(struct __sk_buff *skb)
{
	return use_all();
}

LICENSE("GPL");
