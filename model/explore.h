/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The explorer: a scenario, a design, every interleaving; what goes wrong,
 * and a shortest schedule that shows it.
 */
#ifndef TV_MODEL_EXPLORE_H
#define TV_MODEL_EXPLORE_H

#include "model/dpor.h"
#include "model/hazard.h"
#include "model/iter.h"
#include "model/scenario.h"

/* One step of a schedule, for people. */
struct tv_trace_step {
	const char *actor;
	const char *what;
	char object[48];		/* "mm of task 42", "" */
	const struct tv_site *site;
	unsigned int choice;
};

/* One thing that was found, with the shortest schedule seen that leads to it. */
struct tv_finding {
	struct tv_hazard hazard;
	char detail[400];		/* for a deadlock: who waits for whom */
	unsigned long times;		/* executions that showed it */
	struct tv_move *moves;
	struct tv_trace_step *steps;
	unsigned int nr;		/* of moves and of steps */
	unsigned int switches;		/* between actors */
	struct tv_finding *next;
};

/* How often a call returned what: "0", "-EBUSY: mmap_lock is held by a writer". */
struct tv_outcome {
	const char *call;		/* "new"; "next", where an approach ended early */
	char text[160];
	unsigned long times;
	struct tv_outcome *next;
};

struct tv_exploration {
	struct tv_explore_result search;
	unsigned long walks, vmas;	/* walks begun, VMAs shown, in all executions */
	struct tv_finding *findings;	/* in the order of their kinds */
	struct tv_outcome *outcomes;
	bool incomplete;		/* history was too short: some walks were not checked */
	struct tv_trace_step *steps;	/* tv_explore_replay() without a finding: what was done */
	unsigned int nr_steps;
};

/*
 * Explores. 0, or -ENOMEM. Free the result with tv_exploration_fini(), also
 * after an error.
 */
int tv_explore_scenario(const struct tv_scenario *scenario, const struct tv_iter_design *design,
			const struct tv_explore_limits *limits, struct tv_exploration *found);

struct tv_measure;

/*
 * The same, and measures what walks give and cost (model/measure.h). What is
 * found has neither short schedules nor steps.
 */
int tv_explore_measured(const struct tv_scenario *scenario, const struct tv_iter_design *design,
			const struct tv_explore_limits *limits, struct tv_exploration *found,
			struct tv_measure *measure);

/*
 * Runs one schedule: @nr moves, then on with whoever can until nobody can.
 * @found then has one execution, its findings and steps. -EINVAL: the
 * schedule names an actor that could not go, at move *@at.
 */
int tv_explore_replay(const struct tv_scenario *scenario, const struct tv_iter_design *design,
		      const struct tv_move *moves, unsigned int nr, struct tv_exploration *found,
		      unsigned int *at);

/*
 * Names of all actors, those of the scenario and those that the explorer
 * adds, by their numbers in moves. They live as long as @scenario. 0 or -ENOMEM.
 */
int tv_explore_actors(const struct tv_scenario *scenario, const char *names[TV_MAX_ACTORS],
		      unsigned int *nr);

void tv_exploration_fini(struct tv_exploration *found);

/* Bit set of the hazards found. */
unsigned int tv_exploration_hazards(const struct tv_exploration *found);

#endif
