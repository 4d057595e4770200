/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the verbs of the command share: exit statuses, messages, options. */
#ifndef TV_CLI_CLI_H
#define TV_CLI_CLI_H

#include <argp.h>
#include <stdarg.h>
#include <stdint.h>
#include "model/diag.h"

struct task_struct;
struct tv_iter_design;
struct tv_world;

enum cli_status {
	CLI_OK = 0,	/* done, and all that was asked holds */
	CLI_NO = 1,	/* done, and the answer is no */
	CLI_BAD = 2,	/* bad input or usage */
	CLI_CANNOT = 3,	/* this machine can't */
};

/* A verb: what main() runs for its name. argv[0] is the name. */
typedef enum cli_status cli_verb_fn(int argc, char **argv);
cli_verb_fn cli_walk, cli_capture, cli_check, cli_tree, cli_explore, cli_ablate, cli_compare,
	cli_verify, cli_run, cli_diff;

/*
 * One line "taskvma: ..." on standard error. Control characters of names
 * that got into it are shown as \xHH, so that it stays one line.
 */
void cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void cli_verror(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/* The message of an input that could not be loaded with @err; its exit status. */
enum cli_status cli_bad_input(const struct tv_diag *diag, int err);

/* What the verb asks for exists by name only. Says so; returns CLI_BAD. */
enum cli_status cli_unsupported(const char *what);

/*
 * argp_parse() for a verb, whose name is argv[0]: does not return when the
 * options are wrong (exit CLI_BAD) or ask for help. The parser gets @input.
 */
void cli_parse(const struct argp *argp, int argc, char **argv, void *input);

/* From a verb's parser: what is wrong, and where to find help; exits with CLI_BAD. */
void cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* All of @text, decimal or 0x hex, 64 bits, unsigned. 0 or -EINVAL. */
int cli_parse_u64(const char *text, uint64_t *value);
/* The value of an option or an operand called @what, up to @max; cli_usage() when it is none. */
uint64_t cli_usage_number(const char *what, const char *text, uint64_t max);

/* The value of an option called @what, seconds above 0; cli_usage() when it is none. */
double cli_usage_seconds(const char *what, const char *text);

/*
 * Which of @names (@nr of them) @text is; cli_usage() with all of them when it
 * is none. @what they are: "format", "context".
 */
unsigned int cli_usage_choice(const char *what, const char *text,
			      const char *const *names, unsigned int nr);
/* The design called @name; cli_usage() with all of them when there is none. */
const struct tv_iter_design *cli_usage_design(const char *name);
/* The same for a design or an approach of before (model/approach.h), where "all" is taken, too. */
const struct tv_iter_design *cli_usage_approach(const char *name);

/*
 * Takes @text as the only operand of @verb into *@operand; cli_usage() when
 * there is one already. @what it is: "fixture".
 */
void cli_usage_operand(const char *verb, const char *what, const char *text,
		       const char **operand);

/* The fixture at @path as a world; or the status to end with, its reason already told. */
enum cli_status cli_load(const char *path, struct tv_world **world);
/* As cli_load(), for the task that has @pid (below 0: the first). */
enum cli_status cli_load_task(const char *path, int pid, struct task_struct **task);
/* The same, with every use of what was freed seen (tv_world_create_watched()). */
enum cli_status cli_load_watched(const char *path, int pid, struct task_struct **task);

#endif
