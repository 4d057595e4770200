/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The environment of the iterator sources between real threads.
 *
 * model/ and kernel/ have theirs under the same name and the same guard. The
 * build puts this one before a source of model/ (-include), which then skips
 * the one beside it: the sources are the same files, byte for byte.
 */
#ifndef TASK_VMA_ENV_H
#define TASK_VMA_ENV_H

#include <errno.h>
#include <string.h>
#include "model/err.h"
#include "tests/race/threads/locks.h"
#include "tests/race/threads/space.h"
#include "model/task_vma_iter.h"

typedef __u64 u64;

#define TV_GLUE_(a, b)	a##b
#define TV_GLUE(a, b)	TV_GLUE_(a, b)
#define bpf_iter_task_vma_new		TV_GLUE(TV_DESIGN, _iter_new)
#define bpf_iter_task_vma_next		TV_GLUE(TV_DESIGN, _iter_next)
#define bpf_iter_task_vma_destroy	TV_GLUE(TV_DESIGN, _iter_destroy)

#define __bpf_kfunc
#define __bpf_kfunc_start_defs() \
	int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, \
				  u64 addr); \
	struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it); \
	void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it)
#define __bpf_kfunc_end_defs()		_Static_assert(1, "end of the kfuncs")

/* Sections are held like all else: one too many, or too few, is told at the end. */
#undef rcu_read_lock
#undef rcu_read_unlock
#define rcu_read_lock()		do { account(HELD_RCU_READ, 1); tv_rcu_read_lock(); } while (0)
#define rcu_read_unlock()	do { account(HELD_RCU_READ, -1); tv_rcu_read_unlock(); } while (0)

/* The slot is looked at and not reserved, as in v6.7. */
static inline struct mmap_unlock_irq_work *bpf_mmap_unlock_guard_get(void)
{
	struct mmap_unlock_irq_work *work;

	return bpf_mmap_unlock_get_irq_work(&work) ? ERR_PTR(-EBUSY) : work;
}
#define bpf_mmap_unlock_guard_put(work)	((void)(work))

#define CONFIG_PER_VMA_LOCK	1
#define IS_ENABLED(option)	option
#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)

#include "model/task_vma_mm.h"

#endif
