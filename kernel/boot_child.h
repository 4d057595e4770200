/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Processes in the booted kernel whose address spaces are walked. */
#ifndef KERNEL_BOOT_CHILD_H
#define KERNEL_BOOT_CHILD_H

#include <sys/types.h>

/* Shapes the calling process; @arg is the shape's own. Not 0: could not. */
typedef int (*boot_shape)(long arg);

/* Of a page each, no two alike, so that none merge; @arg: how many. */
int boot_shape_many(long arg);
/* Files, shared and private, gaps, the first and the last address there is. @arg: unused. */
int boot_shape_mixed(long arg);
/* Nothing but what a fork has. @arg: unused. */
int boot_shape_plain(long arg);

/*
 * Starts a child, has it take @shape, and returns its pid when it has done so
 * and does nothing any more; -errno on failure. boot_child_end() kills it.
 */
pid_t boot_child(boot_shape shape, long arg);
/* A child with @arg VMAs that forks again and again, so that its mmap_lock is often held to write. */
pid_t boot_child_forking(long arg);
/* A child that maps, unmaps, protects and splits without end. */
pid_t boot_child_churning(void);
/* A child that has exited and is not waited for: a zombie. */
pid_t boot_child_zombie(void);
/* Kills and waits for it. */
void boot_child_end(pid_t pid);

#endif
