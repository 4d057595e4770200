// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Types built by hand: how they are spelt, the special fields that the kernel sees in a map's value
 * (v6.18 kernel/bpf/btf.c, btf_parse_fields()), what it would refuse of them, and where the types of
 * a kernel may come from.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "bpf/field.h"
#include "bpf/internal.h"
#include "bpf/tags.h"
#include "bpf/vmlinux.h"
#include "tests/unit/elf_object.h"

static struct btf *raw;
static struct tv_btf *btf;
static struct tv_bpf_error error;

enum { VOID, INT };

static int begin(void **state)
{
	raw = btf__new_empty();
	btf = NULL;
	tv_bpf_error_init(&error, "types");
	assert_int_equal(btf__add_int(raw, "int", 4, BTF_INT_SIGNED), INT);
	return 0;
}

static int end(void **state)
{
	tv_btf_free(btf);
	btf__free(raw);
	return 0;
}

/* What was built so far becomes readable. */
static void look_at(void)
{
	uint32_t size;
	const void *data = btf__raw_data(raw, &size);

	tv_btf_free(btf);
	assert_int_equal(tv_btf_parse(data, size, "types", &btf, &error), 0);
}

/* --- spelling --------------------------------------------------------------------- */

static void assert_spelt(int id, const char *text)
{
	char buf[200];

	look_at();
	assert_string_equal(tv_btf_spell(btf, id, buf, sizeof(buf)), text);
}

static void types_are_spelt_as_in_c(void **state)
{
	int structure = btf__add_struct(raw, "s", 8), onion = btf__add_union(raw, "u", 8);
	int number = btf__add_enum(raw, "e", 4), fwd = btf__add_fwd(raw, "f", BTF_FWD_STRUCT);
	int fwd_u = btf__add_fwd(raw, "g", BTF_FWD_UNION), nameless = btf__add_struct(raw, NULL, 8);
	int constant = btf__add_const(raw, INT), array = btf__add_array(raw, INT, INT, 3), i;
	int deep = btf__add_array(raw, INT, array, 2);

	assert_spelt(VOID, "void");
	assert_spelt(INT, "int");
	assert_spelt(structure, "struct s");
	assert_spelt(onion, "union u");
	assert_spelt(number, "enum e");
	assert_spelt(btf__add_enum64(raw, "e64", 8, false), "enum e64");
	assert_spelt(fwd, "struct f");
	assert_spelt(fwd_u, "union g");
	assert_spelt(nameless, "struct (anonymous)");
	assert_spelt(btf__add_typedef(raw, "name", INT), "name");
	assert_spelt(btf__add_ptr(raw, VOID), "void *");
	assert_spelt(btf__add_ptr(raw, btf__add_ptr(raw, structure)), "struct s **");
	assert_spelt(btf__add_ptr(raw, btf__add_type_tag(raw, "rcu", structure)), "struct s *");
	assert_spelt(constant, "int const ");
	assert_spelt(btf__add_ptr(raw, constant), "int const *");
	assert_spelt(btf__add_volatile(raw, INT), "int volatile ");
	assert_spelt(btf__add_restrict(raw, btf__add_ptr(raw, INT)), "int *restrict ");
	assert_spelt(array, "int [3]");
	assert_spelt(deep, "int [2][3]");
	assert_spelt(btf__add_ptr(raw, btf__add_func_proto(raw, INT)), "function *");
	for (i = 0; i < 40; i++)
		deep = btf__add_ptr(raw, deep);
	look_at();
	/* nobody spells more than 32 of them */
	assert_true(strlen(tv_btf_spell(btf, deep, (char[200]){ 0 }, 200)) <= 45);
}

static void lists_of_one_name_have_an_end(void **state)
{
	struct tv_btf *many = NULL;
	int i;

	for (i = 0; i < 5000; i++)
		btf__add_fwd(raw, "same", BTF_FWD_STRUCT);
	assert_int_equal(tv_btf_adopt(raw, "many", &many, &error), -EFBIG);
	assert_string_equal(error.text, "thousands of types have the same name");
}

/* Each typedef is of the next: the first one met is the deepest. */
static void nesting_from_the_outside_in(void **state)
{
	struct tv_btf *deep = NULL;
	int id = INT + 1, i;

	for (i = 0; i < TV_BTF_MAX_DEPTH + 5; i++, id++)
		btf__add_typedef(raw, "t", i < TV_BTF_MAX_DEPTH + 4 ? id + 1 : INT);
	assert_int_equal(tv_btf_adopt(raw, "deep", &deep, &error), -EINVAL);
	assert_non_null(strstr(error.text, "nested too deeply"));
}

static void types_of_other_machines(void **state)
{
	struct tv_btf *other = NULL;
	size_t huge = TV_BTF_MAX_SIZE + 1ul;
	unsigned char *copy;
	const void *data;
	uint32_t size;

	data = btf__raw_data(raw, &size);
	copy = calloc(1, huge);
	memcpy(copy, data, size);
	assert_int_equal(tv_btf_parse(copy, huge, "huge", &other, &error), -EFBIG);
	tv_bpf_error_init(&error, "types");
	copy[0] = 0xeb;
	copy[1] = 0x9f;
	assert_int_equal(tv_btf_parse(copy, size, "swapped", &other, &error), -ENOTSUP);
	assert_string_equal(error.text, "unsupported: big-endian BTF");
	free(copy);
	look_at();
	assert_int_equal(tv_btf_find(btf, "void", BTF_KIND_INT), 0);
}

/* --- special fields ------------------------------------------------------------------ */

static struct tv_bpf_field fields[TV_MAX_FIELDS];
static uint32_t cnt;

static int find_of(int id, uint32_t size, uint32_t kinds)
{
	look_at();
	return tv_fields_find(btf, id, size, kinds, fields, &cnt);
}

static int find(int id, uint32_t size)
{
	return find_of(id, size, TV_FIELDS_OF_MAP | TV_FIELD_BIT(TV_FIELD_LIST_NODE) |
		       TV_FIELD_BIT(TV_FIELD_RB_NODE) | TV_FIELD_BIT(TV_FIELD_REFCOUNT));
}

/* A value of that one member. */
static int value_of(const char *member, int type, uint32_t offset)
{
	int id = btf__add_struct(raw, "value", 64);

	btf__add_field(raw, member, type, offset * 8, 0);
	return id;
}

static int tagged_pointer(const char *tag, int to)
{
	return btf__add_ptr(raw, btf__add_type_tag(raw, tag, to));
}

static void pointers_with_tags(void **state)
{
	static const struct { const char *tag; enum tv_field_kind kind; } tags[] = {
		{ "kptr", TV_FIELD_KPTR_REF }, { "kptr_untrusted", TV_FIELD_KPTR_UNREF },
		{ "percpu_kptr", TV_FIELD_KPTR_PERCPU }, { "uptr", TV_FIELD_UPTR },
	};
	int task = btf__add_struct(raw, "task", 8), plain = btf__add_ptr(raw, task), twice, id;
	size_t i;

	for (i = 0; i < 4; i++) {
		id = value_of("p", tagged_pointer(tags[i].tag, task), 8);
		assert_int_equal(find(id, 64), 0);
		assert_int_equal(cnt, 1);
		assert_int_equal(fields[0].kind, tags[i].kind);
		assert_int_equal(fields[0].offset, 8);
		assert_int_equal(fields[0].pointee, task);
		assert_string_equal(tv_field_name(fields[0].kind), tags[i].tag);
	}
	/* volatile in front changes nothing, as does const behind */
	id = btf__add_volatile(raw, tagged_pointer("kptr", btf__add_const(raw, task)));
	assert_int_equal(find(value_of("p", id, 0), 64), 0);
	assert_int_equal(cnt, 1);
	/* plain ones are numbers; so is what lies where no pointer can */
	assert_int_equal(find(value_of("p", plain, 0), 64), 0);
	assert_int_equal(cnt, 0);
	assert_int_equal(find(value_of("p", tagged_pointer("kptr", task), 4), 64), 0);
	assert_int_equal(cnt, 0);
	/* tags that say nothing to the kernel, two of them, and pointers to no structure */
	assert_int_equal(find(value_of("p", tagged_pointer("else", task), 0), 64), -EINVAL);
	twice = btf__add_ptr(raw, btf__add_type_tag(raw, "kptr", btf__add_type_tag(raw, "rcu", task)));
	assert_int_equal(find(value_of("p", twice, 0), 64), -EINVAL);
	assert_int_equal(find(value_of("p", tagged_pointer("kptr", INT), 0), 64), -EINVAL);
	/* what an older kernel does not know is wrong there */
	id = value_of("p", tagged_pointer("uptr", task), 0);
	assert_int_equal(find_of(id, 64, TV_FIELDS_OF_MAP & ~TV_FIELD_BIT(TV_FIELD_UPTR)), -EINVAL);
}

static void arrays_of_fields(void **state)
{
	int task = btf__add_struct(raw, "task", 8), kptr = tagged_pointer("kptr", task);
	int timer = btf__add_struct(raw, "bpf_timer", 16), pair, many, none, huge;

	assert_int_equal(find(value_of("p", btf__add_array(raw, INT, kptr, 3), 8), 64), 0);
	assert_int_equal(cnt, 3);
	assert_int_equal(fields[2].offset, 24);
	pair = btf__add_struct(raw, "pair", 16);
	btf__add_field(raw, "n", INT, 0, 0);
	btf__add_field(raw, "p", kptr, 64, 0);
	assert_int_equal(find(value_of("p", btf__add_array(raw, INT, pair, 2), 0), 64), 0);
	assert_int_equal(cnt, 2);
	assert_int_equal(fields[1].offset, 24);
	none = btf__add_array(raw, INT, kptr, 0);
	assert_int_equal(find(value_of("p", none, 0), 64), 0);
	assert_int_equal(cnt, 0);
	many = btf__add_array(raw, INT, kptr, TV_MAX_FIELDS + 1);
	assert_int_equal(find(value_of("p", many, 0), 8 * TV_MAX_FIELDS + 8), -E2BIG);
	huge = btf__add_array(raw, INT, btf__add_array(raw, INT, kptr, 1u << 31), 4);
	assert_int_equal(find(value_of("p", huge, 0), 64), -E2BIG);
	/* one timer is all there may be */
	assert_int_equal(find(value_of("t", btf__add_array(raw, INT, timer, 2), 0), 64), -EINVAL);
	assert_int_equal(find(value_of("t", btf__add_array(raw, INT, timer, 1), 0), 64), 0);
	assert_int_equal(cnt, 1);
}

static void a_name_alone_makes_no_field(void **state)
{
	int lock = btf__add_struct(raw, "bpf_spin_lock", 8), timer = btf__add_struct(raw, "bpf_timer", 16);
	int other = btf__add_union(raw, "bpf_wq", 16), bits;

	/* of another size, place or kind */
	assert_int_equal(find(value_of("l", lock, 0), 64), 0);
	assert_int_equal(cnt, 0);
	assert_int_equal(find(value_of("t", timer, 4), 64), 0);
	assert_int_equal(cnt, 0);
	assert_int_equal(find(value_of("w", other, 0), 64), 0);
	assert_int_equal(cnt, 0);
	assert_int_equal(find(value_of("t", timer, 56), 64), -EFAULT);
	bits = btf__add_struct(raw, "bits", 8);
	btf__add_field(raw, "b", INT, 3, 5);
	assert_int_equal(find(bits, 8), -EINVAL);
	assert_int_equal(find(INT, 4), 0);
	assert_int_equal(cnt, 0);
}

static void fields_must_not_overlap(void **state)
{
	int task = btf__add_struct(raw, "task", 8), kptr = tagged_pointer("kptr", task);
	int both = btf__add_struct(raw, "both", 16);

	btf__add_field(raw, "a", kptr, 0, 0);
	btf__add_field(raw, "b", kptr, 0, 0);
	assert_int_equal(find(both, 16), -EEXIST);
}

/* A list of @holds, with or without a lock beside it. */
static int list_of(const char *tag, bool lock)
{
	int head = btf__add_struct(raw, "bpf_list_head", 16), guard, id;

	guard = btf__add_struct(raw, "bpf_spin_lock", 4);
	id = btf__add_struct(raw, "value", 64);
	btf__add_field(raw, "head", head, 0, 0);
	if (lock)
		btf__add_field(raw, "lock", guard, 128, 0);
	if (tag)
		btf__add_decl_tag(raw, tag, id, 0);
	return id;
}

static void lists_say_what_they_contain(void **state)
{
	int node = btf__add_struct(raw, "bpf_list_node", 24), element, other;
	char far[200];

	element = btf__add_struct(raw, "element", 32);
	btf__add_field(raw, "n", INT, 0, 0);
	btf__add_field(raw, "node", node, 64, 0);
	other = btf__add_struct(raw, "twice", 64);
	btf__add_field(raw, "node", node, 0, 0);
	btf__add_field(raw, "node", node, 192, 0);
	btf__add_struct(raw, "crooked", 64);
	btf__add_field(raw, "node", node, 32, 0);

	assert_int_equal(find(list_of("contains:element:node", true), 64), 0);
	assert_int_equal(cnt, 2);
	assert_int_equal(fields[0].kind, TV_FIELD_LIST_HEAD);
	assert_int_equal(fields[0].pointee, element);
	assert_string_equal(fields[0].node, "node");
	assert_int_equal(find(list_of("contains:element:node", false), 64), -EINVAL);
	assert_int_equal(find(list_of(NULL, true), 64), -EINVAL);
	assert_int_equal(find(list_of("else", true), 64), -EINVAL);
	assert_int_equal(find(list_of("contains:element", true), 64), -EINVAL);
	assert_int_equal(find(list_of("contains:element:", true), 64), -EINVAL);
	assert_int_equal(find(list_of("contains:nobody:node", true), 64), -ENOENT);
	assert_int_equal(find(list_of("contains:element:nothing", true), 64), -ENOENT);
	assert_int_equal(find(list_of("contains:element:n", true), 64), -EINVAL);
	assert_int_equal(find(list_of("contains:twice:node", true), 64), -EINVAL);
	assert_int_equal(find(list_of("contains:crooked:node", true), 64), -EINVAL);
	snprintf(far, sizeof(far), "contains:%0180d:node", 0);
	assert_int_equal(find(list_of(far, true), 64), -EINVAL);
	(void)other;
}

static void trees_and_nodes_of_both(void **state)
{
	int node = btf__add_struct(raw, "bpf_rb_node", 32), list = btf__add_struct(raw, "bpf_list_node", 24);
	int count = btf__add_struct(raw, "bpf_refcount", 4), root = btf__add_struct(raw, "bpf_rb_root", 16);
	int lock = btf__add_struct(raw, "bpf_spin_lock", 4), element, value, alone;

	element = btf__add_struct(raw, "element", 80);
	btf__add_field(raw, "node", node, 0, 0);
	btf__add_field(raw, "list", list, 256, 0);
	btf__add_field(raw, "count", count, 448, 0);
	alone = btf__add_struct(raw, "alone", 80);
	btf__add_field(raw, "node", node, 0, 0);
	btf__add_field(raw, "list", list, 256, 0);
	value = btf__add_struct(raw, "value", 64);
	btf__add_field(raw, "root", root, 0, 0);
	btf__add_field(raw, "lock", lock, 128, 0);
	btf__add_decl_tag(raw, "contains:element:node", value, 0);
	assert_int_equal(find(value, 64), 0);
	assert_int_equal(fields[0].kind, TV_FIELD_RB_ROOT);
	/* an element of both a list and a tree is counted */
	assert_int_equal(find(element, 80), 0);
	assert_int_equal(cnt, 3);
	assert_int_equal(find(alone, 80), -EINVAL);
}

/* Global variables: their section says how large they are. */
static void variables_are_fields(void **state)
{
	int lock = btf__add_struct(raw, "bpf_spin_lock", 4), task = btf__add_struct(raw, "task", 8);
	int kptr = tagged_pointer("kptr", task), pair, guard, pointer, both, sec;

	pair = btf__add_struct(raw, "pair", 16);
	btf__add_field(raw, "p", kptr, 0, 0);
	guard = btf__add_var(raw, "guard", BTF_VAR_GLOBAL_ALLOCATED, lock);
	pointer = btf__add_var(raw, "pointer", BTF_VAR_GLOBAL_ALLOCATED, kptr);
	both = btf__add_var(raw, "both", BTF_VAR_GLOBAL_ALLOCATED, pair);
	sec = btf__add_datasec(raw, ".data", 64);
	btf__add_datasec_var_info(raw, guard, 0, 4);
	btf__add_datasec_var_info(raw, pointer, 8, 8);
	btf__add_datasec_var_info(raw, both, 16, 16);
	assert_int_equal(find(sec, 64), 0);
	assert_int_equal(cnt, 3);
	assert_int_equal(fields[1].offset, 8);
	assert_int_equal(fields[2].offset, 16);
	/* of another size than their type: nothing special */
	sec = btf__add_datasec(raw, ".data", 64);
	btf__add_datasec_var_info(raw, guard, 0, 8);
	btf__add_datasec_var_info(raw, pointer, 8, 4);
	btf__add_datasec_var_info(raw, both, 16, 8);
	assert_int_equal(find(sec, 64), 0);
	assert_int_equal(cnt, 0);
}

static void deep_values_are_refused(void **state)
{
	int id = btf__add_struct(raw, "leaf", 8), array = INT, i;

	for (i = 0; i < 40; i++) {
		int outer = btf__add_struct(raw, "outer", 8);

		btf__add_field(raw, "in", id, 0, 0);
		id = outer;
	}
	assert_int_equal(find(id, 8), -E2BIG);
	for (i = 0; i < 40; i++)
		array = btf__add_array(raw, INT, array, 1);
	assert_int_equal(find(value_of("a", array, 0), 64), -E2BIG);
}

/* --- what the kernel refuses --------------------------------------------------------------- */

static const char *refused(void)
{
	const char *why;

	look_at();
	assert_int_equal(btf_refused(btf, &why), 0);
	return why;
}

static void the_kernel_refuses(void **state)
{
	char far[600];
	int var = btf__add_var(raw, "v", BTF_VAR_STATIC, INT);

	assert_null(refused());
	btf__add_datasec(raw, ".data", 8);
	btf__add_datasec_var_info(raw, var, 0, 4);
	btf__add_datasec_var_info(raw, var, 4, 4);
	assert_null(refused());
	memset(far, 'x', sizeof(far));
	far[sizeof(far) - 1] = 0;
	btf__add_struct(raw, far, 4);
	assert_non_null(strstr(refused(), "name"));
}

static void sections_the_kernel_refuses(void **state)
{
	int var = btf__add_var(raw, "v", BTF_VAR_STATIC, INT);

	/* reaches past its section */
	btf__add_datasec(raw, ".data", 2);
	btf__add_datasec_var_info(raw, var, 0, 4);
	assert_non_null(refused());
}

static void sections_without_a_size(void **state)
{
	btf__add_datasec(raw, ".ksyms", 0);
	assert_null(refused());
	btf__add_datasec(raw, ".data", 0);
	assert_string_equal(refused(), "a section has no size");
}

static void functions_in_sections_are_refused(void **state)
{
	int proto = btf__add_func_proto(raw, INT), func = btf__add_func(raw, "f", BTF_FUNC_STATIC, proto);

	btf__add_datasec(raw, ".data", 8);
	btf__add_datasec_var_info(raw, func, 0, 8);
	assert_string_equal(refused(), "a section holds what is no variable");
}

static void section_names(void **state)
{
	btf__add_datasec(raw, ".da\x01ta", 8);
	assert_non_null(strstr(refused(), "name"));
}

static void members_with_foreign_names(void **state)
{
	value_of("a member", INT, 0);
	assert_string_equal(refused(), "a member's name is no identifier");
}

static void arguments_with_foreign_names(void **state)
{
	int proto = btf__add_func_proto(raw, INT);

	btf__add_func_param(raw, "an argument", INT);
	btf__add_func(raw, "f", BTF_FUNC_STATIC, proto);
	assert_string_equal(refused(), "an argument's name is no identifier");
}

static void names_that_begin_with_a_digit(void **state)
{
	btf__add_typedef(raw, "9lives", INT);
	assert_non_null(strstr(refused(), "name"));
}

static void names_where_none_belong(void **state)
{
	int ptr = btf__add_ptr(raw, INT), name = btf__add_str(raw, "pointer");

	((struct btf_type *)btf__type_by_id(raw, ptr))->name_off = name;
	assert_non_null(strstr(refused(), "name"));
}

/* --- tags -------------------------------------------------------------------------------------- */

static void expectations_of_every_kind(void **state)
{
	static const char *const tags[] = {
		"comment:test_expect_success", "comment:test_expect_failure_unpriv",
		"comment:test_auxiliary", "comment:test_expect_msg_unpriv=0=no", "comment:test_arch=ARM64",
		"comment:test_arch=X86_64", "comment:test_prog_flags=0x10", "comment:test_prog_flags=!8",
		"comment:test_prog_flags=BPF_F_ANY_ALIGNMENT", "comment:test_prog_flags=nonsense",
		"comment:test_expect_msg=nothing", "else",
	};
	int proto = btf__add_func_proto(raw, INT), func = btf__add_func(raw, "f", BTF_FUNC_STATIC, proto);
	struct tv_bpf_object obj = { 0 };
	struct tv_bpf_prog prog = { .func_id = func };
	struct tv_bpf_expect expect;
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (!strstr(tags[i], "nonsense"))
			btf__add_decl_tag(raw, tags[i], func, -1);
	look_at();
	obj.btf = btf;
	assert_int_equal(tv_bpf_expect_init(&expect, &obj, &prog), 0);
	assert_int_equal(expect.verdict, TV_VERDICT_ACCEPT);
	assert_int_equal(expect.verdict_unpriv, TV_VERDICT_REJECT);
	assert_true(expect.auxiliary);
	assert_int_equal(expect.msg_cnt, 0);
	assert_int_equal(expect.msg_unpriv_cnt, 1);
	assert_string_equal(expect.msgs_unpriv[0], "no");
	assert_int_equal(expect.arches, TV_ARCH_X86_64 | TV_ARCH_OTHER);
	assert_int_equal(expect.flags, 0x10 | BPF_F_ANY_ALIGNMENT);
	tv_bpf_expect_fini(&expect);
	assert_int_equal(tags_test_flags(btf, func), 0x10 | BPF_F_ANY_ALIGNMENT);
	btf__add_decl_tag(raw, "comment:test_expect_success_unpriv", func, -1);
	btf__add_decl_tag(raw, "comment:test_prog_flags=nonsense", func, -1);
	look_at();
	obj.btf = btf;
	assert_int_equal(tv_bpf_expect_init(&expect, &obj, &prog), -EINVAL);
	assert_null(expect.msgs_unpriv);
	prog.func_id = 0;
	assert_int_equal(tv_bpf_expect_init(&expect, &obj, &prog), 0);
	assert_int_equal(expect.verdict, TV_VERDICT_NONE);
}

static void return_values(void **state)
{
	static const struct { const char *tag; int err, value; } cases[] = {
		{ "comment:test_retval=INT_MIN", 0, INT32_MIN }, { "comment:test_retval=0xff", 0, 255 },
		{ "comment:test_retval=POINTER_VALUE", 0, 0xcafe4a },
		{ "comment:test_retval=TEST_DATA_LEN", 0, 64 },
		{ "comment:test_retval=4294967295", 0, -1 }, { "comment:test_retval=", -EINVAL, 0 },
		{ "comment:test_retval=4294967296", -EINVAL, 0 }, { "comment:test_retval=1x", -EINVAL, 0 },
		{ "comment:test_retval=-2147483649", -EINVAL, 0 },
		{ "comment:test_retval=99999999999999999999", -EINVAL, 0 },
	};
	int proto = btf__add_func_proto(raw, INT);
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tv_bpf_object obj = { 0 };
		struct tv_bpf_prog prog = { .func_id = btf__add_func(raw, "f", BTF_FUNC_STATIC, proto) };
		struct tv_bpf_expect expect;

		btf__add_decl_tag(raw, cases[i].tag, prog.func_id, -1);
		look_at();
		obj.btf = btf;
		assert_int_equal(tv_bpf_expect_init(&expect, &obj, &prog), cases[i].err);
		if (!cases[i].err) {
			assert_true(expect.has_retval);
			assert_int_equal(expect.retval, cases[i].value);
		}
		tv_bpf_expect_fini(&expect);
	}
}

static void tags_of_arguments(void **state)
{
	int proto = btf__add_func_proto(raw, INT), func;

	btf__add_func_param(raw, "a", INT);
	func = btf__add_func(raw, "f", BTF_FUNC_GLOBAL, proto);
	btf__add_decl_tag(raw, "arg:ctx", func, 0);
	btf__add_decl_tag(raw, "arg:unheard_of", func, 0);
	btf__add_decl_tag(raw, "unrelated", func, 0);
	look_at();
	assert_int_equal(tv_bpf_arg_tags(btf, func, 0), TV_ARG_CTX | TV_ARG_OTHER);
	assert_int_equal(tv_bpf_arg_tags(btf, func, 1), 0);
}

/* --- where a kernel's types come from ------------------------------------------------------------ */

static char path[64];

static void write_file(const void *data, size_t size)
{
	int fd;

	snprintf(path, sizeof(path), "/tmp/taskvma-types-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
}

static int open_file(void)
{
	struct tv_btf *opened = NULL;
	int err;

	tv_bpf_error_init(&error, "file");
	err = tv_vmlinux_open(path, &opened, &error);
	if (!err)
		assert_true(tv_btf_find(opened, "int", BTF_KIND_INT) > 0);
	tv_btf_free(opened);
	return err;
}

static void types_in_a_file(void **state)
{
	uint32_t size;
	const void *data = btf__raw_data(raw, &size);
	static struct elf_made e;
	size_t made;
	void *image;

	write_file(data, size);
	assert_int_equal(open_file(), 0);
	unlink(path);
	assert_int_equal(open_file(), -ENOENT);
	write_file("neither", 7);
	assert_int_equal(open_file(), -EINVAL);
	unlink(path);

	/* in an ELF file's section of that name */
	elf_begin(&e);
	elf_add(&e, ".BTF", SHT_PROGBITS, 0, data, size);
	image = elf_make(&e, &made);
	write_file(image, made);
	assert_int_equal(open_file(), 0);
	unlink(path);
	/* cut short */
	write_file(image, 100);
	assert_int_not_equal(open_file(), 0);
	unlink(path);
	free(image);
	elf_begin(&e);
	elf_add(&e, ".BTF.else", SHT_PROGBITS, 0, data, size);
	image = elf_make(&e, &made);
	write_file(image, made);
	assert_int_equal(open_file(), -EINVAL);
	assert_string_equal(error.text, "no .BTF section");
	unlink(path);
	free(image);
}

static void files_that_are_none(void **state)
{
	struct file_bytes file;
	int fd;

	assert_int_equal(file_bytes_read(&file, "/", 1 << 20, NULL), -EISDIR);
	/* larger than allowed, by what is announced and by what comes */
	write_file("0123456789", 10);
	tv_bpf_error_init(&error, path);
	assert_int_equal(file_bytes_read(&file, path, 9, &error), -EFBIG);
	assert_string_equal(error.text, "larger than 0 MiB");
	assert_int_equal(file_bytes_read(&file, "/dev/zero", 1 << 20, NULL), -EFBIG);
	assert_null(file.data);
	/* a large file is mapped: its holes take no memory */
	fd = open(path, O_WRONLY);
	assert_int_equal(ftruncate(fd, (65L << 20)), 0);
	close(fd);
	assert_int_equal(file_bytes_read(&file, path, 1ul << 30, NULL), 0);
	assert_int_equal(file.size, 65L << 20);
	assert_memory_equal(file.data, "0123456789\0", 11);
	file_bytes_free(&file);
	assert_null(file.data);
	unlink(path);
	/* reading fails */
	assert_int_equal(file_bytes_read(&file, "/proc/self/mem", 1 << 20, NULL), -EIO);
}

/* Without a name: those of the running kernel, or the built-in ones where it has none. */
static void the_running_kernels_types(void **state)
{
	struct tv_btf *own = NULL;

	tv_bpf_error_init(&error, "running");
	assert_int_equal(tv_vmlinux_open(NULL, &own, &error), 0);
	assert_true(tv_btf_find(own, "task_struct", BTF_KIND_STRUCT) > 0);
	tv_btf_free(own);
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		assert_int_equal(tv_vmlinux_open(TV_VMLINUX_RUNNING, &own, &error), -ENOENT);
}

static void errors_are_one_line(void **state)
{
	char text[4200];

	tv_bpf_error_init(&error, NULL);
	assert_int_equal(tv_bpf_error_set(&error, -EINVAL, ".te\nxt", 0x10, "bad\tname %d", 5), -EINVAL);
	assert_string_equal(tv_bpf_error_text(&error, text, sizeof(text)), ".te?xt+0x10: bad?name 5");
	/* the first one stays */
	assert_int_equal(tv_bpf_error_set(&error, -ENOENT, NULL, TV_BPF_NOWHERE, "later"), -ENOENT);
	assert_int_equal(error.err, -EINVAL);
	tv_bpf_error_init(&error, "file.o");
	tv_bpf_error_set(&error, -EINVAL, NULL, 0, "at the begin\x7f");
	assert_string_equal(tv_bpf_error_text(&error, text, sizeof(text)), "file.o: +0x0: at the begin?");
	assert_int_equal(tv_bpf_error_set(NULL, -EIO, NULL, 0, "nobody listens"), -EIO);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(types_are_spelt_as_in_c), TEST(lists_of_one_name_have_an_end),
		TEST(nesting_from_the_outside_in), TEST(types_of_other_machines),
		TEST(pointers_with_tags), TEST(arrays_of_fields), TEST(a_name_alone_makes_no_field),
		TEST(fields_must_not_overlap), TEST(lists_say_what_they_contain),
		TEST(trees_and_nodes_of_both), TEST(variables_are_fields), TEST(deep_values_are_refused),
		TEST(the_kernel_refuses), TEST(sections_the_kernel_refuses),
		TEST(sections_without_a_size), TEST(functions_in_sections_are_refused),
		TEST(section_names),
		TEST(members_with_foreign_names), TEST(arguments_with_foreign_names),
		TEST(names_that_begin_with_a_digit), TEST(names_where_none_belong),
		TEST(expectations_of_every_kind), TEST(return_values), TEST(tags_of_arguments),
		TEST(types_in_a_file), TEST(files_that_are_none), TEST(the_running_kernels_types),
		TEST(errors_are_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
