// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Readers of a tree in RCU mode that stand somewhere while a writer changes it: the next step leads
 * to the next entry of the tree as it is then, wherever the reader stood and whatever was replaced.
 * The kernel's rule (Linux v6.12 lib/maple_tree.c, mas_rewalk_if_dead()): a walk that meets a dead
 * node looks up where it stood, the end of its range when going up, the begin when going down.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "maple/maple_tree.h"

#define V(n)	xa_mk_value(n)
#define ENTRIES	150
#define SPACE	(10 * ENTRIES + 10)

static struct maple_tree mt;
static void *now[SPACE];	/* what the tree holds */

static void store(unsigned long first, unsigned long last, void *entry)
{
	assert_int_equal(mtree_store_range(&mt, first, last, entry, GFP_KERNEL), 0);
	while (first <= last && first < SPACE)
		now[first++] = entry;
}

/* Entry i at [10 i, 10 i + 5], from 1 on. */
static void plant(unsigned int flags)
{
	unsigned long i;

	mt_init_flags(&mt, flags | MT_FLAGS_USE_RCU);
	memset(now, 0, sizeof(now));
	for (i = 1; i <= ENTRIES; i++)
		store(10 * i, 10 * i + 5, V(i));
}

/* --- what the writer does while the reader stands at entry @at ------------------- */

static void write_nothing(unsigned long at)
{
}

static void split_behind(unsigned long at)
{
	store(10 * at + 7, 10 * at + 7, V(1001));
	store(10 * at + 12, 10 * at + 12, V(1002));
}

static void grow_forward(unsigned long at)
{
	store(10 * at, 10 * at + 18, V(at));
}

static void grow_both_ways(unsigned long at)
{
	store(10 * at - 8, 10 * at + 45, V(at));
}

static void erase_it(unsigned long at)
{
	store(10 * at, 10 * at + 5, NULL);
}

static void erase_much(unsigned long at)
{
	unsigned long first = at > 40 ? 10 * (at - 40) : 0;

	store(first, 10 * at + 300, NULL);
}

static void one_entry_for_all(unsigned long at)
{
	store(0, SPACE + 100, V(1003));
}

static void erase_neighbours(unsigned long at)
{
	if (at > 1)
		store(10 * at - 10, 10 * at - 1, NULL);
	store(10 * at + 6, 10 * at + 19, NULL);
}

static void (*const writes[])(unsigned long at) = {
	write_nothing, split_behind, grow_forward, grow_both_ways, erase_it, erase_much,
	one_entry_for_all, erase_neighbours,
};

/* --- the step after it ----------------------------------------------------------- */

/* The entry behind the range that holds @last. */
static void *entry_behind(unsigned long last)
{
	void *here = now[last];

	while (last < SPACE && now[last] == here)
		last++;
	while (last < SPACE && !now[last])
		last++;
	return last < SPACE ? now[last] : NULL;
}

static void *entry_before(unsigned long first)
{
	long at = first;
	void *here = now[at];

	while (at >= 0 && now[at] == here)
		at--;
	while (at >= 0 && !now[at])
		at--;
	return at >= 0 ? now[at] : NULL;
}

static void step_from_everywhere(unsigned int flags, void (*write)(unsigned long at))
{
	unsigned long at;

	/* the last is left out: what the writer stores behind it is no longer looked at */
	for (at = 1; at < ENTRIES - 5; at += at % 7 ? 1 : 5) {
		MA_STATE(up, &mt, 10 * at, 10 * at);
		MA_STATE(down, &mt, 10 * at, 10 * at);

		rcu_read_lock();
		plant(flags);
		assert_ptr_equal(mas_walk(&up), V(at));
		assert_ptr_equal(mas_walk(&down), V(at));
		write(at);
		assert_ptr_equal(mas_next(&up, SPACE - 1), entry_behind(10 * at + 5));
		assert_ptr_equal(mas_prev(&down, 0), entry_before(10 * at));
		mtree_destroy(&mt);
		rcu_read_unlock();
	}
}

static void without_gaps(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		step_from_everywhere(0, writes[i]);
}

static void with_gaps(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		step_from_everywhere(MT_FLAGS_ALLOC_RANGE, writes[i]);
}

/* A whole walk, with a writer in front of each step. */
static void a_walk_meets_each_entry_once(void **state)
{
	MA_STATE(mas, &mt, 0, 0);
	unsigned long met = 0;
	void *entry;

	rcu_read_lock();
	plant(0);
	mas_for_each(&mas, entry, SPACE - 1) {
		assert_ptr_equal(entry, V(++met));
		/* its own leaf is replaced, and one farther on */
		store(mas.last + 1, mas.last + 1, V(2000));
		store(mas.last + 1, mas.last + 1, NULL);
		if (met + 60 < ENTRIES) {
			store(10 * (met + 50) + 7, 10 * (met + 50) + 8, V(2001));
			store(10 * (met + 50) + 7, 10 * (met + 50) + 8, NULL);
		}
	}
	assert_int_equal(met, ENTRIES);
	mtree_destroy(&mt);
	rcu_read_unlock();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_gaps),
		cmocka_unit_test(with_gaps),
		cmocka_unit_test(a_walk_meets_each_entry_once),
	};

	return cmocka_run_group_tests_name("maple_readers", tests, NULL, NULL) != 0;
}
