// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs of the table on the interpreter (insn_ours.h). */
#include "tests/conformance/insn_ours.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_RUN		1000000		/* instructions */

int ours_load(struct ours *ours, struct bpf_insn *insns, uint32_t cnt)
{
	const struct tv_machine_opts opts = { .max_insns = MAX_RUN };
	struct tv_bpf_error error;

	*ours = (struct ours){
		.map = {
			.name = "cells", .section = ".maps", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
			.value_size = sizeof(struct cells), .max_entries = 1,
		},
		.prog = { .name = "case", .section = "raw_tp", .type = BPF_PROG_TYPE_RAW_TRACEPOINT,
			  .insns = insns, .insn_cnt = cnt },
	};
	ours->obj = (struct tv_bpf_object){
		.progs = &ours->prog, .prog_cnt = 1, .maps = &ours->map, .map_cnt = 1,
	};
	tv_bpf_error_init(&error, "case");
	return tv_machine_create(&ours->obj, &opts, &ours->machine, &error);
}

void ours_unload(struct ours *ours)
{
	tv_machine_destroy(ours->machine);
}

const char *ours_run(struct ours *ours, struct cells *cells, uint64_t *retval)
{
	static char why[300];
	const uint32_t key = 0;
	struct tv_run_result result;
	void *value = tv_map_value(tv_machine_map(ours->machine, 0), &key, 0);

	memcpy(value, cells, sizeof(*cells));
	tv_machine_run(ours->machine, &ours->prog, NULL, 0, &result);
	memcpy(cells, value, sizeof(*cells));
	if (retval)
		*retval = result.retval;
	if (result.end == TV_RUN_DONE)
		return NULL;
	snprintf(why, sizeof(why), "insn %u: %s", result.insn, result.why);
	return why;
}

const char *cells_differ(const struct cells *is, const struct cells *want, char *buf, size_t size)
{
	static const char *const names[] = { "r0", "r1", "r2", "mem[0]", "mem[1]" };
	uint64_t a[5], b[5];
	size_t i;

	_Static_assert(sizeof(a) == sizeof(*is), "a name for each cell");
	memcpy(a, is, sizeof(a));
	memcpy(b, want, sizeof(b));
	for (i = 0; i < 5; i++) {
		if (a[i] == b[i])
			continue;
		snprintf(buf, size, "%s is 0x%" PRIx64 ", not 0x%" PRIx64, names[i], a[i], b[i]);
		return buf;
	}
	return NULL;
}
