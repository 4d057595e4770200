// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a verifier's log says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "verifier_sim/log_read.h"

static void expect(const char *log, const char *message)
{
	char *text = tv_log_message(log, strlen(log));

	assert_non_null(text);
	assert_string_equal(text, message);
	free(text);
}

static void last_line(void **state)
{
	expect("", "");
	expect("\n\n", "");
	expect("first\nsecond\n", "second");
	expect("no newline", "no newline");
	expect("R0 !read_ok\nverification time 7 usec\nstack depth 0\nprocessed 1 insns\n", "R0 !read_ok");
	expect("infinite loop detected at insn 1\ncur state: R0=1\nold state: R0=1\nprocessed 2 insns (...)\n",
	       "infinite loop detected at insn 1");
	expect("processed 1 insns\n", "");
	/* an error that the kernel prints without its newline */
	expect("call\nmore than one arg with ref_obj_id R3 4 2processed 18 insns (limit 1000000) ...\n",
	       "more than one arg with ref_obj_id R3 4 2");
	expect("nothing processed here\nprocessed 1 insns\n", "nothing processed here");
}

static void leaks_are_two_lines(void **state)
{
	expect("0: exit\nUnreleased reference id=1 alloc_insn=5\n"
	       "BPF_EXIT instruction in main prog would lead to reference leak\nprocessed 8 insns\n",
	       "Unreleased reference id=1 alloc_insn=5; "
	       "BPF_EXIT instruction in main prog would lead to reference leak");
	/* a leak without the line before it stands alone */
	expect("something else\ntail_call would lead to reference leak\n",
	       "tail_call would lead to reference leak");
	expect("tail_call would lead to reference leak\n", "tail_call would lead to reference leak");
}

static void counts(void **state)
{
	struct tv_log_counts c;

	assert_true(tv_log_counts("verification time 39 usec\nprocessed 37 insns (limit 1000000) "
				  "max_states_per_insn 1 total_states 3 peak_states 4 mark_read 0\n", &c));
	assert_int_equal(c.insns, 37);
	assert_int_equal(c.max_states_per_insn, 1);
	assert_int_equal(c.total_states, 3);
	assert_int_equal(c.peak_states, 4);
	assert_int_equal(c.time_us, 39);
	/* the last one counts: programs print such lines too */
	assert_true(tv_log_counts("; processed 9 insns @ a.c:1\nprocessed 2 insns (limit 1) "
				  "max_states_per_insn 0 total_states 1 peak_states 1 mark_read 0\n", &c));
	assert_int_equal(c.insns, 2);
	assert_false(tv_log_counts("", &c));
	assert_int_equal(c.insns, 0);
	assert_false(tv_log_counts("processed many insns", &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_line),
		cmocka_unit_test(leaks_are_two_lines),
		cmocka_unit_test(counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
