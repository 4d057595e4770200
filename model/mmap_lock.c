// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* mmap_lock, and its release from irq_work while interrupts are off. */
#include <errno.h>
#include <string.h>
#include "model/history.h"
#include "model/lockdep.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/rwsem.h"
#include "model/step.h"

static const char *const state_name[TV_MMAP_STATE_NR] = {
	[TV_MMAP_FREE] = "free",
	[TV_MMAP_READ] = "read",
	[TV_MMAP_WRITE] = "write",
	[TV_MMAP_WRITE_WAITING] = "write-waiting",
};

const char *tv_mmap_lock_state_name(enum tv_mmap_lock_state state)
{
	return state_name[state];
}

int tv_mmap_lock_state_parse(const char *name, enum tv_mmap_lock_state *state)
{
	int i;

	for (i = 0; i < TV_MMAP_STATE_NR; i++) {
		if (!strcmp(name, state_name[i])) {
			*state = i;
			return 0;
		}
	}
	return -EINVAL;
}

enum tv_mmap_lock_state tv_mmap_lock_get_state(const struct mm_struct *mm)
{
	return mm->tv_lock_state;
}

/* The world takes (or, with @op TV_RELEASE, gives back) what @state stands for. */
static void world_holds(struct mm_struct *mm, enum tv_mmap_lock_state state, enum tv_op op)
{
	struct rw_semaphore *lock = &mm->mmap_lock;
	bool taken = op == TV_ACQUIRE;

	if (state == TV_MMAP_WRITE) {
		lock->writer = taken;
		tv_event(mm->tv_world, op, TV_RES_MMAP_WRITE, mm, TV_SITE());
	} else if (state != TV_MMAP_FREE) {
		lock->readers += taken ? 1 : -1;
		tv_event(mm->tv_world, op, TV_RES_MMAP_READ, mm, TV_SITE());
	}
	if (state == TV_MMAP_WRITE_WAITING) {
		mm->tv_lock_waiter.writer = true;
		lock->waiters = taken ? &mm->tv_lock_waiter : NULL;
	}
}

void tv_mmap_lock_set_state(struct mm_struct *mm, enum tv_mmap_lock_state state)
{
	world_holds(mm, mm->tv_lock_state, TV_RELEASE);
	mm->tv_lock_state = state;
	world_holds(mm, state, TV_ACQUIRE);
}

static void mmap_lock_acquired(struct mm_struct *mm, enum tv_resource res,
			       const struct tv_site *site)
{
	tv_lockdep_acquired(TV_CLASS_MMAP_LOCK, mm, site);
	tv_event(mm->tv_world, TV_ACQUIRE, res, mm, site);
}

bool tv_mmap_read_trylock(struct mm_struct *mm, const struct tv_site *site)
{
	const char *why;

	if (!tv_rwsem_read_trylock(mm, &mm->mmap_lock, "mmap_read_trylock", &why, site)) {
		tv_refuse(tv_current->world, TV_RES_MMAP_READ, mm, why, site);
		return false;
	}
	mmap_lock_acquired(mm, TV_RES_MMAP_READ, site);
	return true;
}

bool tv_mmap_lock_is_contended(struct mm_struct *mm, const struct tv_site *site)
{
	return tv_touch(mm, TV_PART_LOCK, TV_ACCESS_READ, "mmap_lock_is_contended", site) &&
	       mm->mmap_lock.waiters;
}

void tv_mmap_read_lock(struct mm_struct *mm, const struct tv_site *site)
{
	tv_might_sleep("mmap_read_lock", site);
	tv_lockdep_wait(TV_CLASS_MMAP_LOCK, site);
	if (tv_rwsem_read_lock(mm, &mm->mmap_lock, "mmap_read_lock", site))
		mmap_lock_acquired(mm, TV_RES_MMAP_READ, site);
}

void tv_mmap_write_lock(struct mm_struct *mm, const struct tv_site *site)
{
	tv_might_sleep("mmap_write_lock", site);
	tv_lockdep_wait(TV_CLASS_MMAP_LOCK, site);
	if (tv_rwsem_write_lock(mm, &mm->mmap_lock, "mmap_write_lock", site))
		mmap_lock_acquired(mm, TV_RES_MMAP_WRITE, site);
}

void tv_mmap_read_unlock(struct mm_struct *mm, const struct tv_site *site)
{
	if (!tv_rwsem_read_unlock(mm, &mm->mmap_lock, "mmap_read_unlock", site))
		return;
	tv_lockdep_released(TV_CLASS_MMAP_LOCK, mm);
	tv_event(mm->tv_world, TV_RELEASE, TV_RES_MMAP_READ, mm, site);
}

/* Linux vma_end_write_all(): a new number ends every VMA write lock at once. */
static bool end_vma_locks(struct mm_struct *mm, const struct tv_site *site)
{
	if (!tv_touch(mm, TV_PART_VMA_LOCK, TV_ACCESS_WRITE, "vma_end_write_all", site))
		return false;
	tv_history_write_unlock(mm);
	mm->mm_lock_seq++;
	return true;
}

void tv_mmap_write_unlock(struct mm_struct *mm, const struct tv_site *site)
{
	if (!end_vma_locks(mm, site) ||
	    !tv_rwsem_write_unlock(mm, &mm->mmap_lock, "mmap_write_unlock", site))
		return;
	tv_lockdep_released(TV_CLASS_MMAP_LOCK, mm);
	tv_event(mm->tv_world, TV_RELEASE, TV_RES_MMAP_WRITE, mm, site);
}

void tv_mmap_write_downgrade(struct mm_struct *mm, const struct tv_site *site)
{
	if (!end_vma_locks(mm, site) ||
	    !tv_rwsem_downgrade(mm, &mm->mmap_lock, "mmap_write_downgrade", site))
		return;
	tv_event(mm->tv_world, TV_RELEASE, TV_RES_MMAP_WRITE, mm, site);
	tv_event(mm->tv_world, TV_ACQUIRE, TV_RES_MMAP_READ, mm, site);
}
