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

void tv_hazard(enum tv_hazard_kind kind, const struct tv_site *site, const struct tv_site *cause,
	       const char *fmt, ...)
{
	struct tv_world *world = tv_current->world;
	struct tv_hazard *hazard = &world->hazard;
	va_list args;

	if (!world->hazards++) {
		*hazard = (struct tv_hazard){
			.kind = kind, .actor = tv_current->name, .site = site, .cause = cause,
		};
		va_start(args, fmt);
		vsnprintf(hazard->text, sizeof(hazard->text), fmt, args);
		va_end(args);
	}
	/* a fibre is given up here: the explorer sees that the execution is over */
	while (tv_fiber_current() && tv_current->explored)
		tv_fiber_yield();
}
