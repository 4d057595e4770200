/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Address spaces and how they change, as mm/vma.c has it: under mmap_lock,
 * each VMA locked for writing before it changes, neighbours split and merged.
 *
 * An address space is a row of cells. In each even one stands a VMA that
 * nobody changes as long as the mm lives, a pillar; the odd ones, fields, are
 * what writers work on. A VMA says in its flags which cell it is in, its
 * offset says where, and its file is that cell's: so one look tells whether
 * what a reader sees was ever one VMA.
 */
#ifndef THREADS_SPACE_H
#define THREADS_SPACE_H

#include "tests/race/threads/objects.h"

#define PAGE_SIZE	4096UL
#define CELLS		64UL
#define PILLARS		(CELLS / 2)
#define CELL_PAGES	16UL
#define CELL_SIZE	(CELL_PAGES * PAGE_SIZE)
#define SPACE_START	0x100000UL
#define SPACE_END	(SPACE_START + CELLS * CELL_SIZE)

#define ACCESS_BITS	7UL		/* of vm_flags; the rest is the cell's number */
#define FLAGS(cell, access)	((cell) << 3 | (access))
#define FLAGS_CELL(flags)	((flags) >> 3)

static inline unsigned long cell_start(unsigned long cell)
{
	return SPACE_START + cell * CELL_SIZE;
}

/* Pillars are as small as a VMA can be, so that the least step too far goes past one. */
static inline unsigned long pillar_end(unsigned long cell)
{
	return cell_start(cell) + PAGE_SIZE;
}

/*
 * Whether a VMA's memory is another VMA's as soon as it is freed (SLAB_TYPESAFE_BY_RCU, Linux 6.15
 * and later), or only after a grace period. To be set while there are no VMAs.
 */
void space_set_typesafe(bool typesafe);

/* A new mm, its pillars in place, one user. */
struct mm_struct *space_create(void);
/* A copy, as fork makes it. */
struct mm_struct *space_copy(struct mm_struct *mm);
/* What mmput() does in the end. Takes mmap_lock. */
void space_empty(struct mm_struct *mm);

/* One change somewhere in a field, by chance: map, unmap or protect. Takes mmap_lock. */
void space_change(struct mm_struct *mm, uint64_t *dice);

/* What looks at a VMA keeps it from being freed, or does not look any more. */
void vma_destroy(struct vm_area_struct *vma);

#endif
