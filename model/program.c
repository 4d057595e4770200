// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What actors of a scenario do. */
#include <errno.h>
#include <string.h>
#include "model/approach.h"
#include "model/find_vma.h"
#include "model/hazard.h"
#include "model/history.h"
#include "model/measure.h"
#include "model/mmap.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/program.h"
#include "model/progress.h"
#include "model/task.h"

/* --- looking at a VMA ---------------------------------------------------------- */

/* The VMA in view of a walk. */
struct view {
	struct tv_program *program;
	struct task_struct *task;
	/* that is walked: compared only, it may be gone; its history stays. NULL: none */
	const struct mm_struct *mm;
	struct tv_history *history;
	const struct tv_approach *approach;	/* NULL: a design of the iterator */
	struct vm_area_struct *vma;
	unsigned int generation;	/* of the VMA's memory when next returned it */
	unsigned int since;		/* change of that when next looked into the tree */
};

/* Something keeps the VMA from going away, or at least its memory from changing its kind. */
static bool protected(const struct vm_area_struct *vma)
{
	return tv_current->rcu_depth || tv_vma_is_held(vma);
}

/* A copy of a VMA lies inside of other memory. */
static unsigned int generation_around(const void *address)
{
	const void *object = tv_object_around(address);

	return object ? tv_object_generation(object) : 0;
}

/* A program reads a member at @address: a step, and a hazard when it must not. */
static bool look(const struct view *view, const void *address, const char *what)
{
	const void *object = tv_object_around(address);

	if (!tv_current->world->slots)
		return true;
	/* a static object of the kernel's is always there */
	if (!object)
		return true;
	if (!tv_touch(object, TV_PART_FIELDS, TV_ACCESS_READ, what, TV_SITE()))
		return false;
	/* a copy in the walk's own memory needs nobody's protection, while that is its own */
	if (!tv_object_is(object, TV_TYPE_VMA)) {
		if (view->generation == tv_object_generation(object))
			return true;
		tv_hazard(TV_HAZARD_USE_AFTER_FREE, TV_SITE(), NULL,
			  "%s of memory that was freed and is another's now", what);
		return false;
	}
	/* both are read on: what comes of it shows */
	if (!protected(view->vma))
		tv_hazard(TV_HAZARD_USE_UNPROTECTED, TV_SITE(), NULL,
			  "reads a VMA without lock, reference or RCU");
	if (view->generation != tv_object_generation(object))
		tv_hazard(TV_HAZARD_STALE_VMA, TV_SITE(), NULL,
			  "reads a VMA that was freed and is another one now");
	return true;
}

/* Reads the range, in two reads as any program does. */
static void read_vma(struct view *view)
{
	struct tv_program *program = view->program;
	struct vm_area_struct *vma = view->vma;
	unsigned long start, end;
	unsigned int until;

	if (!look(view, &vma->vm_start, "read vm_start"))
		return;
	start = vma->vm_start;
	until = vma->tv_change;
	if (!look(view, &vma->vm_end, "read vm_end"))
		return;
	end = vma->vm_end;
	until = vma->tv_change > until ? vma->tv_change : until;
	if (!look(view, &vma->vm_mm, "read vm_mm"))
		return;
	if (vma->vm_mm != view->mm) {
		tv_hazard(TV_HAZARD_FOREIGN_VMA, TV_SITE(), NULL,
			  "[%lx, %lx) belongs to another mm", start, end);
		return;
	}
	if (!view->history || program->nr_visits == TV_PROGRAM_VISITS)
		return;
	program->visits[program->nr_visits++] = (struct tv_visit){
		.history = view->history, .since = view->since,
		.until = until > view->since ? until : view->since,
		.move = tv_current->world->move,
		.stable = program->design->promises & TV_PROMISE_STABLE,
		.start = start, .end = end, .site = TV_SITE(),
	};
}

/* --- what programs call -------------------------------------------------------- */

/* Linux bpf_copy_from_user_task(): access_process_vm() takes mmap_lock and may fault. */
static void copy_from_user(struct task_struct *task)
{
	struct mm_struct *mm;

	tv_might_sleep("bpf_copy_from_user_task", TV_SITE());
	mm = tv_get_task_mm(task, TV_SITE());
	if (!mm)
		return;
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	mmput(mm);
}

/* One call, whose callback does nothing. */
static void find_vma(struct task_struct *task, unsigned long addr)
{
	struct vm_area_struct *vma;
	struct tv_find_vma call;

	if (!tv_find_vma_begin(&call, task, addr, &vma))
		tv_find_vma_end(&call);
}

/* --- at a VMA ------------------------------------------------------------------ */

static void do_action(struct tv_program *program, const struct tv_action *action);

static void do_inside(struct view *view, const struct tv_action *action)
{
	struct tv_program *program = view->program;

	switch (action->kind) {
	case TV_DO_READ:
		read_vma(view);
		break;
	case TV_DO_KEEP:
		program->kept = view->vma;
		program->kept_generation = view->generation;
		program->kept_mm = view->mm;
		program->kept_history = view->history;
		break;
	case TV_DO_COPY_FROM_USER:
		copy_from_user(view->task);
		break;
	case TV_DO_FIND_VMA:
		find_vma(view->task, action->desc.start);
		break;
	case TV_DO_READ_TASK:
		tv_touch(view->task, TV_PART_FIELDS, TV_ACCESS_READ, "read task->pid", TV_SITE());
		break;
	default:
		do_action(program, action);
		break;
	}
}

/*
 * After new: the mm that it took, which need not be the task's any more. What
 * a design takes of it is a user, or mmap_lock; one that takes nothing has
 * what the task has. An approach says.
 */
static void set_walked_mm(struct view *view)
{
	const struct tv_ledger *ledger = &tv_current->world->ledger;
	const void *mm;

	if (view->approach) {
		view->mm = view->approach->mm;
		view->history = view->approach->history;
		return;
	}
	mm = tv_ledger_newest(ledger, tv_current, TV_RES_MM_USERS, TV_RES_MMAP_READ);
	if (!mm && !tv_object_is_dead(view->task))
		mm = view->task->mm;
	if (!mm || tv_object_is_dead(mm))
		return;
	view->mm = (struct mm_struct *)mm;
	view->history = view->mm->tv_history;
}

/* --- the three calls: a measure knows that what they take is the walk's ---------- */

static int call_new(struct view *view, struct bpf_iter_task_vma *it, unsigned long from)
{
	const struct tv_program *program = view->program;
	bool approach = program->design->approach;
	int err;

	tv_current->refusal = NULL;
	tv_current->world->last_refusal.seq = 0;
	tv_measure_enter();
	err = program->design->iter_new(it, view->task, from);
	tv_measure_leave();
	tv_measure_calls(!approach);
	tv_measure_told("new", err);
	program->told(program->arg, "new", view->task, err);
	if (err)
		return err;
	view->approach = approach ? tv_approach_of(it) : NULL;
	set_walked_mm(view);
	return 0;
}

/* What it returns comes into view, with the change from which on it can be. */
static struct vm_area_struct *call_next(struct view *view, struct bpf_iter_task_vma *it)
{
	const struct tv_iter_design *design = view->program->design;
	struct vm_area_struct *vma;

	view->since = view->history ? view->history->changes : 0;
	tv_history_look_anew();
	tv_measure_enter();
	view->vma = vma = design->iter_next(it);
	tv_measure_leave();
	tv_measure_calls(!design->approach);
	if (tv_current->looked_in == view->history)
		view->since = tv_current->looked_at;
	if (!vma)
		return NULL;
	view->generation = generation_around(vma);
	/* what was read ahead is of the time when it was read */
	if (view->approach)
		view->since = view->approach->since;
	return vma;
}

static void call_destroy(const struct view *view, struct bpf_iter_task_vma *it)
{
	const struct tv_iter_design *design = view->program->design;

	tv_measure_calls(view->approach ? view->approach->calls : !design->approach);
	tv_measure_enter();
	design->iter_destroy(it);
	tv_measure_leave();
}

/* --- the walk ------------------------------------------------------------------ */

/* False: the walk went back, and goes round as long as the writer is kept waiting. */
static bool do_at_vma(struct view *view, struct tv_progress *progress,
		      const struct tv_action *action)
{
	unsigned long start = view->vma->vm_start, end = view->vma->vm_end;
	unsigned int i;

	view->program->vmas++;
	tv_measure_shown(progress, start, end);
	if (!tv_progress_shown(progress, view->vma))
		return false;
	for (i = 0; i < action->nr_inside; i++)
		do_inside(view, &action->inside[i]);
	tv_measure_done_with(progress, start, end);
	return true;
}

/* next has given NULL. */
static void judge_end(const struct view *view, const struct tv_progress *progress)
{
	const struct tv_program *program = view->program;

	if (view->approach && view->approach->error) {
		tv_measure_told("next", view->approach->error);
		program->told(program->arg, "next", view->task, view->approach->error);
		return;
	}
	tv_measure_end(progress);
	tv_progress_end(progress);
}

static void walk(struct tv_program *program, const struct tv_action *action,
		 struct task_struct *task)
{
	struct view view = { .program = program, .task = task };
	struct bpf_iter_task_vma *it = &program->stack[program->depth++];
	struct tv_progress progress;
	unsigned int shown = 0;
	int err;

	program->walks++;
	err = call_new(&view, it, action->desc.start);
	if (action->pointer == TV_POINTER_RCU)
		tv_rcu_leave(TV_SITE());
	tv_progress_begin(&progress, program->design, view.history, action->desc.start);
	tv_measure_begin(&progress);
	while (!action->limit || shown++ < action->limit) {
		call_next(&view, it);
		tv_progress_looked(&progress, view.since);
		if (!view.vma || !do_at_vma(&view, &progress, action))
			break;
	}
	if (!err && !view.vma)
		judge_end(&view, &progress);
	call_destroy(&view, it);
	program->depth--;
}

/* The same, by a program that takes no reference on the task. */
static void walk_unheld(struct tv_program *program, const struct tv_action *action)
{
	struct task_struct *task;

	tv_rcu_enter(TV_SITE());
	task = tv_task_find(tv_current->world, action->task, TV_SITE());
	if (!task || action->pointer == TV_POINTER_BARE)
		tv_rcu_leave(TV_SITE());
	if (task)
		walk(program, action, task);
}

/* --- everything ---------------------------------------------------------------- */

static void read_kept(struct tv_program *program)
{
	struct view view = {
		.program = program, .mm = program->kept_mm, .history = program->kept_history,
		.vma = program->kept, .generation = program->kept_generation,
		.since = 1,
	};

	if (view.vma)
		read_vma(&view);
}

static void change_space(struct mm_struct *mm, const struct tv_action *action)
{
	const struct tv_vma_desc *desc = &action->desc;

	switch (action->kind) {
	case TV_DO_MMAP:
		tv_mmap(mm, desc);
		break;
	case TV_DO_MUNMAP:
		tv_munmap(mm, desc->start, desc->end);
		break;
	case TV_DO_MPROTECT:
		tv_mprotect(mm, desc->start, desc->end, desc->vm_flags);
		break;
	case TV_DO_RESIZE_END:
		tv_resize_end(mm, desc->start, desc->end);
		break;
	case TV_DO_RESIZE_START:
		tv_resize_start(mm, desc->start, desc->end);
		break;
	default:
		break;
	}
}

static void do_action(struct tv_program *program, const struct tv_action *action)
{
	struct tv_world *world = tv_current->world;
	struct task_struct *task;
	struct mm_struct *mm;

	if (action->kind == TV_DO_READ_KEPT) {
		read_kept(program);
		return;
	}
	if (action->kind == TV_DO_WALK && action->pointer != TV_POINTER_HELD) {
		walk_unheld(program, action);
		return;
	}
	task = tv_task_from_pid(world, action->task, TV_SITE());
	if (!task)
		return;
	switch (action->kind) {
	case TV_DO_WALK:
		walk(program, action, task);
		break;
	case TV_DO_EXIT:
		tv_task_exit(task);
		break;
	case TV_DO_EXEC:
		tv_task_exec(task);
		break;
	case TV_DO_FORK:
		tv_task_fork(task);
		break;
	default:
		mm = tv_get_task_mm(task, TV_SITE());
		if (mm) {
			change_space(mm, action);
			mmput(mm);
		}
		break;
	}
	put_task_struct(task);
}

void tv_program_reset(struct tv_program *program)
{
	program->nr_visits = 0;
	program->kept = NULL;
	program->depth = 0;
	memset(program->stack, 0, sizeof(program->stack));
}

/*
 * A program that may sleep is an RCU tasks trace reader from its beginning to
 * its end, one that must not is an RCU reader.
 */
void tv_program_run(struct tv_program *program)
{
	bool may_sleep = tv_current->context == TV_CONTEXT_PROCESS;
	unsigned int i;

	if (may_sleep)
		tv_rcu_trace_enter();
	else
		tv_rcu_enter(TV_SITE());
	for (i = 0; i < program->plan->nr; i++)
		do_action(program, &program->plan->actions[i]);
	if (may_sleep)
		tv_rcu_trace_leave(TV_SITE());
	else
		tv_rcu_leave(TV_SITE());
}

/* Torn, or of no time at all: what was read never was a VMA while it could have been. */
static bool judge_range(const struct tv_visit *visit)
{
	const struct tv_history *history = visit->history;
	const unsigned int marks[TV_HAZARD_MARKS] = {
		visit->move, history->change_move[visit->until],
	};
	unsigned long start = visit->start, end = visit->end;

	if (tv_history_has(history, visit->since, visit->until, start, end))
		return true;
	if (tv_history_has_ends(history, visit->since, visit->until, start, end))
		tv_hazard_of(TV_HAZARD_TORN_READ, visit->site, NULL, marks,
			     "[%lx, %lx) never was a VMA: its ends are of two times", start, end);
	else
		tv_hazard_of(TV_HAZARD_STALE_VMA, visit->site, NULL, marks,
			     "[%lx, %lx) was no VMA at that time", start, end);
	return false;
}

static void judge_stable(const struct tv_visit *visit)
{
	unsigned int went = tv_history_went(visit->history, visit->move, visit->start, visit->end);
	const unsigned int marks[TV_HAZARD_MARKS] = { went, visit->move };

	if (went)
		tv_hazard_of(TV_HAZARD_STALE_VMA, visit->site, NULL, marks,
			     "[%lx, %lx) is not mapped like that any more", visit->start, visit->end);
}

void tv_program_judge(const struct tv_program *program)
{
	unsigned int i;

	for (i = 0; i < program->nr_visits; i++) {
		const struct tv_visit *visit = &program->visits[i];

		/* a change under way when it was read must have come to its end */
		if (visit->history->full || visit->until > visit->history->changes)
			continue;
		if (judge_range(visit) && visit->stable)
			judge_stable(visit);
	}
}
