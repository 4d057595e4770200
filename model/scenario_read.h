/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading scenarios: what the files that do it share. */
#ifndef TV_MODEL_SCENARIO_READ_H
#define TV_MODEL_SCENARIO_READ_H

#include "model/fixture_read.h"
#include "model/scenario.h"

struct tv_scenario_reader {
	struct tv_fixture_reader fixture;	/* first: keys of fixtures get it */
	struct tv_scenario *scenario;
	/* by number of the task: whose exit or exec it is, counted from 1; 0: nobody's yet */
	unsigned int lives[TV_SCENARIO_TASKS];
};

/* What one actor's actions were found to need; of their places, the first. */
struct tv_action_needs {
	unsigned int actor;		/* whose they are, counted from 1 */
	bool process, kept, keeps;
	struct tv_yaml_place process_at, kept_at;
	const char *process_what;
};

/*
 * A sequence of actions into @actions, room for TV_SCENARIO_ACTIONS, @nr of
 * which are there after it, even when it failed. @depth walks are around it.
 */
int tv_scenario_actions(struct tv_yaml_reader *r, struct tv_scenario_reader *root,
			struct tv_action *actions, unsigned int *nr, unsigned int depth,
			struct tv_action_needs *needs);

#endif
