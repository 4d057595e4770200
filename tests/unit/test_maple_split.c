// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Trees of many nodes: what is reserved for them and what is taken of it, copies that fail part of the
 * way down, and what a store or a search is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "maple/alloc.h"
#include "maple/internal.h"
#include "tests/unit/maple_nodes.h"

#define ENTRIES	(sizeof(long) == 8 ? 12000ul : 60000ul)	/* a tree of four levels and more */

static void fill(struct maple_tree *mt, unsigned int flags)
{
	unsigned long i;

	mt_init_flags(mt, flags);
	for (i = 0; i < ENTRIES; i++)
		assert_int_equal(mtree_store_range(mt, 10 * i, 10 * i + 5, xa_mk_value(i), GFP_KERNEL), 0);
	assert_true(mt_height(mt) >= 4);
}

/* A state that stands on one leaf stores on another, before it and behind it, where that is. */
static void stores_beyond_the_leaf(void **state)
{
	static const unsigned long places[] = { 9000, 0, 5000 };
	struct maple_tree mt;
	unsigned long i;

	mt_init_flags(&mt, 0);
	for (i = 0; i < 1000; i++)
		assert_int_equal(mtree_store_range(&mt, 10 * i, 10 * i + 5, xa_mk_value(i), GFP_KERNEL), 0);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		MA_STATE(mas, &mt, 2500, 2500);

		mtree_lock(&mt);
		assert_non_null(mas_walk(&mas));
		mas.index = places[i];
		mas.last = places[i] + 5;
		assert_int_equal(mas_store_gfp(&mas, xa_mk_value(5000 + i), GFP_KERNEL), 0);
		mtree_unlock(&mt);
		assert_ptr_equal(mtree_load(&mt, places[i]), xa_mk_value(5000 + i));
		assert_ptr_equal(mtree_load(&mt, 2500), xa_mk_value(250));
		assert_whole(&mt);
	}
	mtree_destroy(&mt);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

/* Each node is in the tree or in the reserve: so the reserve's own count is right all the time. */
static void a_reserve_is_counted(void **state)
{
	struct maple_tree mt;
	unsigned long i, reserved;

	MA_STATE(mas, &mt, 0, 0);
	mt_init_flags(&mt, 0);
	mtree_lock(&mt);
	assert_int_equal(mas_expected_entries(&mas, 1000), 0);
	reserved = mas_allocated(&mas);
	/* Linux v6.12 mas_expected_entries(): 2001 ranges, 14 (30) a leaf, 14 (30) leaves a node, and 3 */
	assert_int_equal(reserved, sizeof(long) == 8 ? 143 + 11 + 3 : 67 + 3 + 3);
	assert_int_equal(tv_maple_nodes_live(), reserved);
	for (i = 0; i < 1000; i++) {
		mas.index = 10 * i;
		mas.last = 10 * i + 5;
		mas_store(&mas, xa_mk_value(i));
		assert_false(mas_is_err(&mas));
		assert_int_equal(tv_maple_nodes_live(), nodes_of(&mt) + mas_allocated(&mas));
	}
	assert_true(mas_allocated(&mas) < reserved);
	/* what is left of it counts when more is asked for */
	assert_int_equal(mas_reserve(&mas, reserved + 40, GFP_KERNEL), 0);
	assert_int_equal(mas_allocated(&mas), reserved + 40);
	assert_int_equal(mas_reserve(&mas, reserved, GFP_KERNEL), 0);
	assert_int_equal(mas_allocated(&mas), reserved + 40);
	mas_destroy(&mas);
	assert_int_equal(mas_allocated(&mas), 0);
	mtree_unlock(&mt);
	assert_int_equal(tv_maple_nodes_live(), nodes_of(&mt));
	assert_whole(&mt);
	mtree_destroy(&mt);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void no_memory_for_a_load(void **state)
{
	struct maple_tree mt;

	MA_STATE(mas, &mt, 0, 0);
	mt_init_flags(&mt, 0);
	mtree_lock(&mt);
	tv_maple_fail_nth(2);
	assert_int_equal(mas_expected_entries(&mas, 1000), -ENOMEM);
	tv_maple_fail_nth(0);
	assert_int_equal(mas_allocated(&mas), 0);
	mtree_unlock(&mt);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

/* Of so many entries that twice as many ranges are no number. */
static void no_memory_for_the_largest_load(void **state)
{
	struct maple_tree mt;

	MA_STATE(mas, &mt, 0, 0);
	mt_init_flags(&mt, 0);
	mtree_lock(&mt);
	tv_maple_fail_nth(20);
	assert_int_equal(mas_expected_entries(&mas, ULONG_MAX / 2 + 1), -ENOMEM);
	tv_maple_fail_nth(0);
	mtree_unlock(&mt);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void find_all(struct maple_tree *mt, const bool *stored)
{
	unsigned long i;

	MA_STATE(mas, mt, 0, 0);
	for (i = 0; i < ENTRIES; i++)
		if (stored[i] && mas_find(&mas, ULONG_MAX) != xa_mk_value(i))
			fail_msg("entry %lu was not found", i);
	assert_null(mas_find(&mas, ULONG_MAX));
}

/*
 * Stored in any order, entries fill nodes of each level up to the last slot before these are split:
 * whatever a node holds, the leaf behind its last one is found.
 */
static void steps_at_any_fill(unsigned int flags)
{
	static unsigned long order[ENTRIES];
	static bool stored[ENTRIES];
	struct maple_tree mt;
	uint32_t random = 1;
	unsigned long i, j;

	memset(stored, 0, sizeof(stored));
	for (i = 0; i < ENTRIES; i++) {
		random = random * 1103515245 + 12345;
		j = (random >> 8) % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
	mt_init_flags(&mt, flags);
	for (i = 0; i < ENTRIES; i++) {
		j = order[i];
		assert_int_equal(mtree_store_range(&mt, 10 * j, 10 * j + 5, xa_mk_value(j), GFP_KERNEL), 0);
		stored[j] = true;
		if (i % 200 == 0)
			find_all(&mt, stored);
	}
	assert_true(mt_height(&mt) >= 4);
	assert_whole(&mt);
	mtree_destroy(&mt);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void any_fill_of_range_trees(void **state)
{
	steps_at_any_fill(0);
}

static void any_fill_of_alloc_trees(void **state)
{
	steps_at_any_fill(MT_FLAGS_ALLOC_RANGE);
}

/* Wherever a copy fails, what there is of it is freed, and the original is as it was. */
static void copies_fail(unsigned int flags)
{
	struct maple_tree mt, copy;
	unsigned long nth, nodes, i;
	int err = -ENOMEM;

	fill(&mt, flags);
	nodes = nodes_of(&mt);
	for (nth = 1; err; nth += 1 + nth / 8) {
		mt_init_flags(&copy, flags);
		tv_maple_fail_nth(nth);
		err = mtree_dup(&mt, &copy, GFP_KERNEL);
		tv_maple_fail_nth(0);
		if (err) {
			assert_int_equal(err, -ENOMEM);
			assert_true(mtree_empty(&copy));
			assert_int_equal(tv_maple_nodes_live(), nodes);
		}
	}
	assert_true(nth > 100);
	assert_int_equal(tv_maple_nodes_live(), 2 * nodes);
	assert_whole(&copy);
	mtree_destroy(&mt);
	for (i = 0; i < ENTRIES; i++)
		assert_ptr_equal(mtree_load(&copy, 10 * i + 5), xa_mk_value(i));
	mtree_destroy(&copy);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void copies_of_range_trees_fail(void **state)
{
	copies_fail(0);
}

static void copies_of_alloc_trees_fail(void **state)
{
	copies_fail(MT_FLAGS_ALLOC_RANGE);
}

/* Of no other kind, and into an empty tree only. */
static void copies_refused(void **state)
{
	struct maple_tree mt, copy;

	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
	mt_init_flags(&copy, 0);
	assert_int_equal(mtree_dup(&mt, &copy, GFP_KERNEL), -EINVAL);
	mt_init_flags(&copy, MT_FLAGS_ALLOC_RANGE);
	assert_int_equal(mtree_store(&copy, 7, xa_mk_value(7), GFP_KERNEL), 0);
	assert_int_equal(mtree_dup(&mt, &copy, GFP_KERNEL), -EINVAL);
	mtree_destroy(&copy);
}

/* The counter of a cyclic allocation passes ULONG_MAX: the one after that says so, once. */
static void the_counter_goes_round(void **state)
{
	unsigned long next = ULONG_MAX - 1, at;
	struct maple_tree mt;

	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, &mt, 0, ULONG_MAX, &next, GFP_KERNEL), 0);
	assert_int_equal(at, ULONG_MAX - 1);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, &mt, 0, ULONG_MAX, &next, GFP_KERNEL), 0);
	assert_int_equal(at, ULONG_MAX);
	assert_int_equal(next, 0);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, &mt, 0, ULONG_MAX, &next, GFP_KERNEL), 1);
	assert_int_equal(at, 0);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, &mt, 0, ULONG_MAX, &next, GFP_KERNEL), 0);
	assert_int_equal(at, 1);
	mtree_destroy(&mt);
}

static void stores_refused(void **state)
{
	struct maple_tree mt;

	MA_STATE(mas, &mt, 7, 7);
	mt_init_flags(&mt, 0);
	mtree_lock(&mt);
	mas.last = 6;
	assert_null(mas_store(&mas, xa_mk_value(1)));
	assert_true(mas_is_err(&mas));
	assert_int_equal(xa_err(mas.node), -EINVAL);
	mas_reset(&mas);
	assert_int_equal(mas_store_gfp(&mas, xa_mk_value(1), GFP_KERNEL), -EINVAL);
	assert_int_equal(xa_err(mas.node), -EINVAL);
	assert_true(mtree_empty(&mt));
	mtree_unlock(&mt);
}

/*
 * A store that fails leaves the range of its state as it was, though a NULL had taken in more; and it holds
 * the lock again, which it gives up while it waits for memory.
 */
static void a_failed_store_keeps_its_range(void **state)
{
	struct maple_tree mt;
	unsigned long i;

	MA_STATE(mas, &mt, 0, 0);
	mt_init_flags(&mt, MT_FLAGS_USE_RCU);
	for (i = 0; i < 40; i++)
		assert_int_equal(mtree_store_range(&mt, 10 * i, 10 * i + 5, xa_mk_value(i), GFP_KERNEL), 0);
	mtree_lock(&mt);
	mas_set_range(&mas, 50, 55);
	tv_maple_fail_nth(1);
	assert_int_equal(mas_store_gfp(&mas, NULL, GFP_KERNEL), -ENOMEM);
	tv_maple_fail_nth(0);
	assert_int_equal(mas.index, 50);
	assert_int_equal(mas.last, 55);
	assert_true(mt.ma_lock.held);
	mtree_unlock(&mt);
	mtree_destroy(&mt);
	rcu_barrier();
	assert_int_equal(tv_maple_nodes_live(), 0);
}

/* Nothing is kept of a reservation that fails, and the state is as if it had never been used. */
static void a_failed_reservation_leaves_a_fresh_state(void **state)
{
	struct maple_tree mt;

	fill(&mt, 0);
	mtree_lock(&mt);
	MA_STATE(mas, &mt, 7, 8);
	assert_null(mas_walk(&mas));
	tv_maple_fail_nth(2);
	mas_set_range(&mas, 3, 10 * ENTRIES);
	assert_int_equal(mas_preallocate(&mas, xa_mk_value(1), GFP_KERNEL), -ENOMEM);
	tv_maple_fail_nth(0);
	assert_true(mas_is_start(&mas));
	assert_int_equal(mas_allocated(&mas), 0);
	mtree_unlock(&mt);
	mtree_destroy(&mt);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static int use_failing_allocator(void **state)
{
	return tv_maple_set_allocator(&tv_maple_failing_ops);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_beyond_the_leaf),
		cmocka_unit_test(a_reserve_is_counted),
		cmocka_unit_test(no_memory_for_a_load),
		cmocka_unit_test(no_memory_for_the_largest_load),
		cmocka_unit_test(any_fill_of_range_trees),
		cmocka_unit_test(any_fill_of_alloc_trees),
		cmocka_unit_test(copies_of_range_trees_fail),
		cmocka_unit_test(copies_of_alloc_trees_fail),
		cmocka_unit_test(copies_refused),
		cmocka_unit_test(the_counter_goes_round),
		cmocka_unit_test(stores_refused),
		cmocka_unit_test(a_failed_store_keeps_its_range),
		cmocka_unit_test(a_failed_reservation_leaves_a_fresh_state),
	};

	return cmocka_run_group_tests_name("maple_split", tests, use_failing_allocator, NULL) != 0;
}
