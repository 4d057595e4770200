// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The list of VMAs before Linux 6.1, written in the order in which mm/mmap.c wrote it. */
#include "model/object.h"
#include "model/step.h"
#include "model/vm_next.h"
#include "model/world.h"

static bool is_kept(const struct mm_struct *mm)
{
	return mm->tv_world->keeps_vm_next;
}

/* What comes behind @prev (NULL: at the head) is @vma from now on. */
static void set_next(struct mm_struct *mm, struct vm_area_struct *prev, struct vm_area_struct *vma)
{
	if (prev) {
		tv_touch(prev, TV_PART_FIELDS, TV_ACCESS_WRITE, "write vm_next", TV_SITE());
		prev->vm_next = vma;
	} else {
		tv_touch(mm, TV_PART_FIELDS, TV_ACCESS_WRITE, "write mm->mmap", TV_SITE());
		mm->mmap = vma;
	}
}

/* Nobody walks backwards: no step. */
static void set_prev(struct vm_area_struct *vma, struct vm_area_struct *prev)
{
	if (vma)
		vma->vm_prev = prev;
}

/* The list is as the tree is again, which is when the history may be told: model/history.h. */
static void agree(struct mm_struct *mm)
{
	tv_touch(mm, TV_PART_TREE, TV_ACCESS_WRITE, "list agrees with tree", TV_SITE());
}

void tv_vm_next_add(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct vm_area_struct *prev = NULL, *next = mm->mmap;

	if (!is_kept(mm))
		return;
	while (next && next->vm_start < vma->vm_start) {
		prev = next;
		next = next->vm_next;
	}
	set_prev(vma, prev);
	/* first it can be found, and only then leads on: the order of __vma_link_list() */
	set_next(mm, prev, vma);
	set_next(mm, vma, next);
	set_prev(next, vma);
	agree(mm);
}

void tv_vm_next_del(struct mm_struct *mm, struct vm_area_struct *vma)
{
	if (!is_kept(mm))
		return;
	set_next(mm, vma->vm_prev, vma->vm_next);
	set_prev(vma->vm_next, vma->vm_prev);
	agree(mm);
}

void tv_vm_next_cut(struct mm_struct *mm, struct vm_area_struct *first,
		    struct vm_area_struct *last)
{
	if (!is_kept(mm))
		return;
	set_next(mm, first->vm_prev, last->vm_next);
	set_prev(last->vm_next, first->vm_prev);
	set_next(mm, last, NULL);
	agree(mm);
}

void tv_vm_next_clear(struct mm_struct *mm)
{
	if (is_kept(mm))
		set_next(mm, NULL, NULL);
}
