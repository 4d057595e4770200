// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Design mmap_lock that lets writers in between two steps: each next gives
 * the lock back and tries to have it again. When that fails the walk is over,
 * since a program must not wait.
 */
#define TV_DESIGN mmap_lock_lock_dropped
#include "task_vma_env.h"

/* False: the lock was lost, *@mm is NULL from then on. */
static inline bool let_writers_in(struct mm_struct **mm, struct vma_iterator *vmi)
{
	if (!*mm)
		return false;
	mmap_read_unlock(*mm);
	/* nodes that were seen may be gone: the next look starts at the root, behind the last VMA */
	vma_iter_invalidate(vmi);
	if (mmap_read_trylock(*mm))
		return true;
	*mm = NULL;
	return false;
}

#undef vma_next
#define vma_next(vmi) \
	(let_writers_in(&walk->mm, vmi) ? tv_env_vma_next(vmi, TV_SITE()) : NULL)

#undef bpf_mmap_unlock_mm
#define bpf_mmap_unlock_mm(work, mm) do { \
	if (mm) \
		tv_mmap_unlock_mm(work, mm, TV_SITE()); \
} while (0)

#include "iter_mmap_lock.c"
