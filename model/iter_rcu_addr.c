// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Design "rcu_addr": RCU alone. The walk remembers an address; each next
 * looks it up afresh.
 *
 * Never merged. From new to destroy the program is in a read-side section, so
 * the memory of VMAs stays memory of VMAs. But a VMA that is freed can be
 * another one the next moment: its vm_mm is checked when it is found, and may
 * be wrong when it is read.
 */
#include "task_vma_env.h"

struct task_vma_walk {
	struct task_struct *task;
	struct mm_struct *mm;
	u64 next_addr;
};

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
	walk->next_addr = addr;
	rcu_read_lock();
	iter_set_walk(it, walk);
	return 0;
}

__bpf_kfunc struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);
	struct vm_area_struct *vma;
	struct vma_iterator vmi;

	if (!walk)
		return NULL;
	do {
		vma_iter_init(&vmi, walk->mm, walk->next_addr);
		vma = vma_next(&vmi);
	} while (vma && READ_ONCE(vma->vm_mm) != walk->mm);
	if (vma)
		walk->next_addr = READ_ONCE(vma->vm_end);
	return vma;
}

__bpf_kfunc void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	if (!walk)
		return;
	rcu_read_unlock();
	put_task_struct(walk->task);
	mmput_async(walk->mm);
	bpf_mem_free(&bpf_global_ma, walk);
}

__bpf_kfunc_end_defs();
