// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What one walk shows, held against what its design says of it. */
#include <sched.h>

#include "tests/race/threads/judge.h"
#include "tests/race/threads/space.h"

_Static_assert(PILLARS <= 64, "a bit for each");

void judge_begin(struct judge *judge, const struct design *design, unsigned long from,
		 struct verdict *verdict)
{
	*judge = (struct judge){ .design = design, .from = from, .last_end = from,
				 .verdict = verdict };
}

/* As a program reads what may change meanwhile: each field by itself. */
static struct vm_area_struct read_fields(const struct vm_area_struct *vma)
{
	return (struct vm_area_struct){
		.vm_start = READ_ONCE(vma->vm_start), .vm_end = READ_ONCE(vma->vm_end),
		.vm_mm = READ_ONCE(vma->vm_mm), .vm_flags = READ_ONCE(vma->vm_flags),
		.vm_pgoff = READ_ONCE(vma->vm_pgoff),
	};
}

static bool is_pillar(const struct vm_area_struct *vma, unsigned long cell)
{
	return vma->vm_start == cell_start(cell) && vma->vm_end == pillar_end(cell);
}

/* Plain reads here: that nobody writes at the same time is part of what is checked. */
static void check_whole(const struct judge *judge, const struct vm_area_struct *vma)
{
	unsigned long cell = FLAGS_CELL(vma->vm_flags);

	if (cell >= CELLS || vma->vm_start >= vma->vm_end || vma->vm_start < cell_start(cell) ||
	    vma->vm_end > cell_start(cell + 1) || vma->vm_pgoff != vma->vm_start / PAGE_SIZE ||
	    (vma->vm_file && vma->vm_file->cell != cell) ||
	    (cell % 2 == 0 && (!is_pillar(vma, cell) || !vma->vm_file)))
		complain("%s: torn: %#lx-%#lx, flags %#lx, page %#lx", judge->design->name,
			 vma->vm_start, vma->vm_end, vma->vm_flags, vma->vm_pgoff);
	if (vma->vm_end <= judge->last_end)
		complain("%s: back from %#lx to %#lx-%#lx", judge->design->name, judge->last_end,
			 vma->vm_start, vma->vm_end);
	if ((judge->design->says & FROZEN) && judge->nr && vma->vm_start < judge->last_end)
		complain("%s: %#lx is shown twice", judge->design->name, vma->vm_start);
}

static void check_stable(const struct judge *judge, const struct vm_area_struct *vma)
{
	struct vm_area_struct first = *vma;

	sched_yield();
	if (first.vm_start != vma->vm_start || first.vm_end != vma->vm_end ||
	    first.vm_mm != vma->vm_mm || first.vm_flags != vma->vm_flags ||
	    first.vm_pgoff != vma->vm_pgoff || first.vm_file != vma->vm_file)
		complain("%s: a VMA changes while it is in view", judge->design->name);
}

void judge_vma(struct judge *judge, const struct vm_area_struct *vma)
{
	unsigned int says = judge->design->says;
	struct vm_area_struct seen = says & WHOLE ? *vma : read_fields(vma);
	unsigned long cell = FLAGS_CELL(seen.vm_flags);

	judge->verdict->shown++;
	if (says & WHOLE)
		check_whole(judge, vma);
	if ((says & OWN) && judge->mm && seen.vm_mm != judge->mm)
		complain("%s: a VMA of another address space", judge->design->name);
	if ((says & STABLE) && judge->verdict->shown % 16 == 0)
		check_stable(judge, vma);
	if (cell < CELLS && cell % 2 == 0 && is_pillar(&seen, cell))
		judge->seen |= 1ull << cell / 2;
	judge->mm = seen.vm_mm;
	judge->last_end = seen.vm_end;
	judge->bytes += seen.vm_end - seen.vm_start;
	judge->nr++;
}

/* Nobody changes anything: then the whole of it must fit. */
static void check_frozen(struct judge *judge)
{
	struct mm_struct *mm = judge->mm;

	if (READ_ONCE(mm->mm_users) <= 0)
		judge->verdict->unheld++;
	if (!judge->from && (judge->nr != mm->map_count || judge->bytes != mm->mapped))
		complain("%s: shown are %lu VMAs, %lu bytes of %lu, %lu", judge->design->name,
			 judge->nr, judge->bytes, mm->map_count, mm->mapped);
}

/* The pillars that lie in what was walked over. */
static unsigned long long passed(const struct judge *judge, bool complete)
{
	unsigned long long pillars = 0;
	unsigned long cell;

	for (cell = 0; cell < CELLS; cell += 2) {
		if (pillar_end(cell) > judge->from &&
		    (complete || pillar_end(cell) <= judge->last_end))
			pillars |= 1ull << cell / 2;
	}
	return pillars;
}

void judge_end(struct judge *judge, bool complete, bool fork)
{
	unsigned int says = judge->design->says;

	judge->verdict->walks++;
	if ((says & FROZEN) && judge->mm && complete)
		check_frozen(judge);
	if (!judge->mm && !(says & HOLDS_MM)) {
		judge->verdict->unheld++;	/* it was emptied before it was locked */
		return;
	}
	if (fork && !(says & FROZEN))
		return;
	judge->verdict->checked++;
	judge->verdict->missed += __builtin_popcountll(passed(judge, complete) & ~judge->seen);
}
