// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A maple tree's nodes as a plain array, for those who print it. */
#include <errno.h>
#include <stdlib.h>
#include "cli/tree_nodes.h"

/* The visit: which node of the array stands open at each depth. */
struct reading {
	struct cli_tree *tree;
	size_t open[MAPLE_HEIGHT_MAX + 1];
};

static int tree_grow(struct cli_tree *tree)
{
	size_t room = tree->room ? tree->room * 2 : 64;
	struct cli_tree_node *nodes = realloc(tree->nodes, room * sizeof(*nodes));

	if (!nodes)
		return -ENOMEM;
	tree->nodes = nodes;
	tree->room = room;
	return 0;
}

static int enter(const struct tv_mt_node *found, void *arg)
{
	struct reading *reading = arg;
	struct cli_tree *tree = reading->tree;
	struct cli_tree_node *node;

	if (found->depth >= tree->height)
		tree->height = found->depth + 1;
	if (found->depth > tree->max_depth) {
		tree->left_out++;
		return 0;
	}
	if (tree->nr == tree->room && tree_grow(tree))
		return -ENOMEM;
	node = &tree->nodes[tree->nr];
	*node = (struct cli_tree_node){
		.type = found->type, .depth = found->depth, .min = found->min, .max = found->max,
		.parent_slot = found->parent_slot,
	};
	reading->open[found->depth] = tree->nr;
	if (found->parent) {
		node->parent = reading->open[found->depth - 1];
		tree->nodes[node->parent].slots[found->parent_slot].child = tree->nr;
	}
	tree->nr++;
	return 0;
}

static int slot(const struct tv_mt_node *found, const struct tv_mt_slot *in, void *arg)
{
	struct reading *reading = arg;
	struct cli_tree *tree = reading->tree;
	struct cli_tree_node *node;

	if (!in->child && in->entry)
		tree->vmas++;
	if (found->depth > tree->max_depth)
		return 0;
	node = &tree->nodes[reading->open[found->depth]];
	if (in->offset >= CLI_TREE_SLOTS)
		return -EINVAL;
	node->slots[in->offset] = (struct cli_tree_slot){
		.min = in->min, .last = in->last, .gap = in->gap,
		.vma = in->child ? NULL : in->entry,
	};
	node->nr_slots = in->offset + 1;
	return 0;
}

int cli_tree_read(const struct maple_tree *mt, unsigned int max_depth, struct cli_tree *tree)
{
	/* no root(): a lone entry at index 0 can't be a VMA, which takes a page */
	static const struct tv_mt_visitor visitor = { .enter = enter, .slot = slot };
	struct reading reading = { .tree = tree };

	*tree = (struct cli_tree){ .max_depth = max_depth };
	return tv_mt_visit(mt, &visitor, &reading);
}

void cli_tree_fini(struct cli_tree *tree)
{
	free(tree->nodes);
	*tree = (struct cli_tree){ 0 };
}

const char *cli_tree_type_name(enum maple_type type)
{
	switch (type) {
	case maple_dense:
		return "dense";
	case maple_leaf_64:
		return "leaf_64";
	case maple_range_64:
		return "range_64";
	case maple_arange_64:
		return "arange_64";
	default:
		return "unknown";
	}
}

bool cli_tree_is_leaf(const struct cli_tree_node *node)
{
	return node->type == maple_leaf_64 || node->type == maple_dense;
}

bool cli_tree_has_gaps(const struct cli_tree_node *node)
{
	return node->type == maple_arange_64;
}
