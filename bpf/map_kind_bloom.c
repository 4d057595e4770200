// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bloom filters. As many bits and hash functions as in the kernel; the hash is another, since the
 * kernel's has a random seed: which values are found by mistake differs there from map to map.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/map_kind.h"

#define HASHES_DEFAULT	5u

struct bloom_map {
	struct tv_map map;
	uint8_t *bits;
	uint32_t mask;
	uint32_t hashes;
};

static int check_bloom(const struct tv_bpf_map *def)
{
	if (def->value_size > MAP_KMALLOC_MAX)
		return -E2BIG;
	if (def->key_size || !def->value_size || !def->max_entries || def->extra & ~UINT64_C(15) ||
	    def->flags & ~(BPF_F_NUMA_NODE | BPF_F_ZERO_SEED | MAP_ACCESS_FLAGS) ||
	    !map_access_ok(def->flags))
		return -EINVAL;
	return 0;
}

/* v6.12 kernel/bpf/bloom_filter.c: 7/5 bits a value and hash, to a power of two from 64 to 2^32 */
static uint32_t bit_mask(uint32_t max_entries, uint32_t hashes)
{
	uint64_t bits = (uint64_t)max_entries * hashes, power = 64;

	if (bits > UINT32_MAX || bits / 5 * 7 > (UINT64_C(1) << 31))
		return UINT32_MAX;
	while (power < bits / 5 * 7)
		power *= 2;
	return power - 1;
}

static int start_bloom(struct tv_map *map)
{
	struct bloom_map *bloom = (struct bloom_map *)map;

	bloom->hashes = map->def->extra ? map->def->extra : HASHES_DEFAULT;
	bloom->mask = bit_mask(map->max_entries, bloom->hashes);
	bloom->bits = map_array(map, ((uint64_t)bloom->mask + 1) / 8, 1);
	return bloom->bits ? 0 : -ENOMEM;
}

static void end_bloom(struct tv_map *map)
{
	free(((struct bloom_map *)map)->bits);
}

/* FNV-1a over the bytes, begun with the number of the hash function, stirred as Murmur3 ends. */
static uint32_t bit_of(const struct bloom_map *bloom, const uint8_t *value, uint32_t nth)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ nth * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t i;

	for (i = 0; i < bloom->map.def->value_size; i++)
		hash = (hash ^ value[i]) * UINT64_C(0x100000001b3);
	hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
	hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (hash ^ hash >> 33) & bloom->mask;
}

static int push(struct tv_map *map, const void *value, uint64_t flags)
{
	struct bloom_map *bloom = (struct bloom_map *)map;
	uint32_t i, bit;

	if (flags != BPF_ANY)
		return -EINVAL;
	for (i = 0; i < bloom->hashes; i++) {
		bit = bit_of(bloom, value, i);
		bloom->bits[bit / 8] |= 1u << bit % 8;
	}
	return 0;
}

/* Not there for certain, or there as far as the filter knows. */
static int peek(struct tv_map *map, void *value)
{
	const struct bloom_map *bloom = (const struct bloom_map *)map;
	uint32_t i, bit;

	for (i = 0; i < bloom->hashes; i++) {
		bit = bit_of(bloom, value, i);
		if (!(bloom->bits[bit / 8] & 1u << bit % 8))
			return -ENOENT;
	}
	return 0;
}

const struct map_kind map_kind_bloom_filter = {
	.size = sizeof(struct bloom_map),
	.check = check_bloom,
	.start = start_bloom,
	.end = end_bloom,
	.push = push,
	.peek = peek,
};
