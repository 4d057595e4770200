/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Changes of an address space, as mm/vma.c and mm/mmap.c make them: under
 * mmap_lock, each VMA locked for writing before it changes, the tree's nodes
 * allocated before anything is touched, neighbours split and merged.
 *
 * All take mmap_lock themselves. Ranges are page aligned, end exclusive. They
 * return 0; -EINVAL for a bad range; -ENOMEM with nothing changed but that,
 * as in the kernel, a VMA may have been split where the range begins.
 */
#ifndef TV_MODEL_MMAP_H
#define TV_MODEL_MMAP_H

#include "model/mm.h"

/* Maps @desc in the place of what was mapped there (MAP_FIXED). Merges with equal neighbours. */
int tv_mmap(struct mm_struct *mm, const struct tv_vma_desc *desc);
int tv_munmap(struct mm_struct *mm, unsigned long start, unsigned long end);
/* Gives what is mapped in the range the access bits of @vm_flags (VM_READ, VM_WRITE, VM_EXEC). */
int tv_mprotect(struct mm_struct *mm, unsigned long start, unsigned long end,
		unsigned long vm_flags);
/* The VMA that ends (starts) at @from ends (starts) at @to then; -ENOENT: no such VMA. */
int tv_resize_end(struct mm_struct *mm, unsigned long from, unsigned long to);
int tv_resize_start(struct mm_struct *mm, unsigned long from, unsigned long to);

#endif
