// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* hooks.h for maple/. */
#include "maple/maple_tree.h"
#include "tests/conformance/hooks.h"
#include "tests/differential/ours_slab.h"

static struct slab *slab;

void conformance_init(void)
{
	slab = ours_slab_install();
	maple_tree_init();
	slab_set_strict(slab);
	slab_set_nowait_budget(slab, 0);
}

struct slab *conformance_slab(void)
{
	return slab;
}
