/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Calls of the program's own functions, and the way back. */
#include <errno.h>

#include "verifier_sim/internal.h"

int vs_enter_func(struct vs_env *env, uint32_t subprog, uint32_t callsite, vs_callee_fn setup,
		  struct vs_state *st)
{
	struct vs_frame *caller = vs_cur_frame(st), *callee;
	int err;

	if (st->curframe + 1 >= VS_MAX_FRAMES) {
		vs_log(env, "the call stack of %u frames is too deep\n", st->curframe + 2);
		return -E2BIG;
	}
	callee = vs_frame_create(&env->pool, (int)callsite, st->curframe + 1, subprog);
	if (!callee)
		return -ENOMEM;
	vs_scratch_all(env);
	err = setup(env, caller, callee, callsite);
	if (err) {
		vs_frame_destroy(&env->pool, callee);
		return err;
	}
	st->frames[++st->curframe] = callee;
	return 0;
}

static int pass_args(struct vs_env *env, struct vs_frame *caller, struct vs_frame *callee,
		     uint32_t insn_idx)
{
	for (uint32_t i = BPF_REG_1; i <= BPF_REG_5; i++)
		callee->regs[i] = caller->regs[i];
	return 0;
}

/* A global function has been, or will be, verified on its own: here it is only its prototype. */
static int call_global(struct vs_env *env, uint32_t subprog, int match)
{
	struct vs_subprog *sub = &env->subprogs[subprog];
	struct vs_reg *regs = vs_regs(env);

	if (sub->might_sleep && (env->cur->active_rcu || env->cur->active_preempt ||
				 !vs_in_sleepable(env))) {
		vs_log(env, "global functions that may sleep are not allowed in non-sleepable context,\n"
			    "i.e., in a RCU/IRQ/preempt-disabled section, or in\n"
			    "a non-sleepable BPF program context\n");
		return -EINVAL;
	}
	if (match) {
		vs_log(env, "Caller passes invalid args into func#%u ('%s')\n", subprog, sub->name);
		return match;
	}
	if (vs_log_path(env))
		vs_log(env, "Func#%u ('%s') is global and assumed valid.\n", subprog, sub->name);
	if (sub->changes_pkt_data)
		vs_forget_packets(env);
	sub->called = true;
	vs_clear_caller_saved(env, regs);
	vs_reg_unknown(&regs[BPF_REG_0]);
	return 0;
}

int vs_check_call(struct vs_env *env, const struct bpf_insn *insn)
{
	struct vs_state *st = env->cur;
	struct vs_frame *caller = vs_cur_frame(st);
	int subprog = vs_subprog_at(env, (uint32_t)((int)env->insn_idx + insn->imm + 1)), match, err;

	if (subprog < 0)
		return -EFAULT;
	match = vs_func_match_args(env, (uint32_t)subprog, caller->regs);
	if (match == -EFAULT || match == VS_UNSUPPORTED || match == -ENOMEM)
		return match;
	if (env->subprogs[subprog].is_global)
		return call_global(env, (uint32_t)subprog, match);

	err = vs_enter_func(env, (uint32_t)subprog, env->insn_idx, pass_args, st);
	if (err)
		return err;
	vs_clear_caller_saved(env, caller->regs);
	env->insn_idx = env->subprogs[subprog].start - 1;
	vs_livestack_forget_chain(env);
	if (vs_log_path(env)) {
		vs_log(env, "caller:\n");
		vs_print_state(env, st, caller->frameno, true);
		vs_log(env, "callee:\n");
		vs_print_state(env, st, st->curframe, true);
	}
	return 0;
}

static int check_callback_result(struct vs_env *env, const struct vs_frame *callee)
{
	const struct vs_reg *r0 = &callee->regs[BPF_REG_0];
	int err;

	if (r0->type != SCALAR_VALUE) {
		vs_log(env, "R0 not a scalar value\n");
		return -EACCES;
	}
	err = vs_mark_precise(env, BPF_REG_0);
	if (err)
		return err;
	if (callee->ret_min > r0->v.smin || r0->v.smax > callee->ret_max) {
		vs_log_bad_range(env, r0, callee->ret_min, callee->ret_max, "At callback return", "R0");
		return -EINVAL;
	}
	return 0;
}

int vs_leave_func(struct vs_env *env, uint32_t *insn_idx)
{
	struct vs_state *st = env->cur, *prev;
	struct vs_frame *callee, *caller;
	bool callback;
	int err = vs_livestack_update(env);

	if (err)
		return err;
	callee = vs_cur_frame(st);
	caller = st->frames[st->curframe - 1];
	callback = callee->in_callback;
	if (callee->regs[BPF_REG_0].type == PTR_TO_STACK) {
		vs_log(env, "cannot return stack pointer to the caller\n");
		return -EINVAL;
	}
	if (callback) {
		err = check_callback_result(env, callee);
		if (err)
			return err;
	} else {
		caller->regs[BPF_REG_0] = callee->regs[BPF_REG_0];
	}
	/* a callback may be called again: back to the call itself */
	*insn_idx = (uint32_t)callee->callsite + !callback;
	if (vs_log_path(env)) {
		vs_log(env, "returning from callee:\n");
		vs_print_state(env, st, callee->frameno, true);
		vs_log(env, "to caller at %u:\n", *insn_idx);
		vs_print_state(env, st, caller->frameno, true);
	}
	st->frames[st->curframe--] = NULL;
	vs_frame_destroy(&env->pool, callee);
	prev = callback ? vs_prev_entry(env, st, *insn_idx) : NULL;
	if (prev)
		vs_widen(env, prev, st);
	return 0;
}
