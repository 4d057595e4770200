// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The address-space histories that the kernel's tests recorded, as episodes. The numbers are taken
 * from the kernel's sources when this is built (tests/conformance/extract.py).
 */
#include "tests/differential/episode.h"

#include <stdlib.h>

struct history_step {
	enum { HISTORY_STORE, HISTORY_SNULL, HISTORY_ERASE } kind;
	unsigned long long first, last;	/* also where words are shorter */
};

struct history {
	const char *name;
	const struct history_step *steps;
	size_t count;
};

#include "histories.inc"

unsigned int episode_histories(void)
{
	/* The addresses are those of 64 bits; without, the kernel leaves these tests out as well. */
	return sizeof(long) == 8 ? nr_histories : 0;
}

/* The value stored is made of the address, so that a misplaced entry is seen. */
static struct op step_op(const struct history_step *step)
{
	struct op op = { .a = (unsigned long)step->first, .b = (unsigned long)step->last };

	op.kind = step->kind == HISTORY_ERASE ? OP_ERASE : OP_STORE_RANGE;
	if (step->kind == HISTORY_STORE)
		op.v = 2 + (step->first >> 12) % 1000000;
	return op;
}

void episode_history(struct episode *episode, unsigned int which, unsigned int flags)
{
	const struct history *history = &histories[which];

	*episode = (struct episode){
		.flags = flags,
		.count = history->count,
		.ops = calloc(history->count, sizeof(struct op)),
	};
	if (!episode->ops)
		abort();
	snprintf(episode->name, sizeof(episode->name), "history %s", history->name);
	for (size_t i = 0; i < history->count; i++)
		episode->ops[i] = step_op(&history->steps[i]);
}
