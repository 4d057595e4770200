// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What is measured while a reduced set of interleavings is explored, against
 * interleavings drawn at random: none of these may show what that set says
 * never happens, nor more of it at once, nor a hazard that it does not have.
 */
#include <stdlib.h>
#include <valgrind/valgrind.h>
#include "model/approach.h"
#include "model/compare.h"
#include "model/explore_internal.h"
#include "tests/unit/model_world.h"

#ifdef __SANITIZE_ADDRESS__
#define SLOW	true
#else
#define SLOW	RUNNING_ON_VALGRIND
#endif

static const char *const scenarios[] = {
	"fixtures/scenarios/unmap-during-walk.yaml",
	"fixtures/scenarios/merge-between-reads.yaml",
	"fixtures/scenarios/grow-start.yaml",
	"fixtures/scenarios/exit-during-new.yaml",
	"fixtures/scenarios/list-reuse.yaml",
};

/* One of the actors that can go, or -1. */
static int draw_actor(struct tv_run *run)
{
	unsigned int ready[TV_MAX_ACTORS], nr = 0, i;
	struct tv_step step;

	for (i = 0; i < run->nr; i++) {
		if (run->system.pending(run, i, &step) == TV_ACTOR_READY)
			ready[nr++] = i;
	}
	return nr ? (int)ready[rand() % nr] : -1;
}

/* An execution at random; the kinds of its hazards are added to *@hazards. */
static void draw(struct tv_run *run, unsigned int *hazards)
{
	const struct tv_system *sys = tv_run_system(run);
	unsigned int i;
	int actor;

	assert_int_equal(sys->reset(run), 0);
	while ((actor = draw_actor(run)) >= 0) {
		if (sys->execute(run, actor, 0))
			break;
	}
	tv_run_end(run);
	for (i = 0; i < run->nr_told; i++)
		*hazards |= 1U << run->told[i].kind;
}

static void within(const char *what, const struct tv_tally *drawn, const struct tv_tally *explored)
{
	if (drawn->most > explored->most)
		print_error("%s: %lu at once, explored %lu\n", what, drawn->most, explored->most);
	assert_true(drawn->most <= explored->most);
}

static void compare(const struct tv_scenario *scenario, const struct tv_iter_design *design)
{
	static const struct tv_explore_limits limits = { .max_states = 100000 };
	struct tv_measure explored, drawn = { 0 };
	struct tv_exploration found, drawn_found;
	unsigned int hazards = 0, draws = SLOW ? 20 : 200, i;
	struct tv_run run;

	assert_int_equal(tv_explore_measured(scenario, design, &limits, &found, &explored), 0);
	assert_true(found.search.exhausted);
	assert_int_equal(tv_run_init(&run, scenario, design, &drawn_found), 0);
	run.measure = &drawn;
	run.mode = TV_RUN_CHECK;
	for (i = 0; i < draws; i++)
		draw(&run, &hazards);
	tv_run_fini(&run);

	within("missed", &drawn.missed, &explored.missed);
	within("repeated", &drawn.repeated, &explored.repeated);
	within("stale", &drawn.stale, &explored.stale);
	within("refused", &drawn.refused, &explored.refused);
	within("cut", &drawn.cut, &explored.cut);
	within("delays", &drawn.waits, &explored.waits);
	assert_true(drawn.hold <= explored.hold);
	assert_true(drawn.waited_hold <= explored.waited_hold);
	assert_int_equal(hazards & ~tv_exploration_hazards(&found), 0);
	tv_exploration_fini(&drawn_found);
	tv_exploration_fini(&found);
}

static void random_orders_show_nothing_else(void **state)
{
	const struct tv_iter_design *const *design;
	struct tv_scenario *scenario;
	struct tv_diag diag;
	size_t i;

	srand(1);
	for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		assert_int_equal(tv_scenario_load(scenarios[i], &scenario, &diag), 0);
		for (design = tv_iter_designs; *design; design++)
			compare(scenario, *design);
		for (design = tv_approaches; *design; design++)
			compare(scenario, *design);
		tv_scenario_destroy(scenario);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_orders_show_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
