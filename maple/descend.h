/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ways down, as templates: walk.c includes this once for each way of searching a node. It
 * defines before
 *
 *	NAME(x)			x with the way's name
 *	TARGET			the functions' attributes, if the way needs any
 *	KEY, MAKE_KEY(index)	type and value of what is looked for, made once
 *	SEARCH(node, type, key)	the offset of the slot, as ma_search() in search.h
 *	PICK(which, yes, no)	@yes if @which is not 0, else @no
 *	EXPECT(node, type)	the node is searched next
 *
 * Ordering: each child pointer is loaded with acquire, so what it points to is seen as published;
 * what was read of a node is used only after ma_dead_node() said that the node was still in the
 * tree when it was read. No include guard: that is meant.
 */

/*
 * From an inner node of a kind known when compiling to its child for the key. False: the node is
 * dead.
 */
static TARGET __always_inline bool NAME(enter)(struct spot *at, enum maple_type type, KEY key)
{
	const struct maple_node *node = mte_to_known(at->enode, type);
	const unsigned long *pivots = ma_pivots(node);
	unsigned long before, here;
	unsigned long offset;
	void *child;

	EXPECT(node, type);
	offset = SEARCH(node, type, key);
	child = ma_slot_acquire(node, type, offset);
	/* In front of the pivots is the parent, behind them the first slot. */
	before = READ_ONCE(pivots[(long)offset - 1]) + 1;
	here = READ_ONCE(pivots[offset]);
	if (unlikely(ma_dead_node(node)))
		return false;
	at->enode = child;
	at->min = PICK(offset, before, at->min);
	at->max = PICK(offset ^ ma_nr_pivots(type), here, at->max);
	return true;
}

/* Down to a leaf. Inner nodes of a tree are all of one kind. */
static TARGET __always_inline bool NAME(to_leaf)(struct spot *at, KEY key)
{
	enum maple_type type = mte_node_type(at->enode);

	if (likely(type == maple_arange_64)) {
		do {
			if (unlikely(!NAME(enter)(at, maple_arange_64, key)))
				return false;
		} while (!mte_is_leaf(at->enode));
	} else {
		while (!mte_is_leaf(at->enode))
			if (unlikely(!NAME(enter)(at, maple_range_64, key)))
				return false;
	}
	return true;
}

/* descend() in this way. */
static TARGET bool NAME(descend)(struct ma_state *mas, struct maple_enode *enode,
				 unsigned long min, unsigned long max, void **entry)
{
	struct spot at = { enode, min, max };
	unsigned long index = mas->index, before, here, first, last;
	const struct maple_node *node;
	unsigned long offset;
	unsigned int end;
	KEY key = MAKE_KEY(index);
	void *content;

	if (unlikely(!NAME(to_leaf)(&at, key)))
		return false;
	node = mte_to_known(at.enode, maple_leaf_64);
	EXPECT(node, maple_leaf_64);
	offset = SEARCH(node, maple_leaf_64, key);
	/* Ordering: limits before the slot; slip_in() in leaf.c changes them after it. */
	before = smp_load_acquire(&ma_pivots(node)[(long)offset - 1]) + 1;
	here = smp_load_acquire(&ma_pivots(node)[offset]);
	content = ma_slot_acquire(node, maple_leaf_64, offset);
	first = PICK(offset, before, at.min);
	last = PICK(offset ^ ma_nr_pivots(maple_leaf_64), here, at.max);
	end = ma_data_end(node, maple_leaf_64, at.max);
	if (unlikely(ma_dead_node(node)))
		return false;
	/* A slot store under RCU may move a pivot between two looks at it. */
	if (unlikely(first > index || last < index))
		return false;
	mas->node = at.enode;
	mas->min = at.min;
	mas->max = at.max;
	mas->index = first;
	mas->last = last;
	mas->offset = offset;
	mas->end = end;
	*entry = content;
	return true;
}

/* The entry for @index below @enode, and nothing else. False if a node on the way was dead. */
static TARGET bool NAME(lookup)(struct maple_enode *enode, unsigned long index, void **entry)
{
	struct spot at = { .enode = enode };
	KEY key = MAKE_KEY(index);
	const struct maple_node *leaf;

	if (unlikely(!NAME(to_leaf)(&at, key)))
		return false;
	leaf = mte_to_known(at.enode, maple_leaf_64);
	EXPECT(leaf, maple_leaf_64);
	*entry = ma_slot_acquire(leaf, maple_leaf_64, SEARCH(leaf, maple_leaf_64, key));
	return likely(!ma_dead_node(leaf));
}

#undef NAME
#undef TARGET
#undef KEY
#undef MAKE_KEY
#undef SEARCH
#undef PICK
#undef EXPECT
