// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The designs by name, and the plainest program that uses one. */
#include <errno.h>
#include <string.h>
#include "model/iter.h"

#define DECLARE_DESIGN(name) \
	int name##_iter_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr); \
	struct vm_area_struct *name##_iter_next(struct bpf_iter_task_vma *it); \
	void name##_iter_destroy(struct bpf_iter_task_vma *it)

#define DESIGN(design, promise, text) \
	(const struct tv_iter_design){ \
		.name = #design, .summary = text, .promises = promise, \
		.iter_new = design##_iter_new, \
		.iter_next = design##_iter_next, \
		.iter_destroy = design##_iter_destroy, \
	}

DECLARE_DESIGN(mmap_lock);
DECLARE_DESIGN(vma_lock);
DECLARE_DESIGN(vma_ref);
DECLARE_DESIGN(rcu_addr);
DECLARE_DESIGN(snapshot);

const struct tv_iter_design *const tv_iter_designs[] = {
	&DESIGN(mmap_lock, TV_PROMISE_STABLE | TV_PROMISE_DISJOINT | TV_PROMISE_FORWARD |
		TV_PROMISE_UNTOUCHED,
		"Linux 6.7 (series v5): mmap_lock held for reading from new to destroy"),
	&DESIGN(vma_lock, TV_PROMISE_STABLE | TV_PROMISE_FORWARD | TV_PROMISE_UNTOUCHED,
		"the VMA in view is locked for reading"),
	&DESIGN(vma_ref, TV_PROMISE_FORWARD | TV_PROMISE_UNTOUCHED,
		"the VMA in view is referenced, nothing is locked"),
	&DESIGN(rcu_addr, TV_PROMISE_FORWARD | TV_PROMISE_UNTOUCHED,
		"RCU only; each next looks its address up afresh"),
	&DESIGN(snapshot, TV_PROMISE_FORWARD | TV_PROMISE_UNTOUCHED,
		"Linux since 2026: a copy of each VMA, made under its own lock"),
	NULL,
};

const struct tv_iter_design *tv_iter_design_find(const char *name)
{
	const struct tv_iter_design *const *design;

	for (design = tv_iter_designs; *design; design++) {
		if (!strcmp((*design)->name, name))
			return *design;
	}
	return NULL;
}

int tv_iter_walk(struct tv_world *world, const struct tv_iter_design *design,
		 enum tv_context context, struct task_struct *task, __u64 addr,
		 int (*visit)(void *arg, const struct vm_area_struct *vma), void *arg,
		 unsigned long *visited)
{
	struct tv_actor program = {
		.world = world, .cpu = &world->cpus[0], .name = "program",
	};
	const struct vm_area_struct *vma;
	struct bpf_iter_task_vma it;
	unsigned long shown = 0;
	int err, stop = 0;

	tv_context_enter(&program, context);
	err = design->iter_new(&it, task, addr);
	/* after a failed new, next and destroy are still called: programs must, too */
	while (!stop && (vma = design->iter_next(&it))) {
		shown++;
		stop = visit(arg, vma);
	}
	design->iter_destroy(&it);
	tv_context_leave(&program);

	if (visited)
		*visited = shown;
	return err ? err : stop;
}

const char *tv_iter_failure_reason(const struct tv_world *world,
				   const struct task_struct *task, int err)
{
	if (err == -ENOENT && (task->flags & PF_KTHREAD))
		return "the task is a kernel thread and has no mm";
	if (err == -ENOENT && (task->flags & PF_EXITING))
		return "the task has exited and its mm is gone";
	if (err != -ENOENT && world->last_refusal.seq)
		return world->last_refusal.why;
	return "the design gave no reason";
}
