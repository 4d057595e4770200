/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A maple tree's nodes as a plain array, for those who print it. */
#ifndef TV_CLI_TREE_NODES_H
#define TV_CLI_TREE_NODES_H

#include <stdbool.h>
#include <stdio.h>
#include "maple/visit.h"
#include "model/mm_types.h"

#define CLI_TREE_SLOTS	MAPLE_RANGE64_SLOTS	/* in the widest node */

struct cli_tree_slot {
	unsigned long min, last;	/* both inclusive */
	unsigned long gap;		/* largest gap below; only where the node keeps gaps */
	size_t child;			/* index of the child; 0 (the root) for none */
	const struct vm_area_struct *vma;	/* in leaves; NULL: nothing is mapped there */
};

struct cli_tree_node {
	enum maple_type type;
	unsigned int depth;		/* 0 for the root */
	unsigned long min, max;		/* both inclusive */
	size_t parent;			/* index; the root's own is 0 */
	unsigned int parent_slot;
	unsigned int nr_slots;
	struct cli_tree_slot slots[CLI_TREE_SLOTS];
};

/* Depth first in order of address, parents before children; [0] is the root. */
struct cli_tree {
	struct cli_tree_node *nodes;
	size_t nr, room;
	size_t vmas;
	unsigned int height;	/* levels of nodes; 0 for an empty tree */
	unsigned int max_depth;	/* deeper nodes were counted, not kept */
	size_t left_out;	/* how many of those */
};

/* 0, -ENOMEM, or -EINVAL for a tree that is broken. */
int cli_tree_read(const struct maple_tree *mt, unsigned int max_depth, struct cli_tree *tree);
void cli_tree_fini(struct cli_tree *tree);

/* The kernel's name of the type without "maple_". */
const char *cli_tree_type_name(enum maple_type type);
bool cli_tree_is_leaf(const struct cli_tree_node *node);
/* Nodes that keep the largest gap below each slot. */
bool cli_tree_has_gaps(const struct cli_tree_node *node);

void cli_tree_text(FILE *out, const struct cli_tree *tree, const struct task_struct *task);
void cli_tree_json(FILE *out, const struct cli_tree *tree, const struct task_struct *task);
void cli_tree_dot(FILE *out, const struct cli_tree *tree, const struct task_struct *task);

#endif
