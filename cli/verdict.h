/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One program's verdict, the simulator's or a kernel's, and how it is printed. */
#ifndef TV_CLI_VERDICT_H
#define TV_CLI_VERDICT_H

#include <stdio.h>
#include "verifier_sim/verifier_sim.h"

enum verdict_format { VERDICT_TEXT, VERDICT_CSV, VERDICT_JSON, VERDICT_FORMATS };

extern const char *const verdict_format_name[VERDICT_FORMATS];

/* What there is to print of one program; the texts are borrowed. */
struct verdict {
	const char *file;	/* as given */
	const char *prog;
	enum tv_verify_verdict verdict;
	int err;		/* 0 or -errno */
	const char *message;	/* "" when accepted */
	const char *log;	/* NULL: not asked for */
	const char *explanation;	/* NULL: none */
	uint32_t total_insns, max_states_per_insn, total_states, peak_states;
	uint64_t duration_us;
};

struct verdict_counts {
	unsigned long accepted, rejected, unsupported;
};

/* Before the first program, and before the first of a file whose longest program name is @width. */
void verdict_print_head(FILE *out, enum verdict_format format);
void verdict_print_file(FILE *out, enum verdict_format format, const char *file, int width);
/* @width: as for the file; @alone: no other program's log stands in the output. */
void verdict_print(FILE *out, enum verdict_format format, const struct verdict *v, int width,
		   bool alone);
/* After the last. */
void verdict_print_sum(FILE *out, enum verdict_format format, const struct verdict_counts *sum);

#endif
