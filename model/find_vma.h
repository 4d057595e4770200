/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux bpf_find_vma(), 5.17 to 2026: one look at one VMA of a task, for the
 * time of a callback. Cut in two here, where the callback stands.
 */
#ifndef TV_MODEL_FIND_VMA_H
#define TV_MODEL_FIND_VMA_H

#include "model/mmap_lock.h"

/* What a call under way holds. */
struct tv_find_vma {
	struct mm_struct *mm;			/* locked for reading; NULL: no call is under way */
	struct mmap_unlock_irq_work *unlock_work;
};

/*
 * Up to the callback. 0: mmap_lock is held, and *@vma is the VMA that holds
 * @addr or the first above it (NULL: none), which is what find_vma() gives and
 * what the flag BPF_F_VMA_NEXT, proposed in 2023, would have passed on.
 * -ENOENT: no mm; -EBUSY: mmap_lock, or the slot for its deferred unlock.
 */
int tv_find_vma_begin(struct tv_find_vma *call, struct task_struct *task, unsigned long addr,
		      struct vm_area_struct **vma);
/* Behind the callback. Does nothing when no call is under way. */
void tv_find_vma_end(struct tv_find_vma *call);

#endif
