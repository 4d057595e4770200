/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Scheduling points: where one actor may be stopped and another let go.
 *
 * Every primitive of the model says what it is about to touch, and how,
 * before it does. Alone in its world (taskvma walk) an actor just goes on.
 * Under the explorer it stops there, as a fibre, until it is chosen. Between
 * two points an actor runs alone.
 */
#ifndef TV_MODEL_STEP_H
#define TV_MODEL_STEP_H

#include <stdbool.h>
#include <stdint.h>
#include "model/dpor.h"
#include "model/event.h"

/* Numbers of what every world has; objects get theirs behind them. */
enum {
	TV_NUMBER_RCU = 1 * TV_PARTS,
	TV_NUMBER_WORK = 2 * TV_PARTS,
	TV_NUMBER_TASKS = 3 * TV_PARTS,	/* which tasks can be found by pid */
	TV_NUMBER_RCU_TASKS_TRACE = 4 * TV_PARTS,
	TV_NUMBER_VMA_CACHE = 5 * TV_PARTS,	/* the VMAs freed last, to be handed out first */
	TV_NUMBER_ALLOCS = 6 * TV_PARTS,	/* how many allocations there were: the n-th fails */
	TV_NUMBER_LAST_FIXED = TV_NUMBER_ALLOCS,
};

/* What the actor is about to do; kept until it has done it. */
struct tv_point {
	struct tv_step step;
	const char *what;		/* "mmap_read_trylock" */
	const void *object;		/* for people; may be NULL */
	const struct tv_site *site;
	/* NULL: never blocks. Else looked at again whenever something has changed. */
	bool (*can)(const void *arg);
	const void *arg;
	bool idle;			/* to wait here for ever is no deadlock */
};

/* A step that never waits. */
void tv_step(uint32_t object, enum tv_access access, const char *what, const void *who,
	     const struct tv_site *site);

/*
 * A step that waits until @can(@arg). Outside of the explorer nobody else
 * could make it come true, so a wait is a deadlock and reported as one.
 */
void tv_step_when(bool (*can)(const void *arg), const void *arg, uint32_t object,
		  enum tv_access access, const char *what, const void *who,
		  const struct tv_site *site);

/*
 * The same, for an actor that serves others: it may wait for ever. With
 * @takes_cpu it runs on top of whoever its CPU was running.
 */
void tv_step_idle(bool (*can)(const void *arg), const void *arg, uint32_t object, bool takes_cpu,
		  const char *what, const struct tv_site *site);

/* The actor comes to its CPU, or leaves it, and keeps others off it between. */
void tv_step_cpu(const char *what, const struct tv_site *site);

/* Before interrupts go off, while they are, or before they come back: only an NMI can come in. */
void tv_step_irqs(uint32_t object, const char *what, const struct tv_site *site);

/* One of @ways (at least 1) ways to go on; the explorer takes each, others 0. */
unsigned int tv_step_choose(unsigned int ways, const char *what, const struct tv_site *site);
/* The same, where the way taken changes @object. */
unsigned int tv_step_choose_of(uint32_t object, unsigned int ways, const char *what,
			       const struct tv_site *site);

#endif
