/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What boot_guest leaves of each case, for boot_compare.sh to hold against the
 * emulator: a folder with the case's name and three files,
 *
 *   maps     what /proc/PID/maps said before and after; nothing: no address space
 *   asked    options of `taskvma walk` for the same scenario
 *   answer   0 or the name of new's errno; then a line a VMA, the first five
 *            fields of a line of maps, or the first alone where the program
 *            keeps no more
 */
#ifndef KERNEL_BOOT_CASE_H
#define KERNEL_BOOT_CASE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "kernel/boot_walks.h"

#define BOOT_MAPS_SIZE	(1u << 20)

/* Where the folders go. */
extern const char *boot_case_dir;

/*
 * Reads /proc/@pid/maps into @text, of BOOT_MAPS_SIZE bytes, with a NUL behind
 * it. No memory is allocated: a process may read its own without changing it.
 */
void boot_read_maps(pid_t pid, char *text);

/* Begins the case @name: its maps, and its options. Ends the program when it cannot. */
void boot_case_begin(const char *name, const char *maps, const char *asked);
/* The file of its answer, with new's result @err (0 or -errno) in it; the caller closes it. */
FILE *boot_case_answer(const char *name, int err);
/* A VMA in the words of maps. */
void boot_case_vma(FILE *answer, const struct boot_vma *vma);

#endif
