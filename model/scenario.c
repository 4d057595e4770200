// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A scenario in memory: looked up, made into a world, given back. */
#include <stdlib.h>
#include <string.h>
#include "model/scenario.h"
#include "model/task.h"

const struct tv_task_plan *tv_scenario_task(const struct tv_scenario *scenario, int pid)
{
	unsigned int i;

	for (i = 0; i < scenario->nr_tasks; i++) {
		if (scenario->tasks[i].task->pid == pid)
			return &scenario->tasks[i];
	}
	return NULL;
}

const struct tv_expectation *tv_scenario_expectation(const struct tv_scenario *scenario,
						     const char *design)
{
	unsigned int i;

	for (i = 0; i < scenario->nr_expect; i++) {
		if (!strcmp(scenario->expect[i].design, design))
			return &scenario->expect[i];
	}
	return NULL;
}

/* The plan's VMAs in the empty tree of @mm. */
static int populate_mm(const struct tv_task_plan *plan, struct mm_struct *mm)
{
	struct vm_area_struct *vmas[TV_SCENARIO_VMAS];
	unsigned int nr;
	int err = 0;

	for (nr = 0; !err && nr < plan->nr_vmas; nr += !err)
		err = tv_vma_create(mm, &plan->vmas[nr], &vmas[nr]);
	if (!err)
		err = tv_mm_load(mm, vmas, nr);
	while (err && nr)
		tv_vma_destroy(vmas[--nr]);
	return err;
}

static int populate_task(const struct tv_task_plan *plan, struct tv_world *world)
{
	struct task_struct *task;
	struct mm_struct *mm;
	int err;

	err = tv_task_create(world, plan->task->pid, plan->task->comm, &task);
	if (err)
		return err;
	task->tgid = plan->task->tgid;
	task->flags = plan->task->flags;
	if (!plan->task->mm)
		return 0;
	if (plan->mm_of) {
		task->mm = tv_world_find_task(world, plan->mm_of->task->pid)->mm;
		mmget(task->mm);
		return 0;
	}
	err = tv_mm_create(world, &mm);
	if (err)
		return err;
	err = populate_mm(plan, mm);
	if (err) {
		mmput(mm);
		return err;
	}
	tv_task_set_mm(task, mm);
	tv_mmap_lock_set_state(mm, plan->mmap_lock);
	return 0;
}

int tv_scenario_populate(const struct tv_scenario *scenario, struct tv_world *world)
{
	unsigned int i;
	int err = 0;

	tv_current = &world->kernel;
	world->limits = scenario->space->limits;
	world->faults = scenario->faults;
	for (i = 0; !err && i < scenario->nr_tasks; i++)
		err = populate_task(&scenario->tasks[i], world);
	return err;
}

/* Walks can hold walks, TV_SCENARIO_DEPTH deep. */
static void free_inside(struct tv_action *actions, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		free_inside(actions[i].inside, actions[i].nr_inside);
		free(actions[i].inside);
	}
}

void tv_scenario_destroy(struct tv_scenario *scenario)
{
	struct tv_actor *current = tv_current;
	unsigned int i;

	if (!scenario)
		return;
	for (i = 0; i < scenario->nr_actors; i++)
		free_inside(scenario->actors[i].actions, scenario->actors[i].nr);
	/* giving the space back is done as its own kernel actor */
	tv_world_destroy(scenario->space);
	tv_current = current;
	free(scenario);
}
