// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Messages about bad input: one line, printable, the first one stays. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/diag.h"

static void has_file_line_and_column(void **state)
{
	struct tv_diag diag;
	char text[200];

	tv_diag_init(&diag, "a.yaml");
	assert_int_equal(tv_diag_set(&diag, 3, 14, "bad %s %d", "thing", 5), -EINVAL);
	assert_string_equal(tv_diag_text(&diag, text, sizeof(text)), "a.yaml:3:14: bad thing 5");
}

static void the_file_as_a_whole_is_line_1(void **state)
{
	struct tv_diag diag;
	char text[200];

	tv_diag_init(&diag, "-");
	tv_diag_set(&diag, 0, 0, "empty");
	assert_string_equal(tv_diag_text(&diag, text, sizeof(text)), "-:1:1: empty");
}

static void the_first_message_stays(void **state)
{
	struct tv_diag diag;

	tv_diag_init(&diag, "f");
	tv_diag_set(&diag, 1, 2, "first");
	assert_int_equal(tv_diag_set(&diag, 3, 4, "second"), -EINVAL);
	assert_string_equal(diag.text, "first");
	assert_int_equal(diag.line, 1);
	assert_int_equal(diag.column, 2);
}

static void what_breaks_the_line_is_escaped(void **state)
{
	struct tv_diag diag;
	char text[200];

	tv_diag_init(&diag, "a\nb\033\303\251");
	tv_diag_set(&diag, 1, 1, "key \"x\ny\t\x7f\303\251\"");
	assert_string_equal(tv_diag_text(&diag, text, sizeof(text)),
			    "a\\x0ab\\x1b\303\251:1:1: key \"x\\x0ay\\x09\\x7f\\xc3\\xa9\"");
}

static void long_texts_are_cut(void **state)
{
	char name[5000], text[6000];
	struct tv_diag diag;

	memset(name, '\n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	tv_diag_init(&diag, name);
	tv_diag_set(&diag, 1, 1, "%s", name);
	assert_true(strlen(diag.text) < sizeof(diag.text));
	/* no half escape at the end */
	assert_string_equal(diag.text + strlen(diag.text) - 4, "\\x0a");
	tv_diag_text(&diag, text, sizeof(text));
	assert_null(strchr(text, '\n'));
	assert_int_equal(strlen(tv_diag_text(&diag, text, 10)), 9);
}

static void errno_names(void **state)
{
	assert_string_equal(tv_errno_name(16), "EBUSY");
	assert_string_equal(tv_errno_name(-16), "EBUSY");
	assert_string_equal(tv_errno_name(-524), "ENOTSUPP");
	assert_string_equal(tv_errno_name(0), "E?");
	assert_string_equal(tv_errno_name(100000), "E?");
	assert_string_equal(tv_errno_name(INT_MIN), "E?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_file_line_and_column),
		cmocka_unit_test(the_file_as_a_whole_is_line_1),
		cmocka_unit_test(the_first_message_stays),
		cmocka_unit_test(what_breaks_the_line_is_escaped),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(errno_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
