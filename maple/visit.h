/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A read-only visit of a tree's structure, depth first in rising order of index.
 *
 * The tree is locked by the caller. The visit reads nodes as they are and believes nothing: a
 * broken tree (wrong type, missing child, deeper than MAPLE_HEIGHT_MAX) ends it with -EINVAL.
 */
#ifndef TV_MAPLE_VISIT_H
#define TV_MAPLE_VISIT_H

#include "maple/maple_tree.h"

/* A node as it is entered. */
struct tv_mt_node {
	const struct maple_node *node;		/* its address, without marks */
	const struct tv_mt_node *parent;	/* NULL for the root */
	unsigned int parent_slot;		/* where it hangs in the parent */
	unsigned int depth;			/* 0 for the root */
	enum maple_type type;
	unsigned long min, max;			/* the range it covers, both inclusive */
	unsigned char end;			/* the last slot in use */
	bool has_meta;				/* meta is stored in the node ... */
	struct maple_metadata meta;		/* ... and says this */
};

/* One slot of a node. */
struct tv_mt_slot {
	unsigned char offset;
	unsigned long min, last;		/* the range it covers, both inclusive */
	void *entry;				/* as stored: an entry in leaves, else the encoded child */
	const struct maple_node *child;		/* NULL in leaves */
	unsigned long gap;			/* largest gap below; 0 where none are kept */
};

/*
 * Each may be NULL. A return other than 0 ends the visit and is returned by tv_mt_visit().
 * For each node: enter(), then slot() for every slot in use, each followed by the visit of its
 * child, then leave(). A tree without nodes calls root() alone, with NULL when it is empty.
 */
struct tv_mt_visitor {
	int (*root)(const struct maple_tree *mt, void *entry, void *arg);
	int (*enter)(const struct tv_mt_node *node, void *arg);
	int (*slot)(const struct tv_mt_node *node, const struct tv_mt_slot *slot, void *arg);
	int (*leave)(const struct tv_mt_node *node, void *arg);
	bool inner_slots;	/* slot() is not called for leaves: enter() looks at theirs itself */
};

int tv_mt_visit(const struct maple_tree *mt, const struct tv_mt_visitor *ops, void *arg);

#endif /* TV_MAPLE_VISIT_H */
