// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Lock order, as lockdep keeps it. */
#include <string.h>
#include "model/lockdep.h"
#include "model/world.h"

const char *tv_lock_class_text(enum tv_lock_class class)
{
	static const char *const text[TV_CLASS_NR] = {
#define X(name, words) [TV_CLASS_##name] = words,
		TV_LOCK_CLASSES(X)
#undef X
	};

	return text[class];
}

/* Is there a way from @from to @to along the edges? Few classes: try all. */
static bool leads_to(const struct tv_lockdep *dep, int from, int to, unsigned int seen)
{
	int next;

	if (from == to)
		return true;
	for (next = 0; next < TV_CLASS_NR; next++) {
		if (dep->edges[from][next].to_site && !(seen >> next & 1) &&
		    leads_to(dep, next, to, seen | 1u << next))
			return true;
	}
	return false;
}

void tv_lockdep_wait(enum tv_lock_class class, const struct tv_site *site)
{
	struct tv_lockdep *dep = tv_current->world->lockdep;
	const struct tv_held_locks *held = &tv_current->locks;
	unsigned int i;

	for (i = 0; dep && i < held->nr; i++) {
		enum tv_lock_class from = held->of[i].class;
		struct tv_lock_edge *edge = &dep->edges[from][class];

		if (edge->to_site)
			continue;
		if (!dep->inverted && leads_to(dep, class, from, 0)) {
			dep->inverted = true;
			dep->from = from;
			dep->to = class;
		}
		*edge = (struct tv_lock_edge){ held->of[i].site, site };
	}
}

void tv_lockdep_acquired(enum tv_lock_class class, const void *lock, const struct tv_site *site)
{
	struct tv_held_locks *held = &tv_current->locks;

	if (held->nr == TV_LOCKS_HELD)
		return;
	held->of[held->nr].class = class;
	held->of[held->nr].lock = lock;
	held->of[held->nr++].site = site;
}

void tv_lockdep_released(enum tv_lock_class class, const void *lock)
{
	struct tv_held_locks *held = &tv_current->locks;
	unsigned int i = held->nr;

	while (i--) {
		if (held->of[i].class != class || held->of[i].lock != lock)
			continue;
		memmove(&held->of[i], &held->of[i + 1], (held->nr - i - 1) * sizeof(held->of[0]));
		held->nr--;
		return;
	}
}
