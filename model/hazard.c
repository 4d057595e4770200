// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What can go wrong, told once. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "model/fiber.h"
#include "model/hazard.h"
#include "model/world.h"

static const char *const hazard_text[TV_HAZARD_NR] = {
#define X(name, text) [TV_HAZARD_##name] = text,
	TV_HAZARDS(X)
#undef X
};

const char *tv_hazard_text(enum tv_hazard_kind kind)
{
	return hazard_text[kind];
}

enum tv_hazard_kind tv_hazard_parse(const char *text)
{
	int kind;

	for (kind = 0; kind < TV_HAZARD_NR; kind++) {
		if (!strcmp(text, hazard_text[kind]))
			break;
	}
	return kind;
}

bool tv_hazard_is_fatal(enum tv_hazard_kind kind)
{
	return kind == TV_HAZARD_DEADLOCK || kind == TV_HAZARD_USE_AFTER_FREE ||
	       kind == TV_HAZARD_UNBALANCED || kind == TV_HAZARD_NO_PROGRESS;
}

static void tell(struct tv_hazard *hazard, const char *fmt, va_list args)
{
	struct tv_world *world = tv_current->world;

	vsnprintf(hazard->text, sizeof(hazard->text), fmt, args);
	/* it takes several to wait for each other */
	if (hazard->kind == TV_HAZARD_DEADLOCK || hazard->kind == TV_HAZARD_LOCK_ORDER)
		hazard->actor = "all";
	if (!world->hazards++)
		world->hazard = *hazard;
	if (world->told)
		world->told(world->told_arg, hazard);
	/* a fibre is given up here: the explorer sees that the execution is over */
	while (tv_hazard_is_fatal(hazard->kind) && tv_fiber_current() && tv_current->explored)
		tv_fiber_yield();
}

void tv_hazard(enum tv_hazard_kind kind, const struct tv_site *site, const struct tv_site *cause,
	       const char *fmt, ...)
{
	struct tv_hazard hazard = {
		.kind = kind, .actor = tv_current->name, .site = site, .cause = cause,
		.marks = { tv_current->world->move },
	};
	va_list args;

	va_start(args, fmt);
	tell(&hazard, fmt, args);
	va_end(args);
}

void tv_hazard_of(enum tv_hazard_kind kind, const struct tv_site *site,
		  const struct tv_site *cause, const unsigned int marks[TV_HAZARD_MARKS],
		  const char *fmt, ...)
{
	struct tv_hazard hazard = {
		.kind = kind, .actor = tv_current->name, .site = site, .cause = cause,
	};
	va_list args;

	memcpy(hazard.marks, marks, sizeof(hazard.marks));
	va_start(args, fmt);
	tell(&hazard, fmt, args);
	va_end(args);
}
