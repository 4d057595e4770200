// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Design mmap_lock that does not ask whether the CPU's irq_work slot is free before it locks. */
#define TV_DESIGN mmap_lock_slot_unchecked
#include "task_vma_env.h"

static inline struct mmap_unlock_irq_work *slot_unchecked(const struct tv_site *site)
{
	struct mmap_unlock_irq_work *work;

	tv_mmap_unlock_get_irq_work(&work, site);
	return work;
}

#undef bpf_mmap_unlock_guard_get
#define bpf_mmap_unlock_guard_get()	slot_unchecked(TV_SITE())

#include "iter_mmap_lock.c"
