// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Looking for room: the lowest or highest gap of a size within a window of indices. The gaps that
 * inner nodes keep say which subtrees are worth entering.
 */
#include "maple/path.h"
#include "maple/search.h"

struct search {
	struct path path;
	unsigned long index, last;	/* the window */
	unsigned long size;
	bool low;			/* see search.h */
};

static unsigned long larger(unsigned long a, unsigned long b)
{
	return a > b ? a : b;
}

static unsigned long smaller(unsigned long a, unsigned long b)
{
	return a < b ? a : b;
}

/*
 * Whether the slot's part of the window is large enough; a leaf's slot is known to be NULL.
 *
 * Linux v6.12 lib/maple_tree.c, mas_anode_descend() and mas_rev_awalk(): sizes are counted modulo
 * the word, so that one of all indices counts as 0. In a leaf of one NULL there is no room in the
 * window of all indices; looking down there is none in any window, and none either for a slot from
 * 0 on in a window up to ULONG_MAX.
 */
static bool is_roomy(const struct search *for_, const struct step_at *at, bool leaf, bool up)
{
	unsigned long first = step_first(at), last = step_last(at);
	unsigned long lo = larger(first, for_->index), hi = smaller(last, for_->last);

	if (hi < lo || hi - lo < for_->size - 1)
		return false;
	if (!up && for_->last - first + 1 < for_->size)
		return false;
	return !leaf || (up ? hi - lo : last - first) + 1 >= for_->size;
}

/* Whether, as far as the node knows, enough is free below the slot. */
static __always_inline bool is_free(const struct maple_node *node, enum maple_type type,
				    unsigned int offset, unsigned long size)
{
	if (type == maple_arange_64)
		return node->ma64.gap[offset] >= size;
	return type == maple_range_64 || !node->mr64.slot[offset];
}

/*
 * From at->offset on the first slot of the node that is worth entering, or is the room. False if
 * none is.
 */
static __always_inline bool scan(const struct search *for_, struct step_at *at, bool up)
{
	const struct maple_node *node = mte_to_node(at->enode);
	enum maple_type type = mte_node_type(at->enode);
	unsigned int offset = at->offset, stop = up ? at->end : 0;

	for (;;) {
		if (is_free(node, type, offset, for_->size)) {
			at->offset = offset;
			if (is_roomy(for_, at, ma_is_leaf(type), up))
				return true;
		}
		if (offset == stop)
			return false;
		offset += up ? 1 : -1;
	}
}

/* Slots outside of the window need not be looked at. */
static __always_inline void step_to_window(const struct search *for_, struct step_at *at, bool up)
{
	unsigned long edge = up ? for_->index : for_->last;

	if (up ? at->min >= edge : at->max <= edge)
		at->offset = up ? 0 : at->end;
	else
		at->offset = for_->low ?
			ma_search_stop(mte_to_node(at->enode), mte_node_type(at->enode), edge) :
			ma_search(mte_to_node(at->enode), mte_node_type(at->enode), edge);
}

/* Out of a node without room: to the slot beside it in the nearest node above that has one. */
static unsigned int climb(struct path *path, unsigned int level, bool up)
{
	while (level < path->height &&
	       path->at[level].offset == (up ? path->at[level].end : 0))
		level++;
	if (level < path->height)
		path->at[level].offset += up ? 1 : -1;
	return level;
}

/*
 * From the slot that the path names on @level onwards, over that slot and its subtree. On success
 * the path names the slot in a leaf.
 */
static __always_inline bool find_room(struct search *for_, unsigned int level, bool up)
{
	struct path *path = &for_->path;

	while (level < path->height) {
		struct step_at *at = &path->at[level];

		if (scan(for_, at, up)) {
			if (!level)
				return true;
			if (!for_->low)
				ma_expect(step_slot(at));
			step_enter(at, at - 1);
			step_to_window(for_, at - 1, up);
			level--;
		} else if (up ? at->max >= for_->last : at->min <= for_->index) {
			return false;	/* the window ends in this node */
		} else {
			level = climb(path, level + 1, up);
		}
	}
	return false;
}

/*
 * Where to begin. A fresh state begins at the root; one that stands on a leaf two slots before
 * (or behind, when looking down), which is how a caller goes on looking after it met something.
 * Returns the level, or the height if there is nothing more to look at.
 */
static __always_inline unsigned int place(struct search *for_, struct ma_state *mas, bool up)
{
	struct path *path = &for_->path;
	unsigned int level;

	if (mas_is_start(mas)) {
		struct step_at *root;

		mas_start(mas);
		level = mt_height(mas->tree) - 1;
		root = &path->at[level];
		path->height = level + 1;
		step_set(root, mas->node, 0, ULONG_MAX);
		step_to_window(for_, root, up);
		return level;
	}
	path_walk(path, mas->tree, mas->min);
	path->at[0].offset = mas->offset;
	if (mas->offset >= 2) {
		path->at[0].offset -= 2;
		return 0;
	}
	return climb(path, 1, up);
}

/* A tree without nodes: all is free but index 0, if the lone entry is there. */
static int sparse_area(struct ma_state *mas, struct search *for_, bool up)
{
	if (mas_is_ptr(mas) && !for_->index) {
		for_->index = 1;
		if (for_->last < 1 || for_->last - 1 < for_->size - 1)
			return -EBUSY;
	}
	mas->index = up ? for_->index : for_->last - for_->size + 1;
	mas->last = mas->index + for_->size - 1;
	return 0;
}

static __always_inline int empty_area(struct ma_state *mas, unsigned long min, unsigned long max,
				      unsigned long size, bool up)
{
	struct search for_;
	struct step_at *leaf = &for_.path.at[0];
	unsigned int level;

	if (min > max || !size || max - min < size - 1)
		return -EINVAL;
	if (mas_is_err(mas))
		return xa_err(mas->node);
	for_.index = min;
	for_.last = max;
	for_.size = size;
	for_.low = mt_is_low(mas->tree);
	if (mas->status == ma_pause)
		mas_reset(mas);
	if (mas_is_start(mas) && !xa_is_node(mas->tree->ma_root))
		mas_start(mas);
	if (mas_is_none(mas) || mas_is_ptr(mas))
		return sparse_area(mas, &for_, up);

	level = place(&for_, mas, up);
	mas->index = min;
	mas->last = max;
	if (!find_room(&for_, level, up)) {
		mas_set_err(mas, -EBUSY);
		return -EBUSY;
	}
	mas->status = ma_active;
	mas->node = leaf->enode;
	mas->min = leaf->min;
	mas->max = leaf->max;
	mas->offset = leaf->offset;
	mas->end = leaf->end;
	if (up)
		mas->index = larger(min, step_first(leaf));
	else
		mas->index = smaller(max, step_last(leaf)) - size + 1;
	mas->last = mas->index + size - 1;
	return 0;
}

int mas_empty_area(struct ma_state *mas, unsigned long min, unsigned long max, unsigned long size)
{
	return empty_area(mas, min, max, size, true);
}

int mas_empty_area_rev(struct ma_state *mas, unsigned long min, unsigned long max,
		       unsigned long size)
{
	return empty_area(mas, min, max, size, false);
}

/* First from *@next on, then from the bottom; 1 says that it went round. */
static int cyclic_area(struct ma_state *mas, unsigned long lo, unsigned long hi,
		       unsigned long next)
{
	int err;

	if (next <= lo)
		return mas_empty_area(mas, lo, hi, 1);
	err = mas_empty_area(mas, next, hi, 1);
	if (!err)
		return 0;
	mas_reset(mas);
	err = mas_empty_area(mas, lo, hi, 1);
	return err ? err : 1;
}

int mas_alloc_cyclic(struct ma_state *mas, unsigned long *startp, void *entry,
		     unsigned long range_lo, unsigned long range_hi, unsigned long *next,
		     gfp_t gfp)
{
	struct maple_tree *mt = mas->tree;
	int ret;

	do {
		ret = cyclic_area(mas, range_lo, range_hi, *next);
		if (ret >= 0)
			mas_insert(mas, entry);
	} while (mas_nomem(mas, gfp));
	if (ret >= 0 && mas_is_err(mas))
		ret = xa_err(mas->node);

	if (ret >= 0) {
		*startp = mas->index;
		*next = *startp + 1;
		/* Beyond ULONG_MAX the next search begins at 0: that, too, is going round. */
		if (!ret && mt->ma_flags & MT_FLAGS_ALLOC_WRAPPED) {
			mt->ma_flags &= ~MT_FLAGS_ALLOC_WRAPPED;
			ret = 1;
		}
		if (!*next)
			mt->ma_flags |= MT_FLAGS_ALLOC_WRAPPED;
	}
	mas_destroy(mas);
	return ret;
}
