/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How a walk gets on: what it has shown so far, held against what its design
 * promises and what the address space was meanwhile. Tells the hazards
 * "missed VMA" and "repeated VMA".
 */
#ifndef TV_MODEL_PROGRESS_H
#define TV_MODEL_PROGRESS_H

#include "model/history.h"
#include "model/iter.h"

#define TV_PROGRESS_VMAS	32	/* of one walk; one that shows more is not judged any further */

struct tv_progress {
	const struct tv_iter_design *design;
	const struct tv_history *history;	/* NULL: of an mm that nobody keeps one of */
	unsigned long from;			/* where it began */
	unsigned int begin;			/* move: new has returned */
	unsigned int began;			/* change at that time, where it is measured */
	unsigned int first;			/* change at which next first looked; 0: not yet */
	unsigned long seen[TV_PROGRESS_VMAS][2];	/* start and end of each VMA shown */
	unsigned int nr;
	bool full;
};

/* new has returned 0. @history may be NULL. */
void tv_progress_begin(struct tv_progress *progress, const struct tv_iter_design *design,
		       const struct tv_history *history, unsigned long from);
/* next has returned; it looked into the address space when this was at @change. */
void tv_progress_looked(struct tv_progress *progress, unsigned int change);
/* It has returned @vma. False: the walk went back. */
bool tv_progress_shown(struct tv_progress *progress, const struct vm_area_struct *vma);
/* It has returned NULL, because there is no VMA any more. */
void tv_progress_end(const struct tv_progress *progress);

#endif
