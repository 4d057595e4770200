/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Address spaces: struct mm_struct and the VMAs in its tree. */
#ifndef TV_MODEL_MM_H
#define TV_MODEL_MM_H

#include "model/world.h"

/* One VMA as data: what a line of /proc/PID/maps says of it. */
struct tv_vma_desc {
	unsigned long start, end;	/* bytes, end exclusive, page aligned */
	unsigned long vm_flags;		/* VM_*; see tv_vm_flags_from_perms() */
	uint64_t offset;		/* bytes into the file, page aligned */
	unsigned int major, minor;	/* device */
	uint64_t ino;
	const char *name;		/* path or special name; NULL or "": none */
	size_t name_len;		/* bytes; no NUL among them */
};

/* A new, empty mm with one user and one count. 0 or -ENOMEM. */
int tv_mm_create(struct tv_world *world, struct mm_struct **mm);

/*
 * Linux mmget(), mmput(), mmgrab(), mmdrop(). The last mmput() empties the
 * address space, which takes mmap_lock and so may sleep; mmput_async() leaves
 * that to a kworker. mmget_not_zero() gives false when the last user is gone.
 */
void tv_mmget(struct mm_struct *mm, const struct tv_site *site);
bool tv_mmget_not_zero(struct mm_struct *mm, const struct tv_site *site);
void tv_mmput(struct mm_struct *mm, const struct tv_site *site);
void tv_mmput_async(struct mm_struct *mm, const struct tv_site *site);
void tv_mmgrab(struct mm_struct *mm, const struct tv_site *site);
void tv_mmdrop(struct mm_struct *mm, const struct tv_site *site);

#define mmget(mm)	tv_mmget(mm, TV_SITE())
#define mmget_not_zero(mm)	tv_mmget_not_zero(mm, TV_SITE())
#define mmput(mm)	tv_mmput(mm, TV_SITE())
#define mmput_async(mm)	tv_mmput_async(mm, TV_SITE())
#define mmgrab(mm)	tv_mmgrab(mm, TV_SITE())
#define mmdrop(mm)	tv_mmdrop(mm, TV_SITE())

/* What is left of exit_mmap(): destroys every VMA and the tree's nodes. */
void tv_mm_empty(struct mm_struct *mm);

/*
 * A VMA made from @desc, not yet in a tree. It holds a reference on its
 * file, which is made when first named: a VMA has a file when its offset,
 * device or inode is not 0 or its name starts with '/'.
 * Returns 0 or -ENOMEM.
 */
int tv_vma_create(struct mm_struct *mm, const struct tv_vma_desc *desc,
		  struct vm_area_struct **vma);
void tv_vma_destroy(struct vm_area_struct *vma);

/* Linux vm_area_dup(): a copy, in no tree, with its own reference on the file. 0 or -ENOMEM. */
int tv_vma_dup(const struct vm_area_struct *vma, struct vm_area_struct **copy);

/*
 * Does the current actor hold what keeps the VMA where it is: its lock, a reference, mmap_lock? It
 * may be freed: only its memory is looked at.
 */
bool tv_vma_is_held(const struct vm_area_struct *vma);

/* The data of a VMA; @desc->name points into the world. */
void tv_vma_describe(const struct vm_area_struct *vma, struct tv_vma_desc *desc);

/*
 * Checks a VMA against its predecessor (NULL: it is the first) and the
 * limits of the address space. NULL when well, else what is wrong, and in
 * *@which the offending member: 's'tart or 'e'nd or 'o'ffset.
 */
const char *tv_vma_desc_check(const struct tv_space_limits *limits,
			      const struct tv_vma_desc *prev,
			      const struct tv_vma_desc *desc, char *which);

/*
 * Puts @nr VMAs, ascending and disjoint, into the empty tree of @mm in one
 * bulk load; they are the mm's from then on. 0, or -ENOMEM with the tree
 * empty and the VMAs still the caller's.
 */
int tv_mm_load(struct mm_struct *mm, struct vm_area_struct **vmas, size_t nr);

/*
 * Linux dup_mmap(): @to, empty and known to nobody, becomes a copy of @from.
 * 0, or -ENOMEM with some of it copied.
 */
int tv_mm_copy(struct mm_struct *from, struct mm_struct *to);

/* A VMA list that grows while a file is read, then becomes the tree. */
struct tv_vma_list {
	struct vm_area_struct **vmas;
	size_t nr, room;
};

/* Takes over @vma. 0 or -ENOMEM (then @vma stays the caller's). */
int tv_vma_list_add(struct tv_vma_list *list, struct vm_area_struct *vma);
/* tv_mm_load() of the list, which is empty after it; -ENOMEM leaves it as it was. */
int tv_vma_list_load(struct tv_vma_list *list, struct mm_struct *mm);
/* Destroys the VMAs that are still in the list. */
void tv_vma_list_fini(struct tv_vma_list *list);

#endif
