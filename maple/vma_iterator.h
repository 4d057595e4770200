/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * struct vma_iterator: the kernel's names for walking the VMAs of an mm, over the maple tree.
 *
 * Include it after struct mm_struct (with a struct maple_tree mm_mt) and struct vm_area_struct
 * (with vm_start, vm_end, vm_mm) are defined and TV_MM_TYPES is; otherwise it defines the smallest
 * versions of both. Addresses are bytes; ends are exclusive, as in the mm code, while the tree's
 * own ranges are inclusive. Locking is the tree's: the mmap_lock, or RCU for reading.
 * Source: Linux v6.12 include/linux/mm.h, include/linux/mm_types.h, mm/vma.h.
 */
#ifndef TV_MAPLE_VMA_ITERATOR_H
#define TV_MAPLE_VMA_ITERATOR_H

#include "maple/maple_tree.h"

#ifndef TV_MM_TYPES
struct mm_struct {
	struct maple_tree mm_mt;
};

struct vm_area_struct {
	unsigned long vm_start, vm_end;		/* [vm_start, vm_end) */
	struct mm_struct *vm_mm;
};
#endif

/* The flags of an mm's tree. */
#ifndef MM_MT_FLAGS
#define MM_MT_FLAGS	(MT_FLAGS_ALLOC_RANGE | MT_FLAGS_LOCK_EXTERN | MT_FLAGS_USE_RCU)
#endif

struct vma_iterator {
	struct ma_state mas;
};

#define VMA_ITERATOR(name, __mm, __addr)				\
	struct vma_iterator name = { .mas = {				\
		.tree = &(__mm)->mm_mt, .index = (__addr), .status = ma_start, } }

static inline void vma_iter_init(struct vma_iterator *vmi, struct mm_struct *mm,
				 unsigned long addr)
{
	mas_init(&vmi->mas, &mm->mm_mt, addr);
}

/* --- reading ----------------------------------------------------------------------------- */

/* The VMA at the iterator's address or behind it, then the following ones, below @max. */
static inline struct vm_area_struct *vma_find(struct vma_iterator *vmi, unsigned long max)
{
	return mas_find(&vmi->mas, max - 1);
}

/* The same without a limit. mas_find(), since mas_next() would skip the first. */
static inline struct vm_area_struct *vma_next(struct vma_iterator *vmi)
{
	return mas_find(&vmi->mas, ULONG_MAX);
}

static inline struct vm_area_struct *vma_prev(struct vma_iterator *vmi)
{
	return mas_prev(&vmi->mas, 0);
}

/* One range on or back, be it a VMA or a hole (NULL). */
static inline struct vm_area_struct *vma_iter_next_range(struct vma_iterator *vmi)
{
	return mas_next_range(&vmi->mas, ULONG_MAX);
}

static inline struct vm_area_struct *vma_iter_prev_range(struct vma_iterator *vmi)
{
	return mas_prev_range(&vmi->mas, 0);
}

static inline struct vm_area_struct *vma_iter_next_range_limit(struct vma_iterator *vmi,
								unsigned long max)
{
	return mas_next_range(&vmi->mas, max);
}

static inline struct vm_area_struct *vma_iter_prev_range_limit(struct vma_iterator *vmi,
								unsigned long min)
{
	return mas_prev_range(&vmi->mas, min);
}

/* The VMA at the iterator's address, NULL in a hole. */
static inline struct vm_area_struct *vma_iter_load(struct vma_iterator *vmi)
{
	return mas_walk(&vmi->mas);
}

/* The range the iterator stands on. */
static inline unsigned long vma_iter_addr(const struct vma_iterator *vmi)
{
	return vmi->mas.index;
}

static inline unsigned long vma_iter_end(const struct vma_iterator *vmi)
{
	return vmi->mas.last + 1;
}

/* A hole of @size in [@min, @max). */
static inline int
vma_iter_area_lowest(struct vma_iterator *vmi, unsigned long min, unsigned long max,
		     unsigned long size)
{
	return mas_empty_area(&vmi->mas, min, max - 1, size);
}

static inline int
vma_iter_area_highest(struct vma_iterator *vmi, unsigned long min, unsigned long max,
		      unsigned long size)
{
	return mas_empty_area_rev(&vmi->mas, min, max - 1, size);
}

#define for_each_vma(__vmi, __vma) \
	while (((__vma) = vma_next(&(__vmi))))
#define for_each_vma_range(__vmi, __vma, __end) \
	while (((__vma) = vma_find(&(__vmi), (__end))))

/*
 * The next VMA, and the one before it to @pprev, if that is not NULL. The iterator then stands
 * behind the latter, where whatever goes between the two would be stored.
 */
static inline struct vm_area_struct *vma_iter_next_rewind(struct vma_iterator *vmi,
							   struct vm_area_struct **pprev)
{
	struct vm_area_struct *behind, *before;

	behind = vma_next(vmi);
	before = vma_prev(vmi);
	if (pprev)
		*pprev = before;
	/* With none before, the way back has ended where it should: at index 0. */
	if (before)
		vma_iter_next_range(vmi);
	return behind;
}

/* Shows the iterator and its tree, for debugging. */
static inline void vma_iter_dump_tree(const struct vma_iterator *vmi)
{
	mas_dump(&vmi->mas);
	mt_dump(vmi->mas.tree, mt_dump_hex);
}

/* --- moving ------------------------------------------------------------------------------ */

static inline void vma_iter_set(struct vma_iterator *vmi, unsigned long addr)
{
	mas_set(&vmi->mas, addr);
}

static inline void vma_iter_reset(struct vma_iterator *vmi)
{
	mas_reset(&vmi->mas);
}

/* Before the lock is dropped: the next step looks its place up again. */
static inline void vma_iter_invalidate(struct vma_iterator *vmi)
{
	mas_pause(&vmi->mas);
}

/* The range that the next store acts on, within the range the iterator stands on: [index, end). */
static inline void vma_iter_config(struct vma_iterator *vmi, unsigned long index,
				   unsigned long end)
{
	__mas_set_range(&vmi->mas, index, end - 1);
}

/* --- writing ----------------------------------------------------------------------------- */

/* Aim the iterator at a VMA's range, looking the place up again if it stands elsewhere. */
static inline void tv_vma_iter_aim(struct vma_iterator *vmi, const struct vm_area_struct *vma)
{
	struct ma_state *mas = &vmi->mas;
	bool inside = mas->index <= vma->vm_start && vma->vm_start <= mas->last;

	if (!inside && mas->status != ma_start)
		vma_iter_invalidate(vmi);
	__mas_set_range(mas, vma->vm_start, vma->vm_end - 1);
}

/* Memory for the store that vma_iter_config() described; then store or clear cannot fail. */
static inline int vma_iter_prealloc(struct vma_iterator *vmi, struct vm_area_struct *vma)
{
	return mas_preallocate(&vmi->mas, vma, GFP_KERNEL);
}

static inline void vma_iter_store(struct vma_iterator *vmi, struct vm_area_struct *vma)
{
	tv_vma_iter_aim(vmi, vma);
	mas_store_prealloc(&vmi->mas, vma);
}

static inline void vma_iter_clear(struct vma_iterator *vmi)
{
	mas_store_prealloc(&vmi->mas, NULL);
}

static inline void vma_iter_free(struct vma_iterator *vmi)
{
	mas_destroy(&vmi->mas);
}

/* Store and clear that allocate as they go. 0 or -ENOMEM. */
static inline int vma_iter_store_gfp(struct vma_iterator *vmi, struct vm_area_struct *vma,
				     gfp_t gfp)
{
	tv_vma_iter_aim(vmi, vma);
	return mas_store_gfp(&vmi->mas, vma, gfp) ? -ENOMEM : 0;
}

static inline int vma_iter_clear_gfp(struct vma_iterator *vmi, unsigned long start,
				     unsigned long end, gfp_t gfp)
{
	__mas_set_range(&vmi->mas, start, end - 1);
	return mas_store_gfp(&vmi->mas, NULL, gfp) ? -ENOMEM : 0;
}

/* Loading @count VMAs in rising order; vma_iter_free() ends it. */
static inline int vma_iter_bulk_alloc(struct vma_iterator *vmi, unsigned long count)
{
	return mas_expected_entries(&vmi->mas, count);
}

static inline int vma_iter_bulk_store(struct vma_iterator *vmi, struct vm_area_struct *vma)
{
	struct ma_state *mas = &vmi->mas;

	mas->last = vma->vm_end - 1;
	mas->index = vma->vm_start;
	mas_store(mas, vma);
	return mas_is_err(mas) ? -ENOMEM : 0;
}

#endif /* TV_MAPLE_VMA_ITERATOR_H */
