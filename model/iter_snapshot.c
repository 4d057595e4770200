// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Design "snapshot": what replaced v5 in 2026, in mainline and stable trees.
 *
 * Nothing is locked while the program runs. The walk holds the mm, so that it
 * stays, and each next gives the program a copy of one VMA, made while that
 * VMA's own lock was held. So one VMA is consistent in itself; two of them
 * may be of different times.
 */
#include "task_vma_env.h"

/* All that a walk holds; BPF memory, reached through the program's iterator. */
struct task_vma_walk {
	struct task_struct *task;
	struct mm_struct *mm;
	struct vm_area_struct copy;	/* what the program sees; holds a reference on vm_file */
	u64 next_addr;			/* bytes; VMAs that end at or below it are done */
};

static void walk_drop_file(struct task_vma_walk *walk)
{
	struct file *file = walk->copy.vm_file;

	walk->copy.vm_file = NULL;
	if (file)
		fput(file);
}

/* Puts next_addr behind what ended at @end, and ahead of itself by a page at least. */
static void walk_skip(struct task_vma_walk *walk, unsigned long end)
{
	walk->next_addr = end > walk->next_addr ? end : walk->next_addr + PAGE_SIZE;
}

/* The next VMA, locked for reading, or NULL. One that a writer has is skipped. */
static struct vm_area_struct *walk_lock_next(struct task_vma_walk *walk)
{
	struct vm_area_struct *vma;
	unsigned long start, end;

	while (mm_peek_vma(walk->mm, walk->next_addr, &start, &end)) {
		vma = lock_vma_under_rcu(walk->mm, start);
		if (vma && vma->vm_end > walk->next_addr)
			return vma;
		if (vma) {
			vma_end_read(vma);
			end = 0;
		}
		walk_skip(walk, end);
	}
	return NULL;
}

__bpf_kfunc_start_defs();

/**
 * bpf_iter_task_vma_new() - begin a walk over a task's VMAs
 * @it: the program's iterator
 * @task: the task, trusted or found under RCU
 * @addr: where to begin: the VMA that holds it, or else the next one above
 *
 * Takes a user of the task's mm, which bpf_iter_task_vma_destroy() gives back.
 *
 * Context: any with interrupts on. Never waits.
 * Return: 0, or -EOPNOTSUPP: the kernel has no per-VMA locks; -ENOMEM: no
 * memory; -ENOENT: the task has no address space of its own; -EBUSY:
 * interrupts are off, or somebody holds the task's alloc_lock.
 */
__bpf_kfunc int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				      u64 addr)
{
	struct task_vma_walk *walk;
	int err;

	iter_set_walk(it, NULL);
	if (!IS_ENABLED(CONFIG_PER_VMA_LOCK))
		return -EOPNOTSUPP;
	/* what next and destroy give back takes locks that an interrupted CPU may hold */
	if (irqs_disabled())
		return -EBUSY;
	walk = bpf_mem_alloc(&bpf_global_ma, sizeof(*walk));
	if (!walk)
		return -ENOMEM;

	walk->task = get_task_struct(task);
	err = task_grab_mm(task, &walk->mm);
	if (err) {
		put_task_struct(task);
		bpf_mem_free(&bpf_global_ma, walk);
		return err;
	}
	walk->copy.vm_file = NULL;
	walk->next_addr = addr;
	iter_set_walk(it, walk);
	return 0;
}

/**
 * bpf_iter_task_vma_next() - the next VMA of a walk
 * @it: an iterator that bpf_iter_task_vma_new() was called for
 *
 * It is a copy, which the next call overwrites. Pointers in it other than
 * vm_mm and vm_file may be stale.
 *
 * Return: the VMA, or NULL after the last one, or if the walk never began.
 */
__bpf_kfunc struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);
	struct vm_area_struct *vma;

	if (!walk)
		return NULL;
	walk_drop_file(walk);
	vma = walk_lock_next(walk);
	if (!vma)
		return NULL;

	memcpy(&walk->copy, vma, sizeof(walk->copy));
	if (walk->copy.vm_file)
		get_file(walk->copy.vm_file);
	walk->next_addr = vma->vm_end;
	vma_end_read(vma);
	return &walk->copy;
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
	walk_drop_file(walk);
	put_task_struct(walk->task);
	mmput_async(walk->mm);
	bpf_mem_free(&bpf_global_ma, walk);
}

__bpf_kfunc_end_defs();
