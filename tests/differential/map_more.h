/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lines of map_ops that are not operations on one map after another. */
#ifndef TV_TEST_MAP_MORE_H
#define TV_TEST_MAP_MORE_H

#include <stdint.h>

/* A number below @sides. */
typedef uint32_t dice_fn(uint32_t sides);

struct more_result {
	uint64_t ops, maps, differences;
};

/* Maps of any kind, size and flags, made or refused for the same reason: @cnt of them. */
struct more_result more_creation(uint64_t cnt, uint32_t cpus, dice_fn *dice);
/* Ids of stacks that the kernel took, given again to what it stored. */
struct more_result more_stacks(uint64_t cnt, uint32_t cpus, const char *object, dice_fn *dice);

#endif
