// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Regions (memory.h): spans in ascending order of address, since addresses are only ever given out
 * upwards. A span stays when its region goes, so that messages can say what was there.
 */
#include "bpf/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/memory_cache.h"

#define FIRST_SPANS	64u
#define MEMORY_END	(TV_MEMORY_BASE + (UINT64_C(1) << TV_MEMORY_BITS))
#define NULL_PAGE	4096u

struct span {
	uint64_t start, size;
	struct tv_region *region;	/* NULL: it was removed */
	const char *name;
};

struct tv_memory {
	struct memory_cache cache;
	struct span *spans;
	size_t cnt, room;
	uint64_t next;			/* address of the next region */
};

struct tv_memory *tv_memory_create(void)
{
	struct tv_memory *memory = calloc(1, sizeof(*memory));
	size_t i;

	if (!memory)
		return NULL;
	memory->next = TV_MEMORY_BASE;
	for (i = 0; i < CACHE_WAYS; i++)
		memory->cache.ways[i].page = NO_PAGE;
	return memory;
}

void tv_memory_destroy(struct tv_memory *memory)
{
	if (!memory)
		return;
	free(memory->spans);
	free(memory);
}

/* Neighbours that are gone and had the same name become one: what comes and goes costs nothing. */
static void join_freed(struct tv_memory *memory)
{
	size_t from, to = 0;

	for (from = 1; from < memory->cnt; from++) {
		struct span *last = &memory->spans[to], *span = &memory->spans[from];

		if (!last->region && !span->region && last->name == span->name)
			last->size = span->start + span->size - last->start;
		else
			memory->spans[++to] = *span;
	}
	if (memory->cnt)
		memory->cnt = to + 1;
}

static int make_room(struct tv_memory *memory)
{
	size_t room = memory->room ? memory->room * 2 : FIRST_SPANS;
	struct span *spans;

	if (memory->cnt < memory->room)
		return 0;
	join_freed(memory);
	if (memory->room && memory->cnt <= memory->room / 2)
		return 0;
	spans = reallocarray(memory->spans, room, sizeof(*spans));
	if (!spans)
		return -ENOMEM;
	memory->spans = spans;
	memory->room = room;
	return 0;
}

int tv_memory_add(struct tv_memory *memory, struct tv_region *region)
{
	uint64_t left = MEMORY_END - memory->next, pages;

	if (region->size > left)
		return -ENOSPC;
	/* the byte behind a region is no region's */
	pages = region->size / TV_MEMORY_PAGE + 1;
	if (pages > left / TV_MEMORY_PAGE)
		return -ENOSPC;
	if (make_room(memory))
		return -ENOMEM;
	region->addr = memory->next;
	memory->next += pages * TV_MEMORY_PAGE;
	memory->spans[memory->cnt++] = (struct span){
		.start = region->addr, .size = region->size, .region = region, .name = region->name,
	};
	return 0;
}

/* The last span that begins at or below @addr; NULL. */
static struct span *span_below(const struct tv_memory *memory, uint64_t addr)
{
	size_t low = 0, high = memory->cnt;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memory->spans[middle].start <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &memory->spans[low - 1] : NULL;
}

void tv_memory_remove(struct tv_memory *memory, struct tv_region *region)
{
	struct span *span = span_below(memory, region->addr);
	size_t i;

	if (!span || span->region != region)
		return;
	span->region = NULL;
	for (i = 0; i < CACHE_WAYS; i++)
		if (memory->cache.ways[i].region == region)
			memory->cache.ways[i] = (struct memory_way){ .page = NO_PAGE };
}

struct tv_region *tv_memory_find(const struct tv_memory *memory, uint64_t addr)
{
	return memory_find((struct tv_memory *)memory, addr);
}

struct tv_region *memory_search(struct tv_memory *memory, uint64_t addr)
{
	const struct span *span = span_below(memory, addr);
	uint64_t page = addr / TV_MEMORY_PAGE;

	if (!span || !span->region || addr - span->start >= span->size)
		return NULL;
	memory->cache.ways[page % CACHE_WAYS] = (struct memory_way){ .page = page, .region = span->region };
	return span->region;
}

bool tv_memory_was(const struct tv_memory *memory, uint64_t addr)
{
	const struct span *span = span_below(memory, addr);

	return span && addr - span->start < span->size;
}

const char *tv_memory_describe(const struct tv_memory *memory, uint64_t addr, char *buf, size_t size)
{
	const struct span *span = span_below(memory, addr);
	uint64_t offset = span ? addr - span->start : 0;
	const char *freed = span && !span->region ? "freed: " : "";

	if (addr < NULL_PAGE)
		snprintf(buf, size, "NULL+%" PRIu64, addr);
	else if (span && offset < span->size)
		snprintf(buf, size, "%s%s+%" PRIu64, freed, span->name, offset);
	else if (span && offset - span->size < TV_MEMORY_PAGE)
		snprintf(buf, size, "%" PRIu64 " bytes past %s%s", offset - span->size, freed, span->name);
	else
		snprintf(buf, size, "address 0x%" PRIx64, addr);
	return buf;
}

void *tv_memory_bytes(const struct tv_memory *memory, uint64_t addr, uint64_t size, bool write)
{
	return memory_bytes((struct tv_memory *)memory, addr, size, write);
}

static int cannot(const struct tv_memory *memory, uint64_t addr, uint64_t size, const char *how,
		  char *why, size_t why_size)
{
	char place[128];

	if (why_size)
		snprintf(why, why_size, "%" PRIu64 " bytes cannot be %s at %s", size, how,
			 tv_memory_describe(memory, addr, place, sizeof(place)));
	return -EFAULT;
}

/* The region that holds all of it; NULL. */
static struct tv_region *whole(const struct tv_memory *memory, uint64_t addr, uint64_t size)
{
	struct tv_region *region = memory_find((struct tv_memory *)memory, addr);

	return region && size <= region->size - (addr - region->addr) ? region : NULL;
}

int tv_memory_read(const struct tv_memory *memory, uint64_t addr, void *to, uint64_t size,
		   bool probing, char *why, size_t why_size)
{
	struct tv_region *region = whole(memory, addr, size);

	if (region && region->bytes) {
		memmove(to, region->bytes + (addr - region->addr), size);
		return 0;
	}
	if (!region || !region->ops || !region->ops->read || size > UINT32_MAX)
		return cannot(memory, addr, size, "read", why, why_size);
	return region->ops->read(region, addr - region->addr, to, size, probing, why, why_size);
}

int tv_memory_write(const struct tv_memory *memory, uint64_t addr, const void *from, uint64_t size,
		    char *why, size_t why_size)
{
	struct tv_region *region = whole(memory, addr, size);

	if (region && region->bytes && !region->read_only) {
		memmove(region->bytes + (addr - region->addr), from, size);
		return 0;
	}
	if (!region || region->bytes || !region->ops || !region->ops->write || size > UINT32_MAX)
		return cannot(memory, addr, size, "written", why, why_size);
	return region->ops->write(region, addr - region->addr, from, size, why, why_size);
}
