/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ALU and ALU64 instructions: what layout.c knows the opcode of. */
#include <errno.h>

#include "verifier_sim/internal.h"

static const char *const op_words[] = { "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=",
					"neg", "%=", "^=", "=", "s>>=", "endian" };

const char *vs_alu_word(uint8_t op)
{
	return op_words[op >> 4];
}

static int reserved(struct vs_env *env, const char *name)
{
	vs_log(env, "%s uses reserved fields\n", name);
	return -EINVAL;
}

/*
 * Anding with, or or-ing onto, a number that is all ones or zero (as s>>= 63 makes) is an if in
 * disguise: both values are followed, the other one from this instruction on.
 */
static int maybe_fork(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg *dst)
{
	bool low = false;
	struct vs_state *branch;
	struct vs_reg *other;

	if (dst->v.smin != -1 || dst->v.smax != 0) {
		if (dst->v.smin32 != -1 || dst->v.smax32 != 0)
			return 0;
		low = true;
	}
	branch = vs_push_branch(env, env->insn_idx, (int)env->insn_idx);
	if (!branch)
		return vs_push_error(env, -EFAULT);
	other = &vs_cur_frame(branch)->regs[insn->dst_reg];
	if (low) {
		vs_scalar_set_low32(&other->v, 0);
		vs_scalar_set_low32(&dst->v, UINT32_MAX);
	} else {
		vs_reg_known(other, 0);
		vs_reg_known(dst, UINT64_MAX);
	}
	return 0;
}

static int scalar_op(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg *dst,
		     const struct vs_reg *src)
{
	uint8_t op = BPF_OP(insn->code);
	bool alu32 = BPF_CLASS(insn->code) == BPF_ALU;
	/* the operand may be the destination itself */
	struct vs_scalar operand = src->v;
	int err;

	if ((op == BPF_AND || op == BPF_OR) && tnum_is_const(operand.bits)) {
		err = maybe_fork(env, insn, dst);
		if (err)
			return err;
	}
	if (!vs_scalar_alu(&dst->v, &operand, op, alu32, &env->rules->scalar))
		vs_reg_unknown(dst);
	return 0;
}

/*
 * The constant that an addition or subtraction moves a linked register by. False: it moves it by
 * something else, or too far to be remembered. @before: the most the register
 * was.
 */
static bool sum_distance(struct vs_env *env, const struct bpf_insn *insn, const struct vs_reg *src,
			 uint64_t before, int32_t *distance)
{
	bool alu32 = BPF_CLASS(insn->code) == BPF_ALU, sub = BPF_OP(insn->code) == BPF_SUB;
	int64_t value;

	if (!env->rules->add_const32) {
		if (sub || alu32 || !vs_reg_is_const(src, false) ||
		    vs_reg_const(src, false) > INT32_MAX)
			return false;
		*distance = (int32_t)vs_reg_const(src, false);
		return true;
	}
	if (!vs_reg_is_const(src, alu32) || (alu32 && before > UINT32_MAX))
		return false;
	value = alu32 ? (int32_t)vs_reg_const(src, true) : (int64_t)vs_reg_const(src, false);
	if (value != (int32_t)value || (sub && value == INT32_MIN))
		return false;
	*distance = (int32_t)(sub ? -value : value);
	return true;
}

/* r1 = r2; r1 += K: the difference is remembered, so that a check of one narrows the other. */
static void link_sum(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg *dst,
		     const struct vs_reg *src, uint64_t before)
{
	bool alu32 = BPF_CLASS(insn->code) == BPF_ALU;
	bool same = BPF_SRC(insn->code) == BPF_X && insn->src_reg == insn->dst_reg;
	bool sum = BPF_OP(insn->code) == BPF_ADD || BPF_OP(insn->code) == BPF_SUB;
	int32_t distance;

	if (!sum || !dst->id || same || dst->id & VS_ADD_CONST ||
	    !sum_distance(env, insn, src, before, &distance)) {
		vs_reg_unlink(dst);
		return;
	}
	dst->id |= alu32 ? VS_ADD_CONST32 : VS_ADD_CONST64;
	dst->off = distance;
}

static int arithmetic(struct vs_env *env, const struct bpf_insn *insn)
{
	struct vs_reg *regs = vs_regs(env), *dst = &regs[insn->dst_reg];
	struct vs_reg imm = { .type = SCALAR_VALUE };
	const struct vs_reg *src = &imm;
	bool by_reg = BPF_SRC(insn->code) == BPF_X;
	uint64_t before = dst->v.umax;
	int err = 0;

	if (by_reg)
		src = &regs[insn->src_reg];
	else
		vs_reg_known(&imm, (uint64_t)(int64_t)insn->imm);

	if (src->type != SCALAR_VALUE && dst->type != SCALAR_VALUE) {
		if (BPF_OP(insn->code) != BPF_SUB) {
			vs_log(env, "R%u pointer %s pointer prohibited\n", insn->dst_reg,
			       vs_alu_word(BPF_OP(insn->code)));
			return -EACCES;
		}
		vs_reg_unknown(dst);
		return 0;
	}
	if (src->type != SCALAR_VALUE) {
		struct vs_reg off;

		err = vs_mark_precise(env, insn->dst_reg);
		off = *dst;
		return err ? err : vs_pointer_alu(env, insn, src, &off);
	}
	if (by_reg && (dst->type != SCALAR_VALUE || dst->precise))
		err = vs_mark_precise(env, insn->src_reg);
	if (err)
		return err;
	if (dst->type != SCALAR_VALUE)
		return vs_pointer_alu(env, insn, dst, src);
	if (by_reg)
		imm = *src;	/* before it may become the result */
	err = scalar_op(env, insn, dst, src);
	if (!err)
		link_sum(env, insn, dst, by_reg ? &imm : src, before);
	return err;
}

/* --- moves -------------------------------------------------------------------- */

/* dst = (s8/s16/s32)src, or w-registers' (s8/s16). */
static void move_extended(struct vs_env *env, struct vs_reg *dst, struct vs_reg *src,
			  unsigned int bits, bool low)
{
	bool positive = src->v.umax < UINT64_C(1) << (bits - 1);

	if (positive)
		vs_give_id(env, src);
	*dst = *src;
	if (!positive)
		dst->id = 0;
	if (low)
		vs_scalar_sext32(&dst->v, bits / 8);
	else
		vs_scalar_sext64(&dst->v, bits / 8);
}

static void move_low(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg *dst,
		     struct vs_reg *src)
{
	bool fits;

	if (src->type != SCALAR_VALUE) {
		vs_reg_unknown(dst);
	} else if (insn->off) {
		move_extended(env, dst, src, (unsigned int)insn->off, true);
	} else {
		fits = vs_reg_width(src) <= 32;
		if (fits)
			vs_give_id(env, src);
		*dst = *src;
		/* cut off: no longer the same number */
		if (!fits)
			dst->id = 0;
	}
	vs_scalar_zext32(&dst->v);
	vs_scalar_sync(&dst->v, &env->rules->scalar);
}

static void move_reg(struct vs_env *env, const struct bpf_insn *insn)
{
	struct vs_reg *dst = &vs_regs(env)[insn->dst_reg], *src = &vs_regs(env)[insn->src_reg];

	if (BPF_CLASS(insn->code) == BPF_ALU) {
		move_low(env, insn, dst, src);
	} else if (!insn->off) {
		vs_give_id(env, src);
		*dst = *src;
	} else if (src->type == SCALAR_VALUE) {
		move_extended(env, dst, src, (unsigned int)insn->off, false);
	} else {
		vs_reg_unknown(dst);
	}
}

static bool move_off_valid(const struct bpf_insn *insn)
{
	return insn->off == 0 || insn->off == 8 || insn->off == 16 ||
	       (insn->off == 32 && BPF_CLASS(insn->code) == BPF_ALU64);
}

static int check_move(struct vs_env *env, const struct bpf_insn *insn)
{
	int err;

	if (BPF_SRC(insn->code) == BPF_X) {
		if (BPF_CLASS(insn->code) == BPF_ALU64 && insn->off == TV_ADDR_SPACE_CAST) {
			if (insn->imm != 1 && insn->imm != 1 << 16) {
				vs_log(env, "addr_space_cast insn can only convert between address space 1 and 0\n");
				return -EINVAL;
			}
			vs_log(env, "addr_space_cast insn can only be used in a program that has an associated arena\n");
			return -EINVAL;
		}
		if (insn->imm || !move_off_valid(insn))
			return reserved(env, "BPF_MOV");
		err = vs_check_src(env, insn->src_reg);
		if (err)
			return err;
	} else if (insn->src_reg || insn->off) {
		return reserved(env, "BPF_MOV");
	}
	err = vs_check_dst(env, insn->dst_reg, false);
	if (err)
		return err;
	if (BPF_SRC(insn->code) == BPF_X) {
		move_reg(env, insn);
		return 0;
	}
	vs_reg_unknown(&vs_regs(env)[insn->dst_reg]);
	vs_reg_known(&vs_regs(env)[insn->dst_reg],
		     BPF_CLASS(insn->code) == BPF_ALU64 ? (uint64_t)(int64_t)insn->imm
							: (uint32_t)insn->imm);
	return 0;
}

/* --- one operand -------------------------------------------------------------- */

/* On a little-endian machine, the only kind that is modelled: le16 and its like only cut off. */
static void byte_swap(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg *dst)
{
	bool swap = BPF_CLASS(insn->code) == BPF_ALU64 || BPF_SRC(insn->code) == BPF_TO_BE;

	if (swap || insn->imm < 64)
		vs_reg_unlink(dst);
	vs_scalar_byte_swap(&dst->v, (unsigned int)insn->imm / 8, swap, &env->rules->scalar);
}

static int check_unary(struct vs_env *env, const struct bpf_insn *insn)
{
	bool neg = BPF_OP(insn->code) == BPF_NEG;
	struct vs_reg *dst = &vs_regs(env)[insn->dst_reg];
	int err;

	if (neg && (insn->src_reg || insn->off || insn->imm))
		return reserved(env, "BPF_NEG");
	if (!neg && (insn->src_reg || insn->off ||
		     (insn->imm != 16 && insn->imm != 32 && insn->imm != 64)))
		return reserved(env, "BPF_END");
	err = vs_check_src(env, insn->dst_reg);
	if (err)
		return err;
	if (dst->type != SCALAR_VALUE ||
	    !(neg ? env->rules->scalar.negate : env->rules->scalar.byte_swap))
		return vs_check_dst(env, insn->dst_reg, true);
	err = vs_check_dst(env, insn->dst_reg, false);
	if (!err && neg) {
		vs_reg_unlink(dst);
		return scalar_op(env, insn, dst, dst);
	}
	if (!err)
		byte_swap(env, insn, dst);
	return err;
}

/* --- two operands ------------------------------------------------------------- */

static int check_binary(struct vs_env *env, const struct bpf_insn *insn)
{
	uint8_t op = BPF_OP(insn->code);
	bool division = op == BPF_DIV || op == BPF_MOD;
	bool shift = op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;
	int width = BPF_CLASS(insn->code) == BPF_ALU64 ? 64 : 32, err;

	if (insn->off < 0 || insn->off > 1 || (insn->off && !division))
		return reserved(env, "BPF_ALU");
	if (BPF_SRC(insn->code) == BPF_X) {
		if (insn->imm)
			return reserved(env, "BPF_ALU");
		err = vs_check_src(env, insn->src_reg);
		if (err)
			return err;
	} else if (insn->src_reg) {
		return reserved(env, "BPF_ALU");
	}
	err = vs_check_src(env, insn->dst_reg);
	if (err)
		return err;
	if (BPF_SRC(insn->code) == BPF_K && division && !insn->imm) {
		vs_log(env, "div by zero\n");
		return -EINVAL;
	}
	if (BPF_SRC(insn->code) == BPF_K && shift && (insn->imm < 0 || insn->imm >= width)) {
		vs_log(env, "invalid shift %d\n", insn->imm);
		return -EINVAL;
	}
	err = vs_check_dst(env, insn->dst_reg, false);
	return err ? err : arithmetic(env, insn);
}

int vs_check_alu(struct vs_env *env, const struct bpf_insn *insn)
{
	uint8_t op = BPF_OP(insn->code);
	int err;

	if (op == BPF_END || op == BPF_NEG)
		err = check_unary(env, insn);
	else if (op == BPF_MOV)
		err = check_move(env, insn);
	else
		err = check_binary(env, insn);
	return err ? err : vs_check_bounds(env, &vs_regs(env)[insn->dst_reg], "alu");
}
