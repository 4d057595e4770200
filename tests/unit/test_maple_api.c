// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The calls one by one: what each returns, and what it leaves in the state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "maple/alloc.h"
#include "maple/maple_tree.h"
#include "tests/unit/maple_nodes.h"

#define V(n)	xa_mk_value(n)

static void assert_range(const struct ma_state *mas, unsigned long index, unsigned long last)
{
	assert_int_equal(mas->index, index);
	assert_int_equal(mas->last, last);
}

/* Values 1, 2, ... @count: number i at [10 i, 10 i + 5]. */
static void fill(struct maple_tree *mt, unsigned int flags, unsigned long count)
{
	unsigned long i;

	mt_init_flags(mt, flags);
	for (i = 1; i <= count; i++)
		assert_int_equal(mtree_store_range(mt, 10 * i, 10 * i + 5, V(i), GFP_KERNEL), 0);
}

static void lone_entry_stays_in_the_root(void **state)
{
	DEFINE_MTREE(mt);
	MA_STATE(mas, &mt, 0, 0);
	unsigned long at = 0;

	assert_true(mtree_empty(&mt));
	assert_int_equal(mtree_store(&mt, 0, V(7), GFP_KERNEL), 0);
	assert_ptr_equal(mt.ma_root, V(7));
	assert_int_equal(mt_height(&mt), 0);
	assert_ptr_equal(mt_find(&mt, &at, ULONG_MAX), V(7));
	assert_int_equal(at, 1);

	assert_ptr_equal(mas_walk(&mas), V(7));
	assert_int_equal(mas.status, ma_root);
	mas_set(&mas, 9);
	assert_null(mas_walk(&mas));
	assert_int_equal(mas.status, ma_none);
	assert_range(&mas, 1, ULONG_MAX);
	assert_ptr_equal(mas_prev(&mas, 0), V(7));
	assert_range(&mas, 0, 0);

	/* An internal entry cannot be told from a node there. */
	assert_int_equal(mas_store_gfp(&mas, XA_ZERO_ENTRY, GFP_KERNEL), 0);
	assert_int_equal(mt_height(&mt), 1);
	assert_null(mtree_load(&mt, 0));
	assert_whole(&mt);
	mtree_destroy(&mt);
}

static void bad_arguments(void **state)
{
	unsigned long at = 0;
	DEFINE_MTREE(mt);
	MA_STATE(mas, &mt, 5, 4);

	assert_int_equal(mtree_store_range(&mt, 5, 4, V(1), GFP_KERNEL), -EINVAL);
	assert_int_equal(mtree_insert_range(&mt, 5, 4, V(1), GFP_KERNEL), -EINVAL);
	assert_int_equal(mas_store_gfp(&mas, V(1), GFP_KERNEL), -EINVAL);
	assert_int_equal(mtree_alloc_range(&mt, &at, V(1), 1, 0, 9, GFP_KERNEL), -EINVAL);
	mas_reset(&mas);
	assert_int_equal(mas_empty_area(&mas, 9, 0, 1), -EINVAL);
	assert_int_equal(mas_empty_area(&mas, 0, 9, 0), -EINVAL);
	assert_int_equal(mas_empty_area(&mas, 0, 9, 11), -EINVAL);
	assert_true(mtree_empty(&mt));
}

static void insert_meets_entries(void **state)
{
	struct maple_tree mt;

	fill(&mt, 0, 40);
	assert_int_equal(mtree_insert_range(&mt, 16, 19, V(1), GFP_KERNEL), 0);
	assert_int_equal(mtree_insert(&mt, 15, V(1), GFP_KERNEL), -EEXIST);
	assert_int_equal(mtree_insert_range(&mt, 26, 30, V(1), GFP_KERNEL), -EEXIST);
	assert_int_equal(mtree_insert_range(&mt, 26, 300, V(1), GFP_KERNEL), -EEXIST);
	assert_int_equal(mtree_insert_range(&mt, 0, ULONG_MAX, V(1), GFP_KERNEL), -EEXIST);
	assert_null(mtree_load(&mt, 26));
	mtree_destroy(&mt);

	/* Linux v6.12 does not look when everything goes into one leaf. */
	fill(&mt, 0, 2);
	assert_int_equal(mtree_insert_range(&mt, 0, ULONG_MAX, V(3), GFP_KERNEL), 0);
	assert_ptr_equal(mtree_load(&mt, 10), V(3));
	mtree_destroy(&mt);
}

static void null_takes_in_nulls(void **state)
{
	struct maple_tree mt;
	MA_STATE(mas, &mt, 20, 25);

	fill(&mt, 0, 40);
	mas_lock(&mas);
	assert_ptr_equal(mas_store(&mas, NULL), V(2));
	assert_range(&mas, 16, 29);
	mas_set_range(&mas, 10, 395);		/* over many leaves */
	mas_store_gfp(&mas, NULL, GFP_KERNEL);
	assert_range(&mas, 0, 399);
	mas_unlock(&mas);
	assert_whole(&mt);
	mtree_destroy(&mt);
}

static void find_goes_on_and_turns(void **state)
{
	struct maple_tree mt;
	MA_STATE(mas, &mt, 0, 0);

	fill(&mt, 0, 100);
	mas_lock(&mas);
	assert_ptr_equal(mas_find(&mas, 25), V(1));
	assert_ptr_equal(mas_find(&mas, 25), V(2));
	assert_null(mas_find(&mas, 25));
	assert_int_equal(mas.status, ma_active);
	assert_ptr_equal(mas_find(&mas, 35), V(3));
	assert_null(mas_next(&mas, 35));
	assert_int_equal(mas.status, ma_overflow);
	assert_ptr_equal(mas_prev(&mas, 0), V(3));	/* where it stood */
	assert_ptr_equal(mas_prev(&mas, 0), V(2));
	assert_null(mas_prev(&mas, 20));
	assert_int_equal(mas.status, ma_underflow);
	assert_ptr_equal(mas_next(&mas, 1000), V(2));
	mas_pause(&mas);
	assert_ptr_equal(mas_find(&mas, 1000), V(3));
	mas_pause(&mas);
	assert_ptr_equal(mas_find_rev(&mas, 0), V(2));
	assert_null(mas_find_range_rev(&mas, 0));
	assert_range(&mas, 16, 19);
	mas_set(&mas, 1000);
	assert_ptr_equal(mas_find_range(&mas, ULONG_MAX), V(100));
	assert_null(mas_find_range(&mas, ULONG_MAX));
	assert_range(&mas, 1006, ULONG_MAX);
	mas_unlock(&mas);
	mtree_destroy(&mt);
}

static void empty_tree_answers(void **state)
{
	unsigned long at = 3;
	DEFINE_MTREE(mt);
	MA_STATE(mas, &mt, 3, 3);

	assert_null(mtree_load(&mt, 3));
	assert_null(mtree_erase(&mt, 3));
	assert_null(mt_find(&mt, &at, ULONG_MAX));
	assert_int_equal(at, 3);
	assert_null(mt_next(&mt, 3, ULONG_MAX));
	assert_null(mt_prev(&mt, 3, 0));
	assert_null(mas_find(&mas, ULONG_MAX));
	assert_int_equal(mas.status, ma_none);
	mas_set(&mas, 3);
	assert_null(mas_find_rev(&mas, 0));
	assert_int_equal(mas.status, ma_root);
}

static void areas(void **state)
{
	struct maple_tree mt;
	unsigned long at, next = 0;
	MA_STATE(mas, &mt, 0, 0);

	fill(&mt, MT_FLAGS_ALLOC_RANGE, 500);
	assert_int_equal(mtree_alloc_range(&mt, &at, V(1), 4, 10, ULONG_MAX, GFP_KERNEL), 0);
	assert_int_equal(at, 16);
	assert_int_equal(mtree_alloc_range(&mt, &at, V(1), 5, 10, 5005, GFP_KERNEL), -EBUSY);
	assert_int_equal(mtree_alloc_rrange(&mt, &at, V(1), 4, 10, 5005, GFP_KERNEL), 0);
	assert_int_equal(at, 4996);
	mas_lock(&mas);
	assert_int_equal(mas_empty_area_rev(&mas, 0, 2000, 2), 0);
	assert_range(&mas, 1998, 1999);
	mas_reset(&mas);
	assert_int_equal(mas_empty_area(&mas, 1997, 2000, 2), 0);
	assert_range(&mas, 1997, 1998);
	mas_unlock(&mas);

	/* [16, 19] and 26 are taken; after ULONG_MAX it goes round. */
	next = 17;
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, V(1), 10, 30, &next, GFP_KERNEL), 0);
	assert_int_equal(at, 26);
	next = 30;
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, V(1), 10, 30, &next, GFP_KERNEL), 1);
	assert_int_equal(at, 27);
	assert_whole(&mt);
	mtree_destroy(&mt);
}

static void preallocation_counts(void **state)
{
	struct maple_tree mt;
	MA_STATE(mas, &mt, 0, 0);
	unsigned long before;

	fill(&mt, 0, 500);
	before = tv_maple_nodes_live();
	mas_lock(&mas);
	mas_set_range(&mas, 100, 900);
	assert_int_equal(mas_preallocate(&mas, V(9), GFP_KERNEL), 0);
	assert_int_equal(tv_maple_nodes_live() - before, 3 * mt_height(&mt) + 1);
	mas_store_prealloc(&mas, V(9));
	assert_ptr_equal(mtree_load(&mt, 500), V(9));

	before = tv_maple_nodes_live();
	mas_set_range(&mas, 1010, 1015);	/* an exact fit needs none */
	assert_int_equal(mas_preallocate(&mas, V(8), GFP_KERNEL), 0);
	assert_int_equal(tv_maple_nodes_live(), before);
	mas_store_prealloc(&mas, V(8));
	mas_unlock(&mas);
	assert_whole(&mt);
	mtree_destroy(&mt);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void bulk_load(void **state)
{
	static const unsigned int flags[] = { 0, MT_FLAGS_ALLOC_RANGE };
	unsigned long count, i;
	unsigned int f;

	for (f = 0; f < 2; f++) {
		for (count = 1; count < 3000; count = count * 3 + 1) {
			struct maple_tree mt;
			MA_STATE(mas, &mt, 0, 0);

			mt_init_flags(&mt, flags[f]);
			mas_lock(&mas);
			assert_int_equal(mas_expected_entries(&mas, count), 0);
			for (i = 0; i < count; i++) {
				mas.index = 10 * i;
				mas.last = 10 * i + 8;
				mas_store(&mas, V(i));
				assert_false(mas_is_err(&mas));
			}
			mas_destroy(&mas);
			mas_unlock(&mas);
			assert_whole(&mt);
			for (i = 0; i < count; i++)
				assert_ptr_equal(mtree_load(&mt, 10 * i + 8), V(i));
			mtree_destroy(&mt);
		}
	}
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void copies(void **state)
{
	struct maple_tree mt, copy;
	unsigned long i;

	fill(&mt, MT_FLAGS_ALLOC_RANGE, 2000);
	mt_init_flags(&copy, 0);
	assert_int_equal(mtree_dup(&mt, &copy, GFP_KERNEL), -EINVAL);
	mt_init_flags(&copy, MT_FLAGS_ALLOC_RANGE);
	assert_int_equal(mtree_dup(&mt, &copy, GFP_KERNEL), 0);
	assert_int_equal(mtree_dup(&mt, &copy, GFP_KERNEL), -EINVAL);
	mtree_destroy(&mt);
	assert_whole(&copy);
	for (i = 1; i <= 2000; i++)
		assert_ptr_equal(mtree_load(&copy, 10 * i), V(i));
	mtree_destroy(&copy);
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void rcu_mode_switches(void **state)
{
	struct maple_tree mt;

	fill(&mt, 0, 100);
	mt_set_in_rcu(&mt);
	assert_true(mt_in_rcu(&mt));
	mtree_store_range(&mt, 33, 700, V(1), GFP_KERNEL);
	mt_clear_in_rcu(&mt);
	assert_false(mt_in_rcu(&mt));
	mtree_store_range(&mt, 0, 600, V(2), GFP_KERNEL);
	assert_ptr_equal(mtree_load(&mt, 650), V(1));
	assert_whole(&mt);
	mtree_destroy(&mt);
	rcu_barrier();
	assert_int_equal(tv_maple_nodes_live(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lone_entry_stays_in_the_root),
		cmocka_unit_test(bad_arguments),
		cmocka_unit_test(insert_meets_entries),
		cmocka_unit_test(null_takes_in_nulls),
		cmocka_unit_test(find_goes_on_and_turns),
		cmocka_unit_test(empty_tree_answers),
		cmocka_unit_test(areas),
		cmocka_unit_test(preallocation_counts),
		cmocka_unit_test(bulk_load),
		cmocka_unit_test(copies),
		cmocka_unit_test(rcu_mode_switches),
	};

	return cmocka_run_group_tests_name("maple_api", tests, NULL, NULL) != 0;
}
