// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The programs of test_verifier_iter_rules and test_verifier_iter_composed by the rules of 6.12, whose loops
 * converge in another way, and whose references belong to functions: as a booted 6.12 has judged them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/verifier_6_12.h"
#include "tests/unit/verifier_composed.h"
#include "tests/unit/verifier_frame.h"
#include "tests/unit/verifier_iter_around.h"
#include "tests/unit/verifier_iter_life.h"

static const struct recorded_answer *next_answer;

#define END (answers_6_12 + sizeof(answers_6_12) / sizeof(answers_6_12[0]))

/* Answers stand in the order of the programs. */
static void compare(const char *name, uint32_t prog, struct draft *draft)
{
	const struct recorded_answer *a = next_answer;
	struct tv_verify_result res;

	assert_true(a < END);
	if (strcmp(a->name, name))
		return;		/* left out */
	next_answer++;
	res = verify_draft(prog, draft, TV_KERNEL_6_12, TV_LOG_PATH);
	if (res.err != a->err || res.total_insns != a->insns || res.total_states != a->total_states)
		fail_msg("%s: %d (%u/%u), the kernel says %d (%u/%u): %s", name, res.err,
			 res.total_insns, res.total_states, a->err, a->insns, a->total_states,
			 res.message);
	tv_verify_result_fini(&res);
}

static void compare_known(const struct known_program *p, size_t cnt)
{
	static struct draft draft;

	for (; cnt--; p++)
		compare(p->name, known_draft(p, fuzz_frame()->obj, fuzz_frame()->vmlinux, &draft),
			&draft);
}

static void rules(void **state)
{
	next_answer = answers_6_12;
	compare_known(iter_life, sizeof(iter_life) / sizeof(iter_life[0]));
	compare_known(iter_around, sizeof(iter_around) / sizeof(iter_around[0]));
	assert_ptr_equal(next_answer, answers_6_12 + sizeof(iter_life) / sizeof(iter_life[0]) +
				      sizeof(iter_around) / sizeof(iter_around[0]));
}

static void composed(void **state)
{
	const struct recorded_program *p;
	static struct draft draft;
	char name[32];
	uint32_t prog;

	next_answer = answers_6_12 + sizeof(iter_life) / sizeof(iter_life[0]) +
		      sizeof(iter_around) / sizeof(iter_around[0]);
	for (p = recorded_programs; p < recorded_programs + NR_RECORDED; p++) {
		prog = recorded_draft(fuzz_frame()->obj, p->seed, &draft);
		snprintf(name, sizeof(name), "composed %" PRIu64, p->seed);
		compare(name, prog, &draft);
	}
	/* no answer is without its program */
	assert_ptr_equal(next_answer, END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules),
		cmocka_unit_test(composed),
	};

	return cmocka_run_group_tests_name("verifier_iter_6_12", tests, NULL, NULL) != 0;
}
