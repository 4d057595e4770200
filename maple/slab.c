// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The allocators that come with the tree: blocks with a free list, plain malloc, and one that fails
 * on demand.
 */
#include "maple/internal.h"

/* liburcu's callback thread frees; a grace period ends in terms ThreadSanitizer follows. */
static void free_after_readers(void *slab, struct rcu_head *head,
			       void (*func)(struct rcu_head *head))
{
	call_rcu(head, func);
}

/* --- slab: last freed, first given -------------------------------------------------------- */

#define NODES_A_BLOCK	128

struct free_node {
	struct free_node *next;
};

/* Blocks are kept for the life of the process: trees come and go, their memory is reused. */
struct slab {
	spinlock_t lock;
	size_t size, align;
	struct free_node *free;
	struct slab_block *blocks;	/* so that leak checkers find them */
};

struct slab_block {
	struct slab_block *next;
	void *memory;
};

static struct slab the_slab;

static void *slab_create(size_t size, size_t align)
{
	the_slab.size = size;
	the_slab.align = align;
	return &the_slab;
}

/* Under the lock. False when the system has no more memory. */
static bool slab_grow(struct slab *slab)
{
	struct slab_block *block = malloc(sizeof(*block));
	size_t i;

	if (!block)
		return false;
	block->memory = aligned_alloc(slab->align, slab->size * NODES_A_BLOCK);
	if (!block->memory) {
		free(block);
		return false;
	}
	block->next = slab->blocks;
	slab->blocks = block;
	for (i = NODES_A_BLOCK; i--; ) {
		struct free_node *node = (void *)((char *)block->memory + i * slab->size);

		node->next = slab->free;
		slab->free = node;
	}
	return true;
}

static size_t slab_alloc_bulk(void *from, gfp_t gfp, size_t count, void **nodes)
{
	struct slab *slab = from;
	size_t got;

	spin_lock(&slab->lock);
	for (got = 0; got < count; got++) {
		if (!slab->free && !slab_grow(slab))
			break;
		nodes[got] = slab->free;
		slab->free = slab->free->next;
	}
	if (got < count) {
		while (got) {
			struct free_node *node = nodes[--got];

			node->next = slab->free;
			slab->free = node;
		}
		count = 0;
	}
	spin_unlock(&slab->lock);
	return count;
}

static void *slab_alloc(void *slab, gfp_t gfp)
{
	void *node;

	return slab_alloc_bulk(slab, gfp, 1, &node) ? node : NULL;
}

static void slab_free_bulk(void *to, size_t count, void **nodes)
{
	struct slab *slab = to;
	size_t i;

	spin_lock(&slab->lock);
	for (i = 0; i < count; i++) {
		struct free_node *node = nodes[i];

		node->next = slab->free;
		slab->free = node;
	}
	spin_unlock(&slab->lock);
}

static void slab_free(void *slab, void *node)
{
	slab_free_bulk(slab, 1, &node);
}

const struct tv_maple_ops tv_maple_slab_ops = {
	.name = "slab",
	.create = slab_create,
	.alloc = slab_alloc,
	.alloc_bulk = slab_alloc_bulk,
	.free = slab_free,
	.free_bulk = slab_free_bulk,
	.free_rcu = free_after_readers,
};

/* --- malloc ------------------------------------------------------------------------------- */

struct sizes {
	size_t size, align;
};

static struct sizes sizes;

static void *malloc_create(size_t size, size_t align)
{
	sizes.size = size;
	sizes.align = align;
	return &sizes;
}

static void *malloc_alloc(void *slab, gfp_t gfp)
{
	const struct sizes *of = slab;

	return aligned_alloc(of->align, of->size);
}

static void malloc_free(void *slab, void *node)
{
	free(node);
}

static void malloc_free_bulk(void *slab, size_t count, void **nodes)
{
	while (count--)
		free(nodes[count]);
}

/* One by one with @one; what was got is given back when one fails. */
static size_t each_or_none(void *slab, gfp_t gfp, size_t count, void **nodes,
			   void *(*one)(void *slab, gfp_t gfp))
{
	size_t got;

	for (got = 0; got < count; got++) {
		nodes[got] = one(slab, gfp);
		if (!nodes[got]) {
			malloc_free_bulk(slab, got, nodes);
			return 0;
		}
	}
	return count;
}

static size_t malloc_alloc_bulk(void *slab, gfp_t gfp, size_t count, void **nodes)
{
	return each_or_none(slab, gfp, count, nodes, malloc_alloc);
}

const struct tv_maple_ops tv_maple_malloc_ops = {
	.name = "malloc",
	.create = malloc_create,
	.alloc = malloc_alloc,
	.alloc_bulk = malloc_alloc_bulk,
	.free = malloc_free,
	.free_bulk = malloc_free_bulk,
	.free_rcu = free_after_readers,
};

/* --- failing ------------------------------------------------------------------------------ */

static unsigned long fail_from, fail_asked;

void tv_maple_fail_nth(unsigned long nth)
{
	WRITE_ONCE(fail_from, nth);
	WRITE_ONCE(fail_asked, 0);
}

unsigned long tv_maple_fail_asked(void)
{
	return READ_ONCE(fail_asked);
}

static void *failing_alloc(void *slab, gfp_t gfp)
{
	unsigned long nth = __atomic_add_fetch(&fail_asked, 1, __ATOMIC_RELAXED);
	unsigned long from = READ_ONCE(fail_from);

	return from && nth >= from ? NULL : malloc_alloc(slab, gfp);
}

static size_t failing_alloc_bulk(void *slab, gfp_t gfp, size_t count, void **nodes)
{
	return each_or_none(slab, gfp, count, nodes, failing_alloc);
}

const struct tv_maple_ops tv_maple_failing_ops = {
	.name = "failing",
	.create = malloc_create,
	.alloc = failing_alloc,
	.alloc_bulk = failing_alloc_bulk,
	.free = malloc_free,
	.free_bulk = malloc_free_bulk,
	.free_rcu = free_after_readers,
};
