/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A workqueue: what must not be done here is done by a kworker, in process context. */
#ifndef TV_MODEL_WORK_H
#define TV_MODEL_WORK_H

#include <stdbool.h>
#include "model/event.h"

struct tv_world;

/* Lies in the object that it is about. */
struct tv_work {
	struct tv_work *next;
	void (*fn)(struct tv_work *work);
};

void tv_work_queue(struct tv_world *world, struct tv_work *work, void (*fn)(struct tv_work *work),
		   const struct tv_site *site);
bool tv_work_is_due(const struct tv_world *world);
/* Does the oldest piece of work. */
void tv_work_run(struct tv_world *world);

#endif
