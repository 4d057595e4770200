// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* irq_work, by the rules of Linux v6.12 kernel/irq_work.c. */
#include "model/irq_work.h"
#include "tests/unit/model_world.h"

static struct irq_work works[3];
static struct irq_work *ran[8];
static int nr_ran;
static bool busy_inside, pending_inside, requeue;

static void note(struct irq_work *work)
{
	ran[nr_ran++] = work;
	busy_inside = tv_irq_work_is_busy(work);
	pending_inside = work->pending;
	if (requeue) {
		requeue = false;
		assert_true(tv_irq_work_queue(work, TV_SITE()));
	}
}

static struct tv_world *begin(void)
{
	int i;

	for (i = 0; i < 3; i++)
		works[i] = (struct irq_work){ .fn = note };
	nr_ran = 0;
	requeue = false;
	return model_world(-1);
}

static void newest_first(void **state)
{
	struct tv_world *world = begin();
	struct tv_cpu *cpu = tv_current->cpu;
	int i;

	assert_false(tv_irq_work_is_due(cpu));
	for (i = 0; i < 3; i++)
		assert_true(tv_irq_work_queue(&works[i], TV_SITE()));
	assert_true(tv_irq_work_is_due(cpu));
	tv_irq_work_run(cpu);
	assert_false(tv_irq_work_is_due(cpu));
	assert_int_equal(nr_ran, 3);
	for (i = 0; i < 3; i++)
		assert_ptr_equal(ran[i], &works[2 - i]);
	model_world_end(world);
}

static void queued_once(void **state)
{
	struct tv_world *world = begin();

	assert_true(tv_irq_work_queue(&works[0], TV_SITE()));
	assert_false(tv_irq_work_queue(&works[0], TV_SITE()));
	tv_irq_work_run(tv_current->cpu);
	assert_int_equal(nr_ran, 1);
	model_world_end(world);
}

/* Its function can queue it again, but a slot that is busy stays so until it returns. */
static void busy_while_it_runs(void **state)
{
	struct tv_world *world = begin();

	assert_false(tv_irq_work_is_busy(&works[0]));
	tv_irq_work_queue(&works[0], TV_SITE());
	assert_true(tv_irq_work_is_busy(&works[0]));
	tv_irq_work_run(tv_current->cpu);
	assert_true(busy_inside);
	assert_false(pending_inside);
	assert_false(tv_irq_work_is_busy(&works[0]));
	model_world_end(world);
}

static void queued_by_its_own_function(void **state)
{
	struct tv_world *world = begin();
	struct tv_cpu *cpu = tv_current->cpu;

	requeue = true;
	tv_irq_work_queue(&works[0], TV_SITE());
	tv_irq_work_run(cpu);
	assert_int_equal(nr_ran, 1);
	assert_true(tv_irq_work_is_busy(&works[0]));
	assert_true(tv_irq_work_is_due(cpu));
	tv_irq_work_run(cpu);
	assert_int_equal(nr_ran, 2);
	assert_false(tv_irq_work_is_busy(&works[0]));
	model_world_end(world);
}

/* Of the CPU that queued it, and of no other. */
static void stays_on_its_cpu(void **state)
{
	struct tv_world *world = begin();
	struct tv_actor other = { .world = world, .cpu = &world->cpus[2], .name = "other" };

	tv_current = &other;
	tv_irq_work_queue(&works[0], TV_SITE());
	tv_irq_work_run(&world->cpus[0]);
	assert_int_equal(nr_ran, 0);
	tv_irq_work_run(&world->cpus[2]);
	assert_int_equal(nr_ran, 1);
	model_world_end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newest_first),
		cmocka_unit_test(queued_once),
		cmocka_unit_test(busy_while_it_runs),
		cmocka_unit_test(queued_by_its_own_function),
		cmocka_unit_test(stays_on_its_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
