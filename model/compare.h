/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One scenario, the designs and the approaches of before, side by side. */
#ifndef TV_MODEL_COMPARE_H
#define TV_MODEL_COMPARE_H

#include "model/explore.h"
#include "model/measure.h"

enum tv_support {
	TV_SUPPORT_NO,		/* new refuses, or it must not be done there at all */
	TV_SUPPORT_PART,	/* a walk begins, and does not come to its end */
	TV_SUPPORT_YES,		/* every VMA is shown */
};

const char *tv_support_name(enum tv_support support);

struct tv_context_support {
	enum tv_support support;
	char why[160];		/* "" for TV_SUPPORT_YES */
};

/* One design in one scenario. */
struct tv_comparison {
	const struct tv_iter_design *design;
	struct tv_exploration found;	/* of the scenario; its findings have no steps */
	struct tv_measure measure;	/* of the same */

	/* one undisturbed walk, in process context */
	unsigned long vmas, calls, allocs, hold;
	struct tv_context_support contexts[TV_CONTEXT_NR];
};

/* The first task that the scenario's actors walk; below 0: they walk none. */
int tv_compare_task(const struct tv_scenario *scenario);

/*
 * 0 or -ENOMEM. Free the result with tv_exploration_fini(&row->found), also
 * after an error.
 */
int tv_compare(const struct tv_scenario *scenario, const struct tv_iter_design *design,
	       const struct tv_explore_limits *limits, struct tv_comparison *row);

#endif
