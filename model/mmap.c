// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Changes of an address space. Each is made of a few moves: cut a VMA in two,
 * take some out, put one in, join equal neighbours. After each move tree and
 * fields agree; readers without mmap_lock can see every state between.
 */
#include <errno.h>
#include "model/history.h"
#include "model/mm.h"
#include "model/mmap.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/vm_next.h"
#include "model/vma_lock.h"
#include "model/vma_ref.h"

#define ACCESS_BITS	(VM_READ | VM_WRITE | VM_EXEC)

static struct vm_area_struct *vma_at(struct mm_struct *mm, unsigned long addr)
{
	VMA_ITERATOR(vmi, mm, addr);

	return vma_iter_load(&vmi);
}

/* The tree's range [@start, @end) becomes @vma, or a hole. 0 or -ENOMEM, nothing changed. */
static int tree_set(struct mm_struct *mm, unsigned long start, unsigned long end,
		    struct vm_area_struct *vma, const char *what)
{
	MA_STATE(mas, &mm->mm_mt, start, end - 1);

	tv_touch(mm, TV_PART_TREE, TV_ACCESS_WRITE, what, TV_SITE());
	return mas_store_gfp(&mas, vma, GFP_KERNEL);
}

/* One field of a VMA that readers without a lock may look at. */
#define set_field(vma, field, value) do { \
	tv_touch(vma, TV_PART_FIELDS, TV_ACCESS_WRITE, "write " #field, TV_SITE()); \
	(vma)->field = (value); \
	(vma)->tv_change = tv_history_next_change((vma)->vm_mm); \
} while (0)

static unsigned long pages(const struct mm_struct *mm, unsigned long bytes)
{
	return bytes / mm->tv_world->limits.page_size;
}

/* Which part of a VMA that is cut is the new one: the rest stays the VMA that it was. */
enum cut { NEW_IS_LOWER, NEW_IS_UPPER };

/* @part, a copy of @vma, becomes its part below or above @addr. */
static void shrink_part(struct mm_struct *mm, struct vm_area_struct *part, unsigned long addr,
			enum cut cut)
{
	if (cut == NEW_IS_LOWER) {
		part->vm_end = addr;
		return;
	}
	if (part->vm_file)
		part->vm_pgoff += pages(mm, addr - part->vm_start);
	part->vm_start = addr;
}

/* What is left of @vma without the new part. */
static void give_up_part(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long addr,
			 enum cut cut)
{
	unsigned long cut_off = pages(mm, addr - vma->vm_start);

	if (cut == NEW_IS_UPPER) {
		set_field(vma, vm_end, addr);
		return;
	}
	set_field(vma, vm_start, addr);
	if (vma->vm_file)
		set_field(vma, vm_pgoff, vma->vm_pgoff + cut_off);
}

/* When a VMA reaches across @addr, it is two after that. 0, or -ENOMEM: it is one. */
static int cut_at(struct mm_struct *mm, unsigned long addr, enum cut cut)
{
	struct vm_area_struct *vma = vma_at(mm, addr), *part;
	struct vm_area_struct whole;
	int err;

	if (!vma || vma->vm_start == addr)
		return 0;
	err = tv_vma_dup(vma, &part);
	if (err)
		return err;
	shrink_part(mm, part, addr, cut);

	vma_start_write(vma);
	/* nobody can have the new one, so this does not wait */
	part->vm_lock_seq = mm->mm_lock_seq;
	whole = *vma;
	give_up_part(mm, vma, addr, cut);
	err = tree_set(mm, part->vm_start, part->vm_end, part, "split: store the new VMA");
	if (err) {
		/* the kernel has its nodes before it begins, and never gets here */
		vma->vm_start = whole.vm_start;
		vma->vm_end = whole.vm_end;
		vma->vm_pgoff = whole.vm_pgoff;
		tv_vma_destroy(part);
		return err;
	}
	tv_vm_next_add(mm, part);
	mm->map_count++;
	tv_history_commit(mm);
	return 0;
}

/* Linux __split_vma() as unmapping and protecting call it: what is inside stays the VMA it was. */
static int cut_both(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	int err = cut_at(mm, start, NEW_IS_LOWER);

	return err ? err : cut_at(mm, end, NEW_IS_UPPER);
}

/* VMAs that go, locked for writing. */
struct gone {
	struct vm_area_struct *vmas[TV_HISTORY_VMAS];
	unsigned int nr;
};

/* All that lies in [@start, @end), which is cut at both ends already; the tree stays. */
static int gather(struct mm_struct *mm, unsigned long start, unsigned long end, struct gone *gone)
{
	VMA_ITERATOR(vmi, mm, start);
	struct vm_area_struct *vma;

	gone->nr = 0;
	for_each_vma_range(vmi, vma, end) {
		if (gone->nr == TV_HISTORY_VMAS)
			return -ENOMEM;
		vma_start_write(vma);
		gone->vmas[gone->nr++] = vma;
	}
	return 0;
}

/* They are in the tree no more: no reader gets them from now on. */
static void detach(struct mm_struct *mm, const struct gone *gone)
{
	unsigned int i;

	for (i = 0; i < gone->nr; i++)
		vma_mark_detached(gone->vmas[i]);
	mm->map_count -= gone->nr;
}

static void drop(struct vm_area_struct *vma)
{
	vma->vm_ref--;
	if (!vma->vm_ref)
		tv_vma_destroy(vma);
}

static void drop_all(const struct gone *gone)
{
	unsigned int i;

	for (i = 0; i < gone->nr; i++)
		drop(gone->vmas[i]);
}

/* The tree has @vma (NULL: nothing) in the place of @gone. */
static int replace(struct mm_struct *mm, unsigned long start, unsigned long end,
		   const struct gone *gone, struct vm_area_struct *vma, const char *what)
{
	int err = tree_set(mm, start, end, vma, what);

	if (err)
		return err;
	if (gone->nr)
		tv_vm_next_cut(mm, gone->vmas[0], gone->vmas[gone->nr - 1]);
	if (vma) {
		tv_vm_next_add(mm, vma);
		mm->map_count++;
	}
	tv_history_commit(mm);
	detach(mm, gone);
	return 0;
}

/* Linux can_vma_merge_after() as far as the model has what it looks at. */
static bool joinable(const struct mm_struct *mm, const struct vm_area_struct *low,
		     const struct vm_area_struct *high)
{
	if (!low || !high || low->vm_end != high->vm_start || low->vm_flags != high->vm_flags ||
	    low->vm_file != high->vm_file || low->tv_name != high->tv_name)
		return false;
	return !low->vm_file ||
	       low->vm_pgoff + pages(mm, low->vm_end - low->vm_start) == high->vm_pgoff;
}

/* Joins what meets at @addr, when it is alike. Out of memory: it stays apart, as in the kernel. */
static void join_at(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *low = addr ? vma_at(mm, addr - 1) : NULL, *high = vma_at(mm, addr);
	unsigned long end;

	if (low == high || !joinable(mm, low, high))
		return;
	end = high->vm_end;
	vma_start_write(low);
	vma_start_write(high);
	set_field(low, vm_end, end);
	if (tree_set(mm, low->vm_start, end, low, "merge: store the lower VMA")) {
		set_field(low, vm_end, addr);
		return;
	}
	tv_vm_next_del(mm, high);
	tv_history_commit(mm);
	vma_mark_detached(high);
	mm->map_count--;
	drop(high);
}

static bool bad_range(const struct mm_struct *mm, unsigned long start, unsigned long end)
{
	const struct tv_space_limits *limits = &mm->tv_world->limits;

	return start >= end || end > limits->task_size || (start | end) & (limits->page_size - 1);
}

/* Linux munmap(2): the VMAs are freed with mmap_lock held for reading only. */
int tv_munmap(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct gone gone;
	int err;

	if (bad_range(mm, start, end))
		return -EINVAL;
	mmap_write_lock(mm);
	err = cut_both(mm, start, end);
	if (!err)
		err = gather(mm, start, end, &gone);
	if (!err && gone.nr)
		err = replace(mm, start, end, &gone, NULL, "unmap: clear the range");
	if (err || !gone.nr) {
		mmap_write_unlock(mm);
		return err;
	}
	mmap_write_downgrade(mm);
	drop_all(&gone);
	mmap_read_unlock(mm);
	return 0;
}

/* Linux v6.12 mmap_region(): what was there is gone by the store that brings the new one. */
int tv_mmap(struct mm_struct *mm, const struct tv_vma_desc *desc)
{
	struct vm_area_struct *vma = NULL;
	struct gone gone;
	int err;

	if (bad_range(mm, desc->start, desc->end))
		return -EINVAL;
	mmap_write_lock(mm);
	err = cut_both(mm, desc->start, desc->end);
	if (!err)
		err = gather(mm, desc->start, desc->end, &gone);
	if (!err)
		err = tv_vma_create(mm, desc, &vma);
	if (err)
		goto out_unlock;
	vma->vm_lock_seq = mm->mm_lock_seq;
	err = replace(mm, desc->start, desc->end, &gone, vma, "map: store the VMA");
	if (err) {
		tv_vma_destroy(vma);
		goto out_unlock;
	}
	drop_all(&gone);
	join_at(mm, desc->end);
	join_at(mm, desc->start);
out_unlock:
	mmap_write_unlock(mm);
	return err;
}

int tv_mprotect(struct mm_struct *mm, unsigned long start, unsigned long end,
		unsigned long vm_flags)
{
	struct vm_area_struct *vma;
	int err;

	if (bad_range(mm, start, end))
		return -EINVAL;
	mmap_write_lock(mm);
	err = cut_both(mm, start, end);
	if (!err) {
		VMA_ITERATOR(vmi, mm, start);

		for_each_vma_range(vmi, vma, end) {
			vma_start_write(vma);
			set_field(vma, vm_flags, (vma->vm_flags & ~ACCESS_BITS) |
						 (vm_flags & ACCESS_BITS));
		}
		join_at(mm, end);
		join_at(mm, start);
	}
	mmap_write_unlock(mm);
	return err;
}

static void write_edge(struct vm_area_struct *vma, bool is_end, unsigned long from,
		       unsigned long to)
{
	if (is_end) {
		set_field(vma, vm_end, to);
		return;
	}
	if (vma->vm_file)
		set_field(vma, vm_pgoff, vma->vm_pgoff + pages(vma->vm_mm, to) -
					 pages(vma->vm_mm, from));
	set_field(vma, vm_start, to);
}

/* Fields, then one entry for the whole range: Linux commit_merge(), expand_downwards(). */
static int grow(struct mm_struct *mm, struct vm_area_struct *vma, bool is_end,
		unsigned long from, unsigned long to)
{
	int err;

	write_edge(vma, is_end, from, to);
	err = tree_set(mm, vma->vm_start, vma->vm_end, vma, "grow: store the VMA");
	if (err)
		write_edge(vma, is_end, to, from);
	else
		tv_history_commit(mm);
	return err;
}

/* The tree, then fields: Linux vma_shrink(). */
static int shrink(struct mm_struct *mm, struct vm_area_struct *vma, bool is_end,
		  unsigned long from, unsigned long to)
{
	int err = tree_set(mm, from < to ? from : to, from < to ? to : from, NULL,
			   "shrink: clear the range");

	if (err)
		return err;
	write_edge(vma, is_end, from, to);
	/* only now the two agree */
	tv_touch(mm, TV_PART_TREE, TV_ACCESS_WRITE, "shrink: done", TV_SITE());
	tv_history_commit(mm);
	return 0;
}

/* The end of @vma that is at @from goes to @to, over a hole or out of its own range. */
static int move_edge(struct mm_struct *mm, struct vm_area_struct *vma, unsigned long from,
		     unsigned long to)
{
	bool is_end = vma->vm_end == from, grows = is_end ? to > from : to < from;
	unsigned long low = from < to ? from : to, high = from < to ? to : from;
	VMA_ITERATOR(vmi, mm, low);

	if (bad_range(mm, low, high))
		return -EINVAL;
	if (grows ? !!vma_find(&vmi, high) : (is_end ? to <= vma->vm_start : to >= vma->vm_end))
		return -EINVAL;
	vma_start_write(vma);
	return grows ? grow(mm, vma, is_end, from, to) : shrink(mm, vma, is_end, from, to);
}

int tv_resize_end(struct mm_struct *mm, unsigned long from, unsigned long to)
{
	struct vm_area_struct *vma;
	int err = -ENOENT;

	mmap_write_lock(mm);
	vma = from ? vma_at(mm, from - 1) : NULL;
	if (vma && vma->vm_end == from)
		err = move_edge(mm, vma, from, to);
	mmap_write_unlock(mm);
	return err;
}

int tv_resize_start(struct mm_struct *mm, unsigned long from, unsigned long to)
{
	struct vm_area_struct *vma;
	int err = -ENOENT;

	mmap_write_lock(mm);
	vma = vma_at(mm, from);
	if (vma && vma->vm_start == from)
		err = move_edge(mm, vma, from, to);
	mmap_write_unlock(mm);
	return err;
}
