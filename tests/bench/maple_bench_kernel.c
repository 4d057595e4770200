// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The kernel's tree over the tests' slab. */
#include <linux/maple_tree.h>

#include "tests/bench/maple_bench_memory.h"
#include "tests/differential/slab.h"

extern struct slab *tv_kernel_slab;

void bench_memory_init(void)
{
	maple_tree_init();
}

unsigned long bench_memory_nodes(void)
{
	return slab_live(tv_kernel_slab);
}
