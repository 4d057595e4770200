// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Tasks: creation, references, exit. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>
#include "model/mm.h"
#include "model/task.h"

int tv_task_create(struct tv_world *world, int pid, const char *comm,
		   struct task_struct **out)
{
	struct task_struct *task = calloc(1, sizeof(*task));

	if (!task)
		return -ENOMEM;
	task->tv_world = world;
	task->pid = pid;
	task->tgid = pid;
	strncpy(task->comm, comm, TASK_COMM_LEN - 1);
	DL_APPEND2(world->tasks, task, tv_prev, tv_next);
	tv_event(world, TV_ACQUIRE, TV_RES_TASK_MEM, task, TV_SITE());
	get_task_struct(task);
	*out = task;
	return 0;
}

void tv_task_set_mm(struct task_struct *task, struct mm_struct *mm)
{
	task->mm = mm;
	mm->tv_pid = task->pid;
}

void tv_task_exit_mm(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;

	task->flags |= PF_EXITING;
	task->mm = NULL;
	if (mm)
		mmput(mm);
}

void tv_task_exit(struct task_struct *task)
{
	tv_task_exit_mm(task);
	put_task_struct(task);
}

struct task_struct *tv_get_task_struct(struct task_struct *task, const struct tv_site *site)
{
	task->usage++;
	tv_event(task->tv_world, TV_ACQUIRE, TV_RES_TASK_REF, task, site);
	return task;
}

void tv_put_task_struct(struct task_struct *task, const struct tv_site *site)
{
	struct tv_world *world = task->tv_world;

	tv_event(world, TV_RELEASE, TV_RES_TASK_REF, task, site);
	if (--task->usage)
		return;
	DL_DELETE2(world->tasks, task, tv_prev, tv_next);
	tv_event(world, TV_RELEASE, TV_RES_TASK_MEM, task, TV_SITE());
	free(task);
}
