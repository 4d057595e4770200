/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs of the table on the interpreter: one map, whose value is a struct cells. */
#ifndef TV_INSN_OURS_H
#define TV_INSN_OURS_H

#include "bpf/machine.h"
#include "tests/conformance/insn_table.h"

struct ours {
	struct tv_bpf_map map;
	struct tv_bpf_prog prog;
	struct tv_bpf_object obj;
	struct tv_machine *machine;
};

/* Makes a machine for these instructions, which must live as long. 0 or -errno. */
int ours_load(struct ours *ours, struct bpf_insn *insns, uint32_t cnt);
void ours_unload(struct ours *ours);
/* Runs with @cells, which are changed; the text of what went wrong, or NULL. Valid until the next run. */
const char *ours_run(struct ours *ours, struct cells *cells, uint64_t *retval);

/* "r1 is 0x1, not 0x2": the first difference, in @buf; NULL: none. */
const char *cells_differ(const struct cells *is, const struct cells *want, char *buf, size_t size);

#endif
