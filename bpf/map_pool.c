// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Slots in chunks (map_pool.h): a chunk is one region of memory, so an address leads to its slot's bytes. */
#include "bpf/map_pool.h"

#include <errno.h>
#include <stdlib.h>

#define CHUNK_BYTES	(1u << 20)	/* at most, but for a slot that alone is bigger */

struct pool_chunk {
	struct tv_region area;
	uint32_t next_free[];		/* of each slot */
};

void pool_start(struct map_pool *pool, struct tv_map *map, uint32_t stride, uint32_t limit)
{
	*pool = (struct map_pool){
		.map = map, .stride = stride, .limit = limit, .first_free = POOL_NONE,
	};
	while (pool->shift < 31 && (UINT64_C(1) << pool->shift) < limit &&
	       ((uint64_t)stride << (pool->shift + 1)) <= CHUNK_BYTES)
		pool->shift++;
}

void pool_end(struct map_pool *pool)
{
	while (pool->chunk_cnt) {
		struct pool_chunk *chunk = pool->chunks[--pool->chunk_cnt];

		if (chunk)
			map_area_end(pool->map, &chunk->area);
		free(chunk);
	}
	free(pool->chunks);
	pool->chunks = NULL;
}

static uint64_t chunk_size(const struct map_pool *pool)
{
	return sizeof(struct pool_chunk) + (sizeof(uint32_t) << pool->shift);
}

static struct pool_chunk *make_chunk(struct map_pool *pool)
{
	struct pool_chunk *chunk = map_array(pool->map, 1, chunk_size(pool));

	if (chunk && map_area_start(pool->map, &chunk->area, (uint64_t)pool->stride << pool->shift)) {
		map_uncharge(pool->map, chunk_size(pool));
		free(chunk);
		chunk = NULL;
	}
	return chunk;
}

/* Places for chunks: twice as many each time. */
static int reach_place(struct map_pool *pool, uint32_t index)
{
	uint32_t cnt = pool->chunk_cnt ? pool->chunk_cnt : 1;
	struct pool_chunk **chunks;

	if (index < pool->chunk_cnt)
		return 0;
	while (cnt <= index)
		cnt *= 2;
	if (map_charge(pool->map, (uint64_t)(cnt - pool->chunk_cnt) * sizeof(*chunks)))
		return -ENOMEM;
	chunks = reallocarray(pool->chunks, cnt, sizeof(*chunks));
	if (!chunks) {
		map_uncharge(pool->map, (uint64_t)(cnt - pool->chunk_cnt) * sizeof(*chunks));
		return map_no_memory(pool->map);
	}
	for (pool->chunks = chunks; pool->chunk_cnt < cnt; pool->chunk_cnt++)
		chunks[pool->chunk_cnt] = NULL;
	return 0;
}

int pool_reach(struct map_pool *pool, uint32_t slot)
{
	uint32_t index = slot >> pool->shift;
	int err = reach_place(pool, index);

	if (err)
		return err;
	if (!pool->chunks[index])
		pool->chunks[index] = make_chunk(pool);
	return pool->chunks[index] ? 0 : -ENOMEM;
}

static uint32_t index_in_chunk(const struct map_pool *pool, uint32_t slot)
{
	return slot & ((1u << pool->shift) - 1);
}

static uint32_t *next_free(const struct map_pool *pool, uint32_t slot)
{
	return &pool->chunks[slot >> pool->shift]->next_free[index_in_chunk(pool, slot)];
}

int pool_take(struct map_pool *pool, uint32_t *slot)
{
	int err;

	if (pool->first_free != POOL_NONE) {
		*slot = pool->first_free;
		pool->first_free = *next_free(pool, *slot);
		return 0;
	}
	if (pool->used == pool->limit)
		return -E2BIG;
	err = pool_reach(pool, pool->used);
	if (!err)
		*slot = pool->used++;
	return err;
}

void pool_give(struct map_pool *pool, uint32_t slot)
{
	*next_free(pool, slot) = pool->first_free;
	pool->first_free = slot;
}

static const struct tv_region *area_of(const struct map_pool *pool, uint32_t slot)
{
	return &pool->chunks[slot >> pool->shift]->area;
}

uint8_t *pool_bytes(const struct map_pool *pool, uint32_t slot)
{
	return area_of(pool, slot)->bytes + (uint64_t)pool->stride * index_in_chunk(pool, slot);
}

uint64_t pool_address(const struct map_pool *pool, uint32_t slot)
{
	return area_of(pool, slot)->addr + (uint64_t)pool->stride * index_in_chunk(pool, slot);
}
