// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Stores that concern one leaf and fit into it. A run of slots, [offset, offset_end], gives way to
 * one to three parts: what is left of the first range, the new entry, what is left of the last.
 *
 * Without RCU the leaf is edited in place. Under RCU only an edit that readers tolerate is; else a
 * copy of the leaf takes its place.
 */
#include "maple/internal.h"

struct parts {
	unsigned int nr;
	unsigned int entry_at;		/* which of them is the new entry */
	void *slot[3];
	unsigned long last[3];
};

static void make_parts(const struct ma_wr_state *wr, struct parts *parts)
{
	const struct ma_state *mas = wr->mas;
	unsigned int nr = 0;

	if (wr->r_min < mas->index) {
		parts->slot[nr] = wr->slots[mas->offset];
		parts->last[nr++] = mas->index - 1;
	}
	parts->entry_at = nr;
	parts->slot[nr] = wr->entry;
	parts->last[nr++] = mas->last;
	if (mas->last < wr->end_piv) {
		parts->slot[nr] = wr->slots[wr->offset_end];
		parts->last[nr++] = wr->end_piv;
	}
	parts->nr = nr;
}

/* Writes the parts at @offset. The last slot of all has no pivot. */
static void put_parts(struct maple_node *node, unsigned int offset, const struct parts *parts)
{
	unsigned int i;

	for (i = 0; i < parts->nr; i++) {
		node->mr64.slot[offset + i] = parts->slot[i];
		if (offset + i < MAPLE_RANGE64_SLOTS - 1)
			node->mr64.pivot[offset + i] = parts->last[i];
	}
}

/* What lies behind the edit: @count slots. Pivots move with their slots while there is room. */
static void move_tail(struct maple_range_64 *to, unsigned int at, const struct maple_range_64 *from,
		      unsigned int first, unsigned int count)
{
	unsigned int pivots = count;

	if (at + pivots > MAPLE_RANGE64_SLOTS - 1)
		pivots = MAPLE_RANGE64_SLOTS - 1 - at;
	if (first + pivots > MAPLE_RANGE64_SLOTS - 1)
		pivots = MAPLE_RANGE64_SLOTS - 1 - first;
	memmove(to->pivot + at, from->pivot + first, pivots * sizeof(to->pivot[0]));
	memmove(to->slot + at, from->slot + first, count * sizeof(to->slot[0]));
}

/* Slots and pivots behind the last one in use are 0; the end is noted. */
static void finish(struct maple_node *node, unsigned int new_end, unsigned int old_end,
		   unsigned long max)
{
	struct maple_range_64 *leaf = &node->mr64;
	unsigned int i;

	for (i = new_end + 1; i <= old_end; i++) {
		leaf->slot[i] = NULL;
		if (i < MAPLE_RANGE64_SLOTS - 1)
			leaf->pivot[i] = 0;
	}
	if (new_end < MAPLE_RANGE64_SLOTS - 1) {
		leaf->pivot[new_end] = max;
		leaf->slot[MAPLE_RANGE64_SLOTS - 1] = NULL;
	}
	ma_set_meta(node, maple_leaf_64, new_end, 0);
}

/* In place; no reader is about. Returns the new end. */
static unsigned int edit(const struct ma_wr_state *wr, const struct parts *parts)
{
	const struct ma_state *mas = wr->mas;
	unsigned int tail = mas->end - wr->offset_end;
	unsigned int tail_at = mas->offset + parts->nr;
	unsigned int new_end = tail_at + tail - 1;

	if (tail && tail_at != wr->offset_end + 1u)
		move_tail(&wr->node->mr64, tail_at, &wr->node->mr64, wr->offset_end + 1, tail);
	put_parts(wr->node, mas->offset, parts);
	if (new_end != mas->end)
		finish(wr->node, new_end, mas->end, mas->max);
	return new_end;
}

/* A new leaf with the edit done takes the old one's place. */
static unsigned int replace(struct ma_wr_state *wr, const struct parts *parts)
{
	struct ma_state *mas = wr->mas;
	struct maple_node *node = mas_take_node(mas);
	unsigned int tail = mas->end - wr->offset_end;
	unsigned int new_end = mas->offset + parts->nr + tail - 1;
	unsigned long link = (unsigned long)wr->node->parent;
	struct maple_enode *enode = mt_mk_node(node, maple_leaf_64);
	struct ma_reclaim dead;

	memcpy(node->mr64.pivot, wr->pivots, mas->offset * sizeof(wr->pivots[0]));
	memcpy(node->mr64.slot, wr->slots, mas->offset * sizeof(wr->slots[0]));
	put_parts(node, mas->offset, parts);
	if (tail)
		move_tail(&node->mr64, mas->offset + parts->nr, &wr->node->mr64,
			  wr->offset_end + 1, tail);
	finish(node, new_end, MAPLE_RANGE64_SLOTS - 1, mas->max);
	node->parent = (struct maple_pnode *)link;

	/* Ordering: the release makes the filled leaf visible with the pointer to it. */
	if (parent_is_root(link))
		rcu_assign_pointer(mas->tree->ma_root, mte_mk_root(enode));
	else
		rcu_assign_pointer(ma_slots(parent_node(link), mt_inner_type(mas->tree))
				   [parent_slot(link)], (void *)enode);
	reclaim_begin(&dead, mas->tree, mas);
	reclaim_node(&dead, wr->node);
	reclaim_end(&dead);
	mas->node = enode;
	return new_end;
}

/*
 * One slot, and at most one pivot beside it, change under the eyes of readers. Ordering: the slot
 * first, the pivot with release, so that a reader who sees the new limit sees the new entry behind
 * it; until then the entry is met in a range that is too small, never a wrong entry in its range.
 */
static void slip_in(struct ma_wr_state *wr, const struct parts *parts)
{
	struct ma_state *mas = wr->mas;
	unsigned int at = mas->offset + parts->entry_at;

	rcu_assign_pointer(wr->slots[at], wr->entry);
	if (parts->nr == 2)
		smp_store_release(&wr->pivots[mas->offset], parts->last[0]);
}

/* Whether the largest gap of the leaf may change: a NULL comes, goes or is cut. */
static bool concerns_gaps(const struct ma_wr_state *wr)
{
	unsigned int i;

	if (!mt_is_alloc(wr->mas->tree) || ma_is_root(wr->node))
		return false;
	if (!wr->entry)
		return true;
	for (i = wr->mas->offset; i <= wr->offset_end; i++)
		if (!wr->slots[i])
			return true;
	return false;
}

/* An entry takes the place of what is in one slot; readers see either. */
static void exchange(struct ma_wr_state *wr)
{
	struct ma_state *mas = wr->mas;

	rcu_assign_pointer(wr->slots[mas->offset], wr->entry);
	if (unlikely(!wr->content))
		mas_update_gap(mas);
}

int wr_leaf(struct ma_wr_state *wr, gfp_t gfp)
{
	struct ma_state *mas = wr->mas;
	bool rcu = mt_in_rcu(mas->tree);
	struct parts parts;
	bool gaps;

	if (mas->store_type == wr_exact_fit && wr->entry) {
		exchange(wr);
		return 0;
	}
	if (rcu && mas->store_type == wr_node_store && mas_reserve(mas, 1, gfp))
		return -ENOMEM;
	make_parts(wr, &parts);
	gaps = concerns_gaps(wr);
	if (!rcu)
		mas->end = edit(wr, &parts);
	else if (mas->store_type == wr_node_store)
		mas->end = replace(wr, &parts);
	else
		slip_in(wr, &parts);
	mas->offset += parts.entry_at;
	if (gaps)
		mas_update_gap(mas);
	return 0;
}
