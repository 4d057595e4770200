// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Bytes as values of a BTF type, types that nobody's compiler made included. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "cli/value.h"
#include "cli/var.h"

/* Takes over @raw. */
static struct tv_btf *adopt(struct btf *raw)
{
	struct tv_bpf_error error;
	struct tv_btf *btf;

	tv_bpf_error_init(&error, "test");
	assert_int_equal(tv_btf_adopt(raw, "test", &btf, &error), 0);
	return btf;
}

typedef void print_fn(FILE *out, const struct tv_btf *btf, uint32_t id, const uint8_t *bytes, uint32_t size);

static void as_text(FILE *out, const struct tv_btf *btf, uint32_t id, const uint8_t *bytes, uint32_t size)
{
	value_text(out, btf, id, bytes, size, 60);
}

/* What is printed; to be freed. */
static char *printed(print_fn *print, const struct tv_btf *btf, int id, const void *bytes, uint32_t size)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	print(out, btf, (uint32_t)id, bytes, size);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void expect(print_fn *print, const struct tv_btf *btf, int id, const void *bytes, uint32_t size,
		   const char *expected)
{
	char *text = printed(print, btf, id, bytes, size);

	assert_string_equal(text, expected);
	free(text);
}

static void numbers(void **state)
{
	struct btf *raw = btf__new_empty();
	int byte = btf__add_int(raw, "signed char", 1, BTF_INT_SIGNED);
	int word = btf__add_int(raw, "unsigned long", 8, 0);
	int wide = btf__add_int(raw, "__int128", 16, BTF_INT_SIGNED);
	int pointer = btf__add_ptr(raw, 0);
	const uint64_t values[2] = { UINT64_MAX, 5 };
	struct tv_btf *btf = adopt(raw);

	expect(value_json, btf, byte, values, 1, "255");
	expect(as_text, btf, byte, values, 1, "-1");
	expect(value_json, btf, word, values, 8, "18446744073709551615");
	expect(as_text, btf, word, values, 8, "0xffffffffffffffff");
	expect(value_json, btf, wide, values, 16, "[18446744073709551615,5]");
	expect(as_text, btf, wide, values, 16, "0x5ffffffffffffffff");
	expect(as_text, btf, pointer, &values[1], 8, "0x5");
	expect(value_json, btf, 0, values, 4, "4294967295");
	expect(value_json, btf, 0, values, 3, "[255,255,255]");
	tv_btf_free(btf);
}

static void bit_fields(void **state)
{
	struct btf *raw = btf__new_empty();
	int word = btf__add_int(raw, "int", 4, BTF_INT_SIGNED);
	int s = btf__add_struct(raw, "bits", 4);
	const uint32_t value = 5 | 3 << 3 | 9u << 7;
	struct tv_btf *btf;

	assert_int_equal(btf__add_field(raw, "a", word, 0, 3), 0);
	assert_int_equal(btf__add_field(raw, "b", word, 3, 4), 0);
	assert_int_equal(btf__add_field(raw, "c", word, 7, 25), 0);
	btf = adopt(raw);
	expect(value_json, btf, s, &value, 4, "[5,3,9]");
	/* three bits, the highest of them set: below 0 */
	expect(as_text, btf, s, &value, 4, "{.a = -3, .b = 3, .c = 9}");
	/* fewer bytes than the type has: what lies outside is not made up */
	expect(value_json, btf, s, &value, 0, "[]");
	tv_btf_free(btf);
}

/* Each structure is twice the one before, at the same place: 2^40 numbers in 8 bytes. */
static void members_that_overlap(void **state)
{
	struct btf *raw = btf__new_empty();
	int inner = btf__add_int(raw, "long", 8, 0), outer = 0;
	const uint64_t value = 7;
	char name[16], *text;
	struct tv_btf *btf;
	int64_t at;

	for (int i = 0; i < 40; i++, inner = outer) {
		snprintf(name, sizeof(name), "s%d", i);
		outer = btf__add_struct(raw, name, 8);
		assert_int_equal(btf__add_field(raw, i % 2 ? "" : "m", inner, 0, 0), 0);
		assert_int_equal(btf__add_field(raw, i % 2 ? "" : "n", inner, 0, 0), 0);
	}
	btf = adopt(raw);
	text = printed(value_json, btf, outer, &value, 8);
	assert_true(strlen(text) < 4096);
	free(text);
	text = printed(as_text, btf, outer, &value, 8);
	assert_true(strlen(text) < 8192);
	free(text);
	/* nor does a search for what is not there take forever */
	at = cli_member_offset(btf, name, "nowhere");
	assert_int_equal(at, -ENOENT);
	tv_btf_free(btf);
}

static void arrays(void **state)
{
	struct btf *raw = btf__new_empty();
	int word = btf__add_int(raw, "unsigned int", 4, 0);
	int letter = btf__add_int(raw, "char", 1, BTF_INT_SIGNED);
	int empty = btf__add_struct(raw, "empty", 0);
	int words = btf__add_array(raw, word, word, 4);
	int letters = btf__add_array(raw, word, letter, 4);
	int nothing = btf__add_array(raw, word, empty, UINT32_MAX);
	const uint32_t values[4] = { 1, 2, 0, 0 };
	struct tv_btf *btf = adopt(raw);

	expect(value_json, btf, words, values, 16, "[1,2,0,0]");
	expect(as_text, btf, words, values, 16, "[1, 2, 0 ...]");
	expect(as_text, btf, letters, "a\nb", 4, "\"a\\012b\"");
	expect(as_text, btf, letters, "a\0b", 4, "[97, 0, 98, 0 ...]");
	/* as many as there are bytes, and no more */
	expect(value_json, btf, words, values, 8, "[1,2]");
	expect(value_json, btf, nothing, values, 0, "[]");
	tv_btf_free(btf);
}

static void enumerators(void **state)
{
	struct btf *raw = btf__new_empty();
	int shape = btf__add_enum(raw, "shape", 4);
	const uint32_t round = 2, other = 9;
	struct tv_btf *btf;

	assert_int_equal(btf__add_enum_value(raw, "SQUARE", 1), 0);
	assert_int_equal(btf__add_enum_value(raw, "ROUND", 2), 0);
	btf = adopt(raw);
	expect(as_text, btf, shape, &round, 4, "ROUND");
	expect(as_text, btf, shape, &other, 4, "9");
	expect(value_json, btf, shape, &round, 4, "2");
	tv_btf_free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(bit_fields),
		cmocka_unit_test(members_that_overlap),
		cmocka_unit_test(arrays),
		cmocka_unit_test(enumerators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
