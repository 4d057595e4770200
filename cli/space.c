// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A world of one task, to be written as a fixture. */
#include <errno.h>
#include <limits.h>
#include "cli/space.h"
#include "model/task.h"

static void settle_task_size(struct tv_space_limits *limits, const struct cli_space *space, unsigned long end)
{
	limits->task_size = space->limits.task_size ? space->limits.task_size
						    : tv_fitting_task_size(limits->page_size, end);
}

static int create_mm(const struct cli_space *space, struct task_struct *task)
{
	struct tv_space_limits *limits = &task->tv_world->limits;
	struct tv_vma_list vmas = { 0 };
	struct mm_struct *mm;
	int err;

	err = tv_mm_create(task->tv_world, &mm);
	if (err)
		return err;
	/* the task's teardown is the mm's */
	tv_task_set_mm(task, mm);
	settle_task_size(limits, space, ULONG_MAX);
	err = space->fill(space->arg, mm, &vmas);
	settle_task_size(limits, space, vmas.nr ? vmas.vmas[vmas.nr - 1]->vm_end : 0);
	if (!err)
		err = tv_vma_list_load(&vmas, mm);
	tv_vma_list_fini(&vmas);
	return err;
}

int cli_space_create(const struct cli_space *space, struct tv_world **out)
{
	struct task_struct *task;
	struct tv_world *world;
	int err;

	*out = NULL;
	err = space->watched ? tv_world_create_watched(&world) : tv_world_create(&world);
	if (err)
		return err;
	world->limits.page_size = space->limits.page_size;
	settle_task_size(&world->limits, space, 0);
	err = tv_task_create(world, space->pid, space->comm, &task);
	if (err)
		goto out_destroy;
	task->tgid = space->tgid;
	task->flags |= space->flags;
	if (space->fill)
		err = create_mm(space, task);
	if (err)
		goto out_destroy;
	*out = world;
	return 0;

out_destroy:
	tv_world_destroy(world);
	return err;
}
