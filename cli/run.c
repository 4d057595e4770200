// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma run: a program of a BPF object, run on an emulated address space, or on the running kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/captured.h"
#include "cli/dump.h"
#include "cli/judge.h"
#include "cli/output.h"
#include "cli/run_live.h"
#include "cli/run_model.h"
#include "cli/run_object.h"
#include "cli/shape.h"
#include "cli/trace.h"
#include "cli/verify_live.h"

enum run_format { RUN_TEXT, RUN_JSON, RUN_FORMATS };

struct options {
	struct run_options run;
	const char *object;
	struct cli_texts dumps;
	enum run_format format;
	bool live;
};

enum { KEY_DUMP = 256, KEY_FORMAT, KEY_NO_VERIFY, KEY_TRACE, KEY_BREAK, KEY_LIVE };

static const struct argp_option option_list[] = {
	RUN_OPTION_LIST,
	{ "dump", KEY_DUMP, "VAR", 0, "print this variable, element or member, or all of .bss, .data or "
	  ".rodata; may be repeated (default: .bss and .data without what is static)", 0 },
	{ "format", KEY_FORMAT, "NAME", 0, "text (default) or json (one object)", 0 },
	{ "no-verify", KEY_NO_VERIFY, NULL, 0, "run it whatever the verifier would say", 0 },
	{ "trace", KEY_TRACE, NULL, 0, "each instruction, its line and what it changed, on standard error",
	  0 },
	{ "break", KEY_BREAK, "FILE:LINE", 0, "registers and variables whenever it comes to that line, on "
	  "standard error; may be repeated", 0 },
	{ "live", KEY_LIVE, NULL, 0, "on the running kernel, by BPF_PROG_TEST_RUN in an own child, which "
	  "gets the fixture's address space or runs the program behind --; nothing is attached", 0 },
	{ 0 },
};

static void check_options(const struct options *opts)
{
	const struct run_options *run = &opts->run;

	if (!opts->object)
		cli_usage("run needs an object");
	if (!opts->live && !run->fixture)
		cli_usage("run needs --fixture (or --live)");
	if (!opts->live && run->command)
		cli_usage("a program behind -- goes with --live");
	if (run->command && run->fixture)
		cli_usage("--fixture and a program behind -- exclude each other");
	if (opts->live && (run->trace || run->breaks.nr || run->no_verify || run->max_insns || run->design ||
			   run->context >= 0))
		cli_usage("--trace, --break, --no-verify, --max-insns, --design and --context do not go with "
			  "--live");
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	static const char *const formats[] = { "text", "json" };
	struct options *opts = state->input;

	switch (key) {
	case KEY_DUMP:
		cli_texts_add(&opts->dumps, arg);
		return 0;
	case KEY_FORMAT:
		opts->format = cli_usage_choice("format", arg, formats, RUN_FORMATS);
		return 0;
	case KEY_NO_VERIFY:
		opts->run.no_verify = true;
		return 0;
	case KEY_TRACE:
		opts->run.trace = true;
		return 0;
	case KEY_BREAK:
		if (!tracer_break_ok(arg))
			cli_usage("--break '%s' is no FILE:LINE", arg);
		cli_texts_add(&opts->run.breaks, arg);
		return 0;
	case KEY_LIVE:
		opts->live = true;
		return 0;
	case ARGP_KEY_ARG:
		cli_usage_operand("run", "object", arg, &opts->object);
		return 0;
	case ARGP_KEY_END:
		check_options(opts);
		return 0;
	default:
		return run_options_parse(key, arg, state, &opts->run);
	}
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "OBJECT --fixture FILE\nOBJECT --live [--fixture FILE | -- COMMAND [ARG...]]",
	.doc = "Verifies a program of a BPF object, then runs it on an emulated address space: what it "
	       "returns, what it leaves in variables, maps and ring buffers, and what was dangerous.\v"
	       "What the model does not have is unsupported, and named; it never guesses. The exit status "
	       "is 0 when the program ran to its end, 1 when it was rejected, was stopped, or a hazard "
	       "showed, 2 when the input is bad, 3 when this machine can't (--live).",
};

/* --- one run ------------------------------------------------------------------- */

static enum cli_status on_kernel(const struct options *opts, const struct tv_bpf_prog *prog,
				 struct task_struct *task, struct child *child, struct outcome *outcome)
{
	struct live_run run = {
		.opts = &opts->run, .prog = prog, .child = child, .outcome = outcome,
	};
	struct tv_world *got = NULL;
	enum cli_status status;

	status = live_run_load(&run);
	if (!status && run.loaded)
		status = live_run_stop(&run, task);
	if (!status && run.loaded && task)
		status = captured_process(child->pid, false, &got);
	if (got)
		shape_report(opts->run.fixture, task, tv_world_find_task(got, -1));
	if (!status && run.loaded)
		status = live_run_go(&run);
	tv_world_destroy(got);
	live_run_fini(&run);
	return status;
}

static enum cli_status on_model(const struct options *opts, const struct run_object *object,
				const struct tv_bpf_prog *prog, struct task_struct *task,
				const struct dump *dump, struct outcome *outcome)
{
	struct tracer tracer = {
		.all = opts->run.trace, .breaks = &opts->run.breaks, .dump = dump,
		.disasm = { .kernel = opts->run.kernel, .vmlinux = object->target.vmlinux },
	};
	bool looks = opts->run.trace || opts->run.breaks.nr;

	return run_model(&opts->run, object, prog, task, looks ? &tracer : NULL, outcome);
}

static enum cli_status print(const struct options *opts, const struct dump *dump,
			     struct outcome *outcome)
{
	enum cli_status status;
	struct cli_output out;

	if (!outcome_has_run(outcome)) {
		cli_error("%s: %s: %s: %s", outcome->obj->path, outcome->prog->name,
			  outcome_end_name(outcome->end), outcome->message ? outcome->message : "");
		return CLI_NO;
	}
	/* as text it stands in the result */
	if (outcome->end != OUTCOME_DONE && opts->format == RUN_JSON)
		cli_error("%s: %s: %s: %s", outcome->obj->path, outcome->prog->name,
			  outcome_end_name(outcome->end), outcome->message ? outcome->message : "");
	status = cli_output_open(&out, opts->run.output);
	if (status)
		return status;
	outcome_sort(outcome);
	if (opts->format == RUN_JSON)
		dump_json(out.stream, dump, outcome);
	else
		dump_text(out.stream, dump, outcome);
	status = cli_output_commit(&out);
	if (status)
		return status;
	return outcome->end != OUTCOME_DONE || outcome->nr_hazards ? CLI_NO : CLI_OK;
}

static enum cli_status run_prog(const struct options *opts, const struct run_object *object,
				struct task_struct *task, struct child *child)
{
	const struct tv_bpf_prog *prog;
	enum cli_status status;
	struct outcome outcome;
	struct dump dump;

	status = run_object_prog(object, opts->run.prog, &prog);
	if (!status)
		status = run_object_set(object, &opts->run.sets, opts->live ? child->pid : task->pid);
	if (!status)
		status = run_object_dump(object, &opts->dumps, opts->run.record, &dump);
	if (status)
		return status;
	outcome_init(&outcome, object->obj, prog);
	if (opts->live)
		status = on_kernel(opts, prog, task, child, &outcome);
	else
		status = on_model(opts, object, prog, task, &dump, &outcome);
	if (!status)
		status = print(opts, &dump, &outcome);
	outcome_fini(&outcome);
	dump_fini(&dump);
	return status;
}

enum cli_status cli_run(int argc, char **argv)
{
	struct options opts = { 0 };
	struct child child = { .socket = -1 };
	struct task_struct *task = NULL;
	struct run_object object = { 0 };
	enum cli_status status = CLI_OK;

	run_options_init(&opts.run);
	run_options_take_command(&argc, argv, &opts.run);
	cli_parse(&argp, argc, argv, &opts);
	if (opts.live)
		status = verify_live_ready();
	/* before much is in memory: it becomes the child's, too */
	if (!status && opts.live)
		status = child_start(&child, opts.run.command);
	if (!status && opts.run.fixture)
		status = cli_load_watched(opts.run.fixture, opts.run.pid, &task);
	if (!status)
		status = run_object_open(&object, opts.object, &opts.run, task ? task->tv_world : NULL);
	if (!status)
		status = run_prog(&opts, &object, task, &child);
	child_end(&child);
	run_object_close(&object);
	if (task)
		tv_world_destroy(task->tv_world);
	run_options_fini(&opts.run);
	free(opts.dumps.texts);
	return status;
}
