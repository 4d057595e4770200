// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Maps with content: what all kinds have in common; each call goes to the map's kind. */
#include "bpf/map_instance.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/map_kind.h"
#include "bpf/memory_cache.h"

#define MOST_CPUS	8192u	/* the highest CONFIG_NR_CPUS */
#define SELF_SIZE	4096u	/* more than any struct bpf_map and what kinds add to it */

static const struct map_kind *const kinds[] = {
	[BPF_MAP_TYPE_HASH] = &map_kind_hash,
	[BPF_MAP_TYPE_ARRAY] = &map_kind_array,
	[BPF_MAP_TYPE_PROG_ARRAY] = &map_kind_prog_array,
	[BPF_MAP_TYPE_PERF_EVENT_ARRAY] = &map_kind_perf_events,
	[BPF_MAP_TYPE_PERCPU_HASH] = &map_kind_percpu_hash,
	[BPF_MAP_TYPE_PERCPU_ARRAY] = &map_kind_percpu_array,
	[BPF_MAP_TYPE_STACK_TRACE] = &map_kind_stack_trace,
	[BPF_MAP_TYPE_LRU_HASH] = &map_kind_lru_hash,
	[BPF_MAP_TYPE_LRU_PERCPU_HASH] = &map_kind_lru_percpu_hash,
	[BPF_MAP_TYPE_LPM_TRIE] = &map_kind_lpm_trie,
	[BPF_MAP_TYPE_ARRAY_OF_MAPS] = &map_kind_array_of_maps,
	[BPF_MAP_TYPE_HASH_OF_MAPS] = &map_kind_hash_of_maps,
	[BPF_MAP_TYPE_QUEUE] = &map_kind_queue,
	[BPF_MAP_TYPE_STACK] = &map_kind_stack,
	[BPF_MAP_TYPE_RINGBUF] = &map_kind_ringbuf,
	[BPF_MAP_TYPE_TASK_STORAGE] = &map_kind_task_storage,
	[BPF_MAP_TYPE_BLOOM_FILTER] = &map_kind_bloom_filter,
};

static const struct map_kind *kind_of(uint32_t type)
{
	return type < sizeof(kinds) / sizeof(kinds[0]) ? kinds[type] : NULL;
}

/* --- what kinds share --- */

int map_charge(struct tv_map *map, uint64_t bytes)
{
	if (bytes > map->room->left)
		return -ENOMEM;
	map->room->left -= bytes;
	map->charged += bytes;
	return 0;
}

void map_uncharge(struct tv_map *map, uint64_t bytes)
{
	map->room->left += bytes;
	map->charged -= bytes;
}

int map_no_memory(struct tv_map *map)
{
	map->room->out_of_memory = true;
	return -ENOMEM;
}

void *map_array(struct tv_map *map, uint64_t cnt, uint64_t size)
{
	uint64_t bytes;
	void *array;

	if (__builtin_mul_overflow(cnt, size, &bytes) || map_charge(map, bytes))
		return NULL;
	array = calloc(cnt, size);
	if (!array) {
		map_no_memory(map);
		map_uncharge(map, bytes);
	}
	return array;
}

int map_area_start(struct tv_map *map, struct tv_region *area, uint64_t size)
{
	int err;

	area->name = map->value_name;
	area->size = size;
	area->read_only = map->def->flags & BPF_F_RDONLY_PROG;
	area->bytes = map_array(map, size, 1);
	if (!area->bytes)
		return -ENOMEM;
	err = tv_memory_add(map->room->memory, area);
	if (err) {
		if (err == -ENOMEM)
			map_no_memory(map);
		free(area->bytes);
		area->bytes = NULL;
		map_uncharge(map, size);
	}
	return err;
}

void map_area_end(struct tv_map *map, struct tv_region *area)
{
	if (!area->bytes)
		return;
	tv_memory_remove(map->room->memory, area);
	free(area->bytes);
	area->bytes = NULL;
}

void map_copy_value(const struct tv_map *map, uint8_t *to, const uint8_t *from)
{
	const struct tv_bpf_map *def = map->def;
	uint32_t i, at = 0;

	for (i = 0; i < def->field_cnt; i++) {
		memcpy(to + at, from + at, def->fields[i].offset - at);
		at = def->fields[i].offset + def->fields[i].size;
	}
	memcpy(to + at, from + at, def->value_size - at);
}

void map_clear_fields(const struct tv_map *map, uint8_t *value)
{
	uint32_t i;

	for (i = 0; i < map->def->field_cnt; i++)
		memset(value + map->def->fields[i].offset, 0, map->def->fields[i].size);
}

bool map_has_lock(const struct tv_map *map)
{
	uint32_t i;

	for (i = 0; i < map->def->field_cnt; i++)
		if (map->def->fields[i].kind == TV_FIELD_SPIN_LOCK)
			return true;
	return false;
}

bool map_access_ok(uint32_t flags)
{
	return (flags & (BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)) !=
	       (BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG);
}

int map_check_exists(uint64_t flags, bool exists)
{
	if (exists && flags == BPF_NOEXIST)
		return -EEXIST;
	return !exists && flags == BPF_EXIST ? -ENOENT : 0;
}

/* --- the map itself, as programs see it --- */

static int read_self(struct tv_region *region, uint64_t offset, void *to, uint32_t size,
		     bool probing, char *why, size_t why_size)
{
	const struct tv_map *map = region->object;

	snprintf(why, why_size, "the fields of struct bpf_map (of map %s) are not modelled",
		 map->def->name);
	return -ENOTSUP;
}

static const struct tv_region_ops self_ops = { .read = read_self };

struct tv_map *tv_map_at(const struct tv_memory *memory, uint64_t addr)
{
	const struct tv_region *region = memory_find((struct tv_memory *)memory, addr);

	return region && region->ops == &self_ops && region->addr == addr ? region->object : NULL;
}

uint64_t tv_map_address(const struct tv_map *map)
{
	return map->self.addr;
}

const struct tv_bpf_map *tv_map_def(const struct tv_map *map)
{
	return map->def;
}

bool tv_map_is_percpu(const struct tv_map *map)
{
	return map->kind->percpu;
}

/* --- beginning and end --- */

/* What every kind refuses (v6.12 kernel/bpf/syscall.c: map_create). */
static int check_common(const struct tv_bpf_map *def)
{
	uint32_t both = BPF_F_RDONLY | BPF_F_WRONLY;

	if (def->extra && def->type != BPF_MAP_TYPE_BLOOM_FILTER)
		return -EINVAL;
	return (def->flags & both) == both ? -EINVAL : 0;
}

static int name_parts(struct tv_map *map)
{
	int err;

	if (asprintf(&map->value_name, "value of map %s", map->def->name) < 0) {
		map->value_name = NULL;
		return map_no_memory(map);
	}
	map->self = (struct tv_region){
		.name = map->def->name, .size = SELF_SIZE, .ops = &self_ops, .object = map,
	};
	err = tv_memory_add(map->room->memory, &map->self);
	if (err == -ENOMEM)
		map_no_memory(map);
	if (err)
		map->self.object = NULL;
	return err;
}

int tv_map_create(const struct tv_bpf_map *def, struct tv_map_room *room, struct tv_map **result)
{
	const struct map_kind *kind = kind_of(def->type);
	struct tv_map *map;
	int err;

	*result = NULL;
	if (!kind)
		return -ENOTSUP;
	err = check_common(def);
	if (!err)
		err = kind->check(def);
	if (err)
		return err;
	if (!room->nr_cpus || room->nr_cpus > MOST_CPUS)
		return -EINVAL;
	map = calloc(1, kind->size);
	if (!map) {
		room->out_of_memory = true;
		return -ENOMEM;
	}
	map->kind = kind;
	map->def = def;
	map->room = room;
	map->max_entries = def->max_entries;
	map->stride = (def->value_size + 7) & ~7u;
	err = name_parts(map);
	if (!err)
		err = kind->start(map);
	if (err) {
		tv_map_destroy(map);
		return err;
	}
	*result = map;
	return 0;
}

void tv_map_destroy(struct tv_map *map)
{
	if (!map)
		return;
	if (map->self.object) {
		map->kind->end(map);
		tv_memory_remove(map->room->memory, &map->self);
	}
	map_uncharge(map, map->charged);
	free(map->value_name);
	free(map);
}

/* --- calls --- */

uint64_t tv_map_lookup(struct tv_map *map, uint32_t cpu, const void *key)
{
	return map->kind->lookup ? map->kind->lookup(map, cpu, key) : 0;
}

int tv_map_update(struct tv_map *map, uint32_t cpu, const void *key, const void *value, uint64_t flags)
{
	if (cpu >= map->room->nr_cpus)
		return -EINVAL;
	return map->kind->update ? map->kind->update(map, cpu, key, value, flags) : -EOPNOTSUPP;
}

int tv_map_delete(struct tv_map *map, const void *key)
{
	return map->kind->remove ? map->kind->remove(map, key) : -EOPNOTSUPP;
}

int tv_map_push(struct tv_map *map, const void *value, uint64_t flags)
{
	return map->kind->push ? map->kind->push(map, value, flags) : -EOPNOTSUPP;
}

int tv_map_pop(struct tv_map *map, void *value)
{
	return map->kind->pop ? map->kind->pop(map, value) : -EOPNOTSUPP;
}

int tv_map_peek(struct tv_map *map, void *value)
{
	return map->kind->peek ? map->kind->peek(map, value) : -EOPNOTSUPP;
}

int tv_map_next_key(const struct tv_map *map, const void *prev, void *key)
{
	return map->kind->next_key ? map->kind->next_key(map, prev, key) : -EOPNOTSUPP;
}

void *tv_map_value(const struct tv_map *map, const void *key, uint32_t cpu)
{
	return map->kind->value ? map->kind->value(map, key, cpu) : NULL;
}

bool tv_map_consume(struct tv_map *map, const void **data, uint32_t *size)
{
	return map->kind->consume && map->kind->consume(map, data, size);
}

int tv_map_cursor_begin(struct tv_map_cursor *cursor, struct tv_map *map)
{
	*cursor = (struct tv_map_cursor){ .map = map };
	if (!map->kind->cursor_next)
		return -EOPNOTSUPP;
	if (map->kind->cursor_begin)
		map->kind->cursor_begin(cursor);
	return 0;
}

bool tv_map_cursor_next(struct tv_map_cursor *cursor, uint32_t cpu, const void **key, uint64_t *value)
{
	return cursor->map->kind->cursor_next(cursor, cpu, key, value);
}

void tv_map_cursor_end(struct tv_map_cursor *cursor)
{
	if (cursor->map->kind->cursor_end)
		cursor->map->kind->cursor_end(cursor);
}
