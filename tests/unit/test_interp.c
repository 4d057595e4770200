// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Each instruction, by the table of tests/conformance/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/conformance/insn_ours.h"

static int check(void *arg, const struct insn_case *c)
{
	struct bpf_insn insns[CASE_INSNS];
	uint32_t cnt = case_program(c, 0, insns);
	struct cells cells = c->in;
	const char *what;
	struct ours ours;
	char text[128];

	assert_int_equal(ours_load(&ours, insns, cnt), 0);
	what = ours_run(&ours, &cells, NULL);
	if (!what)
		what = cells_differ(&cells, &c->want, text, sizeof(text));
	if (what)
		fail_msg("%s: a 0x%llx, b 0x%llx: %s", c->name, (long long)c->in.r1, (long long)c->in.r2, what);
	ours_unload(&ours);
	++*(int *)arg;
	return 0;
}

static void table_holds(void **state)
{
	int cases = 0;

	assert_int_equal(for_each_case(check, &cases), 0);
	assert_true(cases > 1000);
}

static void programs_return(void **state)
{
	const struct prog_case *p;

	for (p = prog_cases; p->name; p++) {
		struct bpf_insn insns[PROG_INSNS];
		struct cells cells = { 0 };
		const char *what;
		struct ours ours;
		uint64_t retval;

		memcpy(insns, p->insns, sizeof(insns));
		assert_int_equal(ours_load(&ours, insns, insns_used(insns, PROG_INSNS)), 0);
		what = ours_run(&ours, &cells, &retval);
		if (what || (uint32_t)retval != p->want)
			fail_msg("%s: %s", p->name, what ? what : "another result");
		ours_unload(&ours);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_holds),
		cmocka_unit_test(programs_return),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
