// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Linux v6.7 kernel/bpf/mmap_unlock_work.h: giving mmap_lock back may wake
 * somebody, which takes locks that an interrupted CPU may hold; so with
 * interrupts off it is left to irq_work, one slot for each CPU.
 */
#include "model/irq_work.h"
#include "model/mmap_lock.h"
#include "model/step.h"

static void unlock_in_irq_work(struct irq_work *irq_work)
{
	struct mmap_unlock_irq_work *work = container_of(irq_work, struct mmap_unlock_irq_work,
							 irq_work);

	tv_event(tv_current->world, TV_RELEASE, TV_RES_IRQ_WORK, work, TV_SITE());
	mmap_read_unlock(work->mm);
}

bool tv_mmap_unlock_get_irq_work(struct mmap_unlock_irq_work **work, const struct tv_site *site)
{
	struct tv_cpu *cpu = tv_current->cpu;
	struct mmap_unlock_irq_work *slot = &cpu->mmap_unlock_work;

	*work = NULL;
	if (!irqs_disabled())
		return false;
	tv_step(cpu->tv_number + TV_CPU_UNLOCK_SLOT, TV_ACCESS_READ, "irq_work_is_busy", slot, site);
	*work = slot;
	if (!tv_irq_work_is_busy(&slot->irq_work) && !slot->tv_stuck)
		return false;
	tv_refuse(tv_current->world, TV_RES_IRQ_WORK, slot,
		  "interrupts are off and this CPU's irq_work slot for unlocking is busy", site);
	return true;
}

void tv_mmap_unlock_mm(struct mmap_unlock_irq_work *work, struct mm_struct *mm,
		       const struct tv_site *site)
{
	if (!work) {
		tv_mmap_read_unlock(mm, site);
		return;
	}
	tv_step(tv_current->cpu->tv_number + TV_CPU_UNLOCK_SLOT, TV_ACCESS_WRITE,
		"write the slot's mm", work, site);
	work->mm = mm;
	work->tv_asked = false;
	work->irq_work.fn = unlock_in_irq_work;
	/* queueing what is queued already changes nothing: then one unlock is lost */
	if (tv_irq_work_queue(&work->irq_work, site))
		tv_event(tv_current->world, TV_ACQUIRE, TV_RES_IRQ_WORK, work, site);
}
