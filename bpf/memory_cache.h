/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The way most accesses take to their region: a small table by page, as a TLB. Private to bpf/.
 */
#ifndef TV_BPF_MEMORY_CACHE_H
#define TV_BPF_MEMORY_CACHE_H

#include "bpf/memory.h"

#define CACHE_WAYS	64u
#define NO_PAGE		UINT64_MAX

/* A page that was looked up, and whose it is. Never of a region that was removed. */
struct memory_way {
	uint64_t page;			/* address / TV_MEMORY_PAGE, or NO_PAGE */
	struct tv_region *region;
};

/* The first member of struct tv_memory. */
struct memory_cache {
	struct memory_way ways[CACHE_WAYS];
};

/* Past the cache, and into it. */
struct tv_region *memory_search(struct tv_memory *memory, uint64_t addr);

/* What tv_memory_find() does; what is remembered is no part of what its callers see. */
static inline struct tv_region *memory_find(struct tv_memory *memory, uint64_t addr)
{
	const struct memory_cache *cache = (const struct memory_cache *)memory;
	uint64_t page = addr / TV_MEMORY_PAGE;
	const struct memory_way *way = &cache->ways[page % CACHE_WAYS];

	if (way->page == page && addr - way->region->addr < way->region->size)
		return way->region;
	return memory_search(memory, addr);
}

/* The bytes at @addr if they are plain, all of one region, and to be written when @write. */
static inline uint8_t *memory_bytes(struct tv_memory *memory, uint64_t addr, uint64_t size, bool write)
{
	const struct tv_region *region = memory_find(memory, addr);
	uint64_t offset;

	if (!region || !region->bytes || (write && region->read_only))
		return NULL;
	offset = addr - region->addr;
	return size <= region->size - offset ? region->bytes + offset : NULL;
}

#endif
