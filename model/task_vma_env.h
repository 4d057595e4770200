/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The environment of the iterator sources, in user space: the model.
 *
 * An iterator source includes this header and nothing else. kernel/ has its
 * twin of the same name, which pulls in the kernel's own headers, so that the
 * source is the same file, byte for byte, in both places.
 *
 * Here several designs live in one program, so each is compiled with
 * TV_DESIGN set to its name and its kfuncs become DESIGN_iter_new and so on.
 */
#ifndef TASK_VMA_ENV_H
#define TASK_VMA_ENV_H

#ifndef TV_DESIGN
#error "an iterator source is compiled with -DTV_DESIGN=its name"
#endif

#include <errno.h>
#include <string.h>
#include "model/bpf_mem_alloc.h"
#include "model/err.h"
#include "model/file.h"
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/rcu.h"
#include "model/spinlock.h"
#include "model/step.h"
#include "model/task.h"
#include "model/vma_lock.h"
#include "model/vma_ref.h"
#include "model/task_vma_iter.h"

typedef __u64 u64;

#define TV_GLUE_(a, b)	a##b
#define TV_GLUE(a, b)	TV_GLUE_(a, b)
#define bpf_iter_task_vma_new		TV_GLUE(TV_DESIGN, _iter_new)
#define bpf_iter_task_vma_next		TV_GLUE(TV_DESIGN, _iter_next)
#define bpf_iter_task_vma_destroy	TV_GLUE(TV_DESIGN, _iter_destroy)

#define __bpf_kfunc
#define __bpf_kfunc_start_defs()	TV_PROTOTYPES()
#define __bpf_kfunc_end_defs()		_Static_assert(1, "end of the kfuncs")

/* The kernel says "no prototype needed" for kfuncs; here they get theirs. */
#define TV_PROTOTYPES() \
	int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, \
				  u64 addr); \
	struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it); \
	void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it)

#undef rcu_read_lock
#undef rcu_read_unlock
#define rcu_read_lock()		tv_rcu_enter(TV_SITE())
#define rcu_read_unlock()	tv_rcu_leave(TV_SITE())

/* Asked by designs that then refuse: the reason is kept for those who ask why. */
static inline bool tv_env_irqs_disabled(const struct tv_site *site)
{
	if (!irqs_disabled())
		return false;
	tv_refuse(tv_current->world, TV_RES_BPF_MEM, NULL,
		  "interrupts are off, and the design cannot give back what it takes then", site);
	return true;
}
#define irqs_disabled()		tv_env_irqs_disabled(TV_SITE())

/* Linux: per-VMA locks are there; PAGE_SIZE is the world's. */
#define CONFIG_PER_VMA_LOCK	1
#define IS_ENABLED(option)	option
#define PAGE_SIZE		(tv_current->world->limits.page_size)

#define task_trylock(task) \
	tv_spin_trylock(task, &(task)->alloc_lock, TV_CLASS_ALLOC_LOCK, TV_SITE())
#define task_unlock(task) \
	tv_spin_unlock(task, &(task)->alloc_lock, TV_CLASS_ALLOC_LOCK, TV_SITE())

/*
 * As in v6.7 the slot is looked at and not reserved, so to give it back changes nothing. Kernels that
 * reserve it (6.12.y since 2026) would have it busy for ever, so who forgets is found out here.
 */
static inline struct mmap_unlock_irq_work *tv_env_unlock_guard_get(const struct tv_site *site)
{
	struct mmap_unlock_irq_work *work;

	if (tv_mmap_unlock_get_irq_work(&work, site))
		return ERR_PTR(-EBUSY);
	if (work)
		work->tv_asked = true;
	return work;
}
#define bpf_mmap_unlock_guard_get()	tv_env_unlock_guard_get(TV_SITE())

static inline void bpf_mmap_unlock_guard_put(struct mmap_unlock_irq_work *work)
{
	if (work)
		work->tv_asked = false;
}

/* A read of memory that others may write meanwhile: a step, of a live object. */
#undef READ_ONCE
#define READ_ONCE(x) \
	(tv_touch(tv_object_around(&(x)), TV_PART_FIELDS, TV_ACCESS_READ, "read " #x, TV_SITE()), (x))

/* Looking into the tree is one step; what it finds may be gone at the next. */
static inline struct vm_area_struct *tv_env_vma_next(struct vma_iterator *vmi,
						     const struct tv_site *site)
{
	struct mm_struct *mm = container_of(vmi->mas.tree, struct mm_struct, mm_mt);

	tv_touch(mm, TV_PART_TREE, TV_ACCESS_READ, "vma_next", site);
	return vma_next(vmi);
}
#define vma_next(vmi)		tv_env_vma_next(vmi, TV_SITE())

#include "model/task_vma_mm.h"

#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)

#endif
