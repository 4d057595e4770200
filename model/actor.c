// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What an actor is doing, and what that allows. */
#include <errno.h>
#include <string.h>
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

unsigned int tv_actor_cpu(const struct tv_actor *actor)
{
	return actor->cpu - actor->world->cpus;
}

bool irqs_disabled(void)
{
	return tv_current->context >= TV_CONTEXT_IRQS_OFF || tv_current->irqs_saved;
}

void tv_might_sleep(const char *what, const struct tv_site *site)
{
	const struct tv_actor *actor = tv_current;

	if (actor->context != TV_CONTEXT_PROCESS)
		tv_hazard(TV_HAZARD_SLEEP_IN_ATOMIC, site, NULL, "%s in %s context", what,
			  tv_context_name(actor->context));
	else if (actor->irqs_saved)
		tv_hazard(TV_HAZARD_SLEEP_IN_ATOMIC, site, NULL, "%s with interrupts off", what);
	else if (actor->spinlocks)
		tv_hazard(TV_HAZARD_SLEEP_IN_ATOMIC, site, NULL, "%s under a spinlock", what);
	else if (actor->rcu_depth)
		tv_hazard(TV_HAZARD_SLEEP_IN_ATOMIC, site, NULL,
			  "%s in an RCU read-side section", what);
}

void tv_context_enter(struct tv_actor *actor, enum tv_context context)
{
	actor->context = context;
	actor->cpu->mmap_unlock_work.tv_stuck = actor->world->faults.irq_work_busy;
	tv_current = actor;
}

void tv_context_leave(struct tv_actor *actor)
{
	actor->context = TV_CONTEXT_PROCESS;
	if (!actor->explored)
		tv_world_settle(actor->world);
	tv_current = &actor->world->kernel;
}
