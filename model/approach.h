/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What came before the iterator: other ways to learn a task's VMAs. Each is
 * written as a design, so that it can be explored and compared like one; its
 * new, next and destroy are not kfuncs, but what a program, or a reader in user
 * space, did instead:
 *
 * maps         open, read until the end, close of /proc/PID/maps
 * vm_next      probe reads along the list that VMAs had until Linux 6.1
 * find_vma     bpf_find_vma() in a loop, with BPF_F_VMA_NEXT as proposed in 2023
 * seq_file     the bpf_iter "task_vma" (Linux 5.13 and later), as it is since 6.2
 * seq_file_v5  the same by the rule of its series up to v5 (2021)
 *
 * What they show is VMA by VMA, and the actions inside of a walk are done then:
 * in the callback of bpf_find_vma(), in the program of the bpf_iter, or, where
 * what is shown is a copy, by whoever has it.
 */
#ifndef TV_MODEL_APPROACH_H
#define TV_MODEL_APPROACH_H

#include "model/history.h"
#include "model/iter.h"

/*
 * VMAs that one read(2) of maps, or of the bpf_iter, has room for. Small on
 * purpose, as scenarios are: a page has room for some fifty.
 */
#define TV_APPROACH_READ	2

/* Memory of the reader's own; the walk of each approach begins with it. */
struct tv_approach {
	const struct mm_struct *mm;	/* that is walked; compared only */
	struct tv_history *history;	/* of that; may be NULL */
	unsigned int since;		/* change of that when what is in view was read */
	int error;			/* next ended the walk with it, not the last VMA; negative */
	unsigned long calls;		/* system calls, helpers, probe reads; open counts the close */
};

/* NULL-terminated. */
extern const struct tv_iter_design *const tv_approaches[];

/* The approach, or the design of the iterator, called @name; or NULL. */
const struct tv_iter_design *tv_approach_find(const char *name);

/*
 * The reader's memory for a walk, zeroed, of @size bytes: up to 400. NULL:
 * out of memory. tv_approach_end() gives it back, though not what a walk
 * under the explorer has copied: that may be read after the walk.
 */
void *tv_approach_begin(struct bpf_iter_task_vma *it, size_t size);
void tv_approach_end(struct bpf_iter_task_vma *it);
/* NULL after a new that failed. */
struct tv_approach *tv_approach_of(const struct bpf_iter_task_vma *it);

/* What is walked: @mm, alive now. */
void tv_approach_set_mm(struct tv_approach *approach, struct mm_struct *mm);
/* What comes into view is read now. */
void tv_approach_read(struct tv_approach *approach);

/* Linux kmalloc(GFP_KERNEL), kfree(): memory of an open file. NULL: the machine has none. */
void *tv_kmalloc(size_t size, const struct tv_site *site);
void tv_kfree(void *ptr, const struct tv_site *site);

#endif
