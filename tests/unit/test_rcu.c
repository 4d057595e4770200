// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Grace periods wait for exactly the readers that were there when they began. */
#include "model/rcu.h"
#include "tests/unit/model_world.h"

static struct tv_rcu_head heads[2];
static int nr_called;

static void call(struct tv_rcu_head *head)
{
	nr_called++;
}

static struct tv_actor actors[TV_RCU_READERS + 4];

static struct tv_world *begin(void)
{
	struct tv_world *world = model_world(-1);
	size_t i;

	for (i = 0; i < sizeof(actors) / sizeof(actors[0]); i++)
		actors[i] = (struct tv_actor){
			.world = world, .cpu = &world->cpus[0], .name = "reader",
		};
	nr_called = 0;
	return world;
}

static void enter(int actor)
{
	tv_current = &actors[actor];
	tv_rcu_enter(TV_SITE());
}

static void leave(int actor)
{
	tv_current = &actors[actor];
	tv_rcu_leave(TV_SITE());
}

static void waits_for_earlier_readers_only(void **state)
{
	struct tv_world *world = begin();

	enter(0);
	tv_rcu_call(TV_RCU, &heads[0], call, TV_SITE());
	enter(1);
	tv_rcu_call(TV_RCU, &heads[1], call, TV_SITE());
	assert_false(tv_rcu_is_due(world, TV_RCU));
	leave(0);
	assert_true(tv_rcu_is_due(world, TV_RCU));
	tv_rcu_run(world, TV_RCU);
	assert_int_equal(nr_called, 1);
	/* the second was queued with a reader under way that the first did not have */
	assert_false(tv_rcu_is_due(world, TV_RCU));
	leave(1);
	assert_true(tv_rcu_is_due(world, TV_RCU));
	tv_rcu_run(world, TV_RCU);
	assert_int_equal(nr_called, 2);
	assert_false(tv_rcu_is_due(world, TV_RCU));
	model_world_end(world);
}

static void nested_sections_are_one(void **state)
{
	struct tv_world *world = begin();

	enter(0);
	enter(0);
	tv_rcu_call(TV_RCU, &heads[0], call, TV_SITE());
	leave(0);
	assert_false(tv_rcu_is_due(world, TV_RCU));
	/* to enter again inside of it begins nothing new */
	enter(0);
	leave(0);
	assert_false(tv_rcu_is_due(world, TV_RCU));
	leave(0);
	assert_true(tv_rcu_is_due(world, TV_RCU));
	model_world_end(world);
}

/* A sleepable program may be an RCU reader as well: each kind by itself. */
static void one_reader_of_both_kinds(void **state)
{
	struct tv_world *world = begin();

	tv_current = &actors[0];
	tv_rcu_trace_enter();
	enter(0);
	tv_rcu_call(TV_RCU, &heads[0], call, TV_SITE());
	tv_rcu_call(TV_RCU_TASKS_TRACE, &heads[1], call, TV_SITE());
	leave(0);
	assert_true(tv_rcu_is_due(world, TV_RCU));
	assert_false(tv_rcu_is_due(world, TV_RCU_TASKS_TRACE));
	tv_rcu_trace_leave(TV_SITE());
	assert_true(tv_rcu_is_due(world, TV_RCU_TASKS_TRACE));
	model_world_end(world);
}

/* Who has left is forgotten: there is room for those who come. */
static void many_readers_one_after_the_other(void **state)
{
	struct tv_world *world = begin();
	int i;

	for (i = 0; i < TV_RCU_READERS + 3; i++) {
		enter(i);
		leave(i);
	}
	enter(i);
	tv_rcu_call(TV_RCU, &heads[0], call, TV_SITE());
	assert_false(tv_rcu_is_due(world, TV_RCU));
	leave(i);
	assert_true(tv_rcu_is_due(world, TV_RCU));
	model_world_end(world);
}

static void left_without_entering(void **state)
{
	struct tv_world *world = begin();

	leave(0);
	assert_int_equal(world->hazards, 1);
	assert_int_equal(world->hazard.kind, TV_HAZARD_UNBALANCED);
	assert_int_equal(actors[0].rcu_depth, 0);
	model_world_end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_for_earlier_readers_only),
		cmocka_unit_test(nested_sections_are_one),
		cmocka_unit_test(one_reader_of_both_kinds),
		cmocka_unit_test(many_readers_one_after_the_other),
		cmocka_unit_test(left_without_entering),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
