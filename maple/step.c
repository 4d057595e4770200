// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * One step from a slot to its neighbour: mostly within a leaf, else by way of the parent, and where
 * the parent does not know enough by a walk from the root.
 *
 * For readers as well as writers. Whatever was read of a node is trusted only after
 * ma_dead_node(); a dead node means the step begins again with a walk to where it stood. Such a walk
 * goes to the end the step starts from (last when moving up, index when moving down), so that an
 * entry that has grown meanwhile is not met twice.
 */
#include "maple/search.h"

enum step {
	STEP_DONE,
	STEP_LIMIT,	/* nothing within the limit */
	STEP_RETRY,	/* met a dead node */
};

/* What a step learns before it may tell the state. */
struct place {
	struct maple_enode *node;
	unsigned long min, max;		/* of node */
	unsigned long first, last;	/* of the slot */
	unsigned int offset, end;
	void *entry;
};

static __always_inline void settle(struct ma_state *mas, const struct place *to)
{
	mas->node = to->node;
	mas->min = to->min;
	mas->max = to->max;
	mas->index = to->first;
	mas->last = to->last;
	mas->offset = to->offset;
	mas->end = to->end;
}

/* The last index of a slot, which the node's end implies for the last one in use. */
static __always_inline unsigned long slot_last(const unsigned long *pivots, unsigned int offset,
					       unsigned int end, unsigned long max)
{
	return offset < end ? READ_ONCE(pivots[offset]) : max;
}

static __always_inline unsigned long slot_first(const unsigned long *pivots, unsigned int offset,
						unsigned long min)
{
	return offset ? READ_ONCE(pivots[offset - 1]) + 1 : min;
}

/* How far a node is behind the one worked on when it is asked for: all of its four lines. */
static __always_inline void prefetch_node(const void *enode)
{
	const char *node = (const char *)((unsigned long)enode & ~MAPLE_NODE_MASK);

	__builtin_prefetch(node);
	__builtin_prefetch(node + 64);
	__builtin_prefetch(node + 128);
	__builtin_prefetch(node + 192);
}

/*
 * Whether an inner node has a slot behind @slot: 1, 0, or -1 if that cannot be told without the
 * node's limit, as for the last slot of a range node, which has no pivot.
 */
static __always_inline int has_next(const struct maple_node *node, enum maple_type type,
				    unsigned int slot)
{
	if (type == maple_arange_64)
		return slot < READ_ONCE(node->ma64.meta.end);
	if (slot + 1 >= MAPLE_RANGE64_SLOTS - 1)
		return slot + 1 == MAPLE_RANGE64_SLOTS - 1 ? -1 : 0;
	return READ_ONCE(node->mr64.pivot[slot + 1]) != 0;
}

/*
 * The leaf behind @mas->node by way of a common ancestor; false if its limits cannot be told from
 * there, or if anything was dead: the caller then walks from the root.
 */
static bool next_leaf(const struct ma_state *mas, struct place *to)
{
	enum maple_type type = mt_inner_type(mas->tree);
	const struct maple_node *node = mas_mn(mas), *above;
	unsigned int levels = 0, slot;
	int more;

	do {
		unsigned long link = ma_parent(node);

		above = parent_node(link);
		if (parent_is_root(link) || unlikely(above == node))
			return false;
		node = above;
		slot = parent_slot(link);
		levels++;
		more = has_next(node, type, slot);
		if (unlikely(more < 0 || ma_dead_node(node)))
			return false;
	} while (!more);

	for (slot++; ; slot = 0) {
		to->node = ma_slot_acquire(node, type, slot);
		/* The limit of a slot is a pivot of its node, or else one of a node above. */
		to->max = slot < ma_nr_pivots(type) ? READ_ONCE(ma_pivots(node)[slot]) : 0;
		if (!--levels)
			break;
		if (unlikely(ma_dead_node(node)))
			return false;
		node = mte_to_node(to->node);
	}
	if (slot < ma_nr_pivots(type))
		prefetch_node(READ_ONCE(ma_slots(node, type)[slot + 1]));
	to->min = mas->max + 1;
	return likely(!ma_dead_node(node)) && to->max >= to->min;
}

/* The leaf before, likewise. All nodes on the way down to it end where it does. */
static bool prev_leaf(const struct ma_state *mas, struct place *to)
{
	enum maple_type type = mt_inner_type(mas->tree);
	const struct maple_node *node = mas_mn(mas), *above;
	unsigned int levels = 0, slot;

	to->max = mas->min - 1;
	do {
		unsigned long link = ma_parent(node);

		above = parent_node(link);
		if (parent_is_root(link) || unlikely(above == node))
			return false;
		node = above;
		slot = parent_slot(link);
		levels++;
	} while (!slot);

	for (slot--; ; slot = ma_data_end(node, type, to->max)) {
		to->node = ma_slot_acquire(node, type, slot);
		if (!--levels)
			break;
		if (unlikely(ma_dead_node(node)))
			return false;
		node = mte_to_node(to->node);
	}
	if (!slot)
		return false;		/* it begins where only a node above knows */
	to->min = READ_ONCE(ma_pivots(node)[slot - 1]) + 1;
	prefetch_node(READ_ONCE(ma_slots(node, type)[slot - 1]));
	return likely(!ma_dead_node(node)) && to->min <= to->max;
}

/* To the first slot (direction 1) or last slot (-1) of the leaf beside @mas->node. */
static noinline enum step step_leaf(const struct ma_state *mas, int direction, struct place *to)
{
	if (direction > 0 ? next_leaf(mas, to) : prev_leaf(mas, to)) {
		const struct maple_node *node = mte_to_node(to->node);
		const unsigned long *pivots = ma_pivots(node);

		to->end = ma_data_end(node, maple_leaf_64, to->max);
		to->offset = direction > 0 ? 0 : to->end;
		to->first = slot_first(pivots, to->offset, to->min);
		to->last = slot_last(pivots, to->offset, to->end, to->max);
		to->entry = ma_slot_acquire(node, maple_leaf_64, to->offset);
		if (unlikely(ma_dead_node(node)))
			return STEP_RETRY;
	} else {
		MA_STATE(walk, mas->tree, 0, 0);

		to->entry = mas_rewalk(&walk, direction > 0 ? mas->max + 1 : mas->min - 1);
		if (!mas_is_active(&walk))
			return STEP_RETRY;
		to->node = walk.node;
		to->min = walk.min;
		to->max = walk.max;
		to->first = walk.index;
		to->last = walk.last;
		to->offset = walk.offset;
		to->end = walk.end;
	}
	/* With writers about, what was found may reach back over where the step began. */
	if (direction > 0 ? to->first <= mas->last : to->last >= mas->index)
		return STEP_RETRY;
	return STEP_DONE;
}

static __always_inline enum step step_up(const struct ma_state *mas, unsigned long max,
					 struct place *to)
{
	const struct maple_node *node = mas_mn(mas);
	const unsigned long *pivots = ma_pivots(node);

	if (unlikely(mas->max >= max)) {
		unsigned long last = slot_last(pivots, mas->offset, mas->end, mas->max);

		if (unlikely(ma_dead_node(node)))
			return STEP_RETRY;
		if (last >= max)
			return STEP_LIMIT;
	}
	if (unlikely(mas->offset >= mas->end)) {
		if (mas->last >= max)
			return STEP_LIMIT;
		return step_leaf(mas, 1, to);
	}

	to->node = mas->node;
	to->min = mas->min;
	to->max = mas->max;
	to->end = mas->end;
	to->offset = mas->offset + 1;
	to->first = READ_ONCE(pivots[mas->offset]) + 1;
	to->last = slot_last(pivots, to->offset, to->end, to->max);
	to->entry = ma_slot_acquire(node, maple_leaf_64, to->offset);
	return unlikely(ma_dead_node(node)) ? STEP_RETRY : STEP_DONE;
}

static __always_inline enum step step_down(const struct ma_state *mas, unsigned long min,
					   struct place *to)
{
	const struct maple_node *node = mas_mn(mas);
	const unsigned long *pivots = ma_pivots(node);

	if (unlikely(mas->min <= min)) {
		unsigned long first = slot_first(pivots, mas->offset, mas->min);

		if (unlikely(ma_dead_node(node)))
			return STEP_RETRY;
		if (first <= min)
			return STEP_LIMIT;
	}
	if (unlikely(!mas->offset)) {
		if (mas->index <= min)
			return STEP_LIMIT;
		return step_leaf(mas, -1, to);
	}

	to->node = mas->node;
	to->min = mas->min;
	to->max = mas->max;
	to->end = mas->end;
	to->offset = mas->offset - 1;
	to->first = slot_first(pivots, to->offset, to->min);
	to->last = mas->index - 1;
	to->entry = ma_slot_acquire(node, maple_leaf_64, to->offset);
	return unlikely(ma_dead_node(node)) ? STEP_RETRY : STEP_DONE;
}

void *mas_next_slot(struct ma_state *mas, unsigned long max, bool empty)
{
	unsigned long from = mas->last;
	struct place to;

	for (;;) {
		switch (step_up(mas, max, &to)) {
		case STEP_RETRY:
			mas_rewalk(mas, from);
			if (mas_is_active(mas))
				continue;
			fallthrough;	/* the nodes are gone, and with them all that was above */
		case STEP_LIMIT:
			mas->status = ma_overflow;
			return NULL;
		case STEP_DONE:
			settle(mas, &to);
			if (likely(to.entry) || empty)
				return to.entry;
			if (to.last >= max) {
				mas->status = ma_overflow;
				return NULL;
			}
		}
	}
}

void *mas_prev_slot(struct ma_state *mas, unsigned long min, bool empty)
{
	unsigned long from = mas->index;
	struct place to;

	for (;;) {
		switch (step_down(mas, min, &to)) {
		case STEP_RETRY:
			mas_rewalk(mas, from);
			if (mas_is_active(mas))
				continue;
			fallthrough;
		case STEP_LIMIT:
			mas->status = ma_underflow;
			return NULL;
		case STEP_DONE:
			settle(mas, &to);
			if (likely(to.entry) || empty)
				return to.entry;
			if (to.first <= min) {
				mas->status = ma_underflow;
				return NULL;
			}
		}
	}
}
