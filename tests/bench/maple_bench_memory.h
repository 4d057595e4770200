/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The allocator below a timed tree: the tests' slab for both, as tests/differential/slab.h has it. */
#ifndef TV_TESTS_MAPLE_BENCH_MEMORY_H
#define TV_TESTS_MAPLE_BENCH_MEMORY_H

__attribute__((__visibility__("hidden"))) void bench_memory_init(void);
__attribute__((__visibility__("hidden"))) unsigned long bench_memory_nodes(void);

#endif
