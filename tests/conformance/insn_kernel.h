/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs of the table on the running kernel: BPF_PROG_TEST_RUN, nothing is attached. */
#ifndef TV_INSN_KERNEL_H
#define TV_INSN_KERNEL_H

#include "tests/conformance/insn_table.h"

struct kernel_side {
	int map;			/* descriptor of an array of one struct cells */
	volatile struct cells *cells;	/* its value, mapped */
	char log[4096];			/* the verifier's last words */
};

/* 0, or -errno: no bpf(2), or not for us. */
int kernel_open(struct kernel_side *kernel);
void kernel_close(struct kernel_side *kernel);

/* A descriptor of the program, or -errno. Its first instruction is a load of the map's value if it is one at all. */
int kernel_load(struct kernel_side *kernel, const struct bpf_insn *insns, uint32_t cnt);
/* Runs it once on @cells, which are changed. 0 or -errno. */
int kernel_run(struct kernel_side *kernel, int prog, struct cells *cells, uint32_t *retval);

#endif
