/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the running kernel's verifier says of the programs of an object. Nothing is attached. */
#ifndef TV_TEST_VERIFIER_KERNEL_H
#define TV_TEST_VERIFIER_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/object.h"

struct kernel_verdict {
	bool asked;		/* libbpf brought the program to BPF_PROG_LOAD */
	int err;		/* 0 or -errno */
	char *log;		/* level 2; NULL or "" when the kernel wrote none */
	bool log_cut;		/* too long to be kept: of it there is only the final error */
	uint64_t usec;		/* the kernel's own "verification time"; 0: not told */
};

/*
 * Fills @verdicts[i] for program i of @ours, which was read from the same @file, with its test
 * flags set. -errno when libbpf cannot open the file.
 */
int kernel_verify(const char *file, const struct tv_bpf_object *ours,
		  struct kernel_verdict *verdicts);
void kernel_verdicts_free(const struct tv_bpf_object *ours, struct kernel_verdict *verdicts);

/* As kernel_verify(), for one program, as fast as the kernel can: no log. Its usec is set. */
int kernel_time(const char *file, const struct tv_bpf_object *ours,
		struct kernel_verdict *verdicts);

#endif
