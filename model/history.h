/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What became of an address space: what a walk is held against. Kept under
 * the explorer only, where address spaces are small.
 *
 * Executions that differ only in the order of independent steps are one for
 * the explorer, so nothing here may depend on that order. Changes of the tree
 * are counted: everybody who reads the tree is ordered with them. What else is
 * kept has the number of the move at which it happened, and two of these are
 * compared by happened_before() of the world, not by which number is smaller.
 */
#ifndef TV_MODEL_HISTORY_H
#define TV_MODEL_HISTORY_H

#include "model/mm_types.h"

#define TV_HISTORY_VMAS		32	/* in the tree at once */
#define TV_HISTORY_PERIODS	192
#define TV_HISTORY_CHANGES	128

/* A VMA was in the tree with this range, from one change of the tree to another. */
struct tv_life {
	unsigned long start, end;	/* end exclusive */
	const struct vm_area_struct *vma;	/* compared only */
	unsigned int generation;	/* of its memory: tv_object_generation() */
	unsigned int born, gone;	/* numbers of changes; gone 0: it still is */
};

/* A VMA was in the tree and no writer had it, from one move to another. */
struct tv_quiet {
	unsigned long start, end;
	const struct vm_area_struct *vma;
	unsigned int generation;
	unsigned int since, until;	/* moves; since 0: from the beginning; until 0: it still is */
};

struct tv_history {
	const struct mm_struct *mm;
	bool full;			/* something did not fit: nothing can be said any more */
	unsigned int changes;		/* of the tree, so far; the first is what it was at first */
	unsigned int change_move[TV_HISTORY_CHANGES + 1];	/* by number of the change */
	unsigned int nr_lives, nr_quiets;
	struct tv_life lives[TV_HISTORY_PERIODS];
	struct tv_quiet quiets[TV_HISTORY_PERIODS];
};

/* From what @mm is now. */
void tv_history_init(struct tv_history *history, struct mm_struct *mm);

/* --- told by those who change the mm; none of these minds a mm without a history ------ */

/* The tree has changed, in a step that touched it, and fields agree with it. */
void tv_history_commit(struct mm_struct *mm);
/* The number of the change that a write to a VMA of @mm belongs to: the next one. */
unsigned int tv_history_next_change(const struct mm_struct *mm);
/* A writer takes @vma: no new reader gets in. */
void tv_history_write_locked(const struct vm_area_struct *vma);
/* All write locks of VMAs of @mm are about to end. */
void tv_history_write_unlock(struct mm_struct *mm);
/* Nobody can walk it any more, and its VMAs go. */
void tv_history_emptied(struct mm_struct *mm);
/* The current actor looks into the tree: the first time since tv_history_look_anew() counts. */
void tv_history_looked(const struct mm_struct *mm);
void tv_history_look_anew(void);

/* --- asked by those who judge ------------------------------------------------------- */

/*
 * Did a VMA have the range [@start, @end) at some time from change @since to
 * change @until? And did one start there, did one end there?
 */
bool tv_history_has(const struct tv_history *history, unsigned int since, unsigned int until,
		    unsigned long start, unsigned long end);
bool tv_history_has_ends(const struct tv_history *history, unsigned int since,
			 unsigned int until, unsigned long start, unsigned long end);

/*
 * Can it be that at move @move no VMA had [@start, @end) any more? Then the
 * move at which it went, else 0.
 */
unsigned int tv_history_went(const struct tv_history *history, unsigned int move,
			     unsigned long start, unsigned long end);

/* What a walk has shown. */
struct tv_shown {
	unsigned int begin, end;	/* moves: new has returned; next has returned NULL */
	unsigned long from;		/* where it began */
	unsigned int nr;
	const unsigned long (*seen)[2];
};

/*
 * The next VMA after @prev (NULL: the first) that nobody touched while the
 * walk lasted, and that it did not show. NULL: there is none.
 */
const struct tv_quiet *tv_history_missed(const struct tv_history *history,
					 const struct tv_shown *shown,
					 const struct tv_quiet *prev);

/*
 * How many VMAs at or above @from, of those that were there as of change
 * @first, have had their ranges until now, and are in none of @seen.
 */
unsigned int tv_history_not_shown(const struct tv_history *history, unsigned int first,
				  unsigned long from, const unsigned long (*seen)[2],
				  unsigned int nr);

/* The first VMA of now that ends above @addr. NULL: none. */
const struct tv_life *tv_history_above(const struct tv_history *history, unsigned long addr);

/*
 * Lowest addresses at or above @from that were mapped as of every change from
 * @first on, by whichever VMAs, and that no range of @seen holds: [*@start,
 * *@end). False: there are none.
 */
bool tv_history_unshown(const struct tv_history *history, unsigned int first, unsigned long from,
			const unsigned long (*seen)[2], unsigned int nr, unsigned long *start,
			unsigned long *end);

#endif
