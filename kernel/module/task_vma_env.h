/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All that the task_vma iterator stands on, for a module: kernels export
 * neither the BPF allocator nor the slots for deferred unlocks that
 * kernel/bpf/mmap_unlock_work.h has, so the module has its own.
 *
 * The kfuncs get names that the kernel's own leave free.
 */
#ifndef TASK_VMA_ENV_H
#define TASK_VMA_ENV_H

#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/task.h>

#define bpf_iter_task_vma		bpf_iter_tv_task_vma
#define bpf_iter_task_vma_new		bpf_iter_tv_task_vma_new
#define bpf_iter_task_vma_next		bpf_iter_tv_task_vma_next
#define bpf_iter_task_vma_destroy	bpf_iter_tv_task_vma_destroy

#include "task_vma_iter.h"

int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, u64 addr);
struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it);
void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it);

/* --- memory: tv_walk_slots.c ---------------------------------------------- */

#define WALK_BYTES	192

/* One of this CPU's slots, WALK_BYTES of it; NULL: all are taken. From any context, NMI as well. */
void *walk_slot_get(void);
void walk_slot_put(void *memory);

#define bpf_mem_alloc(ma, size) ({			\
	(void)(ma);					\
	BUILD_BUG_ON((size) > WALK_BYTES);		\
	walk_slot_get();				\
})
#define bpf_mem_free(ma, memory) ({			\
	(void)(ma);					\
	walk_slot_put(memory);				\
})

/* --- mmap_lock given back: tv_unlock_work.c ------------------------------- */

struct mmap_unlock_irq_work {
	struct irq_work irq_work;
	struct mm_struct *mm;
	atomic_t reserved;
};

/*
 * NULL while interrupts are on: then the lock is given back at once. Or else
 * this CPU's slot, reserved, or ERR_PTR(-EBUSY).
 */
struct mmap_unlock_irq_work *bpf_mmap_unlock_guard_get(void);
void bpf_mmap_unlock_guard_put(struct mmap_unlock_irq_work *work);
void bpf_mmap_unlock_mm(struct mmap_unlock_irq_work *work, struct mm_struct *mm);

void unlock_work_init(void);
/* Waits until nothing is left to unlock. */
void unlock_work_drain(void);

#endif
