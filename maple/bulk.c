// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Loading many entries in rising order, as when an address space is copied: memory for all of them
 * first, then splits that leave full nodes on the left.
 */
#include "maple/internal.h"

/*
 * Linux v6.12 lib/maple_tree.c, mas_expected_entries(): a gap before each entry and one behind the
 * last; nodes filled but for two slots; and room for the last split with its new parents.
 */
static unsigned long nodes_for(const struct maple_tree *mt, unsigned long entries)
{
	unsigned long ranges = entries > ULONG_MAX / 2 - 1 ? entries : 2 * entries + 1;
	unsigned long leaves = ranges / (MAPLE_RANGE64_SLOTS - 2) +
			       !!(ranges % (MAPLE_RANGE64_SLOTS - 2));

	return leaves + DIV_ROUND_UP(leaves, ma_nr_slots(mt_inner_type(mt)) - 2) + 3;
}

int mas_expected_entries(struct ma_state *mas, unsigned long nr_entries)
{
	struct maple_enode *node = mas->node;

	mas->mas_flags |= MA_STATE_BULK;
	if (mas_reserve(mas, nodes_for(mas->tree, nr_entries), GFP_KERNEL)) {
		mas->node = node;
		mas_forget_request(mas);
		mas_destroy(mas);
		return -ENOMEM;
	}
	mas->mas_flags |= MA_STATE_PREALLOC;
	return 0;
}
