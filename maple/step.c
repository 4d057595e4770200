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

/* The leaf a step leads to, before the state is told. */
struct place {
	struct maple_enode *node;
	unsigned long min, max;
};

/*
 * The last index of a slot, which the node's end implies for the last one in use. Ordering: read
 * (acquire) before the slot; slip_in() in leaf.c changes a limit after the slot beside it.
 */
static __always_inline unsigned long slot_last(const unsigned long *pivots, unsigned int offset,
					       unsigned int end, unsigned long max)
{
	return offset < end ? smp_load_acquire(&pivots[offset]) : max;
}

static __always_inline unsigned long slot_first(const unsigned long *pivots, unsigned int offset,
						unsigned long min)
{
	return offset ? smp_load_acquire(&pivots[offset - 1]) + 1 : min;
}

/* How far a node is behind the one worked on when it is asked for: all of its four lines. */
static __always_inline void prefetch_node(const void *enode)
{
	/* numbers, not pointers: behind the last slot in use there may be NULL */
	unsigned long node = (unsigned long)enode & ~MAPLE_NODE_MASK;

	__builtin_prefetch((const void *)node);
	__builtin_prefetch((const void *)(node + 64));
	__builtin_prefetch((const void *)(node + 128));
	__builtin_prefetch((const void *)(node + 192));
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

/* Neither neighbour of the leaf could be told from the nodes above: look the index up. */
static noinline enum step walk_over(struct ma_state *mas, unsigned long index, void **entry)
{
	MA_STATE(walk, mas->tree, 0, 0);
	bool up = index > mas->max;

	*entry = mas_rewalk(&walk, index);
	/* With writers about, what was found may reach back over where the step began. */
	if (!mas_is_active(&walk) || (up ? walk.index <= mas->last : walk.last >= mas->index))
		return STEP_RETRY;
	mas->node = walk.node;
	mas->min = walk.min;
	mas->max = walk.max;
	mas->index = walk.index;
	mas->last = walk.last;
	mas->offset = walk.offset;
	mas->end = walk.end;
	return STEP_DONE;
}

static __always_inline enum step enter_leaf(struct ma_state *mas, const struct place *to, bool up,
					    void **entry)
{
	const struct maple_node *node = mte_to_node(to->node);
	const unsigned long *pivots = ma_pivots(node);
	unsigned int end = ma_data_end(node, maple_leaf_64, to->max);
	unsigned int offset = up ? 0 : end;
	unsigned long first = slot_first(pivots, offset, to->min);
	unsigned long last = slot_last(pivots, offset, end, to->max);

	*entry = ma_slot_acquire(node, maple_leaf_64, offset);
	if (unlikely(ma_dead_node(node)))
		return STEP_RETRY;
	if (unlikely(up ? first <= mas->last : last >= mas->index))
		return STEP_RETRY;
	mas->node = to->node;
	mas->min = to->min;
	mas->max = to->max;
	mas->index = first;
	mas->last = last;
	mas->offset = offset;
	mas->end = end;
	return STEP_DONE;
}

static __always_inline enum step step_up(struct ma_state *mas, unsigned long max, void **entry)
{
	const struct maple_node *node = mas_mn(mas);
	const unsigned long *pivots = ma_pivots(node);
	unsigned int offset = mas->offset;
	unsigned long last = slot_last(pivots, offset, mas->end, mas->max), next;
	struct place to;

	if (unlikely(last >= max || mas->last >= max))
		return unlikely(ma_dead_node(node)) ? STEP_RETRY : STEP_LIMIT;
	if (offset >= mas->end) {
		if (likely(next_leaf(mas, &to)))
			return enter_leaf(mas, &to, true, entry);
		return walk_over(mas, mas->max + 1, entry);
	}
	offset++;
	next = slot_last(pivots, offset, mas->end, mas->max);
	*entry = ma_slot_acquire(node, maple_leaf_64, offset);
	if (unlikely(ma_dead_node(node)))
		return STEP_RETRY;
	mas->index = last + 1;
	mas->last = next;
	mas->offset = offset;
	return STEP_DONE;
}

static __always_inline enum step step_down(struct ma_state *mas, unsigned long min, void **entry)
{
	const struct maple_node *node = mas_mn(mas);
	const unsigned long *pivots = ma_pivots(node);
	unsigned int offset = mas->offset;
	unsigned long first = slot_first(pivots, offset, mas->min);
	struct place to;

	if (unlikely(first <= min || (!offset && mas->index <= min)))
		return unlikely(ma_dead_node(node)) ? STEP_RETRY : STEP_LIMIT;
	if (!offset) {
		if (likely(prev_leaf(mas, &to)))
			return enter_leaf(mas, &to, false, entry);
		return walk_over(mas, mas->min - 1, entry);
	}
	offset--;
	first = slot_first(pivots, offset, mas->min);
	*entry = ma_slot_acquire(node, maple_leaf_64, offset);
	if (unlikely(ma_dead_node(node)))
		return STEP_RETRY;
	mas->last = mas->index - 1;
	mas->index = first;
	mas->offset = offset;
	return STEP_DONE;
}

void *mas_next_slot(struct ma_state *mas, unsigned long max, bool empty)
{
	unsigned long from = mas->last;
	void *entry;

	for (;;) {
		switch (step_up(mas, max, &entry)) {
		case STEP_DONE:
			if (likely(entry) || empty)
				return entry;
			if (likely(mas->last < max))
				continue;
			break;
		case STEP_RETRY:
			mas_rewalk(mas, from);
			if (mas_is_active(mas))
				continue;
			break;		/* the nodes are gone, and with them all that was above */
		case STEP_LIMIT:
			break;
		}
		mas->status = ma_overflow;
		return NULL;
	}
}

void *mas_prev_slot(struct ma_state *mas, unsigned long min, bool empty)
{
	unsigned long from = mas->index;
	void *entry;

	for (;;) {
		switch (step_down(mas, min, &entry)) {
		case STEP_DONE:
			if (likely(entry) || empty)
				return entry;
			if (likely(mas->index > min))
				continue;
			break;
		case STEP_RETRY:
			mas_rewalk(mas, from);
			if (mas_is_active(mas))
				continue;
			break;
		case STEP_LIMIT:
			break;
		}
		mas->status = ma_underflow;
		return NULL;
	}
}
