// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma diff: programs run on the model and on the running kernel, side by side. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/captured.h"
#include "cli/diff_print.h"
#include "cli/judge.h"
#include "cli/output.h"
#include "cli/run_live.h"
#include "cli/run_model.h"
#include "cli/run_object.h"
#include "cli/shape.h"
#include "cli/verify_live.h"
#include "model/iter.h"

struct options {
	struct run_options run;
	struct cli_texts objects, masks;
	enum diff_format format;
};

enum { KEY_MASK = 256, KEY_FORMAT };

static const struct argp_option option_list[] = {
	RUN_OPTION_LIST,
	{ "mask", KEY_MASK, "VAR", 0, "a variable, element, member or map that differs by nature (times, "
	  "kernel addresses): shown, not compared; may be repeated", 0 },
	{ "format", KEY_FORMAT, "NAME", 0, "text (default), csv or json (one object a program)", 0 },
	{ 0 },
};

static void check_options(const struct options *opts)
{
	if (!opts->objects.nr)
		cli_usage("diff needs an object");
	if (opts->run.command && opts->run.fixture)
		cli_usage("--fixture and a program behind -- exclude each other");
	if (opts->run.context >= 0 && opts->run.context != TV_CONTEXT_PROCESS)
		cli_usage("the running kernel runs programs in process context only");
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	static const char *const formats[] = { "text", "json", "csv" };
	struct options *opts = state->input;

	switch (key) {
	case KEY_MASK:
		cli_texts_add(&opts->masks, arg);
		return 0;
	case KEY_FORMAT:
		opts->format = cli_usage_choice("format", arg, formats, DIFF_FORMATS);
		return 0;
	case ARGP_KEY_ARG:
		cli_texts_add(&opts->objects, arg);
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
	.args_doc = "OBJECT... [--fixture FILE | -- COMMAND [ARG...]]",
	.doc = "Runs programs of BPF objects on the running kernel, in an own child, captures that child's "
	       "address space, runs them on the model of it, and shows what they returned and left in "
	       "variables, maps and ring buffers side by side.\v"
	       "The child is a copy of this process, or has the address space of the fixture, or is the "
	       "program behind --. Nothing is attached. Without --prog every program is run that the kernel "
	       "runs on request. The exit status is 0 when all is equal, 1 when something differs, 2 when "
	       "the input is bad, 3 when this machine can't.",
};

/* All programs of all objects. */
struct diff {
	const struct options *opts;
	struct run_options run;		/* those of @opts, with the kernel's own design */
	struct task_struct *shape;	/* of the fixture; NULL: none */
	struct cli_output out;
	unsigned long programs, different;
	bool found;			/* the program asked for */
};

/* One program. */
struct pair {
	struct diff *diff;
	const struct run_object *object;
	const struct tv_bpf_prog *prog;
	struct dump dump;
	struct diff_masks masks;
	struct outcome model, kernel;
	struct tv_world *captured;	/* the child, as the program on the kernel found it */
};

/* --- the kernel's side --------------------------------------------------------- */

static enum cli_status capture(struct pair *pair, const struct child *child)
{
	struct task_struct *shape = pair->diff->shape;
	enum cli_status status = captured_process(child->pid, true, &pair->captured);

	/* once is enough for all programs */
	if (!status && shape && !pair->diff->programs)
		shape_report(pair->diff->run.fixture, shape, tv_world_find_task(pair->captured, -1));
	return status;
}

static enum cli_status run_on_kernel(struct pair *pair, struct child *child)
{
	struct live_run run = {
		.opts = &pair->diff->run, .prog = pair->prog, .child = child, .outcome = &pair->kernel,
	};
	enum cli_status status;

	status = live_run_load(&run);
	if (!status && run.loaded)
		status = live_run_stop(&run, pair->diff->shape);
	if (!status && run.loaded)
		status = capture(pair, child);
	if (!status && run.loaded)
		status = live_run_go(&run);
	live_run_fini(&run);
	return status;
}

/* --- ours ---------------------------------------------------------------------- */

/* There is nothing to run it on: the kernel has rejected it. */
static enum cli_status only_judge(struct pair *pair)
{
	struct tv_verify_result res;
	int err;

	err = cli_judge(&pair->object->target, pair->object->obj, pair->prog, &pair->diff->run.verify, &res);
	if (err) {
		cli_error("diff: %s", strerror(-err));
		return CLI_CANNOT;
	}
	if (res.verdict == TV_REJECT)
		outcome_end(&pair->model, OUTCOME_REJECTED, res.err, "%s", res.message);
	else if (res.verdict == TV_UNSUPPORTED)
		outcome_end(&pair->model, OUTCOME_UNVERIFIED, -ENOTSUP, "%s", res.message);
	tv_verify_result_fini(&res);
	return CLI_OK;
}

static enum cli_status run_on_model(struct pair *pair)
{
	if (!pair->captured)
		return only_judge(pair);
	return run_model(&pair->diff->run, pair->object, pair->prog,
			 tv_world_find_task(pair->captured, -1), NULL, &pair->model);
}

/* --- one program --------------------------------------------------------------- */

static void tell_end(const struct pair *pair, const char *side, const struct outcome *outcome)
{
	if (outcome->end != OUTCOME_DONE)
		cli_error("%s: %s: %s: %s: %s", pair->object->obj->path, pair->prog->name, side,
			  outcome_end_name(outcome->end), outcome->message ? outcome->message : "");
	for (size_t i = 0; i < outcome->nr_hazards; i++)
		cli_error("%s: %s: %s: hazard: %s: %s", pair->object->obj->path, pair->prog->name, side,
			  outcome->hazards[i].kind, outcome->hazards[i].text);
}

static enum cli_status show(struct pair *pair)
{
	struct diff_rows rows = { .json = pair->diff->opts->format == DIFF_JSON };
	int err;

	outcome_sort(&pair->model);
	outcome_sort(&pair->kernel);
	err = diff_compare(&rows, &pair->dump, &pair->masks, &pair->model, &pair->kernel);
	if (err) {
		cli_error("diff: %s", strerror(-err));
		diff_rows_fini(&rows);
		return CLI_CANNOT;
	}
	tell_end(pair, "model", &pair->model);
	tell_end(pair, "kernel", &pair->kernel);
	diff_print(pair->diff->out.stream, pair->diff->opts->format, pair->object->obj->path,
		   pair->prog->name, &rows);
	pair->diff->programs++;
	pair->diff->different += rows.different != 0;
	diff_rows_fini(&rows);
	return CLI_OK;
}

static enum cli_status prepare(struct pair *pair, const struct child *child)
{
	const struct run_options *run = &pair->diff->run;
	enum cli_status status;
	char why[512];
	int err;

	status = run_object_set(pair->object, &run->sets, child->pid);
	if (!status)
		status = run_object_dump(pair->object, &(struct cli_texts){ 0 }, run->record, &pair->dump);
	if (status)
		return status;
	err = diff_masks_find(&pair->masks, pair->object->obj, &pair->diff->opts->masks, why, sizeof(why));
	if (!err)
		return CLI_OK;
	cli_error("--mask: %s", err == -ENOMEM ? strerror(ENOMEM) : why);
	return err == -ENOMEM ? CLI_CANNOT : CLI_BAD;
}

static enum cli_status diff_prog(struct diff *diff, const struct run_object *object,
				 const struct tv_bpf_prog *prog)
{
	struct pair pair = { .diff = diff, .object = object, .prog = prog };
	struct child child;
	enum cli_status status;

	outcome_init(&pair.model, object->obj, prog);
	outcome_init(&pair.kernel, object->obj, prog);
	status = child_start(&child, diff->run.command);
	if (!status)
		status = prepare(&pair, &child);
	if (!status)
		status = run_on_kernel(&pair, &child);
	child_end(&child);
	if (!status)
		status = run_on_model(&pair);
	if (!status)
		status = show(&pair);
	outcome_fini(&pair.model);
	outcome_fini(&pair.kernel);
	dump_fini(&pair.dump);
	diff_masks_fini(&pair.masks);
	tv_world_destroy(pair.captured);
	return status;
}

/* --- all ----------------------------------------------------------------------- */

/* The design that this kernel has: its iterator's state tells (bpf_iter_task_vma_kern_data). */
static const struct tv_iter_design *kernels_design(const struct tv_btf *vmlinux)
{
	int id = tv_btf_find(vmlinux, "bpf_iter_task_vma_kern_data", BTF_KIND_STRUCT);
	const struct btf_type *t = id > 0 ? tv_btf_type(vmlinux, (uint32_t)id) : NULL;

	for (uint32_t i = 0; t && i < btf_vlen(t); i++)
		if (!strcmp(tv_btf_str(vmlinux, btf_members(t)[i].name_off), "snapshot"))
			return tv_iter_design_find("snapshot");
	return tv_iter_design_find("mmap_lock");
}

static enum cli_status diff_object(struct diff *diff, const char *path)
{
	const char *wanted = diff->opts->run.prog;
	struct run_object object = { 0 };
	enum cli_status status;

	status = run_object_open(&object, path, &diff->run, NULL);
	if (!status && !diff->run.design)
		diff->run.design = kernels_design(object.target.vmlinux);
	for (uint32_t i = 0; !status && i < object.obj->prog_cnt; i++) {
		const struct tv_bpf_prog *prog = &object.obj->progs[i];

		if (wanted ? strcmp(prog->name, wanted) : !live_can_run(prog))
			continue;
		diff->found = true;
		status = diff_prog(diff, &object, prog);
	}
	run_object_close(&object);
	return status;
}

static enum cli_status diff_all(struct diff *diff)
{
	const struct options *opts = diff->opts;
	enum cli_status status = CLI_OK;

	status = cli_output_open(&diff->out, opts->run.output);
	if (status)
		return status;
	diff_print_head(diff->out.stream, opts->format);
	for (size_t i = 0; !status && i < opts->objects.nr; i++)
		status = diff_object(diff, opts->objects.texts[i]);
	if (!status && !diff->found && opts->run.prog) {
		cli_error("%s%s: no program is called '%s'", opts->objects.texts[0],
			  opts->objects.nr > 1 ? " and the others" : "", opts->run.prog);
		status = CLI_BAD;
	}
	if (status) {
		cli_output_abort(&diff->out);
		return status;
	}
	diff_print_sum(diff->out.stream, opts->format, diff->programs, diff->different);
	status = cli_output_commit(&diff->out);
	if (status)
		return status;
	if (!diff->programs)
		cli_error("there is no program that the kernel runs on request");
	return diff->different || !diff->programs ? CLI_NO : CLI_OK;
}

enum cli_status cli_diff(int argc, char **argv)
{
	struct options opts = { 0 };
	struct diff diff = { .opts = &opts };
	enum cli_status status;

	run_options_init(&opts.run);
	run_options_take_command(&argc, argv, &opts.run);
	cli_parse(&argp, argc, argv, &opts);
	diff.run = opts.run;
	diff.run.context = TV_CONTEXT_PROCESS;
	status = verify_live_ready();
	if (!status && opts.run.fixture)
		status = cli_load_task(opts.run.fixture, opts.run.pid, &diff.shape);
	if (!status)
		status = diff_all(&diff);
	if (diff.shape)
		tv_world_destroy(diff.shape->tv_world);
	run_options_fini(&opts.run);
	free(opts.objects.texts);
	free(opts.masks.texts);
	return status;
}
