// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One operation on a tree, its results and where it left the state. */
#include "tests/differential/side_tree.h"

/* 0 is nothing, 1 a reservation, all others values. */
static void *entry_of(unsigned int v)
{
	return v == 0 ? NULL : v == 1 ? XA_ZERO_ENTRY : xa_mk_value(v);
}

static bool keeps_gaps(const struct sided_tree *tree)
{
	return tree->mt.ma_flags & MT_FLAGS_ALLOC_RANGE;
}

/*
 * mas_store() as its users call it: it allocates without waiting, and asks again. What it returns
 * means something unless it had to ask (a NULL has then taken in its neighbours already, and the
 * return is of the first of these) or spans nodes (the return is left over from its search).
 */
static void *store_until_it_works(struct ma_state *mas, void *entry)
{
	bool open = side_reaches_beyond_leaf(mas);
	void *old;

	for (;;) {
		old = mas_store(mas, entry);
		if (!mas_nomem(mas, GFP_KERNEL))
			return open ? SIDE_UNTOLD : old;
		open = true;
	}
}

/* Operations of the normal API. Those that write make what the state knows stale. */
static bool apply_normal(struct sided_tree *tree, const struct op *op, struct outcome *r)
{
	struct maple_tree *mt = &tree->mt;
	void *entry = entry_of(op->v);
	unsigned long next = op->c;
	bool writes = true;

	switch (op->kind) {
	case OP_STORE_RANGE:
		r->ret = mtree_store_range(mt, op->a, op->b, entry, GFP_KERNEL);
		break;
	case OP_INSERT_RANGE:
		r->ret = mtree_insert_range(mt, op->a, op->b, entry, GFP_KERNEL);
		break;
	case OP_ERASE:
		r->entry = mtree_erase(mt, op->a);
		break;
	case OP_ALLOC_RANGE:
		r->ret = mtree_alloc_range(mt, &r->out, entry, op->c, op->a, op->b, GFP_KERNEL);
		break;
	case OP_ALLOC_RRANGE:
		r->ret = mtree_alloc_rrange(mt, &r->out, entry, op->c, op->a, op->b, GFP_KERNEL);
		break;
	case OP_ALLOC_CYCLIC:
		r->ret = mtree_alloc_cyclic(mt, &r->out, entry, op->a, op->b, &next, GFP_KERNEL);
		r->out ^= next;
		break;
	default:
		writes = false;
	}
	if (writes) {
		mas_reset(&tree->mas);
		return true;
	}

	r->out = op->a;
	switch (op->kind) {
	case OP_LOAD:
		r->entry = mtree_load(mt, op->a);
		return true;
	case OP_FIND:
		r->entry = mt_find(mt, &r->out, op->b);
		return true;
	case OP_FIND_AFTER:
		r->entry = mt_find_after(mt, &r->out, op->b);
		return true;
	case OP_NEXT:
		r->entry = mt_next(mt, op->a, op->b);
		return true;
	case OP_PREV:
		r->entry = mt_prev(mt, op->a, op->b);
		return true;
	default:
		r->out = 0;
		return false;
	}
}

/* A part of the range the state is at, in 256ths: as users shrink a range they have found. */
static void narrow(struct ma_state *mas, unsigned long from, unsigned long to)
{
	unsigned long step = (mas->last - mas->index) / 256;
	unsigned long first = mas->index + step * (from & 255);
	unsigned long last = mas->index + step * (to & 255);

	__mas_set_range(mas, first, last < first ? mas->last : last);
}

/* Limits on the wrong side of the state are allowed, but rare: they end every search at once. */
static unsigned long upper_limit(const struct ma_state *mas, const struct op *op)
{
	return op->a < mas->last && op->v % 32 ? ULONG_MAX : op->a;
}

static unsigned long lower_limit(const struct ma_state *mas, const struct op *op)
{
	return op->a > mas->index && op->v % 32 ? 0 : op->a;
}

/*
 * Does this call meet its limit before it has been anywhere in the tree? That leaves a state of
 * overflow or underflow without a node, from which the kernel's code cannot turn round (it reads
 * through the missing node), so there is nothing to compare with.
 */
static bool ends_nowhere(const struct ma_state *mas, const struct op *op)
{
	if (mas->status == ma_active || mas->status == ma_overflow || mas->status == ma_underflow)
		return false;
	switch (op->kind) {
	case OP_MAS_NEXT:
	case OP_MAS_NEXT_RANGE:
		return mas->last >= upper_limit(mas, op);
	case OP_MAS_PREV:
	case OP_MAS_PREV_RANGE:
		return mas->index <= lower_limit(mas, op);
	case OP_MAS_FIND_REV:
	case OP_MAS_FIND_RANGE_REV:
		return mas->status == ma_pause && mas->index <= lower_limit(mas, op);
	default:
		return false;
	}
}

/* Operations that only move the state. */
static bool apply_move(struct sided_tree *tree, const struct op *op, struct outcome *r)
{
	struct ma_state *mas = &tree->mas;
	unsigned long upper = upper_limit(mas, op), lower = lower_limit(mas, op);

	switch (op->kind) {
	case OP_MAS_SET:
		mas_set_range(mas, op->a, op->b);
		return true;
	case OP_MAS_NARROW:
		narrow(mas, op->a, op->b);
		return true;
	case OP_MAS_WALK:
		r->entry = mas_walk(mas);
		return true;
	case OP_MAS_FIND:
		r->entry = mas_find(mas, upper);
		return true;
	case OP_MAS_FIND_RANGE:
		r->entry = mas_find_range(mas, upper);
		return true;
	case OP_MAS_FIND_REV:
		r->entry = mas_find_rev(mas, lower);
		return true;
	case OP_MAS_FIND_RANGE_REV:
		r->entry = mas_find_range_rev(mas, lower);
		return true;
	case OP_MAS_NEXT:
		r->entry = mas_next(mas, upper);
		return true;
	case OP_MAS_NEXT_RANGE:
		r->entry = mas_next_range(mas, upper);
		return true;
	case OP_MAS_PREV:
		r->entry = mas_prev(mas, lower);
		return true;
	case OP_MAS_PREV_RANGE:
		r->entry = mas_prev_range(mas, lower);
		return true;
	case OP_MAS_PAUSE:
		mas_pause(mas);
		return true;
	case OP_MAS_RESET:
		mas_reset(mas);
		return true;
	case OP_MAS_EMPTY_AREA:
	case OP_MAS_EMPTY_AREA_REV:
		mas_reset(mas);
		if (keeps_gaps(tree))
			r->ret = op->kind == OP_MAS_EMPTY_AREA ?
				 mas_empty_area(mas, op->a, op->b, op->c) :
				 mas_empty_area_rev(mas, op->a, op->b, op->c);
		return true;
	default:
		return false;
	}
}

/* Operations that write through the state. */
static bool apply_store(struct sided_tree *tree, const struct op *op, struct outcome *r)
{
	struct ma_state *mas = &tree->mas;
	void *entry = entry_of(op->v);
	unsigned long before = side_allocations(), next = op->c;

	switch (op->kind) {
	case OP_MAS_STORE:
		r->entry = store_until_it_works(mas, entry);
		mas_destroy(mas);
		return true;
	case OP_MAS_STORE_GFP:
		r->ret = mas_store_gfp(mas, entry, GFP_KERNEL);
		return true;
	case OP_MAS_STORE_PREALLOC:
	case OP_MAS_PREALLOC_DROP:
		r->ret = mas_preallocate(mas, entry, GFP_KERNEL);
		r->reserved = side_allocations() - before;
		if (r->ret)
			return true;
		if (op->kind == OP_MAS_STORE_PREALLOC)
			mas_store_prealloc(mas, entry);
		else
			mas_destroy(mas);
		return true;
	case OP_MAS_ERASE:
		r->entry = mas_erase(mas);
		return true;
	case OP_MAS_ALLOC_CYCLIC:
		mas_reset(mas);
		if (!keeps_gaps(tree))
			return true;
		r->ret = mas_alloc_cyclic(mas, &r->out, entry, op->a, op->b, &next, GFP_KERNEL);
		r->out ^= next;
		return true;
	default:
		return false;
	}
}

/* The copy becomes the tree, so that it is used as hard as what it was made from. */
static void replace_by_copy(struct sided_tree *tree, struct outcome *r)
{
	struct maple_tree copy;

	mt_init_flags(&copy, tree->mt.ma_flags & ~MT_FLAGS_HEIGHT_MASK);
	r->ret = mtree_dup(&tree->mt, &copy, GFP_KERNEL);
	if (r->ret) {
		side_empty(&copy);
		return;
	}
	side_empty(&tree->mt);
	mt_init_flags(&tree->mt, copy.ma_flags);
	tree->mt.ma_root = copy.ma_root;
	/* The root's parent pointer names its tree. */
	if (xa_is_node(copy.ma_root)) {
		struct maple_node *root = (void *)((unsigned long)copy.ma_root & ~MAPLE_NODE_MASK);

		root->parent = (void *)((unsigned long)&tree->mt | 1);
	}
}

/* Entries of @size indices with as large gaps, from @at on. Stops before it would wrap. */
static long load_ascending(struct ma_state *mas, unsigned long at, unsigned long count,
			   unsigned long size, bool bulk)
{
	for (unsigned long i = 0; i < count; i++, at += 2 * size) {
		void *entry = xa_mk_value(i % 1000 + 2);

		if (at > ULONG_MAX - 2 * size)
			return i;
		if (!bulk) {
			mas_set_range(mas, at, at + size - 1);
			if (mas_store_gfp(mas, entry, GFP_KERNEL))
				return -ENOMEM;
			continue;
		}
		mas->index = at;
		mas->last = at + size - 1;
		mas_store(mas, entry);
		if (mas_is_err(mas))
			return -EIO;	/* the reserve was said to be enough */
	}
	return count;
}

/* Operations on the whole tree. */
static void apply_whole(struct sided_tree *tree, const struct op *op, struct outcome *r)
{
	MA_STATE(mas, &tree->mt, op->a, op->a);

	switch (op->kind) {
	case OP_DUP:
		replace_by_copy(tree, r);
		break;
	case OP_RCU:
		if (op->a)
			mt_set_in_rcu(&tree->mt);
		else
			mt_clear_in_rcu(&tree->mt);
		break;
	case OP_FILL:
		/* High trees not in RCU mode: see side_empty() of the kernel's side. */
		if (op->b > 500)
			mt_clear_in_rcu(&tree->mt);
		mtree_lock(&tree->mt);
		r->ret = load_ascending(&mas, op->a, op->b, op->c, false);
		mtree_unlock(&tree->mt);
		break;
	case OP_BULK:
		/* Not in RCU mode, where the reserve made for it does not last. */
		side_empty(&tree->mt);
		mt_clear_in_rcu(&tree->mt);
		mtree_lock(&tree->mt);
		r->ret = mas_expected_entries(&mas, op->b);
		if (!r->ret)
			r->ret = load_ascending(&mas, op->a, op->b, op->c, true);
		mas_destroy(&mas);
		mtree_unlock(&tree->mt);
		break;
	case OP_CLEAR:
		side_empty(&tree->mt);
		break;
	default:
		r->ret = -ENOSYS;
	}
	mas_reset(&tree->mas);
}

void side_apply(struct sided_tree *tree, const struct op *op, struct outcome *result)
{
	bool nowhere = ends_nowhere(&tree->mas, op);

	memset(result, 0, sizeof(*result));
	rcu_read_lock();
	if (!apply_normal(tree, op, result)) {
		bool done;

		mtree_lock(&tree->mt);
		done = apply_move(tree, op, result) || apply_store(tree, op, result);
		mtree_unlock(&tree->mt);
		if (!done)
			apply_whole(tree, op, result);
	}
	side_place(&tree->mas, &result->place);
	/* A failed search or store, or one given up, leaves a state that no user goes on with. */
	if (result->ret < 0 || nowhere || op->kind == OP_MAS_PREALLOC_DROP)
		mas_reset(&tree->mas);
	rcu_read_unlock();
}

struct sided_tree *side_create(unsigned int flags)
{
	struct sided_tree *tree = calloc(1, sizeof(*tree));

	if (!tree)
		abort();
	mt_init_flags(&tree->mt, flags);
	mas_init(&tree->mas, &tree->mt, 0);
	return tree;
}

void side_destroy(struct sided_tree *tree)
{
	mas_destroy(&tree->mas);
	side_empty(&tree->mt);
	free(tree);
}
