// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs run on the model (run_model.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/prog_type.h"
#include "cli/judge.h"
#include "cli/model_maps.h"
#include "cli/run_model.h"
#include "cli/text.h"
#include "cli/trace.h"
#include "model/bpf_kernel.h"

/* One run, from the machine's making to its end. */
struct model_run {
	const struct run_options *opts;
	const struct run_object *object;
	const struct tv_bpf_prog *prog;
	struct task_struct *task;
	struct outcome *outcome;
	struct tv_bpf_kernel *kernel;
	struct tv_machine *machine;
	struct tracer *tracer;		/* NULL: nobody looks */
	struct tv_verify_result verdict;
};

static enum cli_status cannot(int err)
{
	cli_error("run: %s", strerror(-err));
	return CLI_CANNOT;
}

/* --- may it run ---------------------------------------------------------------- */

static enum cli_status verify(struct model_run *run, const struct tv_bpf_prog *prog,
			      struct tv_verify_result *res)
{
	/* one that the program asked for only jumps to needs its name */
	const char *name = prog == run->prog ? "" : prog->name, *colon = *name ? ": " : "";
	int err;

	err = cli_judge(&run->object->target, run->object->obj, prog, &run->opts->verify, res);
	if (err)
		return cannot(err);
	if (res->verdict == TV_REJECT)
		outcome_end(run->outcome, OUTCOME_REJECTED, res->err, "%s%s%s", name, colon, res->message);
	else if (res->verdict == TV_UNSUPPORTED)
		outcome_end(run->outcome, OUTCOME_UNVERIFIED, -ENOTSUP,
			    "%s%s%s (--no-verify runs it all the same)", name, colon, res->message);
	return CLI_OK;
}

/* What BPF_PROG_TEST_RUN asks of the context, for the types it runs (Linux v6.12 net/bpf/test_run.c). */
static void check_ctx(struct model_run *run)
{
	uint32_t needed = run->verdict.max_ctx_offset, given = (uint32_t)run->opts->nr_ctx * 8;
	uint32_t most = run->prog->type == BPF_PROG_TYPE_RAW_TRACEPOINT ? 12 * 8 : UINT16_MAX;

	if (run->prog->type != BPF_PROG_TYPE_RAW_TRACEPOINT && run->prog->type != BPF_PROG_TYPE_SYSCALL)
		return;
	if (given < needed)
		outcome_end(run->outcome, OUTCOME_REFUSED, -EINVAL,
			    "BPF_PROG_TEST_RUN: -EINVAL: the program reads %u bytes of its context, --ctx "
			    "gives %u", needed, given);
	else if (given > most)
		outcome_end(run->outcome, OUTCOME_REFUSED, -EINVAL,
			    "BPF_PROG_TEST_RUN: -EINVAL: a context has at most %u bytes, --ctx gives %u",
			    most, given);
}

/* Packets are not modelled: a program that runs on one may not look at it. */
static void check_packet(struct model_run *run)
{
	uint32_t type = run->prog->type;

	if ((type == BPF_PROG_TYPE_SOCKET_FILTER || type == BPF_PROG_TYPE_SCHED_CLS ||
	     type == BPF_PROG_TYPE_SCHED_ACT) && (run->verdict.max_ctx_offset || run->opts->nr_ctx))
		outcome_end(run->outcome, OUTCOME_UNSUPPORTED, -ENOTSUP,
			    "a packet's context, struct __sk_buff, is not modelled");
}

/* --- the machine --------------------------------------------------------------- */

static void say_printk(void *arg, const char *line)
{
	cli_error("printk: %s", line);
}

static enum cli_status create_kernel(struct model_run *run)
{
	struct tv_world *world = run->task->tv_world;
	const struct tv_bpf_kernel_opts opts = {
		.world = world, .current_task = run->task, .design = run->opts->design,
		.context = run->opts->context < 0 ? world->context
						  : (enum tv_context)run->opts->context,
		.vmlinux = run->object->target.vmlinux, .kernel = run->opts->kernel,
		.printk = say_printk,
		.step = run->tracer ? tracer_step : NULL, .step_arg = run->tracer,
	};
	const char *why = "";
	int err;

	err = tv_bpf_kernel_create(&opts, &run->kernel, &why);
	if (err == -ENOMEM)
		return cannot(err);
	if (err) {
		cli_error("run: %s", why);
		return CLI_BAD;
	}
	return CLI_OK;
}

static enum cli_status create_machine(struct model_run *run)
{
	const struct tv_machine_opts opts = {
		.vmlinux = run->object->target.vmlinux, .env = tv_bpf_kernel_env(run->kernel),
		.max_insns = run->opts->max_insns, .nr_cpus = run->object->target.opts.nr_cpus,
		.kernel = run->opts->kernel,
	};
	struct tv_bpf_error error;
	int err;

	tv_bpf_error_init(&error, run->object->obj->path);
	err = tv_machine_create(run->object->obj, &opts, &run->machine, &error);
	if (err == -ENOMEM) {
		cli_error("%s: %s", run->object->obj->path, error.text);
		return CLI_CANNOT;
	}
	if (err)
		outcome_end(run->outcome, OUTCOME_UNSUPPORTED, err, "%s: -%s", error.text, tv_errno_name(err));
	/* loads that the kernel guards are known of what was verified */
	else if (tv_machine_load(run->machine, run->prog, run->verdict.probe_loads))
		return cannot(-ENOMEM);
	return CLI_OK;
}

static enum cli_status load(struct model_run *run, const struct tv_bpf_prog *prog,
			    const struct tv_verify_result *verdict)
{
	int err = tv_machine_load(run->machine, prog, verdict->probe_loads);

	return err ? cannot(err) : CLI_OK;
}

/* Programs that a map of the object points to are loaded, and so verified, with it. */
static enum cli_status load_slot(struct model_run *run, const struct tv_bpf_slot *slot)
{
	const struct tv_bpf_prog *prog = slot->prog < 0 ? NULL : &run->object->obj->progs[slot->prog];
	struct tv_verify_result verdict = { 0 };
	enum cli_status status;

	if (!prog || prog == run->prog || run->opts->no_verify)
		return CLI_OK;
	status = verify(run, prog, &verdict);
	if (!status && verdict.verdict == TV_ACCEPT)
		status = load(run, prog, &verdict);
	tv_verify_result_fini(&verdict);
	return status;
}

static enum cli_status load_all(struct model_run *run)
{
	const struct tv_bpf_object *obj = run->object->obj;
	enum cli_status status = load(run, run->prog, &run->verdict);

	for (uint32_t i = 0; i < obj->map_cnt; i++)
		for (uint32_t j = 0; !status && j < obj->maps[i].slot_cnt; j++)
			status = load_slot(run, &obj->maps[i].slots[j]);
	return status;
}

/* --- what came of it ----------------------------------------------------------- */

static int add_hazard(struct outcome *outcome, const struct tv_bpf_hazard *from)
{
	struct outcome_hazard *more = realloc(outcome->hazards, (outcome->nr_hazards + 1) * sizeof(*more));
	const struct tv_bpf_line_info *line = from->prog ? tv_bpf_prog_line(from->prog, from->insn) : NULL;

	if (!more)
		return -ENOMEM;
	outcome->hazards = more;
	more += outcome->nr_hazards++;
	*more = (struct outcome_hazard){
		.kind = tv_hazard_text(from->kind), .text = strdup(from->text),
		.cause = *from->cause ? strdup(from->cause) : NULL,
		.insn = from->prog ? (long)from->insn : -1,
		.file = line ? line->file : NULL, .line = line ? line->line : 0,
		.source = line ? line->text : NULL,
	};
	return more->text && (more->cause || !*from->cause) ? 0 : -ENOMEM;
}

static enum cli_status keep_hazards(struct model_run *run)
{
	const struct tv_bpf_hazard *hazards;
	size_t nr = tv_bpf_kernel_hazards(run->kernel, &hazards);

	for (size_t i = 0; i < nr; i++)
		if (add_hazard(run->outcome, &hazards[i]))
			return cannot(-ENOMEM);
	return CLI_OK;
}

static void keep_end(struct model_run *run, const struct tv_run_result *result)
{
	static const enum outcome_end ends[] = {
		[TV_RUN_MAX_INSNS] = OUTCOME_MAX_INSNS, [TV_RUN_FAULT] = OUTCOME_FAULT,
		[TV_RUN_UNSUPPORTED] = OUTCOME_UNSUPPORTED, [TV_RUN_STOPPED] = OUTCOME_STOPPED,
	};
	const struct tv_bpf_line_info *line;
	char at[512] = "";

	run->outcome->insns = result->insns;
	run->outcome->retval = (uint32_t)result->retval;
	if (result->end == TV_RUN_DONE || result->end == TV_RUN_NOMEM)
		return;
	line = result->prog ? tv_bpf_prog_line(result->prog, result->insn) : NULL;
	if (line)
		snprintf(at, sizeof(at), ", %s:%u", cli_base_name(line->file), line->line);
	outcome_end(run->outcome, ends[result->end], 0, "%s (instruction %u%s)", result->why, result->insn,
		    at);
}

static enum cli_status go(struct model_run *run)
{
	struct tv_run_result result = { 0 };
	enum cli_status status;

	status = create_kernel(run);
	if (!status)
		status = create_machine(run);
	if (!status && run->machine)
		status = load_all(run);
	if (status || run->outcome->end != OUTCOME_DONE)
		return status;
	tv_bpf_kernel_run(run->kernel, run->machine, run->prog, run->opts->ctx,
			  run->opts->nr_ctx * sizeof(uint64_t), &result);
	if (run->tracer)
		tracer_end(run->tracer);
	if (result.end == TV_RUN_NOMEM)
		return cannot(-ENOMEM);
	keep_end(run, &result);
	status = keep_hazards(run);
	if (!status && model_fetch_maps(run->machine, run->object->target.opts.nr_cpus, run->outcome))
		return cannot(-ENOMEM);
	return status;
}

enum cli_status run_model(const struct run_options *opts, const struct run_object *object,
			  const struct tv_bpf_prog *prog, struct task_struct *task, struct tracer *tracer,
			  struct outcome *outcome)
{
	struct model_run run = {
		.opts = opts, .object = object, .prog = prog, .task = task, .tracer = tracer,
		.outcome = outcome,
	};
	enum cli_status status = CLI_OK;

	if (prog->err || !opts->no_verify)
		status = verify(&run, prog, &run.verdict);
	if (!status && outcome->end == OUTCOME_DONE)
		check_ctx(&run);
	if (!status && outcome->end == OUTCOME_DONE)
		check_packet(&run);
	if (!status && outcome->end == OUTCOME_DONE)
		status = go(&run);
	if (run.machine)
		tv_machine_destroy(run.machine);
	if (run.kernel)
		tv_bpf_kernel_destroy(run.kernel);
	tv_verify_result_fini(&run.verdict);
	return status;
}
