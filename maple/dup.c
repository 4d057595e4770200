// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Copying a tree node by node: the copy has the same shape, so that nothing needs to be searched,
 * split or counted again.
 */
#include "maple/internal.h"

static void dup_undo(struct maple_node *node, enum maple_type type, unsigned int end);

/* The content of a node, under another parent in the same slot. */
static void dup_node(struct maple_node *to, const struct maple_node *from,
		     const struct maple_node *parent)
{
	memcpy(to, from, sizeof(*to));
	to->parent = ma_mk_parent(parent, parent_slot((unsigned long)from->parent));
}

/*
 * @to is a copy of the inner node @from, which ends at @max, and still leads to @from's children:
 * gives it children of its own. On failure they are gone again, and @to leads nowhere.
 */
static int dup_children(struct maple_node *to, const struct maple_node *from,
			enum maple_type type, unsigned long max, gfp_t gfp)
{
	void **slots = ma_slots(to, type);
	void *const *from_slots = ma_slots(from, type);
	unsigned int end = ma_data_end(from, type, max), i;

	if (!mt_alloc_bulk(gfp, end + 1, slots))
		return -ENOMEM;
	for (i = 0; i <= end; i++) {
		struct maple_node *child = slots[i], *from_child = mte_to_node(from_slots[i]);
		enum maple_type child_type = mte_node_type(from_slots[i]);

		dup_node(child, from_child, to);
		slots[i] = mt_mk_node(child, child_type);
		if (ma_is_leaf(child_type))
			continue;
		if (dup_children(child, from_child, child_type,
				 i < end ? ma_pivots(from)[i] : max, gfp))
			goto undo;
	}
	return 0;

undo:
	/* Inner ones, since one failed. Up to @i - 1 they are complete; behind have nothing below. */
	while (i--) {
		struct maple_enode *child = slots[i];
		struct maple_node *node = mte_to_node(child);

		dup_undo(node, mte_node_type(child),
			 ma_data_end(node, mte_node_type(child),
				     i < end ? ma_pivots(from)[i] : max));
	}
	for (i = 0; i <= end; i++)
		slots[i] = mte_to_node(slots[i]);
	mt_free_bulk(end + 1, slots);
	return -ENOMEM;
}

/* Frees all below a complete copy of an inner node, but not the node. */
static void dup_undo(struct maple_node *node, enum maple_type type, unsigned int end)
{
	void **slots = ma_slots(node, type);
	unsigned int i;

	for (i = 0; i <= end; i++) {
		struct maple_enode *child = slots[i];

		if (!ma_is_leaf(mte_node_type(child))) {
			unsigned long last = i < ma_nr_pivots(type) ? ma_pivots(node)[i] :
								      ULONG_MAX;

			dup_undo(mte_to_node(child), mte_node_type(child),
				 ma_data_end(mte_to_node(child), mte_node_type(child), last));
		}
		slots[i] = mte_to_node(child);
	}
	mt_free_bulk(end + 1, slots);
}

int __mt_dup(struct maple_tree *mt, struct maple_tree *new, gfp_t gfp)
{
	unsigned int height = MT_FLAGS_HEIGHT_MASK;
	void *root = mt->ma_root;

	if ((mt->ma_flags & ~height) != (new->ma_flags & ~height) || !mtree_empty(new))
		return -EINVAL;
	if (xa_is_node(root)) {
		struct maple_enode *from = mte_safe_root(root);
		enum maple_type type = mte_node_type(from);
		struct maple_node *node = mt_alloc_one(gfp);

		if (!node)
			return -ENOMEM;
		memcpy(node, mte_to_node(from), sizeof(*node));
		if (!ma_is_leaf(type) &&
		    dup_children(node, mte_to_node(from), type, ULONG_MAX, gfp)) {
			mt_free_one(node);
			return -ENOMEM;
		}
		ma_set_parent(node, ma_root_parent(new));
		root = mte_mk_root(mt_mk_node(node, type));
	}
	WRITE_ONCE(new->ma_flags, mt->ma_flags);
	rcu_assign_pointer(new->ma_root, root);
	return 0;
}

int mtree_dup(struct maple_tree *mt, struct maple_tree *new, gfp_t gfp)
{
	int err;

	/* The kernel's order: the new tree's lock, then the old one's. */
	mtree_lock(new);
	mtree_lock_nested(mt, SINGLE_DEPTH_NESTING);
	err = __mt_dup(mt, new, gfp);
	mtree_unlock(mt);
	mtree_unlock(new);
	return err;
}
