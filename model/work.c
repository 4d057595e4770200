// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A workqueue. */
#include "model/step.h"
#include "model/work.h"
#include "model/world.h"

void tv_work_queue(struct tv_world *world, struct tv_work *work, void (*fn)(struct tv_work *work),
		   const struct tv_site *site)
{
	struct tv_work **last = &world->works.next;

	tv_step(TV_NUMBER_WORK, TV_ACCESS_WRITE, "queue_work", NULL, site);
	*work = (struct tv_work){ .fn = fn };
	while (*last)
		last = &(*last)->next;
	*last = work;
}

bool tv_work_is_due(const struct tv_world *world)
{
	return world->works.next;
}

void tv_work_run(struct tv_world *world)
{
	struct tv_work *work = world->works.next;

	world->works.next = work->next;
	work->fn(work);
}
