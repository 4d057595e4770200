// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* BTF is checked once and then read freely: what the check refuses, and what reading gives. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/field.h"
#include "bpf/internal.h"
#include "bpf/vmlinux.h"

/* Types and strings as words, for what libbpf's own calls would not make. */
static int parse_words(const uint32_t *types, uint32_t words, struct tv_btf **btf)
{
	static const char strings[] = "\0name\0other";
	struct btf_header h = {
		.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(h),
		.type_len = words * 4, .str_off = words * 4, .str_len = sizeof(strings),
	};
	unsigned char *raw = malloc(sizeof(h) + words * 4 + sizeof(strings));
	struct tv_bpf_error error;
	int err;

	memcpy(raw, &h, sizeof(h));
	memcpy(raw + sizeof(h), types, words * 4);
	memcpy(raw + sizeof(h) + words * 4, strings, sizeof(strings));
	tv_bpf_error_init(&error, "words");
	*btf = NULL;
	err = tv_btf_parse(raw, sizeof(h) + words * 4 + sizeof(strings), ".BTF", btf, &error);
	assert_int_equal(error.err, err);
	free(raw);
	return err;
}

#define NAME		1
#define KIND(k, n)	((uint32_t)BTF_KIND_##k << 24 | (n))
#define INT		NAME, KIND(INT, 0), 4, 32
#define REFUSED(...)	do {								\
		const uint32_t words[] = { __VA_ARGS__ };				\
		struct tv_btf *refused;							\
		assert_int_equal(parse_words(words, sizeof(words) / 4, &refused), -EINVAL);	\
	} while (0)
#define TAKEN(...)	do {								\
		const uint32_t words[] = { __VA_ARGS__ };				\
		struct tv_btf *taken;							\
		assert_int_equal(parse_words(words, sizeof(words) / 4, &taken), 0);	\
		tv_btf_free(taken);							\
	} while (0)

static void cycles_by_value_are_refused(void **state)
{
	REFUSED(NAME, KIND(TYPEDEF, 0), 1);
	REFUSED(0, KIND(CONST, 0), 2, 0, KIND(VOLATILE, 0), 1);
	REFUSED(NAME, KIND(STRUCT, 1), 8, NAME, 1, 0);
	REFUSED(0, KIND(ARRAY, 0), 0, 1, 2, 3, INT);
	REFUSED(NAME, KIND(STRUCT, 1), 8, NAME, 2, 0, 0, KIND(ARRAY, 0), 0, 1, 3, 4, INT);
}

static void cycles_through_pointers_are_fine(void **state)
{
	TAKEN(0, KIND(PTR, 0), 1);
	TAKEN(NAME, KIND(STRUCT, 1), 8, NAME, 2, 0, 0, KIND(PTR, 0), 1);
	TAKEN(NAME, KIND(TYPEDEF, 0), 2, 0, KIND(PTR, 0), 3, 0, KIND(FUNC_PROTO, 1), 0, NAME, 1);
}

static void deep_nesting_is_refused(void **state)
{
	uint32_t words[3 * (TV_BTF_MAX_DEPTH + 10)];
	struct tv_btf *btf;
	uint32_t i, n;

	/* const of const of ... of void */
	for (n = TV_BTF_MAX_DEPTH - 2; n < TV_BTF_MAX_DEPTH + 10; n++) {
		for (i = 0; i < n; i++) {
			words[3 * i] = 0;
			words[3 * i + 1] = KIND(CONST, 0);
			words[3 * i + 2] = i;
		}
		assert_int_equal(parse_words(words, 3 * n, &btf), n <= TV_BTF_MAX_DEPTH ? 0 : -EINVAL);
		tv_btf_free(btf);
	}
}

static void references_must_exist_and_fit(void **state)
{
	REFUSED(0, KIND(PTR, 0), 2);
	REFUSED(NAME, KIND(TYPEDEF, 0), 0xffffffff);
	REFUSED(0, KIND(PTR, 0), 2, NAME, KIND(FUNC, 0), 3, 0, KIND(FUNC_PROTO, 0), 0);
	REFUSED(NAME, KIND(FUNC, 0), 2, INT);
	REFUSED(NAME, KIND(FUNC, 3), 2, 0, KIND(FUNC_PROTO, 0), 0);
	REFUSED(NAME, KIND(VAR, 0), 2, 3, INT);
	REFUSED(NAME, KIND(DATASEC, 1), 4, 2, 0, 4, INT);
	REFUSED(0, KIND(FUNC_PROTO, 2), 0, NAME, 0, NAME, 0);
	REFUSED(NAME, KIND(STRUCT, 1), 4, NAME, 2, 33, INT);
	REFUSED(99, KIND(INT, 0), 4, 32);
	REFUSED(NAME, KIND(STRUCT, 1), 4, 99, 2, 0, INT);
	TAKEN(0, KIND(FUNC_PROTO, 1), 0, 0, 0);
	TAKEN(INT);
}

static void integers_must_be_integers(void **state)
{
	REFUSED(NAME, KIND(INT, 0), 3, 24);
	REFUSED(NAME, KIND(INT, 0), 4, 33);
	REFUSED(NAME, KIND(INT, 0), 4, 16 << 16 | 17);
	REFUSED(NAME, KIND(ENUM, 1), 5, NAME, 1);
	REFUSED(NAME, KIND(ENUM, 1), 4, 99, 1);
}

static void tags_must_tag_something(void **state)
{
	REFUSED(NAME, KIND(DECL_TAG, 0), 2, 0xffffffff, INT);
	REFUSED(NAME, KIND(DECL_TAG, 0), 2, 1, NAME, KIND(STRUCT, 1), 4, NAME, 3, 0, INT);
	REFUSED(NAME, KIND(DECL_TAG, 0), 2, 0xfffffffe, NAME, KIND(STRUCT, 0), 4);
	TAKEN(NAME, KIND(DECL_TAG, 0), 2, 0, NAME, KIND(STRUCT, 1), 4, NAME, 3, 0, INT);
}

static void what_is_cut_is_refused(void **state)
{
	REFUSED(NAME);
	REFUSED(NAME, KIND(INT, 0), 4);
	REFUSED(NAME, KIND(STRUCT, 65535), 4, NAME, 1, 0);
}

static void unknown_kinds_are_named(void **state)
{
	const uint32_t words[] = { NAME, 25u << 24, 0 };
	struct tv_btf *btf;

	assert_int_equal(parse_words(words, 3, &btf), -ENOTSUP);
}

static void headers_are_checked(void **state)
{
	struct btf_header h = { .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(h) };
	unsigned char raw[sizeof(h) + 1] = { 0 };
	struct tv_bpf_error error;
	struct tv_btf *btf;
	size_t i, size;

	h.str_len = 1;
	memcpy(raw, &h, sizeof(h));
	tv_bpf_error_init(&error, "header");
	assert_int_equal(tv_btf_parse(raw, sizeof(raw), ".BTF", &btf, &error), 0);
	assert_int_equal(tv_btf_count(btf), 1);
	tv_btf_free(btf);
	for (size = 0; size < sizeof(raw); size++)
		assert_int_equal(tv_btf_parse(raw, size, ".BTF", &btf, NULL), -EINVAL);
	/* every bit of every field matters, but for a few that are only longer headers */
	for (i = 0; i < sizeof(h) * 8; i++) {
		raw[i / 8] ^= 1 << i % 8;
		assert_int_not_equal(tv_btf_parse(raw, sizeof(raw), ".BTF", &btf, NULL), 0);
		raw[i / 8] ^= 1 << i % 8;
	}
}

/* --- reading ------------------------------------------------------------------ */

static struct tv_btf *builtin(void)
{
	struct tv_bpf_error error;
	struct tv_btf *btf;

	tv_bpf_error_init(&error, "builtin");
	assert_int_equal(tv_vmlinux_open(TV_VMLINUX_BUILTIN, &btf, &error), 0);
	return btf;
}

static void types_are_found_and_sized(void **state)
{
	struct tv_btf *btf = builtin();
	int task = tv_btf_find(btf, "task_struct", BTF_KIND_STRUCT);
	char text[64];

	assert_true(task > 0);
	assert_int_equal(tv_btf_size(btf, task), tv_btf_type(btf, task)->size);
	assert_int_equal(tv_btf_find(btf, "task_struct", BTF_KIND_UNION), -ENOENT);
	assert_int_equal(tv_btf_find(btf, "task_struct___x", BTF_KIND_STRUCT), -ENOENT);
	assert_int_equal(tv_btf_find(btf, "", BTF_KIND_STRUCT), -ENOENT);
	assert_int_equal(tv_btf_size(btf, 0), -EINVAL);
	assert_int_equal(tv_btf_size(btf, 1u << 30), -EINVAL);
	assert_null(tv_btf_type(btf, tv_btf_count(btf)));
	assert_string_equal(tv_btf_name(btf, 0), "");
	assert_string_equal(tv_btf_spell(btf, task, text, sizeof(text)), "struct task_struct");
	assert_string_equal(tv_btf_spell(btf, 0, text, sizeof(text)), "void");
	assert_int_equal(strlen(tv_btf_spell(btf, task, text, 5)), 0);
	tv_btf_free(btf);
}

static void the_builtin_has_the_iterator(void **state)
{
	struct tv_btf *btf = builtin();
	int id = tv_btf_find(btf, "bpf_iter_task_vma_new", BTF_KIND_FUNC);
	const struct btf_type *proto = tv_btf_type(btf, tv_btf_type(btf, id)->type);
	uint32_t pos = 0;

	assert_true(id > 0);
	assert_int_equal(btf_vlen(proto), 3);
	assert_string_equal(tv_btf_next_tag(btf, id, -1, &pos), "bpf_kfunc");
	assert_null(tv_btf_next_tag(btf, id, -1, &pos));
	assert_true(tv_btf_find(btf, "btf_trace_sched_switch", BTF_KIND_TYPEDEF) > 0);
	tv_btf_free(btf);
}

/* Products past 32 bits are an error, not a small number. */
static void huge_arrays_have_no_size(void **state)
{
	const uint32_t words[] = { INT, 0, KIND(ARRAY, 0), 0, 1, 1, 0xffffffff, 0, KIND(ARRAY, 0), 0,
				   2, 1, 0xffffffff, 0, KIND(ARRAY, 0), 0, 3, 1, 0 };
	struct tv_btf *btf;

	assert_int_equal(parse_words(words, sizeof(words) / 4, &btf), 0);
	assert_int_equal(tv_btf_size(btf, 2), -E2BIG);
	assert_int_equal(tv_btf_size(btf, 3), -E2BIG);
	assert_int_equal(tv_btf_size(btf, 4), 0);
	tv_btf_free(btf);
}

/* --- special fields ----------------------------------------------------------- */

static void locks_stand_once(void **state)
{
	struct tv_bpf_field fields[TV_MAX_FIELDS];
	struct tv_btf *btf = builtin();
	struct btf *raw = tv_btf_raw(btf);
	int lock = tv_btf_find(btf, "bpf_spin_lock", BTF_KIND_STRUCT), one, two, many;
	int timer = tv_btf_find(btf, "bpf_timer", BTF_KIND_STRUCT), array;
	struct tv_btf *grown;
	uint32_t cnt, size;
	const void *data;

	one = btf__add_struct(raw, "one", 24);
	btf__add_field(raw, "lock", lock, 0, 0);
	btf__add_field(raw, "timer", timer, 64, 0);
	two = btf__add_struct(raw, "two", 8);
	btf__add_field(raw, "a", lock, 0, 0);
	btf__add_field(raw, "b", lock, 32, 0);
	array = btf__add_array(raw, tv_btf_find(btf, "int", BTF_KIND_INT), timer, 2);
	many = btf__add_struct(raw, "many", 32);
	btf__add_field(raw, "timers", array, 0, 0);
	data = btf__raw_data(raw, &size);
	assert_int_equal(tv_btf_parse(data, size, "grown", &grown, NULL), 0);

	assert_int_equal(tv_fields_find(grown, one, 24, TV_FIELDS_OF_MAP, fields, &cnt), 0);
	assert_int_equal(cnt, 2);
	assert_int_equal(fields[1].kind, TV_FIELD_TIMER);
	assert_int_equal(fields[1].offset, 8);
	assert_int_equal(tv_fields_find(grown, two, 8, TV_FIELDS_OF_MAP, fields, &cnt), -E2BIG);
	assert_int_equal(tv_fields_find(grown, many, 32, TV_FIELDS_OF_MAP, fields, &cnt), -EINVAL);
	assert_int_equal(tv_fields_find(grown, one, 24, 0, fields, &cnt), 0);
	assert_int_equal(cnt, 0);
	tv_btf_free(grown);
	tv_btf_free(btf);
}

/* A structure that holds a smaller one twice, and so on: two to the power of its depth members. */
static void bushy_types_end(void **state)
{
	struct tv_bpf_field fields[TV_MAX_FIELDS];
	struct btf *raw = btf__new_empty();
	int i, id = btf__add_struct(raw, "leaf", 0);
	struct tv_btf *btf;
	uint32_t cnt;

	for (i = 0; i < 30; i++) {
		int bigger = btf__add_struct(raw, "bigger", 0);

		btf__add_field(raw, "a", id, 0, 0);
		btf__add_field(raw, "b", id, 0, 0);
		id = bigger;
	}
	assert_int_equal(tv_btf_adopt(raw, "bushy", &btf, NULL), 0);
	assert_int_equal(tv_fields_find(btf, id, 0, TV_FIELDS_OF_MAP, fields, &cnt), -E2BIG);
	tv_btf_free(btf);
}

/* What the kernel says of types that compilers emit and a reader can live with; NULL: nothing. */
static const char *refusal(void (*build)(struct btf *raw, int number))
{
	struct btf *raw = btf__new_empty();
	struct tv_btf *btf = NULL;
	const char *why = NULL;

	build(raw, btf__add_int(raw, "int", 4, BTF_INT_SIGNED));
	assert_int_equal(tv_btf_adopt(raw, "built", &btf, NULL), 0);
	assert_int_equal(btf_refused(btf, &why), 0);
	tv_btf_free(btf);
	return why;
}

static void good(struct btf *raw, int number)
{
	int pair = btf__add_struct(raw, "pair", 8);

	btf__add_field(raw, "a", number, 0, 0);
	btf__add_field(raw, "b", number, 32, 0);
	btf__add_var(raw, "v", BTF_VAR_STATIC, pair);
	btf__add_datasec(raw, ".data.x-y", 8);
	btf__add_datasec_var_info(raw, btf__type_cnt(raw) - 2, 0, 8);
	btf__add_func_proto(raw, number);
	btf__add_func_param(raw, "it", number);
	btf__add_func(raw, "f", BTF_FUNC_GLOBAL, btf__type_cnt(raw) - 1);
}

static void nameless_argument(struct btf *raw, int number)
{
	int proto = btf__add_func_proto(raw, number);

	btf__add_func_param(raw, NULL, number);
	btf__add_func(raw, "naked", BTF_FUNC_GLOBAL, proto);
}

static void nameless_argument_of_kfunc(struct btf *raw, int number)
{
	int proto = btf__add_func_proto(raw, number);

	btf__add_func_param(raw, NULL, number);
	btf__add_func(raw, "kfunc", BTF_FUNC_EXTERN, proto);
}

static void empty_enum(struct btf *raw, int number)
{
	btf__add_enum(raw, "nothing", 4);
	((struct btf_type *)btf__type_by_id(raw, btf__type_cnt(raw) - 1))->size = 0;
}

static void foreign_name(struct btf *raw, int number)
{
	btf__add_struct(raw, "core::fmt::Arguments", 0);
}

static void overlap(struct btf *raw, int number)
{
	int var = btf__add_var(raw, "v", BTF_VAR_STATIC, number);

	btf__add_datasec(raw, ".data", 8);
	btf__add_datasec_var_info(raw, var, 0, 4);
	btf__add_datasec_var_info(raw, var, 2, 4);
}

static void deep(struct btf *raw, int number)
{
	int id = number, i;

	/* from the outside in, so that nothing is known beforehand */
	for (i = 0; i < 40; i++)
		id = btf__add_typedef(raw, "t", i < 39 ? id + 2 : number);
}

static void the_kernel_minds_more(void **state)
{
	assert_null(refusal(good));
	assert_null(refusal(nameless_argument_of_kfunc));
	assert_non_null(strstr(refusal(nameless_argument), "argument"));
	assert_non_null(strstr(refusal(empty_enum), "size"));
	assert_non_null(strstr(refusal(foreign_name), "name"));
	assert_non_null(strstr(refusal(overlap), "overlap"));
	assert_non_null(strstr(refusal(deep), "deep"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cycles_by_value_are_refused),
		cmocka_unit_test(cycles_through_pointers_are_fine),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(references_must_exist_and_fit),
		cmocka_unit_test(integers_must_be_integers),
		cmocka_unit_test(tags_must_tag_something),
		cmocka_unit_test(what_is_cut_is_refused),
		cmocka_unit_test(unknown_kinds_are_named),
		cmocka_unit_test(headers_are_checked),
		cmocka_unit_test(types_are_found_and_sized),
		cmocka_unit_test(the_builtin_has_the_iterator),
		cmocka_unit_test(huge_arrays_have_no_size),
		cmocka_unit_test(locks_stand_once),
		cmocka_unit_test(bushy_types_end),
		cmocka_unit_test(the_kernel_minds_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
