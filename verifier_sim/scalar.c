/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "verifier_sim/scalar.h"

#include <stddef.h>

const struct vs_scalar VS_UNBOUNDED = {
	.bits = { 0, UINT64_MAX },
	.smin = INT64_MIN, .smax = INT64_MAX, .umin = 0, .umax = UINT64_MAX,
	.smin32 = INT32_MIN, .smax32 = INT32_MAX, .umin32 = 0, .umax32 = UINT32_MAX,
};

/* Each raises a lower end or lowers an upper end, never the reverse. */
#define RAISE(end, to)	do { if ((to) > (end)) (end) = (to); } while (0)
#define LOWER(end, to)	do { if ((to) < (end)) (end) = (to); } while (0)

static void narrow_u64(struct vs_scalar *s, uint64_t min, uint64_t max)
{
	RAISE(s->umin, min);
	LOWER(s->umax, max);
}

static void narrow_s64(struct vs_scalar *s, int64_t min, int64_t max)
{
	RAISE(s->smin, min);
	LOWER(s->smax, max);
}

static void narrow_u32(struct vs_scalar *s, uint32_t min, uint32_t max)
{
	RAISE(s->umin32, min);
	LOWER(s->umax32, max);
}

static void narrow_s32(struct vs_scalar *s, int32_t min, int32_t max)
{
	RAISE(s->smin32, min);
	LOWER(s->smax32, max);
}

void vs_scalar_unbound64(struct vs_scalar *s)
{
	s->smin = INT64_MIN;
	s->smax = INT64_MAX;
	s->umin = 0;
	s->umax = UINT64_MAX;
}

void vs_scalar_unbound32(struct vs_scalar *s)
{
	s->smin32 = INT32_MIN;
	s->smax32 = INT32_MAX;
	s->umin32 = 0;
	s->umax32 = UINT32_MAX;
}

void vs_scalar_unbound(struct vs_scalar *s)
{
	vs_scalar_unbound64(s);
	vs_scalar_unbound32(s);
}

static void set_range32(struct vs_scalar *s, uint32_t value)
{
	s->umin32 = s->umax32 = value;
	s->smin32 = s->smax32 = (int32_t)value;
}

void vs_scalar_set(struct vs_scalar *s, uint64_t value)
{
	s->bits = tnum_const(value);
	s->umin = s->umax = value;
	s->smin = s->smax = (int64_t)value;
	set_range32(s, (uint32_t)value);
}

void vs_scalar_set_low32(struct vs_scalar *s, uint32_t value)
{
	s->bits = tnum_join32(s->bits, tnum_const(value));
	set_range32(s, value);
}

/* --- known bits to intervals -------------------------------------------------- */

void vs_scalar_from_bits32(struct vs_scalar *s)
{
	uint32_t value = (uint32_t)s->bits.value, mask = (uint32_t)s->bits.mask;
	uint32_t sign = mask & 0x80000000u;

	/* an unknown sign bit is set in the smallest signed value and clear in the largest */
	narrow_s32(s, (int32_t)(value | sign), (int32_t)(value | (mask ^ sign)));
	narrow_u32(s, value, value | mask);
}

/* Where [umin, umax] holds exactly one value that the bits allow, the number is known. */
static void settle_lone_member(struct vs_scalar *s)
{
	uint64_t after = tnum_next(s->bits, s->umin), last = tnum_max(s->bits);

	if ((s->umin & ~s->bits.mask) == s->bits.value) {
		if (after > s->umax)
			vs_scalar_set(s, s->umin);
	} else if (after == last) {
		vs_scalar_set(s, last);
	} else if (after <= s->umax && tnum_next(s->bits, after) > s->umax) {
		vs_scalar_set(s, after);
	}
}

void vs_scalar_from_bits(struct vs_scalar *s, const struct vs_scalar_rules *rules)
{
	uint64_t sign = s->bits.mask & (UINT64_C(1) << 63);

	vs_scalar_from_bits32(s);
	narrow_s64(s, (int64_t)(s->bits.value | sign),
		   (int64_t)(s->bits.value | (s->bits.mask ^ sign)));
	narrow_u64(s, s->bits.value, tnum_max(s->bits));
	if (rules->lone_member)
		settle_lone_member(s);
}

/* --- one interval to another -------------------------------------------------- */

/* Low halves of a 64-bit range are a 32-bit range when the upper half never changes ... */
static void low_halves(struct vs_scalar *s)
{
	if (s->umin >> 32 == s->umax >> 32) {
		narrow_u32(s, (uint32_t)s->umin, (uint32_t)s->umax);
		if ((int32_t)s->umin <= (int32_t)s->umax)
			narrow_s32(s, (int32_t)s->umin, (int32_t)s->umax);
	}
	if (s->smin >> 32 == s->smax >> 32) {
		if ((uint32_t)s->smin <= (uint32_t)s->smax)
			narrow_u32(s, (uint32_t)s->smin, (uint32_t)s->smax);
		if ((int32_t)s->smin <= (int32_t)s->smax)
			narrow_s32(s, (int32_t)s->smin, (int32_t)s->smax);
	}
}

/* ... or when it steps up by one while the lower half goes from negative to positive. */
static bool steps_over_zero(uint64_t min, uint64_t max)
{
	return (uint32_t)(min >> 32) + 1 == (uint32_t)(max >> 32) &&
	       (int32_t)min < 0 && (int32_t)max >= 0;
}

static void deduce32(struct vs_scalar *s)
{
	low_halves(s);
	if (steps_over_zero(s->umin, s->umax))
		narrow_s32(s, (int32_t)s->umin, (int32_t)s->umax);
	if (steps_over_zero((uint64_t)s->smin, (uint64_t)s->smax))
		narrow_s32(s, (int32_t)s->smin, (int32_t)s->smax);

	if ((int32_t)s->umin32 <= (int32_t)s->umax32)
		narrow_s32(s, (int32_t)s->umin32, (int32_t)s->umax32);
	if ((uint32_t)s->smin32 <= (uint32_t)s->smax32) {
		narrow_u32(s, (uint32_t)s->smin32, (uint32_t)s->smax32);
	} else if (s->umax32 < (uint32_t)s->smin32) {
		/* the unsigned range lies below the signed one's negative part */
		s->smin32 = (int32_t)s->umin32;
		LOWER(s->umax32, (uint32_t)s->smax32);
	} else if ((uint32_t)s->smax32 < s->umin32) {
		s->smax32 = (int32_t)s->umax32;
		RAISE(s->umin32, (uint32_t)s->smin32);
	}
}

static void deduce64(struct vs_scalar *s)
{
	if ((int64_t)s->umin <= (int64_t)s->umax)
		narrow_s64(s, (int64_t)s->umin, (int64_t)s->umax);
	if ((uint64_t)s->smin <= (uint64_t)s->smax) {
		narrow_u64(s, (uint64_t)s->smin, (uint64_t)s->smax);
	} else if (s->umax < (uint64_t)s->smin) {
		s->smin = (int64_t)s->umin;
		LOWER(s->umax, (uint64_t)s->smax);
	} else if ((uint64_t)s->smax < s->umin) {
		s->smax = (int64_t)s->umax;
		RAISE(s->umin, (uint64_t)s->smin);
	}
}

static uint64_t with_low(uint64_t high, uint32_t low)
{
	return (high & ~UINT64_C(0xffffffff)) | low;
}

static void narrow_by_low(struct vs_scalar *s, uint32_t min, uint32_t max)
{
	narrow_u64(s, with_low(s->umin, min), with_low(s->umax, max));
	narrow_s64(s, (int64_t)with_low((uint64_t)s->smin, min),
		   (int64_t)with_low((uint64_t)s->smax, max));
}

/* 32-bit ends put into the 64-bit ends; and a sign extension that turned out positive. */
static void deduce_mixed(struct vs_scalar *s, const struct vs_scalar_rules *rules)
{
	narrow_by_low(s, s->umin32, s->umax32);
	if (rules->mixed_s32 && (uint32_t)s->smin32 <= (uint32_t)s->smax32)
		narrow_by_low(s, (uint32_t)s->smin32, (uint32_t)s->smax32);
	if (s->smin32 < 0 || s->smin < INT32_MIN || s->smax > INT32_MAX)
		return;
	s->smin = s->smin32;
	s->smax = s->smax32;
	s->umin = (uint64_t)(int64_t)s->smin32;
	s->umax = (uint64_t)(int64_t)s->smax32;
	s->bits = tnum_meet(s->bits, tnum_range((uint64_t)s->smin, (uint64_t)s->smax));
}

static void bits_from_ranges(struct vs_scalar *s)
{
	struct tnum whole = tnum_meet(s->bits, tnum_range(s->umin, s->umax));
	struct tnum low = tnum_meet(tnum_low32(whole), tnum_range(s->umin32, s->umax32));

	s->bits = tnum_join32(whole, low);
}

void vs_scalar_sync(struct vs_scalar *s, const struct vs_scalar_rules *rules)
{
	vs_scalar_from_bits(s, rules);
	for (int round = 0; round < 3; round++) {
		deduce32(s);
		deduce64(s);
		deduce_mixed(s, rules);
	}
	bits_from_ranges(s);
	vs_scalar_from_bits(s, rules);
}

const char *vs_scalar_broken(const struct vs_scalar *s)
{
	uint64_t v = s->bits.value;
	uint32_t low = (uint32_t)v;

	if (s->umin > s->umax || s->smin > s->smax || s->umin32 > s->umax32 || s->smin32 > s->smax32)
		return "range bounds violation";
	if (tnum_is_const(s->bits) && (s->umin != v || s->umax != v ||
				       (uint64_t)s->smin != v || (uint64_t)s->smax != v))
		return "const tnum out of sync with range bounds";
	if (tnum_is_const(tnum_low32(s->bits)) && (s->umin32 != low || s->umax32 != low ||
						   (uint32_t)s->smin32 != low ||
						   (uint32_t)s->smax32 != low))
		return "const subreg tnum out of sync with range bounds";
	return NULL;
}

/* --- extensions --------------------------------------------------------------- */

void vs_scalar_zext32(struct vs_scalar *s)
{
	bool positive = s->smin32 >= 0 && s->smax32 >= 0;

	s->bits = tnum_low32(s->bits);
	s->umin = s->umin32;
	s->umax = s->umax32;
	s->smin = positive ? s->smin32 : 0;
	s->smax = positive ? s->smax32 : (int64_t)UINT32_MAX;
}

void vs_scalar_zext(struct vs_scalar *s, unsigned int size, const struct vs_scalar_rules *rules)
{
	uint64_t keep = (UINT64_C(1) << (size * 8)) - 1;
	bool same_top = ((s->umin ^ s->umax) & ~keep) == 0;

	s->bits = tnum_cast(s->bits, size);
	s->umin = same_top ? s->umin & keep : 0;
	s->umax = same_top ? s->umax & keep : keep;
	s->smin = (int64_t)s->umin;
	s->smax = (int64_t)s->umax;
	if (size < 4)
		vs_scalar_unbound32(s);
	vs_scalar_sync(s, rules);
}

static int64_t sign_extend(uint64_t value, unsigned int size)
{
	unsigned int drop = 64 - size * 8;

	return (int64_t)(value << drop) >> drop;
}

/*
 * Sign extension of an interval: exact when the dropped bits are the same at both ends and the
 * extended ends have one sign; else all that the width can hold. Returns whether it is exact.
 */
static bool sext_interval(int64_t *min, int64_t *max, unsigned int size)
{
	unsigned int bits = size * 8;
	int64_t a = sign_extend((uint64_t)*min, size), b = sign_extend((uint64_t)*max, size);

	if (*min >> bits == *max >> bits && (a < 0) == (b < 0)) {
		*min = a < b ? a : b;
		*max = a < b ? b : a;
		return true;
	}
	*min = -(INT64_C(1) << (bits - 1));
	*max = (INT64_C(1) << (bits - 1)) - 1;
	return false;
}

void vs_scalar_sext64(struct vs_scalar *s, unsigned int size)
{
	bool exact;

	if (tnum_is_const(s->bits)) {
		vs_scalar_set(s, (uint64_t)sign_extend(s->bits.value, size));
		return;
	}
	exact = sext_interval(&s->smin, &s->smax, size);
	s->smin32 = (int32_t)s->smin;
	s->smax32 = (int32_t)s->smax;
	s->umin = exact ? (uint64_t)s->smin : 0;
	s->umax = exact ? (uint64_t)s->smax : UINT64_MAX;
	s->umin32 = (uint32_t)s->umin;
	s->umax32 = (uint32_t)s->umax;
	s->bits = exact ? tnum_range(s->umin, s->umax) : TNUM_UNKNOWN;
}

void vs_scalar_sext32(struct vs_scalar *s, unsigned int size)
{
	int64_t min = s->smin32, max = s->smax32;
	bool exact;

	if (tnum_is_const(s->bits)) {
		s->bits = tnum_const((uint64_t)sign_extend(s->bits.value, size));
		set_range32(s, (uint32_t)s->bits.value);
		return;
	}
	exact = sext_interval(&min, &max, size);
	s->smin32 = (int32_t)min;
	s->smax32 = (int32_t)max;
	s->umin32 = exact ? (uint32_t)min : 0;
	s->umax32 = exact ? (uint32_t)max : UINT32_MAX;
	s->bits = tnum_low32(exact ? tnum_range((uint64_t)min, (uint64_t)max) : TNUM_UNKNOWN);
}

bool vs_scalar_contains(const struct vs_scalar *s, const struct vs_scalar *sub)
{
	return s->umin <= sub->umin && s->umax >= sub->umax &&
	       s->smin <= sub->smin && s->smax >= sub->smax &&
	       s->umin32 <= sub->umin32 && s->umax32 >= sub->umax32 &&
	       s->smin32 <= sub->smin32 && s->smax32 >= sub->smax32 &&
	       tnum_contains(s->bits, sub->bits);
}
