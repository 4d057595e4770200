// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * CO-RE, question by question: which types are the same, where a member lies, what number comes of
 * it, and what becomes of the instruction. The rules are libbpf's (relo_core.c); types are built by
 * hand, so that two of them differ in one thing.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/core_compat.h"
#include "bpf/core_value.h"
#include "tests/unit/insns.h"

/* --- two sides of types --------------------------------------------------------- */

static struct btf *mine, *theirs;	/* the program's, the kernel's: being built */
static struct tv_btf *local, *target;
static struct loader ld;
static struct tv_bpf_error error;

/* Each begins with int 1, unsigned 2, long 3, char 4. */
enum { VOID, INT, UNSIGNED, LONG, CHAR };

static struct btf *begin_types(void)
{
	struct btf *btf = btf__new_empty();

	assert_int_equal(btf__add_int(btf, "int", 4, BTF_INT_SIGNED), INT);
	assert_int_equal(btf__add_int(btf, "unsigned int", 4, 0), UNSIGNED);
	assert_int_equal(btf__add_int(btf, "long", 8, BTF_INT_SIGNED), LONG);
	assert_int_equal(btf__add_int(btf, "char", 1, BTF_INT_SIGNED), CHAR);
	return btf;
}

static int begin(void **state)
{
	mine = begin_types();
	theirs = begin_types();
	local = target = NULL;
	tv_bpf_error_init(&error, "core");
	ld = (struct loader){ .error = &error };
	return 0;
}

/* What was built so far becomes readable. */
static void look_at(void)
{
	const void *data;
	uint32_t size;

	tv_btf_free(local);
	tv_btf_free(target);
	data = btf__raw_data(mine, &size);
	assert_int_equal(tv_btf_parse(data, size, "mine", &local, &error), 0);
	data = btf__raw_data(theirs, &size);
	assert_int_equal(tv_btf_parse(data, size, "theirs", &target, &error), 0);
}

static int end(void **state)
{
	tv_btf_free(local);
	tv_btf_free(target);
	btf__free(mine);
	btf__free(theirs);
	return 0;
}

static int same(int a, int b)
{
	look_at();
	return core_types_compatible(&ld, local, a, target, b);
}

static int matches(int a, int b)
{
	look_at();
	return core_types_match(&ld, local, a, target, b);
}

static int readable(int a, int b)
{
	look_at();
	return core_fields_compatible(&ld, local, a, target, b);
}

/* The same type on both sides: BOTH(add_ptr, INT) is its id. */
#define BOTH(add, ...)	({ int id_ = btf__##add(mine, __VA_ARGS__);			\
			   assert_int_equal(btf__##add(theirs, __VA_ARGS__), id_); id_; })

/* A structure or union of one member, on one side. */
static int holder(struct btf *btf, const char *name, const char *member, int type)
{
	int id = btf__add_struct(btf, name, 16);

	btf__add_field(btf, member, type, 0, 0);
	return id;
}

static int proto(struct btf *btf, int ret, int arg)
{
	int id = btf__add_func_proto(btf, ret);

	if (arg >= 0)
		btf__add_func_param(btf, "a", arg);
	return id;
}

static int bits_of_int(struct btf *btf)
{
	int id = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);

	/* an old-style bit field: three bits from the second on */
	*(uint32_t *)(btf__type_by_id(btf, id) + 1) = BTF_INT_SIGNED << 24 | 1 << 16 | 3;
	return id;
}

/* --- compatible: kinds agree all the way ------------------------------------------- */

static void kinds_have_to_agree(void **state)
{
	int structure = BOTH(add_struct, "s", 8), other = BOTH(add_struct, "t", 16);
	int onion = BOTH(add_union, "s", 8), number = BOTH(add_enum, "e", 4);
	int wide = BOTH(add_enum64, "e", 8, false), fwd = BOTH(add_fwd, "s", BTF_FWD_STRUCT);
	int name = BOTH(add_typedef, "t", INT), name2 = BOTH(add_typedef, "u", INT);
	int fp = BOTH(add_float, "f", 8), constant = BOTH(add_const, INT);
	int none = BOTH(add_func_proto, INT), func = BOTH(add_func, "f", BTF_FUNC_STATIC, none);

	assert_int_equal(same(INT, INT), 1);
	/* neither size nor sign nor names matter */
	assert_int_equal(same(INT, LONG), 1);
	assert_int_equal(same(INT, UNSIGNED), 1);
	assert_int_equal(same(structure, other), 1);
	assert_int_equal(same(structure, onion), 0);
	assert_int_equal(same(onion, onion), 1);
	assert_int_equal(same(structure, INT), 0);
	assert_int_equal(same(number, number), 1);
	assert_int_equal(same(number, wide), 1);
	assert_int_equal(same(wide, number), 1);
	assert_int_equal(same(number, INT), 0);
	assert_int_equal(same(fwd, fwd), 1);
	assert_int_equal(same(fwd, structure), 0);
	/* a typedef at the root has to meet a typedef, whatever its name */
	assert_int_equal(same(name, name2), 1);
	assert_int_equal(same(name, INT), 0);
	assert_int_equal(same(constant, INT), 0);
	assert_int_equal(same(constant, constant), 1);
	assert_int_equal(same(VOID, VOID), 1);
	/* floats and functions have no rule */
	assert_int_equal(same(fp, fp), 0);
	assert_int_equal(same(func, func), 0);
}

static void pointers_and_arrays_are_followed(void **state)
{
	int to_int = BOTH(add_ptr, INT), to_void = BOTH(add_ptr, VOID);
	int constant = BOTH(add_const, LONG), to_long = BOTH(add_ptr, constant);
	int to_ptr = BOTH(add_ptr, to_int);
	int four = BOTH(add_array, INT, INT, 4), five = BOTH(add_array, INT, LONG, 5);
	int pointers = BOTH(add_array, INT, to_int, 4);

	assert_int_equal(same(to_int, to_long), 1);
	assert_int_equal(same(to_int, to_void), 0);
	assert_int_equal(same(to_void, to_void), 1);
	assert_int_equal(same(to_ptr, to_int), 0);
	assert_int_equal(same(to_ptr, to_ptr), 1);
	assert_int_equal(same(four, five), 1);
	assert_int_equal(same(four, pointers), 0);
	assert_int_equal(same(four, to_int), 0);
}

static void prototypes_are_followed(void **state)
{
	int none = BOTH(add_func_proto, INT);
	int one = proto(mine, INT, INT), one2 = proto(theirs, LONG, LONG);
	int to_none = btf__add_ptr(mine, none), takes, takes2, gives, gives2;

	assert_int_equal(btf__add_ptr(theirs, none), to_none);
	takes = proto(mine, INT, to_none);
	takes2 = proto(theirs, INT, INT);
	gives = proto(mine, to_none, -1);
	gives2 = proto(theirs, to_none, -1);
	assert_int_equal(same(none, none), 1);
	assert_int_equal(same(one, one2), 1);
	assert_int_equal(same(one, none), 0);
	assert_int_equal(same(takes, takes2), 0);
	assert_int_equal(same(gives, gives2), 1);
	assert_int_equal(same(gives, none), 0);
}

static void old_bit_fields_are_no_integers(void **state)
{
	int bits = bits_of_int(mine);

	assert_int_equal(bits_of_int(theirs), bits);
	assert_int_equal(same(bits, INT), 0);
	assert_int_equal(same(INT, bits), 0);
	assert_int_equal(readable(bits, INT), 0);
	assert_int_equal(readable(INT, INT), 1);
}

static int chain(struct btf *btf, int length, int to)
{
	while (length--)
		to = btf__add_ptr(btf, to);
	return to;
}

/* Prototypes that take prototypes. */
static int tower(struct btf *btf, int height)
{
	int id = INT;

	while (height--)
		id = proto(btf, INT, btf__add_ptr(btf, id));
	return id;
}

static void what_goes_on_for_ever_is_refused(void **state)
{
	int loop = btf__add_ptr(mine, 0), loop2 = btf__add_ptr(theirs, 0);
	int deep, deep2;

	((struct btf_type *)btf__type_by_id(mine, loop))->type = loop;
	((struct btf_type *)btf__type_by_id(theirs, loop2))->type = loop2;
	assert_int_equal(same(loop, loop2), -EINVAL);
	assert_int_equal(matches(loop, loop2), -EINVAL);
	deep = chain(mine, 20, INT);
	deep2 = chain(theirs, 20, INT);
	assert_int_equal(same(deep, deep2), 1);
	assert_int_equal(matches(deep, deep2), 1);
	deep = chain(mine, 40, INT);
	deep2 = chain(theirs, 40, INT);
	assert_int_equal(same(deep, deep2), -EINVAL);
	deep = tower(mine, 20);
	deep2 = tower(theirs, 20);
	assert_int_equal(same(deep, deep2), 1);
	assert_int_equal(matches(deep, deep2), 1);
	deep = tower(mine, 40);
	deep2 = tower(theirs, 40);
	assert_int_equal(same(deep, deep2), -EINVAL);
	assert_int_equal(matches(deep, deep2), -EINVAL);
}

static void work_has_a_limit(void **state)
{
	int structure = BOTH(add_struct, "s", 4), number;

	btf__add_field(mine, "a", INT, 0, 0);
	btf__add_field(theirs, "a", INT, 0, 0);
	number = BOTH(add_enum, "e", 4);
	btf__add_enum_value(mine, "A", 1);
	btf__add_enum_value(theirs, "A", 1);
	look_at();
	ld.core_steps = CORE_MAX_STEPS;
	assert_int_equal(core_types_compatible(&ld, local, INT, target, INT), -EFBIG);
	assert_non_null(strstr(error.text, "steps"));
	assert_int_equal(core_types_match(&ld, local, INT, target, INT), -EFBIG);
	assert_int_equal(core_fields_compatible(&ld, local, INT, target, INT), -EFBIG);
	/* met within */
	ld.core_steps = CORE_MAX_STEPS - 1;
	assert_int_equal(core_types_match(&ld, local, structure, target, structure), -EFBIG);
	ld.core_steps = CORE_MAX_STEPS - 1;
	assert_int_equal(core_types_match(&ld, local, number, target, number), -EFBIG);
}

/* --- readable: one instruction reads both --------------------------------------------- */

static void members_that_can_be_read(void **state)
{
	int structure = BOTH(add_struct, "s", 8), onion = BOTH(add_union, "u", 8);
	int number = BOTH(add_enum, "e", 4), other = BOTH(add_enum, "f", 4);
	int nameless = BOTH(add_enum, NULL, 4), flavour = BOTH(add_enum, "e___old", 4);
	int wide = BOTH(add_enum64, "e", 8, false), fp = BOTH(add_float, "f", 8);
	int fwd = BOTH(add_fwd, "x", BTF_FWD_STRUCT), fwd2 = BOTH(add_fwd, "y", BTF_FWD_STRUCT);
	int four = BOTH(add_array, INT, INT, 4), structures = BOTH(add_array, INT, structure, 4);
	int func = BOTH(add_func_proto, INT), to_int = BOTH(add_ptr, INT), to_s = BOTH(add_ptr, structure);

	assert_int_equal(readable(structure, onion), 1);
	assert_int_equal(readable(structure, INT), 0);
	assert_int_equal(readable(INT, LONG), 1);
	assert_int_equal(readable(to_int, to_s), 1);
	assert_int_equal(readable(fp, fp), 1);
	assert_int_equal(readable(number, number), 1);
	assert_int_equal(readable(number, other), 0);
	assert_int_equal(readable(number, nameless), 1);
	assert_int_equal(readable(nameless, other), 1);
	assert_int_equal(readable(number, flavour), 1);
	assert_int_equal(readable(number, wide), 1);
	assert_int_equal(readable(fwd, fwd), 1);
	assert_int_equal(readable(fwd, fwd2), 0);
	assert_int_equal(readable(four, four), 1);
	assert_int_equal(readable(four, structures), 0);
	assert_int_equal(readable(func, func), 0);
	/* modifiers and typedefs say nothing */
	assert_int_equal(readable(BOTH(add_typedef, "t", INT), BOTH(add_const, INT)), 1);
}

/* --- matching: members and enumerators, too --------------------------------------------- */

static void integers_match_in_size_and_sign(void **state)
{
	int to_void = BOTH(add_ptr, VOID), same_name = btf__add_int(theirs, "int", 8, BTF_INT_SIGNED);
	int unsign = btf__add_int(theirs, "int", 4, 0), odd = btf__add_fwd(theirs, "int", BTF_FWD_STRUCT);

	assert_int_equal(matches(INT, INT), 1);
	assert_int_equal(matches(INT, UNSIGNED), 0);	/* another name */
	assert_int_equal(matches(INT, same_name), 0);
	assert_int_equal(matches(INT, unsign), 0);
	assert_int_equal(matches(INT, odd), 0);
	assert_int_equal(matches(VOID, VOID), 1);
	assert_int_equal(matches(to_void, to_void), 1);
}

static void structures_match_by_their_members(void **state)
{
	int less = holder(mine, "s", "a", INT), more, other, retyped, onion;

	more = holder(theirs, "s___2", "b", INT);
	btf__add_field(theirs, "a", INT, 32, 0);
	other = holder(theirs, "s", "b", INT);
	retyped = holder(theirs, "s", "a", LONG);
	onion = btf__add_union(theirs, "s", 8);
	btf__add_field(theirs, "a", INT, 0, 0);
	assert_int_equal(matches(less, more), 1);
	assert_int_equal(matches(less, other), 0);
	assert_int_equal(matches(less, retyped), 0);
	assert_int_equal(matches(less, onion), 0);
	/* more members here than there */
	assert_int_equal(matches(less, btf__add_struct(theirs, "s", 8)), 0);
	assert_int_equal(matches(btf__add_struct(mine, "s", 8), other), 1);
}

static void enumerations_match_by_their_names(void **state)
{
	int less = btf__add_enum(mine, "e", 4), more, wide, wide8, not;

	btf__add_enum_value(mine, "A", 1);
	btf__add_enum_value(mine, "B___x", 2);
	more = btf__add_enum(theirs, "e", 4);
	btf__add_enum_value(theirs, "B", 7);
	btf__add_enum_value(theirs, "C", 8);
	btf__add_enum_value(theirs, "A", 9);
	not = btf__add_enum(theirs, "e", 4);
	btf__add_enum_value(theirs, "A", 1);
	btf__add_enum_value(theirs, "D", 1);
	wide = btf__add_enum64(theirs, "e", 4, false);
	btf__add_enum64_value(theirs, "A", 1);
	btf__add_enum64_value(theirs, "B", 2);
	wide8 = btf__add_enum64(theirs, "e", 8, false);
	btf__add_enum64_value(theirs, "A", 1);
	btf__add_enum64_value(theirs, "B", 2);
	assert_int_equal(matches(less, more), 1);
	assert_int_equal(matches(less, not), 0);
	assert_int_equal(matches(less, wide), 1);
	assert_int_equal(matches(less, wide8), 0);
	assert_int_equal(matches(less, btf__add_enum(theirs, "e", 4)), 0);
	assert_int_equal(matches(less, btf__add_struct(theirs, "e", 4)), 0);
}

static void behind_pointers_names_are_enough(void **state)
{
	int with = holder(mine, "s", "a", INT), other = holder(theirs, "s", "b", LONG);
	int fwd = btf__add_fwd(theirs, "s", BTF_FWD_STRUCT), fwd_u = btf__add_fwd(theirs, "s", BTF_FWD_UNION);
	int onion = btf__add_union(theirs, "s", 8), onion2 = btf__add_union(mine, "s", 8);
	int ours = btf__add_fwd(mine, "s", BTF_FWD_STRUCT), ours_u = btf__add_fwd(mine, "s", BTF_FWD_UNION);
	int to_with = btf__add_ptr(mine, with), to_fwd = btf__add_ptr(mine, ours);
	int to_fwd_u = btf__add_ptr(mine, ours_u), to_onion = btf__add_ptr(mine, onion2);

	assert_int_equal(matches(with, other), 0);
	assert_int_equal(matches(to_with, btf__add_ptr(theirs, other)), 1);
	assert_int_equal(matches(to_with, btf__add_ptr(theirs, fwd)), 1);
	assert_int_equal(matches(to_with, btf__add_ptr(theirs, fwd_u)), 0);
	assert_int_equal(matches(to_onion, btf__add_ptr(theirs, fwd_u)), 1);
	assert_int_equal(matches(to_with, btf__add_ptr(theirs, onion)), 0);
	assert_int_equal(matches(to_fwd, btf__add_ptr(theirs, other)), 1);
	assert_int_equal(matches(to_fwd, btf__add_ptr(theirs, onion)), 0);
	assert_int_equal(matches(to_fwd_u, btf__add_ptr(theirs, onion)), 1);
	assert_int_equal(matches(to_fwd_u, btf__add_ptr(theirs, other)), 0);
	assert_int_equal(matches(ours, fwd), 1);
	assert_int_equal(matches(ours, fwd_u), 0);
	assert_int_equal(matches(ours, other), 0);
	assert_int_equal(matches(to_with, with), 0);	/* a pointer and none */
}

static void arrays_and_prototypes_match_by_what_they_hold(void **state)
{
	int four = BOTH(add_array, INT, INT, 4), five = BOTH(add_array, INT, INT, 5);
	int longs = BOTH(add_array, INT, LONG, 4), fp = BOTH(add_float, "f", 8);
	int to_int = BOTH(add_ptr, INT);
	int one = proto(mine, INT, INT), one2 = proto(theirs, INT, INT), one3 = proto(theirs, LONG, INT);
	int one4 = proto(theirs, INT, LONG), none = proto(theirs, INT, -1);

	assert_int_equal(matches(four, four), 1);
	assert_int_equal(matches(four, five), 0);
	assert_int_equal(matches(four, longs), 0);
	assert_int_equal(matches(four, to_int), 0);
	assert_int_equal(matches(one, one2), 1);
	assert_int_equal(matches(one, one3), 0);
	assert_int_equal(matches(one, one4), 0);
	assert_int_equal(matches(one, none), 0);
	assert_int_equal(matches(one, four), 0);
	assert_int_equal(matches(fp, fp), 0);
}

/* --- ways to a member --------------------------------------------------------------------- */

static struct core_path path, found;

static int parse(uint32_t kind, int type, const char *access)
{
	struct ext_core relo = { .type_id = type, .kind = kind };

	relo.access_off = btf__add_str(mine, access);
	look_at();
	return core_path_parse(&path, local, &relo);
}

#define FIELD	BPF_CORE_FIELD_BYTE_OFFSET

static void ways_are_read(void **state)
{
	int inner = btf__add_struct(mine, NULL, 8), outer, array, number, flexible, i;
	char far[400] = "0";

	btf__add_field(mine, "x", INT, 0, 0);
	btf__add_field(mine, "y", INT, 32, 0);
	array = btf__add_array(mine, INT, inner, 3);
	outer = btf__add_struct(mine, "outer", 40);
	btf__add_field(mine, "first", LONG, 0, 0);
	btf__add_field(mine, "three", array, 64, 0);
	btf__add_field(mine, NULL, inner, 256, 0);
	array = btf__add_array(mine, INT, INT, 0);
	flexible = btf__add_struct(mine, "flexible", 4);
	btf__add_field(mine, "n", INT, 0, 0);
	btf__add_field(mine, "rest", array, 32, 0);
	number = btf__add_enum(mine, "e", 4);
	btf__add_enum_value(mine, "A", 5);

	assert_int_equal(parse(FIELD, outer, "0:1:2:1"), 0);
	assert_int_equal(path.bit_offset, 64 + 2 * 64 + 32);
	assert_int_equal(path.cnt, 4);
	assert_string_equal(path.turns[1].name, "three");
	assert_null(path.turns[2].name);
	assert_int_equal(path.turns[2].index, 2);
	assert_string_equal(path.turns[3].name, "y");
	/* unnamed structures are passed through; the first number steps over whole ones */
	assert_int_equal(parse(FIELD, outer, "1:2:1"), 0);
	assert_int_equal(path.bit_offset, 40 * 8 + 256 + 32);
	assert_int_equal(path.cnt, 2);
	/* behind the end of a structure there may be any number of elements */
	assert_int_equal(parse(FIELD, flexible, "0:1:1000"), 0);
	assert_int_equal(parse(BPF_CORE_ENUMVAL_VALUE, number, "0"), 0);
	assert_string_equal(path.turns[0].name, "A");
	assert_int_equal(parse(BPF_CORE_TYPE_SIZE, outer, "0"), 0);

	assert_int_equal(parse(FIELD, outer, "0:1:3"), -EINVAL);
	assert_int_equal(parse(FIELD, outer, "0:3"), -EINVAL);
	assert_int_equal(parse(FIELD, outer, "0:-1"), -EINVAL);
	assert_int_equal(parse(FIELD, outer, "0:0:0"), -EINVAL);
	assert_int_equal(parse(FIELD, outer, ""), -EINVAL);
	assert_int_equal(parse(FIELD, outer, "0:"), -EINVAL);
	assert_int_equal(parse(FIELD, outer, "0:x"), -EINVAL);
	assert_int_equal(parse(FIELD, outer, "0,1"), -EINVAL);
	assert_int_equal(parse(FIELD, outer, "99999999999"), -EINVAL);
	assert_int_equal(parse(FIELD, outer, "-99999999999"), -EINVAL);
	assert_int_equal(parse(FIELD, btf__add_func_proto(mine, INT), "0"), -EINVAL);
	assert_int_equal(parse(BPF_CORE_TYPE_SIZE, outer, "1"), -EINVAL);
	assert_int_equal(parse(BPF_CORE_ENUMVAL_VALUE, number, "1"), -EINVAL);
	assert_int_equal(parse(BPF_CORE_ENUMVAL_VALUE, number, "-1"), -EINVAL);
	assert_int_equal(parse(BPF_CORE_ENUMVAL_VALUE, number, "0:0"), -EINVAL);
	assert_int_equal(parse(BPF_CORE_ENUMVAL_VALUE, outer, "0"), -EINVAL);
	assert_int_equal(parse(77, outer, "0"), -EINVAL);
	for (i = 0; i < CORE_MAX_PATH; i++)
		strcat(far, ":0");
	assert_int_equal(parse(FIELD, outer, far), -E2BIG);
}

/* Matches what was parsed last. */
static int find(uint32_t kind, int type)
{
	look_at();
	path.btf = local;	/* parsed anew: the same types */
	return core_path_match(&ld, &path, kind, target, type, &found);
}

static int way(uint32_t kind, int type, const char *access, int to)
{
	int err = parse(kind, type, access);

	assert_int_equal(err, 0);
	return core_path_match(&ld, &path, kind, target, to, &found);
}

static void members_are_found_by_name(void **state)
{
	int s = holder(mine, "s", "x", INT), there, inside, nothing, retyped, array, shorter;
	int with_array = holder(mine, "s", "list", btf__add_array(mine, INT, INT, 4));

	inside = btf__add_union(theirs, NULL, 8);
	btf__add_field(theirs, "w", LONG, 0, 0);
	btf__add_field(theirs, "x", INT, 0, 0);
	there = btf__add_struct(theirs, "s", 32);
	btf__add_field(theirs, "y", INT, 0, 0);
	btf__add_field(theirs, NULL, inside, 64, 0);
	nothing = holder(theirs, "s", "z", INT);
	retyped = holder(theirs, "s", "x", btf__add_ptr(theirs, INT));
	array = holder(theirs, "s", "list", btf__add_array(theirs, INT, INT, 2));
	shorter = holder(theirs, "s", "list", INT);

	assert_int_equal(way(FIELD, s, "0:0", there), 1);
	assert_int_equal(found.bit_offset, 64);
	assert_int_equal(way(FIELD, s, "0:0", nothing), 0);
	assert_int_equal(way(FIELD, s, "0:0", retyped), 0);
	assert_int_equal(way(FIELD, s, "0:0", INT), 0);
	assert_int_equal(way(FIELD, with_array, "0:0:1", array), 1);
	assert_int_equal(found.bit_offset, 32);
	assert_int_equal(way(FIELD, with_array, "0:0:2", array), 0);
	assert_int_equal(way(FIELD, with_array, "0:0:1", shorter), 0);
	/* work within */
	assert_int_equal(parse(FIELD, s, "0:0"), 0);
	ld.core_steps = CORE_MAX_STEPS;
	assert_int_equal(core_path_match(&ld, &path, FIELD, target, there, &found), -EFBIG);
}

static void deep_ways_are_refused(void **state)
{
	int s = holder(mine, "s", "x", INT), id = holder(theirs, NULL, "x", INT), i;

	for (i = 0; i < CORE_MAX_PATH + 5; i++) {
		int outer = btf__add_struct(theirs, i == CORE_MAX_PATH + 4 ? "s" : NULL, 16);

		btf__add_field(theirs, NULL, id, 0, 0);
		id = outer;
	}
	assert_int_equal(way(FIELD, s, "0:0", id), -E2BIG);
}

static void enumerators_are_found_by_name(void **state)
{
	int e = btf__add_enum(mine, "e", 4), there, wide, not;

	btf__add_enum_value(mine, "A___v2", 5);
	there = btf__add_enum(theirs, "e", 4);
	btf__add_enum_value(theirs, "B", 1);
	btf__add_enum_value(theirs, "A", 2);
	wide = btf__add_enum64(theirs, "e", 8, false);
	btf__add_enum64_value(theirs, "A", 1ull << 40);
	not = btf__add_enum(theirs, "e", 4);
	assert_int_equal(way(BPF_CORE_ENUMVAL_VALUE, e, "0", there), 1);
	assert_int_equal(found.turns[0].index, 1);
	assert_int_equal(way(BPF_CORE_ENUMVAL_VALUE, e, "0", wide), 1);
	assert_int_equal(way(BPF_CORE_ENUMVAL_VALUE, e, "0", not), 0);
	assert_int_equal(way(BPF_CORE_ENUMVAL_VALUE, e, "0", INT), 0);
	ld.core_steps = CORE_MAX_STEPS;
	assert_int_equal(find(BPF_CORE_ENUMVAL_VALUE, there), -EFBIG);
}

static void whole_types_are_compared(void **state)
{
	int s = holder(mine, "s", "x", INT), there = holder(theirs, "s", "y", INT);

	assert_int_equal(way(BPF_CORE_TYPE_EXISTS, s, "0", there), 1);
	assert_int_equal(way(BPF_CORE_TYPE_MATCHES, s, "0", there), 0);
	assert_int_equal(way(BPF_CORE_TYPE_EXISTS, s, "0", INT), 0);
}

/* --- numbers -------------------------------------------------------------------------------- */

static struct core_value value;

/* The numbers for a member that is found. */
static int number(uint32_t kind, int type, const char *access, int to)
{
	assert_int_equal(way(kind, type, access, to), 1);
	return core_value_compute(&value, kind, &path, &found);
}

static void places_and_sizes(void **state)
{
	int s = holder(mine, "s", "x", INT), t = btf__add_struct(theirs, "s", 32), wide, ptr;

	btf__add_field(theirs, "pad", LONG, 0, 0);
	btf__add_field(theirs, "x", INT, 64, 0);
	assert_int_equal(number(FIELD, s, "0:0", t), 0);
	assert_int_equal(value.old, 0);
	assert_int_equal(value.new, 8);
	assert_true(value.check_old && !value.absent && !value.size_differs);
	assert_int_equal(value.new_size, 4);
	assert_int_equal(number(BPF_CORE_FIELD_BYTE_SIZE, s, "0:0", t), 0);
	assert_int_equal(value.new, 4);
	assert_int_equal(number(BPF_CORE_FIELD_EXISTS, s, "0:0", t), 0);
	assert_int_equal(value.new, 1);
	assert_int_equal(number(BPF_CORE_FIELD_SIGNED, s, "0:0", t), 0);
	assert_int_equal(value.new, 1);
	assert_int_equal(number(BPF_CORE_FIELD_LSHIFT_U64, s, "0:0", t), 0);
	assert_int_equal(value.new, 32);
	assert_int_equal(number(BPF_CORE_FIELD_RSHIFT_U64, s, "0:0", t), 0);
	assert_int_equal(value.new, 32);
	assert_int_equal(number(BPF_CORE_TYPE_SIZE, s, "0", t), 0);
	assert_int_equal(value.old, 16);
	assert_int_equal(value.new, 32);
	assert_int_equal(number(BPF_CORE_TYPE_EXISTS, s, "0", t), 0);
	assert_int_equal(value.new, 1);
	assert_int_equal(number(BPF_CORE_TYPE_ID_TARGET, s, "0", t), 0);
	assert_int_equal(value.new, t);
	assert_false(value.check_old);
	assert_int_equal(parse(BPF_CORE_TYPE_ID_LOCAL, s, "0"), 0);
	assert_int_equal(core_value_compute(&value, BPF_CORE_TYPE_ID_LOCAL, &path, NULL), 0);
	assert_int_equal(value.new, s);

	/* signed numbers keep their width, unsigned ones and pointers need not */
	wide = holder(theirs, "s", "x", LONG);
	assert_int_equal(number(FIELD, s, "0:0", wide), 0);
	assert_true(value.size_differs);
	s = holder(mine, "u", "x", UNSIGNED);
	wide = holder(theirs, "u", "x", btf__add_int(theirs, "unsigned long", 8, 0));
	assert_int_equal(number(FIELD, s, "0:0", wide), 0);
	assert_false(value.size_differs);
	assert_int_equal(value.old_size, 4);
	assert_int_equal(value.new_size, 8);
	ptr = holder(mine, "p", "x", btf__add_ptr(mine, INT));
	t = holder(theirs, "p", "x", btf__add_ptr(theirs, VOID));
	assert_int_equal(number(FIELD, ptr, "0:0", t), 0);
	assert_false(value.size_differs);
}

static void array_elements_have_places_only(void **state)
{
	int s = holder(mine, "s", "x", btf__add_array(mine, INT, INT, 4));
	int t = holder(theirs, "s", "x", btf__add_array(theirs, INT, INT, 4));

	assert_int_equal(number(FIELD, s, "0:0:2", t), 0);
	assert_int_equal(value.new, 8);
	assert_int_equal(number(BPF_CORE_FIELD_BYTE_SIZE, s, "0:0:2", t), 0);
	assert_int_equal(value.new, 4);
	assert_int_equal(number(BPF_CORE_FIELD_SIGNED, s, "0:0:2", t), -EINVAL);
	assert_int_equal(number(BPF_CORE_FIELD_LSHIFT_U64, s, "0:0:2", t), -EINVAL);
}

/* Of a bit field the smallest aligned integer that holds all of it is read. */
static void bit_fields(void **state)
{
	int s = btf__add_struct(mine, "s", 16), t, bad, bad2, float_, f;
	int e = btf__add_enum(theirs, "e", 4), e2 = btf__add_enum64(theirs, "e", 8, true);

	t = btf__add_struct(theirs, "s", 16);
	btf__add_field(mine, "b", INT, 5, 3);
	btf__add_field(theirs, "b", INT, 30, 7);
	assert_int_equal(number(FIELD, s, "0:0", t), 0);
	assert_int_equal(value.old, 0);
	assert_int_equal(value.new, 0);		/* eight bytes from 0 on */
	assert_false(value.check_old);
	assert_int_equal(value.new_size, 0);
	assert_int_equal(number(BPF_CORE_FIELD_BYTE_SIZE, s, "0:0", t), 0);
	assert_int_equal(value.old, 4);
	assert_int_equal(value.new, 8);
	assert_int_equal(number(BPF_CORE_FIELD_LSHIFT_U64, s, "0:0", t), 0);
	assert_int_equal(value.new, 64 - (30 + 7));
	assert_int_equal(number(BPF_CORE_FIELD_RSHIFT_U64, s, "0:0", t), 0);
	assert_int_equal(value.old, 64 - 3);
	assert_int_equal(value.new, 64 - 7);
	assert_int_equal(number(BPF_CORE_FIELD_SIGNED, s, "0:0", t), 0);
	assert_int_equal(value.new, 1);

	/* one that no integer holds, and one of a type that has no bits */
	bad = btf__add_struct(theirs, "s", 24);
	btf__add_field(theirs, "b", INT, 62, 7);
	assert_int_equal(number(FIELD, s, "0:0", bad), -E2BIG);
	float_ = btf__add_float(mine, "float", 4);
	f = btf__add_struct(mine, "f", 16);
	btf__add_field(mine, "b", float_, 0, 3);
	float_ = btf__add_float(theirs, "float", 4);
	bad2 = btf__add_struct(theirs, "f", 16);
	btf__add_field(theirs, "b", float_, 0, 3);
	assert_int_equal(number(FIELD, f, "0:0", bad2), -EINVAL);

	/* enumerations have a sign of their own */
	f = holder(mine, "g", "b", btf__add_enum(mine, "e", 4));
	assert_int_equal(number(BPF_CORE_FIELD_SIGNED, f, "0:0", holder(theirs, "g", "b", e)), 0);
	assert_int_equal(value.new, 0);
	assert_int_equal(number(BPF_CORE_FIELD_SIGNED, f, "0:0", holder(theirs, "g", "b", e2)), 0);
	assert_int_equal(value.new, 1);
}

static void enumerators_have_values(void **state)
{
	int e = btf__add_enum(mine, "e", 4), wide, neg;

	btf__add_enum_value(mine, "A", 5);
	wide = btf__add_enum64(theirs, "e", 8, false);
	btf__add_enum64_value(theirs, "A", 1ull << 40);
	neg = btf__add_enum(theirs, "e", 4);
	btf__add_enum_value(theirs, "A", -7);
	assert_int_equal(number(BPF_CORE_ENUMVAL_VALUE, e, "0", wide), 0);
	assert_int_equal(value.old, 5);
	assert_true(value.new == 1ull << 40);
	assert_int_equal(number(BPF_CORE_ENUMVAL_VALUE, e, "0", neg), 0);
	assert_true(value.new == (uint64_t)-7);
	assert_int_equal(number(BPF_CORE_ENUMVAL_EXISTS, e, "0", neg), 0);
	assert_int_equal(value.new, 1);
}

static void what_is_missing(void **state)
{
	int s = holder(mine, "s", "x", INT), sizeless = btf__add_fwd(mine, "v", BTF_FWD_STRUCT);
	int e = btf__add_enum(mine, "e", 4);

	btf__add_enum_value(mine, "A", 5);
	assert_int_equal(parse(BPF_CORE_FIELD_EXISTS, s, "0:0"), 0);
	assert_int_equal(core_value_compute(&value, BPF_CORE_FIELD_EXISTS, &path, NULL), 0);
	assert_false(value.absent);
	assert_int_equal(value.new, 0);
	assert_int_equal(core_value_compute(&value, FIELD, &path, NULL), 0);
	assert_true(value.absent);
	assert_int_equal(parse(BPF_CORE_ENUMVAL_EXISTS, e, "0"), 0);
	assert_int_equal(core_value_compute(&value, BPF_CORE_ENUMVAL_EXISTS, &path, NULL), 0);
	assert_int_equal(value.new, 0);
	assert_int_equal(core_value_compute(&value, BPF_CORE_ENUMVAL_VALUE, &path, NULL), 0);
	assert_true(value.absent);
	assert_int_equal(parse(BPF_CORE_TYPE_SIZE, s, "0"), 0);
	assert_int_equal(core_value_compute(&value, BPF_CORE_TYPE_SIZE, &path, NULL), 0);
	assert_int_equal(value.new, 0);
	assert_false(value.absent);
	/* no size at all, and a kind that nobody knows */
	assert_int_equal(parse(BPF_CORE_TYPE_SIZE, sizeless, "0"), 0);
	assert_int_equal(core_value_compute(&value, BPF_CORE_TYPE_SIZE, &path, NULL), -EINVAL);
	assert_int_equal(core_value_compute(&value, 77, &path, NULL), -EOPNOTSUPP);
}

/* --- instructions ------------------------------------------------------------------------------ */

static struct bpf_insn insn[2];

static int patch(struct bpf_insn first, const struct core_value *with)
{
	const char *why = "";

	insn[0] = first;
	insn[1] = (struct bpf_insn){ 0 };
	return core_value_patch(with, insn, 2, &why);
}

static void immediates_are_replaced(void **state)
{
	const struct core_value v = { .old = 5, .new = 9, .check_old = true };
	const struct core_value any = { .new = 9 };

	assert_int_equal(patch(MOVK(R1, 5), &v), 0);
	assert_int_equal(insn[0].imm, 9);
	assert_int_equal(patch(ALU32K(BPF_ADD, R1, 5), &v), 0);
	assert_int_equal(patch(MOVK(R1, 6), &v), -EINVAL);
	assert_int_equal(patch(MOVK(R1, 6), &any), 0);
	assert_int_equal(patch(MOVX(R1, R2), &v), -EINVAL);
	assert_int_equal(patch(EXIT, &v), -EINVAL);
}

static void accesses_are_moved(void **state)
{
	struct core_value v = { .old = 8, .new = 24, .check_old = true, .old_size = 4, .new_size = 4 };
	static const struct { uint32_t size; int bits; } widths[] = {
		{ 1, BPF_B }, { 2, BPF_H }, { 4, BPF_W }, { 8, BPF_DW }, { 3, -1 },
	};
	size_t i;

	assert_int_equal(patch(LDX(BPF_W, R1, R2, 8), &v), 0);
	assert_int_equal(insn[0].off, 24);
	assert_int_equal(patch(STX(BPF_W, R1, 8, R2), &v), 0);
	assert_int_equal(insn[0].off, 24);
	assert_int_equal(patch(ST(BPF_W, R1, 8, 1), &v), 0);
	assert_int_equal(patch(LDX(BPF_W, R1, R2, 12), &v), -EINVAL);
	for (i = 0; i < 5; i++) {
		v.new_size = widths[i].size;
		assert_int_equal(patch(LDX(BPF_W, R1, R2, 8), &v), widths[i].bits < 0 ? -EINVAL : 0);
		if (widths[i].bits >= 0)
			assert_int_equal(BPF_SIZE(insn[0].code), widths[i].bits);
	}
	v.new_size = 8;
	assert_int_equal(patch(LDX(BPF_B, R1, R2, 8), &v), -EINVAL);
	v.new = 40000;
	assert_int_equal(patch(LDX(BPF_W, R1, R2, 8), &v), -ERANGE);
	v.new = 24;
	v.size_differs = true;
	assert_int_equal(patch(LDX(BPF_W, R1, R2, 8), &v), 0);
	assert_int_equal(insn[0].code, BPF_JMP | BPF_CALL);
}

static void wide_immediates_are_replaced(void **state)
{
	const struct core_value v = { .old = 5, .new = 7ull << 33, .check_old = true };
	struct bpf_insn wide = { .code = BPF_LD | BPF_IMM | BPF_DW };
	const struct core_value gone = { .absent = true };
	const char *why;

	wide.imm = 5;
	assert_int_equal(patch(wide, &v), 0);
	assert_int_equal(insn[0].imm, 0);
	assert_int_equal(insn[1].imm, 14);
	wide.imm = 6;
	assert_int_equal(patch(wide, &v), -EINVAL);
	wide.imm = 5;
	wide.src_reg = 1;
	assert_int_equal(patch(wide, &v), -EINVAL);
	assert_int_equal(patch(INSN(BPF_LD | BPF_ABS | BPF_W, 0, 0, 0, 5), &v), -EINVAL);
	assert_int_equal(patch(wide, &gone), 0);
	assert_int_equal(insn[0].code, BPF_JMP | BPF_CALL);
	assert_int_equal(insn[1].code, BPF_JMP | BPF_CALL);
	insn[0] = wide;
	assert_int_equal(core_value_patch(&v, insn, 1, &why), -EINVAL);
	assert_string_equal(why, "cut short");
}

/* --- whole relocations: candidates, and what is said ---------------------------------------------- */

static struct arena arena;
static struct tv_bpf_object object;
static struct func func;
static struct bpf_insn body[2];
static struct ext_core records[4];
static struct ext_section section;

/* An object of one function with @cnt relocations of its first instruction, which holds 0. */
static void relocate(uint32_t cnt, bool is_subprog)
{
	look_at();
	arena_init(&arena, 1 << 20);
	tv_bpf_error_init(&error, "core");
	body[0] = MOVK(R1, 0);
	body[1] = EXIT;
	object = (struct tv_bpf_object){ .btf = local };
	func = (struct func){ .name = "f", .sec_idx = 1, .cnt = 2, .insns = body, .is_subprog = is_subprog };
	section = (struct ext_section){ .sec_idx = 1, .cnt = cnt, .core = records };
	ld = (struct loader){
		.obj = &object, .arena = &arena, .error = &error, .funcs = &func, .func_cnt = 1,
		.opts.core_btf = target, .ext.core = { .sections = &section, .cnt = 1 },
	};
	assert_int_equal(core_relocate(&ld), 0);
}

static void relocated(void)
{
	arena_fini(&arena);
}

static struct ext_core record(int type, const char *access, uint32_t kind)
{
	return (struct ext_core){ .type_id = type, .access_off = btf__add_str(mine, access), .kind = kind };
}

static void candidates_have_to_agree(void **state)
{
	int s = holder(mine, "s", "x", INT);

	holder(theirs, "s", "x", INT);
	holder(theirs, "s___same", "x", INT);
	holder(theirs, "s___without", "y", INT);
	holder(theirs, "another", "x", INT);
	records[0] = record(s, "0:0", BPF_CORE_FIELD_EXISTS);
	relocate(1, false);
	assert_int_equal(func.err, -EINVAL);	/* the instruction holds 0, not 1 */
	assert_non_null(strstr(func.why, "CO-RE relocation of 's'"));
	relocated();
	records[0].kind = FIELD;
	relocate(1, false);
	assert_int_equal(func.err, 0);
	assert_int_equal(body[0].imm, 0);
	relocated();
	/* one of them has it elsewhere */
	btf__add_struct(theirs, "s___moved", 16);
	btf__add_field(theirs, "x", INT, 32, 0);
	relocate(1, false);
	assert_int_equal(func.err, -EINVAL);
	assert_non_null(strstr(func.why, "candidates disagree"));
	relocated();
	/* in a subprogram that concerns every program */
	relocate(1, true);
	assert_int_equal(func.err, 0);
	assert_int_equal(ld.load_err, -EINVAL);
	assert_non_null(strstr(ld.load_why, "subprogram 'f' insn 0"));
	relocated();
}

/* Sizes may differ where the question is whether they do. */
static void candidates_of_other_sizes(void **state)
{
	int s = btf__add_struct(mine, "s", 0);

	btf__add_struct(theirs, "s", 8);
	records[0] = record(s, "0", BPF_CORE_TYPE_SIZE);
	relocate(1, false);
	assert_int_equal(func.err, 0);
	assert_int_equal(body[0].imm, 8);
	relocated();
	btf__add_struct(theirs, "s___2", 16);
	relocate(1, false);
	assert_int_equal(func.err, -EINVAL);
	relocated();
}

/* Types that did not match once are no candidates any more: libbpf's rule. */
static void candidates_are_remembered(void **state)
{
	int s = btf__add_struct(mine, "s", 8);

	btf__add_field(mine, "x", INT, 0, 0);
	btf__add_field(mine, "y", INT, 32, 0);
	holder(theirs, "s", "x", INT);
	holder(theirs, "s___2", "y", INT);
	records[0] = record(s, "0:0", FIELD);
	records[1] = record(s, "0:1", BPF_CORE_FIELD_EXISTS);
	records[1].insn_off = 0;
	relocate(1, false);
	assert_int_equal(func.err, 0);
	relocated();
	/* the second asks for y, which only the type that was dropped has */
	records[0] = record(s, "0:0", BPF_CORE_TYPE_ID_TARGET);
	records[0].access_off = btf__add_str(mine, "0");
	relocate(2, false);
	assert_int_equal(func.err, -EINVAL);
	relocated();
}

static void questions_without_an_answer(void **state)
{
	int nameless = holder(mine, NULL, "x", INT), s = holder(mine, "s", "x", INT);

	records[0] = record(nameless, "0:0", FIELD);
	relocate(1, false);
	assert_int_equal(func.err, -ENOTSUP);
	assert_non_null(strstr(func.why, "a type without a name"));
	relocated();
	records[0] = record(s, "9", FIELD);
	records[0].access_off = btf__add_str(mine, "x");
	relocate(1, false);
	assert_int_equal(func.err, -EINVAL);
	relocated();
	/* of its own types a program may ask without a kernel */
	records[0] = record(nameless, "0", BPF_CORE_TYPE_ID_LOCAL);
	relocate(1, false);
	assert_int_equal(func.err, 0);
	assert_int_equal(body[0].imm, nameless);
	relocated();
	/* nothing of that name: poisoned */
	records[0] = record(s, "0:0", FIELD);
	relocate(1, false);
	assert_int_equal(func.err, 0);
	assert_int_equal(body[0].code, BPF_JMP | BPF_CALL);
	relocated();
	/* instructions of no function */
	records[0].insn_off = 800;
	relocate(1, false);
	assert_int_equal(func.err, 0);
	assert_int_equal(body[0].code, BPF_ALU64 | BPF_MOV | BPF_K);
	relocated();
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kinds_have_to_agree), TEST(pointers_and_arrays_are_followed),
		TEST(prototypes_are_followed), TEST(old_bit_fields_are_no_integers),
		TEST(what_goes_on_for_ever_is_refused), TEST(work_has_a_limit),
		TEST(members_that_can_be_read), TEST(integers_match_in_size_and_sign),
		TEST(structures_match_by_their_members), TEST(enumerations_match_by_their_names),
		TEST(behind_pointers_names_are_enough),
		TEST(arrays_and_prototypes_match_by_what_they_hold), TEST(ways_are_read),
		TEST(members_are_found_by_name), TEST(deep_ways_are_refused),
		TEST(enumerators_are_found_by_name), TEST(whole_types_are_compared),
		TEST(places_and_sizes), TEST(array_elements_have_places_only), TEST(bit_fields),
		TEST(enumerators_have_values), TEST(what_is_missing), TEST(immediates_are_replaced),
		TEST(accesses_are_moved), TEST(wide_immediates_are_replaced),
		TEST(candidates_have_to_agree), TEST(candidates_of_other_sizes),
		TEST(candidates_are_remembered), TEST(questions_without_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
