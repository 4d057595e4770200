// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The one place where what is held changes. */
#include "model/event.h"
#include "model/world.h"

static const char *const resource_text[TV_RES_NR] = {
#define X(name, keep, text) [TV_RES_##name] = text,
	TV_RESOURCES(X)
#undef X
};

const char *tv_resource_text(enum tv_resource res)
{
	return resource_text[res];
}

static void tell(struct tv_world *world, struct tv_event *ev)
{
	ev->seq = ++world->events;
	if (ev->op == TV_REFUSE) {
		world->last_refusal = *ev;
		tv_current->refusal = ev->why;
	} else {
		tv_ledger_record(&world->ledger, tv_current, ev);
	}
	if (world->sink)
		world->sink(world->sink_arg, ev);
}

void tv_event(struct tv_world *world, enum tv_op op, enum tv_resource res,
	      const void *object, const struct tv_site *site)
{
	struct tv_event ev = { .op = op, .res = res, .object = object, .site = site };

	tell(world, &ev);
}

void tv_refuse(struct tv_world *world, enum tv_resource res, const void *object,
	       const char *why, const struct tv_site *site)
{
	struct tv_event ev = {
		.op = TV_REFUSE, .res = res, .object = object, .why = why, .site = site,
	};

	tell(world, &ev);
}
