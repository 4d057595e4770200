// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The kernel around an interpreted program: made, asked for calls, run in. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "model/bpf_internal.h"
#include "model/object.h"
#include "model/rcu.h"

/* Its address tells what this program holds in the ledger. */
static const char program_name[] = "program";

/* --- calls --------------------------------------------------------------------- */

static tv_call_fn *find_helper(void *arg, int id)
{
	const struct tv_bpf_call *const tables[] = { tv_bpf_helpers, tv_bpf_user_helpers };
	const struct tv_bpf_call *call;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (call = tables[i]; call->call; call++) {
			if (call->id == id)
				return call->call;
		}
	}
	return NULL;
}

static tv_call_fn *find_kfunc(void *arg, const char *name)
{
	const struct tv_bpf_call *const tables[] = {
		tv_bpf_iter_kfuncs, tv_bpf_kfuncs, tv_bpf_user_kfuncs,
	};
	const struct tv_bpf_call *call;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (call = tables[i]; call->call; call++) {
			if (!strcmp(call->name, name))
				return call->call;
		}
	}
	return NULL;
}

static void printk(void *arg, const char *line)
{
	const struct tv_bpf_kernel *kernel = arg;

	kernel->opts.printk(kernel->opts.printk_arg, line);
}

/* Its pid tells a task from others, and to people; the rest of the number keeps it from being 0. */
static uint64_t owner(void *arg, uint64_t addr)
{
	const struct tv_bpf_kernel *kernel = arg;
	const struct task_struct *task;
	uint32_t offset;

	task = tv_bpf_view_object(&kernel->view, addr, TV_VIEW_TASK, &offset);
	return task && !offset ? UINT64_C(1) << 32 | (uint32_t)task->pid : 0;
}

static int step(void *arg, struct tv_machine *machine, uint32_t insn, const uint64_t regs[11])
{
	const struct tv_bpf_kernel *kernel = arg;

	return kernel->opts.step(kernel->opts.step_arg, machine, insn, regs);
}

const void *tv_bpf_object_arg(struct tv_machine *machine, const uint64_t args[5], int nr,
			      enum tv_view_type type, const char *call)
{
	struct tv_bpf_kernel *kernel = tv_bpf_kernel_of(machine);
	uint64_t addr = args[nr - 1];
	const void *object;
	uint32_t offset;

	object = tv_bpf_view_object(&kernel->view, addr, type, &offset);
	if (object && tv_object_is_dead(object)) {
		/* the hazard is told by who touches it */
		tv_touch(object, TV_PART_FIELDS, TV_ACCESS_READ, call, TV_SITE());
		tv_machine_stop(machine, TV_RUN_STOPPED, "%s: R%d is freed", call, nr);
		return NULL;
	}
	if (object && !offset)
		return object;
	tv_machine_stop(machine, TV_RUN_FAULT, "%s: R%d is %s, no struct %s", call, nr,
			addr ? "an address of something else" : "NULL", tv_bpf_facts[type].type);
	return NULL;
}

/* --- made and gone ------------------------------------------------------------- */

static void no_memory(void *arg)
{
	struct tv_bpf_kernel *kernel = arg;

	if (kernel->machine)
		tv_machine_stop(kernel->machine, TV_RUN_NOMEM, "out of memory");
}

static const char *refused(const struct tv_bpf_kernel_opts *opts)
{
	if (!opts->world->slots)
		return "the world has no slots";
	if (!opts->current_task)
		return "there is no task to run in";
	if (opts->design && opts->design->approach)
		return "the design is no iterator of BPF programs";
	return NULL;
}

int tv_bpf_kernel_create(const struct tv_bpf_kernel_opts *opts, struct tv_bpf_kernel **out,
			 const char **why)
{
	struct tv_bpf_kernel *kernel;
	int err;

	*why = refused(opts);
	if (*why)
		return -EINVAL;
	kernel = calloc(1, sizeof(*kernel));
	if (!kernel)
		return -ENOMEM;
	kernel->opts = *opts;
	if (!kernel->opts.design)
		kernel->opts.design = tv_iter_designs[0];
	kernel->clock_ns = opts->boot_ns;
	kernel->random = opts->seed;
	kernel->env = (struct tv_env){
		.arg = kernel, .page_size = opts->world->limits.page_size,
		.user_end = opts->world->limits.task_size, .helper = find_helper, .kfunc = find_kfunc,
		.printk = opts->printk ? printk : NULL, .owner = owner,
		.step = opts->step ? step : NULL,
	};
	err = tv_bpf_view_init(&kernel->view, opts->world, opts->vmlinux, why);
	if (err) {
		free(kernel);
		return err;
	}
	/* -ENOENT is the offset of nothing */
	kernel->path_offset = tv_bpf_layout_offset(&kernel->view.layouts[TV_VIEW_FILE], "f_path");
	kernel->view.kernel = opts->kernel;
	kernel->view.current_task = opts->current_task;
	kernel->view.judge = tv_bpf_judge_read;
	kernel->view.no_memory = no_memory;
	kernel->view.arg = kernel;
	*out = kernel;
	return 0;
}

void tv_bpf_kernel_destroy(struct tv_bpf_kernel *kernel)
{
	if (!kernel)
		return;
	tv_bpf_walks_fini(&kernel->walks);
	tv_bpf_refs_fini(&kernel->tasks);
	tv_bpf_refs_fini(&kernel->files);
	tv_bpf_judge_fini(&kernel->judge);
	tv_bpf_view_fini(&kernel->view);
	free(kernel);
}

const struct tv_env *tv_bpf_kernel_env(struct tv_bpf_kernel *kernel)
{
	return &kernel->env;
}

/* --- run ----------------------------------------------------------------------- */

static void enter(struct tv_bpf_kernel *kernel, bool sleepable)
{
	kernel->actor = (struct tv_actor){
		.world = kernel->opts.world, .cpu = &kernel->opts.world->cpus[0],
		.name = program_name,
	};
	kernel->preempt_off = 0;
	kernel->base_rcu = !sleepable;
	tv_context_enter(&kernel->actor, kernel->opts.context);
	if (sleepable)
		tv_rcu_trace_enter();
	else
		tv_rcu_enter(TV_SITE());
}

/* What the program did not give back of RCU and interrupts ends with it, told as a leak or not. */
static void leave(struct tv_bpf_kernel *kernel, bool sleepable, bool done)
{
	struct tv_actor *actor = &kernel->actor;

	kernel->machine = NULL;
	if (sleepable)
		tv_rcu_trace_leave(TV_SITE());
	else
		tv_rcu_leave(TV_SITE());
	if (done && actor->irqs_saved)
		tv_hazard(TV_HAZARD_LEAK, TV_SITE(), NULL, "the program ends with interrupts off");
	if (done && kernel->preempt_off)
		tv_hazard(TV_HAZARD_LEAK, TV_SITE(), NULL, "the program ends with preemption off");
	actor->irqs_saved = 0;
	actor->context = TV_CONTEXT_PROCESS;
	tv_world_settle(actor->world);
	if (done)
		tv_bpf_judge_leaks(kernel);
	while (actor->rcu_depth)
		tv_rcu_leave(TV_SITE());
	tv_context_leave(actor);
}

void tv_bpf_kernel_run(struct tv_bpf_kernel *kernel, struct tv_machine *machine,
		       const struct tv_bpf_prog *prog, const void *ctx, size_t size,
		       struct tv_run_result *result)
{
	struct tv_lockdep *lockdep = kernel->opts.world->lockdep;

	*result = (struct tv_run_result){ .end = TV_RUN_NOMEM, .why = "out of memory", .prog = prog };
	if (tv_bpf_view_attach(&kernel->view, tv_machine_memory(machine)))
		return;
	kernel->machine = machine;
	kernel->lockdep = (struct tv_lockdep){ 0 };
	kernel->opts.world->lockdep = &kernel->lockdep;
	tv_bpf_judge_begin(kernel);
	enter(kernel, prog->sleepable);
	tv_machine_run(machine, prog, ctx, size, result);
	leave(kernel, prog->sleepable, result->end == TV_RUN_DONE);
	tv_bpf_judge_end(kernel);
	kernel->opts.world->lockdep = lockdep;
	/* neither what it was told nor what is said of it is the kernel's answer then */
	if (kernel->judge.out_of_memory || tv_world_ran_out(kernel->opts.world))
		*result = (struct tv_run_result){ .end = TV_RUN_NOMEM, .why = "out of memory", .prog = prog };
}
