// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Page sizes and user spaces that there are (limits.h). */
#include <stddef.h>
#include "model/limits.h"

bool tv_page_size_is_valid(uint64_t size)
{
	return size >= TV_DEFAULT_PAGE_SIZE && size <= TV_MAX_PAGE_SIZE && !(size & (size - 1));
}

/*
 * Linux v6.12 TASK_SIZE. x86-64 leaves out its last page, so only a machine with pages of 4 KiB has those two;
 * on s390 user space has all addresses but those of the last page.
 */
unsigned long tv_fitting_task_size(unsigned long page_size, unsigned long end)
{
	static const unsigned long known[] = {
		TV_DEFAULT_TASK_SIZE,
		1UL << 48,		/* arm64 */
		1UL << 52,		/* arm64, powerpc64 */
		(1UL << 56) - 4096,	/* x86-64, five levels */
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (end <= known[i] && known[i] % page_size == 0)
			return known[i];
	}
	return -page_size;
}

bool tv_is_kernel_address(const struct tv_space_limits *limits, uint64_t addr)
{
	int user_bits = limits->task_size <= 1UL << 47 ? 47 : 56;

	return addr >= limits->task_size + limits->page_size && (int64_t)addr >> user_bits == -1;
}
