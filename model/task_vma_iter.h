/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The iterator as a BPF program sees it: 8 opaque bytes on its stack. Every
 * design keeps one pointer there, to what the walk holds.
 */
#ifndef TASK_VMA_ITER_H
#define TASK_VMA_ITER_H

#include <linux/types.h>

struct bpf_iter_task_vma {
	/* a __u64, not a pointer, so that BTF gives programs the alignment too */
	__u64 __opaque[1];
} __aligned(8);

struct task_vma_walk;

/*
 * NULL stands for a new that failed: next and destroy, which programs call
 * all the same, then do nothing.
 */
static inline void iter_set_walk(struct bpf_iter_task_vma *it, struct task_vma_walk *walk)
{
	it->__opaque[0] = (unsigned long)walk;
}

static inline struct task_vma_walk *iter_walk(const struct bpf_iter_task_vma *it)
{
	return (struct task_vma_walk *)(unsigned long)it->__opaque[0];
}

#endif
