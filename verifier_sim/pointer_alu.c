/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Adding numbers to pointers, as far as it is allowed. */
#include <errno.h>

#include "verifier_sim/internal.h"

/* Offsets so large that later sums could overflow are refused early. */
static bool offset_is_sane(struct vs_env *env, const struct vs_reg *reg, uint32_t ptr_type)
{
	int64_t value = (int64_t)reg->v.bits.value;
	char word[128];

	vs_type_str(ptr_type, word, sizeof(word));
	if (tnum_is_const(reg->v.bits) && (value >= VS_MAX_VAR_OFF || value <= -VS_MAX_VAR_OFF))
		vs_log(env, "math between %s pointer and %lld is not allowed\n", word,
		       (long long)value);
	else if (reg->off >= VS_MAX_VAR_OFF || reg->off <= -VS_MAX_VAR_OFF)
		vs_log(env, "%s pointer offset %d is not allowed\n", word, reg->off);
	else if (reg->v.smin == INT64_MIN)
		vs_log(env, "math between %s pointer and register with unbounded min value is not allowed\n",
		       word);
	else if (reg->v.smin >= VS_MAX_VAR_OFF || reg->v.smin <= -VS_MAX_VAR_OFF)
		vs_log(env, "value %lld makes %s pointer be out of bounds\n",
		       (long long)reg->v.smin, word);
	else
		return true;
	return false;
}

static bool type_allows(const struct vs_reg *ptr, const struct vs_reg *off, uint8_t op)
{
	bool known = tnum_is_const(off->v.bits);
	bool adds_nothing = known && off->v.smin == 0 && op == BPF_ADD;
	uint32_t base = vs_base(ptr->type);

	if (base == CONST_PTR_TO_MAP)
		return adds_nothing;
	return vs_one_of(base, PTR_TO_STACK, PTR_TO_CTX, PTR_TO_BTF_ID, PTR_TO_MAP_KEY,
			 PTR_TO_MAP_VALUE, PTR_TO_MEM, PTR_TO_BUF, PTR_TO_TP_BUFFER, PTR_TO_FUNC,
			 PTR_TO_PACKET, PTR_TO_PACKET_META, CONST_PTR_TO_DYNPTR);
}

/* A known number goes to the fixed part of the offset, when it fits. */
static bool add_fixed(struct vs_reg *dst, const struct vs_reg *ptr, int64_t delta)
{
	int64_t sum = ptr->off + delta;

	if (sum != (int32_t)sum)
		return false;
	dst->v.smin = ptr->v.smin;
	dst->v.smax = ptr->v.smax;
	dst->v.umin = ptr->v.umin;
	dst->v.umax = ptr->v.umax;
	dst->v.bits = ptr->v.bits;
	dst->off = (int32_t)sum;
	dst->extra = ptr->extra;
	return true;
}

static void add_variable(struct vs_env *env, struct vs_reg *dst, const struct vs_scalar *p,
			 const struct vs_scalar *o)
{
	struct vs_scalar sum;
	bool low, high;

	low = __builtin_add_overflow(p->smin, o->smin, &sum.smin);
	high = __builtin_add_overflow(p->smax, o->smax, &sum.smax);
	if (low || high) {
		sum.smin = INT64_MIN;
		sum.smax = INT64_MAX;
	}
	low = __builtin_add_overflow(p->umin, o->umin, &sum.umin);
	high = __builtin_add_overflow(p->umax, o->umax, &sum.umax);
	if (low || high) {
		sum.umin = 0;
		sum.umax = UINT64_MAX;
	}
	dst->v.bits = tnum_add(p->bits, o->bits);
	dst->v.smin = sum.smin;
	dst->v.smax = sum.smax;
	dst->v.umin = sum.umin;
	dst->v.umax = sum.umax;
	if (vs_type_is_packet(dst->type)) {
		/* how many bytes follow is not known any more */
		dst->id = ++env->id_gen;
		dst->extra = 0;
	}
}

static void sub_variable(struct vs_env *env, struct vs_reg *dst, const struct vs_scalar *p,
			 const struct vs_scalar *o)
{
	struct vs_scalar diff;
	bool low, high;

	low = __builtin_sub_overflow(p->smin, o->smax, &diff.smin);
	high = __builtin_sub_overflow(p->smax, o->smin, &diff.smax);
	if (low || high) {
		diff.smin = INT64_MIN;
		diff.smax = INT64_MAX;
	}
	diff.umin = p->umin < o->umax ? 0 : p->umin - o->umax;
	diff.umax = p->umin < o->umax ? UINT64_MAX : p->umax - o->umin;
	dst->v.bits = tnum_sub(p->bits, o->bits);
	dst->v.smin = diff.smin;
	dst->v.smax = diff.smax;
	dst->v.umin = diff.umin;
	dst->v.umax = diff.umax;
	if (vs_type_is_packet(dst->type)) {
		dst->id = ++env->id_gen;
		if (o->smin < 0)
			dst->extra = 0;
	}
}

static int subtract(struct vs_env *env, const struct bpf_insn *insn, struct vs_reg *dst,
		    const struct vs_reg *ptr, const struct vs_reg *off)
{
	struct vs_scalar p = ptr->v;

	if (dst != ptr) {
		vs_log(env, "R%u tried to subtract pointer from scalar\n", insn->dst_reg);
		return -EACCES;
	}
	if (ptr->type == PTR_TO_STACK) {
		vs_log(env, "R%u subtraction from stack pointer prohibited\n", insn->dst_reg);
		return -EACCES;
	}
	if (!tnum_is_const(off->v.bits) || !add_fixed(dst, ptr, -off->v.smin))
		sub_variable(env, dst, &p, &off->v);
	return 0;
}

int vs_pointer_alu(struct vs_env *env, const struct bpf_insn *insn, const struct vs_reg *ptr,
		   const struct vs_reg *off)
{
	struct vs_reg *dst = &vs_regs(env)[insn->dst_reg];
	const struct vs_scalar *o = &off->v;
	uint8_t op = BPF_OP(insn->code);
	struct vs_scalar p = ptr->v;
	char word[128];
	int err = 0;

	if ((tnum_is_const(o->bits) && (o->smin != o->smax || o->umin != o->umax)) ||
	    o->smin > o->smax || o->umin > o->umax) {
		/* a dead branch */
		vs_reg_unknown(dst);
		return 0;
	}
	if (BPF_CLASS(insn->code) != BPF_ALU64) {
		if (op == BPF_SUB) {
			vs_reg_unknown(dst);
			return 0;
		}
		vs_log(env, "R%u 32-bit pointer arithmetic prohibited\n", insn->dst_reg);
		return -EACCES;
	}
	if (vs_maybe_null(ptr->type)) {
		vs_log(env, "R%u pointer arithmetic on %s prohibited, null-check it first\n",
		       insn->dst_reg, vs_type_str(ptr->type, word, sizeof(word)));
		return -EACCES;
	}
	/* reads of it are guarded whatever the offset */
	if (vs_base(ptr->type) == PTR_TO_MEM && ptr->type & PTR_UNTRUSTED)
		return 0;
	if (!type_allows(ptr, off, op)) {
		vs_log(env, "R%u pointer arithmetic on %s prohibited\n", insn->dst_reg,
		       vs_type_str(ptr->type, word, sizeof(word)));
		return -EACCES;
	}
	if (dst != ptr)
		*dst = *ptr;
	if (!offset_is_sane(env, off, ptr->type) || !offset_is_sane(env, ptr, ptr->type))
		return -EINVAL;

	vs_scalar_unbound32(&dst->v);
	if (op == BPF_ADD) {
		if (!tnum_is_const(o->bits) || !add_fixed(dst, ptr, o->smin))
			add_variable(env, dst, &p, o);
	} else if (op == BPF_SUB) {
		err = subtract(env, insn, dst, ptr, off);
	} else {
		bool bitwise = op == BPF_AND || op == BPF_OR || op == BPF_XOR;

		vs_log(env, bitwise ? "R%u bitwise operator %s on pointer prohibited\n"
				    : "R%u pointer arithmetic with %s operator prohibited\n",
		       insn->dst_reg, vs_alu_word(op));
		err = -EACCES;
	}
	if (err)
		return err;
	if (!offset_is_sane(env, dst, ptr->type))
		return -EINVAL;
	vs_scalar_sync(&dst->v, &env->rules->scalar);
	return 0;
}
