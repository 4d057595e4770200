// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * mmap_lock given back from where interrupts are off: to wake a writer takes
 * locks that the interrupted code may hold, so irq_work does it soon after.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/percpu.h>
#include "task_vma_env.h"

static DEFINE_PER_CPU(struct mmap_unlock_irq_work, unlock_work);

struct mmap_unlock_irq_work *bpf_mmap_unlock_guard_get(void)
{
	struct mmap_unlock_irq_work *slot;

	if (!irqs_disabled())
		return NULL;
	/* there mmap_lock can sleep when it is tried */
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return ERR_PTR(-EBUSY);
	slot = this_cpu_ptr(&unlock_work);
	return atomic_cmpxchg_acquire(&slot->reserved, 0, 1) ? ERR_PTR(-EBUSY) : slot;
}

void bpf_mmap_unlock_guard_put(struct mmap_unlock_irq_work *work)
{
	if (work)
		atomic_set_release(&work->reserved, 0);
}

static void unlock_now(struct irq_work *irq_work)
{
	struct mmap_unlock_irq_work *slot;
	struct mm_struct *mm;

	slot = container_of(irq_work, struct mmap_unlock_irq_work, irq_work);
	mm = slot->mm;
	/* queued again by an NMI from here on, it runs once more */
	bpf_mmap_unlock_guard_put(slot);
	mmap_read_unlock_non_owner(mm);
}

void bpf_mmap_unlock_mm(struct mmap_unlock_irq_work *work, struct mm_struct *mm)
{
	if (!work) {
		mmap_read_unlock(mm);
		return;
	}
	work->mm = mm;
	/* for lockdep the program that took it gives it back; who unlocks is no matter then */
	rwsem_release(&mm->mmap_lock.dep_map, _RET_IP_);
	irq_work_queue(&work->irq_work);
}

void unlock_work_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(&per_cpu(unlock_work, cpu).irq_work, unlock_now);
}

void unlock_work_drain(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu(unlock_work, cpu).irq_work);
}
