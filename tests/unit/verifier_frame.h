/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs in the frame of tests/fuzz/frame.bpf.c (its maps, types, kfuncs), judged by a kernel's rules. */
#ifndef TV_TEST_VERIFIER_FRAME_H
#define TV_TEST_VERIFIER_FRAME_H

#include <inttypes.h>

#include "tests/fuzz/frame.h"
#include "tests/fuzz/fuzz.h"
#include "verifier_sim/verifier_sim.h"

/* The frame's mutators are linked and never called. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	return size;
}

static struct tv_verify_result verify_draft(uint32_t nr, struct draft *draft, enum tv_kernel kernel,
					    uint32_t log_level)
{
	struct tv_verify_opts opts = {
		.kernel = kernel, .vmlinux = fuzz_frame()->vmlinux, .log_level = log_level,
		.set_flags = true, .flags = draft->flags, .nr_cpus = 4,
	};
	struct tv_bpf_prog prog = fuzz_frame()->obj->progs[nr];
	struct tv_verify_result res;

	if (draft->type)
		prog.type = draft->type;
	prog.insns = draft->insns;
	prog.insn_cnt = draft->cnt;
	prog.func_info = draft->funcs;
	prog.func_info_cnt = draft->func_cnt;
	prog.line_info_cnt = 0;
	assert_int_equal(tv_verify(fuzz_frame()->obj, &prog, &opts, &res), 0);
	return res;
}

#endif
