// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What stands in a fixture as single values: words, numbers, UTF-8, base64. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "model/base64.h"
#include "model/utf8.h"
#include "model/yaml_scalar.h"

static void what_is_no_text(void **state)
{
	static const char *const none[] = {
		"", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "0", "12", "-12",
		"+12", "010", "0o17", "0x1F", "1.", ".5", "-.5e+3", "1e3", "1E-3", ".inf", "-.Inf",
		"+.INF", ".nan", ".NaN",
	};
	static const char *const texts[] = {
		"a", "nul", "nulls", "0x", "0xg", "0o8", "1_000", "1.2.3", "-", "+", ".", "e3", "1e",
		"1e+", "12:30", "3proxy", "--", "yes", "..inf", "- 1",
	};
	size_t i;

	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(tv_yaml_plain_is_text(none[i], strlen(none[i])));
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(tv_yaml_plain_is_text(texts[i], strlen(texts[i])));
}

static void assert_number(const char *text, uint64_t max, int err, uint64_t expected)
{
	uint64_t value = 77;

	assert_int_equal(tv_yaml_plain_number(text, strlen(text), max, &value), err);
	if (!err)
		assert_int_equal(value, expected);
}

static void numbers(void **state)
{
	assert_number("0", 0, 0, 0);
	assert_number("42", 42, 0, 42);
	assert_number("43", 42, -ERANGE, 0);
	assert_number("0x2a", 42, 0, 42);
	assert_number("0x2A", 42, 0, 42);
	assert_number("0x0000000000000000000000002a", 42, 0, 42);
	assert_number("18446744073709551615", UINT64_MAX, 0, UINT64_MAX);
	assert_number("18446744073709551616", UINT64_MAX, -ERANGE, 0);
	assert_number("99999999999999999999999", UINT64_MAX, -ERANGE, 0);
	assert_number("0xffffffffffffffff", UINT64_MAX, 0, UINT64_MAX);
	assert_number("0x10000000000000000", UINT64_MAX, -ERANGE, 0);
	assert_number("9999999999999999999999x", UINT64_MAX, -EINVAL, 0);
	assert_number("", UINT64_MAX, -EINVAL, 0);
	assert_number("0x", UINT64_MAX, -EINVAL, 0);
	assert_number("0X1", UINT64_MAX, -EINVAL, 0);
	assert_number("01", UINT64_MAX, -EINVAL, 0);
	assert_number("-1", UINT64_MAX, -EINVAL, 0);
	assert_number("+1", UINT64_MAX, -EINVAL, 0);
	assert_number("1 ", UINT64_MAX, -EINVAL, 0);
	assert_number("a", UINT64_MAX, -EINVAL, 0);
}

static void what_needs_quotes(void **state)
{
	static const char *const quoted[] = {
		"", " ", "a b", "a:", "-a", "12", "null", "No", "y", "ON", "[heap]", "a#", "caf\303\251",
		"a\n", "a'", "a,b", "a}", "%a", "@a", ".a", "_a", "(a)",
	};
	static const char *const plain[] = {
		"/", "/usr/lib/x86_64-linux-gnu/libc.so.6", "bash", "a-b_c.d+e=f@g~h/1", "nulls",
	};
	size_t i;

	for (i = 0; i < sizeof(quoted) / sizeof(quoted[0]); i++)
		assert_false(tv_yaml_may_be_plain(quoted[i], strlen(quoted[i])));
	assert_false(tv_yaml_may_be_plain("a\0b", 3));
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		assert_true(tv_yaml_may_be_plain(plain[i], strlen(plain[i])));
}

/* The bytes of @code by the definition in RFC 3629, surrogates and too large ones as well. */
static size_t encode(uint32_t code, unsigned int len, char *to)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	unsigned int i;

	if (len == 1) {
		to[0] = code;
		return 1;
	}
	for (i = len - 1; i; i--, code >>= 6)
		to[i] = 0x80 | (code & 0x3f);
	to[0] = lead[len] | code;
	return len;
}

static void utf8_of_every_code(void **state)
{
	static const uint32_t first[] = { 0, 0, 0x80, 0x800, 0x10000, 0x200000 };
	struct tv_utf8 utf8;
	unsigned int len, i;
	uint32_t code;
	char bytes[4];
	bool valid;
	int done;

	for (len = 1; len <= 4; len++) {
		/* from 0: shorter forms in more bytes than they need must be refused */
		for (code = 0; code < first[len + 1]; code++) {
			valid = code >= first[len] && code <= 0x10ffff &&
				(code < 0xd800 || code > 0xdfff);
			encode(code, len, bytes);
			assert_int_equal(tv_is_utf8(bytes, len), valid);
			if (!valid)
				continue;
			assert_false(len > 1 && tv_is_utf8(bytes, len - 1));
			utf8 = (struct tv_utf8){ 0 };
			for (i = 0, done = 0; i < len; i++)
				done = tv_utf8_push(&utf8, bytes[i]);
			assert_int_equal(done, 1);
			assert_int_equal(utf8.code, code);
		}
	}
	assert_false(tv_is_utf8("\x80", 1));
	assert_false(tv_is_utf8("\xf8\x88\x80\x80\x80", 5));
	assert_false(tv_is_utf8("\xff", 1));
	assert_true(tv_is_utf8("", 0));
}

static void base64_both_ways(void **state)
{
	/* RFC 4648 section 10 */
	static const char *const encoded[] = {
		"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy",
	};
	char back[TV_BASE64_ROOM(8)], *text;
	size_t len, size, back_len;
	FILE *out;

	for (len = 0; len <= 6; len++) {
		out = open_memstream(&text, &size);
		tv_base64_print(out, "foobar", len);
		fclose(out);
		assert_string_equal(text, encoded[len]);
		assert_int_equal(tv_base64_decode(text, size, back, &back_len), 0);
		assert_int_equal(back_len, len);
		assert_memory_equal(back, "foobar", len);
		free(text);
	}
	assert_int_equal(tv_base64_decode("Zm\n 9v\t", 7, back, &back_len), 0);
	assert_int_equal(back_len, 3);
}

static void base64_that_is_none(void **state)
{
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zg==Zg==", "Zm9v=", "Zh==", "Zm9=",
		"Zm-v", "Zm9\303", "Zg=a", "Zg==\n=",
	};
	char back[TV_BASE64_ROOM(8)];
	size_t i, len;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(tv_base64_decode(bad[i], strlen(bad[i]), back, &len), -EINVAL);
	assert_int_equal(tv_base64_decode("Zm9\0", 4, back, &len), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_text),
		cmocka_unit_test(numbers),
		cmocka_unit_test(what_needs_quotes),
		cmocka_unit_test(utf8_of_every_code),
		cmocka_unit_test(base64_both_ways),
		cmocka_unit_test(base64_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
