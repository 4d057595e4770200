// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes as a scenario. What is refused comes with a place in the input; what is read keeps to the
 * stated bounds, makes a world twice alike, and a few steps of it can be explored.
 */
#include <errno.h>

#include "model/explore.h"
#include "model/fixture.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/text.h"

#define STEPS	200

static void require_actions(const struct tv_action *actions, unsigned int nr, unsigned int depth)
{
	unsigned int i;

	fuzz_require(nr <= TV_SCENARIO_ACTIONS && depth <= TV_SCENARIO_DEPTH + 1,
		     "%u actions, %u deep", nr, depth);
	for (i = 0; i < nr; i++) {
		fuzz_require(actions[i].kind < TV_DO_NR && actions[i].pointer < TV_POINTER_NR,
			     "action %d", actions[i].kind);
		fuzz_require(!actions[i].nr_inside || actions[i].inside, "nothing inside");
		require_actions(actions[i].inside, actions[i].nr_inside, depth + 1);
	}
}

static void require_bounds(const struct tv_scenario *scenario)
{
	unsigned int i;

	fuzz_require(scenario->nr_tasks <= TV_SCENARIO_TASKS &&
		     scenario->nr_actors <= TV_SCENARIO_ACTORS &&
		     scenario->nr_expect <= TV_SCENARIO_EXPECT, "too many of something");
	for (i = 0; i < scenario->nr_tasks; i++)
		fuzz_require(scenario->tasks[i].nr_vmas <= TV_SCENARIO_VMAS, "VMAs");
	for (i = 0; i < scenario->nr_actors; i++) {
		fuzz_require(scenario->actors[i].name[0] && scenario->actors[i].cpu < TV_NR_CPUS &&
			     scenario->actors[i].context < TV_CONTEXT_NR, "actor %u", i);
		require_actions(scenario->actors[i].actions, scenario->actors[i].nr, 0);
	}
}

static char *populated(const struct tv_scenario *scenario, size_t *size)
{
	struct tv_world *world;
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	fuzz_require(out && !tv_world_create(&world), "memory");
	fuzz_require(!tv_scenario_populate(scenario, world), "populate");
	fuzz_require(!tv_fixture_write(out, world), "write");
	fclose(out);
	tv_world_destroy(world);
	return text;
}

static void require_same_world(const struct tv_scenario *scenario)
{
	size_t size, size2;
	char *text = populated(scenario, &size), *text2 = populated(scenario, &size2);

	fuzz_require(size == size2 && !memcmp(text, text2, size), "two worlds:\n%s\n%s", text,
		     text2);
	free(text);
	free(text2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tv_explore_limits limits = { .max_steps = STEPS, .max_depth = STEPS };
	struct tv_scenario *scenario;
	struct tv_exploration found;
	struct tv_diag diag;
	int err = tv_scenario_load(fuzz_file(data, size), &scenario, &diag);

	if (err) {
		fuzz_require(err == -EINVAL && !scenario && diag.text[0], "%d: %s", err, diag.text);
		return 0;
	}
	require_bounds(scenario);
	require_same_world(scenario);
	err = tv_explore_scenario(scenario, tv_iter_designs[size % 5], &limits, &found);
	fuzz_require(!err, "explore: %d", err);
	tv_exploration_fini(&found);
	tv_scenario_destroy(scenario);
	return 0;
}
