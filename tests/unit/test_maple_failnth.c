// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Every allocation of every kind of store fails once: the first, the second, and so on until the
 * store needs no more. Each time the tree must be whole and either as before or as asked for, and
 * at the end no node may be left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "maple/alloc.h"
#include "maple/maple_tree.h"
#include "tests/unit/maple_nodes.h"

#define SPACE 600		/* indices in use: a tree of three levels */
#define OPS_A_TREE 400
#define MAX_NTH 200		/* no store needs as many allocations */

/* --- what the tree should hold --- */

struct model {
	void *at[SPACE];
};

static void model_store(struct model *model, unsigned long first, unsigned long last, void *entry)
{
	for (unsigned long i = first; i <= last; i++)
		model->at[i] = entry;
}

static bool model_free(const struct model *model, unsigned long first, unsigned long last)
{
	for (unsigned long i = first; i <= last; i++)
		if (model->at[i])
			return false;
	return true;
}

/* Everything but the last index; SPACE - 1 bounds the tree and stays empty. */
static bool tree_is(struct maple_tree *mt, const struct model *model)
{
	static struct model seen;
	MA_STATE(mas, mt, 0, 0);
	void *entry;

	memset(&seen, 0, sizeof(seen));
	rcu_read_lock();
	mas_for_each(&mas, entry, ULONG_MAX) {
		if (mas.last >= SPACE) {
			rcu_read_unlock();
			return false;
		}
		model_store(&seen, mas.index, mas.last, entry);
	}
	rcu_read_unlock();
	return !memcmp(&seen, model, sizeof(seen));
}

/* Outside RCU mode a node given up is free at once, so the count is exact after each call. */
static void assert_no_leak(struct maple_tree *mt)
{
	if (mt_in_rcu(mt))
		rcu_barrier();
	assert_int_equal(tv_maple_nodes_live(), nodes_of(mt));
}

/* --- the stores --- */

struct job {
	unsigned long first, last;
	void *entry;		/* NULL erases; no two jobs store the same */
};

/* Each does the job on the tree, or nothing, and tells which; the second updates the model. */
struct store {
	const char *name;
	int (*run)(struct maple_tree *mt, const struct job *job);
	void (*expect)(struct model *model, const struct job *job);
};

static void expect_range(struct model *model, const struct job *job)
{
	model_store(model, job->first, job->last, job->entry);
}

static int run_store_range(struct maple_tree *mt, const struct job *job)
{
	return mtree_store_range(mt, job->first, job->last, job->entry, GFP_KERNEL);
}

static int run_insert_range(struct maple_tree *mt, const struct job *job)
{
	int err = mtree_insert_range(mt, job->first, job->last, job->entry, GFP_KERNEL);

	return err == -EEXIST ? 0 : err;
}

static void expect_insert(struct model *model, const struct job *job)
{
	if (model_free(model, job->first, job->last))
		expect_range(model, job);
}

static int run_store_gfp(struct maple_tree *mt, const struct job *job)
{
	MA_STATE(mas, mt, job->first, job->last);
	int err;

	mtree_lock(mt);
	err = mas_store_gfp(&mas, job->entry, GFP_KERNEL);
	mas_destroy(&mas);
	mtree_unlock(mt);
	return err;
}

/* mas_nomem() says to try again while it gets any node at all: with none to be had, for ever. */
static int run_nomem_loop(struct maple_tree *mt, const struct job *job)
{
	MA_STATE(mas, mt, job->first, job->last);
	int err, tries = 4;

	mtree_lock(mt);
	do
		mas_store(&mas, job->entry);
	while (mas_nomem(&mas, GFP_KERNEL) && --tries);
	if (!tries)
		mas_store(&mas, job->entry);
	err = mas_is_err(&mas) ? xa_err(mas.node) : 0;
	mas_destroy(&mas);
	mtree_unlock(mt);
	return err;
}

/* Once the memory is reserved nothing may be asked for any more. */
static int run_prealloc(struct maple_tree *mt, const struct job *job)
{
	MA_STATE(mas, mt, job->first, job->last);
	int err;

	mtree_lock(mt);
	err = mas_preallocate(&mas, job->entry, GFP_KERNEL);
	if (!err) {
		tv_maple_fail_nth(1);
		mas_store_prealloc(&mas, job->entry);
		assert_int_equal(tv_maple_fail_asked(), 0);
	}
	mas_destroy(&mas);
	mtree_unlock(mt);
	return err;
}

static int run_prealloc_drop(struct maple_tree *mt, const struct job *job)
{
	MA_STATE(mas, mt, job->first, job->last);
	int err;

	mtree_lock(mt);
	err = mas_preallocate(&mas, job->entry, GFP_KERNEL);
	mas_destroy(&mas);
	mtree_unlock(mt);
	return err;
}

static void expect_nothing(struct model *model, const struct job *job)
{
}

/* A failed erase says so by its state; mtree_erase() can only be judged by the tree. */
static int run_mas_erase(struct maple_tree *mt, const struct job *job)
{
	MA_STATE(mas, mt, job->first, job->first);
	int err;

	mtree_lock(mt);
	mas_erase(&mas);
	err = mas_is_err(&mas) ? xa_err(mas.node) : 0;
	mas_destroy(&mas);
	mtree_unlock(mt);
	return err;
}

static int run_mtree_erase(struct maple_tree *mt, const struct job *job)
{
	mtree_erase(mt, job->first);
	return mtree_load(mt, job->first) ? -ENOMEM : 0;
}

/* Erasing takes the whole range of the entry: neighbours that are equal are one entry. */
static void expect_erase(struct model *model, const struct job *job)
{
	void *victim = model->at[job->first];
	unsigned long first = job->first, last = job->first;

	while (victim && first && model->at[first - 1] == victim)
		first--;
	while (victim && last + 1 < SPACE && model->at[last + 1] == victim)
		last++;
	model_store(model, first, last, NULL);
}

static int run_bulk(struct maple_tree *mt, const struct job *job)
{
	MA_STATE(mas, mt, 0, 0);
	struct maple_tree copy;
	unsigned long count = 100;
	int err;

	/* Into a tree of its own: a bulk load wants an empty one. */
	mt_init_flags(&copy, mt->ma_flags & (MT_FLAGS_ALLOC_RANGE));
	mas_init(&mas, &copy, 0);
	mtree_lock(&copy);
	err = mas_expected_entries(&mas, count);
	for (unsigned long i = 0; !err && i < count; i++) {
		mas.index = 3 * i;
		mas.last = 3 * i + 1;
		mas_store(&mas, xa_mk_value(i));
		err = mas_is_err(&mas) ? xa_err(mas.node) : 0;
	}
	mas_destroy(&mas);
	mtree_unlock(&copy);
	assert_whole(&copy);
	mtree_destroy(&copy);
	return err;
}

static int run_dup(struct maple_tree *mt, const struct job *job)
{
	struct maple_tree copy;
	int err;

	mt_init_flags(&copy, mt->ma_flags & ~MT_FLAGS_HEIGHT_MASK);
	err = mtree_dup(mt, &copy, GFP_KERNEL);
	if (err)
		assert_true(mtree_empty(&copy));
	assert_whole(&copy);
	mtree_destroy(&copy);
	return err;
}

static const struct store stores[] = {
	{ "mtree_store_range", run_store_range, expect_range },
	{ "mtree_insert_range", run_insert_range, expect_insert },
	{ "mas_store_gfp", run_store_gfp, expect_range },
	{ "mas_store, mas_nomem", run_nomem_loop, expect_range },
	{ "mas_preallocate, mas_store_prealloc", run_prealloc, expect_range },
	{ "mas_preallocate, mas_destroy", run_prealloc_drop, expect_nothing },
	{ "mas_erase", run_mas_erase, expect_erase },
	{ "mtree_erase", run_mtree_erase, expect_erase },
	{ "mas_expected_entries", run_bulk, expect_nothing },
	{ "mtree_dup", run_dup, expect_nothing },
};
#define NR_STORES (sizeof(stores) / sizeof(stores[0]))

/* --- the test --- */

static unsigned long roll(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

static struct job pick_job(uint64_t *dice, unsigned long number)
{
	struct job job;

	job.first = roll(dice) % (SPACE - 1);
	job.last = job.first + roll(dice) % (roll(dice) % 12 ? 4 : 300);
	if (job.last > SPACE - 2)
		job.last = SPACE - 2;
	job.entry = roll(dice) % 4 ? xa_mk_value(number) : NULL;
	return job;
}

/* Fails the 1st, 2nd, ... allocation of one store until it works. Returns how many failed. */
static unsigned int fail_each(struct maple_tree *mt, const struct store *store,
			      const struct job *job, struct model *model)
{
	struct model after = *model;
	int err;

	store->expect(&after, job);
	for (unsigned int nth = 1; nth < MAX_NTH; nth++) {
		tv_maple_fail_nth(nth);
		err = store->run(mt, job);
		tv_maple_fail_nth(0);
		assert_whole(mt);
		assert_no_leak(mt);
		if (err) {
			assert_int_equal(err, -ENOMEM);
			if (!tree_is(mt, model))
				fail_msg("%s %lu-%lu failed and changed the tree", store->name,
					 job->first, job->last);
			continue;
		}
		if (!tree_is(mt, &after))
			fail_msg("%s %lu-%lu is not what the tree holds", store->name, job->first,
				 job->last);
		*model = after;
		return nth - 1;
	}
	fail_msg("%s never stops failing", store->name);
	return 0;
}

static void fail_everywhere(unsigned int flags, unsigned int ops)
{
	static struct model model;
	struct maple_tree mt;
	uint64_t dice = flags + 1;
	unsigned int failed[NR_STORES] = { 0 };

	memset(&model, 0, sizeof(model));
	mt_init_flags(&mt, flags);
	for (unsigned int i = 0; i < ops; i++) {
		/* Mostly filling first, so that there is a tree to fail in. */
		size_t which = i < 60 ? i % 5 : i % NR_STORES;
		struct job job = pick_job(&dice, i + 1);

		if (stores[which].expect == expect_insert || i < 60)
			job.entry = xa_mk_value(i + 1);
		failed[which] += fail_each(&mt, &stores[which], &job, &model);
	}
	mtree_destroy(&mt);
	rcu_barrier();
	assert_int_equal(tv_maple_nodes_live(), 0);
	for (size_t i = 0; i < NR_STORES; i++)
		if (!failed[i] && stores[i].run != run_mas_erase && stores[i].run != run_mtree_erase)
			fail_msg("%s was never made to fail", stores[i].name);
}

static void test_range(void **state)
{
	fail_everywhere(0, OPS_A_TREE);
}

static void test_alloc_range(void **state)
{
	fail_everywhere(MT_FLAGS_ALLOC_RANGE, OPS_A_TREE);
}

/* Fewer: each step waits for a grace period. */
static void test_range_rcu(void **state)
{
	fail_everywhere(MT_FLAGS_USE_RCU, OPS_A_TREE / 4);
}

static void test_alloc_range_rcu(void **state)
{
	fail_everywhere(MT_FLAGS_ALLOC_RANGE | MT_FLAGS_USE_RCU, OPS_A_TREE / 4);
}

/* Allocations of gaps: a failed one leaves @next and the tree alone. */
static void test_alloc_gaps(void **state)
{
	struct maple_tree mt;
	unsigned long next = 5, before = 5, at;

	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE);
	for (unsigned long i = 0; i < 200; i++) {
		int err = -ENOMEM;

		for (unsigned int nth = 1; err && nth < MAX_NTH; nth++) {
			unsigned long had = nodes_of(&mt);

			tv_maple_fail_nth(nth);
			switch (i % 3) {
			case 0:
				err = mtree_alloc_range(&mt, &at, &mt, 3, 10, 100000, GFP_KERNEL);
				break;
			case 1:
				err = mtree_alloc_rrange(&mt, &at, &mt, 3, 10, 100000, GFP_KERNEL);
				break;
			default:
				before = next;
				err = mtree_alloc_cyclic(&mt, &at, &mt, 5, 200000, &next, GFP_KERNEL);
				if (err)
					assert_int_equal(next, before);
			}
			tv_maple_fail_nth(0);
			assert_true(!err || err == -ENOMEM);
			assert_whole(&mt);
			assert_no_leak(&mt);
			if (err)
				assert_int_equal(nodes_of(&mt), had);
			else
				assert_ptr_equal(mtree_load(&mt, at), &mt);
		}
		assert_int_equal(err, 0);
	}
	mtree_destroy(&mt);
	rcu_barrier();
	assert_int_equal(tv_maple_nodes_live(), 0);
}

static int use_failing_allocator(void **state)
{
	return tv_maple_set_allocator(&tv_maple_failing_ops);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_alloc_range),
		cmocka_unit_test(test_range_rcu),
		cmocka_unit_test(test_alloc_range_rcu),
		cmocka_unit_test(test_alloc_gaps),
	};

	return cmocka_run_group_tests_name("maple: every allocation fails", tests,
					   use_failing_allocator, NULL) != 0;
}
