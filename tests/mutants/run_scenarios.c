// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * run_scenarios FILE...: explores each scenario with each design that it
 * expects something of, and ends with 1 at the first that shows something
 * else. All are looked at a little first: most of what is wrong shows early.
 */
#include <stdio.h>
#include <string.h>
#include "model/ablation.h"

/* States of one exploration: at first, and then where that did not exhaust it. */
static const unsigned long max_states[] = { 1500, 20000 };
#define ROUNDS	(sizeof(max_states) / sizeof(max_states[0]))

static unsigned int hazards_of(const struct tv_exploration *found)
{
	const struct tv_finding *finding;
	unsigned int hazards = 0;

	for (finding = found->findings; finding; finding = finding->next)
		hazards |= 1U << finding->hazard.kind;
	return hazards;
}

static void tell(const char *file, const struct tv_expectation *expect, unsigned int wrong,
		 const char *what)
{
	int kind = __builtin_ctz(wrong);

	printf("%s, design %s: %s %s\n", file, expect->design, what, tv_hazard_text(kind));
}

/* False: not what was expected. *@done: nothing is left to look at. */
static bool try(const char *file, const struct tv_scenario *scenario,
		const struct tv_expectation *expect, unsigned int round, bool *done)
{
	const struct tv_explore_limits limits = { .max_states = max_states[round] };
	struct tv_exploration found;
	unsigned int hazards, surplus, missing;

	if (tv_explore_scenario(scenario, tv_ablation_design(expect->design), &limits, &found))
		return false;
	hazards = hazards_of(&found);
	*done = found.search.exhausted;
	tv_exploration_fini(&found);
	surplus = hazards & ~expect->hazards;
	missing = *done ? expect->hazards & ~hazards : 0;
	if (surplus)
		tell(file, expect, surplus, "shows");
	else if (missing)
		tell(file, expect, missing, "does not show");
	return !surplus && !missing;
}

/* One round of one scenario. *@open has a bit for each design that is not done. */
static bool try_all(const char *file, unsigned int round, unsigned int *open)
{
	struct tv_scenario *scenario;
	struct tv_diag diag;
	unsigned int i;
	bool done = false, well = true;

	if (tv_scenario_load(file, &scenario, &diag)) {
		printf("%s: %s\n", file, diag.text);
		return false;
	}
	for (i = 0; well && i < scenario->nr_expect; i++) {
		if (!(*open & 1U << i))
			continue;
		well = try(file, scenario, &scenario->expect[i], round, &done);
		if (done)
			*open &= ~(1U << i);
	}
	tv_scenario_destroy(scenario);
	return well;
}

int main(int argc, char **argv)
{
	static unsigned int open[256];
	unsigned int round;
	int i;

	if (argc > 256)
		return 2;
	memset(open, 0xff, sizeof(open));
	for (round = 0; round < ROUNDS; round++) {
		for (i = 1; i < argc; i++) {
			if (open[i] && !try_all(argv[i], round, &open[i]))
				return 1;
		}
	}
	return 0;
}
