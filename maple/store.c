// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The calls that store: locate, reserve, carry out. */
#include "maple/internal.h"

#define GFP_FIRST_TRY	(GFP_NOWAIT | __GFP_NOWARN)

/* Carries out the store that was located. 0, or -ENOMEM in the state and nothing done. */
static int wr_store(struct ma_wr_state *wr, gfp_t gfp)
{
	switch (wr->mas->store_type) {
	case wr_new_root:
	case wr_store_root:
		return wr_root(wr, gfp);
	case wr_spanning_store:
	case wr_split_store:
	case wr_rebalance:
		return wr_splice(wr, gfp);
	default:
		return wr_leaf(wr, gfp);
	}
}

void *mas_store(struct ma_state *mas, void *entry)
{
	MA_WR_STATE(wr, mas, entry);

	if (unlikely(mas->index > mas->last)) {
		mas_set_err(mas, -EINVAL);
		return NULL;
	}
	wr_locate(&wr);
	if (wr_store(&wr, GFP_FIRST_TRY))
		return NULL;
	if (!(mas->mas_flags & MA_STATE_PREALLOC))
		mas_destroy(mas);
	return wr.content;
}

int mas_store_gfp(struct ma_state *mas, void *entry, gfp_t gfp)
{
	unsigned long index = mas->index, last = mas->last;
	MA_WR_STATE(wr, mas, entry);
	int err = -EINVAL;

	if (unlikely(index > last)) {
		mas_set_err(mas, -EINVAL);
		return -EINVAL;
	}
	do {
		/* The lock may have been dropped: neither the NULLs around nor the place are known. */
		mas->index = index;
		mas->last = last;
		wr_locate(&wr);
		err = wr_store(&wr, GFP_FIRST_TRY);
	} while (err && mas_nomem(mas, gfp));
	if (err) {
		mas->index = index;
		mas->last = last;
	}
	mas_destroy(mas);
	return err;
}

bool mas_nomem(struct ma_state *mas, gfp_t gfp)
{
	bool unlock = gfpflags_allow_blocking(gfp) && !mt_external_lock(mas->tree);
	int err;

	if (likely(mas->node != MA_ERROR(-ENOMEM)))
		return false;
	if (unlock)
		mtree_unlock(mas->tree);
	err = mas_reserve_again(mas, gfp);
	if (unlock)
		mtree_lock(mas->tree);
	/* With a part of the request only, another try would ask for the rest for ever. */
	if (err)
		return false;
	mas->status = ma_start;
	return true;
}

int mas_preallocate(struct ma_state *mas, void *entry, gfp_t gfp)
{
	MA_WR_STATE(wr, mas, entry);

	if (unlikely(mas->index > mas->last))
		return -EINVAL;
	wr_locate(&wr);
	if (mas_reserve(mas, wr_prealloc_count(&wr), gfp)) {
		mas_forget_request(mas);
		mas_destroy(mas);
		mas_reset(mas);
		return -ENOMEM;
	}
	mas->mas_flags |= MA_STATE_PREALLOC;
	return 0;
}

void mas_store_prealloc(struct ma_state *mas, void *entry)
{
	MA_WR_STATE(wr, mas, entry);

	wr_locate(&wr);
	MAS_WR_BUG_ON(&wr, wr_store(&wr, GFP_FIRST_TRY) != 0);
	mas_destroy(mas);
}

void *mas_erase(struct ma_state *mas)
{
	unsigned long index = mas->index;
	MA_WR_STATE(wr, mas, NULL);
	void *entry;

	mas->status = ma_start;
	for (;;) {
		entry = mas_state_walk(mas);
		if (!entry)
			return NULL;
		/* From the root again, so that an erasure of a leaf's last entry is seen as such. */
		mas_reset(mas);
		wr_locate(&wr);
		wr_store(&wr, GFP_FIRST_TRY);
		if (!mas_nomem(mas, GFP_KERNEL))
			break;
		mas_aim(mas, index);	/* without the lock the entry's range may have changed */
	}
	mas_destroy(mas);
	return entry;
}

/*
 * Whether the located store would meet an entry. Linux v6.12 lib/maple_tree.c, mas_insert(): the
 * range [0, ULONG_MAX] over a root that is a leaf of several ranges is not looked at, and
 * replaces them. So it does here.
 */
static bool is_occupied(const struct ma_wr_state *wr)
{
	const struct ma_state *mas = wr->mas;

	switch (mas->store_type) {
	case wr_new_root:
		return false;
	case wr_spanning_store:
		return true;		/* leaves but the last end in an entry */
	case wr_store_root:
		return wr->content;
	default:
		return wr->content || mas->last > wr->r_max;
	}
}

void *mas_insert(struct ma_state *mas, void *entry)
{
	MA_WR_STATE(wr, mas, entry);

	wr_locate(&wr);
	if (is_occupied(&wr)) {
		mas_set_err(mas, -EEXIST);
		return wr.content;
	}
	wr_store(&wr, GFP_FIRST_TRY);
	return NULL;
}

void mas_destroy(struct ma_state *mas)
{
	if (unlikely(mas->mas_flags & MA_STATE_REBALANCE)) {
		splice_fill_last(mas);
		mas->mas_flags &= ~MA_STATE_REBALANCE;
	}
	mas->mas_flags &= ~(MA_STATE_BULK | MA_STATE_PREALLOC);
	if (mas->alloc)
		mas_drop_reserve(mas);
}
