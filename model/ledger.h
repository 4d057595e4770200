/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ledger: who holds what, and where it was taken.
 *
 * A TRACKED resource has one hold for each acquisition not yet released. A
 * release ends the newest hold of the actor that makes it, or, when that one
 * has none, the oldest of whoever has: an irq_work callback gives back what
 * the program took.
 */
#ifndef TV_MODEL_LEDGER_H
#define TV_MODEL_LEDGER_H

#include <stdbool.h>
#include "model/event.h"

struct tv_actor;
struct tv_hold;

struct tv_ledger {
	struct tv_hold *holds;		/* oldest first */
	long counted[TV_RES_NR];		/* COUNTED: acquired minus released */
	unsigned long lost;			/* acquisitions not recorded: out of memory */
	unsigned long unmatched;		/* releases of what nobody held */
	struct tv_event first_unmatched;
};

/* One thing that is still held. */
struct tv_held {
	enum tv_resource res;
	const void *object;
	const char *actor;		/* name of the holder */
	const struct tv_site *site;	/* where it was taken; NULL for a COUNTED one */
	long count;			/* for a COUNTED resource; may be negative */
};

void tv_ledger_init(struct tv_ledger *ledger);
void tv_ledger_fini(struct tv_ledger *ledger);
void tv_ledger_record(struct tv_ledger *ledger, const struct tv_actor *actor,
		      const struct tv_event *ev);

/*
 * Calls @fn for each thing held, oldest first, COUNTED ones last; stops early when
 * @fn returns nonzero. Returns how many were shown.
 */
size_t tv_ledger_for_each_held(const struct tv_ledger *ledger,
			       int (*fn)(void *arg, const struct tv_held *held), void *arg);

/* Does @actor hold @res of @object? For TRACKED resources. */
bool tv_ledger_holds(const struct tv_ledger *ledger, const struct tv_actor *actor,
		     enum tv_resource res, const void *object);

/* The object of the newest hold of @actor's on one of two resources, or NULL. TRACKED ones. */
const void *tv_ledger_newest(const struct tv_ledger *ledger, const struct tv_actor *actor,
			     enum tv_resource res, enum tv_resource or_res);

/* Nothing held, nothing released twice, nothing lost. */
bool tv_ledger_is_clean(const struct tv_ledger *ledger);

#endif
