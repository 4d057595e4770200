// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Looking for room: the lowest or highest gap of a size within a window of indices. The gaps that
 * inner nodes keep say which subtrees are worth entering.
 */
#include "maple/search.h"

struct search {
	unsigned long index, last;	/* the window: what is left of it */
	unsigned long top;		/* where it ended at first */
	unsigned long size;
};

/* A node, and a slot in it. */
struct place {
	struct maple_enode *enode;
	unsigned long min, max;		/* what the node covers, */
	unsigned long first, last;	/* and the slot */
	unsigned int offset, end;
};

static __always_inline unsigned long larger(unsigned long a, unsigned long b)
{
	return a > b ? a : b;
}

static __always_inline unsigned long smaller(unsigned long a, unsigned long b)
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
static __always_inline bool is_roomy(const struct search *for_, const struct place *at, bool leaf,
				     bool up)
{
	unsigned long lo = larger(at->first, for_->index), hi = smaller(at->last, for_->last);

	if (hi < lo || hi - lo < for_->size - 1)
		return false;
	if (up)
		return !leaf || hi - lo + 1 >= for_->size;
	return for_->top - at->first + 1 >= for_->size &&
	       (!leaf || at->last - at->first + 1 >= for_->size);
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
 * none is. @type is known when compiling.
 */
static __always_inline bool scan(const struct search *for_, struct place *at, enum maple_type type,
				 bool up)
{
	const struct maple_node *node = mte_to_node(at->enode);
	const unsigned long *pivots = ma_pivots(node);
	unsigned int stop = up ? at->end : 0;

	for (;;) {
		if (is_free(node, type, at->offset, for_->size)) {
			at->first = at->offset ? pivots[at->offset - 1] + 1 : at->min;
			at->last = at->offset < at->end ? pivots[at->offset] : at->max;
			if (likely(is_roomy(for_, at, ma_is_leaf(type), up)))
				return true;
		}
		if (at->offset == stop)
			return false;
		at->offset += up ? 1 : -1;
	}
}

/* The same from the window's edge on: slots outside of it need not be looked at. */
static __always_inline bool scan_window(const struct search *for_, struct place *at,
					enum maple_type type, bool up)
{
	const struct maple_node *node = mte_to_node(at->enode);
	unsigned long edge = up ? for_->index : for_->last;

	ma_expect(node, type);
	at->end = ma_data_end(node, type, at->max);
	if (up ? at->min >= edge : at->max <= edge)
		at->offset = up ? 0 : at->end;
	else
		at->offset = ma_search_stop(node, type, edge);
	return scan(for_, at, type, up);
}

/*
 * There is no room in a node: the window shrinks to what lies beyond it. False if that is nothing.
 * Runs of NULL do not reach from leaf to leaf, so that none is cut.
 */
static bool leave(struct search *for_, const struct place *at, bool up)
{
	if (up ? at->max >= for_->last : at->min <= for_->index)
		return false;
	if (up)
		for_->index = larger(for_->index, at->max + 1);
	else
		for_->last = smaller(for_->last, at->min - 1);
	return true;
}

/*
 * From the root to the slot with room. Where gaps are kept, a node that is entered and has none is
 * one at the edge of the window: there are two of these on a level at most.
 */
static __always_inline bool find_room(const struct maple_tree *mt, struct search *for_,
				      struct place *at, bool up)
{
	bool found;

	do {
		at->enode = mte_safe_root(mt->ma_root);
		at->min = 0;
		at->max = ULONG_MAX;
		for (;;) {
			const struct maple_node *node = mte_to_node(at->enode);
			enum maple_type type = mte_node_type(at->enode);

			if (type == maple_leaf_64) {
				found = scan_window(for_, at, maple_leaf_64, up);
				break;
			}
			found = type == maple_arange_64 ?
				scan_window(for_, at, maple_arange_64, up) :
				scan_window(for_, at, maple_range_64, up);
			if (unlikely(!found))
				break;
			at->enode = ma_slots(node, type)[at->offset];
			at->min = at->first;
			at->max = at->last;
		}
	} while (!found && leave(for_, at, up));
	return found;
}

/*
 * A state that stands on a leaf goes on two slots before (also when looking down), which is how a
 * caller looks farther after it met something; one at the leaf's begin goes on beside the leaf.
 */
static noinline bool find_room_on(const struct ma_state *mas, struct search *for_,
				  struct place *at, bool up)
{
	at->enode = mas->node;
	at->min = mas->min;
	at->max = mas->max;
	at->end = ma_data_end(mas_mn(mas), maple_leaf_64, mas->max);
	if (mas->offset >= 2) {
		at->offset = mas->offset - 2;
		if (scan(for_, at, maple_leaf_64, up))
			return true;
	} else if (up ? at->max == ULONG_MAX : !at->min) {
		return false;
	}
	return leave(for_, at, up) && find_room(mas->tree, for_, at, up);
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
	struct place at;
	bool found;

	if (min > max || !size || max - min < size - 1)
		return -EINVAL;
	if (mas_is_err(mas))
		return xa_err(mas->node);
	for_.index = min;
	for_.last = max;
	for_.top = max;
	for_.size = size;
	if (mas->status == ma_pause)
		mas_reset(mas);
	if (mas_is_start(mas) && !xa_is_node(mas->tree->ma_root))
		mas_start(mas);
	if (mas_is_none(mas) || mas_is_ptr(mas))
		return sparse_area(mas, &for_, up);

	found = mas_is_start(mas) ? find_room(mas->tree, &for_, &at, up) :
				    find_room_on(mas, &for_, &at, up);
	mas->index = min;
	mas->last = max;
	if (!found) {
		mas_set_err(mas, -EBUSY);
		return -EBUSY;
	}
	mas->status = ma_active;
	mas->node = at.enode;
	mas->min = at.min;
	mas->max = at.max;
	mas->offset = at.offset;
	mas->end = at.end;
	if (up)
		mas->index = larger(min, at.first);
	else
		mas->index = smaller(max, at.last) - size + 1;
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
