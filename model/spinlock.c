// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Spinlocks of model objects. */
#include "model/object.h"
#include "model/spinlock.h"
#include "model/step.h"
#include "model/world.h"

static bool is_free(const void *lock)
{
	return !((const struct tv_spinlock *)lock)->owner;
}

static void taken(const void *object, struct tv_spinlock *lock, enum tv_lock_class class, const struct tv_site *site)
{
	lock->owner = tv_current;
	tv_current->spinlocks++;
	tv_lockdep_acquired(class, lock, site);
	tv_event(tv_current->world, TV_ACQUIRE, TV_RES_SPINLOCK, object, site);
}

bool tv_spin_trylock(const void *object, struct tv_spinlock *lock, enum tv_lock_class class,
		     const struct tv_site *site)
{
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_WRITE, "spin_trylock", site))
		return false;
	if (!is_free(lock)) {
		tv_refuse(tv_current->world, TV_RES_SPINLOCK, object, "alloc_lock is held", site);
		return false;
	}
	taken(object, lock, class, site);
	return true;
}

bool tv_spin_lock(const void *object, struct tv_spinlock *lock, enum tv_lock_class class,
		  const struct tv_site *site)
{
	tv_lockdep_wait(class, site);
	if (!tv_touch_when(is_free, lock, object, TV_PART_LOCK, TV_ACCESS_LOCK, "spin_lock", site))
		return false;
	taken(object, lock, class, site);
	return true;
}

void tv_spin_unlock(const void *object, struct tv_spinlock *lock, enum tv_lock_class class,
		    const struct tv_site *site)
{
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_UNLOCK, "spin_unlock", site))
		return;
	lock->owner = NULL;
	if (tv_current->spinlocks)
		tv_current->spinlocks--;
	tv_lockdep_released(class, lock);
	tv_event(tv_current->world, TV_RELEASE, TV_RES_SPINLOCK, object, site);
}
