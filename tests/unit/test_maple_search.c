// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The ways of searching a node, and of going down, against each other: they differ in speed alone.
 * And walks that meet a dead node, which begin again until the writer is through.
 *
 * maple/walk.c is compiled in, so that the test may choose the way.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "maple/walk.c"

#define V(n)	xa_mk_value(n)

/* --- one node ------------------------------------------------------------------- */

/* A node whose pivots rise by @step from @first on, @used of them; what is behind is 0. */
static struct maple_node make_node(unsigned int used, unsigned long first, unsigned long step)
{
	struct maple_node node = { 0 };
	unsigned int i;

	for (i = 0; i < used; i++)
		node.mr64.pivot[i] = first + i * step;
	return node;
}

#ifdef MA_SEARCH_AVX2
MA_AVX2 static void same_slot_avx2(const struct maple_node *node, enum maple_type type,
				   unsigned long index, unsigned long slot)
{
	assert_int_equal(ma_search_avx2(node, type, ma_key_avx2(index)), slot);
}
#endif

static void same_slot(const struct maple_node *node, enum maple_type type, unsigned long index)
{
	unsigned long slot = ma_search_stop(node, type, index);

	assert_int_equal(ma_search(node, type, index), slot);
#ifdef MA_SEARCH_AVX2
	if (has_avx2)
		same_slot_avx2(node, type, index, slot);
#endif
}

/* The last pivot in use stands for the node's maximum: no index is above it, unless all are used. */
static void every_search_finds_the_same_slot(void **state)
{
	static const enum maple_type types[] = { maple_leaf_64, maple_range_64, maple_arange_64 };
	static const unsigned long firsts[] = { 0, 1, 7, LONG_MAX - 20UL, ULONG_MAX - 300 };
	unsigned int used, f, t;

	for (t = 0; t < 3; t++)
		for (f = 0; f < 5; f++)
			for (used = 1; used <= ma_nr_pivots(types[t]); used++) {
				struct maple_node node = make_node(used, firsts[f], 4);
				unsigned long top = node.mr64.pivot[used - 1], index;

				for (index = firsts[f] ? firsts[f] - 1 : 0; index <= top; index++)
					same_slot(&node, types[t], index);
				if (used == ma_nr_pivots(types[t]))
					same_slot(&node, types[t], ULONG_MAX);
			}
}

/* --- the whole way --------------------------------------------------------------- */

static struct maple_tree mt;

/* Entry i at [10 i, 10 i + 5], until the tree is as high as asked for. Returns how many. */
static unsigned long plant(unsigned int flags, unsigned int height)
{
	unsigned long i;

	mt_init_flags(&mt, flags);
	for (i = 0; mt_height(&mt) < height; i++)
		assert_int_equal(mtree_store_range(&mt, 10 * i, 10 * i + 5, V(i), GFP_KERNEL), 0);
	return i;
}

static void assert_found(unsigned long index, unsigned long count)
{
	unsigned long entry = index / 10, at = index, last = entry * 10 + 5;
	bool hole = index % 10 > 5 || entry >= count;
	MA_STATE(mas, &mt, index, index);
	void *found = mtree_load(&mt, index);

	assert_ptr_equal(found, hole ? NULL : V(entry));
	assert_ptr_equal(mas_walk(&mas), found);
	if (!hole) {
		assert_int_equal(mas.index, entry * 10);
		assert_int_equal(mas.last, last);
	} else if (entry + 1 < count) {
		assert_int_equal(mas.index, last + 1);
		assert_int_equal(mas.last, last + 4);
	}
	assert_ptr_equal(mt_find(&mt, &at, ULONG_MAX),
			 !hole ? V(entry) : entry + 1 < count ? V(entry + 1) : NULL);
}

static void look_everywhere(unsigned int flags, unsigned int height)
{
	unsigned long count = plant(flags, height), i;

	for (i = 0; i < 10 * count + 20; i += 1 + (i % 10 == 0 ? 4 : 0) + count / 300 * 10)
		assert_found(i, count);
	mtree_destroy(&mt);
}

/* Low trees are searched in one way, high ones in another of two, of which one needs the processor. */
static void every_way_leads_down(void **state)
{
	static const unsigned int flags[] = { 0, MT_FLAGS_ALLOC_RANGE };
	unsigned int f, height;

	for (f = 0; f < 2; f++)
		for (height = 1; height <= MA_LOW_TREE + 1; height++) {
			look_everywhere(flags[f], height);
#ifdef MA_SEARCH_AVX2
			bool kept = has_avx2;

			has_avx2 = false;
			look_everywhere(flags[f], height);
			has_avx2 = kept;
#endif
		}
}

/* --- dead nodes ------------------------------------------------------------------- */

/* A node that is dead for a while: a thread mends it when the one that walks has spent some time. */
struct dead {
	struct maple_node *node;
	struct maple_pnode *parent;
	clockid_t walker;
	pthread_t thread;
};

static long long spent(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void *mend(void *arg)
{
	struct dead *dead = arg;
	long long begin = spent(dead->walker), give_up = spent(CLOCK_MONOTONIC) + 5000000000LL;

	while (spent(dead->walker) < begin + 1000000 && spent(CLOCK_MONOTONIC) < give_up)
		sched_yield();
	ma_set_parent(dead->node, dead->parent);
	return NULL;
}

static void die(struct dead *dead, struct maple_node *node)
{
	dead->node = node;
	dead->parent = node->parent;
	assert_int_equal(pthread_getcpuclockid(pthread_self(), &dead->walker), 0);
	ma_mark_dead(node);
	assert_int_equal(pthread_create(&dead->thread, NULL, mend, dead), 0);
}

/* What was found before the thread is through was found by a walk that met no dead node. */
static void rise(struct dead *dead)
{
	assert_false(ma_dead_node(dead->node));
	assert_int_equal(pthread_join(dead->thread, NULL), 0);
}

static struct maple_node *node_at(unsigned int depth)
{
	struct maple_enode *enode = mte_safe_root(mt.ma_root);

	while (depth--)
		enode = ma_slots(mte_to_node(enode), mte_node_type(enode))[0];
	return mte_to_node(enode);
}

static void walks_outlast_dead_nodes(unsigned int flags, unsigned int height)
{
	unsigned int depth;

	plant(flags, height);
	for (depth = 0; depth < height; depth++) {
		MA_STATE(mas, &mt, 21, 21);
		unsigned long at = 11;
		struct dead dead;

		die(&dead, node_at(depth));
		assert_ptr_equal(mtree_load(&mt, 21), V(2));
		rise(&dead);
		die(&dead, node_at(depth));
		assert_ptr_equal(mas_walk(&mas), V(2));
		rise(&dead);
		die(&dead, node_at(depth));
		assert_ptr_equal(mt_find(&mt, &at, ULONG_MAX), V(1));
		rise(&dead);
	}
	mtree_destroy(&mt);
}

static void a_dead_node_is_met_again_until_it_is_replaced(void **state)
{
	walks_outlast_dead_nodes(0, 3);
	walks_outlast_dead_nodes(MT_FLAGS_ALLOC_RANGE, MA_LOW_TREE + 1);
#ifdef MA_SEARCH_AVX2
	bool kept = has_avx2;

	has_avx2 = false;
	walks_outlast_dead_nodes(0, MA_LOW_TREE + 1);
	has_avx2 = kept;
#endif
}

/* A state that does not stand on a node: a walk for a place that is known has nothing to say. */
static void a_state_without_a_place_stays_so(void **state)
{
	static const enum maple_status statuses[] = { ma_none, ma_root, ma_pause, ma_error };
	unsigned int i;

	plant(0, 2);
	for (i = 0; i < 4; i++) {
		MA_STATE(mas, &mt, 21, 21);

		mas.status = statuses[i];
		assert_null(mas_state_walk(&mas));
		assert_null(mas_start(&mas));
		assert_int_equal(mas.status, statuses[i]);
		assert_null(mas.node);
	}
	mtree_destroy(&mt);
}

static void a_state_at_the_root_goes_down(void **state)
{
	MA_STATE(mas, &mt, 21, 21);
	struct dead dead;

	plant(0, 3);
	assert_null(mas_start(&mas));
	assert_int_equal(mas.status, ma_active);
	assert_ptr_equal(mas_state_walk(&mas), V(2));
	/* where the way on is dead, it begins at the root */
	mas_set(&mas, 31);
	mas_start(&mas);
	die(&dead, node_at(2));
	assert_ptr_equal(mas_state_walk(&mas), V(3));
	rise(&dead);
	mas_set(&mas, 41);
	die(&dead, node_at(0));
	mas_start(&mas);
	rise(&dead);
	assert_ptr_equal(mas_mn(&mas), node_at(0));
	mtree_destroy(&mt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_search_finds_the_same_slot),
		cmocka_unit_test(every_way_leads_down),
		cmocka_unit_test(a_dead_node_is_met_again_until_it_is_replaced),
		cmocka_unit_test(a_state_without_a_place_stays_so),
		cmocka_unit_test(a_state_at_the_root_goes_down),
	};

	return cmocka_run_group_tests_name("maple_search", tests, NULL, NULL) != 0;
}
