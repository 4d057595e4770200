// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Options of the verbs, read with argp. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"
#include "model/world.h"

static char program_name[] = "taskvma";

void cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	int err;

	argp_err_exit_status = CLI_BAD;
	/* getopt begins its own messages with argv[0] */
	argv[0] = program_name;
	err = argp_parse(argp, argc, argv, 0, NULL, input);
	if (err) {
		cli_error("%s", strerror(err));
		exit(CLI_CANNOT);
	}
}

void cli_parse_begin(struct argp_state *state, const char *verb)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s %s", program_name, verb);
	state->name = name;
}

int cli_parse_u64(const char *text, uint64_t *value)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	size_t len = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");

	/* digits only: strtoull() by itself also takes blanks and signs */
	if (!len || digits[len])
		return -EINVAL;
	errno = 0;
	*value = strtoull(digits, NULL, hex ? 16 : 10);
	return errno ? -EINVAL : 0;
}

uint64_t cli_usage_number(const struct argp_state *state, const char *what,
			  const char *text, uint64_t max)
{
	uint64_t value;

	if (cli_parse_u64(text, &value))
		cli_usage(state, "%s '%s' is no number (decimal, or hexadecimal after 0x)",
			  what, text);
	if (value > max)
		cli_usage(state, "%s %s is above %" PRIu64, what, text, max);
	return value;
}

struct task_struct *cli_find_task(const struct tv_world *world, const char *file, int pid)
{
	struct task_struct *task = tv_world_find_task(world, pid);

	if (!task && pid < 0)
		cli_error("%s has no task", file);
	else if (!task)
		cli_error("%s has no task with pid %d", file, pid);
	return task;
}
