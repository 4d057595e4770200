/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Arithmetic on what is known of numbers. Each operation first works out its intervals, then the
 * known bits, and vs_scalar_alu() reconciles the two. Both widths are computed for operations of
 * which the lower half of the result depends on the lower halves only (add, sub, mul, and, or,
 * xor); shifts compute the width at hand and forget the other.
 */
#include "verifier_sim/scalar.h"

#include <linux/bpf.h>
#include <stddef.h>

/* --- sums --------------------------------------------------------------------- */

/* Set by the caller of each: *min and *max become the ends, or everything. */
static void signed_sum64(int64_t *min, int64_t *max, int64_t low, int64_t high, bool minus)
{
	bool below = minus ? __builtin_sub_overflow(*min, low, min)
			   : __builtin_add_overflow(*min, low, min);
	bool above = minus ? __builtin_sub_overflow(*max, high, max)
			   : __builtin_add_overflow(*max, high, max);

	if (below || above) {
		*min = INT64_MIN;
		*max = INT64_MAX;
	}
}

static void signed_sum32(int32_t *min, int32_t *max, int32_t low, int32_t high, bool minus)
{
	bool below = minus ? __builtin_sub_overflow(*min, low, min)
			   : __builtin_add_overflow(*min, low, min);
	bool above = minus ? __builtin_sub_overflow(*max, high, max)
			   : __builtin_add_overflow(*max, high, max);

	if (below || above) {
		*min = INT32_MIN;
		*max = INT32_MAX;
	}
}

/*
 * An unsigned range that wraps around at both ends is a range still (exact_overflow); one that
 * wraps at one end only is everything.
 */
static bool wrap_loses(bool low_wraps, bool high_wraps, const struct vs_scalar_rules *rules)
{
	return rules->exact_overflow ? low_wraps != high_wraps : low_wraps || high_wraps;
}

void vs_scalar_add(struct vs_scalar *d, const struct vs_scalar *s,
		   const struct vs_scalar_rules *rules)
{
	bool low, high;

	signed_sum32(&d->smin32, &d->smax32, s->smin32, s->smax32, false);
	low = __builtin_add_overflow(d->umin32, s->umin32, &d->umin32);
	high = __builtin_add_overflow(d->umax32, s->umax32, &d->umax32);
	if (wrap_loses(low, high, rules)) {
		d->umin32 = 0;
		d->umax32 = UINT32_MAX;
	}

	signed_sum64(&d->smin, &d->smax, s->smin, s->smax, false);
	low = __builtin_add_overflow(d->umin, s->umin, &d->umin);
	high = __builtin_add_overflow(d->umax, s->umax, &d->umax);
	if (wrap_loses(low, high, rules)) {
		d->umin = 0;
		d->umax = UINT64_MAX;
	}
	d->bits = tnum_add(d->bits, s->bits);
}

static void scalar_sub(struct vs_scalar *d, const struct vs_scalar *s,
		       const struct vs_scalar_rules *rules)
{
	bool low, high;

	signed_sum32(&d->smin32, &d->smax32, s->smax32, s->smin32, true);
	low = __builtin_sub_overflow(d->umin32, s->umax32, &d->umin32);
	high = __builtin_sub_overflow(d->umax32, s->umin32, &d->umax32);
	if (wrap_loses(low, high, rules)) {
		d->umin32 = 0;
		d->umax32 = UINT32_MAX;
	}

	signed_sum64(&d->smin, &d->smax, s->smax, s->smin, true);
	low = __builtin_sub_overflow(d->umin, s->umax, &d->umin);
	high = __builtin_sub_overflow(d->umax, s->umin, &d->umax);
	if (wrap_loses(low, high, rules)) {
		d->umin = 0;
		d->umax = UINT64_MAX;
	}
	d->bits = tnum_sub(d->bits, s->bits);
}

static void scalar_neg(struct vs_scalar *d, const struct vs_scalar_rules *rules)
{
	struct vs_scalar operand = *d;

	vs_scalar_set(d, 0);
	scalar_sub(d, &operand, rules);
}

/* --- products ----------------------------------------------------------------- */

/* Before v6.14: nothing is learnt from a factor that may be negative or wider than half. */
static void mul_halves(struct vs_scalar *d, const struct vs_scalar *s)
{
	if (s->smin32 < 0 || d->smin32 < 0 || s->umax32 > UINT16_MAX || d->umax32 > UINT16_MAX) {
		vs_scalar_unbound32(d);
	} else {
		d->umin32 *= s->umin32;
		d->umax32 *= s->umax32;
		d->smin32 = d->umax32 > INT32_MAX ? INT32_MIN : (int32_t)d->umin32;
		d->smax32 = d->umax32 > INT32_MAX ? INT32_MAX : (int32_t)d->umax32;
	}
	if (s->smin < 0 || d->smin < 0 || s->umax > UINT32_MAX || d->umax > UINT32_MAX) {
		vs_scalar_unbound64(d);
	} else {
		d->umin *= s->umin;
		d->umax *= s->umax;
		d->smin = d->umax > INT64_MAX ? INT64_MIN : (int64_t)d->umin;
		d->smax = d->umax > INT64_MAX ? INT64_MAX : (int64_t)d->umax;
	}
}

/* The extremes of a product are products of ends; none of the four may overflow. */
static void signed_product(int64_t a0, int64_t a1, int64_t b0, int64_t b1, int64_t lowest,
			   int64_t highest, int64_t *min, int64_t *max)
{
	const int64_t a[4] = { a0, a0, a1, a1 }, b[4] = { b0, b1, b0, b1 };
	int64_t product;

	*min = INT64_MAX;
	*max = INT64_MIN;
	for (int i = 0; i < 4; i++) {
		if (__builtin_mul_overflow(a[i], b[i], &product) || product < lowest ||
		    product > highest) {
			*min = lowest;
			*max = highest;
			return;
		}
		*min = product < *min ? product : *min;
		*max = product > *max ? product : *max;
	}
}

static void mul_signed(struct vs_scalar *d, const struct vs_scalar *s)
{
	int64_t min, max;
	bool over;

	over = __builtin_mul_overflow(d->umax32, s->umax32, &d->umax32);
	over |= __builtin_mul_overflow(d->umin32, s->umin32, &d->umin32);
	if (over) {
		d->umin32 = 0;
		d->umax32 = UINT32_MAX;
	}
	signed_product(d->smin32, d->smax32, s->smin32, s->smax32, INT32_MIN, INT32_MAX, &min, &max);
	d->smin32 = (int32_t)min;
	d->smax32 = (int32_t)max;

	over = __builtin_mul_overflow(d->umax, s->umax, &d->umax);
	over |= __builtin_mul_overflow(d->umin, s->umin, &d->umin);
	if (over) {
		d->umin = 0;
		d->umax = UINT64_MAX;
	}
	signed_product(d->smin, d->smax, s->smin, s->smax, INT64_MIN, INT64_MAX, &min, &max);
	d->smin = min;
	d->smax = max;
}

/* --- bitwise ------------------------------------------------------------------ */

/* Signed ranges follow from unsigned ones that do not cross the sign. */
static void signed_from_unsigned(struct vs_scalar *d)
{
	bool plain32 = (int32_t)d->umin32 <= (int32_t)d->umax32;
	bool plain64 = (int64_t)d->umin <= (int64_t)d->umax;

	d->smin32 = plain32 ? (int32_t)d->umin32 : INT32_MIN;
	d->smax32 = plain32 ? (int32_t)d->umax32 : INT32_MAX;
	d->smin = plain64 ? (int64_t)d->umin : INT64_MIN;
	d->smax = plain64 ? (int64_t)d->umax : INT64_MAX;
}

static void scalar_bitwise(struct vs_scalar *d, const struct vs_scalar *s, uint8_t op,
			   const struct vs_scalar_rules *rules)
{
	uint64_t floor = 0, ceiling = UINT64_MAX;
	uint32_t floor32 = 0, ceiling32 = UINT32_MAX;
	bool src_const = tnum_is_const(s->bits), src_const32 = tnum_is_const(tnum_low32(s->bits));

	if (op == BPF_AND) {
		d->bits = tnum_and(d->bits, s->bits);
		ceiling = d->umax < s->umax ? d->umax : s->umax;
		ceiling32 = d->umax32 < s->umax32 ? d->umax32 : s->umax32;
	} else if (op == BPF_OR) {
		d->bits = tnum_or(d->bits, s->bits);
		floor = d->umin > s->umin ? d->umin : s->umin;
		floor32 = d->umin32 > s->umin32 ? d->umin32 : s->umin32;
	} else {
		d->bits = tnum_xor(d->bits, s->bits);
	}

	/* a maximum is not lowered by the bits for AND, nor a minimum raised for OR: that comes later */
	d->umin = op == BPF_OR ? floor : d->bits.value;
	d->umax = op == BPF_AND ? ceiling : tnum_max(d->bits);
	d->umin32 = op == BPF_OR ? floor32 : (uint32_t)d->bits.value;
	d->umax32 = op == BPF_AND ? ceiling32 : (uint32_t)tnum_max(d->bits);
	signed_from_unsigned(d);
	if (src_const32 && tnum_is_const(tnum_low32(d->bits)))
		vs_scalar_set_low32(d, (uint32_t)d->bits.value);
	if (src_const && tnum_is_const(d->bits))
		vs_scalar_set(d, d->bits.value);
	else
		vs_scalar_from_bits(d, rules);
}

/* --- shifts by a known amount ------------------------------------------------- */

static void shl_range32(struct vs_scalar *d, unsigned int by)
{
	d->smin32 = INT32_MIN;
	d->smax32 = INT32_MAX;
	if (by > 31 || d->umax32 > UINT64_C(1) << (31 - by)) {
		d->umin32 = 0;
		d->umax32 = UINT32_MAX;
	} else {
		d->umin32 <<= by;
		d->umax32 <<= by;
	}
}

static void scalar_shl(struct vs_scalar *d, unsigned int by, bool alu32,
		       const struct vs_scalar_rules *rules)
{
	if (alu32) {
		shl_range32(d, by);
		d->bits = tnum_low32(tnum_shl(tnum_low32(d->bits), by));
		vs_scalar_unbound64(d);
		vs_scalar_from_bits32(d);
		return;
	}
	/* r <<= 32, then r s>>= 32 is how cpu v1 extends signs: the lower half's range survives */
	d->smin = by == 32 ? (int64_t)((uint64_t)d->smin32 << 32) : INT64_MIN;
	d->smax = by == 32 ? (int64_t)((uint64_t)d->smax32 << 32) : INT64_MAX;
	if (d->umax > UINT64_C(1) << (63 - by)) {
		d->umin = 0;
		d->umax = UINT64_MAX;
	} else {
		d->umin <<= by;
		d->umax <<= by;
	}
	shl_range32(d, by);
	d->bits = tnum_shl(d->bits, by);
	vs_scalar_from_bits(d, rules);
}

static void scalar_shr(struct vs_scalar *d, unsigned int by, bool alu32,
		       const struct vs_scalar_rules *rules)
{
	if (alu32) {
		d->smin32 = INT32_MIN;
		d->smax32 = INT32_MAX;
		d->bits = tnum_shr(tnum_low32(d->bits), by);
		d->umin32 >>= by;
		d->umax32 >>= by;
		vs_scalar_unbound64(d);
		vs_scalar_from_bits32(d);
		return;
	}
	d->smin = INT64_MIN;
	d->smax = INT64_MAX;
	d->bits = tnum_shr(d->bits, by);
	d->umin >>= by;
	d->umax >>= by;
	vs_scalar_unbound32(d);
	vs_scalar_from_bits(d, rules);
}

static void scalar_sar(struct vs_scalar *d, unsigned int by, bool alu32,
		       const struct vs_scalar_rules *rules)
{
	if (alu32) {
		d->smin32 >>= by;
		d->smax32 >>= by;
		d->bits = tnum_sar(tnum_low32(d->bits), by, 32);
		d->umin32 = 0;
		d->umax32 = UINT32_MAX;
		vs_scalar_unbound64(d);
		vs_scalar_from_bits32(d);
		return;
	}
	d->smin >>= by;
	d->smax >>= by;
	d->bits = tnum_sar(d->bits, by, 64);
	d->umin = 0;
	d->umax = UINT64_MAX;
	vs_scalar_unbound32(d);
	vs_scalar_from_bits(d, rules);
}

static bool scalar_shift(struct vs_scalar *d, const struct vs_scalar *s, uint8_t op, bool alu32,
			 const struct vs_scalar_rules *rules)
{
	bool known = alu32 ? tnum_is_const(tnum_low32(s->bits)) && s->smin32 == s->smax32 &&
				     s->umin32 == s->umax32
			   : tnum_is_const(s->bits) && s->smin == s->smax && s->umin == s->umax;
	unsigned int by;

	if (!known || s->umax >= (alu32 ? 32 : 64))
		return false;
	by = alu32 ? s->umin32 : (unsigned int)s->umin;
	if (op == BPF_LSH)
		scalar_shl(d, by, alu32, rules);
	else if (op == BPF_RSH)
		scalar_shr(d, by, alu32, rules);
	else
		scalar_sar(d, by, alu32, rules);
	return true;
}

bool vs_scalar_alu(struct vs_scalar *d, const struct vs_scalar *s, uint8_t op, bool alu32,
		   const struct vs_scalar_rules *rules)
{
	switch (op) {
	case BPF_ADD:
		vs_scalar_add(d, s, rules);
		break;
	case BPF_SUB:
		scalar_sub(d, s, rules);
		break;
	case BPF_NEG:
		if (!rules->negate)
			return false;
		scalar_neg(d, rules);
		break;
	case BPF_MUL:
		if (rules->signed_mul)
			mul_signed(d, s);
		else
			mul_halves(d, s);
		d->bits = tnum_mul(d->bits, s->bits, rules->mul_by_union);
		break;
	case BPF_AND:
	case BPF_OR:
	case BPF_XOR:
		scalar_bitwise(d, s, op, rules);
		break;
	case BPF_LSH:
	case BPF_RSH:
	case BPF_ARSH:
		if (!scalar_shift(d, s, op, alu32, rules))
			return false;
		break;
	default:
		return false;
	}
	if (alu32)
		vs_scalar_zext32(d);
	vs_scalar_sync(d, rules);
	return true;
}

void vs_scalar_byte_swap(struct vs_scalar *d, unsigned int size, bool swap,
			 const struct vs_scalar_rules *rules)
{
	if (swap) {
		d->bits = tnum_bswap(d->bits, size * 8);
		vs_scalar_unbound(d);
	}
	if (size < 8)
		vs_scalar_zext(d, size, rules);
	vs_scalar_sync(d, rules);
}
