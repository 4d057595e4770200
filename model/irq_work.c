// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Linux irq_work. */
#include "model/irq_work.h"
#include "model/step.h"
#include "model/world.h"

bool tv_irq_work_queue(struct irq_work *work, const struct tv_site *site)
{
	struct tv_cpu *cpu = tv_current->cpu;

	tv_step(cpu->tv_number + TV_CPU_IRQ_WORK, TV_ACCESS_WRITE, "irq_work_queue", work, site);
	if (work->pending)
		return false;
	work->pending = work->busy = true;
	work->next = cpu->raised;
	cpu->raised = work;
	return true;
}

bool tv_irq_work_is_busy(const struct irq_work *work)
{
	return work->busy;
}

bool tv_irq_work_is_due(const struct tv_cpu *cpu)
{
	return cpu->raised;
}

/*
 * An NMI may queue the work again while its function is at it: then it stays
 * busy, and the next interrupt does it once more.
 */
static void run_one(struct irq_work *work)
{
	work->pending = false;
	work->fn(work);
	work->busy = work->pending;
}

void tv_irq_work_run(struct tv_cpu *cpu)
{
	struct irq_work *work = cpu->raised, *next;

	cpu->raised = NULL;
	for (; work; work = next) {
		next = work->next;
		run_one(work);
	}
}
