// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What came of running a program (outcome.h). */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/outcome.h"

void outcome_init(struct outcome *outcome, const struct tv_bpf_object *obj,
		  const struct tv_bpf_prog *prog)
{
	*outcome = (struct outcome){ .obj = obj, .prog = prog };
}

void outcome_fini(struct outcome *outcome)
{
	for (uint32_t i = 0; outcome->maps && i < outcome->obj->map_cnt; i++) {
		free(outcome->maps[i].rows);
		free(outcome->maps[i].records);
		free(outcome->maps[i].record_bytes);
	}
	free(outcome->maps);
	for (size_t i = 0; i < outcome->nr_hazards; i++) {
		free(outcome->hazards[i].text);
		free(outcome->hazards[i].cause);
	}
	free(outcome->hazards);
	free(outcome->message);
	*outcome = (struct outcome){ 0 };
}

void outcome_end(struct outcome *outcome, enum outcome_end end, int err, const char *fmt, ...)
{
	va_list ap;

	if (outcome->end != OUTCOME_DONE)
		return;
	outcome->end = end;
	outcome->err = err;
	va_start(ap, fmt);
	if (vasprintf(&outcome->message, fmt, ap) < 0)
		outcome->message = NULL;
	va_end(ap);
}

const char *outcome_end_name(enum outcome_end end)
{
	static const char *const names[OUTCOME_NR] = {
		[OUTCOME_DONE] = "done", [OUTCOME_REJECTED] = "rejected",
		[OUTCOME_UNVERIFIED] = "unverified", [OUTCOME_REFUSED] = "refused",
		[OUTCOME_MAX_INSNS] = "max-insns", [OUTCOME_FAULT] = "fault",
		[OUTCOME_UNSUPPORTED] = "unsupported", [OUTCOME_STOPPED] = "stopped",
	};

	return names[end];
}

bool outcome_has_run(const struct outcome *outcome)
{
	return outcome->maps != NULL;
}

/* --- maps ---------------------------------------------------------------------- */

bool outcome_is_percpu(const struct tv_bpf_map *map)
{
	uint32_t type = map->type;

	return type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

bool outcome_has_records(const struct tv_bpf_map *map)
{
	return map->type == BPF_MAP_TYPE_RINGBUF || map->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY;
}

static bool can_be_listed(const struct tv_bpf_map *map)
{
	switch (map->type) {
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LPM_TRIE:
	case BPF_MAP_TYPE_STACK_TRACE:
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_TASK_STORAGE:
		return true;
	default:
		return outcome_is_percpu(map);
	}
}

int outcome_add_maps(struct outcome *outcome, uint32_t nr_cpus)
{
	const struct tv_bpf_object *obj = outcome->obj;

	outcome->maps = calloc(obj->map_cnt ? obj->map_cnt : 1, sizeof(*outcome->maps));
	if (!outcome->maps)
		return -ENOMEM;
	for (uint32_t i = 0; i < obj->map_cnt; i++) {
		const struct tv_bpf_map *def = &obj->maps[i];

		outcome->maps[i] = (struct outcome_map){
			.def = def, .shown = can_be_listed(def),
			.nr_values = outcome_is_percpu(def) ? nr_cpus : 1,
			.key_size = def->key_size, .value_size = def->value_size,
		};
	}
	return 0;
}

size_t outcome_row_size(const struct outcome_map *map)
{
	return map->key_size + (size_t)map->nr_values * map->value_size;
}

uint8_t *outcome_add_row(struct outcome_map *map)
{
	size_t size = outcome_row_size(map);

	if (map->nr == map->room) {
		size_t room = map->room ? 2 * map->room : 1;
		uint8_t *rows = size && room <= SIZE_MAX / size ? realloc(map->rows, room * size) : NULL;

		if (!rows)
			return NULL;
		map->rows = rows;
		map->room = room;
	}
	return memset(map->rows + map->nr++ * size, 0, size);
}

static int more_record_bytes(struct outcome_map *map, size_t needed)
{
	size_t room = map->record_bytes_room ? map->record_bytes_room : 4096;
	uint8_t *bytes;

	while (room < needed)
		room *= 2;
	if (room == map->record_bytes_room)
		return 0;
	bytes = realloc(map->record_bytes, room);
	if (!bytes)
		return -ENOMEM;
	map->record_bytes = bytes;
	map->record_bytes_room = room;
	return 0;
}

int outcome_add_record(struct outcome_map *map, const void *data, uint32_t size)
{
	if (map->nr_records == map->record_room) {
		size_t room = map->record_room ? 2 * map->record_room : 16;
		struct outcome_record *records = realloc(map->records, room * sizeof(*records));

		if (!records)
			return -ENOMEM;
		map->records = records;
		map->record_room = room;
	}
	if (more_record_bytes(map, map->record_used + size))
		return -ENOMEM;
	memcpy(map->record_bytes + map->record_used, data, size);
	map->records[map->nr_records++] = (struct outcome_record){ map->record_used, size };
	map->record_used += size;
	return 0;
}

static bool has_no_order(uint32_t type)
{
	return type == BPF_MAP_TYPE_HASH || type == BPF_MAP_TYPE_LRU_HASH ||
	       type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_LPM_TRIE || type == BPF_MAP_TYPE_STACK_TRACE ||
	       type == BPF_MAP_TYPE_TASK_STORAGE;
}

int outcome_key_order(const void *a, const void *b, uint32_t key_size)
{
	uint64_t x = 0, y = 0;

	if (key_size > sizeof(x))
		return memcmp(a, b, key_size);
	memcpy(&x, a, key_size);
	memcpy(&y, b, key_size);
	return x < y ? -1 : x > y;
}

static int by_key(const void *a, const void *b, void *key_size)
{
	return outcome_key_order(a, b, *(const uint32_t *)key_size);
}

void outcome_sort(struct outcome *outcome)
{
	for (uint32_t i = 0; outcome->maps && i < outcome->obj->map_cnt; i++) {
		struct outcome_map *map = &outcome->maps[i];

		if (map->nr > 1 && has_no_order(map->def->type))
			qsort_r(map->rows, map->nr, outcome_row_size(map), by_key, &map->key_size);
	}
}

const uint8_t *outcome_data(const struct outcome *outcome, const struct tv_bpf_map *map)
{
	const struct outcome_map *contents;

	if (!outcome->maps)
		return NULL;
	contents = &outcome->maps[map - outcome->obj->maps];
	return contents->nr ? contents->rows + contents->key_size : NULL;
}
