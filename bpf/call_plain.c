// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Helpers that need no more than registers, memory and callbacks. */
#include <errno.h>

#include "bpf/call.h"

#define MAX_LOOPS	(8u << 20)	/* Linux: BPF_MAX_LOOPS */

static uint64_t loop(struct tv_machine *machine, const uint64_t args[5])
{
	uint32_t turns = (uint32_t)args[0], i;
	uint64_t ret;

	if (args[3])
		return -EINVAL;
	if (turns > MAX_LOOPS)
		return -E2BIG;
	for (i = 0; i < turns; i++) {
		const uint64_t call[5] = { i, args[2] };

		if (tv_machine_callback(machine, args[1], call, &ret))
			return 0;
		if (ret)
			return i + 1;
	}
	return i;
}

/* The kernel's strncmp() answers -1, 0 or 1; neither string is looked at past its end. */
static uint64_t compare(const uint8_t *a, const uint8_t *b, uint32_t size)
{
	uint32_t i;

	for (i = 0; i < size; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
		if (!a[i])
			break;
	}
	return 0;
}

/* bpf_strncmp(s1, size, s2): s1 need not end, s2 does. */
static uint64_t bounded_strncmp(struct tv_machine *machine, const uint64_t args[5])
{
	uint32_t size = (uint32_t)args[1];
	const void *a = machine_input(machine, args[0], size, 0, "bpf_strncmp");
	const char *b = a ? machine_string(machine, args[2], "bpf_strncmp") : NULL;

	return b ? compare(a, (const uint8_t *)b, size) : 0;
}

static uint64_t get_smp_processor_id(struct tv_machine *machine, const uint64_t args[5])
{
	return machine->cpu;
}

/* All CPUs are of one node. */
static uint64_t get_numa_node_id(struct tv_machine *machine, const uint64_t args[5])
{
	return 0;
}

/* Contexts are what programs get as they are. */
static uint64_t cast_to_kern_ctx(struct tv_machine *machine, const uint64_t args[5])
{
	return args[0];
}

const struct call_entry call_plain_list[] = {
	{ .id = BPF_FUNC_loop, .call = loop },
	{ .id = BPF_FUNC_strncmp, .call = bounded_strncmp },
	{ .id = BPF_FUNC_get_smp_processor_id, .call = get_smp_processor_id },
	{ .id = BPF_FUNC_get_numa_node_id, .call = get_numa_node_id },
	{ .name = "bpf_cast_to_kern_ctx", .call = cast_to_kern_ctx },
	{ 0 },
};
