// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* See ours_slab.h. */
#include "tests/differential/ours_slab.h"

#include "maple/alloc.h"

static struct slab *installed;

static void *create(size_t size, size_t align)
{
	installed = slab_create(size, align);
	return installed;
}

static void *alloc(void *slab, gfp_t gfp)
{
	return slab_alloc(slab, gfpflags_allow_blocking(gfp));
}

static size_t alloc_bulk(void *slab, gfp_t gfp, size_t count, void **nodes)
{
	return slab_alloc_bulk(slab, gfpflags_allow_blocking(gfp), count, nodes);
}

static void give_back(void *slab, void *node)
{
	slab_free(slab, node);
}

static void give_back_bulk(void *slab, size_t count, void **nodes)
{
	slab_free_bulk(slab, count, nodes);
}

static void free_rcu(void *slab, struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	call_rcu(head, func);
}

static const struct tv_maple_ops ops = {
	.name = "tests",
	.create = create,
	.alloc = alloc,
	.alloc_bulk = alloc_bulk,
	.free = give_back,
	.free_bulk = give_back_bulk,
	.free_rcu = free_rcu,
};

struct slab *ours_slab_install(void)
{
	int err = tv_maple_set_allocator(&ops);

	if (err || !installed) {
		fprintf(stderr, "ours_slab: the allocator was refused (%d)\n", err);
		abort();
	}
	return installed;
}
