/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the hash maps share: keys in a table, each with a slot that holds its value, or one value
 * for each CPU. Private to map_kind_hash.c and map_kind_lru.c.
 */
#ifndef TV_BPF_MAP_HASH_H
#define TV_BPF_MAP_HASH_H

#include "bpf/map_pool.h"
#include "bpf/map_table.h"

struct hash_map {
	struct tv_map map;
	struct map_table table;
	struct map_pool pool;
};

/* v6.12 kernel/bpf/hashtab.c: htab_map_alloc_check */
int hash_check(const struct tv_bpf_map *def);
/* Table and pool; @limit slots. */
int hash_start(struct hash_map *hash, uint32_t limit);
void hash_end(struct hash_map *hash);

/* The value of @cpu in a slot: of its only one when the map is not per-CPU. */
uint64_t hash_slot_address(const struct hash_map *hash, uint32_t slot, uint32_t cpu);
uint8_t *hash_slot_bytes(const struct hash_map *hash, uint32_t slot, uint32_t cpu);

/* A slot's value begins: @value; in a per-CPU map it is that of @cpu, and the others are zero. */
void hash_slot_begin(const struct hash_map *hash, uint32_t slot, uint32_t cpu, const void *value);
/* ... goes: special fields are let go of. */
void hash_slot_clear(const struct hash_map *hash, uint32_t slot);

int hash_next_key(const struct tv_map *map, const void *prev, void *key);
void *hash_value(const struct tv_map *map, const void *key, uint32_t cpu);
void hash_cursor_begin(struct tv_map_cursor *cursor);
bool hash_cursor_next(struct tv_map_cursor *cursor, uint32_t cpu, const void **key,
		      uint64_t *value);
void hash_cursor_end(struct tv_map_cursor *cursor);

#endif
