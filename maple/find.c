// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Find, next and prev: what each of them does first, by the status the state is in.
 *
 * The kernel's rules (Linux v6.12 lib/maple_tree.c and Documentation/core-api/maple_tree.rst) are
 * held in one table. An iteration that was paused goes on behind (rev: before) the range it stood
 * on; one that met a limit and is turned around begins with the entry it stands on.
 */
#include "maple/internal.h"

enum call {
	CALL_NEXT,
	CALL_PREV,
	CALL_FIND,
	CALL_FIND_REV,
};

/* Steps of a rule, carried out in this order. */
enum {
	R_EDGE	= 1 << 0,	/* nothing is left beyond the far end of the range: stop ... */
	R_NEAR	= 1 << 1,	/* the near end itself is at or beyond the limit: stop ... */
	R_PAST	= 1 << 2,	/* the near end is beyond the limit: stop */
	R_MARK	= 1 << 3,	/* ... and say so in the status */
	R_SKIP	= 1 << 4,	/* move to the first index outside of the range */
	R_FAR	= 1 << 5,	/* move to the far end of the range */
	R_WALK	= 1 << 6,	/* look the index up */
	R_TAKE	= 1 << 7,	/* what was looked up is the answer, unless it is NULL */
	R_LONE	= 1 << 8,	/* there may be no nodes: see without_nodes() */
	R_GO	= 1 << 9,	/* the place is known: step */
};

#define R_LIMIT		(R_EDGE | R_MARK)
#define R_LOOK		(R_WALK | R_TAKE)

/* Where a row has no entry, the call returns NULL and changes nothing: that is ma_error. */
static const unsigned short rules[][ma_error + 1] = {
	[CALL_NEXT] = {
		[ma_active]	= R_LIMIT | R_GO,
		[ma_start]	= R_LIMIT | R_WALK,
		[ma_root]	= R_LIMIT | R_LONE,
		[ma_none]	= R_LIMIT | R_WALK,
		[ma_pause]	= R_LIMIT | R_WALK,
		[ma_overflow]	= R_LIMIT | R_GO,
		[ma_underflow]	= R_LIMIT | R_LOOK,
		[ma_error]	= R_LIMIT,
	},
	[CALL_PREV] = {
		[ma_active]	= R_LIMIT | R_GO,
		[ma_start]	= R_LIMIT | R_WALK,
		[ma_root]	= R_LIMIT | R_LONE,
		[ma_none]	= R_LIMIT | R_WALK,
		[ma_pause]	= R_LIMIT | R_WALK,
		[ma_overflow]	= R_LIMIT | R_LOOK,
		[ma_underflow]	= R_LIMIT | R_GO,
		[ma_error]	= R_LIMIT,
	},
	[CALL_FIND] = {
		[ma_active]	= R_EDGE | R_GO,
		[ma_start]	= R_PAST | R_LOOK,
		[ma_root]	= R_LONE,
		[ma_none]	= R_EDGE | R_FAR | R_LOOK,
		[ma_pause]	= R_EDGE | R_SKIP | R_LOOK,
		[ma_overflow]	= R_EDGE | R_LOOK,
		[ma_underflow]	= R_NEAR | R_MARK | R_LOOK,
	},
	[CALL_FIND_REV] = {
		[ma_active]	= R_PAST | R_GO,
		[ma_start]	= R_PAST | R_LOOK,
		[ma_root]	= R_LONE,
		[ma_none]	= R_EDGE | R_FAR | R_LOOK,
		[ma_pause]	= R_LIMIT | R_SKIP | R_LOOK,
		[ma_overflow]	= R_LIMIT | R_GO,
		[ma_underflow]	= R_EDGE | R_GO,
	},
};

static __always_inline bool call_is_rev(enum call call)
{
	return call == CALL_PREV || call == CALL_FIND_REV;
}

/* Forward, the far end of the range is last; backward it is index. */
static bool limit_is_met(const struct ma_state *mas, enum call call, unsigned int rule,
			 unsigned long limit)
{
	if (call_is_rev(call))
		return (rule & R_EDGE && mas->index <= limit) ||
		       (rule & R_PAST && mas->index < limit);
	return (rule & R_EDGE && mas->last >= limit) ||
	       (rule & R_NEAR && mas->index >= limit) ||
	       (rule & R_PAST && mas->index > limit);
}

/* R_SKIP and R_FAR: both ends of the range become the index to look up. */
static void move(struct ma_state *mas, enum call call, unsigned int rule)
{
	unsigned long skip = rule & R_SKIP ? 1 : 0;

	if (call_is_rev(call))
		mas->last = mas->index -= skip;
	else
		mas->index = mas->last += skip;
}

/* The state is on the lone entry at index 0, which the root pointer holds. */
static void *take_lone(struct ma_state *mas)
{
	void *root = rcu_dereference(mas->tree->ma_root);

	if (unlikely(xa_is_node(root)))		/* a writer has made nodes meanwhile */
		return mas_rewalk(mas, 0);
	mas->index = 0;
	mas->last = 0;
	return root;
}

static void leave_lone(struct ma_state *mas)
{
	mas->status = ma_none;
	mas->index = 1;
	mas->last = ULONG_MAX;
}

/*
 * The tree has no nodes, as ma_root (a lone entry, at index 0) or ma_none (nothing where the state
 * looked) say. @was is the status before the call.
 */
static void *without_nodes(struct ma_state *mas, enum call call, enum maple_status was)
{
	bool lone = mas_is_ptr(mas);

	switch (call) {
	case CALL_NEXT:
		if (lone && was == ma_none && !mas->index)
			mas->last = 0;
		else if (lone)
			leave_lone(mas);
		return NULL;
	case CALL_FIND:
		if (lone)
			leave_lone(mas);
		return NULL;
	case CALL_PREV:
		if (mas->index) {
			mas->status = ma_root;
			return take_lone(mas);
		}
		mas->status = ma_none;
		return NULL;
	case CALL_FIND_REV:
		if (!lone) {
			mas->status = ma_root;
			return take_lone(mas);
		}
		mas->status = ma_none;
		return NULL;
	}
	return NULL;
}

/* What comes before the step. True: @entry is the answer. False: step. */
static bool settle_first(struct ma_state *mas, enum call call, unsigned long limit, void **entry)
{
	enum maple_status was = mas->status;
	unsigned int rule = rules[call][was];

	*entry = NULL;
	if (limit_is_met(mas, call, rule, limit)) {
		if (rule & R_MARK)
			mas->status = call_is_rev(call) ? ma_underflow : ma_overflow;
		return true;
	}
	if (rule & R_GO) {
		mas->status = ma_active;
		return false;
	}
	if (rule & (R_SKIP | R_FAR))
		move(mas, call, rule);
	if (rule & R_WALK) {
		void *found = mas_walk(mas);

		if (found && rule & R_TAKE) {
			*entry = found;
			return true;
		}
	} else if (!(rule & R_LONE)) {
		return true;
	}
	if (!mas_is_active(mas)) {
		*entry = without_nodes(mas, call, was);
		return true;
	}
	/* Looked up and found nothing: is there anything left to step to? */
	if (call == CALL_FIND)
		return mas->index == limit;
	return call == CALL_FIND_REV && mas->index < limit;
}

/* An active state that is not at its limit: most calls, and the rules have nothing to say. */
static __always_inline bool goes_on_up(const struct ma_state *mas, unsigned long max)
{
	return likely(mas->status == ma_active && mas->last < max);
}

static __always_inline bool goes_on_down(const struct ma_state *mas, unsigned long min)
{
	return likely(mas->status == ma_active && mas->index > min);
}

void *tv_mas_next(struct ma_state *mas, unsigned long max)
{
	void *entry;

	if (goes_on_up(mas, max))
		return mas_next_slot(mas, max, false);
	return settle_first(mas, CALL_NEXT, max, &entry) ? entry : mas_next_slot(mas, max, false);
}

void *mas_next_range(struct ma_state *mas, unsigned long max)
{
	void *entry;

	return settle_first(mas, CALL_NEXT, max, &entry) ? entry : mas_next_slot(mas, max, true);
}

void *tv_mas_prev(struct ma_state *mas, unsigned long min)
{
	void *entry;

	if (goes_on_down(mas, min))
		return mas_prev_slot(mas, min, false);
	return settle_first(mas, CALL_PREV, min, &entry) ? entry : mas_prev_slot(mas, min, false);
}

void *mas_prev_range(struct ma_state *mas, unsigned long min)
{
	void *entry;

	return settle_first(mas, CALL_PREV, min, &entry) ? entry : mas_prev_slot(mas, min, true);
}

/* Linux v6.12 mas_find(): an overflow leaves the state active, so that the next find may go on. */
void *tv_mas_find(struct ma_state *mas, unsigned long max)
{
	void *entry;

	if (!goes_on_up(mas, max) && settle_first(mas, CALL_FIND, max, &entry))
		return entry;
	entry = mas_next_slot(mas, max, false);
	mas->status = ma_active;
	return entry;
}

void *mas_find_range(struct ma_state *mas, unsigned long max)
{
	void *entry;

	return settle_first(mas, CALL_FIND, max, &entry) ? entry : mas_next_slot(mas, max, true);
}

void *tv_mas_find_rev(struct ma_state *mas, unsigned long min)
{
	void *entry;

	return settle_first(mas, CALL_FIND_REV, min, &entry) ? entry :
		mas_prev_slot(mas, min, false);
}

void *mas_find_range_rev(struct ma_state *mas, unsigned long min)
{
	void *entry;

	return settle_first(mas, CALL_FIND_REV, min, &entry) ? entry :
		mas_prev_slot(mas, min, true);
}

/* The functions that the macros of the same names hide: see maple_tree.h. */
void *(mas_find)(struct ma_state *mas, unsigned long max)
{
	return mas_find(mas, max);
}

void *(mas_find_rev)(struct ma_state *mas, unsigned long min)
{
	return mas_find_rev(mas, min);
}

void *(mas_next)(struct ma_state *mas, unsigned long max)
{
	return mas_next(mas, max);
}

void *(mas_prev)(struct ma_state *mas, unsigned long min)
{
	return mas_prev(mas, min);
}

void mas_pause(struct ma_state *mas)
{
	mas->node = NULL;
	mas->status = ma_pause;
}
