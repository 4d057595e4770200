// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Approach "find_vma": bpf_find_vma() in a loop, each time with the end of the
 * VMA before; David Marchevsky, "bpf: Introduce BPF_F_VMA_NEXT flag for
 * bpf_find_vma helper" (RFC, August 2023), out of which the open-coded
 * iterator came.
 *
 * Each call is on its own: it reads task->mm, tries mmap_lock, and gives it
 * back behind the callback, or queues that. So a walk can end in -EBUSY at any
 * VMA, and with interrupts off does so at the second. The first call is made
 * by new.
 */
#include <errno.h>
#include "model/approach.h"
#include "model/find_vma.h"

struct task_vma_walk {
	struct tv_approach reader;
	struct task_struct *task;
	struct tv_find_vma call;	/* in whose callback the program is */
	struct vm_area_struct *vma;	/* that the callback gets; NULL: there is none */
	bool called;			/* by new, and its VMA not shown yet */
};

int find_vma_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr);
struct vm_area_struct *find_vma_approach_next(struct bpf_iter_task_vma *it);
void find_vma_approach_destroy(struct bpf_iter_task_vma *it);

static int call_for(struct task_vma_walk *walk, unsigned long addr)
{
	walk->reader.calls++;
	walk->vma = NULL;
	return tv_find_vma_begin(&walk->call, walk->task, addr, &walk->vma);
}

int find_vma_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr)
{
	struct task_vma_walk *walk = tv_approach_begin(it, sizeof(*walk));
	int err;

	if (!walk)
		return -ENOMEM;
	walk->task = task;
	err = call_for(walk, addr);
	if (err) {
		tv_approach_end(it);
		return err;
	}
	walk->called = true;
	tv_approach_set_mm(&walk->reader, walk->call.mm);
	return 0;
}

struct vm_area_struct *find_vma_approach_next(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);
	unsigned long end;

	if (!walk)
		return NULL;
	if (!walk->called && walk->vma) {
		end = walk->vma->vm_end;
		tv_find_vma_end(&walk->call);
		walk->reader.error = call_for(walk, end);
	}
	walk->called = false;
	tv_approach_read(&walk->reader);
	return walk->vma;
}

void find_vma_approach_destroy(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	if (!walk)
		return;
	tv_find_vma_end(&walk->call);
	tv_approach_end(it);
}
