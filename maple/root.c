// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Stores that make, replace or remove the root as a whole. */
#include "maple/internal.h"

/* Makes @node, a filled leaf that ends at slot @end, the root, and the place of @mas. */
static void become_root(struct ma_state *mas, struct maple_node *node, unsigned int end)
{
	ma_set_meta(node, maple_leaf_64, end, 0);
	ma_set_parent(node, ma_root_parent(mas->tree));
	mas->node = mt_mk_node(node, maple_leaf_64);
	mas->status = ma_active;
	mas->min = 0;
	mas->max = ULONG_MAX;
	mas->end = end;
	mas->depth = 1;
	mt_set_height(mas->tree, 1);
	rcu_assign_pointer(mas->tree->ma_root, mte_mk_root(mas->node));
}

static void put(struct maple_node *node, unsigned int *at, void *entry, unsigned long last)
{
	node->mr64.slot[*at] = entry;
	node->mr64.pivot[*at] = last;
	(*at)++;
}

/* A root leaf of up to four ranges: the lone entry at 0 as it was, NULL, the new entry, NULL. */
static void expand(struct ma_state *mas, void *entry, void *lone)
{
	struct maple_node *node = mas_take_node(mas);
	unsigned int at = 0;

	memset(node, 0, sizeof(*node));
	if (mas->index && lone)
		put(node, &at, lone, 0);
	if (mas->index > (lone ? 1 : 0))
		put(node, &at, NULL, mas->index - 1);
	mas->offset = at;
	put(node, &at, entry, mas->last);
	if (mas->last != ULONG_MAX)
		put(node, &at, NULL, ULONG_MAX);
	become_root(mas, node, at - 1);
}

/* The tree has no nodes: stay so if the root pointer can hold what there will be. */
static int store_without_nodes(struct ma_wr_state *wr, gfp_t gfp)
{
	struct ma_state *mas = wr->mas;
	struct maple_tree *mt = mas->tree;

	/* For a NULL beyond index 0, too, though it uses none: see replace_all(). */
	if (mas_reserve(mas, wr_prealloc_count(wr), gfp))
		return -ENOMEM;
	if (!wr->entry) {
		if (!mas->index)
			rcu_assign_pointer(mt->ma_root, NULL);
		return 0;
	}
	if (!mas->last && !xa_is_internal(wr->entry)) {
		rcu_assign_pointer(mt->ma_root, wr->entry);
		mas->status = ma_start;
		return 0;
	}
	expand(mas, wr->entry, mt->ma_root);
	return 0;
}

/* One entry, or nothing, from 0 to ULONG_MAX. */
static int replace_all(struct ma_wr_state *wr, gfp_t gfp)
{
	struct ma_state *mas = wr->mas;
	struct maple_tree *mt = mas->tree;
	void *old = mt->ma_root;
	struct ma_reclaim dead;

	/* For a NULL, too, though it uses none: the kernel's may fail, so ours does alike. */
	if (mas_reserve(mas, 1, gfp))
		return -ENOMEM;
	if (wr->entry) {
		expand(mas, wr->entry, NULL);
	} else {
		mt_set_height(mt, 0);
		rcu_assign_pointer(mt->ma_root, NULL);
		mas->status = ma_start;
	}
	if (xa_is_node(old)) {
		reclaim_begin(&dead, mt, mas);
		reclaim_subtree(&dead, mte_safe_root(old), ULONG_MAX);
		reclaim_end(&dead);
	}
	return 0;
}

int wr_root(struct ma_wr_state *wr, gfp_t gfp)
{
	if (wr->mas->store_type == wr_new_root)
		return replace_all(wr, gfp);
	return store_without_nodes(wr, gfp);
}
