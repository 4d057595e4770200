/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What actors of a scenario do: programs that walk, and tasks that change their memory. */
#ifndef TV_MODEL_PROGRAM_H
#define TV_MODEL_PROGRAM_H

#include "model/iter.h"
#include "model/scenario.h"

#define TV_PROGRAM_VISITS	32

/* What a program saw at one VMA, judged when the execution is over. */
struct tv_visit {
	const struct tv_history *history;	/* of the mm that was walked */
	/* changes: next looked into the tree; what the fields were last written for */
	unsigned int since, until;
	unsigned int move;		/* at which the last field was read */
	bool stable;			/* the design promised that it stays until now */
	unsigned long start, end;
	const struct tv_site *site;
};

/* One actor's doings, for one execution. */
struct tv_program {
	const struct tv_iter_design *design;
	const struct tv_actor_plan *plan;
	/*
	 * Iterators, one for each walk that is inside of another. A BPF program's
	 * stack is not cleared: a walk begins with what the one before left there.
	 */
	struct bpf_iter_task_vma stack[TV_SCENARIO_DEPTH + 1];
	unsigned int depth;
	struct vm_area_struct *kept;
	unsigned int kept_generation;
	const struct mm_struct *kept_mm;
	struct tv_history *kept_history;
	struct tv_visit visits[TV_PROGRAM_VISITS];
	unsigned int nr_visits;
	unsigned long walks, vmas;
	/* told of each return of new, once a walk, and of the error at which an approach's next ends */
	void (*told)(void *arg, const char *call, const struct task_struct *task, int err);
	void *arg;
};

/* Before each execution; the last one may have been given up anywhere. */
void tv_program_reset(struct tv_program *program);

/* All actions of the plan; the current actor does them. */
void tv_program_run(struct tv_program *program);

/*
 * Judges the visits against history, as the current actor; tells the hazards.
 * At the end of an execution; what is not decided by then is left out.
 */
void tv_program_judge(const struct tv_program *program);

#endif
