// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Address spaces: their references, and their VMAs in bulk. */
#include <errno.h>
#include <stdlib.h>
#include <utlist.h>
#include "model/mm.h"

int tv_mm_create(struct tv_world *world, struct mm_struct **out)
{
	struct mm_struct *mm = calloc(1, sizeof(*mm));

	if (!mm)
		return -ENOMEM;
	mm->tv_world = world;
	mm->tv_pid = -1;
	mt_init_flags(&mm->mm_mt, MM_MT_FLAGS);
	mt_set_external_lock(&mm->mm_mt, &mm->mmap_lock);
	DL_APPEND2(world->mms, mm, tv_prev, tv_next);
	tv_event(world, TV_ACQUIRE, TV_RES_MM_MEM, mm, TV_SITE());
	mmgrab(mm);
	mmget(mm);
	*out = mm;
	return 0;
}

void mmgrab(struct mm_struct *mm)
{
	mm->mm_count++;
	tv_event(mm->tv_world, TV_ACQUIRE, TV_RES_MM_COUNT, mm, TV_SITE());
}

void mmdrop(struct mm_struct *mm)
{
	struct tv_world *world = mm->tv_world;

	tv_event(world, TV_RELEASE, TV_RES_MM_COUNT, mm, TV_SITE());
	if (--mm->mm_count)
		return;
	DL_DELETE2(world->mms, mm, tv_prev, tv_next);
	tv_event(world, TV_RELEASE, TV_RES_MM_MEM, mm, TV_SITE());
	free(mm);
}

void mmget(struct mm_struct *mm)
{
	mm->mm_users++;
	tv_event(mm->tv_world, TV_ACQUIRE, TV_RES_MM_USERS, mm, TV_SITE());
}

void mmput(struct mm_struct *mm)
{
	tv_event(mm->tv_world, TV_RELEASE, TV_RES_MM_USERS, mm, TV_SITE());
	if (--mm->mm_users)
		return;
	tv_mm_empty(mm);
	/* all users together are one count */
	mmdrop(mm);
}

void tv_mm_empty(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	for_each_vma(vmi, vma)
		tv_vma_destroy(vma);
	/* no reader is left: nodes need not wait for a grace period */
	mt_clear_in_rcu(&mm->mm_mt);
	__mt_destroy(&mm->mm_mt);
	mm->map_count = 0;
}

int tv_mm_load(struct mm_struct *mm, struct vm_area_struct **vmas, size_t nr)
{
	VMA_ITERATOR(vmi, mm, 0);
	size_t i;
	int err;

	if (!nr)
		return 0;
	/* nobody else knows this mm yet, so nodes may be written in place */
	mt_clear_in_rcu(&mm->mm_mt);
	err = vma_iter_bulk_alloc(&vmi, nr);
	for (i = 0; !err && i < nr; i++)
		err = vma_iter_bulk_store(&vmi, vmas[i]);
	vma_iter_free(&vmi);
	if (err)
		__mt_destroy(&mm->mm_mt);
	else
		mm->map_count = nr;
	mt_set_in_rcu(&mm->mm_mt);
	return err;
}

int tv_vma_list_add(struct tv_vma_list *list, struct vm_area_struct *vma)
{
	if (list->nr == list->room) {
		size_t room = list->room ? list->room * 2 : 64;
		struct vm_area_struct **vmas = realloc(list->vmas, room * sizeof(*vmas));

		if (!vmas)
			return -ENOMEM;
		list->vmas = vmas;
		list->room = room;
	}
	list->vmas[list->nr++] = vma;
	return 0;
}

int tv_vma_list_load(struct tv_vma_list *list, struct mm_struct *mm)
{
	int err = tv_mm_load(mm, list->vmas, list->nr);

	if (!err)
		list->nr = 0;
	return err;
}

void tv_vma_list_fini(struct tv_vma_list *list)
{
	while (list->nr)
		tv_vma_destroy(list->vmas[--list->nr]);
	free(list->vmas);
	*list = (struct tv_vma_list){ 0 };
}
