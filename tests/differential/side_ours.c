// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The side of maple/. */
#include "tests/differential/side_tree.h"

#include "tests/differential/ours_slab.h"

static struct slab *slab;

static void init(void)
{
	slab = ours_slab_install();
	slab_set_strict(slab);
	maple_tree_init();
}

static const char *broken(struct sided_tree *tree)
{
	const char *reason = NULL;

	return tv_mt_validate(&tree->mt, &reason, NULL) ? reason ? reason : "no reason given" : NULL;
}

static void refuse_nowait(bool on)
{
	slab_set_nowait_budget(slab, on ? 0 : SLAB_UNLIMITED);
}

unsigned long side_live(void)
{
	return slab_live(slab);
}

unsigned long side_allocations(void)
{
	return slab_total(slab);
}

void side_empty(struct maple_tree *mt)
{
	mtree_destroy(mt);
}

static bool kernel_at_work(const char *pc)
{
	return false;
}

const struct side side_ours = {
	.name = "ours", .init = init, .create = side_create, .destroy = side_destroy,
	.apply = side_apply, .list = side_list, .shape = side_shape, .broken = broken,
	.live = side_live, .refuse_nowait = refuse_nowait,
	.kernel_at_work = kernel_at_work,
};
