// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The structural visitor, which dump and validate use as well. */
#include "maple/internal.h"
#include "maple/visit.h"

static bool has_meta(const struct maple_node *node, enum maple_type type)
{
	return type == maple_arange_64 || !node->mr64.pivot[MAPLE_RANGE64_SLOTS - 2];
}

/*
 * The last slot in use as the pivots tell it: the first that reaches the node's end. The metadata,
 * which the rest of the code trusts, is not asked, so that it can be checked against this.
 */
static unsigned int end_by_pivots(const struct maple_node *node, enum maple_type type,
				  unsigned long max)
{
	unsigned int i;

	for (i = 0; i < ma_nr_pivots(type); i++)
		if (ma_pivots(node)[i] >= max || (i && !ma_pivots(node)[i]))
			break;
	return i;
}

static int visit_node(const struct maple_tree *mt, struct tv_mt_node *info,
		      const struct tv_mt_visitor *ops, void *arg);

static int visit_slots(const struct maple_tree *mt, const struct tv_mt_node *info,
		       const struct tv_mt_visitor *ops, void *arg)
{
	const struct maple_node *node = info->node;
	unsigned long first = info->min;
	unsigned int i;
	int ret;

	for (i = 0; i <= info->end; i++) {
		bool leaf = ma_is_leaf(info->type);
		struct tv_mt_slot slot = {
			.offset = i,
			.min = first,
			.last = i < info->end ? ma_pivots(node)[i] : info->max,
			.entry = ma_slots(node, info->type)[i],
		};

		if (!leaf)
			slot.child = mte_to_node(slot.entry);
		if (ma_gaps(node, info->type))
			slot.gap = ma_gaps(node, info->type)[i];
		ret = ops->slot ? ops->slot(info, &slot, arg) : 0;
		if (ret)
			return ret;
		if (!leaf) {
			struct tv_mt_node child = {
				.node = slot.child, .parent = info, .parent_slot = i,
				.depth = info->depth + 1, .type = mte_node_type(slot.entry),
				.min = slot.min, .max = slot.last,
			};

			ret = visit_node(mt, &child, ops, arg);
			if (ret)
				return ret;
		}
		first = slot.last + 1;
	}
	return 0;
}

static int visit_node(const struct maple_tree *mt, struct tv_mt_node *info,
		      const struct tv_mt_visitor *ops, void *arg)
{
	int ret;

	if (!info->node || info->depth >= MAPLE_HEIGHT_MAX || info->type < maple_leaf_64 ||
	    info->type > maple_arange_64)
		return -EINVAL;
	info->end = end_by_pivots(info->node, info->type, info->max);
	info->has_meta = has_meta(info->node, info->type);
	if (info->has_meta)
		info->meta = info->type == maple_arange_64 ? info->node->ma64.meta :
							     info->node->mr64.meta;

	ret = ops->enter ? ops->enter(info, arg) : 0;
	if (!ret && !(ops->inner_slots && ma_is_leaf(info->type)))
		ret = visit_slots(mt, info, ops, arg);
	if (!ret && ops->leave)
		ret = ops->leave(info, arg);
	return ret;
}

int tv_mt_visit(const struct maple_tree *mt, const struct tv_mt_visitor *ops, void *arg)
{
	void *root = rcu_dereference(mt->ma_root);
	struct tv_mt_node info = { .max = ULONG_MAX };

	if (!xa_is_node(root))
		return ops->root ? ops->root(mt, root, arg) : 0;
	info.node = mte_to_node(root);
	info.type = mte_node_type(root);
	return visit_node(mt, &info, ops, arg);
}
