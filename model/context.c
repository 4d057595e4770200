// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a CPU is doing, and what that allows. */
#include <errno.h>
#include <string.h>
#include "model/mmap_lock.h"
#include "model/world.h"

static const char *const context_name[TV_CONTEXT_NR] = {
	[TV_CONTEXT_PROCESS] = "process",
	[TV_CONTEXT_SOFTIRQ] = "softirq",
	[TV_CONTEXT_IRQS_OFF] = "irqs-off",
	[TV_CONTEXT_NMI] = "nmi",
};

const char *tv_context_name(enum tv_context context)
{
	return context_name[context];
}

int tv_context_parse(const char *name, enum tv_context *context)
{
	int i;

	for (i = 0; i < TV_CONTEXT_NR; i++) {
		if (!strcmp(name, context_name[i])) {
			*context = i;
			return 0;
		}
	}
	return -EINVAL;
}

bool irqs_disabled(void)
{
	return tv_current->cpu->context >= TV_CONTEXT_IRQS_OFF;
}

void tv_context_enter(struct tv_actor *actor, enum tv_context context)
{
	struct tv_world *world = actor->world;

	actor->cpu->context = context;
	actor->cpu->mmap_unlock_work.tv_stuck = world->faults.irq_work_busy;
	tv_current = actor;
}

void tv_context_leave(struct tv_actor *actor)
{
	actor->cpu->context = TV_CONTEXT_PROCESS;
	tv_irq_work_run(actor->cpu);
	tv_current = &actor->world->kernel;
}
