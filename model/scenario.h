/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A scenario: address spaces, and actors who do things with them at the same
 * time. docs/scenarios.md is the schema.
 */
#ifndef TV_MODEL_SCENARIO_H
#define TV_MODEL_SCENARIO_H

#include "model/diag.h"
#include "model/mm.h"
#include "model/mmap_lock.h"

#define TV_SCENARIO_TASKS	8
#define TV_SCENARIO_VMAS	24	/* of one task; less than TV_HISTORY_VMAS: changes make more */
#define TV_SCENARIO_ACTORS	6
#define TV_SCENARIO_ACTIONS	16	/* of one actor, or inside one walk */
#define TV_SCENARIO_DEPTH	2	/* walks inside of walks: so many around one action */
#define TV_SCENARIO_EXPECT	16	/* designs that a scenario can expect something of */

enum tv_action_kind {
	/* of any actor */
	TV_DO_WALK,		/* new, next until NULL or @limit VMAs, destroy; @inside at each VMA */
	TV_DO_MMAP,		/* @desc */
	TV_DO_MUNMAP,		/* desc.start, desc.end */
	TV_DO_MPROTECT,		/* desc.start, desc.end, desc.vm_flags */
	TV_DO_RESIZE_END,	/* the VMA that ends at desc.start ends at desc.end then */
	TV_DO_RESIZE_START,
	TV_DO_FORK,		/* a copy of the task's address space, which ends at once */
	TV_DO_EXEC,		/* a new, empty address space instead */
	TV_DO_EXIT,		/* the task exits, and is released */
	/* only inside of a walk, or after one on what it kept */
	TV_DO_READ,		/* start and end of the VMA in view */
	TV_DO_KEEP,		/* remember the VMA in view */
	TV_DO_READ_KEPT,	/* read what was remembered */
	TV_DO_COPY_FROM_USER,	/* bpf_copy_from_user_task: a fault, which takes mmap_lock */
	TV_DO_FIND_VMA,		/* bpf_find_vma: trylock, look up desc.start, unlock */
	TV_DO_READ_TASK,	/* the walked task's pid, through the pointer that new was given */
	TV_DO_NR,
};

/* What protects the task pointer that a program hands to new. */
enum tv_pointer {
	TV_POINTER_HELD,	/* a reference of the program's own, from before new to after destroy */
	TV_POINTER_RCU,		/* a read-side section around new: what KF_RCU asks for */
	TV_POINTER_BARE,	/* nothing any more: the section it was found in is over */
	TV_POINTER_NR,
};

struct tv_action {
	enum tv_action_kind kind;
	int task;			/* pid */
	struct tv_vma_desc desc;
	enum tv_pointer pointer;	/* TV_DO_WALK */
	unsigned int limit;		/* TV_DO_WALK: leave after so many VMAs; 0: never */
	struct tv_action *inside;	/* TV_DO_WALK: TV_SCENARIO_ACTIONS of them, or NULL */
	unsigned int nr_inside;
};

struct tv_actor_plan {
	char name[16];
	unsigned int cpu;
	enum tv_context context;
	bool interrupts;		/* comes in on top of whoever runs on its CPU, once, anywhere */
	struct tv_action actions[TV_SCENARIO_ACTIONS];
	unsigned int nr;
};

/* What one design is expected to show; checked by explore, exit status 1 when it differs. */
struct tv_expectation {
	const char *design;		/* of tv_iter_designs or tv_approaches */
	unsigned int hazards;		/* bit set of enum tv_hazard_kind */
};

/* A task as it is at first: what tv_scenario_populate() makes once an execution. */
struct tv_task_plan {
	const struct task_struct *task;		/* of the scenario's space */
	const struct tv_task_plan *mm_of;	/* whose address space it has; NULL: its own */
	enum tv_mmap_lock_state mmap_lock;
	struct tv_vma_desc vmas[TV_SCENARIO_VMAS];
	unsigned int nr_vmas;
};

struct tv_scenario {
	char title[120];
	struct tv_world *space;		/* the tasks as the file has them; copied, not used */
	struct tv_task_plan tasks[TV_SCENARIO_TASKS];
	unsigned int nr_tasks;
	struct tv_fault_plan faults;
	struct tv_actor_plan actors[TV_SCENARIO_ACTORS];
	unsigned int nr_actors;
	struct tv_expectation expect[TV_SCENARIO_EXPECT];
	unsigned int nr_expect;
};

/*
 * Reads @path ("-": standard input). 0; -EINVAL or -ENOMEM with @diag filled
 * and *@scenario NULL. tv_current is left as it was.
 */
int tv_scenario_load(const char *path, struct tv_scenario **scenario, struct tv_diag *diag);
void tv_scenario_destroy(struct tv_scenario *scenario);

/* The task that has @pid at first, or NULL. */
const struct tv_task_plan *tv_scenario_task(const struct tv_scenario *scenario, int pid);

/* What is expected of the design called @design, or NULL: the scenario does not say. */
const struct tv_expectation *tv_scenario_expectation(const struct tv_scenario *scenario,
						     const char *design);

/*
 * Fills an empty @world with copies of the scenario's tasks, address spaces,
 * limits and faults, as the world's kernel actor (tv_current from then on).
 * 0, or -ENOMEM with the world half filled: destroy it.
 */
int tv_scenario_populate(const struct tv_scenario *scenario, struct tv_world *world);

#endif
