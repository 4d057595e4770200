// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Options of the verbs, read with argp. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"

/* "taskvma VERB", for help. */
static char verb_name[64];

enum { KEY_USAGE = 512 };

static const struct argp_option standard_list[] = {
	{ "help", '?', NULL, 0, "give this help list", -1 },
	{ "usage", KEY_USAGE, NULL, 0, "give a short usage message", 0 },
	{ "version", 'V', NULL, 0, "print the version", 0 },
	{ 0 },
};

static void try_help(void)
{
	fprintf(stderr, "Try `%s --help' for more information.\n", verb_name);
}

/*
 * What argp would do by itself, but for the name: argp knows one, which
 * getopt puts before its messages ("taskvma: ..."), and help needs the verb.
 */
static error_t parse_standard(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_INIT:
		/* argp says nothing: cli_parse() does when it comes back */
		state->err_stream = NULL;
		return 0;
	case '?':
		argp_help(state->root_argp, stdout, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK,
			  verb_name);
		break;
	case KEY_USAGE:
		argp_help(state->root_argp, stdout, ARGP_HELP_USAGE, verb_name);
		break;
	case 'V':
		puts(argp_program_version);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	exit(CLI_OK);
}

void cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	static const struct argp standard = { .options = standard_list, .parser = parse_standard };
	static const struct argp_child children[] = { { .argp = &standard }, { 0 } };
	static char program_name[] = "taskvma";
	struct argp whole = *argp;
	int err;

	snprintf(verb_name, sizeof(verb_name), "%s %s", program_name, argv[0]);
	argv[0] = program_name;
	whole.children = children;
	err = argp_parse(&whole, argc, argv, ARGP_NO_HELP, NULL, input);
	if (err == EINVAL) {
		try_help();
		exit(CLI_BAD);
	}
	if (err) {
		cli_error("%s", strerror(err));
		exit(CLI_CANNOT);
	}
}

void cli_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cli_verror(fmt, ap);
	va_end(ap);
	try_help();
	exit(CLI_BAD);
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

uint64_t cli_usage_number(const char *what, const char *text, uint64_t max)
{
	uint64_t value;

	if (cli_parse_u64(text, &value))
		cli_usage("%s '%s' is no number (decimal, or hexadecimal after 0x)",
			  what, text);
	if (value > max)
		cli_usage("%s %s is above %" PRIu64, what, text, max);
	return value;
}

double cli_usage_seconds(const char *what, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !isfinite(seconds) || seconds <= 0)
		cli_usage("%s '%s' is no number of seconds", what, text);
	return seconds;
}
