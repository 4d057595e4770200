// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The world: made empty, taken down in reverse. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>
#include "model/intern.h"
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "model/task.h"
#include "model/world.h"

__thread struct tv_actor *tv_current;

int tv_world_create(struct tv_world **out)
{
	struct tv_world *world = calloc(1, sizeof(*world));

	if (!world)
		return -ENOMEM;
	tv_ledger_init(&world->ledger);
	world->limits.page_size = TV_DEFAULT_PAGE_SIZE;
	world->limits.task_size = TV_DEFAULT_TASK_SIZE;
	world->kernel = (struct tv_actor){
		.world = world, .cpu = &world->cpus[0], .name = "kernel",
	};
	tv_current = &world->kernel;
	*out = world;
	return 0;
}

void tv_world_teardown(struct tv_world *world)
{
	struct task_struct *task, *older, *oldest;

	if (world->torn_down)
		return;
	world->torn_down = true;
	tv_current = &world->kernel;

	/* newest first; a task that somebody leaked stays in the list */
	oldest = world->tasks;
	for (task = oldest ? oldest->tv_prev : NULL; task; task = older) {
		older = task == oldest ? NULL : task->tv_prev;
		if (task->mm)
			tv_mmap_lock_set_state(task->mm, TV_MMAP_FREE);
		tv_task_exit(task);
	}
}

void tv_world_destroy(struct tv_world *world)
{
	struct task_struct *task, *next_task;
	struct mm_struct *mm, *next_mm;

	if (!world)
		return;
	tv_world_teardown(world);
	/* only what was leaked is still here */
	DL_FOREACH_SAFE2(world->mms, mm, next_mm, tv_next) {
		tv_mm_empty(mm);
		free(mm);
	}
	DL_FOREACH_SAFE2(world->tasks, task, next_task, tv_next)
		free(task);
	tv_intern_fini(world);
	tv_ledger_fini(&world->ledger);
	if (tv_current == &world->kernel)
		tv_current = NULL;
	free(world);
}

struct task_struct *tv_world_find_task(const struct tv_world *world, int pid)
{
	struct task_struct *task;

	DL_FOREACH2(world->tasks, task, tv_next) {
		if (pid < 0 || task->pid == pid)
			return task;
	}
	return NULL;
}

const char *tv_object_text(enum tv_resource res, const void *object, char *buf, size_t size)
{
	const struct task_struct *task = object;
	const struct mm_struct *mm = object;

	buf[0] = '\0';
	switch (res) {
	case TV_RES_TASK_REF:
		snprintf(buf, size, "task %d (%s)", task->pid, task->comm);
		break;
	case TV_RES_MM_USERS:
	case TV_RES_MM_COUNT:
	case TV_RES_MMAP_READ:
	case TV_RES_MMAP_WRITE:
		snprintf(buf, size, "mm of task %d", mm->tv_pid);
		break;
	default:
		break;
	}
	return buf;
}
