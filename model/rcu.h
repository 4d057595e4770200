/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * RCU as events: a callback runs once every reader that was in a read-side
 * section when it was queued has left it. (Where threads are real, liburcu
 * does this; see maple/compat.h.)
 */
#ifndef TV_MODEL_RCU_H
#define TV_MODEL_RCU_H

#include <stdbool.h>
#include "model/event.h"

struct tv_actor;
struct tv_world;

/* Lies in the object it frees. */
struct tv_rcu_head {
	struct tv_rcu_head *next;
	void (*fn)(struct tv_rcu_head *head);
	unsigned long queued_at;	/* time of struct tv_rcu */
};

#define TV_RCU_READERS	16

struct tv_rcu {
	unsigned long now;	/* counts sections begun, callbacks queued, VMAs freed */
	struct tv_rcu_head *first, **last;	/* oldest first */
	struct tv_actor *readers[TV_RCU_READERS];	/* in a section now */
};

void tv_rcu_init(struct tv_rcu *rcu);

void tv_rcu_enter(const struct tv_site *site);
void tv_rcu_leave(const struct tv_site *site);

/* @fn(@head) after a grace period, by whoever runs tv_rcu_run(). */
void tv_rcu_call(struct tv_rcu_head *head, void (*fn)(struct tv_rcu_head *head),
		 const struct tv_site *site);

/* Is the oldest callback's grace period over? False as well when there is none. */
bool tv_rcu_is_due(const struct tv_world *world);
/* Runs that one callback. */
void tv_rcu_run(struct tv_world *world);

#endif
