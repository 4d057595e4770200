// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Design mmap_lock that does not ask whether the CPU's irq_work slot is free before it locks. */
#define TV_DESIGN mmap_lock_slot_unchecked
#include "task_vma_env.h"

#undef bpf_mmap_unlock_get_irq_work
#define bpf_mmap_unlock_get_irq_work(work) \
	(tv_mmap_unlock_get_irq_work(work, TV_SITE()) && false)

#include "iter_mmap_lock.c"
