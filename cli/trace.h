/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Looks at an interpreted program step by step: each instruction, or where it comes to a line. */
#ifndef TV_CLI_TRACE_H
#define TV_CLI_TRACE_H

#include "bpf/machine.h"
#include "cli/dump.h"
#include "cli/run_options.h"

struct tracer {
	bool all;			/* each instruction */
	const struct cli_texts *breaks;	/* FILE:LINE */
	const struct dump *dump;	/* the variables told at a break */
	struct tv_disasm disasm;
	/* the step before */
	bool begun;
	const struct tv_bpf_line_info *line;	/* the last one told; NULL: none */
	uint32_t insn;
	uint64_t regs[11];
};

/* "prog.bpf.c:12" names a file by its last part. Whether that is well formed. */
bool tracer_break_ok(const char *text);

/* struct tv_env.step; @arg: the tracer. Writes to standard error. */
int tracer_step(void *arg, struct tv_machine *machine, uint32_t insn, const uint64_t regs[11]);
/* The run is over: ends the last line. */
void tracer_end(struct tracer *tracer);

#endif
