/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The elements of a map that has no fixed place for a key: slots of one size, with addresses for
 * programs. What is given back keeps its content until it is taken again, the last one first, as
 * in the kernel's free lists: a program that still has its address finds it, or what came after.
 * Private to the maps of bpf/map_instance.h.
 */
#ifndef TV_BPF_MAP_POOL_H
#define TV_BPF_MAP_POOL_H

#include "bpf/map_kind.h"

#define POOL_NONE	UINT32_MAX	/* no slot */

struct pool_chunk;

struct map_pool {
	struct tv_map *map;
	struct pool_chunk **chunks;	/* each has 1 << shift slots; made when first needed */
	uint32_t chunk_cnt;
	uint32_t stride;		/* bytes of a slot */
	uint32_t shift;
	uint32_t limit, used;		/* slots: there may be, were ever taken */
	uint32_t first_free;
};

/* Nothing is allocated yet. */
void pool_start(struct map_pool *pool, struct tv_map *map, uint32_t stride, uint32_t limit);
void pool_end(struct map_pool *pool);

/* A slot: 0, -E2BIG when all are taken, -ENOMEM. */
int pool_take(struct map_pool *pool, uint32_t *slot);
void pool_give(struct map_pool *pool, uint32_t slot);
/* For who counts slots alone: memory for @slot. 0 or -ENOMEM. Not with take and give. */
int pool_reach(struct map_pool *pool, uint32_t slot);

/* Of a slot that was taken (reached) once. */
uint8_t *pool_bytes(const struct map_pool *pool, uint32_t slot);
uint64_t pool_address(const struct map_pool *pool, uint32_t slot);

#endif
