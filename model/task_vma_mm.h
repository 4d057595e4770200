/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What designs that hold the mm have in common; the environment header includes it. */
#ifndef TASK_VMA_MM_H
#define TASK_VMA_MM_H

/*
 * The task's mm with one user more, or an error. Never waits for alloc_lock:
 * the program may have interrupted its holder.
 */
static inline int task_grab_mm(struct task_struct *task, struct mm_struct **mm)
{
	int err = 0;

	if (!task_trylock(task))
		return -EBUSY;
	*mm = READ_ONCE(task->mm);
	if (*mm && !(task->flags & PF_KTHREAD))
		mmget(*mm);
	else
		err = -ENOENT;
	task_unlock(task);
	return err;
}

/*
 * Where the first VMA from @addr on was a moment ago. False: there is none.
 * Memory of VMAs is reused under readers, so what is read here is a hint.
 */
static inline bool mm_peek_vma(struct mm_struct *mm, u64 addr, unsigned long *start,
			       unsigned long *end)
{
	struct vm_area_struct *vma;
	struct vma_iterator vmi;

	rcu_read_lock();
	vma_iter_init(&vmi, mm, addr);
	vma = vma_next(&vmi);
	if (vma) {
		*start = READ_ONCE(vma->vm_start);
		*end = READ_ONCE(vma->vm_end);
	}
	rcu_read_unlock();
	return vma;
}

#endif
