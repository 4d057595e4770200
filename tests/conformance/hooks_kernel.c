// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hooks.h for the reference: the kernel's own lib/maple_tree.c. */
#include <linux/maple_tree.h>

#include "tests/conformance/hooks.h"
#include "tests/differential/slab.h"

extern struct slab *tv_kernel_slab;

void conformance_init(void)
{
	maple_tree_init();
	slab_set_strict(tv_kernel_slab);
	slab_set_nowait_budget(tv_kernel_slab, 0);
}

struct slab *conformance_slab(void)
{
	return tv_kernel_slab;
}
