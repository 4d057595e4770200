// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The approaches by name, and what they have in common. */
#include <string.h>
#include "model/approach.h"
#include "model/object.h"

#define DECLARE_APPROACH(name) \
	int name##_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, \
				__u64 addr); \
	struct vm_area_struct *name##_approach_next(struct bpf_iter_task_vma *it); \
	void name##_approach_destroy(struct bpf_iter_task_vma *it)

#define APPROACH(way, promise, text, ...) \
	(const struct tv_iter_design){ \
		.name = #way, .summary = text, .promises = promise, .approach = true, \
		.iter_new = way##_approach_new, \
		.iter_next = way##_approach_next, \
		.iter_destroy = way##_approach_destroy, __VA_ARGS__ \
	}

DECLARE_APPROACH(maps);
DECLARE_APPROACH(vm_next);
DECLARE_APPROACH(find_vma);
DECLARE_APPROACH(seq_file);
DECLARE_APPROACH(seq_file_v5);

/* A program that runs with mmap_lock held, which is dropped between two VMAs. */
#define DROPS_LOCK	(TV_PROMISE_STABLE | TV_PROMISE_UNTOUCHED | TV_PROMISE_NEXT | \
			 TV_PROMISE_ADDRESSES)

const struct tv_iter_design *const tv_approaches[] = {
	/* Documentation/filesystems/proc.rst: no two regions overlap, what stays gets some output */
	&APPROACH(maps, TV_PROMISE_DISJOINT | TV_PROMISE_ADDRESSES,
		  "/proc/PID/maps, read piece by piece"),
	&APPROACH(vm_next, TV_PROMISE_FORWARD | TV_PROMISE_UNTOUCHED,
		  "Linux before 6.1: the list vm_next, by probe reads", .reads_vm_next = true),
	&APPROACH(find_vma, TV_PROMISE_FORWARD | DROPS_LOCK,
		  "bpf_find_vma in a loop, with BPF_F_VMA_NEXT (2023, not merged)"),
	&APPROACH(seq_file, DROPS_LOCK,
		  "bpf_iter task_vma (Linux 6.2): mmap_lock dropped when contended"),
	&APPROACH(seq_file_v5, DROPS_LOCK,
		  "bpf_iter task_vma as its series had it up to v5 (2021)"),
	NULL,
};

const struct tv_iter_design *tv_approach_find(const char *name)
{
	const struct tv_iter_design *const *approach;

	for (approach = tv_approaches; *approach; approach++) {
		if (!strcmp((*approach)->name, name))
			return *approach;
	}
	return tv_iter_design_find(name);
}

void *tv_approach_begin(struct bpf_iter_task_vma *it, size_t size)
{
	void *walk = tv_object_alloc(tv_current->world, TV_TYPE_PROGRAM, size, TV_SITE());

	iter_set_walk(it, walk);
	return walk;
}

void tv_approach_end(struct bpf_iter_task_vma *it)
{
	void *walk = iter_walk(it);

	iter_set_walk(it, NULL);
	if (!tv_current->world->slots)
		tv_object_free(tv_current->world, walk, TV_SITE());
}

struct tv_approach *tv_approach_of(const struct bpf_iter_task_vma *it)
{
	return (struct tv_approach *)iter_walk(it);
}

void tv_approach_set_mm(struct tv_approach *approach, struct mm_struct *mm)
{
	approach->mm = mm;
	approach->history = mm->tv_history;
	tv_approach_read(approach);
}

void tv_approach_read(struct tv_approach *approach)
{
	approach->since = approach->history ? approach->history->changes : 0;
}

void *tv_kmalloc(size_t size, const struct tv_site *site)
{
	void *ptr = tv_object_alloc(tv_current->world, TV_TYPE_KMALLOC, size, site);

	if (ptr)
		tv_event(tv_current->world, TV_ACQUIRE, TV_RES_KMALLOC, ptr, site);
	return ptr;
}

void tv_kfree(void *ptr, const struct tv_site *site)
{
	if (!ptr)
		return;
	tv_event(tv_current->world, TV_RELEASE, TV_RES_KMALLOC, ptr, site);
	tv_object_free(tv_current->world, ptr, site);
}
