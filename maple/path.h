/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A way from the root to a leaf, with the limits of every node on it: for writers, who may need to
 * know what is above and beside a leaf. The tree is locked.
 */
#ifndef TV_MAPLE_PATH_H
#define TV_MAPLE_PATH_H

#include "maple/internal.h"

struct step_at {
	struct maple_enode *enode;
	unsigned long min, max;		/* what the node covers */
	unsigned char offset, end;	/* where the way goes on, and the last slot in use */
};

/* at[0] is the leaf, at[height - 1] the root. */
struct path {
	unsigned int height;
	struct step_at at[MA_LEVELS];
};

/* The way to the slot that holds @index. */
void path_walk(struct path *path, const struct maple_tree *mt, unsigned long index);
/* On the given level to the next (direction 1) or previous (-1) node; there is one. */
void path_move(struct path *path, unsigned int level, int direction);

/* A node as part of a way; its offset is left open. */
static inline void step_set(struct step_at *at, struct maple_enode *enode, unsigned long min,
			    unsigned long max)
{
	at->enode = enode;
	at->min = min;
	at->max = max;
	at->end = ma_data_end(mte_to_node(enode), mte_node_type(enode), max);
}

/* The range of the slot that @at->offset names, both ends inclusive. */
static inline unsigned long step_first(const struct step_at *at)
{
	return at->offset ? ma_pivots(mte_to_node(at->enode))[at->offset - 1] + 1 : at->min;
}

static inline unsigned long step_last(const struct step_at *at)
{
	return at->offset < at->end ? ma_pivots(mte_to_node(at->enode))[at->offset] : at->max;
}

static inline void *step_slot(const struct step_at *at)
{
	return ma_slots(mte_to_node(at->enode), mte_node_type(at->enode))[at->offset];
}

/* The child that @at->offset names. */
static inline void step_enter(const struct step_at *at, struct step_at *below)
{
	step_set(below, step_slot(at), step_first(at), step_last(at));
}

#endif /* TV_MAPLE_PATH_H */
