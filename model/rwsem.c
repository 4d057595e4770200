// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Linux rw_semaphore. */
#include "model/hazard.h"
#include "model/object.h"
#include "model/rwsem.h"
#include "model/step.h"
#include "model/world.h"

const char *tv_rwsem_reader_obstacle(const struct rw_semaphore *lock)
{
	const struct tv_waiter *waiter;

	if (lock->writer)
		return "mmap_lock is held by a writer";
	for (waiter = lock->waiters; waiter; waiter = waiter->next) {
		if (waiter->writer)
			return "a writer waits for mmap_lock, which keeps new readers out";
	}
	/* RWSEM_READ_FAILED_MASK: any waiter is enough */
	return lock->waiters ? "others wait for mmap_lock, which keeps new readers out" : NULL;
}

/* --- the queue ----------------------------------------------------------------- */

static bool is_free(const struct rw_semaphore *lock)
{
	return !lock->writer && !lock->readers;
}

void tv_rwsem_wake(struct rw_semaphore *lock)
{
	struct tv_waiter **link = &lock->waiters, *waiter;

	if (lock->writer || !*link || (*link)->writer)
		return;
	while ((waiter = *link)) {
		if (waiter->writer) {
			link = &waiter->next;
			continue;
		}
		*link = waiter->next;
		waiter->granted = true;
		lock->readers++;
	}
}

void tv_rwsem_queue(struct tv_waiter *waiter)
{
	struct tv_waiter **link = &waiter->lock->waiters;

	while (*link)
		link = &(*link)->next;
	*link = waiter;
}

bool tv_rwsem_may_go(const struct tv_waiter *waiter)
{
	const struct rw_semaphore *lock = waiter->lock;

	return waiter->granted || (waiter->writer && lock->waiters == waiter && is_free(lock));
}

void tv_rwsem_unqueue(struct tv_waiter *waiter)
{
	struct tv_waiter **link = &waiter->lock->waiters;
	bool takes_it = tv_rwsem_may_go(waiter);

	while (*link && *link != waiter)
		link = &(*link)->next;
	if (*link)
		*link = waiter->next;
	/* whoever came behind one that gave up may be the first now */
	if (!takes_it)
		tv_rwsem_wake(waiter->lock);
}

/* --- to take it ---------------------------------------------------------------- */

bool tv_rwsem_read_trylock(const void *object, struct rw_semaphore *lock, const char *what,
			   const char **why, const struct tv_site *site)
{
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_TRY_SHARED, what, site))
		*why = "it was freed";
	else
		*why = tv_rwsem_reader_obstacle(lock);
	if (!*why)
		lock->readers++;
	return !*why;
}

static void take(struct rw_semaphore *lock, bool writer)
{
	if (!writer) {
		lock->readers++;
		return;
	}
	lock->writer = true;
	lock->owner = tv_current;
}

static bool may_go(const void *waiter)
{
	return tv_rwsem_may_go(waiter);
}

/*
 * Both kinds of lock, of one who will wait if it must. To queue is seen by
 * all who come later, so that step commutes with none of theirs.
 */
static bool lock_it(const void *object, struct rw_semaphore *lock, bool writer, const char *what,
		    const struct tv_site *site)
{
	struct tv_waiter waiter = { .lock = lock, .writer = writer };
	bool steals = false;

	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_WRITE, what, site))
		return false;
	if (is_free(lock) && lock->waiters) {
		steals = !tv_step_choose(2, "the first who waits insists on its turn?", site);
		if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_WRITE, what, site))
			return false;
	}
	if (lock->waiters ? steals && is_free(lock) : writer ? is_free(lock) : !lock->writer) {
		take(lock, writer);
		return true;
	}
	tv_rwsem_queue(&waiter);
	if (!tv_touch_when(may_go, &waiter, object, TV_PART_LOCK,
			   writer ? TV_ACCESS_LOCK : TV_ACCESS_SHARED, what, site))
		return false;
	tv_rwsem_unqueue(&waiter);
	if (!waiter.granted)
		take(lock, writer);
	return true;
}

bool tv_rwsem_read_lock(const void *object, struct rw_semaphore *lock, const char *what,
			const struct tv_site *site)
{
	return lock_it(object, lock, false, what, site);
}

bool tv_rwsem_write_lock(const void *object, struct rw_semaphore *lock, const char *what,
			 const struct tv_site *site)
{
	return lock_it(object, lock, true, what, site);
}

/* --- to give it back ----------------------------------------------------------- */

bool tv_rwsem_read_unlock(const void *object, struct rw_semaphore *lock, const char *what,
			  const struct tv_site *site)
{
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_UNLOCK_SHARED, what, site))
		return false;
	/* an unlock too many is the ledger's to report, not ours to wrap on */
	if (lock->readers)
		lock->readers--;
	/* while readers have the lock, it is a writer who waits first: nobody is woken with it */
	return true;
}

/* Who has it for writing is the one who changes that. */
static void end_writing(struct rw_semaphore *lock, const char *what, const struct tv_site *site)
{
	if (lock->writer && lock->owner && lock->owner != tv_current)
		tv_hazard(TV_HAZARD_UNBALANCED, site, NULL, "%s by another than its owner, %s", what,
			  lock->owner->name);
	lock->writer = false;
	lock->owner = NULL;
}

bool tv_rwsem_write_unlock(const void *object, struct rw_semaphore *lock, const char *what,
			   const struct tv_site *site)
{
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_UNLOCK, what, site))
		return false;
	end_writing(lock, what, site);
	tv_rwsem_wake(lock);
	return true;
}

bool tv_rwsem_downgrade(const void *object, struct rw_semaphore *lock, const char *what,
			const struct tv_site *site)
{
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_UNLOCK, what, site))
		return false;
	end_writing(lock, what, site);
	lock->readers++;
	tv_rwsem_wake(lock);
	return true;
}
