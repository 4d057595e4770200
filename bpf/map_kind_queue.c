// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Queues and stacks: values in a ring, taken from the oldest or the newest end. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/map_kind.h"

struct queue_map {
	struct tv_map map;
	uint8_t *values;	/* max_entries of them */
	uint32_t oldest, cnt;
};

/* v6.12 kernel/bpf/queue_stack_maps.c: queue_stack_map_alloc_check */
static int check_queue(const struct tv_bpf_map *def)
{
	if (!def->max_entries || def->key_size || !def->value_size ||
	    def->flags & ~(BPF_F_NUMA_NODE | MAP_ACCESS_FLAGS) || !map_access_ok(def->flags))
		return -EINVAL;
	if (def->value_size > MAP_KMALLOC_MAX || def->max_entries >= UINT32_MAX / def->value_size)
		return -E2BIG;
	return 0;
}

static int start_queue(struct tv_map *map)
{
	struct queue_map *queue = (struct queue_map *)map;

	queue->values = map_array(map, map->max_entries, map->def->value_size);
	return queue->values ? 0 : -ENOMEM;
}

static void end_queue(struct tv_map *map)
{
	free(((struct queue_map *)map)->values);
}

/* The value that came @nth after the oldest. */
static uint8_t *value_at(const struct queue_map *queue, uint32_t nth)
{
	uint64_t place = ((uint64_t)queue->oldest + nth) % queue->map.max_entries;

	return queue->values + place * queue->map.def->value_size;
}

static void drop_oldest(struct queue_map *queue)
{
	queue->oldest = (queue->oldest + 1) % queue->map.max_entries;
	queue->cnt--;
}

/* BPF_EXIST makes room at the oldest end, in a stack too. */
static int push(struct tv_map *map, const void *value, uint64_t flags)
{
	struct queue_map *queue = (struct queue_map *)map;

	if (flags != BPF_ANY && flags != BPF_EXIST)
		return -EINVAL;
	if (queue->cnt == map->max_entries) {
		if (flags != BPF_EXIST)
			return -E2BIG;
		drop_oldest(queue);
	}
	memcpy(value_at(queue, queue->cnt++), value, map->def->value_size);
	return 0;
}

/* An empty one gives zeros. */
static int look(struct queue_map *queue, uint32_t nth, void *value)
{
	uint32_t size = queue->map.def->value_size;

	if (!queue->cnt) {
		memset(value, 0, size);
		return -ENOENT;
	}
	memcpy(value, value_at(queue, nth), size);
	return 0;
}

static int peek_queue(struct tv_map *map, void *value)
{
	return look((struct queue_map *)map, 0, value);
}

static int pop_queue(struct tv_map *map, void *value)
{
	int err = peek_queue(map, value);

	if (!err)
		drop_oldest((struct queue_map *)map);
	return err;
}

static int peek_stack(struct tv_map *map, void *value)
{
	struct queue_map *queue = (struct queue_map *)map;

	return look(queue, queue->cnt - 1, value);
}

static int pop_stack(struct tv_map *map, void *value)
{
	int err = peek_stack(map, value);

	if (!err)
		((struct queue_map *)map)->cnt--;
	return err;
}

const struct map_kind map_kind_queue = {
	.size = sizeof(struct queue_map),
	.check = check_queue,
	.start = start_queue,
	.end = end_queue,
	.push = push,
	.pop = pop_queue,
	.peek = peek_queue,
};

const struct map_kind map_kind_stack = {
	.size = sizeof(struct queue_map),
	.check = check_queue,
	.start = start_queue,
	.end = end_queue,
	.push = push,
	.pop = pop_stack,
	.peek = peek_stack,
};
