/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Finding an index among a node's pivots.
 *
 * The slot that holds @index is the first whose pivot is not below it. Unused pivots are 0 and
 * stand behind a pivot that equals the node's maximum, or behind nothing when the last slot is in
 * use: so the search needs no count of the slots in use.
 *
 * Two ways. Stopping at the first pivot that is not below lets the processor guess the slot and run
 * ahead to the next node; in a low tree it mostly guesses right. In a high one it mostly guesses
 * wrong, and looking at all pivots at once, without a branch, takes half the time (docs/maple.md).
 */
#ifndef TV_MAPLE_SEARCH_H
#define TV_MAPLE_SEARCH_H

#include "maple/internal.h"

/* The processor has AVX2; set before main(). */
extern bool ma_has_avx2;

/* Trees up to this height are searched by stopping early. */
#define MA_LOW_TREE	4

static __always_inline bool mt_is_low(const struct maple_tree *mt)
{
	return mt_height(mt) <= MA_LOW_TREE;
}

/*
 * Pivots rise, so the offset is the number of those below @index. A 0 must not be counted: taking 1
 * off both sides turns it into the largest number. The first pivot may truly be 0, and @index, too.
 */
static __always_inline unsigned int ma_count_below(const unsigned long *pivots, unsigned int nr,
						   unsigned long index)
{
	unsigned long before = index - !!index;
	unsigned int below = READ_ONCE(pivots[0]) < index;
	unsigned int i;

#pragma GCC unroll 32
	for (i = 1; i < nr; i++)
		below += READ_ONCE(pivots[i]) - 1 < before;
	return below;
}

#if defined(__x86_64__) && !defined(TV_TSAN)
#define MA_SEARCH_AVX2 1

/*
 * One bit for each of sixteen words that is not below @index, the first word's lowest. Each aligned
 * word is loaded whole, so that a reader sees a pivot as it was before or after a store. The
 * comparison is of signed numbers: turning the top bit of both sides makes it one of unsigned ones.
 */
static __always_inline unsigned int ma_not_below_avx2(const unsigned long *words,
						      unsigned long index)
{
	unsigned int a, b, c, d;

	__asm__ __volatile__(
		"vpcmpeqd	%%ymm1, %%ymm1, %%ymm1\n\t"
		"vmovq		%[index], %%xmm0\n\t"
		"vpsllq		$63, %%ymm1, %%ymm1\n\t"
		"vpbroadcastq	%%xmm0, %%ymm0\n\t"
		"vpxor		%%ymm1, %%ymm0, %%ymm0\n\t"
		"vpxor		(%[words]), %%ymm1, %%ymm2\n\t"
		"vpxor		32(%[words]), %%ymm1, %%ymm3\n\t"
		"vpxor		64(%[words]), %%ymm1, %%ymm4\n\t"
		"vpxor		96(%[words]), %%ymm1, %%ymm5\n\t"
		"vpcmpgtq	%%ymm2, %%ymm0, %%ymm2\n\t"
		"vpcmpgtq	%%ymm3, %%ymm0, %%ymm3\n\t"
		"vpcmpgtq	%%ymm4, %%ymm0, %%ymm4\n\t"
		"vpcmpgtq	%%ymm5, %%ymm0, %%ymm5\n\t"
		"vmovmskpd	%%ymm2, %[a]\n\t"
		"vmovmskpd	%%ymm3, %[b]\n\t"
		"vmovmskpd	%%ymm4, %[c]\n\t"
		"vmovmskpd	%%ymm5, %[d]\n\t"
		"vzeroupper"
		: [a] "=&r" (a), [b] "=&r" (b), [c] "=&r" (c), [d] "=&r" (d)
		: [words] "r" (words), [index] "r" (index)
		: "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "memory");
	return ~((a | b << 4) | (c | d << 4) << 8);
}
#endif

/* The offset of the slot for @index; the number of pivots if all are below it. */
static __always_inline unsigned int ma_search(const struct maple_node *node, enum maple_type type,
					      unsigned long index)
{
#ifdef MA_SEARCH_AVX2
	/* Words behind the pivots are looked at, too; the bit set here comes first. */
	if (likely(ma_has_avx2))
		return __builtin_ctz(ma_not_below_avx2(ma_pivots(node), index) |
				     1U << ma_nr_pivots(type));
#endif
	if (type == maple_arange_64)
		return ma_count_below(node->ma64.pivot, MAPLE_ARANGE64_SLOTS - 1, index);
	return ma_count_below(node->mr64.pivot, MAPLE_RANGE64_SLOTS - 1, index);
}

/* The same, by stopping early. */
static __always_inline unsigned int ma_search_stop(const struct maple_node *node,
						   enum maple_type type, unsigned long index)
{
	const unsigned long *pivots = ma_pivots(node);
	unsigned int nr = ma_nr_pivots(type), i = 0;

	while (i < nr && READ_ONCE(pivots[i]) < index)
		i++;
	return i;
}

/*
 * A node is about to be searched: its slots are fetched beside its pivots, instead of after them.
 * In a low tree all of it is mostly at hand.
 */
static __always_inline void ma_expect(bool low, const void *enode)
{
	const char *node = (const char *)((unsigned long)enode & ~MAPLE_NODE_MASK);

	if (!low) {
		__builtin_prefetch(node + 128);
		__builtin_prefetch(node + 192);
	}
}

static __always_inline unsigned int ma_search_as(bool low, const struct maple_node *node,
						 enum maple_type type, unsigned long index)
{
	return low ? ma_search_stop(node, type, index) : ma_search(node, type, index);
}

#endif /* TV_MAPLE_SEARCH_H */
