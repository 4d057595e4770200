// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * LRU hash maps and per-CPU LRU hash maps: never full, an element that was not used lately goes
 * (map_lru.c says which). As in the kernel an update takes an element before it looks whether
 * the key is there, and so may evict another, or that very key, even when it then fails.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>

#include "bpf/map_hash.h"
#include "bpf/map_lru.h"

struct lru_hash {
	struct hash_map hash;
	struct lru lru;
	struct table_entry **entries;	/* of each slot; NULL: it is free */
};

static void leave(struct lru_hash *lru, uint32_t slot)
{
	table_remove(&lru->hash.table, lru->entries[slot]);
	lru->entries[slot] = NULL;
	hash_slot_clear(&lru->hash, slot);
}

static void evict(void *arg, uint32_t slot)
{
	leave(arg, slot);
}

/* With BPF_F_NO_COMMON_LRU each CPU has the same number of elements, at least one. */
static uint32_t rounded(uint32_t max_entries, uint32_t cpus)
{
	uint64_t up = ((uint64_t)max_entries + cpus - 1) / cpus * cpus;

	return up > UINT32_MAX ? (uint64_t)(max_entries / cpus) * cpus : up;
}

static int start_lru(struct tv_map *map)
{
	bool per_cpu = map->def->flags & BPF_F_NO_COMMON_LRU;
	struct lru_hash *lru = (struct lru_hash *)map;
	int err;

	if (per_cpu)
		map->max_entries = rounded(map->max_entries, map->room->nr_cpus);
	err = hash_start(&lru->hash, map->max_entries);
	if (!err)
		err = lru_start(&lru->lru, map, map->max_entries, per_cpu);
	if (err)
		return err;
	lru->lru.evict = evict;
	lru->lru.arg = lru;
	lru->entries = map_array(map, map->max_entries, sizeof(*lru->entries));
	return lru->entries ? 0 : -ENOMEM;
}

static void end_lru(struct tv_map *map)
{
	struct lru_hash *lru = (struct lru_hash *)map;

	hash_end(&lru->hash);
	lru_end(&lru->lru);
	free(lru->entries);
}

static uint64_t lookup_lru(struct tv_map *map, uint32_t cpu, const void *key)
{
	struct lru_hash *lru = (struct lru_hash *)map;
	const struct table_entry *entry = table_find(&lru->hash.table, key);

	if (!entry || cpu >= map->room->nr_cpus)
		return 0;
	lru_use(&lru->lru, entry_slot(entry));
	return hash_slot_address(&lru->hash, entry_slot(entry), cpu);
}

static int take(struct lru_hash *lru, uint32_t cpu, uint32_t *slot)
{
	*slot = lru_take(&lru->lru, cpu);
	if (*slot == LRU_NONE)
		return -ENOMEM;
	if (!pool_reach(&lru->hash.pool, *slot))
		return 0;
	lru_give(&lru->lru, *slot);
	return -ENOMEM;
}

static int add(struct lru_hash *lru, const void *key, uint32_t slot)
{
	lru->entries[slot] = table_add(&lru->hash.table, key, slot);
	return lru->entries[slot] ? 0 : -ENOMEM;
}

/* The element of a key becomes another one, which counts as used. */
static void replace(struct lru_hash *lru, struct table_entry *entry, uint32_t slot)
{
	uint32_t old = entry_slot(entry);

	entry_set_slot(entry, slot);
	lru->entries[slot] = entry;
	lru->entries[old] = NULL;
	lru_use(&lru->lru, slot);
	hash_slot_clear(&lru->hash, old);
	lru_give(&lru->lru, old);
}

static int update_lru(struct tv_map *map, uint32_t cpu, const void *key, const void *value,
		      uint64_t flags)
{
	struct lru_hash *lru = (struct lru_hash *)map;
	struct table_entry *entry;
	uint32_t slot;
	int err;

	if (flags > BPF_EXIST)
		return -EINVAL;
	err = take(lru, cpu, &slot);
	if (err)
		return err;
	hash_slot_begin(&lru->hash, slot, cpu, value);
	entry = table_find(&lru->hash.table, key);
	err = map_check_exists(flags, entry);
	if (!err && !entry)
		err = add(lru, key, slot);
	else if (!err)
		replace(lru, entry, slot);
	if (err)
		lru_give(&lru->lru, slot);
	return err;
}

/* Values change in place; what was taken for nothing goes back. BPF_EXIST takes nothing. */
static int update_percpu_lru(struct tv_map *map, uint32_t cpu, const void *key, const void *value,
			     uint64_t flags)
{
	struct lru_hash *lru = (struct lru_hash *)map;
	struct table_entry *entry;
	uint32_t slot = LRU_NONE;
	int err;

	if (flags > BPF_EXIST)
		return -EINVAL;
	err = flags == BPF_EXIST ? 0 : take(lru, cpu, &slot);
	if (err)
		return err;
	entry = table_find(&lru->hash.table, key);
	err = map_check_exists(flags, entry);
	if (!err && !entry) {
		hash_slot_begin(&lru->hash, slot, cpu, value);
		err = add(lru, key, slot);
		if (!err)
			return 0;
	} else if (!err) {
		lru_use(&lru->lru, entry_slot(entry));
		map_copy_value(map, hash_slot_bytes(&lru->hash, entry_slot(entry), cpu), value);
	}
	if (slot != LRU_NONE)
		lru_give(&lru->lru, slot);
	return err;
}

static int remove_from_lru(struct tv_map *map, const void *key)
{
	struct lru_hash *lru = (struct lru_hash *)map;
	const struct table_entry *entry = table_find(&lru->hash.table, key);
	uint32_t slot;

	if (!entry)
		return -ENOENT;
	slot = entry_slot(entry);
	leave(lru, slot);
	lru_give(&lru->lru, slot);
	return 0;
}

const struct map_kind map_kind_lru_hash = {
	.size = sizeof(struct lru_hash),
	.check = hash_check,
	.start = start_lru,
	.end = end_lru,
	.lookup = lookup_lru,
	.update = update_lru,
	.remove = remove_from_lru,
	.next_key = hash_next_key,
	.value = hash_value,
	.cursor_begin = hash_cursor_begin,
	.cursor_next = hash_cursor_next,
	.cursor_end = hash_cursor_end,
};

const struct map_kind map_kind_lru_percpu_hash = {
	.size = sizeof(struct lru_hash),
	.percpu = true,
	.check = hash_check,
	.start = start_lru,
	.end = end_lru,
	.lookup = lookup_lru,
	.update = update_percpu_lru,
	.remove = remove_from_lru,
	.next_key = hash_next_key,
	.value = hash_value,
	.cursor_begin = hash_cursor_begin,
	.cursor_next = hash_cursor_next,
	.cursor_end = hash_cursor_end,
};
