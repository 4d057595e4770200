// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* bpf_find_vma(): the same guard and trylock as the iterator of Linux 6.7, for one look. */
#include <errno.h>
#include "model/find_vma.h"
#include "model/object.h"
#include "model/step.h"

int tv_find_vma_begin(struct tv_find_vma *call, struct task_struct *task, unsigned long addr,
		      struct vm_area_struct **vma)
{
	struct mm_struct *mm;

	call->mm = NULL;
	tv_touch(task, TV_PART_FIELDS, TV_ACCESS_READ, "read task->mm", TV_SITE());
	mm = task->mm;
	if (!mm)
		return -ENOENT;
	if (bpf_mmap_unlock_get_irq_work(&call->unlock_work) || !mmap_read_trylock(mm))
		return -EBUSY;
	call->mm = mm;
	tv_touch(mm, TV_PART_TREE, TV_ACCESS_READ, "find_vma", TV_SITE());
	VMA_ITERATOR(vmi, mm, addr);
	*vma = vma_next(&vmi);
	return 0;
}

void tv_find_vma_end(struct tv_find_vma *call)
{
	struct mm_struct *mm = call->mm;

	call->mm = NULL;
	if (mm)
		bpf_mmap_unlock_mm(call->unlock_work, mm);
}
