// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Helpers that hand records to user space: ring buffers and perf event arrays. */
#include <errno.h>

#include "bpf/call.h"

static struct tv_map *map_of_type(struct tv_machine *machine, uint64_t addr, uint32_t type,
				  const char *what)
{
	struct tv_map *map = tv_machine_map_at(machine, addr);

	if (map && tv_map_def(map)->type == type)
		return map;
	tv_machine_stop(machine, TV_RUN_FAULT, "%s: no map of that kind is at that address", what);
	return NULL;
}

static struct tv_map *ring(struct tv_machine *machine, uint64_t addr, const char *what)
{
	return map_of_type(machine, addr, BPF_MAP_TYPE_RINGBUF, what);
}

static uint64_t ringbuf_reserve(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_map *map = ring(machine, args[0], "bpf_ringbuf_reserve");

	/* no flags are known */
	return map && !args[2] ? tv_map_reserve(map, args[1]) : 0;
}

static uint64_t finish(struct tv_machine *machine, uint64_t record, bool discard, const char *what)
{
	if (tv_map_submit(machine->memory, record, discard))
		tv_machine_stop(machine, TV_RUN_FAULT, "%s: r1 is no record that was reserved", what);
	return 0;
}

static uint64_t ringbuf_submit(struct tv_machine *machine, const uint64_t args[5])
{
	return finish(machine, args[0], false, "bpf_ringbuf_submit");
}

static uint64_t ringbuf_discard(struct tv_machine *machine, const uint64_t args[5])
{
	return finish(machine, args[0], true, "bpf_ringbuf_discard");
}

static uint64_t ringbuf_output(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_map *map = ring(machine, args[0], "bpf_ringbuf_output");
	const void *data;

	if (!map)
		return 0;
	if (args[3] & ~(uint64_t)(BPF_RB_NO_WAKEUP | BPF_RB_FORCE_WAKEUP))
		return -EINVAL;
	data = machine_input(machine, args[1], args[2], 0, "bpf_ringbuf_output");
	return data ? tv_map_output(map, data, args[2]) : 0;
}

static uint64_t ringbuf_query(struct tv_machine *machine, const uint64_t args[5])
{
	struct tv_map *map = ring(machine, args[0], "bpf_ringbuf_query");

	return map ? tv_map_ringbuf_query(map, args[1]) : 0;
}

/* bpf_perf_event_output(ctx, map, flags, data, size) */
static uint64_t perf_event_output(struct tv_machine *machine, const uint64_t args[5])
{
	static const char what[] = "bpf_perf_event_output";
	struct tv_map *map = map_of_type(machine, args[1], BPF_MAP_TYPE_PERF_EVENT_ARRAY, what);
	const void *data = map ? machine_input(machine, args[3], args[4], 0, what) : NULL;

	return data ? tv_map_perf_output(map, machine->cpu, args[2], data, args[4]) : 0;
}

const struct call_entry call_ring_list[] = {
	{ .id = BPF_FUNC_ringbuf_reserve, .call = ringbuf_reserve },
	{ .id = BPF_FUNC_ringbuf_submit, .call = ringbuf_submit },
	{ .id = BPF_FUNC_ringbuf_discard, .call = ringbuf_discard },
	{ .id = BPF_FUNC_ringbuf_output, .call = ringbuf_output },
	{ .id = BPF_FUNC_ringbuf_query, .call = ringbuf_query },
	{ .id = BPF_FUNC_perf_event_output, .call = perf_event_output },
	{ 0 },
};
