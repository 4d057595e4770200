// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs of the table on the running kernel (insn_kernel.h). */
#include "tests/conformance/insn_kernel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAP_BYTES	4096
#define MAX_INSNS	64

int kernel_open(struct kernel_side *kernel)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	void *cells;

	kernel->map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "cells", 4, sizeof(struct cells), 1, &opts);
	if (kernel->map < 0)
		return -errno;
	cells = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, kernel->map, 0);
	if (cells == MAP_FAILED) {
		close(kernel->map);
		return -errno;
	}
	kernel->cells = cells;
	return 0;
}

void kernel_close(struct kernel_side *kernel)
{
	munmap((void *)kernel->cells, MAP_BYTES);
	close(kernel->map);
}

int kernel_load(struct kernel_side *kernel, const struct bpf_insn *insns, uint32_t cnt)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = kernel->log, .log_size = sizeof(kernel->log),
		    .log_level = 1);
	struct bpf_insn copy[MAX_INSNS];
	int prog;

	if (cnt > MAX_INSNS)
		return -E2BIG;
	memcpy(copy, insns, cnt * sizeof(*insns));
	if (copy[0].src_reg == BPF_PSEUDO_MAP_VALUE && tv_insn_is_ldimm64(&copy[0]))
		copy[0].imm = kernel->map;
	kernel->log[0] = 0;
	prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "insn_case", "GPL", copy, cnt, &opts);
	/* the log of a refused program may be longer than this */
	if (prog < 0 && errno == ENOSPC) {
		opts.log_level = 0;
		opts.log_size = 0;
		opts.log_buf = NULL;
		prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "insn_case", "GPL", copy, cnt, &opts);
	}
	return prog < 0 ? -errno : prog;
}

int kernel_run(struct kernel_side *kernel, int prog, struct cells *cells, uint32_t *retval)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	*kernel->cells = *cells;
	if (bpf_prog_test_run_opts(prog, &opts))
		return -errno;
	*cells = *kernel->cells;
	if (retval)
		*retval = opts.retval;
	return 0;
}
