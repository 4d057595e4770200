// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Looking for room: the lowest and the highest gap of every size in every window of small trees, as
 * looking at each index tells; then the edges (the word's end, states that stand somewhere, trees
 * that are full), as Linux 6.12 answers. Public API only: what is not said to be ours alone also
 * holds for lib/maple_tree.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "maple/maple_tree.h"

#define V(n)	xa_mk_value(n)

/* --- all windows ---------------------------------------------------------------- */

#define SPACE	48	/* indices looked at */

static bool taken[SPACE];

static void take(struct maple_tree *mt, unsigned long first, unsigned long last)
{
	unsigned long i;

	assert_int_equal(mtree_store_range(mt, first, last, V(first + 1), GFP_KERNEL), 0);
	for (i = first; i <= last && i < SPACE; i++)
		taken[i] = true;
}

static bool is_free(unsigned long first, unsigned long size)
{
	while (size--)
		if (taken[first + size])
			return false;
	return true;
}

/* Where a gap lies, or -EBUSY. */
static long lowest(unsigned long min, unsigned long max, unsigned long size)
{
	unsigned long at;

	for (at = min; at + size - 1 <= max; at++)
		if (is_free(at, size))
			return at;
	return -EBUSY;
}

static long highest(unsigned long min, unsigned long max, unsigned long size)
{
	unsigned long at;

	for (at = max - size + 2; at-- > min; )
		if (is_free(at, size))
			return at;
	return -EBUSY;
}

static long found(int err, const struct ma_state *mas, unsigned long size)
{
	if (err)
		return err;
	assert_int_equal(mas->last - mas->index + 1, size);
	return mas->index;
}

static void all_windows(struct maple_tree *mt)
{
	unsigned long min, max, size;

	for (min = 0; min < SPACE; min++)
		for (max = min; max < SPACE; max++)
			for (size = 1; size <= max - min + 1; size += 1 + size / 4) {
				MA_STATE(up, mt, 0, 0);
				MA_STATE(down, mt, 0, 0);
				int err;

				err = mas_empty_area(&up, min, max, size);
				assert_int_equal(found(err, &up, size), lowest(min, max, size));
				err = mas_empty_area_rev(&down, min, max, size);
				assert_int_equal(found(err, &down, size), highest(min, max, size));
			}
}

static void windows_of_small_trees(void **state)
{
	struct maple_tree mt;

	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
	memset(taken, 0, sizeof(taken));
	all_windows(&mt);		/* nothing */
	take(&mt, 0, 0);
	all_windows(&mt);		/* a lone entry */
	take(&mt, 7, 9);
	take(&mt, 20, 20);
	take(&mt, 22, 30);
	take(&mt, 31, 33);
	all_windows(&mt);		/* one leaf */
	mtree_destroy(&mt);
}

/* The same with many leaves around and between. */
static void tall_tree(unsigned int flags)
{
	struct maple_tree mt;
	unsigned long i;

	mt_init_flags(&mt, flags);
	memset(taken, 0, sizeof(taken));
	for (i = 2; i < SPACE; i += 3 + i % 2)
		take(&mt, i, i + (i % 5 ? 0 : 1));
	for (i = 100; i < 500; i += 3)
		take(&mt, i, i);
	assert_true(mt_height(&mt) > 1);
	all_windows(&mt);
	mtree_destroy(&mt);
}

static void windows_of_tall_trees(void **state)
{
	tall_tree(MT_FLAGS_ALLOC_RANGE);
}

/* Ours alone: the kernel's search gives up where inner nodes keep no gaps. */
static void windows_of_trees_without_gaps(void **state)
{
	tall_tree(0);
}

/* --- edges ---------------------------------------------------------------------- */

static struct maple_tree mt;

static void assert_area(const struct ma_state *mas, int err, unsigned long first, unsigned long last)
{
	assert_int_equal(err, 0);
	assert_true(mas->index == first);
	assert_true(mas->last == last);
}

static void the_whole_word(void **state)
{
	MA_STATE(mas, &mt, 0, 0);

	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
	assert_area(&mas, mas_empty_area(&mas, 0, ULONG_MAX, ULONG_MAX), 0, ULONG_MAX - 1);
	mas_reset(&mas);
	assert_area(&mas, mas_empty_area_rev(&mas, 0, ULONG_MAX, ULONG_MAX), 1, ULONG_MAX);

	/* a lone entry leaves all but index 0 */
	mtree_store(&mt, 0, V(1), GFP_KERNEL);
	mas_reset(&mas);
	assert_area(&mas, mas_empty_area(&mas, 0, ULONG_MAX, ULONG_MAX), 1, ULONG_MAX);
	mas_reset(&mas);
	assert_area(&mas, mas_empty_area_rev(&mas, 0, ULONG_MAX, 5), ULONG_MAX - 4, ULONG_MAX);
	mas_reset(&mas);
	assert_int_equal(mas_empty_area(&mas, 0, 0, 1), -EBUSY);
	mas_reset(&mas);
	assert_int_equal(mas_empty_area(&mas, 0, 4, 5), -EBUSY);
	mas_reset(&mas);
	assert_int_equal(mas_empty_area_rev(&mas, 0, 4, 5), -EBUSY);

	/* nodes, and nothing but the word's end */
	mtree_store_range(&mt, 0, ULONG_MAX - 10, V(1), GFP_KERNEL);
	mas_reset(&mas);
	assert_area(&mas, mas_empty_area(&mas, 0, ULONG_MAX, 10), ULONG_MAX - 9, ULONG_MAX);
	mas_reset(&mas);
	assert_area(&mas, mas_empty_area_rev(&mas, 0, ULONG_MAX, 3), ULONG_MAX - 2, ULONG_MAX);
	mas_reset(&mas);
	assert_int_equal(mas_empty_area(&mas, 0, ULONG_MAX, 11), -EBUSY);
	mas_reset(&mas);
	assert_int_equal(mas_empty_area_rev(&mas, 0, ULONG_MAX, 11), -EBUSY);
	mtree_destroy(&mt);
}

/* Entries [10 i, 10 i + 5] for i from 1 to 60: gaps of four, in several leaves. */
static void plant(void)
{
	unsigned long i;

	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
	for (i = 1; i <= 60; i++)
		mtree_store_range(&mt, 10 * i, 10 * i + 5, V(i), GFP_KERNEL);
}

/* Ours alone: the kernel's search uses the node that is not there. */
static void a_state_in_error_says_so_again(void **state)
{
	MA_STATE(mas, &mt, 0, 0);

	plant();
	assert_int_equal(mas_empty_area(&mas, 10, 500, 5), -EBUSY);
	assert_int_equal(mas_empty_area(&mas, 10, 500, 1), -EBUSY);
	assert_int_equal(mas_empty_area_rev(&mas, 10, 500, 1), -EBUSY);
	mas_reset(&mas);
	assert_area(&mas, mas_empty_area(&mas, 10, 500, 1), 16, 16);
	mtree_destroy(&mt);
}

/* Ours alone, for the same reason. */
static void a_paused_state_looks_from_the_root(void **state)
{
	MA_STATE(mas, &mt, 300, 300);

	plant();
	mas_walk(&mas);
	mas_pause(&mas);
	assert_area(&mas, mas_empty_area(&mas, 10, 500, 2), 16, 17);
	mas_set(&mas, 300);
	mas_walk(&mas);
	mas_pause(&mas);
	assert_area(&mas, mas_empty_area_rev(&mas, 10, 500, 2), 498, 499);
	mtree_destroy(&mt);
}

/*
 * It goes on two slots before where it stands; at a leaf's begin, beside the leaf. There ours alone:
 * the kernel's search may miss the next gap, or leave the window (docs/maple.md).
 */
static void a_state_that_stands_somewhere_goes_on(void **state)
{
	unsigned long at;

	plant();
	for (at = 11; at < 600; at += 10) {
		MA_STATE(up, &mt, at, at);
		MA_STATE(down, &mt, at, at);
		unsigned long first = at - 11, leaf_min, leaf_max;
		unsigned char offset;
		int err;

		mas_walk(&up);
		mas_walk(&down);
		offset = up.offset;
		leaf_min = up.min;
		leaf_max = up.max;
		err = mas_empty_area(&up, 0, 605, 4);
		assert_int_equal(err, offset < 2 && leaf_max == ULONG_MAX ? -EBUSY : 0);
		if (!err)
			assert_true(offset < 2 ? up.index > leaf_max : up.index >= first);
		err = mas_empty_area_rev(&down, 0, 605, 4);
		assert_int_equal(err, offset < 2 && !leaf_min ? -EBUSY : 0);
		if (!err)
			assert_true(offset < 2 ? down.last < leaf_min : down.last < at);
	}
	mtree_destroy(&mt);
}

static void a_full_tree_has_no_room(void **state)
{
	unsigned long at = 77;
	unsigned long next = 0;

	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
	mtree_store_range(&mt, 0, ULONG_MAX, V(1), GFP_KERNEL);
	assert_int_equal(mtree_alloc_range(&mt, &at, V(2), 1, 0, ULONG_MAX, GFP_KERNEL), -EBUSY);
	assert_int_equal(mtree_alloc_rrange(&mt, &at, V(2), 1, 0, ULONG_MAX, GFP_KERNEL), -EBUSY);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, V(2), 0, 9, &next, GFP_KERNEL), -EBUSY);
	next = 5;
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, V(2), 0, 9, &next, GFP_KERNEL), -EBUSY);
	assert_int_equal(at, 77);
	assert_int_equal(next, 5);
	mtree_destroy(&mt);
}

/* Beyond ULONG_MAX the next number is 0: the allocation after it has gone round. */
static void numbers_go_round(void **state)
{
	unsigned long at, next = ULONG_MAX;

	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, V(1), 0, ULONG_MAX, &next, GFP_KERNEL), 0);
	assert_true(at == ULONG_MAX);
	assert_int_equal(next, 0);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, V(2), 0, ULONG_MAX, &next, GFP_KERNEL), 1);
	assert_int_equal(at, 0);
	assert_int_equal(next, 1);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, V(3), 0, ULONG_MAX, &next, GFP_KERNEL), 0);
	assert_int_equal(at, 1);
	mtree_destroy(&mt);
}

static void trees_without_gaps_give_no_numbers(void **state)
{
	unsigned long at = 0, next = 0;
	DEFINE_MTREE(plain);

	assert_int_equal(mtree_alloc_range(&plain, &at, V(1), 1, 0, 9, GFP_KERNEL), -EINVAL);
	assert_int_equal(mtree_alloc_rrange(&plain, &at, V(1), 1, 0, 9, GFP_KERNEL), -EINVAL);
	assert_int_equal(mtree_alloc_cyclic(&plain, &at, V(1), 0, 9, &next, GFP_KERNEL), -EINVAL);
	assert_true(mtree_empty(&plain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_of_small_trees),
		cmocka_unit_test(windows_of_tall_trees),
		cmocka_unit_test(windows_of_trees_without_gaps),
		cmocka_unit_test(the_whole_word),
		cmocka_unit_test(a_state_in_error_says_so_again),
		cmocka_unit_test(a_paused_state_looks_from_the_root),
		cmocka_unit_test(a_state_that_stands_somewhere_goes_on),
		cmocka_unit_test(a_full_tree_has_no_room),
		cmocka_unit_test(numbers_go_round),
		cmocka_unit_test(trees_without_gaps_give_no_numbers),
	};

	return cmocka_run_group_tests_name("maple_areas", tests, NULL, NULL) != 0;
}
