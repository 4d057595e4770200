// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Tasks: creation, references, exit. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/spinlock.h"
#include "model/step.h"
#include "model/task.h"

int tv_task_create(struct tv_world *world, int pid, const char *comm,
		   struct task_struct **out)
{
	struct task_struct *task = tv_object_alloc(world, TV_TYPE_TASK, sizeof(*task), TV_SITE());

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

/*
 * The task's mm becomes @mm (NULL: none), under alloc_lock and with no fault
 * under way, as Linux exit_mm() and exec_mmap() have it; the old one is given
 * back.
 */
static void replace_mm(struct task_struct *task, struct mm_struct *mm)
{
	const struct tv_site *site = TV_SITE();
	struct mm_struct *old = task->mm;

	tv_mmap_read_lock(old, site);
	tv_spin_lock(task, &task->alloc_lock, TV_CLASS_ALLOC_LOCK, site);
	tv_touch(task, TV_PART_FIELDS, TV_ACCESS_WRITE, mm ? "task->mm = new" : "task->mm = NULL",
		 site);
	if (mm)
		tv_task_set_mm(task, mm);
	else
		task->mm = NULL;
	tv_spin_unlock(task, &task->alloc_lock, TV_CLASS_ALLOC_LOCK, site);
	tv_mmap_read_unlock(old, site);
	mmput(old);
}

void tv_task_exit_mm(struct task_struct *task)
{
	task->flags |= PF_EXITING;
	if (task->mm)
		replace_mm(task, NULL);
}

/* Linux delayed_put_task_struct(): readers under RCU may still look at the task. */
static void put_after_grace_period(struct tv_rcu_head *head)
{
	put_task_struct(container_of(head, struct task_struct, tv_rcu));
}

void tv_task_exit(struct task_struct *task)
{
	tv_task_exit_mm(task);
	tv_step(TV_NUMBER_TASKS, TV_ACCESS_WRITE, "release_task", task, TV_SITE());
	task->tv_released = true;
	tv_rcu_call(TV_RCU, &task->tv_rcu, put_after_grace_period, TV_SITE());
}

struct task_struct *tv_get_task_struct(struct task_struct *task, const struct tv_site *site)
{
	if (!tv_touch(task, TV_PART_COUNT, TV_ACCESS_ADD, "get_task_struct", site))
		return task;
	task->usage++;
	tv_event(tv_current->world, TV_ACQUIRE, TV_RES_TASK_REF, task, site);
	return task;
}

void tv_put_task_struct(struct task_struct *task, const struct tv_site *site)
{
	struct tv_world *world = tv_current->world;

	if (!tv_touch(task, TV_PART_COUNT, TV_ACCESS_WRITE, "put_task_struct", site))
		return;
	tv_event(world, TV_RELEASE, TV_RES_TASK_REF, task, site);
	if (--task->usage)
		return;
	tv_touch(task, TV_PART_ALL, TV_ACCESS_WRITE, "free task", site);
	DL_DELETE2(world->tasks, task, tv_prev, tv_next);
	tv_event(world, TV_RELEASE, TV_RES_TASK_MEM, task, TV_SITE());
	tv_object_free(world, task, site);
}

struct task_struct *tv_task_find(struct tv_world *world, int pid, const struct tv_site *site)
{
	struct task_struct *task;

	tv_step(TV_NUMBER_TASKS, TV_ACCESS_READ, "find_task_by_pid", NULL, site);
	DL_FOREACH2(world->tasks, task, tv_next) {
		if (task->pid == pid && !task->tv_released)
			break;
	}
	return task;
}

struct task_struct *tv_task_from_pid(struct tv_world *world, int pid, const struct tv_site *site)
{
	struct task_struct *task;

	tv_rcu_enter(site);
	task = tv_task_find(world, pid, site);
	if (task)
		tv_get_task_struct(task, site);
	tv_rcu_leave(site);
	return task;
}

struct mm_struct *tv_get_task_mm(struct task_struct *task, const struct tv_site *site)
{
	struct mm_struct *mm;

	if (!tv_spin_lock(task, &task->alloc_lock, TV_CLASS_ALLOC_LOCK, site))
		return NULL;
	tv_touch(task, TV_PART_FIELDS, TV_ACCESS_READ, "read task->mm", site);
	mm = task->flags & PF_KTHREAD ? NULL : task->mm;
	if (mm)
		tv_mmget(mm, site);
	tv_spin_unlock(task, &task->alloc_lock, TV_CLASS_ALLOC_LOCK, site);
	return mm;
}

int tv_task_exec(struct task_struct *task)
{
	struct mm_struct *mm;
	int err;

	if (!task->mm)
		return 0;
	err = tv_mm_create(task->tv_world, &mm);
	if (!err)
		replace_mm(task, mm);
	return err;
}

/* Linux dup_mm(): what was copied before it failed goes with the mm. */
static int dup_mm(struct mm_struct *from, struct mm_struct **to)
{
	int err = tv_mm_create(from->tv_world, to);

	if (err)
		return err;
	err = tv_mm_copy(from, *to);
	if (err)
		mmput(*to);
	return err;
}

/* Linux copy_process(): first the task, which nobody finds yet, then its mm. */
static int fork_with(struct task_struct *task, struct mm_struct *mm)
{
	struct task_struct *child;
	struct mm_struct *child_mm;
	int err = tv_task_create(task->tv_world, task->pid + 1, task->comm, &child);

	if (err)
		return err;
	child->tv_released = true;
	err = dup_mm(mm, &child_mm);
	if (err) {
		put_task_struct(child);
		return err;
	}
	tv_task_set_mm(child, child_mm);
	tv_task_exit(child);
	return 0;
}

int tv_task_fork(struct task_struct *task)
{
	struct mm_struct *mm = tv_get_task_mm(task, TV_SITE());
	int err;

	if (!mm)
		return 0;
	err = fork_with(task, mm);
	mmput(mm);
	return err;
}
