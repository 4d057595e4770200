// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the ledger still shows when all should have been given back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/leaks.h"

/*
 * A lock can outlive its mm in the ledger: the text is made while the object
 * is there, and the address only compared afterwards.
 */
struct cli_leak {
	enum tv_resource res;
	const void *object;
	char text[64];
};

struct note {
	struct cli_leaks *leaks;
	const struct tv_world *world;
	int err;
};

static int note_held(void *arg, const struct tv_held *held)
{
	struct note *note = arg;
	struct cli_leaks *leaks = note->leaks;
	struct cli_leak *leak;

	if (!held->site || !strcmp(held->actor, note->world->kernel.name))
		return 0;
	if (leaks->nr == leaks->room) {
		size_t room = leaks->room ? leaks->room * 2 : 8;

		leak = realloc(leaks->held, room * sizeof(*leak));
		if (!leak) {
			note->err = -ENOMEM;
			return -ENOMEM;
		}
		leaks->held = leak;
		leaks->room = room;
	}
	leak = &leaks->held[leaks->nr++];
	leak->res = held->res;
	leak->object = held->object;
	tv_object_text(held->res, held->object, leak->text, sizeof(leak->text));
	return 0;
}

int cli_leaks_note(struct cli_leaks *leaks, const struct tv_world *world)
{
	struct note note = { .leaks = leaks, .world = world };

	tv_ledger_for_each_held(&world->ledger, note_held, &note);
	return note.err;
}

void cli_leaks_fini(struct cli_leaks *leaks)
{
	free(leaks->held);
	*leaks = (struct cli_leaks){ 0 };
}

static const char *noted_text(const struct cli_leaks *leaks, const struct tv_held *held)
{
	size_t i;

	for (i = 0; i < leaks->nr; i++) {
		if (leaks->held[i].res == held->res && leaks->held[i].object == held->object)
			return leaks->held[i].text;
	}
	return "";
}

static int report_held(void *arg, const struct tv_held *held)
{
	const char *what = tv_resource_text(held->res), *object;

	if (!held->site) {
		cli_error("%s: %s: %ld", held->count > 0 ? "still held" : "given back too often",
			  what, labs(held->count));
		return 0;
	}
	object = noted_text(arg, held);
	cli_error("still held: %s%s%s: by %s, taken at %s:%d %s()", what, *object ? ": " : "",
		  object, held->actor, held->site->file, held->site->line, held->site->func);
	return 0;
}

size_t cli_leaks_report(struct cli_leaks *leaks, const struct tv_world *world)
{
	const struct tv_ledger *ledger = &world->ledger;
	const struct tv_event *first = &ledger->first_unmatched;
	size_t found = tv_ledger_for_each_held(ledger, report_held, leaks);

	if (ledger->unmatched)
		cli_error("given back but not held: %s, at %s:%d %s() (%lu in all)",
			  tv_resource_text(first->res), first->site->file, first->site->line,
			  first->site->func, ledger->unmatched);
	cli_leaks_fini(leaks);
	return found + ledger->unmatched;
}
