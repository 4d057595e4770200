// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Our maps, driven as the interpreter and the command drive them. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "tests/differential/map_sides.h"

#define LEFT (UINT64_C(1) << 30)
#define OWN_TASK 0x1000

struct our_map {
	struct tv_map_room room;
	struct tv_map *map;
	uint8_t blob[MAP_OPS_BLOB];
};

static uint64_t owner_of(void *arg, uint64_t addr)
{
	return addr;
}

int our_map_make(const struct tv_bpf_map *def, uint32_t cpus, struct our_map **result)
{
	struct our_map *ours = calloc(1, sizeof(*ours));
	int err = -ENOMEM, i;

	*result = NULL;
	if (!ours)
		return -ENOMEM;
	for (i = 0; i < MAP_OPS_BLOB; i++)
		ours->blob[i] = i * 7;
	ours->room = (struct tv_map_room){
		.memory = tv_memory_create(), .nr_cpus = cpus, .left = LEFT, .owner = owner_of,
	};
	if (ours->room.memory)
		err = tv_map_create(def, &ours->room, &ours->map);
	if (err)
		our_map_free(ours);
	else
		*result = ours;
	return err;
}

void our_map_free(struct our_map *ours)
{
	if (!ours)
		return;
	tv_map_destroy(ours->map);
	tv_memory_destroy(ours->room.memory);
	free(ours);
}

struct tv_map *our_map_instance(struct our_map *ours)
{
	return ours->map;
}

static uint32_t padded(const struct tv_map *map)
{
	return (tv_map_def(map)->value_size + 7) & ~7u;
}


static int call_lookup(struct our_map *ours, const void *key, uint8_t *values)
{
	uint32_t cpu, cpus = tv_map_is_percpu(ours->map) ? ours->room.nr_cpus : 1;
	const void *value;

	for (cpu = 0; cpu < cpus; cpu++) {
		value = tv_map_value(ours->map, key, cpu);
		if (!value)
			return -ENOENT;
		memcpy(values + cpu * padded(ours->map), value, tv_map_def(ours->map)->value_size);
	}
	return 0;
}

/* A system call sets the values of all CPUs: that of the first as a program does, the others after it. */
static int call_update(struct our_map *ours, const struct map_op *op, const uint8_t *values)
{
	uint32_t cpu, size = tv_map_def(ours->map)->value_size;
	int err = tv_map_update(ours->map, 0, op->key, values, op->flags);

	for (cpu = 1; !err && tv_map_is_percpu(ours->map) && cpu < ours->room.nr_cpus; cpu++)
		memcpy(tv_map_value(ours->map, op->key, cpu), values + cpu * padded(ours->map), size);
	return err;
}

void our_map_call(struct our_map *ours, const struct map_op *op, void *values,
		  struct map_answer *answer)
{
	*answer = (struct map_answer){ 0 };
	switch (op->kind) {
	case OP_LOOKUP:
		answer->ret = call_lookup(ours, op->key, values);
		break;
	case OP_UPDATE:
		answer->ret = call_update(ours, op, values);
		break;
	case OP_DELETE:
		answer->ret = tv_map_delete(ours->map, op->key);
		break;
	case OP_NEXT_KEY:
		answer->ret = tv_map_next_key(ours->map, op->arg ? op->key : NULL, values);
		break;
	case OP_PUSH:
		answer->ret = tv_map_push(ours->map, values, op->flags);
		break;
	case OP_PEEK:
		answer->ret = tv_map_peek(ours->map, values);
		break;
	case OP_POP:
		answer->ret = tv_map_pop(ours->map, values);
		break;
	}
}

/* --- as a program does it --- */

static void look(struct our_map *ours, uint64_t addr, struct map_answer *answer)
{
	const void *value = addr ? tv_memory_bytes(ours->room.memory, addr, 8, false) : NULL;

	answer->ret = !!value;
	if (value)
		memcpy(&answer->value, value, 8);
}

static void walk(struct our_map *ours, uint32_t cpu, const struct map_op *op,
		 struct map_answer *answer)
{
	uint32_t key_size = tv_map_def(ours->map)->key_size, number;
	struct tv_map_cursor cursor;
	uint64_t addr, value;
	uint8_t copy[16];
	const void *key;

	if (op->flags) {
		answer->ret = -EINVAL;
		return;
	}
	tv_map_cursor_begin(&cursor, ours->map);
	while (tv_map_cursor_next(&cursor, cpu, &key, &addr)) {
		memcpy(copy, key, key_size);
		memcpy(&number, key, sizeof(number));
		memcpy(&value, tv_memory_bytes(ours->room.memory, addr, 8, true), 8);
		answer->ret++;
		answer->value += value * (number + 1);
		if (op->arg && number % op->arg == 0)
			tv_map_delete(ours->map, copy);
	}
	tv_map_cursor_end(&cursor);
}

static void finish(struct our_map *ours, uint64_t record, uint8_t byte, bool discard)
{
	if (!record)
		return;
	*(uint8_t *)tv_memory_bytes(ours->room.memory, record, 1, true) = byte;
	tv_map_submit(ours->room.memory, record, discard);
}

static void two_records(struct our_map *ours, uint32_t arg, struct map_answer *answer)
{
	uint64_t first = tv_map_reserve(ours->map, arg & 1 ? 9 : 1500);
	uint64_t second = tv_map_reserve(ours->map, arg & 2 ? 1 : 4080);

	answer->ret = !!first + 2 * !!second;
	if (!tv_map_output(ours->map, ours->blob, 24))
		answer->ret += 4;
	finish(ours, second, arg, arg & 4);
	finish(ours, first, arg + 1, arg & 8);
}

static int output(struct our_map *ours, const struct map_op *op)
{
	if (op->flags & ~(uint64_t)(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP))
		return -EINVAL;
	return tv_map_output(ours->map, ours->blob, op->arg & (MAP_OPS_BLOB - 1));
}

static void get_storage(struct our_map *ours, const struct map_op *op, struct map_answer *answer)
{
	uint64_t addr = tv_map_storage_get(ours->map, OWN_TASK, op->arg ? op->value : NULL, op->flags);

	look(ours, addr, answer);
	if (addr)
		++*(uint64_t *)tv_memory_bytes(ours->room.memory, addr, 8, true);
}

static void do_op(struct our_map *ours, uint32_t cpu, const struct map_op *op,
		  struct map_answer *answer)
{
	uint64_t value[2] = { 0 };

	switch (op->kind) {
	case OP_LOOKUP:
		look(ours, tv_map_lookup(ours->map, cpu, op->key), answer);
		break;
	case OP_LOOKUP_CPU:
		look(ours, tv_map_lookup(ours->map, op->arg, op->key), answer);
		break;
	case OP_UPDATE:
		answer->ret = tv_map_update(ours->map, cpu, op->key, op->value, op->flags);
		break;
	case OP_DELETE:
		answer->ret = tv_map_delete(ours->map, op->key);
		break;
	case OP_FOR_EACH:
		walk(ours, cpu, op, answer);
		break;
	case OP_PUSH:
		answer->ret = tv_map_push(ours->map, op->value, op->flags);
		break;
	case OP_POP:
		answer->ret = tv_map_pop(ours->map, value);
		break;
	case OP_PEEK:
		memcpy(value, op->value, sizeof(value));
		answer->ret = tv_map_peek(ours->map, value);
		break;
	case OP_OUTPUT:
		answer->ret = output(ours, op);
		break;
	case OP_RECORDS:
		two_records(ours, op->arg, answer);
		break;
	case OP_QUERY:
		answer->ret = tv_map_ringbuf_query(ours->map, op->flags);
		break;
	case OP_STORAGE_GET:
		get_storage(ours, op, answer);
		break;
	case OP_STORAGE_DELETE:
		answer->ret = tv_map_storage_delete(ours->map, OWN_TASK);
		break;
	case OP_PERF:
		answer->ret = tv_map_perf_output(ours->map, cpu, op->flags, ours->blob,
						 op->arg & (MAP_OPS_BLOB - 1));
		break;
	}
	if (tv_map_def(ours->map)->type != BPF_MAP_TYPE_BLOOM_FILTER &&
	    (op->kind == OP_POP || op->kind == OP_PEEK))
		answer->value = value[0];
}

void our_map_batch(struct our_map *ours, uint32_t cpu, const struct map_op *ops, uint32_t cnt,
		   struct map_answer *answers)
{
	uint32_t i;

	memset(answers, 0, cnt * sizeof(*answers));
	for (i = 0; i < cnt; i++)
		do_op(ours, cpu, &ops[i], &answers[i]);
}

void our_map_consume(struct our_map *ours, record_fn *read, void *arg)
{
	const void *data;
	uint32_t size;

	while (tv_map_consume(ours->map, &data, &size))
		read(arg, data, size);
}
