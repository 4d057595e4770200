/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How designs that hold the mm get it; included by the environment header, in both places. */
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

#endif
