// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Keys of a map (map_table.h), by uthash, which keeps the order of insertion as well. */
#define HASH_NONFATAL_OOM 1
#define HASH_FUNCTION(key, size, hash) ((hash) = hash_of((key), (size)))

#include "bpf/map_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

/* Eight bytes at a time; much faster than uthash's own for the short keys that programs have. */
static unsigned int hash_of(const void *key, size_t size)
{
	const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
	const uint8_t *bytes = key;
	uint64_t hash = size, word;

	for (; size >= sizeof(word); bytes += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = (hash ^ word) * factor;
		hash ^= hash >> 32;
	}
	for (word = 0; size; size--)
		word = word << 8 | *bytes++;
	hash = (hash ^ word) * factor;
	return hash ^ hash >> 32;
}

struct table_entry {
	UT_hash_handle hh;
	uint64_t serial;
	uint32_t slot;
	uint8_t key[];
};

/* What an entry takes, and what uthash keeps aside for it (a bucket has 16 bytes). */
static uint64_t entry_size(const struct map_table *table)
{
	return sizeof(struct table_entry) + table->key_size + 16;
}

void table_start(struct map_table *table, struct tv_map *map, uint32_t key_size)
{
	*table = (struct map_table){ .map = map, .key_size = key_size };
}

void table_end(struct map_table *table)
{
	struct table_entry *entry = table->entries, *next;

	if (entry)
		HASH_CLEAR(hh, table->entries);
	for (; entry; entry = next) {
		next = entry->hh.next;
		free(entry);
	}
}

uint32_t table_cnt(const struct map_table *table)
{
	return HASH_COUNT(table->entries);
}

struct table_entry *table_find(const struct map_table *table, const void *key)
{
	struct table_entry *entry;

	HASH_FIND(hh, table->entries, key, table->key_size, entry);
	return entry;
}

struct table_entry *table_add(struct map_table *table, const void *key, uint32_t slot)
{
	struct table_entry *entry = map_array(table->map, 1, entry_size(table));

	if (!entry)
		return NULL;
	entry->slot = slot;
	entry->serial = table->serials++;
	memcpy(entry->key, key, table->key_size);
	HASH_ADD_KEYPTR(hh, table->entries, entry->key, table->key_size, entry);
	if (!entry->hh.tbl) {
		map_no_memory(table->map);
		map_uncharge(table->map, entry_size(table));
		free(entry);
		return NULL;
	}
	return entry;
}

void table_remove(struct map_table *table, struct table_entry *entry)
{
	struct tv_map_cursor *cursor;

	for (cursor = table->cursors; cursor; cursor = cursor->other)
		if (cursor->entry == entry)
			cursor->entry = entry->hh.next;
	HASH_DEL(table->entries, entry);
	map_uncharge(table->map, entry_size(table));
	free(entry);
}

const void *entry_key(const struct table_entry *entry)
{
	return entry->key;
}

uint32_t entry_slot(const struct table_entry *entry)
{
	return entry->slot;
}

void entry_set_slot(struct table_entry *entry, uint32_t slot)
{
	entry->slot = slot;
}

struct table_entry *table_first(const struct map_table *table)
{
	return table->entries;
}

struct table_entry *entry_next(const struct table_entry *entry)
{
	return entry->hh.next;
}

int table_next_key(const struct map_table *table, const void *prev, void *key)
{
	const struct table_entry *found = prev ? table_find(table, prev) : NULL;
	const struct table_entry *entry = found ? entry_next(found) : table->entries;

	if (!entry)
		return -ENOENT;
	memcpy(key, entry->key, table->key_size);
	return 0;
}

void table_cursor_begin(struct map_table *table, struct tv_map_cursor *cursor)
{
	cursor->entry = table->entries;
	cursor->end = table->serials;
	cursor->other = table->cursors;
	table->cursors = cursor;
}

struct table_entry *table_cursor_next(struct tv_map_cursor *cursor)
{
	struct table_entry *entry = cursor->entry;

	if (!entry || entry->serial >= cursor->end)
		return NULL;
	cursor->entry = entry->hh.next;
	return entry;
}

void table_cursor_end(struct map_table *table, struct tv_map_cursor *cursor)
{
	struct tv_map_cursor **at = &table->cursors;

	while (*at && *at != cursor)
		at = &(*at)->other;
	if (*at)
		*at = cursor->other;
}
