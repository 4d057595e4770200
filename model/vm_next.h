/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of VMAs that address spaces had until Linux 6.1: mm->mmap and from
 * there vm_next, in order of addresses. Kept in worlds that ask for it
 * (keeps_vm_next) only: each write that a reader without a lock could see is
 * a step.
 */
#ifndef TV_MODEL_VM_NEXT_H
#define TV_MODEL_VM_NEXT_H

#include "model/mm_types.h"

/* @vma, which is in the tree, joins the list. */
void tv_vm_next_add(struct mm_struct *mm, struct vm_area_struct *vma);
/* @vma leaves it, and keeps its own pointers, as one that is merged into another did. */
void tv_vm_next_del(struct mm_struct *mm, struct vm_area_struct *vma);
/*
 * All from @first to @last leave it at once, as munmap() had it: they stay
 * linked to each other, and behind @last there is nothing.
 */
void tv_vm_next_cut(struct mm_struct *mm, struct vm_area_struct *first,
		    struct vm_area_struct *last);
/* The list is empty. */
void tv_vm_next_clear(struct mm_struct *mm);

#endif
