/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What an address space looked like, change by change: what a walk is held
 * against. Kept under the explorer only, where address spaces are small.
 */
#ifndef TV_MODEL_HISTORY_H
#define TV_MODEL_HISTORY_H

#include "model/mm_types.h"

#define TV_HISTORY_VMAS		32	/* of one version */
#define TV_HISTORY_VERSIONS	64

struct tv_version_vma {
	unsigned long start, end;	/* end exclusive */
	unsigned long vm_flags;
	const struct vm_area_struct *vma;	/* compared only */
	unsigned int generation;	/* of its memory: tv_object_generation() */
	unsigned int lock_seq;		/* vm_lock_seq: another number, written meanwhile */
	bool locked;			/* for writing, when the version began */
};

struct tv_version {
	unsigned int nr;
	struct tv_version_vma vmas[TV_HISTORY_VMAS];
};

struct tv_history {
	const struct mm_struct *mm;
	unsigned int nr;		/* versions; the last is current */
	bool full;			/* a change did not fit: nothing can be said any more */
	struct tv_version versions[TV_HISTORY_VERSIONS];
};

void tv_history_init(struct tv_history *history, const struct mm_struct *mm);
/* The tree of the mm has changed, or its VMAs are no longer locked for writing. */
void tv_history_commit(struct mm_struct *mm);

/* The version that is current; 0 before the first commit. */
unsigned int tv_history_current(const struct tv_history *history);

/* Is a VMA [@start, @end) in a version from @first to @last? */
bool tv_history_has(const struct tv_history *history, unsigned int first, unsigned int last,
		    unsigned long start, unsigned long end);
/* Does a VMA of one of those versions start (end) there? */
bool tv_history_has_start(const struct tv_history *history, unsigned int first,
			  unsigned int last, unsigned long start);
bool tv_history_has_end(const struct tv_history *history, unsigned int first, unsigned int last,
			unsigned long end);

/*
 * A VMA at or above @from that stood untouched in every version from @first
 * on and that @seen, an array of @nr ranges, does not cover. NULL: none.
 */
const struct tv_version_vma *tv_history_missed(const struct tv_history *history,
					       unsigned int first, unsigned long from,
					       const unsigned long (*seen)[2], unsigned int nr);

/* The first VMA of the current version that ends above @addr. NULL: none. */
const struct tv_version_vma *tv_history_above(const struct tv_history *history,
					      unsigned long addr);

/*
 * Lowest addresses at or above @from that were mapped in every version from
 * @first on, by whichever VMAs, and that no range of @seen holds: [*@start,
 * *@end). False: there are none.
 */
bool tv_history_unshown(const struct tv_history *history, unsigned int first, unsigned long from,
			const unsigned long (*seen)[2], unsigned int nr, unsigned long *start,
			unsigned long *end);

#endif
