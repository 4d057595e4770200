/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Per-VMA locks as Linux 6.15 and later have them: vm_refcnt counts readers,
 * a writer (who holds mmap_lock for writing) waits them out and then leaves
 * its mark, vm_lock_seq equal to mm_lock_seq, which one increment ends for
 * all VMAs when mmap_lock is given back.
 */
#ifndef TV_MODEL_VMA_LOCK_H
#define TV_MODEL_VMA_LOCK_H

#include "model/event.h"
#include "model/mm_types.h"

#define VMA_LOCK_OFFSET	0x40000000

/*
 * The VMA of @mm that holds @address, locked for reading; NULL when there is
 * none, or a writer has it: callers then go through mmap_lock.
 */
struct vm_area_struct *tv_lock_vma_under_rcu(struct mm_struct *mm, unsigned long address,
					     const struct tv_site *site);
void tv_vma_end_read(struct vm_area_struct *vma, const struct tv_site *site);

/* mmap_lock is held for writing. Waits until no reader is left. */
void tv_vma_start_write(struct vm_area_struct *vma, const struct tv_site *site);
/* Takes it from the count of its tree; waits likewise. For one that is about to be freed. */
void tv_vma_mark_detached(struct vm_area_struct *vma, const struct tv_site *site);

#define lock_vma_under_rcu(mm, address)	tv_lock_vma_under_rcu(mm, address, TV_SITE())
#define vma_end_read(vma)		tv_vma_end_read(vma, TV_SITE())
#define vma_start_write(vma)		tv_vma_start_write(vma, TV_SITE())
#define vma_mark_detached(vma)		tv_vma_mark_detached(vma, TV_SITE())

#endif
