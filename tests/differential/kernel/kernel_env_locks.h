/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A spinlock of one word, as maple/compat.h has it, for the timing of both trees side by side: the
 * mutex that stands in for it elsewhere costs more.
 */
#ifndef TV_TESTS_KERNEL_ENV_LOCKS_H
#define TV_TESTS_KERNEL_ENV_LOCKS_H

#include <sched.h>

typedef struct { int held; } spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name) { 0 }
#define spin_lock_init(lock) ((void)((lock)->held = 0))
#define spin_lock_nested(lock, subclass) spin_lock(lock)

static inline void spin_lock(spinlock_t *lock)
{
	while (unlikely(__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)))
		sched_yield();
}

static inline void spin_unlock(spinlock_t *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

#endif
