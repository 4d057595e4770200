// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Each instruction, by the table of tests/conformance/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/conformance/insn_ours.h"
#include "tests/unit/machine_object.h"

/* What @change makes of the machine does not change what the instructions do. */
static void check_on(void (*change)(struct ours *ours), const struct insn_case *c)
{
	struct bpf_insn insns[CASE_INSNS];
	uint32_t cnt = case_program(c, 0, insns);
	struct cells cells = c->in;
	const char *what;
	struct ours ours;
	char text[128];

	assert_int_equal(ours_load(&ours, insns, cnt), 0);
	if (change)
		change(&ours);
	what = ours_run(&ours, &cells, NULL);
	if (!what)
		what = cells_differ(&cells, &c->want, text, sizeof(text));
	if (what)
		fail_msg("%s: a 0x%llx, b 0x%llx: %s", c->name, (long long)c->in.r1, (long long)c->in.r2, what);
	ours_unload(&ours);
}

static int check(void *arg, const struct insn_case *c)
{
	check_on(NULL, c);
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

/* --- watched ------------------------------------------------------------------- */

static unsigned long steps;

static int count_step(void *arg, struct tv_machine *machine, uint32_t insn, const uint64_t regs[11])
{
	steps++;
	return 0;
}

static const struct tv_env watcher = { .step = count_step };

/* Another machine for the same program, with somebody who looks at each instruction. */
static void watch(struct ours *ours)
{
	const struct tv_machine_opts opts = { .env = &watcher, .max_insns = 1000 };
	struct tv_bpf_error error;

	tv_machine_destroy(ours->machine);
	assert_int_equal(tv_machine_create(&ours->obj, &opts, &ours->machine, &error), 0);
}

static int check_watched(void *arg, const struct insn_case *c)
{
	steps = 0;
	check_on(watch, c);
	assert_in_range(steps, 1, 1000);
	return 0;
}

/* One instruction at a time they do the same. */
static void table_holds_watched(void **state)
{
	assert_int_equal(for_each_case(check_watched, NULL), 0);
}

/* --- accesses that are none ------------------------------------------------------ */

static void each_access_may_fault(void **state)
{
	static const int sizes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };
	size_t i;

	for (i = 0; i < 4; i++) {
		const struct bpf_insn accesses[] = {
			LDX(sizes[i], R0, R1, 0), LDXS(sizes[i], R0, R1, 0), STX(sizes[i], R1, 0, R2),
			ST(sizes[i], R1, 0, 5), ATOMIC(sizes[i], BPF_ADD, R1, 0, R2),
			ATOMIC(sizes[i], BPF_LOAD_ACQ, R0, 0, R1), ATOMIC(sizes[i], BPF_STORE_REL, R1, 0, R2),
		};
		size_t j;

		for (j = 0; j < sizeof(accesses) / sizeof(accesses[0]); j++) {
			struct tv_run_result result;

			/* 64 bits have no sign to extend; only words are added atomically */
			if ((sizes[i] == BPF_DW && j == 1) || (i < 2 && j == 4))
				continue;
			result = run_alone(PROGRAM(MOVK(R1, 8), MOVK(R2, 1), accesses[j], EXIT), NULL);
			assert_int_equal(result.end, TV_RUN_FAULT);
			assert_int_equal(result.insn, 2);
			assert_non_null(strstr(result.why, "NULL+8"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_holds),
		cmocka_unit_test(table_holds_watched),
		cmocka_unit_test(each_access_may_fault),
		cmocka_unit_test(programs_return),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
