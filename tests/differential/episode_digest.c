// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One episode on one side (episode_digest.h). */
#include "tests/differential/episode_digest.h"

#include <stdlib.h>

#define ROOM 65536		/* entries listed of a tree */
#define ACTIVE 0		/* ma_active */

static void mix(unsigned long *hash, unsigned long word)
{
	*hash = (*hash ^ word) * 0x9e3779b97f4a7c15ul;
	*hash ^= *hash >> 29;
}

static void mix_place(unsigned long *hash, const struct place *place)
{
	mix(hash, place->status);
	mix(hash, place->index);
	mix(hash, place->last);
	if (place->status != ACTIVE)
		return;
	mix(hash, place->min);
	mix(hash, place->max);
	mix(hash, place->offset);
	mix(hash, place->end);
}

/*
 * What mas_store() returns says nothing once it had to ask for memory, and which stores have to is
 * each side's own affair (side_apply.c).
 */
static bool entry_is_told(const struct episode *episode, const struct op *op,
			  const struct outcome *outcome)
{
	return outcome->entry != SIDE_UNTOLD &&
	       !(op->kind == OP_MAS_STORE && episode->refuse_nowait);
}

static bool changes_whole_tree(const struct op *op)
{
	return op->kind >= OP_DUP;
}

/* A search that failed leaves the state open: its users start anew. */
static void mix_outcome(unsigned long *hash, const struct outcome *outcome, bool entry_told)
{
	mix(hash, outcome->ret);
	if (entry_told)
		mix(hash, (unsigned long)outcome->entry);
	mix(hash, outcome->out);
	mix(hash, outcome->reserved);
	if (outcome->ret >= 0)
		mix_place(hash, &outcome->place);
}

static size_t mix_list(unsigned long *hash, const struct side *side, struct sided_tree *tree, bool falling,
		       struct item *items)
{
	size_t count = side->list(tree, falling, items, ROOM);

	mix(hash, count);
	for (size_t i = 0; i < count && i < ROOM; i++) {
		mix(hash, items[i].first);
		mix(hash, items[i].last);
		mix(hash, (unsigned long)items[i].entry);
	}
	return count;
}

static void mix_shape(unsigned long *hash, const struct side *side, struct sided_tree *tree)
{
	struct shape shape;

	side->shape(tree, &shape);
	mix(hash, shape.height);
	mix(hash, shape.nodes);
	mix(hash, shape.leaves);
	mix(hash, shape.max_gap);
	mix(hash, shape.geometry);
	mix(hash, shape.bookkeeping);
}

struct episode_digest episode_digest(const struct side *side, const struct episode *episode)
{
	struct item *items = calloc(ROOM, sizeof(*items));
	struct sided_tree *tree = side->create(episode->flags);
	struct episode_digest digest = { 0 };
	size_t since = 0, entries = 0;
	struct outcome outcome;

	if (!items)
		abort();
	side->refuse_nowait(episode->refuse_nowait);
	for (size_t i = 0; i < episode->count && !digest.broken; i++) {
		const struct op *op = &episode->ops[i];

		side->apply(tree, op, &outcome);
		mix_outcome(&digest.calls, &outcome, entry_is_told(episode, op, &outcome));
		if (outcome.ret >= 0 && outcome.place.status == ACTIVE &&
		    !(outcome.place.offset_true && outcome.place.end_true))
			digest.false_place = true;
		/* whole trees are looked at often while they are small, and as they were made */
		if (++since < 4 + entries / 8 && i + 1 < episode->count && !changes_whole_tree(op))
			continue;
		since = 0;
		digest.broken = side->broken(tree);
		entries = mix_list(&digest.trees, side, tree, false, items);
		mix_list(&digest.trees, side, tree, true, items);
		mix_shape(&digest.trees, side, tree);
	}
	free(items);
	/* a tree that is broken may not survive being taken apart */
	if (!digest.broken)
		side->destroy(tree);
	return digest;
}
