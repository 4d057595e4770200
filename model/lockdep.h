/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lock order, as lockdep keeps it: which class was ever waited for while
 * which other was held. A cycle in that is an inversion, whether or not it
 * deadlocked this time. A trylock waits for nobody, so it adds no edge; but
 * what is waited for while it is held counts.
 */
#ifndef TV_MODEL_LOCKDEP_H
#define TV_MODEL_LOCKDEP_H

#include <stdbool.h>
#include "model/event.h"

#define TV_LOCK_CLASSES(X) \
	X(MMAP_LOCK,  "mmap_lock") \
	X(VMA_LOCK,   "vma lock") \
	X(ALLOC_LOCK, "alloc_lock")

enum tv_lock_class {
#define X(name, text) TV_CLASS_##name,
	TV_LOCK_CLASSES(X)
#undef X
	TV_CLASS_NR,
};

/* @to was waited for, at @to_site, while @from, taken at @from_site, was held. */
struct tv_lock_edge {
	const struct tv_site *from_site, *to_site;	/* NULL: never */
	unsigned int move;		/* at which; in an execution of its own, if need be */
};

struct tv_lock_order {
	struct tv_lock_edge edges[TV_CLASS_NR][TV_CLASS_NR];
};

/*
 * The order of one execution, and of all: what one does and another does the
 * other way round can still come together.
 */
struct tv_lockdep {
	struct tv_lock_order here;	/* cleared before each execution */
	struct tv_lock_order ever;
};

#define TV_LOCKS_HELD	8

/* Locks an actor holds, oldest first. */
struct tv_held_locks {
	unsigned int nr;
	struct {
		enum tv_lock_class class;
		const void *lock;
		const struct tv_site *site;
	} of[TV_LOCKS_HELD];
};

const char *tv_lock_class_text(enum tv_lock_class class);

/* Before the current actor waits for a lock of @class; tells when that closes a cycle. */
void tv_lockdep_wait(enum tv_lock_class class, const struct tv_site *site);
/* Is there a cycle in the order of all executions? Then tells it. */
bool tv_lockdep_ever_inverted(const struct tv_lockdep *dep);
/* It has the lock; it has it no more (or somebody else gives it back for it). */
void tv_lockdep_acquired(enum tv_lock_class class, const void *lock, const struct tv_site *site);
void tv_lockdep_released(enum tv_lock_class class, const void *lock);

#endif
