// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The normal API: each call takes the lock it needs and keeps no state. */
#include "maple/internal.h"

static void set_rcu(struct maple_tree *mt, bool on)
{
	bool lock = !mt_external_lock(mt);
	unsigned int flags;

	if (mt_in_rcu(mt) == on)
		return;
	if (lock)
		mtree_lock(mt);
	flags = mt->ma_flags & ~MT_FLAGS_USE_RCU;
	WRITE_ONCE(mt->ma_flags, on ? flags | MT_FLAGS_USE_RCU : flags);
	if (lock)
		mtree_unlock(mt);
}

void mt_set_in_rcu(struct maple_tree *mt)
{
	set_rcu(mt, true);
}

void mt_clear_in_rcu(struct maple_tree *mt)
{
	set_rcu(mt, false);
}

int mtree_store_range(struct maple_tree *mt, unsigned long first, unsigned long last, void *entry,
		      gfp_t gfp)
{
	MA_STATE(mas, mt, first, last);
	int err;

	if (first > last || WARN_ON_ONCE(xa_is_advanced(entry)))
		return -EINVAL;
	mtree_lock(mt);
	err = mas_store_gfp(&mas, entry, gfp);
	mtree_unlock(mt);
	return err;
}

int mtree_store(struct maple_tree *mt, unsigned long index, void *entry, gfp_t gfp)
{
	return mtree_store_range(mt, index, index, entry, gfp);
}

int mtree_insert_range(struct maple_tree *mt, unsigned long first, unsigned long last,
		       void *entry, gfp_t gfp)
{
	MA_STATE(mas, mt, first, last);

	if (first > last || WARN_ON_ONCE(xa_is_advanced(entry)))
		return -EINVAL;
	mtree_lock(mt);
	do {
		mas_insert(&mas, entry);
	} while (mas_nomem(&mas, gfp));
	mtree_unlock(mt);
	mas_destroy(&mas);
	return mas_is_err(&mas) ? xa_err(mas.node) : 0;
}

int mtree_insert(struct maple_tree *mt, unsigned long index, void *entry, gfp_t gfp)
{
	return mtree_insert_range(mt, index, index, entry, gfp);
}

void *mtree_erase(struct maple_tree *mt, unsigned long index)
{
	MA_STATE(mas, mt, index, index);
	void *entry;

	mtree_lock(mt);
	entry = mas_erase(&mas);
	mtree_unlock(mt);
	return entry;
}

/* Both directions of mtree_alloc_range(): @search is mas_empty_area() or its reverse. */
static int alloc_from(struct maple_tree *mt, unsigned long *startp, void *entry,
		      unsigned long size, unsigned long min, unsigned long max, gfp_t gfp,
		      int (*search)(struct ma_state *mas, unsigned long min, unsigned long max,
				    unsigned long size))
{
	MA_STATE(mas, mt, 0, 0);
	int err;

	if (!mt_is_alloc(mt) || WARN_ON_ONCE(mt_is_reserved(entry)))
		return -EINVAL;
	mtree_lock(mt);
	do {
		/* Again after mas_nomem(): without the lock the gap may have been taken. */
		err = search(&mas, min, max, size);
		if (err)
			break;
		mas_insert(&mas, entry);
	} while (mas_nomem(&mas, gfp));
	if (!err && mas_is_err(&mas))
		err = xa_err(mas.node);
	if (!err)
		*startp = mas.index;
	mtree_unlock(mt);
	mas_destroy(&mas);
	return err;
}

int mtree_alloc_range(struct maple_tree *mt, unsigned long *startp, void *entry,
		      unsigned long size, unsigned long min, unsigned long max, gfp_t gfp)
{
	return alloc_from(mt, startp, entry, size, min, max, gfp, mas_empty_area);
}

int mtree_alloc_rrange(struct maple_tree *mt, unsigned long *startp, void *entry,
		       unsigned long size, unsigned long min, unsigned long max, gfp_t gfp)
{
	return alloc_from(mt, startp, entry, size, min, max, gfp, mas_empty_area_rev);
}

int mtree_alloc_cyclic(struct maple_tree *mt, unsigned long *startp, void *entry,
		       unsigned long range_lo, unsigned long range_hi, unsigned long *next,
		       gfp_t gfp)
{
	MA_STATE(mas, mt, 0, 0);
	int ret;

	if (!mt_is_alloc(mt) || WARN_ON_ONCE(mt_is_reserved(entry)))
		return -EINVAL;
	mtree_lock(mt);
	ret = mas_alloc_cyclic(&mas, startp, entry, range_lo, range_hi, next, gfp);
	mtree_unlock(mt);
	return ret;
}

void __mt_destroy(struct maple_tree *mt)
{
	void *root = mt->ma_root;
	struct ma_reclaim dead;

	rcu_assign_pointer(mt->ma_root, NULL);
	mt_set_height(mt, 0);
	if (!xa_is_node(root))
		return;
	reclaim_begin(&dead, mt, NULL);
	reclaim_subtree(&dead, mte_safe_root(root), ULONG_MAX);
	reclaim_end(&dead);
}

void mtree_destroy(struct maple_tree *mt)
{
	mtree_lock(mt);
	__mt_destroy(mt);
	mtree_unlock(mt);
}

void *mt_find_after(struct maple_tree *mt, unsigned long *index, unsigned long max)
{
	return *index ? mt_find(mt, index, max) : NULL;
}

void *mt_next(struct maple_tree *mt, unsigned long index, unsigned long max)
{
	MA_STATE(mas, mt, index, index);
	void *entry;

	rcu_read_lock();
	entry = mas_next(&mas, max);
	rcu_read_unlock();
	return entry;
}

void *mt_prev(struct maple_tree *mt, unsigned long index, unsigned long min)
{
	MA_STATE(mas, mt, index, index);
	void *entry;

	rcu_read_lock();
	entry = mas_prev(&mas, min);
	rcu_read_unlock();
	return entry;
}
