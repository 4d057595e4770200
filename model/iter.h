/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The designs of bpf_iter_task_vma, each the same three kfuncs. */
#ifndef TV_MODEL_ITER_H
#define TV_MODEL_ITER_H

#include "model/world.h"
#include "model/task_vma_iter.h"

/* What a design says of the VMAs it shows; the explorer holds it to that. */
enum {
	TV_PROMISE_STABLE = 1,		/* what is in view does not change, nor go, until next */
	TV_PROMISE_DISJOINT = 2,	/* no address is shown twice */
	TV_PROMISE_FORWARD = 4,		/* each VMA ends above the one before it */
	TV_PROMISE_UNTOUCHED = 8,	/* whom no writer touched meanwhile is not missed */
	TV_PROMISE_NEXT = 16,		/* next shows the next one there is at that moment */
	TV_PROMISE_ADDRESSES = 32,	/* what was mapped all the time is shown, by whichever VMA */
};

struct tv_iter_design {
	const char *name;
	const char *summary;	/* one line */
	unsigned int promises;	/* TV_PROMISE_* */
	int (*iter_new)(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr);
	struct vm_area_struct *(*iter_next)(struct bpf_iter_task_vma *it);
	void (*iter_destroy)(struct bpf_iter_task_vma *it);
	bool approach;			/* not an iterator of BPF programs: see model/approach.h */
	bool reads_vm_next;		/* it walks the list of old, which worlds then keep */
};

/* NULL-terminated; the first is the default. */
extern const struct tv_iter_design *const tv_iter_designs[];

/* The design called @name, or NULL. */
const struct tv_iter_design *tv_iter_design_find(const char *name);

/*
 * What a program does on one CPU in one context: new, next until NULL (or
 * until @visit returns nonzero), destroy. Then the context is left, so that
 * deferred work runs. @visited (may be NULL) counts the VMAs shown.
 *
 * Returns 0, the errno of new, or the nonzero of @visit.
 */
int tv_iter_walk(struct tv_world *world, const struct tv_iter_design *design,
		 enum tv_context context, struct task_struct *task, __u64 addr,
		 int (*visit)(void *arg, const struct vm_area_struct *vma), void *arg,
		 unsigned long *visited);

/*
 * Why the last `new` on @task failed with @err, as a clause
 * ("mmap_lock is held by a writer"). Valid until the world is destroyed.
 */
const char *tv_iter_failure_reason(const struct tv_world *world,
				   const struct task_struct *task, int err);

#endif
