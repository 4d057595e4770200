/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The text of /proc/PID/maps, /proc/PID/smaps and /proc/PID/status. */
#ifndef TV_MODEL_MAPS_H
#define TV_MODEL_MAPS_H

#include <stdio.h>
#include "model/diag.h"
#include "model/mm.h"

/*
 * Where a name begins, from 0, unless what stands before it is longer: after
 * 25 + 6 * sizeof(void *) characters on a 64-bit kernel.
 */
#define TV_MAPS_NAME_COLUMN	73

/*
 * Longer names are refused, in maps text and in fixtures. The kernel has no
 * such limit; nothing that open(2) takes comes near it.
 */
#define TV_VMA_NAME_MAX	16384	/* bytes */

/* "rwxp" to VM_* bits, VM_MAYSHARE and VM_SHARED for 's'. 0 or -EINVAL. */
int tv_vm_flags_from_perms(const char perms[4], unsigned long *vm_flags);
/* The four letters that maps shows, and a NUL. */
void tv_vm_flags_to_perms(unsigned long vm_flags, char perms[5]);

/*
 * The two-letter words of an smaps VmFlags line ("rd ex mr"), separated by
 * blanks. Words that only other kernels or machines print mean no bit. 0, or
 * -EINVAL with the offending word's offset in *@at.
 */
int tv_vm_flags_from_words(const char *text, size_t len, unsigned long *vm_flags, size_t *at);
/* Room for the words of every bit and a NUL. */
#define TV_VM_FLAGS_WORDS_MAX	128
/* Words for all bits of @vm_flags that have one, blank-separated, into @buf; returns its length. */
size_t tv_vm_flags_to_words(unsigned long vm_flags, char *buf, size_t size);

/* "fe:00", two numbers in lower case hexadecimal as maps shows a device. 0 or -EINVAL. */
int tv_maps_device(const char *text, size_t len, unsigned int *major, unsigned int *minor);

/*
 * One VMA as /proc/PID/maps prints it, newline included: Linux
 * fs/proc/task_mmu.c, columns padded as on a 64-bit kernel, a newline in a
 * path shown as \012. Returns 0 or -EIO.
 */
int tv_maps_print(FILE *out, const struct vm_area_struct *vma);

/* The page size of the machine that smaps text comes from: the smallest in it; 0: it does not tell. */
unsigned long tv_maps_page_size(const char *text, size_t len);

/*
 * Reads maps or smaps text of @len bytes into @vmas of @mm (created with it,
 * not yet loaded; the limits are those of its world). [vsyscall] is left
 * out: it is no VMA of the mm. VmFlags lines give the VMA before them its
 * flags. Names are taken byte for byte, with \012 as the kernel printed it.
 * The text is whole or refused: at least one line, and a newline at the end.
 * Returns 0; -EINVAL or -ENOMEM with @diag filled.
 */
int tv_maps_parse(const char *text, size_t len, struct mm_struct *mm,
		  struct tv_vma_list *vmas, struct tv_diag *diag);

#endif
