// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The world: made empty, taken down in reverse. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>
#include "model/bpf_mem_alloc.h"
#include "model/intern.h"
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/step.h"
#include "model/task.h"
#include "model/world.h"

__thread struct tv_actor *tv_current;

int tv_world_create(struct tv_world **out)
{
	struct tv_world *world = calloc(1, sizeof(*world));
	int i;

	if (!world)
		return -ENOMEM;
	tv_ledger_init(&world->ledger);
	world->limits.page_size = TV_DEFAULT_PAGE_SIZE;
	world->limits.task_size = TV_DEFAULT_TASK_SIZE;
	world->next_number = TV_NUMBER_LAST_FIXED;
	for (i = 0; i < TV_NR_CPUS; i++)
		world->cpus[i].tv_number = world->next_number += TV_PARTS;
	tv_rcu_init(&world->rcu);
	world->kernel = (struct tv_actor){
		.world = world, .cpu = &world->cpus[0], .name = "kernel",
	};
	tv_current = &world->kernel;
	*out = world;
	return 0;
}

int tv_world_create_watched(struct tv_world **out)
{
	struct tv_slots *slots = NULL;
	unsigned int nr;
	int err;

	for (nr = TV_WATCHED_OBJECTS; !slots && nr >= 1024; nr /= 2)
		slots = tv_slots_create(nr);
	if (!slots)
		return -ENOMEM;
	err = tv_world_create(out);
	if (err) {
		tv_slots_destroy(slots);
		return err;
	}
	(*out)->slots = slots;
	(*out)->owns_slots = true;
	return 0;
}

/* True: something was done, which may have put off something else. */
static bool settle_once(struct tv_world *world)
{
	bool did = false;
	int i;

	for (i = 0; i < TV_NR_CPUS; i++) {
		did |= tv_irq_work_is_due(&world->cpus[i]);
		tv_irq_work_run(&world->cpus[i]);
	}
	for (i = 0; i < TV_RCU_KINDS; i++) {
		for (; tv_rcu_is_due(world, i); did = true)
			tv_rcu_run(world, i);
	}
	for (; tv_work_is_due(world); did = true)
		tv_work_run(world);
	return did;
}

void tv_world_settle(struct tv_world *world)
{
	while (settle_once(world))
		;
}

void tv_world_teardown(struct tv_world *world)
{
	struct task_struct *task, *older, *oldest;

	if (world->torn_down)
		return;
	world->torn_down = true;
	tv_current = &world->kernel;

	/* those that have exited already go first */
	tv_world_settle(world);
	/* newest first; a task that somebody leaked stays in the list */
	oldest = world->tasks;
	for (task = oldest ? oldest->tv_prev : NULL; task; task = older) {
		older = task == oldest ? NULL : task->tv_prev;
		if (task->mm)
			tv_mmap_lock_set_state(task->mm, TV_MMAP_FREE);
		if (!task->tv_released)
			tv_task_exit(task);
		tv_world_settle(world);
	}
}

/* What was leaked: nobody gives it back, but its memory is the world's. */
static void free_leaked(struct tv_world *world)
{
	struct task_struct *task, *next_task;
	struct mm_struct *mm, *next_mm;

	DL_FOREACH_SAFE2(world->mms, mm, next_mm, tv_next) {
		tv_mm_empty(mm);
		tv_object_free(world, mm, TV_SITE());
	}
	DL_FOREACH_SAFE2(world->tasks, task, next_task, tv_next)
		tv_object_free(world, task, TV_SITE());
}

/* A world stopped half-way: only what does not lie in its slots is freed. */
static void drop_slots(struct tv_world *world)
{
	struct mm_struct *mm;

	DL_FOREACH2(world->mms, mm, tv_next) {
		mt_clear_in_rcu(&mm->mm_mt);
		__mt_destroy(&mm->mm_mt);
	}
	HASH_CLEAR(tv_hh, world->files);
}

void tv_world_destroy(struct tv_world *world)
{
	if (!world)
		return;
	if (world->slots) {
		drop_slots(world);
	} else {
		tv_world_teardown(world);
		free_leaked(world);
		tv_bpf_mem_fini(world);
	}
	if (world->owns_slots)
		tv_slots_destroy(world->slots);
	tv_intern_fini(world);
	tv_ledger_fini(&world->ledger);
	if (tv_current && tv_current->world == world)
		tv_current = NULL;
	free(world);
}

bool tv_world_ran_out(const struct tv_world *world)
{
	return world->out_of_memory || world->ledger.lost;
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
