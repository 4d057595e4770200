/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Objects made by hand around instructions, and machines to run them. */
#ifndef TV_TEST_MACHINE_OBJECT_H
#define TV_TEST_MACHINE_OBJECT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/machine.h"
#include "tests/unit/insns.h"

/* A program of these instructions; a statement expression keeps them for the function that calls it. */
#define PROGRAM(...)	((struct tv_bpf_prog){						\
	.name = "prog", .section = "raw_tp", .type = BPF_PROG_TYPE_RAW_TRACEPOINT,	\
	.insns = (struct bpf_insn[]){ __VA_ARGS__ },					\
	.insn_cnt = sizeof((struct bpf_insn[]){ __VA_ARGS__ }) / sizeof(struct bpf_insn) })

static inline struct tv_machine *machine_of(const struct tv_bpf_object *obj,
					    const struct tv_machine_opts *opts)
{
	struct tv_machine_opts defaults = { .max_insns = 1 << 24 };
	struct tv_bpf_error error;
	struct tv_machine *machine;

	tv_bpf_error_init(&error, "unit");
	if (tv_machine_create(obj, opts ? opts : &defaults, &machine, &error))
		fail_msg("%s", error.text);
	return machine;
}

/* One run of @prog alone, without maps. */
static inline struct tv_run_result run_alone(struct tv_bpf_prog prog, const struct tv_machine_opts *opts)
{
	struct tv_bpf_object obj = { .progs = &prog, .prog_cnt = 1 };
	struct tv_machine *machine = machine_of(&obj, opts);
	struct tv_run_result result;

	tv_machine_run(machine, &prog, NULL, 0, &result);
	tv_machine_destroy(machine);
	return result;
}

#define assert_returns(result, value)							\
	do {										\
		const struct tv_run_result got_ = (result);				\
		if (got_.end != TV_RUN_DONE)						\
			fail_msg("insn %u: %s", got_.insn, got_.why);			\
		assert_true(got_.retval == (uint64_t)(value));				\
	} while (0)
#define assert_ends(result, how, at, text)						\
	do {										\
		const struct tv_run_result got_ = (result);				\
		assert_string_equal(got_.why, text);					\
		assert_int_equal(got_.end, how);					\
		assert_int_equal(got_.insn, at);					\
	} while (0)

#endif
