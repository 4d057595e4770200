// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma capture: a live process, or a saved maps text, as a fixture. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include "cli/captured.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "model/fixture.h"

struct options {
	const char *maps;	/* NULL: a live process */
	const char *output;
	const char *comm;
	int operand_pid;	/* -1: none given */
	int pid;		/* of a saved text; -1: none given */
	unsigned long page_size;	/* of a saved text; 0: none given */
};

enum { KEY_MAPS = 256, KEY_PID, KEY_COMM, KEY_PAGE_SIZE };

static const struct argp_option option_list[] = {
	{ "maps", KEY_MAPS, "FILE", 0, "read a saved maps or smaps text instead of a live process "
	  "(- for standard input)", 0 },
	{ "pid", KEY_PID, "N", 0, "with --maps: the pid to give the task (default 1)", 0 },
	{ "comm", KEY_COMM, "NAME", 0, "with --maps: the name to give the task", 0 },
	{ "page-size", KEY_PAGE_SIZE, "BYTES", 0, "with --maps: page size of the machine it comes "
	  "from (default: as a smaps text tells, or 4096)", 0 },
	{ "output", 'o', "FILE", 0, "write to FILE, whole or not at all", 0 },
	{ 0 },
};

static unsigned long parse_page_size(const char *text)
{
	unsigned long size = cli_usage_number("--page-size", text, TV_MAX_PAGE_SIZE);

	if (!tv_page_size_is_valid(size))
		cli_usage("--page-size %s is no power of two from %lu to %lu", text, TV_DEFAULT_PAGE_SIZE,
			  TV_MAX_PAGE_SIZE);
	return size;
}

static void check_options(const struct options *opts)
{
	bool of_saved = opts->comm || opts->pid >= 0 || opts->page_size;

	if (!opts->maps && opts->operand_pid < 0)
		cli_usage("capture needs a pid, or --maps");
	if (opts->maps && opts->operand_pid >= 0)
		cli_usage("capture takes a pid or --maps, not both");
	if (!opts->maps && of_saved)
		cli_usage("--pid, --comm and --page-size go with --maps");
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case KEY_MAPS:
		opts->maps = arg;
		break;
	case KEY_PID:
		opts->pid = cli_usage_number("--pid", arg, TV_PID_LIMIT - 1);
		break;
	case KEY_COMM:
		opts->comm = arg;
		break;
	case KEY_PAGE_SIZE:
		opts->page_size = parse_page_size(arg);
		break;
	case 'o':
		opts->output = arg;
		break;
	case ARGP_KEY_ARG:
		if (opts->operand_pid >= 0)
			cli_usage("capture takes one pid, '%s' is one too many", arg);
		opts->operand_pid = cli_usage_number("pid", arg, INT_MAX);
		break;
	case ARGP_KEY_END:
		check_options(opts);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "PID\n--maps FILE",
	.doc = "Writes the address space of a process as a fixture that the other verbs read."
	       "\vThe process is only looked at. While it changes it is read again, a few times; "
	       "when it never holds still the last reading is written and a line says so.",
};

static enum cli_status write_fixture(const struct tv_world *world, const char *path)
{
	enum cli_status status;
	struct cli_output out;
	int err;

	status = cli_output_open(&out, path);
	if (status)
		return status;
	err = tv_fixture_write(out.stream, world);
	if (err == -ENOMEM) {
		cli_error("capture: out of memory");
		cli_output_abort(&out);
		return CLI_CANNOT;
	}
	/* a stream that failed says so here */
	return cli_output_commit(&out);
}

static enum cli_status capture_text(const struct options *opts, struct tv_world **world)
{
	const struct captured_text text = {
		.path = opts->maps, .pid = opts->pid < 0 ? 1 : opts->pid,
		.comm = opts->comm ? opts->comm : "",
		.page_size = opts->page_size,
	};

	return captured_text(&text, world);
}

enum cli_status cli_capture(int argc, char **argv)
{
	struct options opts = { .operand_pid = -1, .pid = -1 };
	enum cli_status status;
	struct tv_world *world;

	cli_parse(&argp, argc, argv, &opts);
	if (opts.maps)
		status = capture_text(&opts, &world);
	else
		status = captured_process(opts.operand_pid, false, &world);
	if (status)
		return status;
	status = write_fixture(world, opts.output);
	tv_world_destroy(world);
	return status;
}
