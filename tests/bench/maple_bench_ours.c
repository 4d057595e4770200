// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* maple/ over the tests' slab. */
#include <linux/maple_tree.h>

#include "tests/bench/maple_bench_memory.h"
#include "tests/differential/ours_slab.h"

static struct slab *slab;

void bench_memory_init(void)
{
	slab = ours_slab_install();
	maple_tree_init();
}

unsigned long bench_memory_nodes(void)
{
	return slab_live(slab);
}
