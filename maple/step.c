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

/*
 * The leaf beside @mas->node under the same parent, if its limits can be told from there. False if
 * not, or if anything was dead: the caller then walks from the root.
 */
static bool sibling_leaf(const struct ma_state *mas, int direction, struct place *to)
{
	unsigned long link = ma_parent(mas_mn(mas));
	const struct maple_node *parent = parent_node(link);
	enum maple_type type = mt_inner_type(mas->tree);
	const unsigned long *pivots = ma_pivots(parent);
	unsigned int slot = parent_slot(link) + direction;

	if (parent_is_root(link) || parent == mas_mn(mas))
		return false;
	/* Slot 0 begins, and a slot without a pivot ends, where only the grandparent knows. */
	if (slot - 1 >= ma_nr_pivots(type) - 1)
		return false;

	to->max = direction > 0 ? READ_ONCE(pivots[slot]) : mas->min - 1;
	to->min = direction > 0 ? mas->max + 1 : READ_ONCE(pivots[slot - 1]) + 1;
	if (direction > 0 && !to->max)
		return false;		/* an unused pivot: no slot there */
	to->node = ma_slot_acquire(parent, type, slot);
	if (unlikely(ma_dead_node(parent)))
		return false;
	return to->min <= to->max;
}

/* To the first slot (direction 1) or last slot (-1) of the leaf beside @mas->node. */
static noinline enum step step_leaf(const struct ma_state *mas, int direction, struct place *to)
{
	if (sibling_leaf(mas, direction, to)) {
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
