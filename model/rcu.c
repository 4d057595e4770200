// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* RCU as events. */
#include "model/hazard.h"
#include "model/rcu.h"
#include "model/step.h"
#include "model/world.h"

static const uint32_t step_number[TV_RCU_KINDS] = {
	[TV_RCU] = TV_NUMBER_RCU,
	[TV_RCU_TASKS_TRACE] = TV_NUMBER_RCU_TASKS_TRACE,
};

void tv_rcu_init(struct tv_rcu *rcu)
{
	int kind;

	*rcu = (struct tv_rcu){ 0 };
	for (kind = 0; kind < TV_RCU_KINDS; kind++)
		rcu->queues[kind].last = &rcu->queues[kind].first;
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

/* The current actor is in a section, of whatever kind: it is found among the readers. */
static void become_reader(struct tv_actor *actor)
{
	struct tv_rcu *rcu = &actor->world->rcu;
	struct tv_actor **slot = reader_slot(rcu, actor);

	if (!slot)
		slot = reader_slot(rcu, NULL);
	if (slot)
		*slot = actor;
}

static void stop_reading(struct tv_actor *actor)
{
	struct tv_actor **slot = reader_slot(&actor->world->rcu, actor);

	if (slot && !actor->rcu_depth && !actor->rcu_trace)
		*slot = NULL;
}

void tv_rcu_enter(const struct tv_site *site)
{
	struct tv_actor *actor = tv_current;

	tv_step(TV_NUMBER_RCU, TV_ACCESS_ADD, "rcu_read_lock", NULL, site);
	if (actor->rcu_depth++)
		return;
	actor->rcu_since = ++actor->world->rcu.now;
	become_reader(actor);
	tv_event(actor->world, TV_ACQUIRE, TV_RES_RCU_READ, NULL, site);
}

void tv_rcu_leave(const struct tv_site *site)
{
	struct tv_actor *actor = tv_current;

	tv_step(TV_NUMBER_RCU, TV_ACCESS_ADD, "rcu_read_unlock", NULL, site);
	if (!actor->rcu_depth) {
		tv_hazard(TV_HAZARD_UNBALANCED, site, NULL, "rcu_read_unlock without its lock");
		return;
	}
	if (--actor->rcu_depth)
		return;
	stop_reading(actor);
	tv_event(actor->world, TV_RELEASE, TV_RES_RCU_READ, NULL, site);
}

void tv_rcu_trace_enter(void)
{
	struct tv_actor *actor = tv_current;

	actor->rcu_trace = true;
	actor->rcu_trace_since = ++actor->world->rcu.now;
	become_reader(actor);
}

void tv_rcu_trace_leave(const struct tv_site *site)
{
	struct tv_actor *actor = tv_current;

	if (actor->world->faults.bpf_cache.given)
		tv_step(TV_NUMBER_RCU_TASKS_TRACE, TV_ACCESS_ADD, "rcu_read_unlock_trace", NULL, site);
	actor->rcu_trace = false;
	stop_reading(actor);
}

void tv_rcu_call(enum tv_rcu_kind kind, struct tv_rcu_head *head,
		 void (*fn)(struct tv_rcu_head *head), const struct tv_site *site)
{
	struct tv_world *world = tv_current->world;
	struct tv_rcu_queue *queue = &world->rcu.queues[kind];

	tv_step(step_number[kind], TV_ACCESS_WRITE,
		kind == TV_RCU ? "call_rcu" : "call_rcu_tasks_trace", NULL, site);
	*head = (struct tv_rcu_head){ .fn = fn, .queued_at = ++world->rcu.now };
	*queue->last = head;
	queue->last = &head->next;
}

/* Was @reader in a section when the callback was queued that its grace period waits for? */
static bool holds_up(const struct tv_actor *reader, enum tv_rcu_kind kind, unsigned long queued_at)
{
	if (reader->rcu_depth && reader->rcu_since <= queued_at)
		return true;
	return kind == TV_RCU_TASKS_TRACE && reader->rcu_trace &&
	       reader->rcu_trace_since <= queued_at;
}

bool tv_rcu_is_due(const struct tv_world *world, enum tv_rcu_kind kind)
{
	const struct tv_rcu_head *head = world->rcu.queues[kind].first;
	int i;

	for (i = 0; head && i < TV_RCU_READERS; i++) {
		const struct tv_actor *reader = world->rcu.readers[i];

		if (reader && holds_up(reader, kind, head->queued_at))
			return false;
	}
	return head;
}

void tv_rcu_run(struct tv_world *world, enum tv_rcu_kind kind)
{
	struct tv_rcu_queue *queue = &world->rcu.queues[kind];
	struct tv_rcu_head *head = queue->first;

	queue->first = head->next;
	if (!head->next)
		queue->last = &queue->first;
	head->fn(head);
}
