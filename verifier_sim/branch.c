/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Conditional jumps: which ways are open, and what is known on each. */
#include <errno.h>

#include "verifier_sim/internal.h"

/* may_goto: the kernel counts its rounds, so it ends; each way may be taken. */
static int check_may_goto(struct vs_env *env, const struct bpf_insn *insn)
{
	uint32_t idx = env->insn_idx;
	struct vs_state *prev, *queued;

	if (insn->src_reg != TV_MAY_GOTO || insn->dst_reg || insn->imm ||
	    (!insn->off && !env->rules->may_goto_next)) {
		if (env->rules->may_goto_next)
			vs_log(env, "invalid may_goto imm %d\n", insn->imm);
		else
			vs_log(env, "invalid may_goto off %d imm %d\n", insn->off, insn->imm);
		return -EINVAL;
	}
	prev = vs_prev_entry(env, env->cur->parent, idx);
	queued = vs_push_branch(env, idx + 1, (int)idx);
	if (!queued)
		return vs_push_error(env, VS_KERNEL_ENOMEM);
	queued->may_goto_depth++;
	if (prev)
		vs_widen(env, prev, queued);
	env->insn_idx = (uint32_t)((int)idx + insn->off);
	return 0;
}

/* Checks operands; @src is a register or a made-up one for the immediate. */
static int operands(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg **dst,
		    struct vs_reg **src)
{
	struct vs_reg *regs = vs_regs(env);
	uint32_t flags = 0;
	int err = vs_check_src(env, insn->dst_reg);

	if (err)
		return err;
	*dst = &regs[insn->dst_reg];
	if (BPF_SRC(insn->code) == BPF_X) {
		if (insn->imm)
			goto reserved;
		err = vs_check_src(env, insn->src_reg);
		if (err)
			return err;
		*src = &regs[insn->src_reg];
		if ((*src)->type == PTR_TO_STACK)
			flags |= VS_HIST_SRC_STACK;
	} else {
		if (insn->src_reg)
			goto reserved;
		*src = &env->fake[0];
		(*src)->precise = false;
		(*src)->type = SCALAR_VALUE;
		(*src)->frameno = 0;
		vs_reg_known(*src, (uint64_t)(int64_t)insn->imm);
	}
	if ((*dst)->type == PTR_TO_STACK)
		flags |= VS_HIST_DST_STACK;
	return flags ? vs_push_hist(env, env->cur, flags, 0, 0, NULL, 0) : 0;
reserved:
	vs_log(env, "BPF_JMP/JMP32 uses reserved fields\n");
	return -EINVAL;
}

static void print_after(struct vs_env *env)
{
	if (vs_log_path(env))
		vs_print_insn_state(env, env->cur, env->cur->curframe);
}

/* The outcome hangs on the numbers' exact ranges. */
static int one_way(struct vs_env *env, const struct bpf_insn *insn, const struct vs_reg *dst,
		   const struct vs_reg *src, bool taken)
{
	int err = 0;

	if (dst->type == SCALAR_VALUE)
		err = vs_mark_precise(env, insn->dst_reg);
	if (!err && BPF_SRC(insn->code) == BPF_X && src->type == SCALAR_VALUE)
		err = vs_mark_precise(env, insn->src_reg);
	if (err)
		return err;
	print_after(env);
	if (taken)
		env->insn_idx = (uint32_t)((int)env->insn_idx + insn->off);
	return 0;
}

/* Narrowed numbers narrow all that hold the same. */
static void spread(struct vs_env *env, struct vs_state *other, const struct vs_reg *reg,
		   const struct vs_reg *other_reg, const struct vs_linked_set *linked)
{
	if (reg->type != SCALAR_VALUE || !reg->id || reg->id != other_reg->id)
		return;
	vs_sync_linked(env, env->cur, reg, linked);
	vs_sync_linked(env, other, other_reg, linked);
}

/* A pointer found equal to one that is not NULL is not NULL either. */
static void not_null_by_equality(struct vs_env *env, const struct bpf_insn *insn,
				 struct vs_reg *regs, struct vs_reg *other_regs)
{
	uint8_t op = BPF_OP(insn->code);
	struct vs_reg *equal = op == BPF_JEQ ? other_regs : op == BPF_JNE ? regs : NULL;
	const struct vs_reg *dst = &regs[insn->dst_reg], *src = &regs[insn->src_reg];

	if (!equal || BPF_CLASS(insn->code) == BPF_JMP32 || BPF_SRC(insn->code) != BPF_X ||
	    dst->type == SCALAR_VALUE || src->type == SCALAR_VALUE ||
	    vs_maybe_null(src->type) == vs_maybe_null(dst->type) ||
	    vs_base(src->type) == PTR_TO_BTF_ID || vs_base(dst->type) == PTR_TO_BTF_ID)
		return;
	vs_reg_not_null(env, &equal[vs_maybe_null(src->type) ? insn->src_reg : insn->dst_reg]);
}

static int both_ways(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg *dst,
		     struct vs_reg *src)
{
	uint8_t op = BPF_OP(insn->code);
	bool low = BPF_CLASS(insn->code) == BPF_JMP32, by_reg = BPF_SRC(insn->code) == BPF_X;
	struct vs_linked_set linked = { 0 };
	struct vs_reg *other_regs;
	struct vs_state *other;
	int err;

	if (by_reg && src->type == SCALAR_VALUE && src->id)
		vs_collect_linked(env, env->cur, src->id, &linked);
	if (dst->type == SCALAR_VALUE && dst->id)
		vs_collect_linked(env, env->cur, dst->id, &linked);
	if (linked.cnt > 1) {
		err = vs_push_hist(env, env->cur, 0, 0, 0, linked.e, linked.cnt);
		if (err)
			return err;
	}
	other = vs_push_branch(env, (uint32_t)((int)env->insn_idx + insn->off + 1),
			       (int)env->insn_idx);
	if (!other)
		return vs_push_error(env, -EFAULT);
	other_regs = vs_cur_frame(other)->regs;
	env->fake[1] = env->fake[0];
	err = vs_refine_branch(env, &other_regs[insn->dst_reg],
			       by_reg ? &other_regs[insn->src_reg] : &env->fake[0], dst,
			       by_reg ? src : &env->fake[1], op, low);
	if (err)
		return err;
	if (by_reg)
		spread(env, other, src, &other_regs[insn->src_reg], &linked);
	spread(env, other, dst, &other_regs[insn->dst_reg], &linked);
	not_null_by_equality(env, insn, vs_regs(env), other_regs);

	if (!low && !by_reg && !insn->imm && (op == BPF_JEQ || op == BPF_JNE) &&
	    vs_maybe_null(dst->type)) {
		vs_mark_null_checked(env, other, insn->dst_reg, op == BPF_JEQ);
		vs_mark_null_checked(env, env->cur, insn->dst_reg, op == BPF_JNE);
	} else {
		vs_refine_packet(insn, dst, &vs_regs(env)[insn->src_reg], env->cur, other);
	}
	print_after(env);
	return 0;
}

int vs_check_jump(struct vs_env *env, const struct bpf_insn *insn)
{
	uint8_t op = BPF_OP(insn->code);
	struct vs_reg *dst, *src;
	int err, taken;

	if (op == BPF_JCOND)
		return check_may_goto(env, insn);
	err = operands(env, insn, &dst, &src);
	if (err)
		return err;
	taken = vs_branch_taken(dst, src, op, BPF_CLASS(insn->code) == BPF_JMP32, env->rules);
	if (taken >= 0)
		return one_way(env, insn, dst, src, taken);
	return both_ways(env, insn, dst, src);
}
