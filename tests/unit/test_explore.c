// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the explorer says of real scenarios, held against two simpler ways to
 * run them: executions at random, none of which may show what the search did
 * not find; and all executions up to a length, none of which may show a
 * finding in fewer moves than its schedule has.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include <valgrind/valgrind.h>
#include "model/explore_internal.h"

#define SCENARIOS	"fixtures/scenarios/"
#define MAX_MOVES	1000

#ifdef __SANITIZE_ADDRESS__
#define SLOW	true
#else
#define SLOW	RUNNING_ON_VALGRIND
#endif

static const struct tv_explore_limits no_limits;

static struct tv_scenario *load(const char *path)
{
	struct tv_scenario *scenario;
	struct tv_diag diag;

	if (tv_scenario_load(path, &scenario, &diag))
		fail_msg("%s: cannot be read", path);
	return scenario;
}

static uint32_t rnd(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* One execution, its actors taken at random. Returns how many moves it took. */
static unsigned int run_at_random(struct tv_run *run, uint32_t *seed, struct tv_move *moves)
{
	const struct tv_system *sys = tv_run_system(run);
	struct tv_step step[TV_MAX_ACTORS];
	unsigned int nr, ready[TV_MAX_ACTORS], nr_ready;
	int actor;

	assert_int_equal(sys->reset(sys->arg), 0);
	for (nr = 0; nr < MAX_MOVES && !run->over; nr++) {
		for (nr_ready = 0, actor = 0; actor < sys->nr_actors; actor++) {
			if (sys->pending(sys->arg, actor, &step[actor]) == TV_ACTOR_READY)
				ready[nr_ready++] = actor;
		}
		if (!nr_ready)
			break;
		actor = ready[rnd(seed) % nr_ready];
		/* in runs: what needs one actor far ahead of another comes too */
		if (nr && rnd(seed) % 4 && sys->pending(sys->arg, moves[nr - 1].actor,
							&step[moves[nr - 1].actor]) == TV_ACTOR_READY)
			actor = moves[nr - 1].actor;
		moves[nr] = (struct tv_move){ actor, 0 };
		if (step[actor].choices > 1)
			moves[nr].choice = rnd(seed) % step[actor].choices;
		sys->execute(sys->arg, actor, moves[nr].choice);
	}
	tv_run_end(run);
	return nr;
}

static bool was_found(const struct tv_exploration *found, const struct tv_hazard *hazard)
{
	const struct tv_finding *finding;

	for (finding = found->findings; finding; finding = finding->next) {
		if (finding->hazard.kind == hazard->kind && finding->hazard.site == hazard->site &&
		    !strcmp(finding->hazard.text, hazard->text))
			return true;
	}
	return false;
}

static void check_at_random(const char *path, const struct tv_iter_design *design,
			    unsigned int executions)
{
	struct tv_scenario *scenario = load(path);
	struct tv_exploration found, nothing;
	static struct tv_move moves[MAX_MOVES];
	uint32_t seed = 1;
	struct tv_run run;
	unsigned int i;

	assert_int_equal(tv_explore_scenario(scenario, design, &no_limits, &found), 0);
	assert_true(found.search.exhausted);
	assert_int_equal(tv_run_init(&run, scenario, design, &nothing), 0);
	run.mode = TV_RUN_CHECK;
	while (executions--) {
		run_at_random(&run, &seed, moves);
		for (i = 0; i < run.nr_told; i++) {
			if (!was_found(&found, &run.told[i]))
				fail_msg("%s, %s: the search did not find: %s: %s", path,
					 design->name, tv_hazard_text(run.told[i].kind),
					 run.told[i].text);
		}
	}
	tv_run_fini(&run);
	tv_exploration_fini(&nothing);
	tv_exploration_fini(&found);
	tv_scenario_destroy(scenario);
}

static void nothing_is_overlooked(void **state)
{
	static const char *const paths[] = {
		SCENARIOS "use-after-destroy.yaml", SCENARIOS "reuse.yaml",
		SCENARIOS "use-after-next.yaml", SCENARIOS "exit-during-new.yaml",
		SCENARIOS "recursion-deadlock.yaml", SCENARIOS "nmi-on-walk.yaml",
		SCENARIOS "vma-lock-cycle.yaml", SCENARIOS "unmap-during-walk.yaml",
		SCENARIOS "alloc-failure.yaml", SCENARIOS "grow-start.yaml",
	};
	const struct tv_iter_design *const *design;
	/* under valgrind each search takes half a minute: memory is what is looked at there */
	const unsigned int nr = RUNNING_ON_VALGRIND ? 1 : sizeof(paths) / sizeof(*paths);
	unsigned int i;

	for (i = 0; i < nr; i++) {
		for (design = tv_iter_designs; *design; design++)
			check_at_random(paths[i], *design, SLOW ? 20 : 500);
	}
}

/* --- schedules are minimal ----------------------------------------------------- */

struct bounded {
	struct tv_run *run;
	const struct tv_finding *finding;
	struct tv_system sys;		/* the run's own */
};

static int bounded_reset(void *arg)
{
	struct bounded *b = arg;

	return b->sys.reset(b->sys.arg);
}

static enum tv_actor_state bounded_pending(void *arg, int actor, struct tv_step *step)
{
	struct bounded *b = arg;

	return b->sys.pending(b->sys.arg, actor, step);
}

static bool bounded_execute(void *arg, int actor, unsigned int choice)
{
	struct bounded *b = arg;

	return b->sys.execute(b->sys.arg, actor, choice);
}

/* At the bound, or before: none of this shows the finding. */
static bool bounded_finish(void *arg, bool cut)
{
	struct bounded *b = arg;
	unsigned int i;

	tv_run_end(b->run);
	for (i = 0; i < b->run->nr_told; i++) {
		assert_false(b->run->told[i].kind == b->finding->hazard.kind &&
			     !strcmp(b->run->told[i].text, b->finding->hazard.text));
	}
	return false;
}

/*
 * Every execution, without reduction, up to one move less than the schedule
 * of each finding of @kind: it is not among what they show.
 */
static void check_minimal(const char *path, const char *design, enum tv_hazard_kind kind,
			  unsigned int at_most)
{
	struct tv_scenario *scenario = load(path);
	struct tv_exploration found, nothing;
	const struct tv_finding *finding;
	struct tv_explore_result result;
	unsigned int checked = 0;
	struct tv_run run;
	struct bounded b = { .run = &run };
	struct tv_system sys = {
		.arg = &b, .reset = bounded_reset, .pending = bounded_pending,
		.execute = bounded_execute, .finish = bounded_finish,
	};

	assert_int_equal(tv_explore_scenario(scenario, tv_iter_design_find(design), &no_limits,
					     &found), 0);
	assert_int_equal(tv_run_init(&run, scenario, tv_iter_design_find(design), &nothing), 0);
	run.mode = TV_RUN_CHECK;
	b.sys = *tv_run_system(&run);
	sys.nr_actors = b.sys.nr_actors;
	for (finding = found.findings; finding; finding = finding->next) {
		struct tv_explore_limits limits = { .plain = true, .max_depth = finding->nr - 1 };

		if (finding->hazard.kind != kind || finding->nr > at_most)
			continue;
		b.finding = finding;
		assert_int_equal(tv_explore(&sys, &limits, &result), 0);
		assert_true(result.too_deep || result.exhausted);
		checked++;
	}
	assert_true(checked > 0);
	tv_run_fini(&run);
	tv_exploration_fini(&nothing);
	tv_exploration_fini(&found);
	tv_scenario_destroy(scenario);
}

static void schedules_are_minimal(void **state)
{
	check_minimal(SCENARIOS "vma-lock-cycle.yaml", "mmap_lock", TV_HAZARD_LOCK_ORDER, 22);
	/* half a million executions */
	if (!SLOW)
		check_minimal(SCENARIOS "vma-lock-cycle.yaml", "mmap_lock", TV_HAZARD_DEADLOCK, 22);
	check_minimal(SCENARIOS "use-after-destroy.yaml", "mmap_lock",
		      TV_HAZARD_USE_UNPROTECTED, 22);
}

/*
 * After a short search, schedules are shortened by as many executions as are allowed: with one they
 * stay longer, with enough they are what they are without a limit. The rest is the same.
 */
static void shortening_has_a_limit(void **state)
{
	static const unsigned long tries[] = { 0, 1, 1000000 };
	struct tv_scenario *scenario = load(SCENARIOS "vma-lock-cycle.yaml");
	struct tv_exploration found[ARRAY_SIZE(tries)];
	unsigned int i, moves[ARRAY_SIZE(tries)] = { 0 };
	const struct tv_finding *finding;

	for (i = 0; i < ARRAY_SIZE(tries); i++) {
		struct tv_explore_limits limits = { .max_steps = 300, .max_tries = tries[i] };

		assert_int_equal(tv_explore_scenario(scenario, tv_iter_design_find("vma_lock"),
						     &limits, &found[i]), 0);
		for (finding = found[i].findings; finding; finding = finding->next)
			moves[i] += finding->nr;
		assert_int_equal(tv_exploration_hazards(&found[i]),
				 tv_exploration_hazards(&found[0]));
		assert_true(found[i].walks > 0 && found[i].vmas > 0);
		assert_int_equal(found[i].walks, found[0].walks);
		assert_int_equal(found[i].vmas, found[0].vmas);
	}
	assert_true(moves[1] > moves[0]);
	assert_int_equal(moves[2], moves[0]);
	for (i = 0; i < ARRAY_SIZE(tries); i++)
		tv_exploration_fini(&found[i]);
	tv_scenario_destroy(scenario);
}

/* One execution shows all of its kinds, not just the first. */
static void goes_on_after_a_hazard(void **state)
{
	struct tv_scenario *scenario = load(SCENARIOS "use-after-destroy.yaml");
	struct tv_exploration found;

	assert_int_equal(tv_explore_scenario(scenario, tv_iter_design_find("mmap_lock"),
					     &no_limits, &found), 0);
	assert_int_equal(tv_exploration_hazards(&found),
			 1 << TV_HAZARD_USE_UNPROTECTED | 1 << TV_HAZARD_USE_AFTER_FREE |
			 1 << TV_HAZARD_STALE_VMA);
	tv_exploration_fini(&found);
	tv_scenario_destroy(scenario);
}

/* Which allocation is the first depends on the order: either program may be the one that fails. */
static void order_of_allocations_matters(void **state)
{
	struct tv_scenario *scenario = load(SCENARIOS "first-allocation.yaml");
	struct tv_exploration found;

	assert_int_equal(tv_explore_scenario(scenario, tv_iter_design_find("mmap_lock"),
					     &no_limits, &found), 0);
	assert_true(found.search.exhausted);
	assert_int_equal(found.search.executions, 2);
	tv_exploration_fini(&found);
	tv_scenario_destroy(scenario);
}

/* Whom an interrupt may interrupt: a softirq too, but nobody who has interrupts off. */
static void who_may_interrupt_whom(void **state)
{
	static const char text[] =
		"schema: 1\n"
		"tasks:\n"
		"  - {pid: 42, vmas: [{start: 0x1000, end: 0x2000, perms: r--p}]}\n"
		"actors:\n"
		"  - {name: below, cpu: 0, context: %s, do: [{walk: {task: 42}}]}\n"
		"  - {name: above, cpu: 0, context: %s, interrupts: true, do: [{walk: {task: 42}}]}\n";
	static const struct {
		const char *below, *above;
		bool may;
	} cases[] = {
		{ "process", "softirq", true }, { "process", "irqs-off", true }, { "process", "nmi", true },
		{ "softirq", "softirq", false }, { "softirq", "irqs-off", true }, { "softirq", "nmi", true },
		{ "irqs-off", "softirq", false }, { "irqs-off", "irqs-off", false },
		{ "irqs-off", "nmi", true }, { "nmi", "softirq", false }, { "nmi", "nmi", false },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tv_scenario *scenario;
		struct tv_exploration found;
		const struct tv_system *sys;
		struct tv_diag diag;
		struct tv_step step;
		struct tv_run run;
		char path[64];
		int fd = memfd_create("scenario", MFD_CLOEXEC);

		assert_true(fd >= 0);
		assert_true(dprintf(fd, text, cases[i].below, cases[i].above) > 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		assert_int_equal(tv_scenario_load(path, &scenario, &diag), 0);
		close(fd);
		assert_int_equal(tv_run_init(&run, scenario, tv_iter_design_find("mmap_lock"), &found), 0);
		sys = tv_run_system(&run);
		assert_int_equal(sys->reset(sys->arg), 0);
		/* under way, and not at its end */
		sys->execute(sys->arg, 0, 0);
		assert_int_equal(sys->pending(sys->arg, 0, &step), TV_ACTOR_READY);
		if ((sys->pending(sys->arg, 1, &step) == TV_ACTOR_READY) != cases[i].may)
			fail_msg("%s on top of %s", cases[i].above, cases[i].below);
		tv_run_fini(&run);
		tv_exploration_fini(&found);
		tv_scenario_destroy(scenario);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_overlooked),
		cmocka_unit_test(schedules_are_minimal),
		cmocka_unit_test(shortening_has_a_limit),
		cmocka_unit_test(goes_on_after_a_hazard),
		cmocka_unit_test(who_may_interrupt_whom),
		cmocka_unit_test(order_of_allocations_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
