// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a walk has shown, against what it promises. */
#include "model/hazard.h"
#include "model/progress.h"

static bool promises(const struct tv_progress *progress, unsigned int promise)
{
	return progress->design->promises & promise;
}

/* Nothing can be said of a walk whose history, or whose own record, is not complete. */
static bool is_judged(const struct tv_progress *progress)
{
	return progress->history && !progress->history->full && !progress->full;
}

void tv_progress_begin(struct tv_progress *progress, const struct tv_iter_design *design,
		       const struct tv_history *history, unsigned long from)
{
	*progress = (struct tv_progress){
		.design = design, .history = history, .from = from,
		.begin = tv_current->world->move,
	};
}

void tv_progress_looked(struct tv_progress *progress, unsigned int change)
{
	if (!progress->first)
		progress->first = change;
}

/* Where the walk stands: whatever ends there or below has been passed. */
static unsigned long passed(const struct tv_progress *progress)
{
	unsigned long end = progress->from;
	unsigned int i;

	for (i = 0; i < progress->nr; i++) {
		if (progress->seen[i][1] > end)
			end = progress->seen[i][1];
	}
	return end;
}

static bool went_back(const struct tv_progress *progress, const struct vm_area_struct *vma)
{
	return promises(progress, TV_PROMISE_FORWARD) && progress->nr &&
	       vma->vm_end <= progress->seen[progress->nr - 1][1];
}

static void check_repeated(const struct tv_progress *progress, const struct vm_area_struct *vma)
{
	const unsigned long *last;

	if (!progress->nr)
		return;
	last = progress->seen[progress->nr - 1];
	/* the very same range once more is never meant */
	if ((vma->vm_start == last[0] && vma->vm_end == last[1]) ||
	    (promises(progress, TV_PROMISE_FORWARD) && vma->vm_end <= last[1]) ||
	    (promises(progress, TV_PROMISE_DISJOINT) && vma->vm_start < last[1]))
		tv_hazard(TV_HAZARD_REPEATED_VMA, TV_SITE(), NULL, "[%lx, %lx) after [%lx, %lx)",
			  vma->vm_start, vma->vm_end, last[0], last[1]);
}

/* Did next pass over one that stands between where the walk was and @start? */
static void check_skipped(const struct tv_progress *progress, unsigned long start)
{
	const struct tv_life *skipped;

	if (!promises(progress, TV_PROMISE_NEXT) || !is_judged(progress))
		return;
	skipped = tv_history_above(progress->history, passed(progress));
	if (skipped && skipped->start < start)
		tv_hazard(TV_HAZARD_MISSED_VMA, TV_SITE(), NULL,
			  "[%lx, %lx) was next, and next passed over it", skipped->start,
			  skipped->end);
}

bool tv_progress_shown(struct tv_progress *progress, const struct vm_area_struct *vma)
{
	bool back = went_back(progress, vma);

	check_repeated(progress, vma);
	check_skipped(progress, vma->vm_start);
	if (progress->nr == TV_PROGRESS_VMAS) {
		progress->full = true;
		return !back;
	}
	progress->seen[progress->nr][0] = vma->vm_start;
	progress->seen[progress->nr++][1] = vma->vm_end;
	return !back;
}

static void check_untouched(const struct tv_progress *progress)
{
	const struct tv_shown shown = {
		.begin = progress->begin, .end = tv_current->world->move, .from = progress->from,
		.nr = progress->nr, .seen = progress->seen,
	};
	const struct tv_quiet *missed = NULL;

	while ((missed = tv_history_missed(progress->history, &shown, missed))) {
		const unsigned int marks[TV_HAZARD_MARKS] = {
			missed->since ? missed->since : shown.end,
			missed->since ? shown.end : 0,
		};

		tv_hazard_of(TV_HAZARD_MISSED_VMA, TV_SITE(), NULL, marks,
			     "[%lx, %lx) was there all the time", missed->start, missed->end);
	}
}

static void check_addresses(const struct tv_progress *progress)
{
	unsigned long start, end;

	if (tv_history_unshown(progress->history, progress->first, progress->from,
			       progress->seen, progress->nr, &start, &end))
		tv_hazard(TV_HAZARD_MISSED_VMA, TV_SITE(), NULL,
			  "[%lx, %lx) was mapped all the time", start, end);
}

void tv_progress_end(const struct tv_progress *progress)
{
	check_skipped(progress, -1UL);
	if (promises(progress, TV_PROMISE_UNTOUCHED) && is_judged(progress))
		check_untouched(progress);
	if (promises(progress, TV_PROMISE_ADDRESSES) && is_judged(progress))
		check_addresses(progress);
}
