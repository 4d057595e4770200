// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Going down: from the root to the slot that holds an index, with or without keeping the place.
 *
 * Readers may do this while a writer works. Ordering: each child pointer is loaded with acquire,
 * so what it points to is seen as published; what was read of a node is used only after
 * ma_dead_node() said that the node was still in the tree when it was read.
 */
#include "maple/search.h"

static __always_inline void *start(struct ma_state *mas)
{
	void *root;

	mas->min = 0;
	mas->max = ULONG_MAX;
	for (;;) {
		root = rcu_dereference(mas->tree->ma_root);
		if (unlikely(!xa_is_node(root)))
			break;
		mas->node = mte_safe_root(root);
		if (unlikely(ma_dead_node(mas_mn(mas))))
			continue;	/* replaced since: the new one is in ma_root */
		mas->status = ma_active;
		mas->depth = 1;
		mas->offset = 0;
		return NULL;
	}

	mas->node = NULL;
	mas->depth = 0;
	mas->offset = MAPLE_NODE_SLOTS;
	mas->status = root ? ma_root : ma_none;
	return mas->index ? NULL : root;
}

void *mas_start(struct ma_state *mas)
{
	return mas_is_start(mas) ? start(mas) : NULL;
}

/*
 * From mas->node, which covers [min, max], to the leaf. On return the state names the slot and its
 * range. False if a node on the way was dead; the state is worth nothing then. Limits are chosen
 * between two loaded words: whether a slot is the first or last of its node is hard to guess.
 */
static __always_inline bool descend(struct ma_state *mas, void **entry, bool low)
{
	struct maple_enode *enode = mas->node;
	unsigned long index = mas->index;
	unsigned long min = mas->min, max = mas->max;

	for (;;) {
		const struct maple_node *node = mte_to_node(enode);
		enum maple_type type = mte_node_type(enode);
		const unsigned long *pivots = ma_pivots(node);
		unsigned int offset = ma_search_as(low, node, type, index);
		void *content = ma_slot_acquire(node, type, offset);
		/* In front of the pivots is the parent, behind them the first slot. */
		unsigned long before = READ_ONCE(pivots[(long)offset - 1]) + 1;
		unsigned long at = READ_ONCE(pivots[offset]);
		bool inner = offset < ma_nr_pivots(type);
		unsigned long first = low ? (offset ? before : min) : ma_pick(offset, before, min);
		unsigned long last = low ? (inner ? at : max) : ma_pick(inner, at, max);

		if (ma_is_leaf(type)) {
			mas->end = ma_data_end(node, type, max);
			if (unlikely(ma_dead_node(node)))
				return false;
			/* A slot store under RCU may move a pivot between two looks at it. */
			if (unlikely(first > index || last < index))
				return false;
			mas->node = enode;
			mas->min = min;
			mas->max = max;
			mas->offset = offset;
			mas->index = first;
			mas->last = last;
			*entry = content;
			return true;
		}
		if (unlikely(ma_dead_node(node)))
			return false;
		ma_expect(low, content);
		enode = content;
		min = first;
		max = last;
	}
}

void *mas_state_walk(struct ma_state *mas)
{
	void *entry = NULL;

	for (;;) {
		if (likely(mas_is_start(mas))) {
			entry = start(mas);
			if (unlikely(!mas_is_active(mas)))
				return entry;
		} else if (!mas_is_active(mas)) {
			return NULL;
		}
		if (likely(mt_is_low(mas->tree) ? descend(mas, &entry, true) :
						  descend(mas, &entry, false)))
			return entry;
		mas->status = ma_start;
	}
}

void *mas_rewalk(struct ma_state *mas, unsigned long index)
{
	mas_aim(mas, index);
	return mas_state_walk(mas);
}

void *mas_walk(struct ma_state *mas)
{
	void *entry;

	mas->status = ma_start;
	entry = mas_state_walk(mas);
	if (mas_is_none(mas)) {
		mas->index = 0;
		mas->last = ULONG_MAX;
	} else if (mas_is_ptr(mas)) {
		/* The lone entry's range is [0, 0], and all else is one empty range. */
		mas->last = mas->index ? ULONG_MAX : 0;
		if (mas->index) {
			mas->index = 1;
			mas->status = ma_none;
		}
	}
	return entry;
}

/* The entry for @index below @enode. False if a node on the way was dead. */
static __always_inline bool lookup(struct maple_enode *enode, unsigned long index, void **entry,
				   bool low)
{
	for (;;) {
		const struct maple_node *node = mte_to_node(enode);
		enum maple_type type = mte_node_type(enode);
		void *content = ma_slot_acquire(node, type,
						ma_search_as(low, node, type, index));

		if (unlikely(ma_dead_node(node)))
			return false;
		if (ma_is_leaf(type)) {
			*entry = content;
			return true;
		}
		ma_expect(low, content);
		enode = content;
	}
}

void *mtree_load(struct maple_tree *mt, unsigned long index)
{
	void *root, *entry = NULL;

	rcu_read_lock();
	do {
		root = rcu_dereference(mt->ma_root);
		if (unlikely(!xa_is_node(root))) {
			entry = index ? NULL : root;
			break;
		}
	} while (unlikely(!(mt_is_low(mt) ? lookup(mte_safe_root(root), index, &entry, true) :
					    lookup(mte_safe_root(root), index, &entry, false))));
	rcu_read_unlock();
	return xa_is_zero(entry) ? NULL : entry;
}
