/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Linux rw_semaphore, without its ledger entries: see mmap_lock.h for those. */
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
bool tv_rwsem_write_unlock(const void *object, struct rw_semaphore *lock, const char *what,
			   const struct tv_site *site);

#endif
