// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Arrays: values side by side, all there from the beginning; data maps are arrays of one value.
 * A per-CPU array has one such row for each CPU.
 */
#include <errno.h>
#include <limits.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/map_fd.h"

struct array_map {
	struct tv_map map;
	struct tv_region *rows;		/* one; of a per-CPU array nr_cpus */
	uint32_t row_cnt;
};

static const struct array_map *array_of(const struct tv_map *map)
{
	return (const struct array_map *)map;
}

/* v6.12 kernel/bpf/arraymap.c: array_map_alloc_check */
static int check_array(const struct tv_bpf_map *def)
{
	uint32_t allowed = BPF_F_NUMA_NODE | MAP_ACCESS_FLAGS;

	if (def->type == BPF_MAP_TYPE_ARRAY)
		allowed |= BPF_F_MMAPABLE | BPF_F_INNER_MAP;
	if (def->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY)
		allowed |= BPF_F_PRESERVE_ELEMS;
	if (!def->max_entries || def->key_size != sizeof(uint32_t) || !def->value_size ||
	    def->flags & ~allowed || !map_access_ok(def->flags))
		return -EINVAL;
	return def->value_size > INT_MAX ? -E2BIG : 0;
}

int map_fd_check(const struct tv_bpf_map *def)
{
	if (def->value_size != sizeof(uint32_t) || def->flags & (BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG))
		return -EINVAL;
	return check_array(def);
}

static int check_percpu_array(const struct tv_bpf_map *def)
{
	int err = def->flags & BPF_F_NUMA_NODE ? -EINVAL : check_array(def);

	if (err)
		return err;
	return def->value_size > MAP_PERCPU_MAX ? -E2BIG : 0;
}

static int start_rows(struct tv_map *map, uint32_t cnt)
{
	struct array_map *array = (struct array_map *)map;
	uint64_t size = (uint64_t)map->stride * map->max_entries;
	int err;

	array->rows = map_array(map, cnt, sizeof(*array->rows));
	if (!array->rows)
		return -ENOMEM;
	while (array->row_cnt < cnt) {
		err = map_area_start(map, &array->rows[array->row_cnt], size);
		if (err)
			return err;
		array->row_cnt++;
	}
	return 0;
}

static int start_array(struct tv_map *map)
{
	int err = start_rows(map, 1);

	if (!err && map->def->data)
		memcpy(array_of(map)->rows[0].bytes, map->def->data, map->def->value_size);
	return err;
}

static int start_percpu_array(struct tv_map *map)
{
	return start_rows(map, map->room->nr_cpus);
}

static void end_array(struct tv_map *map)
{
	struct array_map *array = (struct array_map *)map;

	while (array->row_cnt)
		map_area_end(map, &array->rows[--array->row_cnt]);
	free(array->rows);
}

static uint64_t address_of(const struct tv_map *map, uint32_t row, uint32_t index)
{
	const struct array_map *array = array_of(map);

	if (index >= map->max_entries || row >= array->row_cnt)
		return 0;
	return array->rows[row].addr + (uint64_t)map->stride * index;
}

static uint8_t *bytes_of(const struct tv_map *map, uint32_t row, uint32_t index)
{
	const struct array_map *array = array_of(map);

	if (index >= map->max_entries || row >= array->row_cnt)
		return NULL;
	return array->rows[row].bytes + (uint64_t)map->stride * index;
}

static uint64_t lookup_array(struct tv_map *map, uint32_t cpu, const void *key)
{
	return address_of(map, 0, map_key_index(key));
}

static uint64_t lookup_percpu_array(struct tv_map *map, uint32_t cpu, const void *key)
{
	return address_of(map, cpu, map_key_index(key));
}

/* The order of refusals is the kernel's (v6.12 kernel/bpf/arraymap.c: array_map_update_elem). */
static int update_array(struct tv_map *map, uint32_t cpu, const void *key, const void *value,
			uint64_t flags)
{
	uint8_t *to = bytes_of(map, map->kind->percpu ? cpu : 0, map_key_index(key));

	if ((flags & ~(uint64_t)BPF_F_LOCK) > BPF_EXIST)
		return -EINVAL;
	if (!to)
		return -E2BIG;
	if (flags & BPF_NOEXIST)
		return -EEXIST;
	if (flags & BPF_F_LOCK && !map_has_lock(map))
		return -EINVAL;
	map_copy_value(map, to, value);
	map_clear_fields(map, to);
	return 0;
}

static int remove_from_array(struct tv_map *map, const void *key)
{
	return -EINVAL;
}

int map_index_next_key(const struct tv_map *map, const void *prev, void *key)
{
	uint32_t index = prev ? map_key_index(prev) : UINT32_MAX;

	if (index == map->max_entries - 1)
		return -ENOENT;
	/* one that is not there leads to the first */
	index = index < map->max_entries ? index + 1 : 0;
	memcpy(key, &index, sizeof(index));
	return 0;
}

static void *value_of_array(const struct tv_map *map, const void *key, uint32_t cpu)
{
	return bytes_of(map, 0, map_key_index(key));
}

static void *value_of_percpu_array(const struct tv_map *map, const void *key, uint32_t cpu)
{
	return bytes_of(map, cpu, map_key_index(key));
}

static bool cursor_next(struct tv_map_cursor *cursor, uint32_t cpu, const void **key,
			uint64_t *value)
{
	struct tv_map *map = cursor->map;

	if (cursor->index >= map->max_entries)
		return false;
	cursor->key = cursor->index++;
	*key = &cursor->key;
	*value = address_of(map, map->kind->percpu ? cpu : 0, cursor->key);
	return true;
}

const struct map_kind map_kind_array = {
	.size = sizeof(struct array_map),
	.check = check_array,
	.start = start_array,
	.end = end_array,
	.lookup = lookup_array,
	.update = update_array,
	.remove = remove_from_array,
	.next_key = map_index_next_key,
	.value = value_of_array,
	.cursor_next = cursor_next,
};

const struct map_kind map_kind_percpu_array = {
	.size = sizeof(struct array_map),
	.percpu = true,
	.check = check_percpu_array,
	.start = start_percpu_array,
	.end = end_array,
	.lookup = lookup_percpu_array,
	.update = update_array,
	.remove = remove_from_array,
	.next_key = map_index_next_key,
	.value = value_of_percpu_array,
	.cursor_next = cursor_next,
};

uint64_t tv_map_value_address(const struct tv_map *map, uint32_t offset)
{
	if (map->kind != &map_kind_array || map->max_entries != 1 || offset >= map->def->value_size)
		return 0;
	return array_of(map)->rows[0].addr + offset;
}
