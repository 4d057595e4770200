// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The last step of a splice without RCU: the node above the outputs is edited where it is, so that
 * the children it keeps need not learn of another parent.
 */
#include "maple/splice.h"

/* Everything behind @end, up to where the slots in use ended before, is 0 again. */
static void clear_behind(struct maple_node *node, enum maple_type type, unsigned int end,
			 unsigned int old_end)
{
	unsigned int i;

	for (i = end + 1; i <= old_end; i++) {
		ma_slots(node, type)[i] = NULL;
		if (i < ma_nr_pivots(type))
			ma_pivots(node)[i] = 0;
		if (ma_gaps(node, type))
			ma_gaps(node, type)[i] = 0;
	}
}

/* Moves slots [from, from + count), with what belongs to them, to @to in the same node. */
static void move_slots(struct maple_node *node, enum maple_type type, unsigned int to,
		       unsigned int from, unsigned int count)
{
	unsigned long *pivots = ma_pivots(node), *gaps = ma_gaps(node, type);
	void **slots = ma_slots(node, type);
	unsigned int farther = to > from ? to : from, with_pivot = count;

	/* A full node's last slot has none, before or after. */
	if (count && farther + count > ma_nr_pivots(type))
		with_pivot--;
	memmove(pivots + to, pivots + from, with_pivot * sizeof(*pivots));
	memmove(slots + to, slots + from, count * sizeof(*slots));
	if (gaps)
		memmove(gaps + to, gaps + from, count * sizeof(*gaps));
}

void splice_edit_parent(struct splice *sp)
{
	const struct step_at *left = &sp->left.at[sp->nr_levels];
	const struct splice_level *lv = &sp->levels[sp->nr_levels];
	struct maple_node *node = mte_to_node(left->enode);
	enum maple_type type = lv->type;
	unsigned long *gaps = ma_gaps(node, type);
	unsigned int first = left->offset, tail_from = sp->right.at[sp->nr_levels].offset + 1;
	unsigned int tail = left->end + 1 - tail_from, tail_to = first + lv->nr_new;
	unsigned int end = lv->total - 1, touched = tail_to, top, i;

	if (tail_to != tail_from) {
		move_slots(node, type, tail_to, tail_from, tail);
		/* What lies in the metadata's place is a slot now, or none any more. */
		clear_behind(node, type, end, left->end);
		if (type != maple_arange_64 && end < MAPLE_RANGE64_SLOTS - 1)
			node->mr64.slot[MAPLE_RANGE64_SLOTS - 1] = NULL;
		if (end < ma_nr_pivots(type))
			ma_pivots(node)[end] = lv->max;
		touched = end + 1;
	}
	for (i = 0; i < lv->nr_new; i++) {
		ma_slots(node, type)[first + i] = lv->new_slot[i];
		if (first + i < ma_nr_pivots(type))
			ma_pivots(node)[first + i] = lv->new_last[i];
		if (gaps)
			gaps[first + i] = lv->new_gap[i];
	}
	for (i = first; i < touched; i++)
		ma_set_parent(mte_to_node(ma_slots(node, type)[i]), ma_mk_parent(node, i));
	if (type != maple_arange_64) {
		ma_set_meta(node, type, end, 0);
		return;
	}
	mt_gap_up(node, ma_inner_gap(node, end, &top));
	ma_set_meta(node, type, end, top);
}
