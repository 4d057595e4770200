// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma verify: what a kernel's verifier says of the programs of BPF objects. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/judge.h"
#include "cli/output.h"
#include "cli/target.h"
#include "cli/verdict.h"
#include "cli/verify_live.h"

struct options {
	char **objects;
	int object_cnt;
	const char **progs;		/* none: all */
	bool *found;			/* beside @progs */
	int prog_cnt;
	const char *vmlinux, *output;
	enum verdict_format format;
	enum tv_kernel kernel;
	struct tv_verify_opts verify;
	bool live;
};

enum { KEY_PROG = 256, KEY_KERNEL, KEY_LOG, KEY_EXPLAIN, KEY_FLAGS, KEY_FORMAT, KEY_VMLINUX,
       KEY_LIVE };

static const struct argp_option option_list[] = {
	{ "prog", KEY_PROG, "NAME", 0, "only this program, by its ELF name (may be repeated)", 0 },
	{ "kernel", KEY_KERNEL, "VERSION", 0, "whose rules: 6.18 (default) or 6.12", 0 },
	{ "log", KEY_LOG, "LEVEL", 0, "print the log instead of the table: 1 the path that failed, "
	  "2 all paths and states (default 0: none)", 0 },
	{ "explain", KEY_EXPLAIN, NULL, 0, "tell which rule a rejected program breaks and how it gets "
	  "there, why one does not converge, and what is risky in an accepted one", 0 },
	{ "flags", KEY_FLAGS, "N", 0, "program flags, instead of those its test_prog_flags tags ask "
	  "for (0: none)", 0 },
	{ "vmlinux", KEY_VMLINUX, "SOURCE", 0, "the kernel's types: running, builtin, or a file with "
	  "BTF (default: the running kernel's where it has them, else builtin)", 0 },
	{ "live", KEY_LIVE, NULL, 0, "ask the running kernel instead; nothing is attached", 0 },
	{ "format", KEY_FORMAT, "NAME", 0, "text (default), csv (veristat's) or json (one object a "
	  "program)", 0 },
	{ "output", 'o', "FILE", 0, "write to FILE, whole or not at all", 0 },
	{ 0 },
};

/* --- options ------------------------------------------------------------------- */

static enum verdict_format parse_format(const char *name)
{
	enum verdict_format format;

	for (format = 0; format < VERDICT_FORMATS; format++) {
		if (!strcmp(name, verdict_format_name[format]))
			return format;
	}
	cli_usage("there is no format '%s'; there are: text, csv, json", name);
}

static enum tv_kernel parse_kernel(const char *version)
{
	if (!strcmp(version, "6.18"))
		return TV_KERNEL_6_18;
	if (!strcmp(version, "6.12"))
		return TV_KERNEL_6_12;
	cli_usage("the rules of kernel '%s' are not modelled; there are: 6.12, 6.18", version);
}

static void add_prog(struct options *opts, const char *name)
{
	opts->progs = realloc(opts->progs, (opts->prog_cnt + 1) * sizeof(*opts->progs));
	opts->found = realloc(opts->found, (opts->prog_cnt + 1) * sizeof(*opts->found));
	if (!opts->progs || !opts->found) {
		cli_error("out of memory");
		exit(CLI_CANNOT);
	}
	opts->progs[opts->prog_cnt] = name;
	opts->found[opts->prog_cnt++] = false;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case KEY_PROG:
		add_prog(opts, arg);
		break;
	case KEY_KERNEL:
		opts->kernel = parse_kernel(arg);
		break;
	case KEY_LOG:
		opts->verify.log_level = (unsigned int)cli_usage_number("--log", arg, 2);
		break;
	case KEY_EXPLAIN:
		opts->verify.explain = true;
		break;
	case KEY_FLAGS:
		opts->verify.set_flags = true;
		opts->verify.flags = (uint32_t)cli_usage_number("--flags", arg, UINT32_MAX);
		break;
	case KEY_VMLINUX:
		opts->vmlinux = arg;
		break;
	case KEY_LIVE:
		opts->live = true;
		break;
	case KEY_FORMAT:
		opts->format = parse_format(arg);
		break;
	case 'o':
		opts->output = arg;
		break;
	case ARGP_KEY_ARGS:
		opts->objects = state->argv + state->next;
		opts->object_cnt = state->argc - state->next;
		break;
	case ARGP_KEY_NO_ARGS:
		cli_usage("verify needs an object");
	case ARGP_KEY_END:
		if (opts->live && opts->verify.explain)
			cli_usage("only the simulator explains: --explain and --live exclude each other");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "OBJECT...",
	.doc = "Verifies the programs of BPF object files as a kernel's verifier would, without that "
	       "kernel: verdict, final error, and counts.\v"
	       "What the simulator does not model is unsupported, and named; it never guesses. The "
	       "exit status is 0 when every program is accepted, 1 when one is rejected or "
	       "unsupported, 2 when an object cannot be read, 3 when this machine can't (--live).",
};

/* --- one program --------------------------------------------------------------- */

struct run {
	struct options *opts;
	struct cli_target target;
	struct cli_output out;
	struct verdict_counts sum;
	bool many;		/* more than one program is printed, or may be */
	int width;		/* of the program names of this object */
};

static void count_verdict(struct verdict_counts *sum, enum tv_verify_verdict verdict)
{
	if (verdict == TV_ACCEPT)
		sum->accepted++;
	else if (verdict == TV_REJECT)
		sum->rejected++;
	else
		sum->unsupported++;
}

static void print_result(struct run *run, const struct tv_bpf_object *obj,
			 const struct tv_bpf_prog *prog, const struct tv_verify_result *res)
{
	const struct verdict v = {
		.file = obj->path, .prog = prog->name, .verdict = res->verdict, .err = res->err,
		.message = res->message, .explanation = res->explanation,
		.log = run->opts->verify.log_level ? res->log : NULL,
		.total_insns = res->total_insns, .max_states_per_insn = res->max_states_per_insn,
		.total_states = res->total_states, .peak_states = res->peak_states,
		.duration_us = res->duration_us,
	};

	count_verdict(&run->sum, res->verdict);
	verdict_print(run->out.stream, run->opts->format, &v, run->width, !run->many);
}

static int verify_prog(struct run *run, const struct tv_bpf_object *obj,
		       const struct tv_bpf_prog *prog)
{
	struct tv_verify_result res;
	int err;

	if (run->opts->live)
		err = verify_live(obj, prog, &run->opts->verify, &res);
	else
		err = cli_judge(&run->target, obj, prog, &run->opts->verify, &res);
	if (err)
		return err;
	print_result(run, obj, prog, &res);
	tv_verify_result_fini(&res);
	return 0;
}

/* --- one object ---------------------------------------------------------------- */

static bool is_wanted(struct options *opts, const char *name)
{
	bool wanted = !opts->prog_cnt;

	for (int i = 0; i < opts->prog_cnt; i++) {
		if (strcmp(name, opts->progs[i]))
			continue;
		opts->found[i] = true;
		wanted = true;
	}
	return wanted;
}

static int name_width(const struct tv_bpf_object *obj)
{
	size_t width = strlen("program");

	for (uint32_t i = 0; i < obj->prog_cnt; i++) {
		size_t len = strlen(obj->progs[i].name);

		/* one monster must not push all others' numbers away */
		if (len > width && len <= 60)
			width = len;
	}
	return (int)width;
}

static enum cli_status verify_object(struct run *run, const char *path)
{
	struct options *opts = run->opts;
	struct tv_bpf_object *obj;
	struct tv_bpf_error error;
	bool headed = false;
	int err = 0;

	tv_bpf_error_init(&error, path);
	if (tv_bpf_object_open(path, &run->target.opts, &obj, &error))
		return cli_bad_object(&error);
	run->width = name_width(obj);
	for (uint32_t i = 0; !err && i < obj->prog_cnt; i++) {
		if (!is_wanted(opts, obj->progs[i].name))
			continue;
		if (!headed && !opts->verify.log_level)
			verdict_print_file(run->out.stream, opts->format, path, run->width);
		headed = true;
		err = verify_prog(run, obj, &obj->progs[i]);
	}
	tv_bpf_object_close(obj);
	if (!err)
		return CLI_OK;
	cli_error("%s: %s", path, strerror(-err));
	return CLI_CANNOT;
}

/* --- all ----------------------------------------------------------------------- */

static enum cli_status check_found(const struct options *opts)
{
	enum cli_status status = CLI_OK;

	for (int i = 0; i < opts->prog_cnt; i++) {
		if (opts->found[i])
			continue;
		cli_error("%s%s: no program is called '%s'", opts->objects[0],
			  opts->object_cnt > 1 ? " and the others" : "", opts->progs[i]);
		status = CLI_BAD;
	}
	return status;
}

static enum cli_status verify_all(struct run *run)
{
	struct options *opts = run->opts;
	enum cli_status worst = CLI_OK, status;

	status = cli_output_open(&run->out, opts->output);
	if (status)
		return status;
	run->many = opts->object_cnt > 1 || opts->prog_cnt != 1;
	verdict_print_head(run->out.stream, opts->format);
	for (int i = 0; i < opts->object_cnt && worst != CLI_CANNOT; i++) {
		status = verify_object(run, opts->objects[i]);
		if (status > worst)
			worst = status;
	}
	if (!worst)
		worst = check_found(opts);
	if (worst && opts->output) {
		cli_output_abort(&run->out);
		return worst;
	}
	if (!worst && !opts->verify.log_level)
		verdict_print_sum(run->out.stream, opts->format, &run->sum);
	status = cli_output_commit(&run->out);
	if (status)
		return status;
	if (!worst && (run->sum.rejected || run->sum.unsupported))
		worst = CLI_NO;
	return worst;
}

enum cli_status cli_verify(int argc, char **argv)
{
	struct options opts = { .kernel = TV_KERNEL_6_18 };
	struct run run = { .opts = &opts };
	enum cli_status status = CLI_OK;

	cli_parse(&argp, argc, argv, &opts);
	if (opts.live)
		status = verify_live_ready();
	if (!status)
		status = cli_target_open(&run.target, opts.vmlinux, 6,
					 opts.kernel == TV_KERNEL_6_12 ? 12 : 18);
	if (!status) {
		opts.verify.kernel = opts.kernel;
		cli_judge_by(&opts.verify, &run.target);
		status = verify_all(&run);
	}
	cli_target_close(&run.target);
	free(opts.progs);
	free(opts.found);
	return status;
}
