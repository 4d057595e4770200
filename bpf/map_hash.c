// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the hash maps share (map_hash.h). */
#include "bpf/map_hash.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#define ELEMENT_HEAD	48u		/* sizeof(struct htab_elem), before the key */
#define MOST_ENTRIES	(1u << 27)	/* buckets of 16 bytes must stay below 4 GiB */

static bool is_percpu(const struct tv_bpf_map *def)
{
	return def->type == BPF_MAP_TYPE_PERCPU_HASH || def->type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

static bool is_lru(const struct tv_bpf_map *def)
{
	return def->type == BPF_MAP_TYPE_LRU_HASH || def->type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

int hash_check(const struct tv_bpf_map *def)
{
	uint32_t allowed = BPF_F_NO_PREALLOC | BPF_F_NO_COMMON_LRU | BPF_F_NUMA_NODE |
			   BPF_F_ZERO_SEED | MAP_ACCESS_FLAGS;

	if (def->flags & ~allowed || !map_access_ok(def->flags))
		return -EINVAL;
	if (def->flags & BPF_F_NO_COMMON_LRU && !is_lru(def))
		return -EINVAL;
	if (def->flags & BPF_F_NO_PREALLOC && is_lru(def))
		return -MAP_ENOTSUPP;
	if (def->flags & BPF_F_NUMA_NODE && (is_percpu(def) || def->flags & BPF_F_NO_COMMON_LRU))
		return -EINVAL;
	if (!def->max_entries || !def->key_size || !def->value_size)
		return -EINVAL;
	if ((uint64_t)def->key_size + def->value_size >= MAP_KMALLOC_MAX - ELEMENT_HEAD)
		return -E2BIG;
	if (is_percpu(def) && def->value_size > MAP_PERCPU_MAX)
		return -E2BIG;
	return def->max_entries > MOST_ENTRIES ? -E2BIG : 0;
}

int hash_start(struct hash_map *hash, uint32_t limit)
{
	uint64_t stride = (uint64_t)hash->map.stride;

	if (hash->map.kind->percpu)
		stride *= hash->map.room->nr_cpus;
	if (stride > UINT32_MAX)
		return -ENOMEM;
	table_start(&hash->table, &hash->map, hash->map.def->key_size);
	pool_start(&hash->pool, &hash->map, stride, limit);
	return 0;
}

void hash_end(struct hash_map *hash)
{
	table_end(&hash->table);
	pool_end(&hash->pool);
}

static uint64_t offset_of(const struct hash_map *hash, uint32_t cpu)
{
	return hash->map.kind->percpu ? (uint64_t)hash->map.stride * cpu : 0;
}

uint64_t hash_slot_address(const struct hash_map *hash, uint32_t slot, uint32_t cpu)
{
	return pool_address(&hash->pool, slot) + offset_of(hash, cpu);
}

uint8_t *hash_slot_bytes(const struct hash_map *hash, uint32_t slot, uint32_t cpu)
{
	return pool_bytes(&hash->pool, slot) + offset_of(hash, cpu);
}

void hash_slot_begin(const struct hash_map *hash, uint32_t slot, uint32_t cpu, const void *value)
{
	if (hash->map.kind->percpu)
		memset(pool_bytes(&hash->pool, slot), 0, hash->pool.stride);
	map_copy_value(&hash->map, hash_slot_bytes(hash, slot, cpu), value);
}

void hash_slot_clear(const struct hash_map *hash, uint32_t slot)
{
	uint32_t cpu, cnt = hash->map.kind->percpu ? hash->map.room->nr_cpus : 1;

	for (cpu = 0; cpu < cnt; cpu++)
		map_clear_fields(&hash->map, hash_slot_bytes(hash, slot, cpu));
}

int hash_next_key(const struct tv_map *map, const void *prev, void *key)
{
	return table_next_key(&((const struct hash_map *)map)->table, prev, key);
}

void *hash_value(const struct tv_map *map, const void *key, uint32_t cpu)
{
	const struct hash_map *hash = (const struct hash_map *)map;
	const struct table_entry *entry = table_find(&hash->table, key);

	if (!entry || cpu >= map->room->nr_cpus)
		return NULL;
	return hash_slot_bytes(hash, entry_slot(entry), cpu);
}

void hash_cursor_begin(struct tv_map_cursor *cursor)
{
	table_cursor_begin(&((struct hash_map *)cursor->map)->table, cursor);
}

bool hash_cursor_next(struct tv_map_cursor *cursor, uint32_t cpu, const void **key,
		      uint64_t *value)
{
	const struct table_entry *entry = table_cursor_next(cursor);

	if (!entry)
		return false;
	*key = entry_key(entry);
	*value = hash_slot_address((struct hash_map *)cursor->map, entry_slot(entry), cpu);
	return true;
}

void hash_cursor_end(struct tv_map_cursor *cursor)
{
	table_cursor_end(&((struct hash_map *)cursor->map)->table, cursor);
}
