/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What walks give and what they cost, measured while interleavings are
 * explored: the same for every design, whatever it promises. docs/compare.md
 * says what each number means.
 *
 * In a world that is measured, to look at the history of an address space is
 * a step that reads its tree, so that no order in which what a walk shows
 * could be older or newer is taken for another.
 */
#ifndef TV_MODEL_MEASURE_H
#define TV_MODEL_MEASURE_H

#include <stdbool.h>
#include "model/event.h"

struct tv_actor;
struct tv_history;
struct tv_point;
struct tv_progress;

/* Something that an execution can show, once or more often. */
struct tv_tally {
	unsigned long executions;	/* that show it */
	unsigned long most;		/* how often one of them does */
};

#define TV_MEASURE_HOLDS	16

/* A lock for reading that a walk has. */
struct tv_measure_hold {
	enum tv_resource res;		/* TV_RES_NR: given back */
	const void *object;
	const struct tv_actor *owner;
	unsigned long since;		/* its steps when it took the lock */
};

/* The execution under way. */
struct tv_measure_now {
	unsigned long missed, repeated, stale, refused, cut;
	unsigned long hold, waited_hold, waits;
	struct tv_measure_hold holds[TV_MEASURE_HOLDS];
};

struct tv_measure {
	unsigned long executions;
	struct tv_tally missed;		/* VMAs that stood unchanged and were not shown */
	struct tv_tally repeated;	/* VMAs of which some address had been shown */
	struct tv_tally stale;		/* VMAs not mapped like that when the program was done with them */
	struct tv_tally refused;	/* walks that new did not begin */
	struct tv_tally cut;		/* walks that an error of next ended */
	struct tv_tally waits;		/* locks of walks for which a writer waited */
	unsigned long hold;		/* steps of a walk while it had a lock, at most */
	unsigned long waited_hold;	/* the same for locks for which a writer waited */
	unsigned long calls, allocs;	/* by walks, in all executions */
	struct tv_measure_now now;
};

/* All of these do nothing in a world that is not measured. */

/* Before @history (may be NULL) is looked at: a step. */
void tv_measure_looks(const struct tv_history *history);
/* Would this step not be there, were nothing measured? */
bool tv_measure_is_own(const struct tv_point *point);

/* The current actor is in new, next or destroy of a walk from here to there. */
void tv_measure_enter(void);
void tv_measure_leave(void);
void tv_measure_calls(unsigned long nr);

void tv_measure_told(const char *call, int err);
/* A walk begins, or new has failed. */
void tv_measure_begin(struct tv_progress *progress);
void tv_measure_shown(const struct tv_progress *progress, unsigned long start, unsigned long end);
/* The program is done with the VMA that was shown as [@start, @end). */
void tv_measure_done_with(const struct tv_progress *progress, unsigned long start,
			  unsigned long end);
void tv_measure_end(const struct tv_progress *progress);

/* For the explorer: an execution begins, and has come to its end. */
void tv_measure_begin_execution(struct tv_measure *measure);
void tv_measure_end_execution(struct tv_measure *measure);
/* A sink of a world's events; @arg is the measure. */
void tv_measure_event(void *arg, const struct tv_event *ev);

#endif
