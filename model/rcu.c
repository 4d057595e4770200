// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* RCU as events. */
#include "model/hazard.h"
#include "model/rcu.h"
#include "model/step.h"
#include "model/world.h"

void tv_rcu_init(struct tv_rcu *rcu)
{
	*rcu = (struct tv_rcu){ .last = &rcu->first };
}

static struct tv_actor **reader_slot(struct tv_rcu *rcu, const struct tv_actor *actor)
{
	int i;

	for (i = 0; i < TV_RCU_READERS; i++) {
		if (rcu->readers[i] == actor)
			return &rcu->readers[i];
	}
	return NULL;
}

void tv_rcu_enter(const struct tv_site *site)
{
	struct tv_actor *actor = tv_current;
	struct tv_actor **slot;

	tv_step(TV_NUMBER_RCU, TV_ACCESS_ADD, "rcu_read_lock", NULL, site);
	if (actor->rcu_depth++)
		return;
	actor->rcu_since = ++actor->world->rcu.now;
	slot = reader_slot(&actor->world->rcu, NULL);
	if (slot)
		*slot = actor;
	tv_event(actor->world, TV_ACQUIRE, TV_RES_RCU_READ, NULL, site);
}

void tv_rcu_leave(const struct tv_site *site)
{
	struct tv_actor *actor = tv_current;
	struct tv_actor **slot;

	tv_step(TV_NUMBER_RCU, TV_ACCESS_ADD, "rcu_read_unlock", NULL, site);
	if (!actor->rcu_depth) {
		tv_hazard(TV_HAZARD_UNBALANCED, site, NULL, "rcu_read_unlock without its lock");
		return;
	}
	if (--actor->rcu_depth)
		return;
	slot = reader_slot(&actor->world->rcu, actor);
	if (slot)
		*slot = NULL;
	tv_event(actor->world, TV_RELEASE, TV_RES_RCU_READ, NULL, site);
}

void tv_rcu_call(struct tv_rcu_head *head, void (*fn)(struct tv_rcu_head *head),
		 const struct tv_site *site)
{
	struct tv_world *world = tv_current->world;

	tv_step(TV_NUMBER_RCU, TV_ACCESS_WRITE, "call_rcu", NULL, site);
	*head = (struct tv_rcu_head){ .fn = fn, .queued_at = ++world->rcu.now };
	*world->rcu.last = head;
	world->rcu.last = &head->next;
}

bool tv_rcu_is_due(const struct tv_world *world)
{
	const struct tv_rcu_head *head = world->rcu.first;
	int i;

	for (i = 0; head && i < TV_RCU_READERS; i++) {
		const struct tv_actor *reader = world->rcu.readers[i];

		if (reader && reader->rcu_since <= head->queued_at)
			return false;
	}
	return head;
}

void tv_rcu_run(struct tv_world *world)
{
	struct tv_rcu_head *head = world->rcu.first;

	world->rcu.first = head->next;
	if (!head->next)
		world->rcu.last = &world->rcu.first;
	head->fn(head);
}
