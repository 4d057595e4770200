// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Design "vma_lock": the VMA that the program looks at is locked for reading,
 * and no other.
 *
 * Never merged. What the program sees cannot change, and writers wait for one
 * VMA only. But a program that faults takes mmap_lock while it holds a VMA
 * lock, and every writer takes them the other way round.
 */
#include "task_vma_env.h"

struct task_vma_walk {
	struct task_struct *task;
	struct mm_struct *mm;
	struct vm_area_struct *vma;	/* locked; NULL before the first and after the last */
	u64 next_addr;
};

static void walk_unlock(struct task_vma_walk *walk)
{
	struct vm_area_struct *vma = walk->vma;

	walk->vma = NULL;
	if (vma)
		vma_end_read(vma);
}

/*
 * Locks the first VMA from next_addr on. One that is being written is gone
 * past: to wait for it, or for mmap_lock, is what a program must not do.
 */
static bool walk_lock_next(struct task_vma_walk *walk)
{
	unsigned long start, end;

	while (mm_peek_vma(walk->mm, walk->next_addr, &start, &end)) {
		walk->vma = lock_vma_under_rcu(walk->mm, start);
		if (walk->vma && walk->vma->vm_end > walk->next_addr)
			return true;
		walk_unlock(walk);
		walk->next_addr = end > walk->next_addr ? end : walk->next_addr + PAGE_SIZE;
	}
	return false;
}

__bpf_kfunc_start_defs();

__bpf_kfunc int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				      u64 addr)
{
	struct task_vma_walk *walk;
	int err;

	iter_set_walk(it, NULL);
	if (irqs_disabled())
		return -EBUSY;
	walk = bpf_mem_alloc(&bpf_global_ma, sizeof(*walk));
	if (!walk)
		return -ENOMEM;
	err = task_grab_mm(task, &walk->mm);
	if (err) {
		bpf_mem_free(&bpf_global_ma, walk);
		return err;
	}
	walk->task = get_task_struct(task);
	walk->vma = NULL;
	walk->next_addr = addr;
	iter_set_walk(it, walk);
	return 0;
}

__bpf_kfunc struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	if (!walk)
		return NULL;
	walk_unlock(walk);
	if (!walk_lock_next(walk))
		return NULL;
	walk->next_addr = walk->vma->vm_end;
	return walk->vma;
}

__bpf_kfunc void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	if (!walk)
		return;
	walk_unlock(walk);
	put_task_struct(walk->task);
	mmput_async(walk->mm);
	bpf_mem_free(&bpf_global_ma, walk);
}

__bpf_kfunc_end_defs();
