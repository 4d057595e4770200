/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Comparisons: whether they can only go one way, and what each way says of the numbers. */
#include "verifier_sim/internal.h"

/* !(a & b), which no opcode says. */
#define NOT_JSET	(BPF_JSET | BPF_X)

/* "a op b" as "b op' a". */
uint8_t vs_flip_op(uint8_t op)
{
	switch (op) {
	case BPF_JGE:
		return BPF_JLE;
	case BPF_JGT:
		return BPF_JLT;
	case BPF_JLE:
		return BPF_JGE;
	case BPF_JLT:
		return BPF_JGT;
	case BPF_JSGE:
		return BPF_JSLE;
	case BPF_JSGT:
		return BPF_JSLT;
	case BPF_JSLE:
		return BPF_JSGE;
	case BPF_JSLT:
		return BPF_JSGT;
	default:
		return op;
	}
}

static uint8_t opposite(uint8_t op)
{
	switch (op) {
	case BPF_JEQ:
		return BPF_JNE;
	case BPF_JNE:
		return BPF_JEQ;
	case BPF_JSET:
		return NOT_JSET;
	case BPF_JGE:
		return BPF_JLT;
	case BPF_JGT:
		return BPF_JLE;
	case BPF_JLE:
		return BPF_JGT;
	case BPF_JLT:
		return BPF_JGE;
	case BPF_JSGE:
		return BPF_JSLT;
	case BPF_JSGT:
		return BPF_JSLE;
	case BPF_JSLE:
		return BPF_JSGT;
	default:
		return BPF_JSGE;
	}
}

/* --- one way only ------------------------------------------------------------- */

/* The width that is compared, as 64-bit ends. */
struct view {
	struct tnum bits;
	uint64_t umin, umax;
	int64_t smin, smax;
};

static struct view view_of(const struct vs_scalar *v, bool low)
{
	if (low)
		return (struct view){ tnum_low32(v->bits), v->umin32, v->umax32,
				      v->smin32, v->smax32 };
	return (struct view){ v->bits, v->umin, v->umax, v->smin, v->smax };
}

static bool apart32(const struct vs_scalar *a, const struct vs_scalar *b)
{
	return a->umin32 > b->umax32 || a->umax32 < b->umin32 ||
	       a->smin32 > b->smax32 || a->smax32 < b->smin32;
}

/* -1: unknown, else the truth of a == b. */
static int equality(const struct vs_scalar *a, const struct vs_scalar *b, bool low)
{
	struct view x = view_of(a, low), y = view_of(b, low);

	if (tnum_is_const(x.bits) && tnum_is_const(y.bits))
		return x.bits.value == y.bits.value;
	if (!tnum_overlap(x.bits, y.bits) || x.umin > y.umax || x.umax < y.umin ||
	    x.smin > y.smax || x.smax < y.smin || (!low && apart32(a, b)))
		return 0;
	return -1;
}

static int any_bit_set(struct view x, struct view y)
{
	if (!tnum_is_const(y.bits)) {
		struct view t = x;

		x = y;
		y = t;
	}
	if (!tnum_is_const(y.bits))
		return -1;
	if (x.bits.value & y.bits.value)
		return 1;
	return tnum_max(x.bits) & y.bits.value ? -1 : 0;
}

/* For "greater than" of either sort. */
static int unsigned_above(struct view x, struct view y)
{
	return x.umin > y.umax ? 1 : x.umax <= y.umin ? 0 : -1;
}

static int signed_above(struct view x, struct view y)
{
	return x.smin > y.smax ? 1 : x.smax <= y.smin ? 0 : -1;
}

static int negate(int truth)
{
	return truth < 0 ? truth : !truth;
}

static int scalar_taken(const struct vs_scalar *a, const struct vs_scalar *b, uint8_t op, bool low)
{
	struct view x = view_of(a, low), y = view_of(b, low);

	switch (op) {
	case BPF_JEQ:
		return equality(a, b, low);
	case BPF_JNE:
		return negate(equality(a, b, low));
	case BPF_JSET:
		return any_bit_set(x, y);
	case BPF_JGT:
		return unsigned_above(x, y);
	case BPF_JLE:
		return negate(unsigned_above(x, y));
	case BPF_JLT:
		return unsigned_above(y, x);
	case BPF_JGE:
		return negate(unsigned_above(y, x));
	case BPF_JSGT:
		return signed_above(x, y);
	case BPF_JSLE:
		return negate(signed_above(x, y));
	case BPF_JSLT:
		return signed_above(y, x);
	case BPF_JSGE:
		return negate(signed_above(y, x));
	default:
		return -1;
	}
}

/* A pointer that cannot be NULL, compared with 0. */
static int pointer_taken(const struct vs_reg *a, const struct vs_reg *b, uint8_t op, bool low)
{
	if (!vs_reg_is_const(b, low)) {
		const struct vs_reg *t = a;

		a = b;
		b = t;
	}
	if (!vs_reg_is_const(b, low) || !vs_reg_is_surely_not_null(a) || vs_reg_const(b, low))
		return -1;
	return op == BPF_JEQ ? 0 : op == BPF_JNE ? 1 : -1;
}

int vs_branch_taken(const struct vs_reg *a, const struct vs_reg *b, uint8_t op, bool low,
		    const struct vs_rules *rules)
{
	if (vs_type_is_packet_any(a->type) && vs_type_is_packet_any(b->type) && !low)
		return vs_packet_taken(a, b, op);
	if (a->type != SCALAR_VALUE || b->type != SCALAR_VALUE)
		return pointer_taken(a, b, op, low);
	return scalar_taken(&a->v, &b->v, op, low);
}

/* --- what is learnt ----------------------------------------------------------- */

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

static void both_equal(struct vs_scalar *a, struct vs_scalar *b, bool low)
{
	struct tnum t;

	if (low) {
		a->umin32 = b->umin32 = MAX(a->umin32, b->umin32);
		a->umax32 = b->umax32 = MIN(a->umax32, b->umax32);
		a->smin32 = b->smin32 = MAX(a->smin32, b->smin32);
		a->smax32 = b->smax32 = MIN(a->smax32, b->smax32);
		t = tnum_meet(tnum_low32(a->bits), tnum_low32(b->bits));
		a->bits = tnum_join32(a->bits, t);
		b->bits = tnum_join32(b->bits, t);
		return;
	}
	a->umin = b->umin = MAX(a->umin, b->umin);
	a->umax = b->umax = MIN(a->umax, b->umax);
	a->smin = b->smin = MAX(a->smin, b->smin);
	a->smax = b->smax = MIN(a->smax, b->smax);
	a->bits = b->bits = tnum_meet(a->bits, b->bits);
}

/* An end that is ruled out moves by one. */
static void not_equal(struct vs_scalar *a, uint64_t value, bool low)
{
	if (low) {
		a->umin32 += a->umin32 == (uint32_t)value;
		a->umax32 -= a->umax32 == (uint32_t)value;
		a->smin32 += a->smin32 == (int32_t)value;
		a->smax32 -= a->smax32 == (int32_t)value;
		return;
	}
	a->umin += a->umin == value;
	a->umax -= a->umax == value;
	a->smin += a->smin == (int64_t)value;
	a->smax -= a->smax == (int64_t)value;
}

static void bits_set(struct vs_scalar *a, uint64_t value, bool low)
{
	/* of several bits it is not known which */
	if (!value || value & (value - 1))
		return;
	if (low)
		a->bits = tnum_join32(a->bits, tnum_or(tnum_low32(a->bits), tnum_const(value)));
	else
		a->bits = tnum_or(a->bits, tnum_const(value));
}

static void bits_clear(struct vs_scalar *a, uint64_t value, bool low, const struct vs_rules *rules)
{
	if (rules->jset_forgets)
		vs_scalar_unbound(a);
	if (low)
		a->bits = tnum_join32(a->bits, tnum_and(tnum_low32(a->bits), tnum_const(~value)));
	else
		a->bits = tnum_and(a->bits, tnum_const(~value));
}

/* a <= b, or a + 1 <= b when @strict. */
static void unsigned_order(struct vs_scalar *a, struct vs_scalar *b, bool strict, bool low)
{
	if (low) {
		a->umax32 = MIN(a->umax32, b->umax32 - strict);
		b->umin32 = MAX(a->umin32 + strict, b->umin32);
	} else {
		a->umax = MIN(a->umax, b->umax - strict);
		b->umin = MAX(a->umin + strict, b->umin);
	}
}

static void signed_order(struct vs_scalar *a, struct vs_scalar *b, bool strict, bool low)
{
	/* ends at the far end wrap around on dead branches only */
	if (low) {
		int32_t top = (int32_t)((uint32_t)b->smax32 - strict);
		int32_t bottom = (int32_t)((uint32_t)a->smin32 + strict);

		a->smax32 = MIN(a->smax32, top);
		b->smin32 = MAX(bottom, b->smin32);
	} else {
		int64_t top = (int64_t)((uint64_t)b->smax - strict);
		int64_t bottom = (int64_t)((uint64_t)a->smin + strict);

		a->smax = MIN(a->smax, top);
		b->smin = MAX(bottom, b->smin);
	}
}

static void refine(struct vs_reg *a, struct vs_reg *b, uint8_t op, bool low,
		   const struct vs_rules *rules)
{
	struct vs_reg *known = vs_reg_is_const(b, low) ? b : vs_reg_is_const(a, low) ? a : NULL;
	struct vs_reg *other = known == b ? a : b;
	uint64_t value = known ? vs_reg_const(known, low) : 0;

	switch (op) {
	case BPF_JEQ:
		both_equal(&a->v, &b->v, low);
		break;
	case BPF_JNE:
		if (known)
			not_equal(&other->v, value, low);
		break;
	case BPF_JSET:
		if (known)
			bits_set(&other->v, value, low);
		break;
	case NOT_JSET:
		if (known)
			bits_clear(&other->v, value, low, rules);
		break;
	case BPF_JLE:
	case BPF_JLT:
		unsigned_order(&a->v, &b->v, op == BPF_JLT, low);
		break;
	case BPF_JGE:
	case BPF_JGT:
		unsigned_order(&b->v, &a->v, op == BPF_JGT, low);
		break;
	case BPF_JSLE:
	case BPF_JSLT:
		signed_order(&a->v, &b->v, op == BPF_JSLT, low);
		break;
	case BPF_JSGE:
	case BPF_JSGT:
		signed_order(&b->v, &a->v, op == BPF_JSGT, low);
		break;
	}
}

int vs_refine_branch(struct vs_env *env, struct vs_reg *true_a, struct vs_reg *true_b,
		     struct vs_reg *false_a, struct vs_reg *false_b, uint8_t op, bool low)
{
	const struct vs_scalar_rules *rules = &env->rules->scalar;
	int err;

	/* pointers say nothing */
	if (false_a->type != SCALAR_VALUE || false_b->type != SCALAR_VALUE)
		return 0;
	refine(false_a, false_b, opposite(op), low, env->rules);
	vs_scalar_sync(&false_a->v, rules);
	vs_scalar_sync(&false_b->v, rules);
	refine(true_a, true_b, op, low, env->rules);
	vs_scalar_sync(&true_a->v, rules);
	vs_scalar_sync(&true_b->v, rules);

	err = vs_check_bounds(env, true_a, "true_reg1");
	err = err ? err : vs_check_bounds(env, true_b, "true_reg2");
	err = err ? err : vs_check_bounds(env, false_a, "false_reg1");
	return err ? err : vs_check_bounds(env, false_b, "false_reg2");
}
