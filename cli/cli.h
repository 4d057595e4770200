/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the verbs of the command share: exit statuses, messages, options. */
#ifndef TV_CLI_CLI_H
#define TV_CLI_CLI_H

#include <argp.h>
#include <stdint.h>
#include "model/diag.h"

struct task_struct;
struct tv_world;

enum cli_status {
	CLI_OK = 0,	/* done, and all that was asked holds */
	CLI_NO = 1,	/* done, and the answer is no */
	CLI_BAD = 2,	/* bad input or usage */
	CLI_CANNOT = 3,	/* this machine can't */
};

/* A verb: what main() runs for its name. argv[0] is the name. */
typedef enum cli_status cli_verb_fn(int argc, char **argv);
cli_verb_fn cli_walk, cli_capture, cli_check, cli_tree;

/*
 * One line "taskvma: ..." on standard error. Control characters of names
 * that got into it are shown as \ooo, so that it stays one line.
 */
void cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The message of an input that could not be loaded with @err; its exit status. */
enum cli_status cli_bad_input(const struct tv_diag *diag, int err);

/* What the verb asks for exists by name only. Says so; returns CLI_BAD. */
enum cli_status cli_unsupported(const char *what);

/*
 * argp_parse() for a verb: does not return when the options are wrong
 * (exit CLI_BAD) or ask for help. The verb's parser gets @input.
 */
void cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/* To be called for ARGP_KEY_INIT: help then says "taskvma @verb". */
void cli_parse_begin(struct argp_state *state, const char *verb);

/* Says what is wrong with the options, where to find help, and exits with CLI_BAD. */
void cli_usage(const struct argp_state *state, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/* All of @text, decimal or 0x hex, 64 bits, unsigned. 0 or -EINVAL. */
int cli_parse_u64(const char *text, uint64_t *value);
/* The value of an option or an operand called @what, up to @max; exits when it is none. */
uint64_t cli_usage_number(const struct argp_state *state, const char *what,
			  const char *text, uint64_t max);

/*
 * The task of @world, loaded from @file, that has @pid (below 0: the first).
 * NULL when there is none, which has then been said.
 */
struct task_struct *cli_find_task(const struct tv_world *world, const char *file, int pid);

#endif
