// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Per-VMA locks. */
#include "model/history.h"
#include "model/lockdep.h"
#include "model/object.h"
#include "model/rcu.h"
#include "model/vma_lock.h"
#include "model/world.h"

enum read_start { READ_LOCKED, READ_NO, READ_AGAIN };

static bool write_locked(struct mm_struct *mm, unsigned int vm_lock_seq,
			 const struct tv_site *site)
{
	if (!tv_touch(mm, TV_PART_VMA_LOCK, TV_ACCESS_READ, "read mm_lock_seq", site))
		return true;
	return vm_lock_seq == mm->mm_lock_seq;
}

static void drop_reader(struct vm_area_struct *vma, const char *what, const struct tv_site *site)
{
	if (!tv_touch(vma, TV_PART_VMA_LOCK, TV_ACCESS_UNLOCK_SHARED, what, site))
		return;
	vma->vm_refcnt--;
	tv_lockdep_released(TV_CLASS_VMA_LOCK, vma);
	tv_event(tv_current->world, TV_RELEASE, TV_RES_VMA_READ, vma, site);
}

/*
 * The VMA was found under RCU, so its memory is a VMA's, but perhaps no
 * longer the one looked for: that is checked once the count keeps it.
 */
static enum read_start start_read(struct mm_struct *mm, struct vm_area_struct *vma,
				  const struct tv_site *site)
{
	/* without the count a writer may change what is read here at any time */
	if (!tv_touch(vma, TV_PART_VMA_LOCK, TV_ACCESS_READ, "read vm_lock_seq", site))
		return READ_NO;
	if (write_locked(mm, vma->vm_lock_seq, site))
		return READ_NO;
	if (!tv_touch(vma, TV_PART_VMA_LOCK, TV_ACCESS_TRY_SHARED, "vma_start_read", site))
		return READ_NO;
	if (!vma->vm_refcnt)
		return READ_AGAIN;	/* detached meanwhile: the tree has another */
	if (vma->vm_refcnt >= VMA_LOCK_OFFSET)
		return READ_NO;		/* a writer waits */
	vma->vm_refcnt++;
	tv_lockdep_acquired(TV_CLASS_VMA_LOCK, vma, site);
	tv_event(tv_current->world, TV_ACQUIRE, TV_RES_VMA_READ, vma, site);
	if (vma->vm_mm == mm && !write_locked(mm, vma->vm_lock_seq, site))
		return READ_LOCKED;
	drop_reader(vma, "vma_refcount_put", site);
	return READ_NO;
}

struct vm_area_struct *tv_lock_vma_under_rcu(struct mm_struct *mm, unsigned long address,
					     const struct tv_site *site)
{
	struct vm_area_struct *vma;
	enum read_start result;

	tv_rcu_enter(site);
	do {
		MA_STATE(mas, &mm->mm_mt, address, address);

		result = READ_NO;
		if (!tv_touch(mm, TV_PART_TREE, TV_ACCESS_READ, "mas_walk", site))
			break;
		vma = mas_walk(&mas);
		if (vma)
			result = start_read(mm, vma, site);
	} while (result == READ_AGAIN);
	tv_rcu_leave(site);
	if (result != READ_LOCKED)
		return NULL;
	/* locked, it cannot change any more; but it may have, before */
	if (address >= vma->vm_start && address < vma->vm_end)
		return vma;
	tv_vma_end_read(vma, site);
	return NULL;
}

void tv_vma_end_read(struct vm_area_struct *vma, const struct tv_site *site)
{
	drop_reader(vma, "vma_end_read", site);
}

static bool readers_gone(const void *arg)
{
	const struct vm_area_struct *vma = arg;

	return (vma->vm_refcnt & (VMA_LOCK_OFFSET - 1)) <= 1;
}

/* Keeps new readers out and waits for the old ones. */
static bool wait_for_readers(struct vm_area_struct *vma, const char *what,
			     const struct tv_site *site)
{
	tv_lockdep_wait(TV_CLASS_VMA_LOCK, site);
	if (!tv_touch(vma, TV_PART_VMA_LOCK, TV_ACCESS_WRITE, what, site))
		return false;
	tv_history_write_locked(vma);
	vma->vm_refcnt += VMA_LOCK_OFFSET;
	if (!readers_gone(vma) && !tv_touch_when(readers_gone, vma, vma, TV_PART_VMA_LOCK,
						 TV_ACCESS_LOCK, what, site))
		return false;
	vma->vm_refcnt -= VMA_LOCK_OFFSET;
	return true;
}

void tv_vma_start_write(struct vm_area_struct *vma, const struct tv_site *site)
{
	/* only writers of mmap_lock change the number, and this is one */
	if (vma->vm_lock_seq == vma->vm_mm->mm_lock_seq)
		return;
	if (wait_for_readers(vma, "vma_start_write", site))
		vma->vm_lock_seq = vma->vm_mm->mm_lock_seq;
}

void tv_vma_mark_detached(struct vm_area_struct *vma, const struct tv_site *site)
{
	if (wait_for_readers(vma, "vma_mark_detached", site))
		vma->vm_refcnt--;
}
