/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Ablations: decisions of the iterator's designs, each turned off, and where
 * that matters.
 *
 * The iterator's sources know nothing of this. A file ablation_WHAT.c defines
 * one call of their environment away and includes the source as it is, which
 * gives one more design. docs/ablations.md has the list, and where each
 * decision was made.
 */
#ifndef TV_MODEL_ABLATION_H
#define TV_MODEL_ABLATION_H

#include "model/explore.h"

/* What one side is explored with. */
struct tv_ablation_side {
	const char *design;
	const char *scenario;		/* name of a file in fixtures/scenarios, without .yaml */
};

/* A finding, recognised by its kind and by a piece of its text (NULL: any). */
struct tv_ablation_sign {
	enum tv_hazard_kind kind;
	const char *text;
};

/* Where nothing is explored: what was done, and what came of it. */
struct tv_ablation_shown {
	char with[160], without[160];
	bool with_is_right, without_is_right;
};

struct tv_ablation {
	const char *name;
	const char *since;		/* "v2" of the series, or the year of the snapshot design */
	const char *decision;		/* what was decided, a clause */
	const char *off;		/* what is done instead when it is turned off, a clause */
	struct tv_ablation_side with, without;
	struct tv_ablation_sign breaks;	/* what it shows without the decision */
	/* Instead of exploring: does it. 0 or -ENOMEM. NULL: the sides are explored. */
	int (*show)(struct tv_ablation_shown *shown);
};

/* In the order in which they were decided; ends with a NULL name. */
extern const struct tv_ablation tv_ablations[];

/*
 * The design called @name, whole ("mmap_lock", or an approach of before) or
 * not ("mmap_lock-no-task-ref"); or NULL.
 */
const struct tv_iter_design *tv_ablation_design(const char *name);

/* The one that is shown and not explored: model/ablation_abi.c. */
int tv_ablation_inline_data_shown(struct tv_ablation_shown *shown);

/* Of what exploring a design without its decision found, the first that is due to that; or NULL. */
const struct tv_finding *tv_ablation_breakage(const struct tv_ablation *ablation,
					      const struct tv_exploration *without);

#endif
