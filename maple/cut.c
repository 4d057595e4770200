// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * How the slots of a level are shared out among its outputs. The positions of the cuts are the
 * kernel's (Linux v6.12 lib/maple_tree.c, mab_calc_split() and its helpers), so that trees grow as
 * high, and fill as well, as the kernel's do.
 */
#include "maple/splice.h"

/*
 * A leaf must not end in NULL: @last, the last position of an output, moves by one if it would; on
 * if there is room for it and enough remains behind, else back.
 */
static unsigned int avoid_null(const struct splice_level *lv, unsigned int last)
{
	unsigned int behind = lv->total - 1 - last;

	if (!ma_is_leaf(lv->type) || level_slot(lv, last))
		return last;
	if (last < ma_nr_slots(lv->type) - 1 && behind > ma_min_end(lv->type))
		return last + 1;
	return last - 1;
}

/* Loading in order: all but the smallest node's worth stays on the left, where nothing comes any more. */
static bool cut_for_bulk(struct splice_level *lv, struct ma_state *mas)
{
	unsigned int last = lv->total - 1 - ma_min_end(lv->type);

	if (last >= ma_nr_slots(lv->type))
		return false;
	if (ma_is_leaf(lv->type)) {
		mas->mas_flags |= MA_STATE_REBALANCE;
		if (!level_slot(lv, last))
			last--;
	}
	lv->nr_out = 2;
	lv->cut[1] = last + 1;
	return true;
}

void splice_cut(struct splice *sp, unsigned int level)
{
	struct splice_level *lv = &sp->levels[level];
	struct ma_state *mas = sp->wr->mas;
	unsigned int slots = ma_nr_slots(lv->type);
	unsigned int end = lv->total - 1;

	lv->cut[0] = 0;
	if (lv->nr_out == 2) {		/* pushed to a sibling, who said where */
		lv->cut[1] = avoid_null(lv, lv->cut[1] - 1) + 1;
		return;
	}
	if (end < slots) {
		lv->nr_out = 1;
		return;
	}
	if (mas->mas_flags & MA_STATE_BULK && cut_for_bulk(lv, mas))
		return;
	/* Three when two cannot hold it, be it only for a NULL at the cut. */
	if (end >= 2 * slots || (end == 2 * slots - 1 && ma_is_leaf(lv->type) &&
				 !level_slot(lv, end / 2))) {
		lv->nr_out = 3;
		lv->cut[1] = avoid_null(lv, end / 3) + 1;
		lv->cut[2] = avoid_null(lv, end / 3 * 2) + 1;
		return;
	}
	lv->nr_out = 2;
	lv->cut[1] = avoid_null(lv, end / 2) + 1;
}
