// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Linux kernel/locking/rwsem.c as its users see it: whoever cannot have the
 * lock at once queues, and a queue keeps newcomers out.
 */
#include "model/object.h"
#include "model/rwsem.h"
#include "model/step.h"

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

/* Its turn: nobody who has the lock or came before excludes it. */
static bool waiter_may_go(const void *arg)
{
	const struct tv_waiter *waiter = arg, *before;
	const struct rw_semaphore *lock = waiter->lock;

	if (lock->writer || (waiter->writer && lock->readers))
		return false;
	for (before = lock->waiters; before != waiter; before = before->next) {
		if (waiter->writer || before->writer)
			return false;
	}
	return true;
}

static bool wait_in_queue(const void *object, struct rw_semaphore *lock, bool writer,
			  const char *what, const struct tv_site *site)
{
	struct tv_waiter waiter = { .lock = lock, .writer = writer }, **link = &lock->waiters;

	while (*link)
		link = &(*link)->next;
	*link = &waiter;
	if (!tv_touch_when(waiter_may_go, &waiter, object, TV_PART_LOCK,
			   writer ? TV_ACCESS_LOCK : TV_ACCESS_SHARED, what, site))
		return false;
	for (link = &lock->waiters; *link != &waiter; link = &(*link)->next)
		;
	*link = waiter.next;
	return true;
}

bool tv_rwsem_read_lock(const void *object, struct rw_semaphore *lock, const char *what,
			const struct tv_site *site)
{
	/* to queue is seen by all who come later, so this step commutes with none of theirs */
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_WRITE, what, site))
		return false;
	if (tv_rwsem_reader_obstacle(lock) && !wait_in_queue(object, lock, false, what, site))
		return false;
	lock->readers++;
	return true;
}

bool tv_rwsem_write_lock(const void *object, struct rw_semaphore *lock, const char *what,
			 const struct tv_site *site)
{
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_WRITE, what, site))
		return false;
	if ((lock->writer || lock->readers || lock->waiters) &&
	    !wait_in_queue(object, lock, true, what, site))
		return false;
	lock->writer = true;
	return true;
}

bool tv_rwsem_read_unlock(const void *object, struct rw_semaphore *lock, const char *what,
			  const struct tv_site *site)
{
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_UNLOCK_SHARED, what, site))
		return false;
	/* an unlock too many is the ledger's to report, not ours to wrap on */
	if (lock->readers)
		lock->readers--;
	return true;
}

bool tv_rwsem_write_unlock(const void *object, struct rw_semaphore *lock, const char *what,
			   const struct tv_site *site)
{
	if (!tv_touch(object, TV_PART_LOCK, TV_ACCESS_UNLOCK, what, site))
		return false;
	lock->writer = false;
	return true;
}
