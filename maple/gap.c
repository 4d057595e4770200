// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Gaps: for each child of a maple_arange_64 node the size of the largest run of NULL below it, and
 * in the metadata the slot where the largest of these is. Only writers read or write them.
 */
#include "maple/internal.h"

/* From the end, where entries that come in rising order leave the most, until no more can come. */
unsigned long ma_leaf_gap(const struct maple_node *node, unsigned long min, unsigned long max,
			  unsigned int end)
{
	const unsigned long *pivots = ma_pivots(node);
	void **slots = ma_slots(node, maple_leaf_64);
	unsigned long largest = 0, last = max, first;

	for (;; last = first - 1) {
		first = end ? pivots[end - 1] + 1 : min;
		if (!slots[end] && last - first + 1 > largest)
			largest = last - first + 1;
		if (!end-- || first - min <= largest)
			return largest;
	}
}

/* Of equals the last one is named, as the kernel does. */
unsigned long ma_inner_gap(const struct maple_node *node, unsigned int end, unsigned int *where)
{
	const unsigned long *gaps = node->ma64.gap;
	unsigned long largest = 0;

	*where = 0;
	do {
		if (gaps[end] > largest) {
			largest = gaps[end];
			*where = end;
		}
	} while (end--);
	return largest;
}

void mt_gap_up(struct maple_node *node, unsigned long gap)
{
	unsigned long link = (unsigned long)node->parent;

	while (!parent_is_root(link)) {
		struct maple_node *parent = parent_node(link);
		unsigned int slot = parent_slot(link);
		unsigned int top = parent->ma64.meta.gap;
		unsigned long before = parent->ma64.gap[top];

		if (parent->ma64.gap[slot] == gap)
			return;
		parent->ma64.gap[slot] = gap;
		if (slot == top && gap < before)
			gap = ma_inner_gap(parent, parent->ma64.meta.end, &top);
		else if (gap > before)
			top = slot;
		else if (slot != top || gap == before)
			return;		/* the parent's largest is elsewhere, and as large as it was */
		parent->ma64.meta.gap = top;
		if (gap == before)
			return;
		link = (unsigned long)parent->parent;
	}
}

void mas_update_gap(struct ma_state *mas)
{
	struct maple_node *node = mas_mn(mas);

	if (!mt_is_alloc(mas->tree) || ma_is_root(node))
		return;
	mt_gap_up(node, ma_leaf_gap(node, mas->min, mas->max, mas->end));
}
