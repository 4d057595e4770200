/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux rw_semaphore, without its ledger entries: see mmap_lock.h for those.
 *
 * The rules of kernel/locking/rwsem.c (v6.12) as users meet them:
 * - a trylock for reading fails while a writer has the lock or anybody waits;
 * - who comes while others have the lock in a way that excludes it waits, and
 *   so does a reader while readers have it and somebody waits;
 * - who comes while nobody has the lock, but somebody waits who has not run
 *   yet, may steal it, unless the first who waits insists (handoff);
 * - when the lock gets free, or is downgraded, and a reader waits first, then
 *   all readers of the queue have it, past the writers between them;
 * - a writer has it once it is the first of the queue, and the lock is free.
 */
#ifndef TV_MODEL_RWSEM_H
#define TV_MODEL_RWSEM_H

#include "model/mm_types.h"

/*
 * All of these are steps on part TV_PART_LOCK of @object, which holds @lock.
 * They return false when @object was freed: the hazard is told by then, and
 * the lock not touched.
 */

/* NULL when a reader gets in at once; else why not. */
const char *tv_rwsem_reader_obstacle(const struct rw_semaphore *lock);

/* Takes the lock if no obstacle is there, else *@why tells it. */
bool tv_rwsem_read_trylock(const void *object, struct rw_semaphore *lock, const char *what,
			   const char **why, const struct tv_site *site);
/* These two wait. */
bool tv_rwsem_read_lock(const void *object, struct rw_semaphore *lock, const char *what,
			const struct tv_site *site);
bool tv_rwsem_write_lock(const void *object, struct rw_semaphore *lock, const char *what,
			 const struct tv_site *site);
bool tv_rwsem_read_unlock(const void *object, struct rw_semaphore *lock, const char *what,
			  const struct tv_site *site);
/* By its owner. Else it is told as released twice. */
bool tv_rwsem_write_unlock(const void *object, struct rw_semaphore *lock, const char *what,
			   const struct tv_site *site);
/* The writer becomes a reader, and nobody gets in between. */
bool tv_rwsem_downgrade(const void *object, struct rw_semaphore *lock, const char *what,
			const struct tv_site *site);

/* --- the queue by itself, no steps ----------------------------------------------- */

/* @waiter, which says whose it is, goes to the end of the queue of its lock. */
void tv_rwsem_queue(struct tv_waiter *waiter);
/* Has it the lock, or could it take it now? */
bool tv_rwsem_may_go(const struct tv_waiter *waiter);
/* It leaves the queue, with the lock or (when it was killed) without. */
void tv_rwsem_unqueue(struct tv_waiter *waiter);
/* The lock was given back, or downgraded: readers who wait first have it now. */
void tv_rwsem_wake(struct rw_semaphore *lock);

#endif
