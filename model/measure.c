// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What walks give and what they cost. */
#include <string.h>
#include "model/history.h"
#include "model/measure.h"
#include "model/object.h"
#include "model/progress.h"
#include "model/step.h"
#include "model/vma_lock.h"
#include "model/world.h"

static struct tv_measure *measured(void)
{
	return tv_current->world->measure;
}

/* --- the history, as something that is touched ---------------------------------- */

static const char own_step[] = "measure";

void tv_measure_looks(const struct tv_history *history)
{
	if (measured() && history)
		tv_step(tv_object_number(history->mm) + TV_PART_TREE, TV_ACCESS_READ, own_step,
			history->mm, TV_SITE());
}

bool tv_measure_is_own(const struct tv_point *point)
{
	return point->what == own_step;
}

/* --- what is shown ------------------------------------------------------------- */

void tv_measure_told(const char *call, int err)
{
	struct tv_measure *measure = measured();

	if (!measure || !err)
		return;
	if (strcmp(call, "new"))
		measure->now.cut++;
	else
		measure->now.refused++;
}

void tv_measure_shown(const struct tv_progress *progress, unsigned long start, unsigned long end)
{
	struct tv_measure *measure = measured();
	unsigned int i;

	if (!measure)
		return;
	for (i = 0; i < progress->nr; i++) {
		if (progress->seen[i][0] < end && start < progress->seen[i][1]) {
			measure->now.repeated++;
			return;
		}
	}
}

static bool has_history(const struct tv_progress *progress)
{
	return progress->history && !progress->history->full;
}

void tv_measure_begin(struct tv_progress *progress)
{
	tv_measure_looks(progress->history);
	if (progress->history)
		progress->began = progress->history->changes;
}

void tv_measure_done_with(const struct tv_progress *progress, unsigned long start,
			  unsigned long end)
{
	const struct tv_history *history = progress->history;

	if (!measured() || !has_history(progress))
		return;
	tv_measure_looks(history);
	if (!tv_history_has(history, history->changes, history->changes, start, end))
		measured()->now.stale++;
}

void tv_measure_end(const struct tv_progress *progress)
{
	if (!measured() || !has_history(progress))
		return;
	tv_measure_looks(progress->history);
	if (!progress->full)
		measured()->now.missed += tv_history_not_shown(progress->history, progress->began,
							       progress->from, progress->seen,
							       progress->nr);
}

/* --- what it costs ------------------------------------------------------------- */

void tv_measure_enter(void)
{
	tv_current->in_walk++;
}

void tv_measure_leave(void)
{
	tv_current->in_walk--;
}

void tv_measure_calls(unsigned long nr)
{
	if (measured())
		measured()->calls += nr;
}

static bool is_lock(enum tv_resource res)
{
	return res == TV_RES_MMAP_READ || res == TV_RES_VMA_READ;
}

static void hold_begins(struct tv_measure_now *now, const struct tv_event *ev)
{
	unsigned int i;

	for (i = 0; i < TV_MEASURE_HOLDS; i++) {
		if (now->holds[i].object)
			continue;
		now->holds[i] = (struct tv_measure_hold){
			.res = ev->res, .object = ev->object, .owner = tv_current,
			.since = tv_current->steps,
		};
		return;
	}
}

/* The hold that is given back: the current actor's own, else, as irq_work does, another's. */
static struct tv_measure_hold *hold_of(struct tv_measure_now *now, const struct tv_event *ev)
{
	struct tv_measure_hold *found = NULL;
	unsigned int i;

	for (i = 0; i < TV_MEASURE_HOLDS; i++) {
		struct tv_measure_hold *hold = &now->holds[i];

		if (!hold->object || hold->object != ev->object || hold->res != ev->res)
			continue;
		if (hold->owner == tv_current)
			return hold;
		found = hold;
	}
	return found;
}

/* Does a writer wait for the lock that is being given back? */
static bool writer_waits(const struct tv_event *ev)
{
	const struct vm_area_struct *vma = ev->object;
	const struct mm_struct *mm = ev->object;
	const struct tv_waiter *waiter;

	if (ev->res == TV_RES_VMA_READ)
		return vma->vm_refcnt >= VMA_LOCK_OFFSET;
	for (waiter = mm->mmap_lock.waiters; waiter; waiter = waiter->next) {
		if (waiter->writer)
			return true;
	}
	return false;
}

static void keep_greater(unsigned long *kept, unsigned long value)
{
	if (value > *kept)
		*kept = value;
}

static void hold_ends(struct tv_measure_now *now, const struct tv_event *ev)
{
	struct tv_measure_hold *hold = hold_of(now, ev);
	unsigned long steps;

	if (!hold)
		return;
	steps = hold->owner->steps - hold->since;
	hold->object = NULL;
	keep_greater(&now->hold, steps);
	if (!writer_waits(ev))
		return;
	now->waits++;
	keep_greater(&now->waited_hold, steps);
}

void tv_measure_event(void *arg, const struct tv_event *ev)
{
	struct tv_measure *measure = arg;
	bool allocates = ev->res == TV_RES_BPF_MEM || ev->res == TV_RES_KMALLOC;

	if (ev->op == TV_RELEASE && is_lock(ev->res))
		hold_ends(&measure->now, ev);
	if (ev->op != TV_ACQUIRE || !tv_current->in_walk)
		return;
	if (is_lock(ev->res))
		hold_begins(&measure->now, ev);
	measure->allocs += allocates;
}

/* --- executions ---------------------------------------------------------------- */

void tv_measure_begin_execution(struct tv_measure *measure)
{
	measure->now = (struct tv_measure_now){ 0 };
}

static void count(struct tv_tally *tally, unsigned long nr)
{
	tally->executions += nr > 0;
	keep_greater(&tally->most, nr);
}

void tv_measure_end_execution(struct tv_measure *measure)
{
	const struct tv_measure_now *now = &measure->now;

	measure->executions++;
	count(&measure->missed, now->missed);
	count(&measure->repeated, now->repeated);
	count(&measure->stale, now->stale);
	count(&measure->refused, now->refused);
	count(&measure->cut, now->cut);
	count(&measure->waits, now->waits);
	keep_greater(&measure->hold, now->hold);
	keep_greater(&measure->waited_hold, now->waited_hold);
}
