/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Spinlocks of model objects: who spins keeps its CPU, so an interrupt that waits for what it interrupted waits for ever. */
#ifndef TV_MODEL_SPINLOCK_H
#define TV_MODEL_SPINLOCK_H

#include "model/lockdep.h"
#include "model/mm_types.h"

/* @object holds @lock. False: it was freed (the hazard is told), or, for trylock, it is held. */
bool tv_spin_trylock(const void *object, struct tv_spinlock *lock, enum tv_lock_class class,
		     const struct tv_site *site);
bool tv_spin_lock(const void *object, struct tv_spinlock *lock, enum tv_lock_class class,
		  const struct tv_site *site);
void tv_spin_unlock(const void *object, struct tv_spinlock *lock, enum tv_lock_class class,
		    const struct tv_site *site);

#endif
