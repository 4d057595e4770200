// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Hash maps and per-CPU hash maps.
 *
 * An update of a key that is there gives it another element, and the old one keeps its content for
 * a while. A preallocated map keeps one element a CPU aside for this (v6.12 kernel/bpf/hashtab.c:
 * extra_elems), so the old one comes back with the next such update; without preallocation it goes to
 * the free list at once. Values of a per-CPU map are changed where they are.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>

#include "bpf/map_hash.h"

struct plain_hash {
	struct hash_map hash;
	uint32_t *spare;	/* of each CPU: a slot, or POOL_NONE; NULL: none are kept */
};

static bool keeps_spare(const struct tv_map *map)
{
	return !map->kind->percpu && !(map->def->flags & BPF_F_NO_PREALLOC);
}

static int start_hash(struct tv_map *map)
{
	struct plain_hash *plain = (struct plain_hash *)map;
	uint32_t i, cpus = map->room->nr_cpus;
	int err;

	/* one more: what replaces is taken before what is replaced is given back */
	err = hash_start(&plain->hash, map->max_entries + (keeps_spare(map) ? cpus : 1));
	if (err || !keeps_spare(map))
		return err;
	plain->spare = map_array(map, cpus, sizeof(*plain->spare));
	if (!plain->spare)
		return -ENOMEM;
	for (i = 0; i < cpus; i++)
		plain->spare[i] = POOL_NONE;
	return 0;
}

static void end_hash(struct tv_map *map)
{
	struct plain_hash *plain = (struct plain_hash *)map;

	hash_end(&plain->hash);
	free(plain->spare);
}

static uint64_t lookup_hash(struct tv_map *map, uint32_t cpu, const void *key)
{
	struct hash_map *hash = (struct hash_map *)map;
	const struct table_entry *entry = table_find(&hash->table, key);

	if (!entry || cpu >= map->room->nr_cpus)
		return 0;
	return hash_slot_address(hash, entry_slot(entry), cpu);
}

static int insert(struct hash_map *hash, uint32_t cpu, const void *key, const void *value)
{
	uint32_t slot;
	int err;

	if (table_cnt(&hash->table) >= hash->map.max_entries)
		return -E2BIG;
	err = pool_take(&hash->pool, &slot);
	if (err)
		return err;
	if (!table_add(&hash->table, key, slot)) {
		pool_give(&hash->pool, slot);
		return -ENOMEM;
	}
	hash_slot_begin(hash, slot, cpu, value);
	return 0;
}

/* Another slot for what is there. */
static int take_for_replacement(struct plain_hash *plain, uint32_t cpu, uint32_t *slot)
{
	if (!plain->spare || plain->spare[cpu] == POOL_NONE)
		return pool_take(&plain->hash.pool, slot);
	*slot = plain->spare[cpu];
	return 0;
}

static int replace(struct plain_hash *plain, struct table_entry *entry, uint32_t cpu,
		   const void *value)
{
	struct hash_map *hash = &plain->hash;
	uint32_t old = entry_slot(entry), slot;
	int err;

	err = take_for_replacement(plain, cpu, &slot);
	if (err)
		return err;
	hash_slot_begin(hash, slot, cpu, value);
	entry_set_slot(entry, slot);
	hash_slot_clear(hash, old);
	if (plain->spare)
		plain->spare[cpu] = old;
	else
		pool_give(&hash->pool, old);
	return 0;
}

static int update_hash(struct tv_map *map, uint32_t cpu, const void *key, const void *value,
		       uint64_t flags)
{
	uint64_t what = flags & ~(uint64_t)BPF_F_LOCK;
	struct hash_map *hash = (struct hash_map *)map;
	struct table_entry *entry;
	int err;

	if (what > BPF_EXIST || (flags & BPF_F_LOCK && !map_has_lock(map)))
		return -EINVAL;
	entry = table_find(&hash->table, key);
	err = map_check_exists(what, entry);
	if (err)
		return err;
	if (!entry)
		return insert(hash, cpu, key, value);
	if (!(flags & BPF_F_LOCK))
		return replace((struct plain_hash *)map, entry, cpu, value);
	map_copy_value(map, hash_slot_bytes(hash, entry_slot(entry), cpu), value);
	return 0;
}

static int update_percpu_hash(struct tv_map *map, uint32_t cpu, const void *key, const void *value,
			      uint64_t flags)
{
	struct hash_map *hash = (struct hash_map *)map;
	struct table_entry *entry;
	int err;

	if (flags > BPF_EXIST)
		return -EINVAL;
	entry = table_find(&hash->table, key);
	err = map_check_exists(flags, entry);
	if (err)
		return err;
	if (!entry)
		return insert(hash, cpu, key, value);
	map_copy_value(map, hash_slot_bytes(hash, entry_slot(entry), cpu), value);
	return 0;
}

static int remove_from_hash(struct tv_map *map, const void *key)
{
	struct hash_map *hash = (struct hash_map *)map;
	struct table_entry *entry = table_find(&hash->table, key);
	uint32_t slot;

	if (!entry)
		return -ENOENT;
	slot = entry_slot(entry);
	table_remove(&hash->table, entry);
	hash_slot_clear(hash, slot);
	pool_give(&hash->pool, slot);
	return 0;
}

const struct map_kind map_kind_hash = {
	.size = sizeof(struct plain_hash),
	.check = hash_check,
	.start = start_hash,
	.end = end_hash,
	.lookup = lookup_hash,
	.update = update_hash,
	.remove = remove_from_hash,
	.next_key = hash_next_key,
	.value = hash_value,
	.cursor_begin = hash_cursor_begin,
	.cursor_next = hash_cursor_next,
	.cursor_end = hash_cursor_end,
};

const struct map_kind map_kind_percpu_hash = {
	.size = sizeof(struct plain_hash),
	.percpu = true,
	.check = hash_check,
	.start = start_hash,
	.end = end_hash,
	.lookup = lookup_hash,
	.update = update_percpu_hash,
	.remove = remove_from_hash,
	.next_key = hash_next_key,
	.value = hash_value,
	.cursor_begin = hash_cursor_begin,
	.cursor_next = hash_cursor_next,
	.cursor_end = hash_cursor_end,
};
