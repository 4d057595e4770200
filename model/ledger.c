// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Who holds what, and where it was taken. */
#include <stdlib.h>
#include <utlist.h>
#include "model/ledger.h"
#include "model/world.h"

/* One acquisition that has not been released. */
struct tv_hold {
	enum tv_resource res;
	const void *object;
	const struct tv_actor *actor;	/* only compared: the actor may be gone */
	const char *actor_name;
	const struct tv_site *site;
	struct tv_hold *prev, *next;
};

enum keep { TRACKED, COUNTED };

static const enum keep keep_of[TV_RES_NR] = {
#define X(name, keep, text) [TV_RES_##name] = keep,
	TV_RESOURCES(X)
#undef X
};

void tv_ledger_init(struct tv_ledger *ledger)
{
	*ledger = (struct tv_ledger){ 0 };
}

void tv_ledger_fini(struct tv_ledger *ledger)
{
	struct tv_hold *hold, *tmp;

	DL_FOREACH_SAFE(ledger->holds, hold, tmp)
		free(hold);
	tv_ledger_init(ledger);
}

static void hold_begin(struct tv_ledger *ledger, const struct tv_actor *actor,
		       const struct tv_event *ev)
{
	struct tv_hold *hold = malloc(sizeof(*hold));

	if (!hold) {
		ledger->lost++;
		return;
	}
	*hold = (struct tv_hold){
		.res = ev->res, .object = ev->object, .site = ev->site,
		.actor = actor, .actor_name = actor->name,
	};
	DL_APPEND(ledger->holds, hold);
}

/*
 * The newest hold on what @ev releases of the actor's own; else the oldest of
 * another's: what came with an object goes before what was added to it.
 * Few things are held at a time and mostly the newest goes first, so a walk
 * from the end beats an index.
 */
static struct tv_hold *hold_find(const struct tv_ledger *ledger, const struct tv_actor *actor,
				 const struct tv_event *ev)
{
	struct tv_hold *oldest = ledger->holds, *hold, *others = NULL;

	for (hold = oldest ? oldest->prev : NULL; hold; hold = hold == oldest ? NULL : hold->prev) {
		if (hold->res != ev->res || hold->object != ev->object)
			continue;
		if (hold->actor == actor)
			return hold;
		others = hold;
	}
	return others;
}

static void hold_end(struct tv_ledger *ledger, const struct tv_actor *actor,
		     const struct tv_event *ev)
{
	struct tv_hold *hold = hold_find(ledger, actor, ev);

	if (!hold) {
		if (!ledger->unmatched++)
			ledger->first_unmatched = *ev;
		return;
	}
	DL_DELETE(ledger->holds, hold);
	free(hold);
}

void tv_ledger_record(struct tv_ledger *ledger, const struct tv_actor *actor,
		      const struct tv_event *ev)
{
	if (keep_of[ev->res] == COUNTED)
		ledger->counted[ev->res] += ev->op == TV_ACQUIRE ? 1 : -1;
	else if (ev->op == TV_ACQUIRE)
		hold_begin(ledger, actor, ev);
	else
		hold_end(ledger, actor, ev);
}

size_t tv_ledger_for_each_held(const struct tv_ledger *ledger,
			       int (*fn)(void *arg, const struct tv_held *held), void *arg)
{
	const struct tv_hold *hold;
	size_t shown = 0;
	int res;

	DL_FOREACH(ledger->holds, hold) {
		struct tv_held held = {
			.res = hold->res, .object = hold->object,
			.actor = hold->actor_name, .site = hold->site, .count = 1,
		};

		shown++;
		if (fn(arg, &held))
			return shown;
	}
	for (res = 0; res < TV_RES_NR; res++) {
		struct tv_held held = { .res = res, .count = ledger->counted[res] };

		if (!held.count)
			continue;
		shown++;
		if (fn(arg, &held))
			return shown;
	}
	return shown;
}

bool tv_ledger_holds(const struct tv_ledger *ledger, const struct tv_actor *actor,
		     enum tv_resource res, const void *object)
{
	const struct tv_hold *oldest = ledger->holds, *hold;

	/* what programs ask for they took a moment ago */
	for (hold = oldest ? oldest->prev : NULL; hold; hold = hold == oldest ? NULL : hold->prev) {
		if (hold->res == res && hold->object == object && hold->actor == actor)
			return true;
	}
	return false;
}

const void *tv_ledger_newest(const struct tv_ledger *ledger, const struct tv_actor *actor,
			     enum tv_resource res, enum tv_resource or_res)
{
	const struct tv_hold *hold;
	const void *newest = NULL;

	DL_FOREACH(ledger->holds, hold) {
		if (hold->actor == actor && (hold->res == res || hold->res == or_res))
			newest = hold->object;
	}
	return newest;
}

static int is_held(void *arg, const struct tv_held *held)
{
	return 1;
}

bool tv_ledger_is_clean(const struct tv_ledger *ledger)
{
	return !ledger->lost && !ledger->unmatched &&
	       !tv_ledger_for_each_held(ledger, is_held, NULL);
}
