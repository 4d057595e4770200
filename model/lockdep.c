// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Lock order, as lockdep keeps it. */
#include <string.h>
#include "model/hazard.h"
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

/*
 * Is there a way from @from to @to along the edges? Few classes: all are
 * tried. @moves: those at which the edges of the way came to be.
 */
static bool leads_to(const struct tv_lock_order *order, int from, int to, unsigned int seen,
		     unsigned int *moves)
{
	int next;

	if (from == to)
		return true;
	for (next = 0; next < TV_CLASS_NR; next++) {
		const struct tv_lock_edge *edge = &order->edges[from][next];

		if (!edge->to_site || seen >> next & 1)
			continue;
		*moves = edge->move;
		if (leads_to(order, next, to, seen | 1u << next, moves + 1))
			return true;
		*moves = 0;
	}
	return false;
}

/* The same words and places for a cycle, whichever of its edges came last. */
static void tell_inversion(const struct tv_lock_order *order, int a, int b,
			   const unsigned int moves[TV_HAZARD_MARKS])
{
	const struct tv_lock_edge *edge = &order->edges[a < b ? a : b][a < b ? b : a];
	const char *low = tv_lock_class_text(a < b ? a : b);
	const char *high = tv_lock_class_text(a < b ? b : a);

	if (a == b)
		tv_hazard_of(TV_HAZARD_LOCK_ORDER, edge->to_site, edge->from_site, moves,
			     "%s is waited for while %s is held", low, low);
	else
		tv_hazard_of(TV_HAZARD_LOCK_ORDER, edge->to_site, edge->from_site, moves,
			     "%s is waited for while %s is held, and the other way round",
			     high, low);
}

/* A way through all classes and back has an edge for each. */
_Static_assert(TV_CLASS_NR <= TV_HAZARD_MARKS, "the moves of a cycle are the marks of a hazard");

static void add_edge(struct tv_lockdep *dep, const struct tv_lock_edge *edge, int from, int to)
{
	unsigned int moves[TV_HAZARD_MARKS] = { 0 }, i;

	dep->ever.edges[from][to] = *edge;
	dep->here.edges[from][to] = *edge;
	if (!leads_to(&dep->here, to, from, 1u << to, moves))
		return;
	for (i = 0; moves[i]; i++)
		;
	moves[i] = edge->move;
	tell_inversion(&dep->here, from, to, moves);
}

void tv_lockdep_wait(enum tv_lock_class class, const struct tv_site *site)
{
	struct tv_world *world = tv_current->world;
	const struct tv_held_locks *held = &tv_current->locks;
	struct tv_lockdep *dep = world->lockdep;
	unsigned int i;

	for (i = 0; dep && i < held->nr; i++) {
		if (!dep->here.edges[held->of[i].class][class].to_site)
			add_edge(dep, &(struct tv_lock_edge){ held->of[i].site, site, world->move },
				 held->of[i].class, class);
	}
}

bool tv_lockdep_ever_inverted(const struct tv_lockdep *dep)
{
	unsigned int moves[TV_HAZARD_MARKS] = { 0 };
	int from, to;

	for (from = 0; from < TV_CLASS_NR; from++) {
		for (to = 0; to < TV_CLASS_NR; to++) {
			if (!dep->ever.edges[from][to].to_site ||
			    !leads_to(&dep->ever, to, from, 1u << to, moves))
				continue;
			memset(moves, 0, sizeof(moves));
			tell_inversion(&dep->ever, from, to, moves);
			return true;
		}
	}
	return false;
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
