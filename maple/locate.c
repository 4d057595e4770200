// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Where a store goes and how it is to be carried out. The writer holds the lock, so nothing here
 * changes under it.
 */
#include "maple/internal.h"

/*
 * Whether the state's node is good for the store as it stands. Not if the range leaves the node,
 * nor if NULL is stored up to the node's end: no leaf but the last may end in NULL, so that the
 * next leaf is concerned, too.
 */
static bool place_is_good(const struct ma_state *mas, const void *entry)
{
	if (mas->status == ma_root)
		return entry || mas->last != ULONG_MAX;
	if (mas->status != ma_active)
		return false;
	if (mas->index < mas->min || mas->last > mas->max)
		return false;
	return entry || mas->last != mas->max;
}

/* From mas->node down to the leaf for mas->index; mas->index and mas->last stay the store's. */
static void descend_for_write(struct ma_wr_state *wr)
{
	struct ma_state *mas = wr->mas;
	unsigned long index = mas->index, last = mas->last;

	/* Nothing dies while the lock is held. */
	mas_descend(mas, &wr->content);
	wr->r_min = mas->index;
	wr->r_max = mas->last;
	mas->index = index;
	mas->last = last;
	wr->node = mas_mn(mas);
	wr->type = maple_leaf_64;
	wr->pivots = ma_pivots(wr->node);
	wr->slots = ma_slots(wr->node, maple_leaf_64);
}

/* The slot where the range ends. */
static void find_end(struct ma_wr_state *wr)
{
	struct ma_state *mas = wr->mas;
	unsigned int offset = mas->offset;

	while (offset < mas->end && wr->pivots[offset] < mas->last)
		offset++;
	wr->offset_end = offset;
	wr->end_piv = offset < mas->end ? wr->pivots[offset] : mas->max;
}

/* A NULL takes in the NULLs beside it: two in a row are not allowed. */
static void take_in_nulls(struct ma_wr_state *wr)
{
	struct ma_state *mas = wr->mas;

	if (mas->last == wr->end_piv && wr->offset_end < mas->end &&
	    !wr->slots[wr->offset_end + 1]) {
		wr->offset_end++;
		wr->end_piv = wr->offset_end < mas->end ? wr->pivots[wr->offset_end] : mas->max;
	}
	if (!wr->slots[wr->offset_end])
		mas->last = wr->end_piv;

	if (mas->index == wr->r_min && mas->offset && !wr->slots[mas->offset - 1]) {
		mas->offset--;
		wr->r_min = mas->offset ? wr->pivots[mas->offset - 1] + 1 : mas->min;
		wr->r_max = wr->pivots[mas->offset];
	}
	if (!wr->slots[mas->offset])
		mas->index = wr->r_min;
}

/* The leaf's last slot after the store, were there room for it. */
static unsigned int end_after(const struct ma_wr_state *wr)
{
	const struct ma_state *mas = wr->mas;
	unsigned int touched = wr->offset_end - mas->offset + 1;
	unsigned int parts = 1 + (wr->r_min < mas->index) + (mas->last < wr->end_piv);

	return mas->end - touched + parts;
}

/* Linux v6.12 lib/maple_tree.c, mas_wr_store_type(): the order of these decides. */
static enum store_type leaf_store_type(const struct ma_wr_state *wr)
{
	const struct ma_state *mas = wr->mas;
	unsigned int new_end = end_after(wr);
	bool rcu = mt_in_rcu(mas->tree);

	if (wr->r_min == mas->index && wr->r_max == mas->last)
		return wr_exact_fit;
	if (!mas->index && mas->last == ULONG_MAX)
		return wr_new_root;
	if (new_end < ma_min_end(wr->type)) {
		bool may_be_small = ma_is_root(wr->node) || mas->mas_flags & MA_STATE_BULK;

		return may_be_small ? wr_node_store : wr_rebalance;
	}
	if (new_end >= ma_nr_slots(wr->type))
		return wr_split_store;
	if (!rcu && mas->offset == mas->end)
		return wr_append;
	/* Readers tolerate one slot and one pivot changing, in this order. */
	if (new_end == mas->end && (!rcu || wr->offset_end - mas->offset == 1))
		return wr_slot_store;
	return wr_node_store;
}

/* Whether the store concerns more than this leaf. */
static bool spans(const struct ma_wr_state *wr)
{
	const struct ma_state *mas = wr->mas;

	if (mas->last != mas->max)
		return mas->last > mas->max;
	return !wr->entry && mas->last != ULONG_MAX;
}

void wr_locate(struct ma_wr_state *wr)
{
	struct ma_state *mas = wr->mas;

	if (!place_is_good(mas, wr->entry))
		mas_reset(mas);
	wr->content = mas_start(mas);
	if (!mas_is_active(mas)) {
		mas->store_type = wr_store_root;
		return;
	}
	descend_for_write(wr);
	if (spans(wr)) {
		mas->store_type = wr_spanning_store;
		return;
	}
	if (wr->entry && wr->r_min == mas->index && wr->r_max == mas->last) {
		wr->offset_end = mas->offset;
		wr->end_piv = wr->r_max;
		mas->store_type = wr_exact_fit;
		return;
	}
	find_end(wr);
	if (!wr->entry)
		take_in_nulls(wr);
	mas->store_type = leaf_store_type(wr);
}

unsigned long wr_prealloc_count(const struct ma_wr_state *wr)
{
	const struct ma_state *mas = wr->mas;
	unsigned long height = mt_height(mas->tree);

	switch (mas->store_type) {
	case wr_spanning_store:
		return 3 * height + 1;
	case wr_split_store:
		return 2 * height + 1;
	case wr_rebalance:
		return 2 * height - 1;
	case wr_node_store:
		return mt_in_rcu(mas->tree);
	case wr_new_root:
		return 1;
	case wr_store_root:
		return mas->index || mas->last || xa_is_internal(wr->entry);
	default:
		return 0;
	}
}
