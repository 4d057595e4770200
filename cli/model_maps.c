// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the maps of a machine hold (model_maps.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/model_maps.h"

static int add_row(struct outcome_map *to, struct tv_map *map, const void *key)
{
	uint8_t *row = outcome_add_row(to);

	if (!row)
		return -ENOMEM;
	memcpy(row, key, to->key_size);
	row += to->key_size;
	for (uint32_t cpu = 0; cpu < to->nr_values; cpu++, row += to->value_size) {
		const void *value = tv_map_value(map, key, cpu);

		if (value)
			memcpy(row, value, to->value_size);
	}
	return 0;
}

static int fetch_by_key(struct outcome_map *to, struct tv_map *map)
{
	uint8_t *keys = malloc(2 * (size_t)to->key_size), *key = keys, *prev = NULL;
	int err = keys ? 0 : -ENOMEM;

	while (!err && !tv_map_next_key(map, prev, key)) {
		err = add_row(to, map, key);
		prev = key;
		key = prev == keys ? keys + to->key_size : keys;
	}
	free(keys);
	return err;
}

static int fetch_queue(struct outcome_map *to, struct tv_map *map)
{
	uint8_t *value = malloc(to->value_size), *row;
	int err = value ? 0 : -ENOMEM;

	to->key_size = 0;
	while (!err && !tv_map_pop(map, value)) {
		row = outcome_add_row(to);
		if (row)
			memcpy(row, value, to->value_size);
		else
			err = -ENOMEM;
	}
	free(value);
	return err;
}

static int fetch_records(struct outcome_map *to, struct tv_map *map)
{
	const void *data;
	uint32_t size;
	int err = 0;

	while (!err && tv_map_consume(map, &data, &size))
		err = outcome_add_record(to, data, size);
	return err;
}

static int fetch(struct outcome_map *to, struct tv_map *map)
{
	switch (to->def->type) {
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
		return fetch_records(to, map);
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
		return fetch_queue(to, map);
	default:
		return fetch_by_key(to, map);
	}
}

int model_fetch_maps(struct tv_machine *machine, uint32_t nr_cpus, struct outcome *outcome)
{
	int err = outcome_add_maps(outcome, nr_cpus);

	for (uint32_t i = 0; !err && i < outcome->obj->map_cnt; i++) {
		struct tv_map *map = tv_machine_map(machine, i);

		if (outcome->maps[i].shown && map)
			err = fetch(&outcome->maps[i], map);
	}
	return err;
}
