// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Design "mmap_lock": what the series "Open-coded task_vma iter" (v5) brought
 * to Linux 6.7.
 *
 * The program owns the address space for reading from new to destroy, so a
 * VMA that next returned stays as it is until then. The task is held, and by
 * that the program can trust task->mm to be the mm that was locked; the mm
 * itself is not held.
 */
#include "task_vma_env.h"

/* All that a walk holds; BPF memory, reached through the program's iterator. */
struct task_vma_walk {
	struct task_struct *task;
	struct mm_struct *mm;
	struct mmap_unlock_irq_work *unlock_work;	/* NULL: unlock at once */
	struct vma_iterator vmi;
};

/*
 * Locks the task's mm without ever waiting: programs run where they must not
 * sleep. The slot for a deferred unlock is asked for first, since a lock
 * that cannot be given back must not be taken.
 */
static int walk_lock(struct task_vma_walk *walk)
{
	walk->mm = READ_ONCE(walk->task->mm);
	if (!walk->mm)
		return -ENOENT;
	walk->unlock_work = bpf_mmap_unlock_guard_get();
	if (IS_ERR(walk->unlock_work))
		return PTR_ERR(walk->unlock_work);
	if (mmap_read_trylock(walk->mm))
		return 0;
	bpf_mmap_unlock_guard_put(walk->unlock_work);
	return -EBUSY;
}

__bpf_kfunc_start_defs();

/**
 * bpf_iter_task_vma_new() - begin a walk over a task's VMAs
 * @it: the program's iterator
 * @task: the task, trusted or found under RCU
 * @addr: where to begin: the VMA that holds it, or else the next one above
 *
 * Takes mmap_lock for reading, which bpf_iter_task_vma_destroy() gives back.
 *
 * Context: any. Never waits.
 * Return: 0, or -ENOMEM: no memory; -ENOENT: the task has no address space;
 * -EBUSY: mmap_lock is not to be had at once, or interrupts are off and this
 * CPU's slot for a deferred unlock is taken.
 */
__bpf_kfunc int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				      u64 addr)
{
	struct task_vma_walk *walk;
	int err;

	iter_set_walk(it, NULL);
	walk = bpf_mem_alloc(&bpf_global_ma, sizeof(*walk));
	if (!walk)
		return -ENOMEM;

	walk->task = get_task_struct(task);
	err = walk_lock(walk);
	if (err) {
		put_task_struct(walk->task);
		bpf_mem_free(&bpf_global_ma, walk);
		return err;
	}
	vma_iter_init(&walk->vmi, walk->mm, addr);
	iter_set_walk(it, walk);
	return 0;
}

/**
 * bpf_iter_task_vma_next() - the next VMA of a walk
 * @it: an iterator that bpf_iter_task_vma_new() was called for
 *
 * It is protected by mmap_lock and stays as it is until the walk ends.
 *
 * Return: the VMA, or NULL after the last one, or if the walk never began.
 */
__bpf_kfunc struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	return walk ? vma_next(&walk->vmi) : NULL;
}

/**
 * bpf_iter_task_vma_destroy() - end a walk
 * @it: an iterator that bpf_iter_task_vma_new() was called for
 *
 * Does nothing for a walk that never began.
 */
__bpf_kfunc void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	if (!walk)
		return;
	bpf_mmap_unlock_mm(walk->unlock_work, walk->mm);
	put_task_struct(walk->task);
	bpf_mem_free(&bpf_global_ma, walk);
}

__bpf_kfunc_end_defs();
