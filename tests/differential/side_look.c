// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Looking at a tree from outside: where a state stands, what the tree holds, what form it has. */
#include "tests/differential/side_tree.h"

#include "tests/conformance/kernel_names.h"

/* Goes from the root to the leaf that covers @index. */
static struct ma_state leaf_of(struct maple_tree *mt, unsigned long index)
{
	struct ma_state walk = { .tree = mt, .index = index, .status = ma_start };

	mas_start(&walk);
	while (mas_is_active(&walk)) {
		walk.end = mas_data_end(&walk);
		for (walk.offset = 0; walk.offset < walk.end; walk.offset++)
			if (index <= look_slot_last(walk.node, walk.offset, walk.max))
				break;
		if (mte_is_leaf(walk.node))
			break;
		mas_descend(&walk);
	}
	return walk;
}

void side_place(const struct ma_state *mas, struct place *place)
{
	struct ma_state seen;

	*place = (struct place){
		.index = mas->index, .last = mas->last, .min = mas->min, .max = mas->max,
		.status = mas->status, .offset = mas->offset, .end = mas->end,
	};
	if (mas->status != ma_active)
		return;
	seen = leaf_of(mas->tree, mas->index);
	place->node_true = mas_is_active(&seen) && mas_mn(&seen) == mas_mn(mas) &&
			   seen.min == mas->min && seen.max == mas->max;
	place->offset_true = place->node_true && seen.offset == mas->offset;
	place->end_true = place->node_true && seen.end == mas->end;
}

/* Does the range at hand, or the NULLs behind it, go on in another leaf? */
bool side_reaches_beyond_leaf(const struct ma_state *mas)
{
	struct ma_state seen = leaf_of(mas->tree, mas->index);

	return mas_is_active(&seen) && mas->last >= seen.max && seen.max != ULONG_MAX;
}

size_t side_list(struct sided_tree *tree, bool falling, struct item *items, size_t room)
{
	MA_STATE(mas, &tree->mt, falling ? ULONG_MAX : 0, falling ? ULONG_MAX : 0);
	size_t count = 0;
	void *entry;

	rcu_read_lock();
	while ((entry = falling ? mas_find_rev(&mas, 0) : mas_find(&mas, ULONG_MAX))) {
		if (count < room)
			items[count] = (struct item){ mas.index, mas.last, entry };
		if (++count > 2 * room + 64)
			break;		/* a tree that never ends */
	}
	rcu_read_unlock();
	return count;
}

static void mix(unsigned long *hash, unsigned long word)
{
	*hash = (*hash ^ word) * 0x9e3779b97f4a7c15ul;
	*hash ^= *hash >> 29;
}

/* Of several largest gaps either may be named in the metadata: that it is one, validation sees. */
static void add_gaps(const struct ma_state *at, unsigned int end, struct shape *shape)
{
	const struct maple_arange_64 *node = &mas_mn(at)->ma64;

	for (unsigned int slot = 0; slot <= end; slot++)
		mix(&shape->bookkeeping, node->gap[slot]);
	mix(&shape->bookkeeping, node->meta.end);
}

static void add_node(struct ma_state *at, unsigned int depth, struct shape *shape)
{
	unsigned int end = mas_data_end(at);
	bool leaf = mte_is_leaf(at->node);

	shape->nodes++;
	shape->leaves += leaf;
	mix(&shape->geometry, at->min);
	mix(&shape->geometry, at->max);
	mix(&shape->geometry, mte_node_type(at->node));
	if (mte_node_type(at->node) == maple_arange_64)
		add_gaps(at, end, shape);
	if (leaf || depth > MAPLE_HEIGHT_MAX)
		return;
	for (unsigned int slot = 0; slot <= end; slot++) {
		struct ma_state below = *at;

		look_down(&below, slot);
		add_node(&below, depth + 1, shape);
	}
}

void side_shape(struct sided_tree *tree, struct shape *shape)
{
	struct ma_state root = { .tree = &tree->mt, .status = ma_start };
	unsigned long *gaps;

	*shape = (struct shape){ .height = mt_height(&tree->mt) };
	mas_start(&root);
	if (!mas_is_active(&root))
		return;
	add_node(&root, 1, shape);
	gaps = ma_gaps(mas_mn(&root), mte_node_type(root.node));
	for (unsigned int slot = 0; gaps && slot <= mas_data_end(&root); slot++)
		if (gaps[slot] > shape->max_gap)
			shape->max_gap = gaps[slot];
}
