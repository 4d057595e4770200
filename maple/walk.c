// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Going down: from the root to the slot that holds an index, with or without keeping the place.
 *
 * Readers may do this while a writer works. Ordering: each child pointer is loaded with acquire,
 * so what it points to is seen as published; what was read of a node is used only after
 * ma_dead_node() said that the node was still in the tree when it was read.
 */
#include "maple/search.h"

void *mas_start(struct ma_state *mas)
{
	void *root;

	if (!mas_is_start(mas))
		return NULL;

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

/*
 * From mas->node, which covers [min, max], to the leaf. On return the state names the slot and its
 * range. False if a node on the way was dead; the state is worth nothing then.
 */
static __always_inline bool descend(struct ma_state *mas, void **entry)
{
	struct maple_enode *enode = mas->node;
	unsigned long index = mas->index;
	unsigned long min = mas->min, max = mas->max;

	for (;;) {
		const struct maple_node *node = mte_to_node(enode);
		enum maple_type type = mte_node_type(enode);
		const unsigned long *pivots = ma_pivots(node);
		unsigned int offset = ma_search(node, type, index);
		unsigned long first = offset ? READ_ONCE(pivots[offset - 1]) + 1 : min;
		unsigned long last = offset < ma_nr_pivots(type) ? READ_ONCE(pivots[offset]) : max;
		unsigned int end = ma_is_leaf(type) ? ma_data_end(node, type, max) : 0;
		void *content = ma_slot_acquire(node, type, offset);

		if (unlikely(ma_dead_node(node)))
			return false;
		if (ma_is_leaf(type)) {
			/* A slot store under RCU may move a pivot between two looks at it. */
			if (unlikely(first > index || last < index))
				return false;
			mas->node = enode;
			mas->min = min;
			mas->max = max;
			mas->offset = offset;
			mas->end = end;
			mas->index = first;
			mas->last = last;
			*entry = content;
			return true;
		}
		enode = content;
		min = first;
		max = last;
	}
}

void *mas_state_walk(struct ma_state *mas)
{
	void *entry;

	for (;;) {
		entry = mas_start(mas);
		if (unlikely(!mas_is_active(mas)) || likely(descend(mas, &entry)))
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
static __always_inline bool lookup(struct maple_enode *enode, unsigned long index, void **entry)
{
	for (;;) {
		const struct maple_node *node = mte_to_node(enode);
		enum maple_type type = mte_node_type(enode);
		void *content = ma_slot_acquire(node, type, ma_search(node, type, index));

		if (unlikely(ma_dead_node(node)))
			return false;
		if (ma_is_leaf(type)) {
			*entry = content;
			return true;
		}
		enode = content;
	}
}

void *mtree_load(struct maple_tree *mt, unsigned long index)
{
	void *root, *entry;

	rcu_read_lock();
	do {
		root = rcu_dereference(mt->ma_root);
		if (unlikely(!xa_is_node(root))) {
			entry = index ? NULL : root;
			break;
		}
	} while (unlikely(!lookup(mte_safe_root(root), index, &entry)));
	rcu_read_unlock();
	return xa_is_zero(entry) ? NULL : entry;
}
