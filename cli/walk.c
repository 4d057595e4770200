// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma walk: new, next until NULL, destroy; and what that left behind. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/faults.h"
#include "cli/leaks.h"
#include "cli/output.h"
#include "cli/space.h"
#include "cli/vma_format.h"
#include "cli/walk_live.h"
#include "model/fixture.h"
#include "model/iter.h"

struct options {
	const char *fixture;
	const char *output;	/* NULL: standard output */
	const struct tv_iter_design *design;
	const struct cli_vma_format *format;	/* NULL: yaml */
	struct cli_faults faults;
	uint64_t from;
	int pid;		/* -1: the first task */
	int context;		/* enum tv_context; -1: the fixture's */
	bool summary;
	int live_pid;		/* 0: none, the fixture */
};

enum { KEY_PID = 256, KEY_FROM, KEY_DESIGN, KEY_CONTEXT, KEY_FORMAT, KEY_FAULT, KEY_SUMMARY, KEY_LIVE };

static const struct argp_option option_list[] = {
	{ "pid", KEY_PID, "N", 0, "the task to walk (default: the first)", 0 },
	{ "from", KEY_FROM, "ADDR", 0, "begin at the VMA that holds ADDR, or the next one "
	  "(decimal or 0x hex; default 0)", 0 },
	{ "design", KEY_DESIGN, "NAME", 0, "design of the iterator (default mmap_lock)", 0 },
	{ "context", KEY_CONTEXT, "NAME", 0, "where the program runs: process, softirq, irqs-off "
	  "or nmi (default: as the fixture says)", 0 },
	{ "format", KEY_FORMAT, "NAME", 0, "maps (default), text, json, csv or yaml", 0 },
	{ "fault", KEY_FAULT, "NAME", 0, "make something go wrong; may be repeated: "
	  CLI_FAULT_NAMES, 0 },
	{ "output", 'o', "FILE", 0, "write to FILE, whole or not at all", 0 },
	{ "summary", KEY_SUMMARY, NULL, 0, "say on standard error what happened", 0 },
	{ "live", KEY_LIVE, "PID", 0, "walk this process with the running kernel's iterator instead, by a BPF "
	  "program of the command's own; nothing is attached", 0 },
	{ 0 },
};

static const struct cli_vma_format *parse_format(const char *name)
{
	const struct cli_vma_format *format = cli_vma_format_find(name);

	if (!format && strcmp(name, "yaml"))
		cli_usage("there is no format '%s'; there are: maps, text, json, csv, yaml",
			  name);
	return format;
}

static int parse_context(const char *name)
{
	enum tv_context context;

	if (tv_context_parse(name, &context))
		cli_usage("there is no context '%s'; there are: process, softirq, irqs-off, nmi",
			  name);
	return context;
}

static void check_options(const struct options *opts)
{
	if (!opts->fixture && !opts->live_pid)
		cli_usage("walk needs a fixture");
	if (!opts->live_pid)
		return;
	if (opts->fixture)
		cli_usage("walk takes a fixture or --live, not both");
	if (opts->design || opts->pid >= 0 || opts->context >= 0 || opts->summary ||
	    cli_faults_any(&opts->faults))
		cli_usage("only --from, --format and -o go with --live");
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case KEY_PID:
		opts->pid = cli_usage_number("--pid", arg, INT_MAX);
		break;
	case KEY_FROM:
		opts->from = cli_usage_number("--from", arg, UINT64_MAX);
		break;
	case KEY_DESIGN:
		opts->design = cli_usage_design(arg);
		break;
	case KEY_CONTEXT:
		opts->context = parse_context(arg);
		break;
	case KEY_FORMAT:
		opts->format = parse_format(arg);
		break;
	case KEY_FAULT:
		if (cli_faults_add(&opts->faults, arg))
			cli_usage("there is no fault '%s'; there are: %s", arg,
				  CLI_FAULT_NAMES);
		break;
	case 'o':
		opts->output = arg;
		break;
	case KEY_SUMMARY:
		opts->summary = true;
		break;
	case KEY_LIVE:
		opts->live_pid = cli_usage_number("--live", arg, INT_MAX);
		break;
	case ARGP_KEY_ARG:
		cli_usage_operand("walk", "fixture", arg, &opts->fixture);
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
	.args_doc = "FIXTURE\n--live PID",
	.doc = "Walks the address space of a task of FIXTURE (- for standard input) with "
	       "bpf_iter_task_vma, emulated, and prints the VMAs it returned as /proc/PID/maps "
	       "prints them, without [vsyscall].\v"
	       "When bpf_iter_task_vma_new() fails, its errno and reason go to standard error and "
	       "the exit status is 1; it is 1 as well when the walk left anything held.",
};

/* The VMAs that the iterator returned, on their way out. */
struct shown {
	FILE *out;
	const struct cli_vma_format *format;	/* NULL: kept in descs for yaml */
	struct tv_vma_desc *descs;
	size_t nr, room;
	int err;
};

static int keep_vma(struct shown *shown, const struct vm_area_struct *vma)
{
	if (shown->nr == shown->room) {
		size_t room = shown->room ? shown->room * 2 : 256;
		struct tv_vma_desc *descs = realloc(shown->descs, room * sizeof(*descs));

		if (!descs)
			return -ENOMEM;
		shown->descs = descs;
		shown->room = room;
	}
	tv_vma_describe(vma, &shown->descs[shown->nr++]);
	return 0;
}

static int show_vma(void *arg, const struct vm_area_struct *vma)
{
	struct shown *shown = arg;

	if (shown->format)
		shown->err = shown->format->print(shown->out, vma);
	else
		shown->err = keep_vma(shown, vma);
	/* positive, to be told from an errno of new */
	return !!shown->err;
}

static int fill_shown(void *arg, struct mm_struct *mm, struct tv_vma_list *vmas)
{
	const struct shown *shown = arg;
	struct vm_area_struct *vma;
	size_t i;
	int err;

	for (i = 0; i < shown->nr; i++) {
		err = tv_vma_create(mm, &shown->descs[i], &vma);
		if (err)
			return err;
		err = tv_vma_list_add(vmas, vma);
		if (err) {
			tv_vma_destroy(vma);
			return err;
		}
	}
	return 0;
}

/* What was shown of @task, as a fixture of its own. */
static int write_yaml(const struct task_struct *task, struct shown *shown)
{
	struct cli_space space = {
		.pid = task->pid, .tgid = task->tgid, .comm = task->comm,
		.limits = task->tv_world->limits, .fill = fill_shown, .arg = shown,
	};
	struct tv_world *world;
	int err;

	err = cli_space_create(&space, &world);
	if (err)
		return err;
	err = tv_fixture_write(shown->out, world);
	tv_world_destroy(world);
	return err;
}

static enum cli_status out_of_memory(void)
{
	cli_error("walk: out of memory");
	return CLI_CANNOT;
}

/* The rest of the output: @err is what new said, or 0. Failures have been told. */
static enum cli_status finish_output(const struct task_struct *task, struct shown *shown, int err)
{
	if (tv_world_ran_out(task->tv_world))
		return out_of_memory();
	if (err < 0) {
		char errno_name[32];

		snprintf(errno_name, sizeof(errno_name), "%s", tv_errno_name(err));
		cli_error("walk: pid %d: bpf_iter_task_vma_new: -%s: %s", task->pid, errno_name,
			  tv_iter_failure_reason(task->tv_world, task, err));
		return CLI_NO;
	}
	if (!err && !shown->format)
		shown->err = write_yaml(task, shown);
	/* a stream that failed says so when it is closed */
	return shown->err == -ENOMEM ? out_of_memory() : CLI_OK;
}

/* The output's end, after all else. */
static enum cli_status close_output(struct cli_output *out, enum cli_status status)
{
	if (!status)
		return cli_output_commit(out);
	cli_output_abort(out);
	return status;
}

/* Nothing may be held when all that the fixture made is gone; *@leaked says whether something is. */
static enum cli_status take_down(struct tv_world *world, bool *leaked)
{
	struct cli_leaks leaks = { 0 };
	int err;

	err = cli_leaks_note(&leaks, world);
	tv_world_teardown(world);
	if (!err && !tv_world_ran_out(world)) {
		*leaked = cli_leaks_report(&leaks, world);
		return CLI_OK;
	}
	cli_leaks_fini(&leaks);
	return out_of_memory();
}

static enum cli_status walk(const struct options *opts, struct task_struct *task,
			    struct cli_output *out)
{
	struct tv_world *world = task->tv_world;
	struct shown shown = { .out = out->stream, .format = opts->format };
	enum tv_context context = opts->context < 0 ? world->context
						    : (enum tv_context)opts->context;
	unsigned long visited, events = world->events;
	enum cli_status status;
	bool leaked = false;
	int err;

	if (shown.format)
		fputs(shown.format->header, shown.out);
	err = tv_iter_walk(world, opts->design, context, task, opts->from,
			   show_vma, &shown, &visited);
	events = world->events - events;
	status = finish_output(task, &shown, err);
	free(shown.descs);
	if (status != CLI_CANNOT) {
		enum cli_status down = take_down(world, &leaked);

		status = down ? down : status;
	}
	status = close_output(out, status);
	if (opts->summary && status != CLI_CANNOT)
		cli_error("design %s, %s context: %lu VMAs, %lu events, %s", opts->design->name,
			  tv_context_name(context), visited, events,
			  leaked ? "something leaked" : "nothing leaked");
	return status ? status : leaked ? CLI_NO : CLI_OK;
}

/* What the running kernel's iterator returned; it has been walked already. */
static enum cli_status walk_kernel(const struct options *opts)
{
	struct shown shown = { .format = opts->format };
	struct vm_area_struct *vma;
	enum cli_status status;
	struct task_struct *task;
	struct tv_world *world;
	struct cli_output out;

	status = walk_live(opts->live_pid, opts->from, &world);
	if (status)
		return status;
	task = tv_world_find_task(world, -1);
	status = cli_output_open(&out, opts->output);
	if (!status) {
		VMA_ITERATOR(vmi, task->mm, 0);

		shown.out = out.stream;
		if (shown.format)
			fputs(shown.format->header, shown.out);
		while (!shown.err && (vma = vma_next(&vmi)))
			show_vma(&shown, vma);
		status = close_output(&out, finish_output(task, &shown, 0));
	}
	free(shown.descs);
	tv_world_destroy(world);
	return status;
}

enum cli_status cli_walk(int argc, char **argv)
{
	struct options opts = {
		.format = cli_vma_formats[0], .pid = -1, .context = -1,
	};
	enum cli_status status;
	struct task_struct *task;
	struct tv_world *world;
	struct cli_output out;

	cli_parse(&argp, argc, argv, &opts);
	if (opts.live_pid)
		return walk_kernel(&opts);
	if (!opts.design)
		opts.design = tv_iter_designs[0];
	status = cli_load_task(opts.fixture, opts.pid, &task);
	if (status)
		return status;
	world = task->tv_world;
	if (cli_faults_apply(&opts.faults, task)) {
		cli_error("--fault mmap-lock: task %d has no mm that could be locked", task->pid);
		status = CLI_BAD;
	} else {
		status = cli_output_open(&out, opts.output);
		if (!status)
			status = walk(&opts, task, &out);
	}
	tv_world_destroy(world);
	return status;
}
