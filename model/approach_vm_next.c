// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Approach "vm_next": a program reads task->mm, mm->mmap and then vm_next of
 * each VMA with bpf_probe_read_kernel(), as profilers did until Linux 6.1 took
 * the list away.
 *
 * It takes nothing and asks nobody, so it runs anywhere and delays no one. A
 * probe read never faults: what was freed is read as it was, or as what it has
 * become, and the program is not told.
 */
#include <errno.h>
#include "model/approach.h"
#include "model/object.h"
#include "model/world.h"

struct task_vma_walk {
	struct tv_approach reader;
	struct mm_struct *mm;
	struct vm_area_struct *vma;	/* in view, in the kernel's memory; NULL: before the first */
	unsigned long from;
	struct vm_area_struct copy;	/* what was read of it */
};

int vm_next_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr);
struct vm_area_struct *vm_next_approach_next(struct bpf_iter_task_vma *it);
void vm_next_approach_destroy(struct bpf_iter_task_vma *it);

/*
 * BPF_CORE_READ() of one member of what @from points to into @to; @from may be
 * rubbish, so it is no pointer for the compiler here. What cannot be read ends
 * the walk.
 */
#define probe(walk, to, from, member) \
	probe_read(walk, &(to), \
		   (const void *)((uintptr_t)(from) + offsetof(typeof(*(from)), member)), \
		   sizeof(to), "probe read " #member, TV_SITE())

static bool probe_read(struct task_vma_walk *walk, void *to, const void *from, size_t size,
		       const char *what, const struct tv_site *site)
{
	walk->reader.calls++;
	if (tv_probe_read(to, from, size, what, site))
		return true;
	tv_refuse(tv_current->world, TV_RES_KMALLOC, NULL, "a probe read found no memory", site);
	walk->reader.error = -EFAULT;
	return false;
}

int vm_next_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr)
{
	struct task_vma_walk *walk = tv_approach_begin(it, sizeof(*walk));

	if (!walk)
		return -ENOMEM;
	walk->from = addr;
	if (!probe(walk, walk->mm, task, mm) || !walk->mm) {
		int err = walk->reader.error ? walk->reader.error : -ENOENT;

		tv_approach_end(it);
		return err;
	}
	/* what a task's mm points to is alive at this moment, if not for long */
	tv_approach_set_mm(&walk->reader, walk->mm);
	return 0;
}

/* From the VMA in view, or the mm, to the next one; false: at the end, or lost. */
static bool step(struct task_vma_walk *walk)
{
	struct vm_area_struct *next = NULL;

	if (walk->vma ? !probe(walk, next, walk->vma, vm_next) : !probe(walk, next, walk->mm, mmap))
		return false;
	walk->vma = next;
	return next;
}

/* What no program reads, but who judges it wants to know: whose VMA it was, and as of when. */
static void peek(struct task_vma_walk *walk)
{
	struct vm_area_struct seen;

	if (!tv_probe_peek(&seen, walk->vma, sizeof(seen)))
		return;
	walk->copy.vm_mm = seen.vm_mm;
	if (seen.tv_change > walk->copy.tv_change)
		walk->copy.tv_change = seen.tv_change;
}

/* Both ends of the VMA, one after the other. */
static bool read_ends(struct task_vma_walk *walk)
{
	struct vm_area_struct *copy = &walk->copy;

	copy->tv_change = 0;
	if (!probe(walk, copy->vm_start, walk->vma, vm_start))
		return false;
	peek(walk);
	if (!probe(walk, copy->vm_end, walk->vma, vm_end))
		return false;
	peek(walk);
	return true;
}

struct vm_area_struct *vm_next_approach_next(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	if (!walk || walk->reader.error)
		return NULL;
	do {
		tv_approach_read(&walk->reader);
		if (!step(walk) || !read_ends(walk))
			return NULL;
	} while (walk->copy.vm_end <= walk->from);
	return &walk->copy;
}

void vm_next_approach_destroy(struct bpf_iter_task_vma *it)
{
	if (iter_walk(it))
		tv_approach_end(it);
}
