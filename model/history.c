// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What became of an address space. */
#include "model/history.h"
#include "model/object.h"
#include "model/world.h"

static unsigned int this_move(void)
{
	return tv_current->world->move;
}

static bool before(unsigned int a, unsigned int b)
{
	return tv_current->world->happened_before(a, b);
}

/* --- what is told -------------------------------------------------------------- */

static bool same_vma(const struct vm_area_struct *vma, const struct vm_area_struct *past,
		     unsigned int generation)
{
	return vma == past && tv_object_generation(vma) == generation;
}

static void begin_quiet(struct tv_history *history, const struct vm_area_struct *vma)
{
	if (history->nr_quiets == TV_HISTORY_PERIODS) {
		history->full = true;
		return;
	}
	history->quiets[history->nr_quiets++] = (struct tv_quiet){
		.start = vma->vm_start, .end = vma->vm_end, .vma = vma,
		.generation = tv_object_generation(vma), .since = this_move(),
	};
}

static void begin_life(struct tv_history *history, const struct vm_area_struct *vma)
{
	if (history->nr_lives == TV_HISTORY_PERIODS) {
		history->full = true;
		return;
	}
	history->lives[history->nr_lives++] = (struct tv_life){
		.start = vma->vm_start, .end = vma->vm_end, .vma = vma,
		.generation = tv_object_generation(vma), .born = history->changes,
	};
}

/* Lives on as it was: taken off @open, the set of those not found again yet. */
static bool lives_on(const struct tv_history *history, const struct vm_area_struct *vma,
		     bool open[TV_HISTORY_PERIODS])
{
	unsigned int i;

	for (i = 0; i < history->nr_lives; i++) {
		const struct tv_life *life = &history->lives[i];

		if (open[i] && life->start == vma->vm_start && life->end == vma->vm_end &&
		    same_vma(vma, life->vma, life->generation)) {
			open[i] = false;
			return true;
		}
	}
	return false;
}

/* One change more. False: there were too many. */
static bool count_change(struct tv_history *history)
{
	if (history->changes == TV_HISTORY_CHANGES) {
		history->full = true;
		return false;
	}
	history->change_move[++history->changes] = this_move();
	return true;
}

void tv_history_commit(struct mm_struct *mm)
{
	struct tv_history *history = mm->tv_history;
	bool open[TV_HISTORY_PERIODS];
	struct vm_area_struct *vma;
	unsigned int i, nr;
	VMA_ITERATOR(vmi, mm, 0);

	if (!history || !count_change(history))
		return;
	nr = history->nr_lives;
	for (i = 0; i < nr; i++)
		open[i] = !history->lives[i].gone;
	for (; i < TV_HISTORY_PERIODS; i++)
		open[i] = false;
	for_each_vma(vmi, vma) {
		if (!lives_on(history, vma, open))
			begin_life(history, vma);
	}
	for (i = 0; i < nr; i++) {
		if (open[i])
			history->lives[i].gone = history->changes;
	}
}

void tv_history_init(struct tv_history *history, struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	history->mm = mm;
	history->full = false;
	history->changes = history->nr_lives = history->nr_quiets = 0;
	mm->tv_history = history;
	tv_history_commit(mm);
	for_each_vma(vmi, vma)
		begin_quiet(history, vma);
}

unsigned int tv_history_next_change(const struct mm_struct *mm)
{
	return mm->tv_history ? mm->tv_history->changes + 1 : 0;
}

void tv_history_write_locked(const struct vm_area_struct *vma)
{
	struct tv_history *history = vma->vm_mm->tv_history;
	unsigned int i;

	for (i = 0; history && i < history->nr_quiets; i++) {
		struct tv_quiet *quiet = &history->quiets[i];

		if (!quiet->until && same_vma(vma, quiet->vma, quiet->generation))
			quiet->until = this_move();
	}
}

void tv_history_write_unlock(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	if (!mm->tv_history)
		return;
	for_each_vma(vmi, vma) {
		if (vma->vm_lock_seq == mm->mm_lock_seq)
			begin_quiet(mm->tv_history, vma);
	}
}

void tv_history_emptied(struct mm_struct *mm)
{
	struct tv_history *history = mm->tv_history;
	unsigned int i;

	for (i = 0; history && i < history->nr_quiets; i++) {
		if (!history->quiets[i].until)
			history->quiets[i].until = this_move();
	}
	if (!history || !count_change(history))
		return;
	for (i = 0; i < history->nr_lives; i++) {
		if (!history->lives[i].gone)
			history->lives[i].gone = history->changes;
	}
}

void tv_history_looked(const struct mm_struct *mm)
{
	if (!tv_current->looked_in && mm->tv_history) {
		tv_current->looked_in = mm->tv_history;
		tv_current->looked_at = mm->tv_history->changes;
	}
}

void tv_history_look_anew(void)
{
	tv_current->looked_in = NULL;
}

/* --- what is asked ------------------------------------------------------------- */

/* The next life after number @i that overlaps the changes from @since to @until. */
static const struct tv_life *next_life(const struct tv_history *history, unsigned int since,
				       unsigned int until, unsigned int *i)
{
	while (*i < history->nr_lives) {
		const struct tv_life *life = &history->lives[(*i)++];

		if (life->born <= until && (!life->gone || life->gone > since))
			return life;
	}
	return NULL;
}

bool tv_history_has(const struct tv_history *history, unsigned int since, unsigned int until,
		    unsigned long start, unsigned long end)
{
	const struct tv_life *life;
	unsigned int i = 0;

	while ((life = next_life(history, since, until, &i))) {
		if (life->start == start && life->end == end)
			return true;
	}
	return false;
}

bool tv_history_has_ends(const struct tv_history *history, unsigned int since,
			 unsigned int until, unsigned long start, unsigned long end)
{
	bool starts = false, ends = false;
	const struct tv_life *life;
	unsigned int i = 0;

	while ((life = next_life(history, since, until, &i))) {
		starts |= life->start == start;
		ends |= life->end == end;
	}
	return starts && ends;
}

unsigned int tv_history_went(const struct tv_history *history, unsigned int move,
			     unsigned long start, unsigned long end)
{
	unsigned int i, went = 0;

	for (i = 0; i < history->nr_lives; i++) {
		const struct tv_life *life = &history->lives[i];
		unsigned int gone = life->gone ? history->change_move[life->gone] : 0;

		if (life->start != start || life->end != end ||
		    before(move, history->change_move[life->born]))
			continue;
		if (!gone || before(move, gone))
			return 0;
		went = gone;
	}
	return went;
}

static bool covered(const struct tv_quiet *quiet, const struct tv_shown *shown)
{
	unsigned int i;

	for (i = 0; i < shown->nr; i++) {
		if (shown->seen[i][0] <= quiet->start && shown->seen[i][1] >= quiet->end)
			return true;
	}
	return false;
}

/* Does the walk fit into the quiet, in this order of steps or in one that is the same? */
static bool fits(const struct tv_shown *shown, const struct tv_quiet *quiet)
{
	return !before(shown->begin, quiet->since) &&
	       !(quiet->until && before(quiet->until, shown->end));
}

const struct tv_quiet *tv_history_missed(const struct tv_history *history,
					 const struct tv_shown *shown,
					 const struct tv_quiet *prev)
{
	const struct tv_quiet *quiet = prev ? prev + 1 : history->quiets;

	for (; quiet < history->quiets + history->nr_quiets; quiet++) {
		if (quiet->end > shown->from && fits(shown, quiet) && !covered(quiet, shown))
			return quiet;
	}
	return NULL;
}

/* A VMA with this range was there as of every change from @first on. */
static bool stood(const struct tv_history *history, unsigned int first, unsigned long start,
		  unsigned long end)
{
	for (; first <= history->changes; first++) {
		if (!tv_history_has(history, first, first, start, end))
			return false;
	}
	return true;
}

unsigned int tv_history_not_shown(const struct tv_history *history, unsigned int first,
				  unsigned long from, const unsigned long (*seen)[2],
				  unsigned int nr)
{
	const struct tv_life *life;
	unsigned int i = 0, missed = 0, j;

	while ((life = next_life(history, first, first, &i))) {
		for (j = 0; j < nr; j++) {
			if (seen[j][0] <= life->start && seen[j][1] >= life->end)
				break;
		}
		missed += j == nr && life->end > from &&
			  stood(history, first, life->start, life->end);
	}
	return missed;
}

/* The first VMA above @addr as of @change. */
static const struct tv_life *above(const struct tv_history *history, unsigned int change,
				   unsigned long addr)
{
	const struct tv_life *life, *first = NULL;
	unsigned int i = 0;

	while ((life = next_life(history, change, change, &i))) {
		if (life->end > addr && (!first || life->start < first->start))
			first = life;
	}
	return first;
}

const struct tv_life *tv_history_above(const struct tv_history *history, unsigned long addr)
{
	return above(history, history->changes, addr);
}

/* The first address from @addr on that no range of @seen holds. */
static unsigned long past_seen(const unsigned long (*seen)[2], unsigned int nr,
			       unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (seen[i][0] <= addr && addr < seen[i][1])
			return past_seen(seen, nr, seen[i][1]);
	}
	return addr;
}

/* From *@addr on, up to where it was mapped; *@addr moves over a hole. False: all is hole. */
static bool to_mapped(const struct tv_history *history, unsigned int change, unsigned long *addr,
		      unsigned long *end)
{
	const struct tv_life *vma = above(history, change, *addr);

	if (!vma)
		return false;
	if (vma->start > *addr)
		*addr = vma->start;
	if (vma->end < *end)
		*end = vma->end;
	return true;
}

bool tv_history_unshown(const struct tv_history *history, unsigned int first, unsigned long from,
			const unsigned long (*seen)[2], unsigned int nr, unsigned long *start,
			unsigned long *end)
{
	unsigned long addr = from, before;
	unsigned int i;

	/* each of them pushes addr up; once none does, all agree on it */
	do {
		before = addr = past_seen(seen, nr, addr);
		*end = -1UL;
		for (i = first; i <= history->changes; i++) {
			if (!to_mapped(history, i, &addr, end))
				return false;
		}
	} while (addr != before);
	for (i = 0; i < nr; i++) {
		if (seen[i][0] > addr && seen[i][0] < *end)
			*end = seen[i][0];
	}
	*start = addr;
	return true;
}
