/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Finding an index among a node's pivots.
 *
 * The slot that holds @index is the first whose pivot is not below it. Unused pivots are 0 and
 * stand behind a pivot that equals the node's maximum, or behind nothing when the last slot is in
 * use: so the search needs no count of the slots in use.
 */
#ifndef TV_MAPLE_SEARCH_H
#define TV_MAPLE_SEARCH_H

#include "maple/internal.h"

/* The offset, from @from on, of the slot for @index; the number of pivots if all are below it. */
static __always_inline unsigned int ma_search_from(const struct maple_node *node,
						   enum maple_type type, unsigned long index,
						   unsigned int from)
{
	const unsigned long *pivots = ma_pivots(node);
	unsigned int nr = ma_nr_pivots(type);
	unsigned int i;

	for (i = from; i < nr; i++)
		if (READ_ONCE(pivots[i]) >= index)
			break;
	return i;
}

static __always_inline unsigned int ma_search(const struct maple_node *node, enum maple_type type,
					      unsigned long index)
{
	return ma_search_from(node, type, index, 0);
}

#endif /* TV_MAPLE_SEARCH_H */
