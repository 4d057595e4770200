/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "verifier_sim/tnum.h"

struct tnum tnum_range(uint64_t min, uint64_t max)
{
	uint64_t differ = min ^ max;
	int bits = differ ? 64 - __builtin_clzll(differ) : 0;

	if (bits == 64)
		return TNUM_UNKNOWN;
	return tnum_make(min, (UINT64_C(1) << bits) - 1);
}

/*
 * Carries: the sum of all minima and the sum of all maxima; where they differ beyond the operands'
 * own unknown bits, a carry may or may not have arrived.
 */
struct tnum tnum_add(struct tnum a, struct tnum b)
{
	uint64_t least = a.value + b.value;
	uint64_t most = least + (a.mask + b.mask);

	return tnum_make(least, (least ^ most) | a.mask | b.mask);
}

struct tnum tnum_sub(struct tnum a, struct tnum b)
{
	uint64_t middle = a.value - b.value;
	uint64_t most = middle + a.mask, least = middle - b.mask;

	return tnum_make(middle, (most ^ least) | a.mask | b.mask);
}

static struct tnum mul_by_union(struct tnum a, struct tnum b)
{
	struct tnum sum = tnum_const(0);

	for (; tnum_max(a); a = tnum_shr(a, 1), b = tnum_shl(b, 1)) {
		if (a.value & 1)
			sum = tnum_add(sum, b);
		else if (a.mask & 1)
			sum = tnum_either(sum, tnum_add(sum, b));
	}
	return sum;
}

static struct tnum mul_by_masks(struct tnum a, struct tnum b)
{
	uint64_t known = a.value * b.value;
	struct tnum noise = tnum_const(0);

	for (; tnum_max(a); a = tnum_shr(a, 1), b = tnum_shl(b, 1)) {
		uint64_t add = a.value & 1 ? b.mask : a.mask & 1 ? tnum_max(b) : 0;

		if ((a.value | a.mask) & 1)
			noise = tnum_add(noise, tnum_make(0, add));
	}
	return tnum_add(tnum_const(known), noise);
}

struct tnum tnum_mul(struct tnum a, struct tnum b, bool by_union)
{
	return by_union ? mul_by_union(a, b) : mul_by_masks(a, b);
}

struct tnum tnum_sar(struct tnum t, unsigned int bits, unsigned int width)
{
	if (width == 32)
		return (struct tnum){ (uint32_t)((int32_t)t.value >> bits),
				      (uint32_t)((int32_t)t.mask >> bits) };
	return (struct tnum){ (uint64_t)((int64_t)t.value >> bits),
			      (uint64_t)((int64_t)t.mask >> bits) };
}

struct tnum tnum_cast(struct tnum t, unsigned int size)
{
	uint64_t keep = size >= 8 ? UINT64_MAX : (UINT64_C(1) << (size * 8)) - 1;

	return (struct tnum){ t.value & keep, t.mask & keep };
}

struct tnum tnum_bswap(struct tnum t, unsigned int bits)
{
	unsigned int drop = 64 - bits;

	return (struct tnum){ __builtin_bswap64(t.value) >> drop, __builtin_bswap64(t.mask) >> drop };
}

/*
 * Counts up in the unknown bits alone. What @above has beyond the smallest member may use bits that
 * the tnum cannot: then everything below the highest such bit is passed over. Known bits are set
 * for the addition so that a carry runs through them.
 */
uint64_t tnum_next(struct tnum t, uint64_t above)
{
	uint64_t excess = above - t.value, foreign = excess & ~t.mask;

	if (above < t.value)
		return t.value;
	if (above >= tnum_max(t))
		return tnum_max(t);
	if (foreign)
		excess |= UINT64_MAX >> __builtin_clzll(foreign);
	return t.value | (((excess | ~t.mask) + 1) & t.mask);
}
