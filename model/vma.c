// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One VMA: from the data of a maps line, and back to it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "model/file.h"
#include "model/history.h"
#include "model/intern.h"
#include "model/mm.h"
#include "model/object.h"

static bool desc_has_file(const struct tv_vma_desc *desc)
{
	return desc->offset || desc->major || desc->minor || desc->ino ||
	       (desc->name_len && desc->name[0] == '/');
}

/* Gives @vma its file, or its special name. 0 or -ENOMEM. */
static int vma_set_name(struct vm_area_struct *vma, const struct tv_vma_desc *desc)
{
	struct tv_world *world = vma->vm_mm->tv_world;
	struct tv_file_key key = {
		.ino = desc->ino, .major = desc->major, .minor = desc->minor,
	};
	const char *name = NULL;

	if (desc->name_len || desc_has_file(desc)) {
		name = tv_intern(world, desc->name_len ? desc->name : "", desc->name_len);
		if (!name)
			return -ENOMEM;
	}
	if (!desc_has_file(desc)) {
		vma->tv_name = name;
		return 0;
	}
	key.path = name;
	vma->vm_file = tv_file_open(world, &key);
	return vma->vm_file ? 0 : -ENOMEM;
}

int tv_vma_create(struct mm_struct *mm, const struct tv_vma_desc *desc,
		  struct vm_area_struct **out)
{
	struct vm_area_struct *vma = tv_object_alloc(mm->tv_world, TV_TYPE_VMA, sizeof(*vma),
						     TV_SITE());

	if (!vma)
		return -ENOMEM;
	vma->vm_start = desc->start;
	vma->vm_end = desc->end;
	vma->vm_mm = mm;
	vma->vm_flags = desc->vm_flags;
	vma->vm_pgoff = desc->offset / mm->tv_world->limits.page_size;
	vma->vm_refcnt = 1;
	vma->vm_ref = 1;
	vma->vm_lock_seq = mm->mm_lock_seq - 1;
	vma->tv_change = tv_history_next_change(mm);
	if (vma_set_name(vma, desc)) {
		tv_object_free(mm->tv_world, vma, TV_SITE());
		return -ENOMEM;
	}
	tv_event(mm->tv_world, TV_ACQUIRE, TV_RES_VMA_MEM, vma, TV_SITE());
	*out = vma;
	return 0;
}

int tv_vma_dup(const struct vm_area_struct *vma, struct vm_area_struct **out)
{
	struct tv_world *world = vma->vm_mm->tv_world;
	struct vm_area_struct *copy = tv_object_alloc(world, TV_TYPE_VMA, sizeof(*copy), TV_SITE());

	if (!copy)
		return -ENOMEM;
	*copy = *vma;
	copy->vm_refcnt = 1;
	copy->vm_ref = 1;
	copy->vm_lock_seq = vma->vm_mm->mm_lock_seq - 1;
	copy->vm_next = copy->vm_prev = NULL;
	copy->tv_change = tv_history_next_change(vma->vm_mm);
	if (copy->vm_file)
		get_file(copy->vm_file);
	tv_event(world, TV_ACQUIRE, TV_RES_VMA_MEM, copy, TV_SITE());
	*out = copy;
	return 0;
}

void tv_vma_destroy(struct vm_area_struct *vma)
{
	if (vma->vm_file)
		fput(vma->vm_file);
	tv_touch(vma, TV_PART_ALL, TV_ACCESS_WRITE, "free VMA", TV_SITE());
	tv_event(vma->vm_mm->tv_world, TV_RELEASE, TV_RES_VMA_MEM, vma, TV_SITE());
	tv_object_free(vma->vm_mm->tv_world, vma, TV_SITE());
}

bool tv_vma_is_held(const struct vm_area_struct *vma)
{
	const struct tv_actor *actor = tv_current;
	const struct tv_ledger *ledger = &actor->world->ledger;

	return tv_ledger_holds(ledger, actor, TV_RES_MMAP_READ, vma->vm_mm) ||
	       tv_ledger_holds(ledger, actor, TV_RES_VMA_READ, vma) ||
	       tv_ledger_holds(ledger, actor, TV_RES_VMA_REF, vma) ||
	       tv_ledger_holds(ledger, actor, TV_RES_MMAP_WRITE, vma->vm_mm);
}

void tv_vma_describe(const struct vm_area_struct *vma, struct tv_vma_desc *desc)
{
	const struct file *file = vma->vm_file;

	*desc = (struct tv_vma_desc){
		.start = vma->vm_start, .end = vma->vm_end, .vm_flags = vma->vm_flags,
		.name = vma->tv_name,
	};
	if (file) {
		desc->offset = (uint64_t)vma->vm_pgoff * vma->vm_mm->tv_world->limits.page_size;
		desc->major = file->tv_key.major;
		desc->minor = file->tv_key.minor;
		desc->ino = file->tv_key.ino;
		desc->name = file->tv_key.path;
	}
	desc->name_len = desc->name ? strlen(desc->name) : 0;
}

const char *tv_vma_desc_check(const struct tv_space_limits *limits,
			      const struct tv_vma_desc *prev,
			      const struct tv_vma_desc *desc, char *which)
{
	unsigned long in_page = limits->page_size - 1;

	*which = 's';
	if (desc->start & in_page)
		return "start is not page aligned";
	if (prev && desc->start < prev->end)
		return desc->end <= prev->start ? "VMA is out of order: it lies below the one before it"
						: "VMA overlaps the one before it";
	*which = 'e';
	if (desc->end & in_page)
		return "end is not page aligned";
	if (desc->end <= desc->start)
		return desc->end == desc->start ? "VMA is empty: end equals start"
						: "VMA is reversed: end is below start";
	if (desc->end > limits->task_size)
		return "VMA ends above the task size";
	*which = 'o';
	if (desc->offset & in_page)
		return "offset is not page aligned";
	if (desc->offset > UINT64_MAX - (desc->end - desc->start))
		return "offset plus length overflows";
	return NULL;
}
