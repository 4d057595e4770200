/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "verifier_sim/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLAB_SIZE	(256u << 10)

/* In front of what the system gave: slabs are a stack, large blocks a ring so that one can leave. */
struct vs_pool_block {
	struct vs_pool_block *next, *prev;
	size_t size;
	size_t pad;
};

void vs_pool_init(struct vs_pool *pool, size_t limit)
{
	memset(pool, 0, sizeof(*pool));
	pool->limit = limit;
}

static void free_chain(struct vs_pool_block *block)
{
	while (block) {
		struct vs_pool_block *next = block->next;

		free(block);
		block = next;
	}
}

void vs_pool_fini(struct vs_pool *pool)
{
	free_chain(pool->slabs);
	free_chain(pool->large);
	memset(pool, 0, sizeof(*pool));
}

static struct vs_pool_block *take(struct vs_pool *pool, size_t size)
{
	struct vs_pool_block *block;

	if (size > SIZE_MAX - sizeof(*block))
		return NULL;
	size += sizeof(*block);
	if (pool->limit && (size > pool->limit || pool->used > pool->limit - size)) {
		pool->limited = true;
		return NULL;
	}
	block = malloc(size);
	if (!block)
		return NULL;
	block->size = size;
	block->prev = NULL;
	pool->used += size;
	if (pool->used > pool->peak)
		pool->peak = pool->used;
	return block;
}

static void *alloc_large(struct vs_pool *pool, size_t size)
{
	struct vs_pool_block *block = take(pool, size);

	if (!block)
		return NULL;
	block->next = pool->large;
	if (block->next)
		block->next->prev = block;
	pool->large = block;
	return block + 1;
}

static void free_large(struct vs_pool *pool, void *p)
{
	struct vs_pool_block *block = (struct vs_pool_block *)p - 1;

	if (block->next)
		block->next->prev = block->prev;
	if (block->prev)
		block->prev->next = block->next;
	else
		pool->large = block->next;
	pool->used -= block->size;
	free(block);
}

static size_t class_of(size_t size)
{
	return (size - 1) / VS_POOL_GRAIN;
}

void *vs_pool_alloc(struct vs_pool *pool, size_t size)
{
	size_t class, bytes;
	void *p;

	if (!size)
		return NULL;
	class = class_of(size);
	if (class >= VS_POOL_CLASSES)
		return alloc_large(pool, size);
	p = pool->free[class];
	if (p) {
		memcpy(&pool->free[class], p, sizeof(void *));
		return p;
	}
	bytes = (class + 1) * VS_POOL_GRAIN;
	if ((size_t)(pool->bump_end - pool->bump) < bytes) {
		struct vs_pool_block *slab = take(pool, SLAB_SIZE);

		if (!slab)
			return NULL;
		slab->next = pool->slabs;
		pool->slabs = slab;
		pool->bump = (char *)(slab + 1);
		pool->bump_end = pool->bump + SLAB_SIZE;
	}
	p = pool->bump;
	pool->bump += bytes;
	return p;
}

void *vs_pool_zalloc(struct vs_pool *pool, size_t size)
{
	void *p = vs_pool_alloc(pool, size);

	if (p)
		memset(p, 0, size);
	return p;
}

void vs_pool_free(struct vs_pool *pool, void *p, size_t size)
{
	size_t class;

	if (!p || !size)
		return;
	class = class_of(size);
	if (class >= VS_POOL_CLASSES) {
		free_large(pool, p);
		return;
	}
	memcpy(p, &pool->free[class], sizeof(void *));
	pool->free[class] = p;
}
