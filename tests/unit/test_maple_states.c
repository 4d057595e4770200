// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Where a state may stand when a search begins, and where each search leads from there, in each kind
 * of tree. What must come out stands in maple_states.h, as the kernel's own maple tree (6.12) says:
 * this file uses the public API alone, so that it can be compiled against lib/maple_tree.c as well;
 * with -DRECORD it then prints those lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "maple/maple_tree.h"

/* --- trees -------------------------------------------------------------------- */

enum tree { EMPTY, LONE, LEAF, TALL, TREES };

static const char *const tree_names[] = {
	[EMPTY] = "EMPTY",	/* nothing */
	[LONE] = "LONE",	/* z at 0, in the root pointer */
	[LEAF] = "LEAF",	/* A [10, 19], B [30, 39], C [40, 49], in one leaf */
	[TALL] = "TALL",	/* the same, and 40 more: several leaves */
};

static void plant(struct maple_tree *mt, enum tree tree)
{
	unsigned long i;

	mt_init_flags(mt, MT_FLAGS_USE_RCU);
	if (tree == LONE)
		assert_int_equal(mtree_store(mt, 0, xa_mk_value(26), GFP_KERNEL), 0);
	if (tree == LEAF || tree == TALL) {
		mtree_store_range(mt, 10, 19, xa_mk_value(1), GFP_KERNEL);
		mtree_store_range(mt, 30, 39, xa_mk_value(2), GFP_KERNEL);
		mtree_store_range(mt, 40, 49, xa_mk_value(3), GFP_KERNEL);
	}
	for (i = 0; tree == TALL && i < 40; i++)
		mtree_store_range(mt, 100 + 10 * i, 105 + 10 * i, xa_mk_value(4 + i % 22),
				  GFP_KERNEL);
}

/* --- where the state stands ---------------------------------------------------- */

static void at_start(struct ma_state *mas)
{
	mas_set(mas, 35);
}

static void at_entry(struct ma_state *mas)
{
	mas_set(mas, 35);
	mas_walk(mas);
}

static void in_hole(struct ma_state *mas)
{
	mas_set(mas, 25);
	mas_walk(mas);
}

static void at_zero(struct ma_state *mas)
{
	mas_set(mas, 0);
	mas_walk(mas);
}

static void at_end(struct ma_state *mas)
{
	mas_set(mas, ULONG_MAX);
	mas_walk(mas);
}

static void paused(struct ma_state *mas)
{
	at_entry(mas);
	mas_pause(mas);
}

static void overflown(struct ma_state *mas)
{
	at_entry(mas);
	mas_next(mas, 39);
}

static void underflown(struct ma_state *mas)
{
	at_entry(mas);
	mas_prev(mas, 30);
}

static void in_error(struct ma_state *mas)
{
	at_entry(mas);
	mas->node = MA_ERROR(-ENOMEM);
	mas->status = ma_error;
}

/* The entry's leaf is replaced meanwhile, which leaves it dead; d is beside it afterwards. */
static void on_dead(struct ma_state *mas)
{
	at_entry(mas);
	mtree_store_range(mas->tree, 22, 23, xa_mk_value(25), GFP_KERNEL);
	mtree_store_range(mas->tree, 44, 45, xa_mk_value(24), GFP_KERNEL);
}

/* So is the one that went before, and with the entry in another place. */
static void on_dead_moved(struct ma_state *mas)
{
	at_entry(mas);
	mtree_store_range(mas->tree, 25, 42, xa_mk_value(25), GFP_KERNEL);
}

static const struct {
	const char *name;
	void (*go)(struct ma_state *mas);
} places[] = {
	{ "start", at_start }, { "entry", at_entry }, { "hole", in_hole }, { "zero", at_zero },
	{ "end", at_end }, { "paused", paused }, { "overflown", overflown },
	{ "underflown", underflown }, { "error", in_error }, { "dead", on_dead },
	{ "moved", on_dead_moved },
};

/* The kernel's crashes where a state met a limit beside the lone entry and has no node to go on from. */
static bool has_answer(enum tree tree, size_t place)
{
	return tree != LONE || (places[place].go != overflown && places[place].go != underflown);
}

/* --- searches ------------------------------------------------------------------ */

static const struct {
	const char *name;
	void *(*search)(struct ma_state *mas, unsigned long limit);
	unsigned long limits[4];
} calls[] = {
	{ "next", mas_next, { ULONG_MAX, 39, 35, 20 } },
	{ "next_range", mas_next_range, { ULONG_MAX, 39, 35, 20 } },
	{ "find", mas_find, { ULONG_MAX, 39, 35, 20 } },
	{ "find_range", mas_find_range, { ULONG_MAX, 39, 35, 20 } },
	{ "prev", mas_prev, { 0, 30, 36, 50 } },
	{ "prev_range", mas_prev_range, { 0, 30, 36, 50 } },
	{ "find_rev", mas_find_rev, { 0, 30, 36, 50 } },
	{ "find_range_rev", mas_find_range_rev, { 0, 30, 36, 50 } },
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* The entry (a dot for none), the status and the range after a search: "B a 30-39". */
static int spell(char *to, size_t size, const void *entry, const struct ma_state *mas)
{
	static const char statuses[] = {
		[ma_active] = 'a', [ma_start] = 's', [ma_root] = 'r', [ma_none] = 'n',
		[ma_pause] = 'p', [ma_overflow] = 'o', [ma_underflow] = 'u', [ma_error] = 'e',
	};
	char name = entry ? 'A' + (int)xa_to_value(entry) - 1 : '.', last[24];

	snprintf(last, sizeof(last), mas->last == ULONG_MAX ? "max" : "%lu", mas->last);
	if (mas->index == ULONG_MAX)
		return snprintf(to, size, "%c%c max-%s", name, statuses[mas->status], last);
	return snprintf(to, size, "%c%c %lu-%s", name, statuses[mas->status], mas->index, last);
}

/* Two searches in a row from the place, for each limit. */
static void outcome(char *to, size_t size, enum tree tree, size_t place, size_t call)
{
	struct maple_tree mt;
	size_t limit, at = 0, i;

	for (limit = 0; limit < COUNT(calls[call].limits); limit++) {
		MA_STATE(mas, &mt, 0, 0);

		plant(&mt, tree);
		rcu_read_lock();
		places[place].go(&mas);
		for (i = 0; i < 2; i++) {
			void *entry = calls[call].search(&mas, calls[call].limits[limit]);

			at += snprintf(to + at, size - at, i ? ", " : limit ? "; " : "");
			at += spell(to + at, size - at, entry, &mas);
		}
		rcu_read_unlock();
		mtree_destroy(&mt);
	}
	assert_true(at < size);
}

#ifdef RECORD
static void print_row(const char *tree, const char *place, const char *call, const char *is)
{
	printf("{ %s, \"%s\", \"%s\",\n\t\"%s\" },\n", tree, place, call, is);
}

int main(void)
{
	enum tree tree;
	size_t place, call;
	char is[512];

	maple_tree_init();
	rcu_register_thread();
	for (tree = 0; tree < TREES; tree++)
		for (place = 0; place < COUNT(places); place++)
			for (call = 0; call < COUNT(calls) && has_answer(tree, place); call++) {
				outcome(is, sizeof(is), tree, place, call);
				print_row(tree_names[tree], places[place].name, calls[call].name, is);
			}
	return 0;
}
#else
static const struct {
	enum tree tree;
	const char *place, *call, *outcome;
} recorded[] = {
#include "tests/unit/maple_states.h"
};

static const char *wanted(enum tree tree, const char *place, const char *call)
{
	size_t i;

	for (i = 0; i < COUNT(recorded); i++)
		if (recorded[i].tree == tree && !strcmp(recorded[i].place, place) &&
		    !strcmp(recorded[i].call, call))
			return recorded[i].outcome;
	fail_msg("nothing is recorded of %s, %s, mas_%s", tree_names[tree], place, call);
	return NULL;
}

static void searches_of(enum tree tree)
{
	size_t place, call, wrong = 0;
	char is[512];

	for (place = 0; place < COUNT(places); place++)
		for (call = 0; call < COUNT(calls) && has_answer(tree, place); call++) {
			const char *should = wanted(tree, places[place].name, calls[call].name);

			outcome(is, sizeof(is), tree, place, call);
			if (!strcmp(is, should))
				continue;
			wrong++;
			print_error("%s, %s, mas_%s:\n  %s\nbut the kernel's\n  %s\n", tree_names[tree],
				    places[place].name, calls[call].name, is, should);
		}
	assert_int_equal(wrong, 0);
}

static void empty_tree(void **state)
{
	searches_of(EMPTY);
}

static void lone_entry(void **state)
{
	searches_of(LONE);
}

static void one_leaf(void **state)
{
	searches_of(LEAF);
}

static void several_leaves(void **state)
{
	searches_of(TALL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_tree),
		cmocka_unit_test(lone_entry),
		cmocka_unit_test(one_leaf),
		cmocka_unit_test(several_leaves),
	};

	return cmocka_run_group_tests_name("maple_states", tests, NULL, NULL) != 0;
}
#endif
