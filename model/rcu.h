/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RCU as events: a callback runs once every reader that was in a read-side
 * section when it was queued has left it. (Where threads are real, liburcu
 * does this; see maple/compat.h.)
 *
 * There are two kinds of it. Sections of the first are rcu_read_lock()'s, and
 * all of a program that must not sleep. Sections of the second, RCU tasks
 * trace, are sleepable programs from beginning to end; its grace periods wait
 * for sections of the first as well (Linux rcu_trace_implies_rcu_gp()).
 */
#ifndef TV_MODEL_RCU_H
#define TV_MODEL_RCU_H

#include <stdbool.h>
#include "model/event.h"

struct tv_actor;
struct tv_world;

enum tv_rcu_kind {
	TV_RCU,
	TV_RCU_TASKS_TRACE,
	TV_RCU_KINDS,
};

/* Lies in the object it frees. */
struct tv_rcu_head {
	struct tv_rcu_head *next;
	void (*fn)(struct tv_rcu_head *head);
	unsigned long queued_at;	/* time of struct tv_rcu */
};

/* Oldest first. */
struct tv_rcu_queue {
	struct tv_rcu_head *first, **last;
};

#define TV_RCU_READERS	16

struct tv_rcu {
	unsigned long now;	/* counts sections begun, callbacks queued, VMAs freed */
	struct tv_rcu_queue queues[TV_RCU_KINDS];
	struct tv_actor *readers[TV_RCU_READERS];	/* in a section now, of either kind */
};

void tv_rcu_init(struct tv_rcu *rcu);

void tv_rcu_enter(const struct tv_site *site);
void tv_rcu_leave(const struct tv_site *site);

/*
 * Linux rcu_read_lock_trace(). To enter is no step: a program does so before
 * it has anything that a grace period could be for. To leave is one where
 * scenarios have a cache of BPF memory, the only one who waits for it.
 */
void tv_rcu_trace_enter(void);
void tv_rcu_trace_leave(const struct tv_site *site);

/* @fn(@head) after a grace period, by whoever runs tv_rcu_run(). */
void tv_rcu_call(enum tv_rcu_kind kind, struct tv_rcu_head *head,
		 void (*fn)(struct tv_rcu_head *head), const struct tv_site *site);

/* Is the oldest callback's grace period over? False as well when there is none. */
bool tv_rcu_is_due(const struct tv_world *world, enum tv_rcu_kind kind);
/* Runs that one callback. */
void tv_rcu_run(struct tv_world *world, enum tv_rcu_kind kind);

#endif
