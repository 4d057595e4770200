/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What can go wrong in a world, told once, at the step where it shows. */
#ifndef TV_MODEL_HAZARD_H
#define TV_MODEL_HAZARD_H

#include <stdbool.h>
#include "model/event.h"

#define TV_HAZARDS(X) \
	X(DEADLOCK,        "deadlock") \
	X(USE_AFTER_FREE,  "use after free") \
	X(USE_UNPROTECTED, "use without protection") \
	X(STALE_VMA,       "stale VMA") \
	X(FOREIGN_VMA,     "VMA of another address space") \
	X(TORN_READ,       "torn read") \
	X(MISSED_VMA,      "missed VMA") \
	X(REPEATED_VMA,    "repeated VMA") \
	X(LEAK,            "leak") \
	X(UNBALANCED,      "released twice") \
	X(LOCK_ORDER,      "lock order inversion") \
	X(SLEEP_IN_ATOMIC, "sleeps where it must not") \
	X(NO_PROGRESS,     "no forward progress") \
	X(NEW_FAILED,      "new failed")

enum tv_hazard_kind {
#define X(name, text) TV_HAZARD_##name,
	TV_HAZARDS(X)
#undef X
	TV_HAZARD_NR,
};

#define TV_HAZARD_MARKS	3

struct tv_hazard {
	enum tv_hazard_kind kind;
	char text[200];			/* one line: what, of whom */
	const char *actor;
	const struct tv_site *site;	/* where it showed; may be NULL */
	const struct tv_site *cause;	/* where it was freed, taken, written; may be NULL */
	/*
	 * The moves that make it, one after the other, if it may be; 0s behind
	 * them. None at all: the execution as a whole does.
	 */
	unsigned int marks[TV_HAZARD_MARKS];
};

const char *tv_hazard_text(enum tv_hazard_kind kind);
/* The kind called @text ("use after free"), or TV_HAZARD_NR. */
enum tv_hazard_kind tv_hazard_parse(const char *text);

/* Nothing sensible comes after it: under the explorer the execution is over. */
bool tv_hazard_is_fatal(enum tv_hazard_kind kind);

/*
 * Tells the current actor's world: the first hazard is kept, all are counted,
 * and who listens (tv_world.told) hears each. Returns, but for a fatal one
 * under the explorer. The move that makes it is the one under way.
 */
void tv_hazard(enum tv_hazard_kind kind, const struct tv_site *site, const struct tv_site *cause,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same, for what other moves make: see tv_hazard.marks. */
void tv_hazard_of(enum tv_hazard_kind kind, const struct tv_site *site,
		  const struct tv_site *cause, const unsigned int marks[TV_HAZARD_MARKS],
		  const char *fmt, ...) __attribute__((format(printf, 5, 6)));

#endif
