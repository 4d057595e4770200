// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The edges of the API that stores: entries nobody may store, ranges that are none, trees that come
 * and go as a whole, memory that does not come, states that are asked after all is gone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "maple/alloc.h"
#include "maple/maple_tree.h"
#include "tests/unit/maple_nodes.h"

#define V(n)	xa_mk_value(n)

/* Entry i at [10 i, 10 i + 5] for i from 1 to @count. */
static void fill(struct maple_tree *mt, unsigned int flags, unsigned long count)
{
	unsigned long i;

	mt_init_flags(mt, flags);
	for (i = 1; i <= count; i++)
		assert_int_equal(mtree_store_range(mt, 10 * i, 10 * i + 5, V(i), GFP_KERNEL), 0);
}

/* --- what nobody may store -------------------------------------------------------- */

/* Internal entries are marks of the tree's own. The kernel warns, once, and refuses. */
static void internal_entries_are_refused(void **state)
{
	unsigned long at = 7, next = 0;
	void *internal = xa_mk_internal(5);
	int kept = dup(2), times;
	struct maple_tree mt;

	assert_non_null(freopen("/dev/null", "w", stderr));
	fill(&mt, MT_FLAGS_ALLOC_RANGE, 3);
	for (times = 0; times < 2; times++) {
		assert_int_equal(mtree_store(&mt, 1, internal, GFP_KERNEL), -EINVAL);
		assert_int_equal(mtree_store_range(&mt, 1, 5, internal, GFP_KERNEL), -EINVAL);
		assert_int_equal(mtree_insert(&mt, 1, internal, GFP_KERNEL), -EINVAL);
		assert_int_equal(mtree_alloc_range(&mt, &at, internal, 1, 0, 9, GFP_KERNEL), -EINVAL);
		assert_int_equal(mtree_alloc_rrange(&mt, &at, internal, 1, 0, 9, GFP_KERNEL), -EINVAL);
		assert_int_equal(mtree_alloc_cyclic(&mt, &at, internal, 0, 9, &next, GFP_KERNEL),
				 -EINVAL);
	}
	fflush(stderr);
	dup2(kept, 2);
	close(kept);
	assert_int_equal(at, 7);
	assert_null(mtree_load(&mt, 1));
	mtree_destroy(&mt);
}

static void a_range_that_ends_before_it_begins(void **state)
{
	struct maple_tree mt;
	MA_STATE(mas, &mt, 20, 15);

	fill(&mt, 0, 20);
	assert_null(mas_store(&mas, V(99)));
	assert_true(mas_is_err(&mas));
	assert_int_equal(xa_err(mas.node), -EINVAL);
	mas_reset(&mas);
	assert_int_equal(mas_store_gfp(&mas, V(99), GFP_KERNEL), -EINVAL);
	mas_reset(&mas);
	assert_int_equal(mas_preallocate(&mas, V(99), GFP_KERNEL), -EINVAL);
	assert_ptr_equal(mtree_load(&mt, 15), V(1));
	assert_whole(&mt);
	mtree_destroy(&mt);
}

static void reservations_are_seen_by_states_alone(void **state)
{
	unsigned long at = 0;
	struct maple_tree mt;
	MA_STATE(mas, &mt, 12, 12);

	fill(&mt, 0, 3);
	assert_int_equal(mtree_store_range(&mt, 12, 13, XA_ZERO_ENTRY, GFP_KERNEL), 0);
	assert_null(mtree_load(&mt, 12));
	assert_ptr_equal(mas_walk(&mas), XA_ZERO_ENTRY);
	at = 12;
	assert_ptr_equal(mt_find(&mt, &at, ULONG_MAX), V(1));
	assert_int_equal(at, 16);
	at = 12;
	assert_null(mt_find(&mt, &at, 13));
	assert_int_equal(at, 12);
	at = 50;
	assert_null(mt_find(&mt, &at, 40));
	at = 0;
	assert_null(mt_find_after(&mt, &at, ULONG_MAX));
	mtree_destroy(&mt);
}

/* --- trees that come and go as a whole ---------------------------------------------- */

static void one_entry_over_everything(void **state)
{
	static const unsigned int flags[] = { 0, MT_FLAGS_ALLOC_RANGE, MT_FLAGS_USE_RCU };
	struct maple_tree mt;
	unsigned int f;

	for (f = 0; f < 3; f++) {
		fill(&mt, flags[f], 300);
		assert_int_equal(mtree_store_range(&mt, 0, ULONG_MAX, V(9), GFP_KERNEL), 0);
		assert_int_equal(mt_height(&mt), 1);
		assert_ptr_equal(mtree_load(&mt, ULONG_MAX), V(9));
		assert_whole(&mt);
		/* erased, it leaves a leaf of one NULL, as the kernel's does */
		assert_ptr_equal(mtree_erase(&mt, 77), V(9));
		assert_null(mtree_load(&mt, 77));
		assert_int_equal(mt_height(&mt), 1);
		assert_whole(&mt);
		mtree_destroy(&mt);
		fill(&mt, flags[f], 5);
		assert_int_equal(mtree_store_range(&mt, 0, ULONG_MAX, NULL, GFP_KERNEL), 0);
		assert_true(mtree_empty(&mt));
		assert_int_equal(mt_height(&mt), 0);

		/* a NULL that takes in the holes at both ends leaves nothing */
		fill(&mt, flags[f], 300);
		assert_int_equal(mtree_store_range(&mt, 10, 3005, NULL, GFP_KERNEL), 0);
		assert_true(mtree_empty(&mt));
		assert_whole(&mt);
		mtree_destroy(&mt);
		rcu_barrier();
		assert_int_equal(tv_maple_nodes_live(), 0);
	}
}

static void the_lone_entry(void **state)
{
	DEFINE_MTREE(mt);
	MA_STATE(mas, &mt, 0, 0);

	/* nothing is erased from nothing */
	assert_int_equal(mtree_store(&mt, 0, NULL, GFP_KERNEL), 0);
	assert_int_equal(mtree_store_range(&mt, 5, 9, NULL, GFP_KERNEL), 0);
	assert_true(mtree_empty(&mt));
	assert_int_equal(mtree_insert(&mt, 0, V(1), GFP_KERNEL), 0);
	assert_int_equal(mtree_insert(&mt, 0, V(2), GFP_KERNEL), -EEXIST);
	assert_int_equal(mtree_store_range(&mt, 5, 9, NULL, GFP_KERNEL), 0);
	assert_ptr_equal(mt.ma_root, V(1));
	assert_ptr_equal(mas_erase(&mas), V(1));
	assert_true(mtree_empty(&mt));
	assert_null(mas_erase(&mas));
	/* it stays where it is when others come behind, with and without a hole between */
	mtree_store(&mt, 0, V(1), GFP_KERNEL);
	mtree_store_range(&mt, 1, 9, V(2), GFP_KERNEL);
	assert_ptr_equal(mtree_load(&mt, 0), V(1));
	assert_ptr_equal(mtree_load(&mt, 1), V(2));
	assert_whole(&mt);
	mtree_destroy(&mt);
	mtree_store(&mt, 0, V(1), GFP_KERNEL);
	mtree_store_range(&mt, 3, ULONG_MAX, V(2), GFP_KERNEL);
	assert_ptr_equal(mtree_load(&mt, 0), V(1));
	assert_null(mtree_load(&mt, 2));
	assert_ptr_equal(mtree_load(&mt, ULONG_MAX), V(2));
	assert_whole(&mt);
	mtree_destroy(&mt);
	/* a range from 0 on replaces it */
	mtree_store(&mt, 0, V(1), GFP_KERNEL);
	mtree_store_range(&mt, 0, 4, V(2), GFP_KERNEL);
	assert_ptr_equal(mtree_load(&mt, 0), V(2));
	assert_whole(&mt);
	mtree_destroy(&mt);
}

/* Told that it is nowhere, a state looks again; at index 0 the lone entry is no next one. */
static void a_state_that_was_nowhere(void **state)
{
	DEFINE_MTREE(mt);
	MA_STATE(mas, &mt, 0, 0);

	mtree_store(&mt, 0, V(1), GFP_KERNEL);
	mas.status = ma_none;
	assert_null(mas_next(&mas, ULONG_MAX));
	assert_int_equal(mas.status, ma_root);
	assert_int_equal(mas.index, 0);
	assert_int_equal(mas.last, 0);
}

static void preallocation_for_everything(void **state)
{
	struct maple_tree mt;
	MA_STATE(mas, &mt, 0, ULONG_MAX);
	unsigned long before;

	fill(&mt, 0, 3);
	before = tv_maple_nodes_live();
	assert_int_equal(mas_preallocate(&mas, V(9), GFP_KERNEL), 0);
	assert_int_equal(tv_maple_nodes_live(), before + 1);
	mas_store_prealloc(&mas, V(9));
	assert_ptr_equal(mtree_load(&mt, 77), V(9));
	mtree_destroy(&mt);
}

/* A reader's state whose nodes are gone, and all that was in them, has nowhere to go on. */
static void all_is_gone(void **state)
{
	static void *(*const steps[])(struct ma_state *mas, unsigned long limit) = {
		mas_next, mas_next_range, mas_find, mas_find_range,
		mas_prev, mas_prev_range, mas_find_rev, mas_find_range_rev,
	};
	struct maple_tree mt;
	size_t i;

	for (i = 0; i < 8; i++) {
		MA_STATE(mas, &mt, 250, 250);

		fill(&mt, MT_FLAGS_USE_RCU, 40);
		rcu_read_lock();
		assert_ptr_equal(mas_walk(&mas), V(25));
		mtree_store_range(&mt, 0, ULONG_MAX, NULL, GFP_KERNEL);
		assert_null(steps[i](&mas, i < 4 ? ULONG_MAX : 0));
		assert_int_not_equal(mas.status, ma_error);
		rcu_read_unlock();
	}
	rcu_barrier();
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void trees_with_a_lock_of_the_users(void **state)
{
	struct maple_tree mt, copy;
	MA_STATE(mas, &mt, 0, 0);
	unsigned long i;

	mt_init_flags(&mt, MT_FLAGS_LOCK_EXTERN);
	assert_true(mt_external_lock(&mt));
	mt_set_in_rcu(&mt);
	mt_set_in_rcu(&mt);
	assert_true(mt_in_rcu(&mt));
	mt_clear_in_rcu(&mt);
	assert_false(mt_in_rcu(&mt));
	for (i = 0; i < 100; i++) {
		mas_set(&mas, i);
		assert_int_equal(mas_store_gfp(&mas, V(i), GFP_KERNEL), 0);
	}
	mt_init_flags(&copy, MT_FLAGS_LOCK_EXTERN);
	assert_int_equal(__mt_dup(&mt, &copy, GFP_KERNEL), 0);
	for (i = 0; i < 100; i++)
		assert_ptr_equal(mtree_load(&copy, i), V(i));
	__mt_destroy(&mt);
	__mt_destroy(&copy);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void copies_of_trees_without_nodes(void **state)
{
	DEFINE_MTREE(mt);
	DEFINE_MTREE(copy);

	assert_int_equal(mtree_dup(&mt, &copy, GFP_KERNEL), 0);
	assert_true(mtree_empty(&copy));
	mtree_store(&mt, 0, V(1), GFP_KERNEL);
	assert_int_equal(mtree_dup(&mt, &copy, GFP_KERNEL), 0);
	assert_ptr_equal(mtree_load(&copy, 0), V(1));
	/* only an empty tree becomes a copy */
	assert_int_equal(mtree_dup(&mt, &copy, GFP_KERNEL), -EINVAL);
}

/* --- loading in order ---------------------------------------------------------------- */

/* What does not come as expected: fewer entries, or none, or more than was said. */
static void more_or_fewer_than_expected(void **state)
{
	static const unsigned long expected[] = { 1, 40, 300, 2000 };
	unsigned long count, i;
	size_t e;

	for (e = 0; e < 4; e++)
		for (count = 0; count < 900; count += 1 + count / 2) {
			struct maple_tree mt;
			MA_STATE(mas, &mt, 0, 0);

			mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
			mas_lock(&mas);
			assert_int_equal(mas_expected_entries(&mas, expected[e]), 0);
			for (i = 0; i < count; i++) {
				mas.index = 10 * i;
				mas.last = 10 * i + (i % 3 ? 9 : 4);
				mas_store(&mas, V(i));
				assert_false(mas_is_err(&mas));
			}
			mas_destroy(&mas);
			mas_unlock(&mas);
			assert_whole(&mt);
			for (i = 0; i < count; i++)
				assert_ptr_equal(mtree_load(&mt, 10 * i), V(i));
			mtree_destroy(&mt);
		}
	assert_int_equal(tv_maple_nodes_live(), 0);
}

/*
 * What was loaded in order is stored over before the end, so that the last leaf is nearly empty: it
 * then takes from the leaf before, or both become one.
 */
static void a_last_leaf_that_is_too_small(void **state)
{
	static const unsigned int flags[] = { 0, MT_FLAGS_ALLOC_RANGE };
	unsigned long count, i;
	unsigned int f;

	for (f = 0; f < 2; f++)
		for (count = 9; count < 400; count += 1 + count / 20) {
			struct maple_tree mt;
			MA_STATE(mas, &mt, 0, 0);
			MA_STATE(last, &mt, ULONG_MAX, ULONG_MAX);

			mt_init_flags(&mt, flags[f]);
			mas_lock(&mas);
			assert_int_equal(mas_expected_entries(&mas, 500), 0);
			for (i = 0; i < count; i++) {
				mas.index = 10 * i;
				mas.last = 10 * i + 5;
				mas_store(&mas, V(i));
			}
			mas_walk(&last);
			mas.index = last.min;
			mas.last = 10 * count;
			mas_store(&mas, V(1000));
			assert_false(mas_is_err(&mas));
			mas_destroy(&mas);
			mas_unlock(&mas);
			assert_whole(&mt);
			for (i = 0; i < count; i++)
				assert_ptr_equal(mtree_load(&mt, 10 * i),
						 10 * i < last.min ? V(i) : V(1000));
			mtree_destroy(&mt);
		}
	assert_int_equal(tv_maple_nodes_live(), 0);
}

/* --- memory that does not come --------------------------------------------------------- */

/* Its allocations fail from the nth on, later and later, until it has enough. */
static void scarce(int (*work)(struct maple_tree *mt), unsigned int flags)
{
	unsigned long nth;
	int err = -ENOMEM;

	assert_int_equal(tv_maple_set_allocator(&tv_maple_failing_ops), 0);
	for (nth = 1; err; nth += 1 + nth / (flags & MT_FLAGS_USE_RCU ? 1 : 8)) {
		struct maple_tree mt;

		assert_in_range(nth, 1, 5000);
		tv_maple_fail_nth(0);
		fill(&mt, flags, 900);
		tv_maple_fail_nth(nth);
		err = work(&mt);
		tv_maple_fail_nth(0);
		assert_true(!err || err == -ENOMEM);
		assert_whole(&mt);
		mtree_destroy(&mt);
		if (mt_in_rcu(&mt))
			rcu_barrier();
		assert_int_equal(tv_maple_nodes_live(), 0);
	}
	assert_true(nth > 2);
	assert_int_equal(tv_maple_set_allocator(&tv_maple_slab_ops), 0);
}

static int copy_it(struct maple_tree *mt)
{
	struct maple_tree copy;
	unsigned long i;
	int err;

	mt_init_flags(&copy, mt->ma_flags & ~MT_FLAGS_HEIGHT_MASK);
	err = mtree_dup(mt, &copy, GFP_KERNEL);
	assert_int_equal(mtree_empty(&copy), err != 0);
	for (i = 1; !err && i <= 900; i++)
		assert_ptr_equal(mtree_load(&copy, 10 * i), V(i));
	mtree_destroy(&copy);
	return err;
}

static void copies_without_memory(void **state)
{
	scarce(copy_it, 0);
	scarce(copy_it, MT_FLAGS_ALLOC_RANGE);
}

static int reserve_for_many(struct maple_tree *mt)
{
	MA_STATE(mas, mt, 0, 0);
	int err;

	err = mas_expected_entries(&mas, 600);
	mas_destroy(&mas);
	return err;
}

static int preallocate(struct maple_tree *mt)
{
	MA_STATE(mas, mt, 1000, 5000);
	int err;

	err = mas_preallocate(&mas, V(7), GFP_KERNEL);
	assert_ptr_equal(mtree_load(mt, 1000), V(100));
	if (!err) {
		mas_store_prealloc(&mas, V(7));
		assert_ptr_equal(mtree_load(mt, 1000), V(7));
	}
	return err;
}

/* Without waiting; -ENOMEM stays in the state, and the tree is as it was. */
static int store_at_once(struct maple_tree *mt)
{
	MA_STATE(mas, mt, 1000, 5000);
	int err = 0;

	mas_store(&mas, V(7));
	if (mas_is_err(&mas)) {
		err = xa_err(mas.node);
		assert_int_equal(mas.index, 1000);
		assert_int_equal(mas.last, 5000);
		assert_false(mas_nomem(&mas, GFP_NOWAIT));
	}
	mas_destroy(&mas);
	assert_ptr_equal(mtree_load(mt, 1000), err ? V(100) : V(7));
	return err;
}

static int erase_everything(struct maple_tree *mt)
{
	return mtree_store_range(mt, 10, 9005, NULL, GFP_KERNEL);
}

static int replace_everything(struct maple_tree *mt)
{
	return mtree_store_range(mt, 0, ULONG_MAX, V(1), GFP_KERNEL);
}

static int find_room(struct maple_tree *mt)
{
	unsigned long at = 0, next = 0;
	int err;

	/* where the leaf is full: 4 free indices are cut in three */
	err = mtree_alloc_cyclic(mt, &at, V(3), 17, 9000, &next, GFP_KERNEL);
	if (err < 0)
		return err;
	assert_int_equal(at, 17);
	err = mtree_alloc_rrange(mt, &at, V(3), 2, 17, 8999, GFP_KERNEL);
	assert_ptr_equal(mtree_load(mt, 8999), err ? NULL : V(3));
	return err;
}

static void stores_without_memory(void **state)
{
	static const unsigned int flags[] = { MT_FLAGS_ALLOC_RANGE, MT_FLAGS_ALLOC_RANGE | MT_FLAGS_USE_RCU };
	size_t f;

	for (f = 0; f < 2; f++) {
		scarce(reserve_for_many, flags[f]);
		scarce(preallocate, flags[f]);
		scarce(store_at_once, flags[f]);
		scarce(erase_everything, flags[f]);
		scarce(replace_everything, flags[f]);
		scarce(find_room, flags[f]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(internal_entries_are_refused),
		cmocka_unit_test(a_range_that_ends_before_it_begins),
		cmocka_unit_test(reservations_are_seen_by_states_alone),
		cmocka_unit_test(one_entry_over_everything),
		cmocka_unit_test(the_lone_entry),
		cmocka_unit_test(a_state_that_was_nowhere),
		cmocka_unit_test(preallocation_for_everything),
		cmocka_unit_test(all_is_gone),
		cmocka_unit_test(trees_with_a_lock_of_the_users),
		cmocka_unit_test(copies_of_trees_without_nodes),
		cmocka_unit_test(more_or_fewer_than_expected),
		cmocka_unit_test(a_last_leaf_that_is_too_small),
		cmocka_unit_test(copies_without_memory),
		cmocka_unit_test(stores_without_memory),
	};

	return cmocka_run_group_tests_name("maple_edges", tests, NULL, NULL) != 0;
}
