// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Random episodes. An episode has one kind of index space, so that its operations meet one another,
 * and moves through moods (filling, mixing, emptying), so that its tree grows and shrinks.
 */
#include "tests/differential/episode.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#define ALLOC_RANGE 0x01u	/* MT_FLAGS_*: values of the kernel's header */
#define USE_RCU 0x02u

struct dice {
	uint64_t state;
};

static uint64_t roll(struct dice *dice)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static unsigned long below(struct dice *dice, unsigned long limit)
{
	return roll(dice) % limit;
}

static bool chance(struct dice *dice, unsigned int percent)
{
	return below(dice, 100) < percent;
}

/* Where indices come from. */
enum space_kind {
	SPACE_TINY,		/* a few dozen indices: every store hits something */
	SPACE_PAGES,		/* an address space: page-aligned ranges */
	SPACE_WIDE,		/* thousands of neighbouring indices: high trees */
	SPACE_EXTREME,		/* both ends of unsigned long, and powers of two */
	NR_SPACES
};

struct space {
	enum space_kind kind;
	unsigned long base, unit, units;
};

/* Where libraries lie, and in how many pages; behind is room for ranges that reach far. */
#if ULONG_MAX > 0xfffffffful
#define MAPPED_AT	0x7f0000000000ul
#define MAPPED_PAGES	(1 << 20)
#else
#define MAPPED_AT	0x40000000ul
#define MAPPED_PAGES	(1 << 18)
#endif

static struct space pick_space(struct dice *dice)
{
	struct space space = { .kind = below(dice, NR_SPACES), .unit = 1 };

	switch (space.kind) {
	case SPACE_TINY:
		space.units = 20 + below(dice, 200);
		break;
	case SPACE_PAGES:
		space.base = MAPPED_AT + (below(dice, MAPPED_PAGES) << 12);
		space.unit = 4096;
		space.units = 200 + below(dice, 20000);
		break;
	case SPACE_WIDE:
		space.units = 2000 + below(dice, 60000);
		break;
	default:
		space.units = ULONG_MAX;
	}
	return space;
}

static unsigned long extreme_index(struct dice *dice)
{
	unsigned long near = below(dice, 5) - 2;

	switch (below(dice, 4)) {
	case 0:
		return below(dice, 8);
	case 1:
		return ULONG_MAX - below(dice, 8);
	default:
		return (1ul << below(dice, sizeof(long) * CHAR_BIT)) + near;
	}
}

static unsigned long pick_index(struct dice *dice, const struct space *space)
{
	if (space->kind == SPACE_EXTREME)
		return extreme_index(dice);
	return space->base + below(dice, space->units) * space->unit;
}

/* A range: mostly short, at times a good part of the space, rarely all there is. */
static void pick_range(struct dice *dice, const struct space *space, struct op *op)
{
	unsigned long units = 1;

	op->a = pick_index(dice, space);
	if (space->kind == SPACE_EXTREME) {
		op->b = chance(dice, 40) ? op->a : extreme_index(dice);
		if (op->b < op->a) {
			unsigned long swap = op->a;

			op->a = op->b;
			op->b = swap;
		}
		return;
	}
	if (chance(dice, 50))
		units += below(dice, 8);
	else if (chance(dice, 10))
		units += below(dice, space->units);
	op->b = op->a + units * space->unit - 1;
	if (chance(dice, 1))
		op->a = 0;
	if (chance(dice, 1))
		op->b = ULONG_MAX;
}

/* How often each kind comes, in each mood. */
enum mood { MOOD_FILL, MOOD_MIX, MOOD_EMPTY, NR_MOODS };

static const struct weight {
	enum op_kind kind;
	unsigned char in[NR_MOODS];
} weights[] = {
	{ OP_LOAD, { 3, 4, 3 } },
	{ OP_STORE_RANGE, { 20, 8, 2 } },
	{ OP_INSERT_RANGE, { 16, 4, 1 } },
	{ OP_ERASE, { 2, 5, 25 } },
	{ OP_ALLOC_RANGE, { 5, 2, 1 } },
	{ OP_ALLOC_RRANGE, { 5, 2, 1 } },
	{ OP_ALLOC_CYCLIC, { 3, 2, 1 } },
	{ OP_FIND, { 2, 3, 2 } },
	{ OP_FIND_AFTER, { 1, 2, 1 } },
	{ OP_NEXT, { 2, 3, 2 } },
	{ OP_PREV, { 2, 3, 2 } },
	{ OP_MAS_SET, { 10, 10, 10 } },
	{ OP_MAS_NARROW, { 3, 4, 3 } },
	{ OP_MAS_WALK, { 4, 6, 4 } },
	{ OP_MAS_FIND, { 4, 6, 5 } },
	{ OP_MAS_FIND_RANGE, { 3, 4, 3 } },
	{ OP_MAS_FIND_REV, { 4, 6, 5 } },
	{ OP_MAS_FIND_RANGE_REV, { 3, 4, 3 } },
	{ OP_MAS_NEXT, { 4, 6, 5 } },
	{ OP_MAS_NEXT_RANGE, { 4, 5, 4 } },
	{ OP_MAS_PREV, { 4, 6, 5 } },
	{ OP_MAS_PREV_RANGE, { 4, 5, 4 } },
	{ OP_MAS_PAUSE, { 1, 2, 1 } },
	{ OP_MAS_RESET, { 1, 2, 1 } },
	{ OP_MAS_EMPTY_AREA, { 3, 5, 3 } },
	{ OP_MAS_EMPTY_AREA_REV, { 3, 5, 3 } },
	{ OP_MAS_STORE, { 10, 5, 6 } },
	{ OP_MAS_STORE_GFP, { 14, 7, 10 } },
	{ OP_MAS_STORE_PREALLOC, { 10, 6, 6 } },
	{ OP_MAS_PREALLOC_DROP, { 2, 2, 2 } },
	{ OP_MAS_ERASE, { 2, 5, 25 } },
	{ OP_MAS_ALLOC_CYCLIC, { 3, 2, 1 } },
};
#define NR_WEIGHTS (sizeof(weights) / sizeof(weights[0]))

static enum op_kind pick_kind(struct dice *dice, enum mood mood)
{
	unsigned int sum = 0, at = 0;
	unsigned long mark;

	for (size_t i = 0; i < NR_WEIGHTS; i++)
		sum += weights[i].in[mood];
	mark = below(dice, sum);
	while (mark >= weights[at].in[mood])
		mark -= weights[at++].in[mood];
	return weights[at].kind;
}

/* The operations that change the whole tree: one in @rarity. */
static bool whole_tree(struct dice *dice, const struct space *space, unsigned int rarity,
		       struct op *op)
{
	static const enum op_kind kinds[] = { OP_DUP, OP_RCU, OP_FILL, OP_BULK, OP_CLEAR };

	if (below(dice, rarity))
		return false;
	op->kind = kinds[below(dice, sizeof(kinds) / sizeof(kinds[0]))];
	if (op->kind == OP_CLEAR && chance(dice, 60))
		op->kind = OP_DUP;
	op->a = op->kind == OP_RCU ? below(dice, 2) : pick_index(dice, space);
	op->b = 1 + below(dice, chance(dice, 10) ? 20000 : 600);
	op->c = space->unit * (1 + below(dice, 3));
	return true;
}

static void pick_op(struct dice *dice, const struct space *space, enum mood mood,
		    unsigned int rarity, struct op *op)
{
	*op = (struct op){ 0 };
	if (whole_tree(dice, space, rarity, op))
		return;
	op->kind = pick_kind(dice, mood);
	pick_range(dice, space, op);
	op->c = space->unit * (1 + below(dice, chance(dice, 80) ? 4 : 300));
	op->v = 2 + below(dice, 1000);

	switch (op->kind) {
	case OP_STORE_RANGE:
	case OP_MAS_STORE:
	case OP_MAS_STORE_GFP:
	case OP_MAS_STORE_PREALLOC:
	case OP_MAS_PREALLOC_DROP:
		if (chance(dice, mood == MOOD_EMPTY ? 80 : 20))
			op->v = 0;
		else if (chance(dice, 2))
			op->v = 1;
		break;
	case OP_MAS_NARROW:
		op->a = below(dice, 256);
		op->b = below(dice, 256);
		break;
	case OP_MAS_FIND ... OP_MAS_PREV_RANGE:
		/* Limits: mostly none. */
		if (chance(dice, 80))
			op->a = op->kind == OP_MAS_FIND || op->kind == OP_MAS_FIND_RANGE ||
				op->kind == OP_MAS_NEXT || op->kind == OP_MAS_NEXT_RANGE ?
				ULONG_MAX : 0;
		break;
	case OP_FIND:
	case OP_FIND_AFTER:
	case OP_NEXT:
		op->b = chance(dice, 70) ? ULONG_MAX : pick_index(dice, space);
		break;
	case OP_PREV:
		op->b = chance(dice, 70) ? 0 : pick_index(dice, space);
		break;
	case OP_ALLOC_CYCLIC:
	case OP_MAS_ALLOC_CYCLIC:
		op->c = pick_index(dice, space);
		if (op->c < op->a || op->c > op->b)
			op->c = op->a;
		break;
	default:
		break;
	}
	/* Searches and allocations look through a large part of the space. */
	if (op->kind == OP_MAS_EMPTY_AREA || op->kind == OP_MAS_EMPTY_AREA_REV ||
	    op->kind == OP_ALLOC_RANGE || op->kind == OP_ALLOC_RRANGE) {
		if (chance(dice, 70))
			op->a = space->base;
		if (chance(dice, 70))
			op->b = space->kind == SPACE_EXTREME ? ULONG_MAX :
				space->base + space->units * space->unit - 1;
	}
}

/* A state is set mostly right before it stores: let the range be the store's own. */
static void set_before_store(struct dice *dice, const struct space *space, struct op *set,
			     const struct op *store)
{
	if (store->kind < OP_MAS_STORE || store->kind > OP_MAS_ERASE || chance(dice, 35))
		return;
	set->kind = OP_MAS_SET;
	set->v = 0;
	pick_range(dice, space, set);
}

void episode_make(struct episode *episode, unsigned long number, size_t count)
{
	struct dice dice = { .state = number * 0x2545f4914f6cdd1dul + 1 };
	struct space space = pick_space(&dice);
	enum mood mood = MOOD_FILL;
	/* some episodes load, copy and clear trees all the time */
	unsigned int rarity = number / 8 % 4 ? 600 : 20;

	*episode = (struct episode){
		.flags = (number & 1 ? ALLOC_RANGE : 0) | (number & 2 ? USE_RCU : 0),
		.refuse_nowait = number & 4,
		.count = count,
		.ops = calloc(count, sizeof(struct op)),
	};
	if (!episode->ops)
		abort();
	snprintf(episode->name, sizeof(episode->name), "seed %lu", number);
	for (size_t i = 0; i < count; i++) {
		if (i % 512 == 511)
			mood = below(&dice, NR_MOODS);
		pick_op(&dice, &space, mood, rarity, &episode->ops[i]);
		if (i)
			set_before_store(&dice, &space, &episode->ops[i - 1], &episode->ops[i]);
	}
}

void episode_free(struct episode *episode)
{
	free(episode->ops);
	episode->ops = NULL;
	episode->count = 0;
}
