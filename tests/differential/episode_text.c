// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Episodes as text: a head line, then "KIND a b c v" a line; numbers in hex. */
#include "tests/differential/episode.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
#define OP_NAME(name) #name,
	OPS(OP_NAME)
#undef OP_NAME
};

void episode_write(const struct episode *episode, FILE *to)
{
	fprintf(to, "episode flags %#x nowait %s # %s\n", episode->flags,
		episode->refuse_nowait ? "refused" : "granted", episode->name);
	for (size_t i = 0; i < episode->count; i++) {
		const struct op *op = &episode->ops[i];

		fprintf(to, "%-20s %#lx %#lx %#lx %u\n", names[op->kind], op->a, op->b, op->c, op->v);
	}
}

static bool parse_op(const char *line, struct op *op)
{
	char name[32];

	if (sscanf(line, "%31s %lx %lx %lx %u", name, &op->a, &op->b, &op->c, &op->v) != 5)
		return false;
	for (int kind = 0; kind < NR_OP_KINDS; kind++) {
		if (!strcmp(names[kind], name)) {
			op->kind = kind;
			return true;
		}
	}
	return false;
}

int episode_read(struct episode *episode, FILE *from)
{
	char line[256], nowait[16];
	int at = 1;

	*episode = (struct episode){ .name = "replay" };
	if (!fgets(line, sizeof(line), from) ||
	    sscanf(line, "episode flags %x nowait %15s", &episode->flags, nowait) != 2)
		return at;
	episode->refuse_nowait = !strcmp(nowait, "refused");
	while (fgets(line, sizeof(line), from)) {
		struct op *ops = reallocarray(episode->ops, episode->count + 1, sizeof(*ops));

		at++;
		if (!ops)
			return at;
		episode->ops = ops;
		if (!parse_op(line, &ops[episode->count]))
			return at;
		episode->count++;
	}
	return 0;
}
