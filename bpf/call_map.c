// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Helpers on maps: r1 is the map's address, keys and values are in the program's memory. */
#include <errno.h>
#include <string.h>

#include "bpf/call.h"

enum { KEY, VALUE };	/* numbers of copies (machine_input()) */

/* NULL: the run was stopped. */
static struct tv_map *map_arg(struct tv_machine *machine, uint64_t addr, const char *what)
{
	struct tv_map *map = tv_machine_map_at(machine, addr);

	if (!map)
		tv_machine_stop(machine, TV_RUN_FAULT, "%s: r1 is no map", what);
	return map;
}

/* The map of a call and its key; false: the run was stopped. */
static bool map_and_key(struct tv_machine *machine, const uint64_t args[5], const char *what,
			struct tv_map **map, const void **key)
{
	*map = map_arg(machine, args[0], what);
	*key = *map ? machine_input(machine, args[1], tv_map_def(*map)->key_size, KEY, what) : NULL;
	return *key;
}

static uint64_t map_lookup_elem(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_map *map;
	const void *key;

	if (!map_and_key(machine, args, "bpf_map_lookup_elem", &map, &key))
		return 0;
	return tv_map_lookup(map, machine->cpu, key);
}

static uint64_t map_lookup_percpu_elem(struct tv_machine *machine, const uint64_t args[5])
{
	uint32_t cpu = (uint32_t)args[2];
	struct tv_map *map;
	const void *key;

	if (!map_and_key(machine, args, "bpf_map_lookup_percpu_elem", &map, &key))
		return 0;
	return cpu < machine->room.nr_cpus ? tv_map_lookup(map, cpu, key) : 0;
}

static uint64_t map_update_elem(struct tv_machine *machine, const uint64_t args[5])
{
	static const char what[] = "bpf_map_update_elem";
	const void *key, *value;
	struct tv_map *map;

	if (!map_and_key(machine, args, what, &map, &key))
		return 0;
	value = machine_input(machine, args[2], tv_map_def(map)->value_size, VALUE, what);
	return value ? tv_map_update(map, machine->cpu, key, value, args[3]) : 0;
}

static uint64_t map_delete_elem(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_map *map;
	const void *key;

	if (!map_and_key(machine, args, "bpf_map_delete_elem", &map, &key))
		return 0;
	return tv_map_delete(map, key);
}

static uint64_t map_push_elem(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_map *map = map_arg(machine, args[0], "bpf_map_push_elem");
	const void *value;

	if (!map)
		return 0;
	value = machine_input(machine, args[1], tv_map_def(map)->value_size, VALUE, "bpf_map_push_elem");
	return value ? tv_map_push(map, value, args[2]) : 0;
}

static uint64_t take(struct tv_machine *machine, const uint64_t args[5], const char *what,
		     int (*how)(struct tv_map *map, void *value))
{
	struct tv_map *map = map_arg(machine, args[0], what);
	void *value;

	if (!map)
		return 0;
	value = tv_machine_bytes(machine, args[1], tv_map_def(map)->value_size, true, what);
	return value ? how(map, value) : 0;
}

static uint64_t map_pop_elem(struct tv_machine *machine, const uint64_t args[5])
{
	return take(machine, args, "bpf_map_pop_elem", tv_map_pop);
}

/* A bloom filter's peek reads the value it is asked for, which may be read-only. */
static uint64_t ask_bloom(struct tv_machine *machine, const uint64_t args[5], struct tv_map *map)
{
	uint32_t size = tv_map_def(map)->value_size;
	const void *value = machine_input(machine, args[1], size, VALUE, "bpf_map_peek_elem");

	return value ? tv_map_peek(map, (void *)value) : 0;
}

static uint64_t map_peek_elem(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_map *map = tv_machine_map_at(machine, args[0]);

	if (map && tv_map_def(map)->type == BPF_MAP_TYPE_BLOOM_FILTER)
		return ask_bloom(machine, args, map);
	return take(machine, args, "bpf_map_peek_elem", tv_map_peek);
}

/*
 * The elements in turn, each key copied to where the callback may look at it. Returns how many were
 * shown; a callback that returns nonzero has seen the last.
 */
static uint64_t show_elements(struct tv_machine *machine, const uint64_t args[5],
			      struct tv_map_cursor *cursor, struct tv_region *key)
{
	uint64_t shown = 0, value, ret = 0;
	const void *bytes;

	while (!ret && tv_map_cursor_next(cursor, machine->cpu, &bytes, &value)) {
		const uint64_t call[5] = { args[0], key->addr, value, args[2] };

		memcpy(key->bytes, bytes, key->size);
		shown++;
		if (tv_machine_callback(machine, args[1], call, &ret))
			break;
	}
	return shown;
}

static uint64_t for_each_map_elem(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_map *map = map_arg(machine, args[0], "bpf_for_each_map_elem");
	struct tv_map_cursor cursor;
	struct tv_region *key;
	uint64_t shown = 0;
	int err;

	if (!map)
		return 0;
	if (args[3])
		return -EINVAL;
	err = tv_map_cursor_begin(&cursor, map);
	if (err)
		return err;
	key = machine_block(machine, "key of bpf_for_each_map_elem", tv_map_def(map)->key_size);
	if (key) {
		key->read_only = true;
		shown = show_elements(machine, args, &cursor, key);
		machine_block_free(machine, key);
	} else {
		tv_machine_stop(machine, TV_RUN_NOMEM, "out of memory");
	}
	tv_map_cursor_end(&cursor);
	return shown;
}

const struct call_entry call_map_list[] = {
	{ .id = BPF_FUNC_map_lookup_elem, .call = map_lookup_elem },
	{ .id = BPF_FUNC_map_update_elem, .call = map_update_elem },
	{ .id = BPF_FUNC_map_delete_elem, .call = map_delete_elem },
	{ .id = BPF_FUNC_map_push_elem, .call = map_push_elem },
	{ .id = BPF_FUNC_map_pop_elem, .call = map_pop_elem },
	{ .id = BPF_FUNC_map_peek_elem, .call = map_peek_elem },
	{ .id = BPF_FUNC_map_lookup_percpu_elem, .call = map_lookup_percpu_elem },
	{ .id = BPF_FUNC_for_each_map_elem, .call = for_each_map_elem },
	{ 0 },
};
