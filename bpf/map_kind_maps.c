// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Maps in maps: arrays and hashes whose values are maps of one shape, that of the template. What
 * programs find is the inner map's address. They cannot change them.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/map_fd.h"
#include "bpf/map_hash.h"

struct outer_map {
	struct tv_map map;
	struct map_table keys;		/* hash of maps: a key's slot is its place in @inner */
	struct tv_map **inner;
	uint32_t places;		/* in @inner */
};

static bool is_outer(const struct tv_map *map)
{
	return map->kind == &map_kind_array_of_maps || map->kind == &map_kind_hash_of_maps;
}

/* v6.12 kernel/bpf/map_in_map.c: bpf_map_meta_alloc */
static int check_template(const struct tv_bpf_map *inner)
{
	if (!inner)
		return -EBADF;
	if (inner->type == BPF_MAP_TYPE_ARRAY_OF_MAPS || inner->type == BPF_MAP_TYPE_HASH_OF_MAPS)
		return -EINVAL;
	return inner->type == BPF_MAP_TYPE_PROG_ARRAY ? -MAP_ENOTSUPP : 0;
}

static int check_array_of_maps(const struct tv_bpf_map *def)
{
	int err = map_fd_check(def);

	return err ? err : check_template(def->inner);
}

static int check_hash_of_maps(const struct tv_bpf_map *def)
{
	int err = def->value_size == sizeof(uint32_t) ? hash_check(def) : -EINVAL;

	return err ? err : check_template(def->inner);
}

static int start_array_of_maps(struct tv_map *map)
{
	struct outer_map *outer = (struct outer_map *)map;

	outer->places = map->max_entries;
	outer->inner = map_array(map, outer->places, sizeof(*outer->inner));
	return outer->inner ? 0 : -ENOMEM;
}

static int start_hash_of_maps(struct tv_map *map)
{
	table_start(&((struct outer_map *)map)->keys, map, map->def->key_size);
	return 0;
}

static void end_outer(struct tv_map *map)
{
	struct outer_map *outer = (struct outer_map *)map;

	table_end(&outer->keys);
	free(outer->inner);
}

/* Where the inner map of a key stands; NULL: the map has no such key. */
static struct tv_map **place_of(const struct outer_map *outer, const void *key)
{
	const struct table_entry *entry;

	if (outer->map.kind == &map_kind_array_of_maps)
		return map_key_index(key) < outer->places ? &outer->inner[map_key_index(key)] : NULL;
	entry = table_find(&outer->keys, key);
	return entry ? &outer->inner[entry_slot(entry)] : NULL;
}

/* A new key of a hash of maps. */
static int add_place(struct outer_map *outer, const void *key)
{
	uint32_t cnt = table_cnt(&outer->keys);
	struct tv_map **inner;

	if (cnt >= outer->map.max_entries)
		return -E2BIG;
	if (cnt == outer->places) {
		uint32_t places = cnt ? cnt * 2 : 8;

		if (map_charge(&outer->map, (places - cnt) * sizeof(*inner)))
			return -ENOMEM;
		inner = reallocarray(outer->inner, places, sizeof(*inner));
		if (!inner) {
			map_uncharge(&outer->map, (places - cnt) * sizeof(*inner));
			return map_no_memory(&outer->map);
		}
		outer->inner = inner;
		outer->places = places;
	}
	outer->inner[cnt] = NULL;
	return table_add(&outer->keys, key, cnt) ? 0 : -ENOMEM;
}

static bool same_fields(const struct tv_bpf_map *a, const struct tv_bpf_map *b)
{
	uint32_t i;

	if (a->field_cnt != b->field_cnt)
		return false;
	for (i = 0; i < a->field_cnt; i++)
		if (a->fields[i].kind != b->fields[i].kind ||
		    a->fields[i].offset != b->fields[i].offset ||
		    a->fields[i].pointee != b->fields[i].pointee)
			return false;
	return true;
}

/* v6.12 kernel/bpf/map_in_map.c: bpf_map_meta_equal; arrays: array_map_meta_equal */
static bool fits(const struct tv_bpf_map *shape, const struct tv_bpf_map *def)
{
	if (shape->type != def->type || shape->key_size != def->key_size ||
	    shape->value_size != def->value_size || shape->flags != def->flags)
		return false;
	if (shape->type == BPF_MAP_TYPE_ARRAY && !(shape->flags & BPF_F_INNER_MAP) &&
	    shape->max_entries != def->max_entries)
		return false;
	return same_fields(shape, def);
}

int tv_map_set_inner(struct tv_map *map, uint32_t key, struct tv_map *inner)
{
	struct outer_map *outer = (struct outer_map *)map;
	struct tv_map **place;
	int err;

	if (!is_outer(map) || map->def->key_size != sizeof(key) || !fits(map->def->inner, inner->def))
		return -EINVAL;
	place = place_of(outer, &key);
	if (!place) {
		if (map->kind == &map_kind_array_of_maps)
			return -E2BIG;
		err = add_place(outer, &key);
		if (err)
			return err;
		place = place_of(outer, &key);
	}
	*place = inner;
	return 0;
}

struct tv_map *tv_map_inner(const struct tv_map *map, const void *key)
{
	struct tv_map **place = is_outer(map) ? place_of((const struct outer_map *)map, key) : NULL;

	return place ? *place : NULL;
}

static uint64_t lookup_inner(struct tv_map *map, uint32_t cpu, const void *key)
{
	const struct tv_map *inner = tv_map_inner(map, key);

	return inner ? tv_map_address(inner) : 0;
}

static int next_key_of_hash(const struct tv_map *map, const void *prev, void *key)
{
	return table_next_key(&((const struct outer_map *)map)->keys, prev, key);
}

const struct map_kind map_kind_array_of_maps = {
	.size = sizeof(struct outer_map),
	.check = check_array_of_maps,
	.start = start_array_of_maps,
	.end = end_outer,
	.lookup = lookup_inner,
	.next_key = map_index_next_key,
};

const struct map_kind map_kind_hash_of_maps = {
	.size = sizeof(struct outer_map),
	.check = check_hash_of_maps,
	.start = start_hash_of_maps,
	.end = end_outer,
	.lookup = lookup_inner,
	.next_key = next_key_of_hash,
};
