// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Design "vma_ref": a reference keeps the VMA's memory while the program
 * looks at it. No lock is held, so nobody waits for anybody.
 *
 * Never merged. The fields may change between two reads of the program, and
 * the VMA may no longer be in the address space. What the reference rules out
 * is that it becomes another VMA meanwhile.
 */
#include "task_vma_env.h"

struct task_vma_walk {
	struct task_struct *task;
	struct mm_struct *mm;
	struct vm_area_struct *vma;	/* referenced; NULL before the first and after the last */
	u64 next_addr;
};

static void walk_put(struct task_vma_walk *walk)
{
	struct vm_area_struct *vma = walk->vma;

	walk->vma = NULL;
	if (vma)
		vma_put(vma);
}

/*
 * The first VMA from next_addr on, referenced. Its memory may have been
 * handed out again, or its range changed, between the look and the reference:
 * then the walk goes on behind where it was.
 */
static struct vm_area_struct *walk_get_next(struct task_vma_walk *walk)
{
	struct vm_area_struct *vma;
	struct vma_iterator vmi;
	unsigned long end;

	for (;;) {
		rcu_read_lock();
		vma_iter_init(&vmi, walk->mm, walk->next_addr);
		vma = vma_next(&vmi);
		end = vma ? READ_ONCE(vma->vm_end) : 0;
		if (vma && !vma_tryget(vma)) {
			rcu_read_unlock();
			walk->next_addr = end > walk->next_addr ? end : walk->next_addr + PAGE_SIZE;
			continue;
		}
		rcu_read_unlock();
		if (!vma)
			return NULL;
		end = READ_ONCE(vma->vm_end);
		if (READ_ONCE(vma->vm_mm) == walk->mm && end > walk->next_addr) {
			walk->next_addr = end;
			return vma;
		}
		vma_put(vma);
		walk->next_addr += PAGE_SIZE;
	}
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
	walk_put(walk);
	walk->vma = walk_get_next(walk);
	return walk->vma;
}

__bpf_kfunc void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	if (!walk)
		return;
	walk_put(walk);
	put_task_struct(walk->task);
	mmput_async(walk->mm);
	bpf_mem_free(&bpf_global_ma, walk);
}

__bpf_kfunc_end_defs();
