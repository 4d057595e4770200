// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Longest prefix match. Not a trie: prefixes in a table, cut to their length, and a count of each
 * length, so a look-up tries the lengths there are, from the longest. The order of keys is that of the
 * kernel's trie: a prefix comes after all that are longer and begin with it, else by bits.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/map_pool.h"
#include "bpf/map_table.h"

#define LENGTH_SIZE	4u		/* a key: the prefix's length in bits, then its bytes */
#define MOST_DATA	256u
#define NODE_HEAD	24u		/* sizeof(struct lpm_trie_node) */

struct prefix {
	uint32_t length;
	uint8_t data[MOST_DATA];
};

struct lpm_map {
	struct tv_map map;
	struct map_table table;		/* by struct prefix, zeros behind its length */
	struct map_pool pool;		/* values; behind each its key as it was given */
	uint32_t *lengths;		/* how many prefixes have each length */
	struct table_entry **order;	/* when @ordered: table_cnt() entries */
	uint32_t order_room;
	bool ordered;
};

/* v6.12 kernel/bpf/lpm_trie.c: trie_alloc */
static int check_lpm(const struct tv_bpf_map *def)
{
	if (!def->max_entries || !(def->flags & BPF_F_NO_PREALLOC) ||
	    def->flags & ~(BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | MAP_ACCESS_FLAGS) ||
	    !map_access_ok(def->flags) || def->key_size <= LENGTH_SIZE ||
	    def->key_size > LENGTH_SIZE + MOST_DATA || !def->value_size ||
	    def->value_size > MAP_KMALLOC_MAX - MOST_DATA - NODE_HEAD)
		return -EINVAL;
	return 0;
}

static uint32_t longest(const struct tv_map *map)
{
	return (map->def->key_size - LENGTH_SIZE) * 8;
}

static int start_lpm(struct tv_map *map)
{
	struct lpm_map *lpm = (struct lpm_map *)map;
	uint32_t key = (map->def->key_size + 7) & ~7u;

	table_start(&lpm->table, map, map->def->key_size);
	pool_start(&lpm->pool, map, map->stride + key,
		   map->max_entries < UINT32_MAX ? map->max_entries + 1 : map->max_entries);
	lpm->lengths = map_array(map, longest(map) + 1, sizeof(*lpm->lengths));
	return lpm->lengths ? 0 : -ENOMEM;
}

static void end_lpm(struct tv_map *map)
{
	struct lpm_map *lpm = (struct lpm_map *)map;

	table_end(&lpm->table);
	pool_end(&lpm->pool);
	free(lpm->lengths);
	free(lpm->order);
}

/* @key cut to @length bits, which is not more than it has. */
static void cut(const struct lpm_map *lpm, const uint8_t *key, uint32_t length, struct prefix *prefix)
{
	uint32_t size = lpm->map.def->key_size - LENGTH_SIZE, whole = length / 8;

	prefix->length = length;
	memset(prefix->data, 0, size);
	memcpy(prefix->data, key + LENGTH_SIZE, whole);
	if (length % 8)
		prefix->data[whole] = key[LENGTH_SIZE + whole] & (0xff00 >> length % 8);
}

/* The entry of exactly that prefix; NULL, also when it is too long. */
static struct table_entry *find_exact(const struct lpm_map *lpm, const void *key)
{
	struct prefix prefix;

	if (map_key_index(key) > longest(&lpm->map))
		return NULL;
	cut(lpm, key, map_key_index(key), &prefix);
	return table_find(&lpm->table, &prefix);
}

static struct table_entry *find_longest(const struct lpm_map *lpm, const void *key)
{
	uint32_t length = map_key_index(key);
	struct table_entry *entry;
	struct prefix prefix;

	if (length > longest(&lpm->map))
		return NULL;
	do {
		if (!lpm->lengths[length])
			continue;
		cut(lpm, key, length, &prefix);
		entry = table_find(&lpm->table, &prefix);
		if (entry)
			return entry;
	} while (length--);
	return NULL;
}

static uint64_t lookup_lpm(struct tv_map *map, uint32_t cpu, const void *key)
{
	const struct lpm_map *lpm = (const struct lpm_map *)map;
	const struct table_entry *entry = find_longest(lpm, key);

	return entry ? pool_address(&lpm->pool, entry_slot(entry)) : 0;
}

static int add(struct lpm_map *lpm, const void *key, uint32_t slot)
{
	struct prefix prefix;

	cut(lpm, key, map_key_index(key), &prefix);
	if (!table_add(&lpm->table, &prefix, slot))
		return -ENOMEM;
	lpm->lengths[prefix.length]++;
	lpm->ordered = false;
	return 0;
}

/* A prefix that is there gets a new element, with the new key's bits behind the prefix as well. */
static int update_lpm(struct tv_map *map, uint32_t cpu, const void *key, const void *value,
		      uint64_t flags)
{
	struct lpm_map *lpm = (struct lpm_map *)map;
	struct table_entry *entry;
	uint32_t slot;
	uint8_t *bytes;
	int err;

	if (flags > BPF_EXIST || map_key_index(key) > longest(map))
		return -EINVAL;
	entry = find_exact(lpm, key);
	err = map_check_exists(flags, entry);
	if (err)
		return err;
	if (!entry && table_cnt(&lpm->table) == map->max_entries)
		return -ENOSPC;
	err = pool_take(&lpm->pool, &slot);
	if (err)
		return -ENOMEM;
	bytes = pool_bytes(&lpm->pool, slot);
	memcpy(bytes, value, map->def->value_size);
	memcpy(bytes + map->stride, key, map->def->key_size);
	if (entry) {
		pool_give(&lpm->pool, entry_slot(entry));
		entry_set_slot(entry, slot);
		return 0;
	}
	err = add(lpm, key, slot);
	if (err)
		pool_give(&lpm->pool, slot);
	return err;
}

static int remove_from_lpm(struct tv_map *map, const void *key)
{
	struct lpm_map *lpm = (struct lpm_map *)map;
	struct table_entry *entry = find_exact(lpm, key);
	uint32_t slot;

	if (map_key_index(key) > longest(map))
		return -EINVAL;
	if (!entry)
		return -ENOENT;
	slot = entry_slot(entry);
	table_remove(&lpm->table, entry);
	pool_give(&lpm->pool, slot);
	lpm->lengths[map_key_index(key)]--;
	lpm->ordered = false;
	return 0;
}

/* --- keys in order --- */

static int compare(const void *left, const void *right)
{
	const struct prefix *a = entry_key(*(struct table_entry *const *)left);
	const struct prefix *b = entry_key(*(struct table_entry *const *)right);
	uint32_t common = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->data, b->data, common / 8);
	uint8_t mask = 0xff00 >> common % 8;

	if (!order && common % 8)
		order = (a->data[common / 8] & mask) - (b->data[common / 8] & mask);
	return order ? order : (a->length < b->length) - (a->length > b->length);
}

static int put_in_order(struct lpm_map *lpm)
{
	uint32_t cnt = table_cnt(&lpm->table), i = 0;
	struct table_entry *entry, **order;

	if (lpm->ordered)
		return 0;
	if (cnt > lpm->order_room) {
		order = reallocarray(lpm->order, cnt, sizeof(*order));
		if (!order)
			return map_no_memory(&lpm->map);
		lpm->order = order;
		lpm->order_room = cnt;
	}
	for (entry = table_first(&lpm->table); entry; entry = entry_next(entry))
		lpm->order[i++] = entry;
	if (cnt)
		qsort(lpm->order, cnt, sizeof(*lpm->order), compare);
	lpm->ordered = true;
	return 0;
}

/* A key that is not there leads to the first. */
static int next_key(const struct tv_map *map, const void *prev, void *key)
{
	struct lpm_map *lpm = (struct lpm_map *)map;
	struct table_entry *found = prev ? find_exact(lpm, prev) : NULL, **at;
	uint32_t cnt = table_cnt(&lpm->table), index = 0;
	int err = put_in_order(lpm);

	if (err)
		return err;
	if (found) {
		at = bsearch(&found, lpm->order, cnt, sizeof(*at), compare);
		index = at - lpm->order + 1;
	}
	if (index >= cnt)
		return -ENOENT;
	memcpy(key, pool_bytes(&lpm->pool, entry_slot(lpm->order[index])) + map->stride,
	       map->def->key_size);
	return 0;
}

static void *value_of(const struct tv_map *map, const void *key, uint32_t cpu)
{
	const struct lpm_map *lpm = (const struct lpm_map *)map;
	const struct table_entry *entry = find_longest(lpm, key);

	return entry ? pool_bytes(&lpm->pool, entry_slot(entry)) : NULL;
}

const struct map_kind map_kind_lpm_trie = {
	.size = sizeof(struct lpm_map),
	.check = check_lpm,
	.start = start_lpm,
	.end = end_lpm,
	.lookup = lookup_lpm,
	.update = update_lpm,
	.remove = remove_from_lpm,
	.next_key = next_key,
	.value = value_of,
};
