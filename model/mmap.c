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

/* When a VMA reaches across @addr, it ends there and a new one begins. */
static int cut_at(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = vma_at(mm, addr), *upper;
	int err;

	if (!vma || vma->vm_start == addr)
		return 0;
	err = tv_vma_dup(vma, &upper);
	if (err)
		return err;
	upper->vm_start = addr;
	if (upper->vm_file)
		upper->vm_pgoff += pages(mm, addr - vma->vm_start);

	vma_start_write(vma);
	/* nobody can have the new one, so this does not wait */
	upper->vm_lock_seq = mm->mm_lock_seq;
	set_field(vma, vm_end, addr);
	err = tree_set(mm, addr, upper->vm_end, upper, "split: store the upper VMA");
	if (err) {
		set_field(vma, vm_end, upper->vm_end);
		tv_vma_destroy(upper);
		return err;
	}
	tv_vm_next_add(mm, upper);
	mm->map_count++;
	tv_history_commit(mm);
	return 0;
}

/* A VMA that is in the tree no more: waits for its readers, then frees it. */
static void retire(struct mm_struct *mm, struct vm_area_struct *vma)
{
	vma_mark_detached(vma);
	mm->map_count--;
	vma->vm_ref--;
	if (!vma->vm_ref)
		tv_vma_destroy(vma);
}

/* Takes all out that lies in [@start, @end); it is cut at both ends already. */
static int take_out(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *gone[TV_HISTORY_VMAS], *vma;
	VMA_ITERATOR(vmi, mm, start);
	unsigned int nr = 0, i;
	int err;

	for_each_vma_range(vmi, vma, end) {
		if (nr == TV_HISTORY_VMAS)
			return -ENOMEM;
		vma_start_write(vma);
		gone[nr++] = vma;
	}
	if (!nr)
		return 0;
	err = tree_set(mm, start, end, NULL, "unmap: clear the range");
	if (err)
		return err;
	tv_vm_next_cut(mm, gone[0], gone[nr - 1]);
	tv_history_commit(mm);
	for (i = 0; i < nr; i++)
		retire(mm, gone[i]);
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
	retire(mm, high);
}

static bool bad_range(const struct mm_struct *mm, unsigned long start, unsigned long end)
{
	const struct tv_space_limits *limits = &mm->tv_world->limits;

	return start >= end || end > limits->task_size || (start | end) & (limits->page_size - 1);
}

static int cut_both(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	int err = cut_at(mm, start);

	return err ? err : cut_at(mm, end);
}

int tv_munmap(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	int err;

	if (bad_range(mm, start, end))
		return -EINVAL;
	mmap_write_lock(mm);
	err = cut_both(mm, start, end);
	if (!err)
		err = take_out(mm, start, end);
	mmap_write_unlock(mm);
	return err;
}

int tv_mmap(struct mm_struct *mm, const struct tv_vma_desc *desc)
{
	struct vm_area_struct *vma;
	int err;

	if (bad_range(mm, desc->start, desc->end))
		return -EINVAL;
	mmap_write_lock(mm);
	err = cut_both(mm, desc->start, desc->end);
	if (!err)
		err = take_out(mm, desc->start, desc->end);
	if (!err)
		err = tv_vma_create(mm, desc, &vma);
	if (err)
		goto out_unlock;
	vma->vm_lock_seq = mm->mm_lock_seq;
	err = tree_set(mm, desc->start, desc->end, vma, "map: store the VMA");
	if (err) {
		tv_vma_destroy(vma);
		goto out_unlock;
	}
	tv_vm_next_add(mm, vma);
	mm->map_count++;
	tv_history_commit(mm);
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
