/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The options that run and diff share. */
#ifndef TV_CLI_RUN_OPTIONS_H
#define TV_CLI_RUN_OPTIONS_H

#include <stdbool.h>
#include "cli/cli.h"
#include "model/world.h"
#include "verifier_sim/verifier_sim.h"

/* Texts of an option that may be repeated, in their order. */
struct cli_texts {
	const char **texts;
	size_t nr;
};

void cli_texts_add(struct cli_texts *list, const char *text);

#define RUN_MAX_CTX	(UINT16_MAX / 8)	/* values of a context; the kernel takes 65535 bytes */

struct run_options {
	const char *prog;		/* NULL: the object's only one, or all */
	const char *fixture;
	const char *vmlinux, *output;
	const char *record;		/* type of a ring buffer's records */
	struct cli_texts sets;		/* VAR=VALUE */
	const struct tv_iter_design *design;	/* NULL: the default */
	int pid;			/* of the fixture's task; -1: the first */
	int context;			/* enum tv_context; -1: the fixture's */
	enum tv_kernel kernel;
	struct tv_verify_opts verify;
	bool no_verify;
	uint64_t max_insns;		/* 0: the machine's own limit */
	uint64_t *ctx;
	size_t nr_ctx;			/* values */
	char *const *command;		/* behind --; NULL: none */
	long stop_at;			/* CHILD_AT_EXEC, or a system call */
	/* of run */
	bool trace;
	struct cli_texts breaks;	/* FILE:LINE */
};

enum { RUN_KEY_PROG = 1024, RUN_KEY_FIXTURE, RUN_KEY_PID, RUN_KEY_DESIGN, RUN_KEY_CONTEXT, RUN_KEY_SET,
       RUN_KEY_KERNEL, RUN_KEY_VMLINUX, RUN_KEY_FLAGS, RUN_KEY_CTX, RUN_KEY_MAX_INSNS, RUN_KEY_RECORD,
       RUN_KEY_STOP_AT };

#define RUN_OPTION_LIST \
	{ "prog", RUN_KEY_PROG, "NAME", 0, "the program, by its ELF name", 0 }, \
	{ "fixture", RUN_KEY_FIXTURE, "FILE", 0, "the address spaces it finds (- for standard input)", 0 }, \
	{ "pid", RUN_KEY_PID, "N", 0, "the task in which it runs (default: the fixture's first)", 0 }, \
	{ "design", RUN_KEY_DESIGN, "NAME", 0, "design of bpf_iter_task_vma", 0 }, \
	{ "context", RUN_KEY_CONTEXT, "NAME", 0, "where it runs: process, softirq, irqs-off or nmi " \
	  "(default: as the fixture says)", 0 }, \
	{ "set", RUN_KEY_SET, "VAR=VALUE", 0, "set a global variable, an element or a member of one, before " \
	  "the program is verified; @pid stands for the task's pid (may be repeated)", 0 }, \
	{ "ctx", RUN_KEY_CTX, "N,N,...", 0, "the context: 64-bit values", 0 }, \
	{ "kernel", RUN_KEY_KERNEL, "VERSION", 0, "whose rules: 6.18 (default) or 6.12", 0 }, \
	{ "vmlinux", RUN_KEY_VMLINUX, "SOURCE", 0, "the kernel's types: running, builtin, or a file with " \
	  "BTF (default: the running kernel's where it has them, else builtin)", 0 }, \
	{ "flags", RUN_KEY_FLAGS, "N", 0, "program flags, instead of those its test_prog_flags tags ask " \
	  "for (0: none)", 0 }, \
	{ "max-insns", RUN_KEY_MAX_INSNS, "N", 0, "stop after so many instructions", 0 }, \
	{ "record", RUN_KEY_RECORD, "TYPE", 0, "what records of ring buffers are: a type of the object, " \
	  "\"struct event\" (default: bytes)", 0 }, \
	{ "stop-at", RUN_KEY_STOP_AT, "CALL", 0, "where the program behind -- is stopped: exec (default), or a " \
	  "system call by name or number, when it is first entered", 0 }, \
	{ "output", 'o', "FILE", 0, "write to FILE, whole or not at all", 0 }

/* From a verb's parser, for keys it does not know; ARGP_ERR_UNKNOWN. */
error_t run_options_parse(int key, char *arg, struct argp_state *state, struct run_options *opts);
/* Before argp, which moves operands behind "--": cuts that and what follows off as the command. */
void run_options_take_command(int *argc, char **argv, struct run_options *opts);
void run_options_init(struct run_options *opts);
void run_options_fini(struct run_options *opts);

#endif
