// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Address spaces: their references, and their VMAs in bulk. */
#include <errno.h>
#include <stdlib.h>
#include <utlist.h>
#include "model/history.h"
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/vm_next.h"
#include "model/vma_lock.h"

int tv_mm_create(struct tv_world *world, struct mm_struct **out)
{
	struct mm_struct *mm = tv_object_alloc(world, TV_TYPE_MM, sizeof(*mm), TV_SITE());

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

void tv_mmgrab(struct mm_struct *mm, const struct tv_site *site)
{
	if (!tv_touch(mm, TV_PART_COUNT, TV_ACCESS_ADD, "mmgrab", site))
		return;
	mm->mm_count++;
	tv_event(tv_current->world, TV_ACQUIRE, TV_RES_MM_COUNT, mm, site);
}

void tv_mmdrop(struct mm_struct *mm, const struct tv_site *site)
{
	struct tv_world *world = tv_current->world;

	if (!tv_touch(mm, TV_PART_COUNT, TV_ACCESS_WRITE, "mmdrop", site))
		return;
	tv_event(world, TV_RELEASE, TV_RES_MM_COUNT, mm, site);
	if (--mm->mm_count)
		return;
	tv_touch(mm, TV_PART_ALL, TV_ACCESS_WRITE, "free mm", site);
	DL_DELETE2(world->mms, mm, tv_prev, tv_next);
	tv_event(world, TV_RELEASE, TV_RES_MM_MEM, mm, site);
	tv_object_free(world, mm, site);
}

void tv_mmget(struct mm_struct *mm, const struct tv_site *site)
{
	if (!tv_touch(mm, TV_PART_USERS, TV_ACCESS_ADD, "mmget", site))
		return;
	mm->mm_users++;
	tv_event(tv_current->world, TV_ACQUIRE, TV_RES_MM_USERS, mm, site);
}

bool tv_mmget_not_zero(struct mm_struct *mm, const struct tv_site *site)
{
	if (!tv_touch(mm, TV_PART_USERS, TV_ACCESS_WRITE, "mmget_not_zero", site))
		return false;
	if (!mm->mm_users) {
		tv_refuse(tv_current->world, TV_RES_MM_USERS, mm, "the address space has no user left",
			  site);
		return false;
	}
	mm->mm_users++;
	tv_event(tv_current->world, TV_ACQUIRE, TV_RES_MM_USERS, mm, site);
	return true;
}

/* Linux exit_mmap(): with the lock, since others may still look in through mm_count. */
static void exit_mmap(struct mm_struct *mm, const struct tv_site *site)
{
	tv_mmap_write_lock(mm, site);
	tv_mm_empty(mm);
	tv_mmap_write_unlock(mm, site);
}

/* One user less, in process context. True: it was the last. */
static bool put_user(struct mm_struct *mm, const char *what, const struct tv_site *site)
{
	if (!tv_touch(mm, TV_PART_USERS, TV_ACCESS_WRITE, what, site))
		return false;
	tv_event(tv_current->world, TV_RELEASE, TV_RES_MM_USERS, mm, site);
	return !--mm->mm_users;
}

void tv_mmput(struct mm_struct *mm, const struct tv_site *site)
{
	tv_might_sleep("mmput", site);
	if (!put_user(mm, "mmput", site))
		return;
	exit_mmap(mm, site);
	/* all users together are one count */
	tv_mmdrop(mm, site);
}

static void mmput_later(struct tv_work *work)
{
	struct mm_struct *mm = container_of(work, struct mm_struct, tv_put_work);

	exit_mmap(mm, TV_SITE());
	mmdrop(mm);
}

void tv_mmput_async(struct mm_struct *mm, const struct tv_site *site)
{
	if (put_user(mm, "mmput_async", site))
		tv_work_queue(tv_current->world, &mm->tv_put_work, mmput_later, site);
}

void tv_mm_empty(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	tv_touch(mm, TV_PART_TREE, TV_ACCESS_WRITE, "empty the address space", TV_SITE());
	tv_history_emptied(mm);
	tv_vm_next_clear(mm);
	for_each_vma(vmi, vma)
		tv_vma_destroy(vma);
	tv_touch(mm, TV_PART_TREE, TV_ACCESS_WRITE, "destroy the tree", TV_SITE());
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
	for (i = 0; !err && i < nr; i++)
		tv_vm_next_add(mm, vmas[i]);
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

/* A copy of @vma goes into the tree of @to. */
static int copy_vma(const struct vm_area_struct *vma, struct mm_struct *to)
{
	VMA_ITERATOR(vmi, to, vma->vm_start);
	struct vm_area_struct *copy;
	int err;

	err = tv_vma_dup(vma, &copy);
	if (err)
		return err;
	copy->vm_mm = to;
	err = vma_iter_store_gfp(&vmi, copy, GFP_KERNEL);
	if (err) {
		tv_vma_destroy(copy);
		return err;
	}
	tv_vm_next_add(to, copy);
	to->map_count++;
	return 0;
}

int tv_mm_copy(struct mm_struct *from, struct mm_struct *to)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, from, 0);
	int err = 0;

	mmap_write_lock(from);
	for_each_vma(vmi, vma) {
		/* a step: nothing may be held here that only this stack knows of */
		vma_start_write(vma);
		err = copy_vma(vma, to);
		if (err)
			break;
	}
	mmap_write_unlock(from);
	return err;
}
