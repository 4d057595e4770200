// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma capture: a live process, or a saved maps text, as a fixture. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/proc.h"
#include "cli/space.h"
#include "model/fixture.h"
#include "model/maps.h"

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
	  "from (default 4096)", 0 },
	{ "output", 'o', "FILE", 0, "write to FILE, whole or not at all", 0 },
	{ 0 },
};

static unsigned long parse_page_size(const char *text)
{
	unsigned long size = cli_usage_number("--page-size", text, 65536);

	if (size < 4096 || (size & (size - 1)))
		cli_usage("--page-size %s is no power of two from 4096 to 65536", text);
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

/* maps text on its way into an mm. */
struct source {
	const char *text;
	size_t len;
	struct tv_diag diag;
};

#define HIGHEST_TASK_SIZE	0xfffffffffffff000UL

/*
 * A text does not say where user space ends: the smallest limit that a
 * 64-bit machine has and that holds every VMA.
 */
static unsigned long fitting_task_size(unsigned long end)
{
	static const unsigned long known[] = {
		0x7ffffffff000,		/* x86-64 */
		0x1000000000000,	/* arm64, 48 bits */
		0x10000000000000,	/* arm64, 52 bits */
		0xfffffffffff000,	/* x86-64, five levels */
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (end <= known[i])
			return known[i];
	}
	return HIGHEST_TASK_SIZE;
}

static int fill_from_maps(void *arg, struct mm_struct *mm, struct tv_vma_list *vmas)
{
	struct source *source = arg;
	struct tv_space_limits *limits = &mm->tv_world->limits;
	int err;

	limits->task_size = HIGHEST_TASK_SIZE;
	err = tv_maps_parse(source->text, source->len, mm, vmas, &source->diag);
	limits->task_size = fitting_task_size(vmas->nr ? vmas->vmas[vmas->nr - 1]->vm_end : 0);
	return err;
}

/* A live process without any mapping: there is no text to parse. */
static int fill_nothing(void *arg, struct mm_struct *mm, struct tv_vma_list *vmas)
{
	return 0;
}

static enum cli_status write_fixture(const struct cli_space *space, const struct source *source,
				     const char *path)
{
	struct cli_output out;
	struct tv_world *world;
	enum cli_status status = CLI_BAD;
	int err;

	err = cli_space_create(space, &world);
	if (err == -ENOMEM) {
		cli_error("capture: out of memory");
		return CLI_CANNOT;
	}
	if (err)
		return cli_bad_input(&source->diag, err);
	if (cli_output_open(&out, path))
		goto out_destroy;
	err = tv_fixture_write(out.stream, world);
	if (err == -ENOMEM) {
		cli_error("capture: out of memory");
		cli_output_abort(&out);
		status = CLI_CANNOT;
	} else {
		/* a stream that failed says so here */
		status = cli_output_commit(&out) ? CLI_BAD : CLI_OK;
	}

out_destroy:
	tv_world_destroy(world);
	return status;
}

static enum cli_status no_process(int pid, int err)
{
	switch (err) {
	case -ESRCH:
		cli_error("capture: there is no process %d", pid);
		return CLI_BAD;
	case -EACCES:
	case -EPERM:
		cli_error("capture: /proc/%d may not be read: ptrace access to the process is needed",
			  pid);
		return CLI_CANNOT;
	default:
		cli_error("capture: /proc/%d: %s", pid, strerror(-err));
		return CLI_CANNOT;
	}
}

static enum cli_status capture_process(int pid, const char *path)
{
	struct cli_space space = { .pid = pid, .limits.page_size = sysconf(_SC_PAGESIZE) };
	enum cli_status status;
	struct source source;
	struct cli_proc proc;
	char name[64];
	int err;

	err = cli_proc_read(pid, &proc);
	if (err)
		return no_process(pid, err);
	if (!proc.settled)
		cli_error("capture: process %d kept changing while it was read", pid);
	snprintf(name, sizeof(name), "/proc/%d/maps", pid);
	source = (struct source){ .text = proc.maps.bytes, .len = proc.maps.len };
	tv_diag_init(&source.diag, name);
	space.tgid = proc.tgid;
	space.comm = proc.comm;
	space.arg = &source;
	space.limits.task_size = fitting_task_size(0);
	if (proc.kthread)
		space.flags = PF_KTHREAD;
	else if (proc.exited)
		space.flags = PF_EXITING;
	else
		space.fill = proc.maps.len ? fill_from_maps : fill_nothing;
	status = write_fixture(&space, &source, path);
	cli_proc_fini(&proc);
	return status;
}

static enum cli_status capture_text(const struct options *opts)
{
	int pid = opts->pid < 0 ? 1 : opts->pid;
	struct source source;
	struct cli_space space = {
		.pid = pid, .tgid = pid, .comm = opts->comm ? opts->comm : "",
		.limits.page_size = opts->page_size ? opts->page_size : 4096,
		.fill = fill_from_maps, .arg = &source,
	};
	enum cli_status status;
	struct cli_text text;
	int err;

	source = (struct source){ 0 };
	tv_diag_init(&source.diag, opts->maps);
	err = cli_read_file(opts->maps, TV_FIXTURE_MAX_BYTES, &text);
	if (err) {
		tv_diag_set(&source.diag, 0, 0, "%s", strerror(-err));
		return cli_bad_input(&source.diag, err);
	}
	source.text = text.bytes;
	source.len = text.len;
	status = write_fixture(&space, &source, opts->output);
	cli_text_fini(&text);
	return status;
}

enum cli_status cli_capture(int argc, char **argv)
{
	struct options opts = { .operand_pid = -1, .pid = -1 };

	cli_parse(&argp, argc, argv, &opts);
	if (opts.maps)
		return capture_text(&opts);
	return capture_process(opts.operand_pid, opts.output);
}
