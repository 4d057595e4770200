// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Address spaces and how they change. */
#include <stdlib.h>

#include "tests/race/dice.h"
#include "tests/race/threads/locks.h"
#include "tests/race/threads/space.h"

/* --- the memory of VMAs --- */

struct vma_memory {
	struct vm_area_struct vma;
	struct vma_lock lock;
	struct rcu_head rcu;
	struct vma_memory *next;	/* free, and typesafe */
};

static bool is_typesafe;
static struct vma_memory *free_memory;	/* freed last, handed out first */
static spinlock_t free_lock;

static struct vma_memory *memory_pop(void)
{
	struct vma_memory *memory;

	spin_lock(&free_lock);
	memory = free_memory;
	if (memory)
		free_memory = memory->next;
	spin_unlock(&free_lock);
	return memory;
}

/* The lock stays the VMA's, whatever VMA it is: readers find it before they can lock anything. */
static struct vma_memory *memory_new(void)
{
	struct vma_memory *memory = calloc(1, sizeof(*memory));

	if (!memory)
		abort();
	memory->vma.vm_lock = &memory->lock;
	return memory;
}

static void memory_push(struct vma_memory *memory)
{
	spin_lock(&free_lock);
	memory->next = free_memory;
	free_memory = memory;
	spin_unlock(&free_lock);
}

void space_set_typesafe(bool typesafe)
{
	struct vma_memory *memory;

	is_typesafe = typesafe;
	while ((memory = memory_pop()))
		free(memory);
}

static void free_after_readers(struct rcu_head *head)
{
	tv_rcu_after();
	free(container_of(head, struct vma_memory, rcu));
}

static void memory_free(struct vma_memory *memory)
{
	account(HELD_VMA, -1);
	if (is_typesafe) {
		memory_push(memory);
	} else {
		tv_rcu_before();
		call_rcu(&memory->rcu, free_after_readers);
	}
}

/* Readers without a lock may look at any field of a VMA, be it only to find it is another's. */
#define set(vma, field, value)	WRITE_ONCE((vma)->field, value)

/* A VMA like @model, in no tree, locked for writing; takes a reference on the file. */
static struct vm_area_struct *vma_create(const struct vm_area_struct *model)
{
	struct vma_memory *memory = is_typesafe ? memory_pop() : NULL;
	struct vm_area_struct *vma;

	if (!memory)
		memory = memory_new();
	account(HELD_VMA, 1);
	vma = &memory->vma;
	set(vma, vm_start, model->vm_start);
	set(vma, vm_end, model->vm_end);
	set(vma, vm_mm, model->vm_mm);
	set(vma, vm_flags, model->vm_flags);
	set(vma, vm_pgoff, model->vm_pgoff);
	set(vma, vm_file, model->vm_file ? get_file(model->vm_file) : NULL);
	WRITE_ONCE(memory->lock.seq, model->vm_mm->mm_lock_seq);
	/* from here on readers may count themselves in */
	account(HELD_VMA_REF, 1);
	smp_store_release(&memory->lock.ref, 1);
	smp_store_release(&memory->lock.refcnt, 1);
	return vma;
}

void vma_destroy(struct vm_area_struct *vma)
{
	if (vma->vm_file)
		fput(vma->vm_file);
	memory_free(container_of(vma, struct vma_memory, vma));
}

/* --- moves: mmap_lock is held for writing --- */

static void tree_set(struct mm_struct *mm, unsigned long start, unsigned long end,
		     struct vm_area_struct *vma)
{
	MA_STATE(mas, &mm->mm_mt, start, end - 1);

	if (mas_store_gfp(&mas, vma, GFP_KERNEL))
		abort();
}

static struct vm_area_struct *vma_at(struct mm_struct *mm, unsigned long addr)
{
	VMA_ITERATOR(vmi, mm, addr);

	return vma_iter_load(&vmi);
}

static void put_in(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;

	tree_set(mm, vma->vm_start, vma->vm_end, vma);
	mm->map_count++;
	mm->mapped += vma->vm_end - vma->vm_start;
}

/* It left the tree: waits for its readers and ends the tree's reference. */
static void retire(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;

	mm->map_count--;
	mm->mapped -= vma->vm_end - vma->vm_start;
	vma_mark_detached(vma);
	vma_put(vma);
}

static void cut_at(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *low = vma_at(mm, addr), model;

	if (!low || low->vm_start == addr)
		return;
	vma_start_write(low);
	model = *low;
	model.vm_start = addr;
	model.vm_pgoff = addr / PAGE_SIZE;
	mm->mapped -= low->vm_end - addr;
	set(low, vm_end, addr);
	put_in(vma_create(&model));
}

static void take_out(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *gone[CELLS * CELL_PAGES], *vma;
	VMA_ITERATOR(vmi, mm, start);
	unsigned int nr = 0;

	for_each_vma_range(vmi, vma, end) {
		vma_start_write(vma);
		gone[nr++] = vma;
	}
	if (nr)
		tree_set(mm, start, end, NULL);
	while (nr)
		retire(gone[--nr]);
}

static void join_at(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *low = vma_at(mm, addr - 1), *high = vma_at(mm, addr);

	if (!low || !high || low == high || low->vm_flags != high->vm_flags ||
	    low->vm_file != high->vm_file)
		return;
	vma_start_write(low);
	vma_start_write(high);
	mm->mapped += high->vm_end - addr;
	set(low, vm_end, high->vm_end);
	tree_set(mm, low->vm_start, low->vm_end, low);
	retire(high);
}

static void protect(struct mm_struct *mm, unsigned long start, unsigned long end,
		    unsigned long flags)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, start);

	for_each_vma_range(vmi, vma, end) {
		vma_start_write(vma);
		set(vma, vm_flags, flags);
	}
}

static void map(struct mm_struct *mm, unsigned long start, unsigned long end, unsigned long flags,
		struct file *file)
{
	struct vm_area_struct model = {
		.vm_start = start, .vm_end = end, .vm_mm = mm, .vm_flags = flags,
		.vm_pgoff = start / PAGE_SIZE, .vm_file = file,
	};

	put_in(vma_create(&model));
	if (file)
		fput(file);	/* the VMA has its own reference */
}

void space_change(struct mm_struct *mm, uint64_t *dice)
{
	unsigned long cell = roll(dice) % PILLARS * 2 + 1;
	unsigned long page = roll(dice) % CELL_PAGES;
	unsigned long start = cell_start(cell) + page * PAGE_SIZE;
	unsigned long end = start + (1 + roll(dice) % (CELL_PAGES - page)) * PAGE_SIZE;
	unsigned long flags = FLAGS(cell, roll(dice) % 2);
	unsigned long what = roll(dice) % 4;

	mmap_write_lock(mm);
	cut_at(mm, start);
	cut_at(mm, end);
	if (what < 3)
		take_out(mm, start, end);
	if (what == 3)
		protect(mm, start, end, flags);
	else if (what)
		map(mm, start, end, flags, what == 1 ? file_open(cell) : NULL);
	join_at(mm, end);
	join_at(mm, start);
	mmap_write_unlock(mm);
}

/* --- whole address spaces --- */

struct mm_struct *space_create(void)
{
	struct mm_struct *mm = mm_create_locked();
	unsigned long cell;

	for (cell = 0; cell < CELLS; cell += 2)
		map(mm, cell_start(cell), pillar_end(cell), FLAGS(cell, 0), file_open(cell));
	mmap_write_unlock(mm);
	return mm;
}

/* As fork does it: the VMAs of @from are locked for writing. */
struct mm_struct *space_copy(struct mm_struct *from)
{
	struct mm_struct *to = mm_create_locked();
	struct vm_area_struct *vma, model;
	VMA_ITERATOR(vmi, from, 0);

	mmap_write_lock(from);
	for_each_vma(vmi, vma) {
		vma_start_write(vma);
		model = *vma;
		model.vm_mm = to;
		put_in(vma_create(&model));
	}
	mmap_write_unlock(from);
	mmap_write_unlock(to);
	return to;
}

void space_empty(struct mm_struct *mm)
{
	mmap_write_lock(mm);
	take_out(mm, SPACE_START, SPACE_END);
	if (mm->map_count || mm->mapped)
		complain("an empty address space counts %lu VMAs, %lu bytes", mm->map_count,
			 mm->mapped);
	__mt_destroy(&mm->mm_mt);
	mmap_write_unlock(mm);
}
