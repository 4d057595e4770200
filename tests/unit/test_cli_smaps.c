// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* maps with the flags of smaps, also where the process changed between the two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "cli/proc.h"

#define LOW	"1000-2000 r--p 00000000 00:00 0 \n"
#define MIDDLE	"2000-3000 r--p 00000000 00:00 0 \n"
#define CHANGED	"2000-3000 rw-p 00000000 00:00 0 \n"
#define GROWN	"2000-4000 r--p 00000000 00:00 0 \n"
#define HIGH	"7fffffff000-ffffffff0000 rw-p 00000000 00:00 0                          [stack]\n"
#define SIZES	"Size:                  4 kB\nTHPeligible:           0\n"
#define RD	"VmFlags: rd mr mw me \n"
#define WR	"VmFlags: rd wr mr mw me ac \n"

static struct cli_text text(const char *bytes)
{
	struct cli_text text = { .bytes = (char *)bytes, .len = strlen(bytes) };

	return text;
}

static void assert_merged(const char *maps, const char *smaps, const char *expected)
{
	struct cli_text in = text(maps), flags = text(smaps), both;

	assert_int_equal(cli_maps_add_flags(&in, &flags, &both), 0);
	assert_string_equal(both.bytes, expected);
	assert_int_equal(both.len, strlen(expected));
	cli_text_fini(&both);
}

static void test_same(void **state)
{
	assert_merged(LOW MIDDLE HIGH, LOW SIZES RD MIDDLE SIZES RD HIGH SIZES WR,
		      LOW RD MIDDLE RD HIGH WR);
}

static void test_header_differs(void **state)
{
	assert_merged(LOW MIDDLE HIGH, LOW SIZES RD CHANGED SIZES WR HIGH SIZES WR,
		      LOW RD MIDDLE HIGH WR);
	assert_merged(LOW MIDDLE HIGH, LOW SIZES RD GROWN SIZES RD HIGH SIZES WR,
		      LOW RD MIDDLE HIGH WR);
}

static void test_only_in_one(void **state)
{
	/* unmapped, and mapped, before smaps was read */
	assert_merged(LOW MIDDLE HIGH, LOW SIZES RD HIGH SIZES WR, LOW RD MIDDLE HIGH WR);
	assert_merged(LOW HIGH, LOW SIZES RD MIDDLE SIZES RD HIGH SIZES WR, LOW RD HIGH WR);
	assert_merged(LOW, MIDDLE SIZES RD, LOW);
	assert_merged(HIGH, LOW SIZES RD, HIGH);
}

static void test_no_flags(void **state)
{
	/* kernels without VmFlags, and without smaps */
	assert_merged(LOW MIDDLE, LOW SIZES MIDDLE SIZES, LOW MIDDLE);
	assert_merged(LOW MIDDLE, "", LOW MIDDLE);
	assert_merged("", LOW SIZES RD, "");
	assert_merged("", "", "");
}

static void test_breaks_off(void **state)
{
	assert_merged(LOW MIDDLE, LOW SIZES RD MIDDLE SIZES, LOW RD MIDDLE);
	assert_merged(LOW MIDDLE, LOW SIZES RD "2000-3000 r-", LOW RD MIDDLE);
	assert_merged(LOW "2000-3000 r-", LOW SIZES RD, LOW RD "2000-3000 r-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_header_differs),
		cmocka_unit_test(test_only_in_one),
		cmocka_unit_test(test_no_flags),
		cmocka_unit_test(test_breaks_off),
	};

	return cmocka_run_group_tests_name("smaps", tests, NULL, NULL) != 0;
}
