// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The table of ablations: what it names is there, and each lacks one thing alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "model/ablation.h"

/* A variant is judged by the promises of the design it was made from. */
static void promises_are_those_of_the_whole(void **state)
{
	const struct tv_ablation *ablation;

	for (ablation = tv_ablations; ablation->name; ablation++) {
		const struct tv_iter_design *with, *without;

		if (ablation->show)
			continue;
		with = tv_ablation_design(ablation->with.design);
		without = tv_ablation_design(ablation->without.design);
		assert_non_null(with);
		assert_non_null(without);
		assert_ptr_equal(with, tv_iter_design_find(ablation->with.design));
		assert_int_equal(with->promises, without->promises);
		assert_int_equal(strncmp(with->name, without->name, strlen(with->name)), 0);
	}
}

/* Exactly one of design and scenario differs, or neither side would tell the decision's worth. */
static void one_thing_differs(void **state)
{
	const struct tv_ablation *ablation;

	for (ablation = tv_ablations; ablation->name; ablation++) {
		bool design, scenario;

		if (ablation->show)
			continue;
		design = strcmp(ablation->with.design, ablation->without.design);
		scenario = strcmp(ablation->with.scenario, ablation->without.scenario);
		assert_true(design != scenario);
	}
}

static void names_are_unique(void **state)
{
	const struct tv_ablation *a, *b;

	for (a = tv_ablations; a->name; a++) {
		for (b = tv_ablations; b != a; b++)
			assert_string_not_equal(a->name, b->name);
	}
	assert_null(tv_ablation_design("mmap_lock-"));
	assert_null(tv_ablation_design(""));
}

/* Only what the decision prevents counts, and of that the shortest. */
static void breakage_is_told_from_other_findings(void **state)
{
	const struct tv_ablation ablation = {
		.breaks = { TV_HAZARD_USE_AFTER_FREE, "of a freed task" },
	};
	struct tv_finding findings[4] = {
		{ .hazard = { .kind = TV_HAZARD_LEAK, .text = "of a freed task" }, .nr = 1 },
		{ .hazard = { .kind = TV_HAZARD_USE_AFTER_FREE, .text = "x of a freed mm" }, .nr = 2 },
		{ .hazard = { .kind = TV_HAZARD_USE_AFTER_FREE, .text = "x of a freed task" }, .nr = 9 },
		{ .hazard = { .kind = TV_HAZARD_USE_AFTER_FREE, .text = "y of a freed task" }, .nr = 5 },
	};
	struct tv_exploration found = { .findings = findings };

	findings[0].next = &findings[1];
	assert_null(tv_ablation_breakage(&ablation, &found));
	findings[1].next = &findings[2];
	findings[2].next = &findings[3];
	assert_ptr_equal(tv_ablation_breakage(&ablation, &found), &findings[3]);
}

static void data_on_the_stack(void **state)
{
	struct tv_ablation_shown shown = { 0 };

	assert_int_equal(tv_ablation_inline_data_shown(&shown), 0);
	assert_true(shown.with_is_right);
	assert_false(shown.without_is_right);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(promises_are_those_of_the_whole),
		cmocka_unit_test(one_thing_differs),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(breakage_is_told_from_other_findings),
		cmocka_unit_test(data_on_the_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
