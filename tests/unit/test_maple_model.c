// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Random stores and erasures, in every kind of tree, against an array that says what each index
 * must hold. After each step the tree is valid; now and then all ways of reading agree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "maple/alloc.h"
#include "maple/maple_tree.h"
#include "tests/unit/maple_nodes.h"

#define INDICES	2048
#define STEPS	1500

struct model {
	struct maple_tree mt;
	void *at[INDICES];
	uint64_t random;
	unsigned long stamp;
	unsigned long longest;		/* range to store */
	unsigned int erase_one_in;
};

static unsigned long next_random(struct model *m)
{
	m->random = m->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return m->random >> 33;
}

static void assert_same_by_load(struct model *m)
{
	unsigned long i;

	for (i = 0; i < INDICES; i++)
		assert_ptr_equal(mtree_load(&m->mt, i), m->at[i]);
	assert_null(mtree_load(&m->mt, ULONG_MAX));
}

static void assert_same_by_iteration(struct model *m)
{
	MA_STATE(mas, &m->mt, 0, 0);
	unsigned long i, seen = 0, present = 0;
	void *entry;

	for (i = 0; i < INDICES; i++)
		present += !!m->at[i];
	mas_lock(&mas);
	mas_for_each(&mas, entry, ULONG_MAX) {
		for (i = mas.index; i <= mas.last; i++, seen++)
			assert_ptr_equal(m->at[i], entry);
	}
	assert_int_equal(seen, present);

	mas_set(&mas, ULONG_MAX);
	for (seen = 0; (entry = mas_prev(&mas, 0)); ) {
		for (i = mas.index; i <= mas.last; i++, seen++)
			assert_ptr_equal(m->at[i], entry);
	}
	assert_int_equal(seen, present);
	mas_unlock(&mas);

	i = 0;
	seen = 0;
	mt_for_each(&m->mt, entry, i, ULONG_MAX) {
		assert_ptr_equal(m->at[i - 1], entry);
		seen++;
	}
	assert_true(seen <= present);
}

/* Entries are never equal, so that the range of one can be told from the array. */
static void *fresh_entry(struct model *m)
{
	return xa_mk_value(++m->stamp);
}

static void erase_somewhere(struct model *m)
{
	unsigned long i = next_random(m) % INDICES, first = i, last = i;
	void *entry = m->at[i];

	assert_ptr_equal(mtree_erase(&m->mt, i), entry);
	if (!entry)
		return;
	while (first && m->at[first - 1] == entry)
		first--;
	while (last < INDICES - 1 && m->at[last + 1] == entry)
		last++;
	for (; first <= last; first++)
		m->at[first] = NULL;
}

static void store_somewhere(struct model *m)
{
	unsigned long first = next_random(m) % INDICES;
	unsigned long last = first + next_random(m) % m->longest, i;
	void *entry = next_random(m) % m->erase_one_in ? fresh_entry(m) : NULL;

	if (last >= INDICES)
		last = INDICES - 1;
	assert_int_equal(mtree_store_range(&m->mt, first, last, entry, GFP_KERNEL), 0);
	/* What is left of a range that was cut in two is two ranges of one entry: make it one. */
	for (i = last + 1; i < INDICES && first && m->at[i] && m->at[i] == m->at[first - 1]; i++)
		;
	if (i > last + 1) {
		void *rest = fresh_entry(m);

		assert_int_equal(mtree_store_range(&m->mt, last + 1, i - 1, rest, GFP_KERNEL), 0);
		while (i-- > last + 1)
			m->at[i] = rest;
	}
	for (i = first; i <= last; i++)
		m->at[i] = entry;
}

static void run(unsigned int flags, unsigned long seed)
{
	static const unsigned long lengths[] = { 1, 4, 40, 400 };
	struct model m = {
		.random = seed, .longest = lengths[seed % 4], .erase_one_in = 2 + seed % 5,
	};
	unsigned int step;

	mt_init_flags(&m.mt, flags);
	for (step = 0; step < STEPS; step++) {
		if (next_random(&m) % 6)
			store_somewhere(&m);
		else
			erase_somewhere(&m);
		assert_whole(&m.mt);
		if (step % 300 == 0) {
			assert_same_by_load(&m);
			assert_same_by_iteration(&m);
		}
	}
	assert_same_by_load(&m);
	assert_same_by_iteration(&m);
	mtree_destroy(&m.mt);
	assert_true(mtree_empty(&m.mt));
	rcu_barrier();
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static void run_seeds(unsigned int flags)
{
	unsigned long seed;

	for (seed = 1; seed <= 8; seed++)
		run(flags, seed);
}

static void range_tree(void **state)
{
	run_seeds(0);
}

static void alloc_tree(void **state)
{
	run_seeds(MT_FLAGS_ALLOC_RANGE);
}

static void range_tree_rcu(void **state)
{
	run_seeds(MT_FLAGS_USE_RCU);
}

static void alloc_tree_rcu(void **state)
{
	run_seeds(MT_FLAGS_ALLOC_RANGE | MT_FLAGS_USE_RCU);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(range_tree),
		cmocka_unit_test(alloc_tree),
		cmocka_unit_test(range_tree_rcu),
		cmocka_unit_test(alloc_tree_rcu),
	};

	return cmocka_run_group_tests_name("maple_model", tests, NULL, NULL) != 0;
}
