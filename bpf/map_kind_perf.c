// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Perf event arrays, as if user space had opened a buffer on each CPU and put it in the CPU's slot
 * (libbpf's perf_buffer does). Buffers have no end but that of the memory maps may take.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/map_fd.h"

#define MOST_SAMPLE	(UINT16_MAX - 64u)	/* a perf record's length has 16 bits */

struct sample {
	struct sample *next;
	uint32_t size;
	uint8_t data[];
};

struct perf_map {
	struct tv_map map;
	struct sample *first, **last;
	struct sample *read;		/* the one read last: its data is in the caller's hands */
};

static int start_perf(struct tv_map *map)
{
	struct perf_map *perf = (struct perf_map *)map;

	perf->last = &perf->first;
	return 0;
}

static void let_go(struct perf_map *perf, struct sample *sample)
{
	if (!sample)
		return;
	map_uncharge(&perf->map, sizeof(*sample) + sample->size);
	free(sample);
}

static void end_perf(struct tv_map *map)
{
	struct perf_map *perf = (struct perf_map *)map;
	struct sample *sample;

	let_go(perf, perf->read);
	while ((sample = perf->first)) {
		perf->first = sample->next;
		let_go(perf, sample);
	}
}

/* What the kernel makes of a sample's size: with the 4 bytes that say it, a multiple of 8. */
static uint32_t padded(uint32_t size)
{
	return ((size + 4 + 7) & ~7u) - 4;
}

/* v6.12 kernel/trace/bpf_trace.c: __bpf_perf_event_output */
static int check_output(const struct tv_map *map, uint32_t cpu, uint64_t flags)
{
	uint64_t index = flags & BPF_F_INDEX_MASK;

	if (flags & ~(uint64_t)BPF_F_INDEX_MASK)
		return -EINVAL;
	if (index == BPF_F_CURRENT_CPU)
		index = cpu;
	if (index >= map->max_entries)
		return -E2BIG;
	if (index >= map->room->nr_cpus)
		return -ENOENT;
	return index == cpu ? 0 : -EOPNOTSUPP;
}

int tv_map_perf_output(struct tv_map *map, uint32_t cpu, uint64_t flags, const void *data,
		       uint64_t size)
{
	struct perf_map *perf = (struct perf_map *)map;
	struct sample *sample;
	int err;

	if (map->kind != &map_kind_perf_events)
		return -EINVAL;
	err = check_output(map, cpu, flags);
	if (err)
		return err;
	if (size > MOST_SAMPLE)
		return -E2BIG;
	sample = map_array(map, 1, sizeof(*sample) + padded(size));
	if (!sample)
		return -ENOSPC;
	sample->size = padded(size);
	memcpy(sample->data, data, size);
	*perf->last = sample;
	perf->last = &sample->next;
	return 0;
}

static bool consume(struct tv_map *map, const void **data, uint32_t *size)
{
	struct perf_map *perf = (struct perf_map *)map;

	let_go(perf, perf->read);
	perf->read = perf->first;
	if (!perf->read)
		return false;
	perf->first = perf->read->next;
	if (!perf->first)
		perf->last = &perf->first;
	*data = perf->read->data;
	*size = perf->read->size;
	return true;
}

const struct map_kind map_kind_perf_events = {
	.size = sizeof(struct perf_map),
	.check = map_fd_check,
	.start = start_perf,
	.end = end_perf,
	.next_key = map_index_next_key,
	.consume = consume,
};
