// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Storage kept with tasks. Whose a task's address is, the caller says (tv_map_room.owner); user
 * space sees that number's lower 32 bits as key, where the kernel has a pidfd.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "bpf/map_pool.h"
#include "bpf/map_table.h"

#define ELEMENT_HEAD	128u			/* sizeof(struct bpf_local_storage_elem) */
#define MOST_VALUE	(UINT16_MAX - ELEMENT_HEAD)
#define GET_F_CREATE	BPF_LOCAL_STORAGE_GET_F_CREATE

struct storage_map {
	struct tv_map map;
	struct map_table table;		/* by owner */
	struct map_pool pool;
};

/* v6.12 kernel/bpf/bpf_local_storage.c: bpf_local_storage_map_alloc_check */
static int check_storage(const struct tv_bpf_map *def)
{
	if (def->flags & ~(BPF_F_NO_PREALLOC | BPF_F_CLONE) || !(def->flags & BPF_F_NO_PREALLOC) ||
	    def->max_entries || def->key_size != sizeof(int) || !def->value_size ||
	    !def->key_type_id || !def->value_type_id)
		return -EINVAL;
	return def->value_size > MOST_VALUE ? -E2BIG : 0;
}

static int start_storage(struct tv_map *map)
{
	struct storage_map *storage = (struct storage_map *)map;

	table_start(&storage->table, map, sizeof(uint64_t));
	pool_start(&storage->pool, map, map->stride, POOL_NONE);
	return 0;
}

static void end_storage(struct tv_map *map)
{
	struct storage_map *storage = (struct storage_map *)map;

	table_end(&storage->table);
	pool_end(&storage->pool);
}

static uint64_t owner_at(const struct tv_map *map, uint64_t object)
{
	return object && map->room->owner ? map->room->owner(map->room->owner_arg, object) : 0;
}

static uint64_t make_storage(struct storage_map *storage, uint64_t owner, const void *init)
{
	uint32_t slot;
	uint8_t *bytes;

	if (pool_take(&storage->pool, &slot))
		return 0;
	if (!table_add(&storage->table, &owner, slot)) {
		pool_give(&storage->pool, slot);
		return 0;
	}
	bytes = pool_bytes(&storage->pool, slot);
	memset(bytes, 0, storage->map.stride);
	if (init)
		map_copy_value(&storage->map, bytes, init);
	return pool_address(&storage->pool, slot);
}

uint64_t tv_map_storage_get(struct tv_map *map, uint64_t object, const void *init, uint64_t flags)
{
	struct storage_map *storage = (struct storage_map *)map;
	uint64_t owner = owner_at(map, object);
	const struct table_entry *entry;

	if (map->kind != &map_kind_task_storage || flags & ~(uint64_t)GET_F_CREATE || !owner)
		return 0;
	entry = table_find(&storage->table, &owner);
	if (entry)
		return pool_address(&storage->pool, entry_slot(entry));
	return flags & GET_F_CREATE ? make_storage(storage, owner, init) : 0;
}

int tv_map_storage_delete(struct tv_map *map, uint64_t object)
{
	struct storage_map *storage = (struct storage_map *)map;
	uint64_t owner = owner_at(map, object);
	struct table_entry *entry;
	uint32_t slot;

	if (map->kind != &map_kind_task_storage || !object)
		return -EINVAL;
	entry = table_find(&storage->table, &owner);
	if (!entry)
		return -ENOENT;
	slot = entry_slot(entry);
	table_remove(&storage->table, entry);
	pool_give(&storage->pool, slot);
	return 0;
}

/* The entry whose key is shown as @key. */
static struct table_entry *find_shown(const struct storage_map *storage, const void *key)
{
	struct table_entry *entry = table_first(&storage->table);

	while (entry && memcmp(entry_key(entry), key, sizeof(uint32_t)))
		entry = entry_next(entry);
	return entry;
}

static int next_key(const struct tv_map *map, const void *prev, void *key)
{
	const struct storage_map *storage = (const struct storage_map *)map;
	const struct table_entry *entry = prev ? find_shown(storage, prev) : NULL;

	entry = entry ? entry_next(entry) : table_first(&storage->table);
	if (!entry)
		return -ENOENT;
	memcpy(key, entry_key(entry), sizeof(uint32_t));
	return 0;
}

static void *value_of(const struct tv_map *map, const void *key, uint32_t cpu)
{
	const struct storage_map *storage = (const struct storage_map *)map;
	const struct table_entry *entry = find_shown(storage, key);

	return entry ? pool_bytes(&storage->pool, entry_slot(entry)) : NULL;
}

const struct map_kind map_kind_task_storage = {
	.size = sizeof(struct storage_map),
	.check = check_storage,
	.start = start_storage,
	.end = end_storage,
	.next_key = next_key,
	.value = value_of,
};
