// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "maple/alloc.h"
#include "maple/maple_tree.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/nodes.h"

/*
 * Memory checkers watch each node; elsewhere those that were freed are used again: that is faster
 * than malloc().
 */
#define SPARE	1024
#if defined(__SANITIZE_ADDRESS__)
#define REUSES	false
#elif defined(__has_feature)
#define REUSES	(!__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer))
#else
#define REUSES	true
#endif

static struct {
	unsigned long until_failure;	/* 0: none is planned */
	int failed;
	struct rcu_head *waiting;	/* for the grace period */
	void (*then)(struct rcu_head *head);
	unsigned int nr_spare;
	void *spare[SPARE];
} nodes;

static void *nodes_create(size_t size, size_t align)
{
	return &nodes;
}

static void *nodes_alloc(void *slab, gfp_t gfp)
{
	if (nodes.until_failure) {
		if (nodes.until_failure == 1) {
			nodes.failed = 1;
			return NULL;
		}
		nodes.until_failure--;
	}
	if (nodes.nr_spare)
		return nodes.spare[--nodes.nr_spare];
	return aligned_alloc(sizeof(struct maple_node), sizeof(struct maple_node));
}

static void nodes_free(void *slab, void *node)
{
	if (REUSES && nodes.nr_spare < SPARE)
		nodes.spare[nodes.nr_spare++] = node;
	else
		free(node);
}

static size_t nodes_alloc_bulk(void *slab, gfp_t gfp, size_t count, void **into)
{
	size_t i;

	for (i = 0; i < count; i++) {
		into[i] = nodes_alloc(slab, gfp);
		if (!into[i])
			break;
	}
	if (i == count)
		return count;
	while (i--)
		nodes_free(slab, into[i]);
	return 0;
}

static void nodes_free_bulk(void *slab, size_t count, void **which)
{
	while (count--)
		nodes_free(slab, which[count]);
}

/* The tree has at most one batch under way. */
static void nodes_free_rcu(void *slab, struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	fuzz_require(!nodes.waiting, "two batches of nodes wait for a grace period");
	nodes.waiting = head;
	nodes.then = func;
}

void fuzz_nodes_grace(void)
{
	struct rcu_head *head;

	while ((head = nodes.waiting)) {
		nodes.waiting = NULL;
		nodes.then(head);
	}
}

void fuzz_nodes_fail(unsigned long nth)
{
	nodes.until_failure = nth;
	nodes.failed = 0;
}

int fuzz_nodes_failed(void)
{
	return nodes.failed;
}

void fuzz_nodes_use(void)
{
	static const struct tv_maple_ops ops = {
		.name = "fuzz", .create = nodes_create, .alloc = nodes_alloc,
		.alloc_bulk = nodes_alloc_bulk, .free = nodes_free, .free_bulk = nodes_free_bulk,
		.free_rcu = nodes_free_rcu,
	};

	fuzz_require(!tv_maple_set_allocator(&ops), "nodes are in use");
}
