/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What one walk shows, held against what its design says of it. */
#ifndef THREADS_JUDGE_H
#define THREADS_JUDGE_H

#include "tests/race/threads/objects.h"

struct bpf_iter_task_vma;

/* What a design says of the VMAs it shows. */
enum {
	WHOLE = 1,	/* each is as it once was: its fields belong together */
	STABLE = 2,	/* it does not change until next */
	FROZEN = 4,	/* nothing of the address space changes from new to destroy */
	HOLDS_MM = 8,	/* the address space lives as long as the walk */
	MAY_FAULT = 16,	/* the program may wait for mmap_lock between two nexts */
	OWN = 32,	/* each is of this address space, or was */
};

struct design {
	const char *name;
	unsigned int says;
	int (*iter_new)(struct bpf_iter_task_vma *it, struct task_struct *task,
			unsigned long long addr);
	struct vm_area_struct *(*iter_next)(struct bpf_iter_task_vma *it);
	void (*iter_destroy)(struct bpf_iter_task_vma *it);
};

/* What many walks showed. */
struct verdict {
	unsigned long walks, refused, shown;
	unsigned long checked;		/* walks in which none could be missed */
	unsigned long missed;		/* pillars, in those */
	unsigned long unheld;		/* walks of an mm that had no user any more */
};

struct judge {
	const struct design *design;
	struct verdict *verdict;
	unsigned long from;		/* bytes: where the walk begins */
	unsigned long last_end;		/* of what was shown last */
	unsigned long bytes, nr;	/* shown so far */
	unsigned long long seen;	/* a bit for each pillar */
	struct mm_struct *mm;		/* NULL: nothing was shown yet */
};

void judge_begin(struct judge *judge, const struct design *design, unsigned long from,
		 struct verdict *verdict);
/* @vma is in view. */
void judge_vma(struct judge *judge, const struct vm_area_struct *vma);
/*
 * The walk ends, and destroy has not run. @complete: next said NULL. @fork: fork had every VMA
 * locked meanwhile, and whom a writer has, a walk may go past.
 */
void judge_end(struct judge *judge, bool complete, bool fork);

#endif
