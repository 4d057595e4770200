// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Values of options and operands that are one of a few. */
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"
#include "model/approach.h"

/* A list of names for a message; what does not fit is left out. */
struct names {
	char text[1024];
	size_t len;
};

static void names_add(struct names *names, const char *name)
{
	size_t room = sizeof(names->text) - names->len;
	int len = snprintf(names->text + names->len, room, "%s%s", names->len ? ", " : "", name);

	if (len > 0 && (size_t)len < room)
		names->len += len;
	else
		names->text[names->len] = '\0';
}

unsigned int cli_usage_choice(const char *what, const char *text,
			      const char *const *names, unsigned int nr)
{
	struct names all = { 0 };
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (!strcmp(text, names[i]))
			return i;
		names_add(&all, names[i]);
	}
	cli_usage("there is no %s '%s'; there are: %s", what, text, all.text);
}

static void names_add_designs(struct names *names, const struct tv_iter_design *const *design)
{
	for (; *design; design++)
		names_add(names, (*design)->name);
}

const struct tv_iter_design *cli_usage_design(const char *name)
{
	struct names all = { 0 };

	if (tv_iter_design_find(name))
		return tv_iter_design_find(name);
	names_add_designs(&all, tv_iter_designs);
	cli_usage("there is no design '%s'; there are: %s", name, all.text);
}

const struct tv_iter_design *cli_usage_approach(const char *name)
{
	struct names all = { 0 };

	if (tv_approach_find(name))
		return tv_approach_find(name);
	names_add_designs(&all, tv_iter_designs);
	names_add_designs(&all, tv_approaches);
	names_add(&all, "all");
	cli_usage("there is no design '%s'; there are: %s", name, all.text);
}

void cli_usage_operand(const char *verb, const char *what, const char *text,
		       const char **operand)
{
	if (*operand)
		cli_usage("%s takes one %s, '%s' is one too many", verb, what, text);
	*operand = text;
}
