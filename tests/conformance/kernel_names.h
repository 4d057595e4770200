/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names private to the kernel's lib/maple_tree.c which its tests use to look into a tree, written
 * over nothing but the layout that the public header declares. They serve a tree of either kind: a
 * layout that strays from the kernel's fails here first.
 *
 * Everything is found by going down from the root; only reads, none is fast, none needs RCU care
 * beyond what its callers take.
 */
#ifndef TV_TESTS_CONFORMANCE_KERNEL_NAMES_H
#define TV_TESTS_CONFORMANCE_KERNEL_NAMES_H

#include <linux/maple_tree.h>

#define LOOK static inline __attribute__((__unused__))

/* Node types, in the order of enum maple_type: slots, of which pivots. A dense node has no pivot. */
static const unsigned char mt_slots[] __attribute__((__unused__)) = {
	MAPLE_NODE_SLOTS, MAPLE_RANGE64_SLOTS, MAPLE_RANGE64_SLOTS, MAPLE_ARANGE64_SLOTS,
};
static const unsigned char mt_pivots[] __attribute__((__unused__)) = {
	0, MAPLE_RANGE64_SLOTS - 1, MAPLE_RANGE64_SLOTS - 1, MAPLE_ARANGE64_SLOTS - 1,
};

/* An encoded node: address in the high bits, type in bits 3-6, bits 0-2 for marks. */
#define LOOK_BITS(p) ((unsigned long)(p))
#define mte_to_node(enode) ((struct maple_node *)(LOOK_BITS(enode) & ~MAPLE_NODE_MASK))
#define mte_node_type(enode) \
	((enum maple_type)(LOOK_BITS(enode) >> MAPLE_NODE_TYPE_SHIFT & MAPLE_NODE_TYPE_MASK))
#define mt_slot_count(enode) mt_slots[mte_node_type(enode)]
#define ma_is_dense(type) ((type) == maple_dense)
#define ma_is_leaf(type) ((type) == maple_dense || (type) == maple_leaf_64)
#define mte_is_leaf(enode) ma_is_leaf(mte_node_type(enode))
#define mas_mn(mas) mte_to_node((mas)->node)

/* The root pointer of a tree with nodes has bit 1 set; a node's encoded pointer does not. */
#define LOOK_ROOT_MARK 2ul
#define mte_safe_root(enode) ((struct maple_enode *)(LOOK_BITS(enode) & ~LOOK_ROOT_MARK))

/* A parent pointer: bit 0 for the root; else address, slot in bits 3-7. Dead nodes are their own. */
#define MA_ROOT_PARENT 1
#define ma_is_root(node) ((LOOK_BITS((node)->parent) & MA_ROOT_PARENT) != 0)
#define mte_is_root(enode) ma_is_root(mte_to_node(enode))
#define mte_parent(enode) \
	((struct maple_node *)(LOOK_BITS(mte_to_node(enode)->parent) & ~MAPLE_NODE_MASK))
#define mte_parent_slot(enode) \
	(mte_is_root(enode) ? 0u : (unsigned int)(LOOK_BITS(mte_to_node(enode)->parent) >> 3 & 0x1f))
#define ma_dead_node(node) \
	((struct maple_node *)(LOOK_BITS(READ_ONCE((node)->parent)) & ~MAPLE_NODE_MASK) == (node))
#define mte_dead_node(enode) ma_dead_node(mte_to_node(enode))

LOOK unsigned long *ma_pivots(struct maple_node *node, enum maple_type type)
{
	return type == maple_arange_64 ? node->ma64.pivot : node->mr64.pivot;
}

LOOK void **ma_slots(struct maple_node *node, enum maple_type type)
{
	if (type == maple_dense)
		return (void **)node->slot;
	return (void **)(type == maple_arange_64 ? node->ma64.slot : node->mr64.slot);
}

LOOK unsigned long *ma_gaps(struct maple_node *node, enum maple_type type)
{
	return type == maple_arange_64 ? node->ma64.gap : NULL;
}

/* The largest index that slot @at of a node ending at @max covers. */
LOOK unsigned long look_slot_last(struct maple_enode *enode, unsigned int at, unsigned long max)
{
	enum maple_type type = mte_node_type(enode);

	return at < mt_pivots[type] ? ma_pivots(mte_to_node(enode), type)[at] : max;
}

/* The offset of the last slot in use: the one whose range ends where the node does. */
LOOK unsigned int look_node_end(struct maple_enode *enode, unsigned long max)
{
	unsigned int at = 0;

	while (at + 1u < mt_slot_count(enode) && look_slot_last(enode, at, max) < max)
		at++;
	return at;
}

#define mas_data_end(mas) look_node_end((mas)->node, (mas)->max)
#define mas_slot(mas, slots, offset) ((void *)READ_ONCE((slots)[offset]))
#define mas_get_slot(mas, offset) \
	mas_slot(mas, ma_slots(mas_mn(mas), mte_node_type((mas)->node)), offset)
#define mas_safe_pivot(mas, pivots, at, type) \
	((at) < mt_pivots[type] ? (pivots)[at] : (mas)->max)
#define mas_safe_min(mas, pivots, at) ((at) ? (pivots)[(at) - 1] + 1 : (mas)->min)

#define mas_is_start(mas) ((mas)->status == ma_start)
#define mas_is_none(mas) ((mas)->status == ma_none)
#define mas_is_ptr(mas) ((mas)->status == ma_root)
#define mas_is_paused(mas) ((mas)->status == ma_pause)
#define mas_mt_height(mas) mt_height((mas)->tree)
#define mas_root(mas) ((void *)READ_ONCE((mas)->tree->ma_root))

/* Puts a state that has not searched yet at the root: a node, the only entry, or nothing. */
LOOK void *mas_start(struct ma_state *mas)
{
	void *root = mas_root(mas);

	if (!mas_is_start(mas))
		return NULL;
	mas->min = 0;
	mas->max = ULONG_MAX;
	mas->offset = xa_is_node(root) ? 0 : MAPLE_NODE_SLOTS;
	mas->status = xa_is_node(root) ? ma_active : root ? ma_root : ma_none;
	if (mas_is_active(mas)) {
		mas->node = mte_safe_root(root);
		return NULL;
	}
	return mas->index ? NULL : root;
}

/* From a node to its child at @at, with the child's limits. */
LOOK void look_down(struct ma_state *mas, unsigned int at)
{
	struct maple_enode *enode = mas->node;
	struct maple_enode *child = mas_get_slot(mas, at);

	if (at)
		mas->min = look_slot_last(enode, at - 1, mas->max) + 1;
	mas->max = look_slot_last(enode, at, mas->max);
	mas->node = child;
}

#define mas_descend(mas) look_down(mas, (mas)->offset)

/* To the parent, found anew from the root: its limits are known only by going there. */
LOOK int mas_ascend(struct ma_state *mas)
{
	struct maple_enode *target = mas->node;
	struct ma_state walk = { .tree = mas->tree, .status = ma_start };

	mas_start(&walk);
	while (mas_is_active(&walk) && !mte_is_leaf(walk.node)) {
		struct ma_state above = walk;
		unsigned int at = 0;

		while (look_slot_last(walk.node, at, walk.max) < mas->min)
			at++;
		look_down(&walk, at);
		if (mte_to_node(walk.node) == mte_to_node(target)) {
			mas->node = above.node;
			mas->min = above.min;
			mas->max = above.max;
			mas->offset = at;
			return 0;
		}
	}
	return 1;
}

/* To the next node below the same parent, when there is one. */
LOOK bool mas_next_sibling(struct ma_state *mas)
{
	struct ma_state up = *mas;

	if (mte_is_root(mas->node) || mas_ascend(&up) || up.offset >= mas_data_end(&up))
		return false;
	up.offset++;
	mas_descend(&up);
	*mas = up;
	return true;
}

#endif
