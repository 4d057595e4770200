/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Following paths: instruction by instruction, until all branches have been taken. */
#include <errno.h>

#include "verifier_sim/internal.h"

static int reserved(struct vs_env *env, const char *name)
{
	vs_log(env, "%s uses reserved fields\n", name);
	return -EINVAL;
}

static int check_call_insn(struct vs_env *env, const struct bpf_insn *insn)
{
	int err;

	if (insn->dst_reg || (insn->src_reg != BPF_PSEUDO_KFUNC_CALL && insn->off) ||
	    insn->src_reg > BPF_PSEUDO_KFUNC_CALL)
		return reserved(env, "BPF_CALL");
	if (tv_insn_is_subprog_call(insn))
		err = vs_check_call(env, insn);
	else if (tv_insn_is_kfunc_call(insn))
		err = vs_check_kfunc(env, insn);
	else
		err = vs_check_helper(env, insn);
	if (!err)
		vs_scratch_reg(env, BPF_REG_0);
	return err;
}

static int check_goto(struct vs_env *env, const struct bpf_insn *insn)
{
	bool wide = BPF_CLASS(insn->code) == BPF_JMP;

	if (insn->src_reg || insn->dst_reg || (wide ? insn->imm != 0 : insn->off != 0))
		return reserved(env, "BPF_JA");
	env->insn_idx += (uint32_t)(wide ? insn->off : insn->imm);
	return 0;
}

static int check_exit_insn(struct vs_env *env, const struct bpf_insn *insn, bool *print_state)
{
	int err;

	if (insn->imm || insn->src_reg || insn->dst_reg)
		return reserved(env, "BPF_EXIT");
	err = vs_check_exit(env, print_state);
	/* back in the caller: insn_idx is right already */
	if (!err)
		env->insn_idx--;
	return err;
}

static int load_map(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg *dst)
{
	const struct vs_aux *aux = &env->aux[env->insn_idx];

	vs_reg_pointer(dst, insn->src_reg == BPF_PSEUDO_MAP_FD ? CONST_PTR_TO_MAP : PTR_TO_MAP_VALUE);
	dst->map = aux->map;
	dst->off = insn->src_reg == BPF_PSEUDO_MAP_FD ? 0 : (int32_t)aux->map_off;
	return 0;
}

static int load_func(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg *dst)
{
	int sub = vs_subprog_at(env, (uint32_t)((int)env->insn_idx + insn->imm + 1));

	if (!env->prog->func_info_cnt) {
		vs_log(env, "missing btf func_info\n");
		return -EINVAL;
	}
	if (sub < 0 || env->subprogs[sub].is_global) {
		vs_log(env, "callback function not static\n");
		return -EINVAL;
	}
	vs_reg_pointer(dst, PTR_TO_FUNC);
	dst->subprog = (uint32_t)sub;
	return 0;
}

static int load_ksym(struct vs_env *env, struct vs_reg *dst)
{
	const struct vs_aux *aux = &env->aux[env->insn_idx];

	vs_reg_pointer(dst, aux->value_type);
	if (vs_base(aux->value_type) == PTR_TO_MEM) {
		dst->mem_size = aux->value_size;
	} else {
		dst->btf_id = aux->value_btf_id;
	}
	return 0;
}

static int check_imm64(struct vs_env *env, const struct bpf_insn *insn)
{
	struct vs_reg *dst;
	int err;

	if (insn->off)
		return reserved(env, "BPF_LD_IMM64");
	err = vs_check_dst(env, insn->dst_reg, true);
	if (err)
		return err;
	dst = &vs_regs(env)[insn->dst_reg];
	switch (insn->src_reg) {
	case 0:
		vs_reg_known(dst, (uint64_t)(uint32_t)insn[1].imm << 32 | (uint32_t)insn->imm);
		break;
	case BPF_PSEUDO_BTF_ID:
		err = load_ksym(env, dst);
		break;
	case BPF_PSEUDO_FUNC:
		err = load_func(env, insn, dst);
		break;
	default:
		err = load_map(env, insn, dst);
	}
	env->insn_idx++;	/* its second half */
	return err;
}

/* One instruction, with env->insn_idx moved to the next. 0, VS_PATH_DONE or -errno. */
static int check_insn(struct vs_env *env, bool *print_state)
{
	const struct bpf_insn *insn = &env->insns[env->insn_idx];
	uint8_t mode = BPF_MODE(insn->code), op = BPF_OP(insn->code);
	int err;

	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		err = vs_check_alu(env, insn);
		break;
	case BPF_LDX:
		err = vs_check_load(env, insn);
		break;
	case BPF_STX:
	case BPF_ST:
		err = mode == BPF_ATOMIC ? vs_check_atomic(env, insn) : vs_check_store(env, insn);
		break;
	case BPF_LD:
		if (mode == BPF_IMM)
			err = check_imm64(env, insn);
		else
			err = vs_unsupported(env, "BPF_LD_ABS and BPF_LD_IND");
		break;
	default:
		env->jmps_processed++;
		err = op == BPF_CALL ? check_call_insn(env, insn) :
		      op == BPF_JA ? check_goto(env, insn) :
		      op == BPF_EXIT ? check_exit_insn(env, insn, print_state) :
		      vs_check_jump(env, insn);
	}
	if (!err)
		env->insn_idx++;
	return err;
}

static void log_from(struct vs_env *env, const char *rest)
{
	vs_log(env, "\nfrom %d to %u:%s", env->prev_insn_idx, env->insn_idx, rest);
}

/* Looks the current state up. VS_PATH_DONE: an equal one is known to be safe. */
static int visit(struct vs_env *env, bool print_state)
{
	int err = vs_state_visited(env, env->insn_idx);

	if (err <= 0)
		return err;
	if (vs_log_path(env) && print_state)
		log_from(env, " safe\n");
	else if (vs_log_path(env))
		vs_log(env, "%u: safe\n", env->insn_idx);
	return VS_PATH_DONE;
}

static void print_insn(struct vs_env *env)
{
	uint64_t start;

	if (env->scratched_regs || env->scratched_slots)
		vs_print_insn_state(env, env->cur, env->cur->curframe);
	vs_log_line(env, env->insn_idx, "; ");
	start = vs_log_pos(env);
	vs_log(env, "%u: ", env->insn_idx);
	vs_log_insn(env, env->insn_idx);
	env->prev_log_pos = vs_log_pos(env);
	env->prev_insn_print_len = (uint32_t)(env->prev_log_pos - start);
}

/* One step of the current path; @prev_insn: the instruction before. */
static int step(struct vs_env *env, int *prev_insn, bool *print_state)
{
	struct vs_state *st = env->cur;
	int err;

	env->cur_hist = NULL;
	env->prev_insn_idx = *prev_insn;
	if (env->insn_idx >= env->insn_cnt) {
		vs_log(env, "invalid insn idx %u insn_cnt %u\n", env->insn_idx, env->insn_cnt);
		return -EFAULT;
	}
	if (++env->insn_processed > VS_MAX_INSNS) {
		vs_log(env, "BPF program is too large. Processed %u insn\n", env->insn_processed);
		return -E2BIG;
	}
	st->last_insn_idx = env->prev_insn_idx;
	st->insn_idx = env->insn_idx;
	if (env->aux[env->insn_idx].prune_point) {
		err = visit(env, *print_state);
		if (err)
			return err;
	}
	if (env->aux[env->insn_idx].jmp_point) {
		err = vs_push_hist(env, st, 0, 0, 0, NULL, 0);
		if (err)
			return err;
	}
	if (vs_log_all(env) && *print_state) {
		log_from(env, "");
		vs_print_state(env, st, st->curframe, true);
		*print_state = false;
	}
	if (vs_log_path(env))
		print_insn(env);
	env->aux[env->insn_idx].seen = true;
	*prev_insn = (int)env->insn_idx;

	err = vs_livestack_begin_insn(env, env->insn_idx);
	if (err)
		return err;
	if (env->trace)
		vs_trace_step(env);
	err = check_insn(env, print_state);
	if (err < 0)
		return err;
	if (env->trace && !err)
		vs_trace_after(env);
	return vs_livestack_end_insn(env) ? -ENOMEM : err;
}

/* This path is done: on to the next, if there is one. -ENOENT: there is none. */
static int next_path(struct vs_env *env, int *prev_insn)
{
	int err;

	vs_scratch_all(env);
	err = vs_finish_branch(env, env->cur);
	if (!err)
		err = vs_livestack_update(env);
	return err ? err : vs_pop_branch(env, prev_insn, &env->insn_idx, !vs_log_all(env));
}

static int follow_paths(struct vs_env *env)
{
	bool print_state = false;
	int prev_insn = -1, err;

	for (;;) {
		err = step(env, &prev_insn, &print_state);
		if (err < 0)
			return err;
		if (err != VS_PATH_DONE)
			continue;
		err = next_path(env, &prev_insn);
		if (err)
			return err == -ENOENT ? 0 : err;
		print_state = true;
	}
}

static int start_state(struct vs_env *env, uint32_t subprog)
{
	const struct vs_subprog *sub = &env->subprogs[subprog];
	struct vs_state *st = vs_pool_zalloc(&env->pool, sizeof(*st));
	int err;

	if (!st)
		return -ENOMEM;
	env->cur = st;
	st->branches = 1;
	st->first_insn_idx = sub->start;
	st->last_insn_idx = -1;
	st->frames[0] = vs_frame_create(&env->pool, VS_MAIN_CALLSITE, 0, subprog);
	if (!st->frames[0])
		return -ENOMEM;
	vs_scratch_all(env);
	if (subprog) {
		vs_log(env, "Validating %s() func#%u...\n", sub->name, subprog);
		err = vs_func_prepare_args(env, subprog);
		return err ? err : vs_func_entry_regs(env, subprog, st->frames[0]->regs);
	}
	if (env->prog->func_info_cnt) {
		err = vs_func_prepare_args(env, 0);
		if (err == VS_UNSUPPORTED)
			return err;
		if (err || sub->arg_cnt != 1 || sub->args[0].type != ARG_PTR_TO_CTX)
			env->subprogs[0].unreliable = true;
	}
	vs_reg_pointer(&st->frames[0]->regs[BPF_REG_1], PTR_TO_CTX);
	return 0;
}

/* Verifies one function with all it calls: the main one, or a global one for any arguments. */
int vs_run(struct vs_env *env, uint32_t subprog)
{
	int err;

	env->prev_line = NULL;
	env->insn_idx = env->subprogs[subprog].start;
	vs_livestack_forget_chain(env);
	err = start_state(env, subprog);
	if (!err)
		err = follow_paths(env);
	if (env->cur) {
		vs_state_fini(&env->pool, env->cur);
		vs_pool_free(&env->pool, env->cur, sizeof(*env->cur));
		env->cur = NULL;
	}
	while (!vs_pop_branch(env, NULL, NULL, false))
		;
	if (!err && !vs_log_all(env))
		vs_log_reset(env, 0);
	vs_free_checkpoints(env);
	return err;
}
