/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tasks: creation, references, exit. */
#ifndef TV_MODEL_TASK_H
#define TV_MODEL_TASK_H

#include "model/world.h"

/*
 * A task of @world with one reference, which exit drops. @comm is cut to
 * TASK_COMM_LEN - 1 bytes. It has no mm yet. 0 or -ENOMEM.
 */
int tv_task_create(struct tv_world *world, int pid, const char *comm,
		   struct task_struct **task);

/* Gives the task its address space; the task takes over the mm's first user. */
void tv_task_set_mm(struct task_struct *task, struct mm_struct *mm);

/* Linux exit_mm(): the task lets go of its mm and stays, like a zombie. */
void tv_task_exit_mm(struct task_struct *task);

/* exit_mm() and release_task(): the world's reference is dropped. */
void tv_task_exit(struct task_struct *task);

/*
 * The task with that pid, or NULL. No reference is taken: it may be freed as
 * soon as the caller is out of the RCU read-side section that it must be in.
 */
struct task_struct *tv_task_find(struct tv_world *world, int pid, const struct tv_site *site);

/*
 * Linux bpf_task_from_pid(): the task with a reference for the caller, or
 * NULL when there is none with that pid (any more).
 */
struct task_struct *tv_task_from_pid(struct tv_world *world, int pid, const struct tv_site *site);

/* Linux get_task_mm(): waits for alloc_lock; the mm with one user more, or NULL. */
struct mm_struct *tv_get_task_mm(struct task_struct *task, const struct tv_site *site);

/* Linux exec_mmap(): an empty address space instead of the old one. 0, or -ENOMEM: it stays. */
int tv_task_exec(struct task_struct *task);
/* A child with a copy of the address space, which exits at once. 0, or -ENOMEM: there was none. */
int tv_task_fork(struct task_struct *task);

struct task_struct *tv_get_task_struct(struct task_struct *task, const struct tv_site *site);
void tv_put_task_struct(struct task_struct *task, const struct tv_site *site);

#define get_task_struct(task)	tv_get_task_struct(task, TV_SITE())
#define put_task_struct(task)	tv_put_task_struct(task, TV_SITE())

#endif
