// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A scenario measured, and the same address space walked undisturbed in every context. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/compare.h"

const char *tv_support_name(enum tv_support support)
{
	static const char *const names[] = {
		[TV_SUPPORT_NO] = "no", [TV_SUPPORT_PART] = "part", [TV_SUPPORT_YES] = "yes",
	};

	return names[support];
}

static int first_walk(const struct tv_action *actions, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (actions[i].kind == TV_DO_WALK)
			return actions[i].task;
	}
	return -1;
}

int tv_compare_task(const struct tv_scenario *scenario)
{
	int pid = -1;
	unsigned int i;

	for (i = 0; pid < 0 && i < scenario->nr_actors; i++)
		pid = first_walk(scenario->actors[i].actions, scenario->actors[i].nr);
	return pid;
}

/* @scenario without its actors and faults: one walk of @pid in @context. */
static void make_quiet(struct tv_scenario *quiet, const struct tv_scenario *scenario, int pid,
		       enum tv_context context)
{
	unsigned int i;

	*quiet = *scenario;
	quiet->faults = (struct tv_fault_plan){ 0 };
	for (i = 0; i < quiet->nr_tasks; i++)
		quiet->tasks[i].mmap_lock = TV_MMAP_FREE;
	quiet->nr_actors = 1;
	quiet->actors[0] = (struct tv_actor_plan){
		.name = "walk", .context = context, .nr = 1,
		.actions = { { .kind = TV_DO_WALK, .task = pid } },
	};
}

/* Why a walk did not begin or end well, in the words of the exploration. */
static void set_why(struct tv_context_support *to, const struct tv_exploration *found)
{
	const struct tv_outcome *outcome = found->outcomes;

	while (outcome && !strcmp(outcome->text, "0"))
		outcome = outcome->next;
	if (found->findings)
		snprintf(to->why, sizeof(to->why), "%s", tv_hazard_text(found->findings->hazard.kind));
	else if (outcome)
		snprintf(to->why, sizeof(to->why), "%s", outcome->text);
	else
		snprintf(to->why, sizeof(to->why), "not every VMA is shown");
}

static void judge_context(struct tv_context_support *to, const struct tv_exploration *found,
			  const struct tv_measure *measure, unsigned int nr_vmas)
{
	unsigned long all = found->walks * nr_vmas;

	*to = (struct tv_context_support){ .support = TV_SUPPORT_YES };
	if (found->findings || measure->refused.executions)
		to->support = TV_SUPPORT_NO;
	else if (measure->cut.executions || found->vmas != all)
		to->support = TV_SUPPORT_PART;
	if (to->support != TV_SUPPORT_YES)
		set_why(to, found);
}

static int walk_in(const struct tv_scenario *quiet, struct tv_comparison *row,
		   enum tv_context context, unsigned int nr_vmas)
{
	static const struct tv_explore_limits limits = { .max_states = 100000 };
	struct tv_exploration found;
	struct tv_measure measure;
	int err = tv_explore_measured(quiet, row->design, &limits, &found, &measure);

	if (!err)
		judge_context(&row->contexts[context], &found, &measure, nr_vmas);
	/* alone in process context all executions are alike */
	if (!err && context == TV_CONTEXT_PROCESS && found.walks) {
		row->vmas = found.vmas / found.walks;
		row->calls = measure.calls / found.walks;
		row->allocs = measure.allocs / found.walks;
		row->hold = measure.hold;
	}
	tv_exploration_fini(&found);
	return err;
}

static int walk_quietly(const struct tv_scenario *scenario, struct tv_comparison *row)
{
	struct tv_scenario *quiet = malloc(sizeof(*quiet));
	int pid = tv_compare_task(scenario), context, err = 0;

	if (!quiet)
		return -ENOMEM;
	for (context = 0; pid >= 0 && !err && context < TV_CONTEXT_NR; context++) {
		make_quiet(quiet, scenario, pid, context);
		err = walk_in(quiet, row, context, tv_scenario_task(quiet, pid)->nr_vmas);
	}
	free(quiet);
	return err;
}

int tv_compare(const struct tv_scenario *scenario, const struct tv_iter_design *design,
	       const struct tv_explore_limits *limits, struct tv_comparison *row)
{
	int err;

	*row = (struct tv_comparison){ .design = design };
	err = tv_explore_measured(scenario, design, limits, &row->found, &row->measure);
	return err ? err : walk_quietly(scenario, row);
}
