// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Random episodes on our tree, of which is known what the kernel's tree does: each call returns the
 * same and leaves its state in the same place, and the trees have the same nodes and gaps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <urcu/urcu-memb.h>

#include "tests/differential/episode_digest.h"
#include "tests/unit/maple_episodes.h"

static int init(void **state)
{
	urcu_memb_register_thread();
	side_ours.init();
	return 0;
}

static void run(const struct recorded_episode *recorded)
{
	struct episode_digest digest;
	struct episode episode;

	episode_make(&episode, recorded->number, RECORDED_CALLS);
	digest = episode_digest(&side_ours, &episode);
	episode_free(&episode);
	if (digest.broken)
		fail_msg("episode %lu: the tree is broken: %s", recorded->number, digest.broken);
	if (digest.trees != recorded->trees)
		fail_msg("episode %lu: the trees are not the kernel's", recorded->number);
	if (digest.calls != recorded->calls)
		fail_msg("episode %lu: the calls' results are not the kernel's", recorded->number);
}

/* Those of one kind of tree, by its flags: they are the last two bits of an episode's number. */
static void run_kind(unsigned int flags)
{
	const struct recorded_episode *e;
	unsigned int ran = 0;

	for (e = recorded_episodes; e < recorded_episodes + NR_RECORDED; e++) {
		if ((e->number & 3) != flags)
			continue;
		run(e);
		ran++;
	}
	assert_true(ran >= 5);
	urcu_memb_barrier();
	assert_int_equal(side_ours.live(), 0);
}

static void range_tree(void **state)
{
	run_kind(0);
}

static void alloc_tree(void **state)
{
	run_kind(1);
}

static void range_tree_rcu(void **state)
{
	run_kind(2);
}

static void alloc_tree_rcu(void **state)
{
	run_kind(3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(range_tree),
		cmocka_unit_test(alloc_tree),
		cmocka_unit_test(range_tree_rcu),
		cmocka_unit_test(alloc_tree_rcu),
	};

	return cmocka_run_group_tests_name("maple_episodes", tests, init, NULL) != 0;
}
