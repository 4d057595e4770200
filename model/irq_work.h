/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux irq_work: what must not be done with interrupts off, or in an NMI, is
 * queued on this CPU and done by an interrupt that the CPU sends itself, as
 * soon as interrupts are on.
 */
#ifndef TV_MODEL_IRQ_WORK_H
#define TV_MODEL_IRQ_WORK_H

#include <stdbool.h>
#include "model/event.h"

struct tv_cpu;

/* Lies in what it is about; zeroed but for @fn it is free. */
struct irq_work {
	struct irq_work *next;
	void (*fn)(struct irq_work *work);
	bool pending;	/* queued; to queue it again changes nothing */
	bool busy;	/* from queueing until @fn has returned, or was queued again meanwhile */
};

/* Linux irq_work_queue(), as a step. False: it was pending already. */
bool tv_irq_work_queue(struct irq_work *work, const struct tv_site *site);

/* Linux irq_work_is_busy(): pending, or its function is at it. Not a step. */
bool tv_irq_work_is_busy(const struct irq_work *work);

/* Does @cpu have any to do? */
bool tv_irq_work_is_due(const struct tv_cpu *cpu);

/* The interrupt: does what @cpu has queued by now, the newest first, as the current actor. */
void tv_irq_work_run(struct tv_cpu *cpu);

#endif
