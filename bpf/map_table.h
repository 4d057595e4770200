/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Keys and the slots that hold their values, in the order in which the keys came. Private to the
 * maps of bpf/map_instance.h.
 */
#ifndef TV_BPF_MAP_TABLE_H
#define TV_BPF_MAP_TABLE_H

#include "bpf/map_kind.h"

struct table_entry;

struct map_table {
	struct tv_map *map;
	struct table_entry *entries;	/* the first that came; NULL: empty */
	struct tv_map_cursor *cursors;	/* under way */
	uint64_t serials;		/* entries that ever came */
	uint32_t key_size;
};

void table_start(struct map_table *table, struct tv_map *map, uint32_t key_size);
void table_end(struct map_table *table);

uint32_t table_cnt(const struct map_table *table);
/* NULL: not there. */
struct table_entry *table_find(const struct map_table *table, const void *key);
/* A key that is not there; NULL: out of memory. */
struct table_entry *table_add(struct map_table *table, const void *key, uint32_t slot);
/* Cursors that were to visit it go on to the next. */
void table_remove(struct map_table *table, struct table_entry *entry);

const void *entry_key(const struct table_entry *entry);
uint32_t entry_slot(const struct table_entry *entry);
void entry_set_slot(struct table_entry *entry, uint32_t slot);
/* The first that came, NULL: none; and the next, NULL: it is the last. */
struct table_entry *table_first(const struct map_table *table);
struct table_entry *entry_next(const struct table_entry *entry);

/* As tv_map_next_key(): in the order in which they came; a key that is not there leads to the first. */
int table_next_key(const struct map_table *table, const void *prev, void *key);

/* The cursor's calls; next gives an entry, or NULL. */
void table_cursor_begin(struct map_table *table, struct tv_map_cursor *cursor);
struct table_entry *table_cursor_next(struct tv_map_cursor *cursor);
void table_cursor_end(struct map_table *table, struct tv_map_cursor *cursor);

#endif
