/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What all threads hold, and what went wrong.
 *
 * Each thread counts for itself, so that the counting adds no order between
 * threads that the code under test does not have: ThreadSanitizer would take
 * it for synchronisation.
 */
#ifndef THREADS_ACCOUNT_H
#define THREADS_ACCOUNT_H

#include <stdbool.h>

enum held {
	HELD_TASK, HELD_TASK_REF,
	HELD_MM, HELD_MM_USERS, HELD_MM_COUNT,
	HELD_VMA, HELD_VMA_REF, HELD_VMA_READ,
	HELD_FILE, HELD_FILE_REF,
	HELD_MMAP_READ, HELD_MMAP_WRITE, HELD_IRQ_WORK,
	HELD_BPF_MEM, HELD_RCU_READ,
	HELD_NR,
};

/* The calling thread took one more (@n 1), or gave one back (-1). */
void account(enum held what, long n);

/*
 * Every other thread has ended: is nothing held any more? Says what is. @taken is how often
 * anything was taken since the last call.
 */
bool account_balanced(unsigned long *taken);

/* Something is wrong: said at once, the first few times, and counted. */
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
unsigned long complaints(void);

/*
 * Called where it would hurt most to be interrupted, around the taking of a count or a lock: now and
 * then somebody else runs first. Races between two neighbouring instructions are found that way.
 */
void let_others_in(void);

/* --- reference counts --- */

/* One more, of something that is held already. */
static inline void ref_get(int *count, enum held what)
{
	let_others_in();
	if (__atomic_fetch_add(count, 1, __ATOMIC_RELAXED) <= 0)
		complain("a reference is taken on what is gone (kind %d)", what);
	account(what, 1);
}

/* One more, unless the last is gone. */
static inline bool ref_get_live(int *count, enum held what)
{
	int old;

	let_others_in();
	old = __atomic_load_n(count, __ATOMIC_RELAXED);
	do {
		if (!old)
			return false;
	} while (!__atomic_compare_exchange_n(count, &old, old + 1, false, __ATOMIC_ACQUIRE,
					      __ATOMIC_RELAXED));
	account(what, 1);
	return true;
}

/* One less; true: it was the last, and all that others did before is seen. */
static inline bool ref_put(int *count, enum held what)
{
	int old = __atomic_fetch_sub(count, 1, __ATOMIC_ACQ_REL);

	if (old <= 0)
		complain("a reference is given back that nobody had (kind %d)", what);
	account(what, -1);
	return old == 1;
}

#endif
