/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The machine under an address space: its page size, and where user space ends. Constants of a kernel, so
 * a world has one of each; vm_pgoff counts its pages, PAGE_SIZE of the iterators is its page size.
 */
#ifndef TV_MODEL_LIMITS_H
#define TV_MODEL_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#define TV_DEFAULT_PAGE_SIZE	4096UL
#define TV_MAX_PAGE_SIZE	65536UL
#define TV_DEFAULT_TASK_SIZE	0x7ffffffff000UL	/* x86-64, four levels */

struct tv_space_limits {
	unsigned long page_size;	/* bytes, a power of two */
	unsigned long task_size;	/* first address after user space */
};

/* A power of two from TV_DEFAULT_PAGE_SIZE to TV_MAX_PAGE_SIZE. */
bool tv_page_size_is_valid(uint64_t size);

/* The smallest user space of a 64-bit machine with such pages that reaches to @end, which is exclusive. */
unsigned long tv_fitting_task_size(unsigned long page_size, unsigned long end);

/* Where nobody says it: that of x86-64 with four levels; with bigger pages, of arm64 with 48 bits. */
static inline unsigned long tv_default_task_size(unsigned long page_size)
{
	return tv_fitting_task_size(page_size, 0);
}

/* Linux copy_from_kernel_nofault_allowed() on x86-64: no user addresses, none that are not canonical. */
bool tv_is_kernel_address(const struct tv_space_limits *limits, uint64_t addr);

#endif
