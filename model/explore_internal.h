/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The explorer's own: one run over a scenario, and what it gathers. */
#ifndef TV_MODEL_EXPLORE_INTERNAL_H
#define TV_MODEL_EXPLORE_INTERNAL_H

#include "model/explore.h"
#include "model/history.h"
#include "model/lockdep.h"
#include "model/program.h"

struct tv_fiber;

#define TV_RUN_HISTORIES	4
#define TV_RUN_STEPS		4096	/* of one traced execution */
#define TV_RUN_TOLD		32	/* hazards of one execution */

/* What a run is for. */
enum tv_run_mode {
	TV_RUN_SEARCH,	/* the explorer runs it: what is found is gathered */
	TV_RUN_AFTER,	/* the search is over, and what is told now is of no one execution */
	TV_RUN_CHECK,	/* one schedule: what is told is only looked at */
};

struct tv_run_actor {
	struct tv_actor actor;		/* made anew for each execution */
	const char *name;
	unsigned int cpu;
	enum tv_context context;
	bool interrupts;		/* comes in on top of others of its CPU */
	void (*fn)(void *arg);
	struct tv_fiber *fiber;
	const struct tv_actor_plan *plan;	/* NULL: a servant of the kernel */
	struct tv_program program;

	bool started, done;
	unsigned long since;		/* when it took its CPU */
};

struct tv_run {
	const struct tv_scenario *scenario;
	const struct tv_iter_design *design;
	struct tv_exploration *found;
	struct tv_measure *measure;	/* NULL: nothing is measured */
	struct tv_system system;

	struct tv_run_actor actors[TV_MAX_ACTORS];
	unsigned int nr;
	struct tv_world *world;
	struct tv_slots *slots;
	struct tv_lockdep lockdep;
	struct tv_history *histories;	/* TV_RUN_HISTORIES */
	unsigned int nr_histories;
	unsigned long now;		/* counts entries to CPUs */
	char deadlock[400];		/* who waits for whom */

	enum tv_run_mode mode;
	/* of the execution under way, and after which of its moves they were told */
	struct tv_hazard told[TV_RUN_TOLD];
	unsigned int told_at[TV_RUN_TOLD], nr_told;
	bool over;			/* one of them was fatal */
	struct tv_move *needed;		/* UINT16_MAX of them, for tv_explore_needed() */
	unsigned long tries;		/* executions that are left to shorten by */

	bool tracing;
	struct tv_trace_step *steps;	/* TV_RUN_STEPS, while tracing */
	unsigned int nr_steps;
	bool out_of_memory;		/* something could not be kept, or the world was */
};

int tv_run_init(struct tv_run *run, const struct tv_scenario *scenario,
		const struct tv_iter_design *design, struct tv_exploration *found);
void tv_run_fini(struct tv_run *run);
int tv_run_reset(void *run);
/* This machine was out of memory: what was found is not all, or not so. */
bool tv_run_ran_out(const struct tv_run *run);
/* Adds the walks so far to what was found. */
void tv_run_count(struct tv_run *run);

/* What explores a run: each execution ends with tv_run_end(). */
const struct tv_system *tv_run_system(struct tv_run *run);

/*
 * From the start along @moves. 0: all were made; 1: a fatal hazard ended it
 * after *@at of them; -EINVAL: move *@at could not be made.
 */
int tv_run_moves(struct tv_run *run, const struct tv_move *moves, unsigned int nr,
		 unsigned int *at);
/* Nobody can go on. */
bool tv_run_is_stuck(struct tv_run *run);
/* Judges the execution as far as it went; all of it when nobody can go on. */
void tv_run_end(struct tv_run *run);

/* --- explore_found.c: what is gathered ------------------------------------------ */

void tv_run_outcome(struct tv_run *run, const char *call, const char *text);
/* The execution under way shows @hazard: for tv_world.told. */
void tv_run_told(void *run, const struct tv_hazard *hazard);
/* Fills run->deadlock. */
void tv_run_describe_deadlock(struct tv_run *run);
/* Writes down the step that @a is about to take. */
void tv_run_trace(struct tv_run *run, const struct tv_run_actor *a, unsigned int choice);
/* Makes the schedule of each finding as short as @tries executions can tell, and fills its steps. */
int tv_run_shorten(struct tv_run *run, unsigned long tries);

#endif
