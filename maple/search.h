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
 * Where @type is known when compiling, so is the number of pivots, and no loop remains.
 */
#ifndef TV_MAPLE_SEARCH_H
#define TV_MAPLE_SEARCH_H

#include "maple/internal.h"

/* Trees up to this height are searched by stopping early. */
#define MA_LOW_TREE	4

static __always_inline bool mt_is_low(const struct maple_tree *mt)
{
	return mt_height(mt) <= MA_LOW_TREE;
}

/*
 * Stopping early: a branch of its own for each pivot, which the processor guesses by itself. Returns
 * the offset of the slot for @index; @nr, the number of pivots, if all are below it.
 */
static __always_inline unsigned long ma_stop_at(const unsigned long *pivots, unsigned int nr,
					       unsigned long index)
{
	unsigned long i;

#pragma GCC unroll 32
	for (i = 0; i < nr; i++)
		if (READ_ONCE(pivots[i]) >= index)
			break;
	return i;
}

static __always_inline unsigned long ma_search_stop(const struct maple_node *node,
						   enum maple_type type, unsigned long index)
{
	if (type == maple_arange_64)
		return ma_stop_at(ma_pivots(node), MAPLE_ARANGE64_SLOTS - 1, index);
	return ma_stop_at(ma_pivots(node), MAPLE_RANGE64_SLOTS - 1, index);
}

/*
 * Pivots rise, so the offset is the number of those below @index. A 0 must not be counted: taking 1
 * off both sides turns it into the largest number. The first pivot may truly be 0, and @index, too.
 */
static __always_inline unsigned long ma_count_below(const unsigned long *pivots, unsigned int nr,
						   unsigned long index)
{
	unsigned long before = index - !!index;
	unsigned long below = READ_ONCE(pivots[0]) < index;
	unsigned long i;

#pragma GCC unroll 32
	for (i = 1; i < nr; i++)
		below += READ_ONCE(pivots[i]) - 1 < before;
	return below;
}

/* As ma_search_stop(), without a branch. */
static __always_inline unsigned long ma_search(const struct maple_node *node, enum maple_type type,
					      unsigned long index)
{
	if (type == maple_arange_64)
		return ma_count_below(ma_pivots(node), MAPLE_ARANGE64_SLOTS - 1, index);
	return ma_count_below(ma_pivots(node), MAPLE_RANGE64_SLOTS - 1, index);
}

/*
 * A node is about to be searched: of its four cache lines the one that pivots do not reach, where
 * half of the slots are, is fetched beside them instead of after them.
 */
static __always_inline void ma_expect(const struct maple_node *node, enum maple_type type)
{
	__builtin_prefetch((const char *)node + (type == maple_arange_64 ? 128 : 192));
}

/* --- AVX2 --------------------------------------------------------------------------------- */

/* sparse (__CHECKER__) knows nothing of these types. */
#if defined(__x86_64__) && !defined(TV_TSAN) && !defined(__CHECKER__)
#include <immintrin.h>

#define MA_SEARCH_AVX2	1
#define MA_AVX2		__attribute__((__target__("avx2,bmi")))

/* Four aligned words, each seen as it was before or after a store. */
MA_AVX2 static __always_inline __m256i ma_words(const unsigned long *words)
{
	return _mm256_loadu_si256((const __m256i_u *)words);
}

/* The comparison is of signed numbers: turning the top bit of both sides makes it unsigned. */
MA_AVX2 static __always_inline __m256i ma_flip(__m256i words)
{
	return _mm256_xor_si256(words, _mm256_set1_epi64x(LLONG_MIN));
}

MA_AVX2 static __always_inline __m256i ma_key_avx2(unsigned long index)
{
	return ma_flip(_mm256_set1_epi64x(index));
}

/* A bit for each of four words that is below the key. */
MA_AVX2 static __always_inline unsigned long ma_below_avx2(const unsigned long *words, __m256i key)
{
	__m256i below = _mm256_cmpgt_epi64(key, ma_flip(ma_words(words)));

	return _mm256_movemask_pd(_mm256_castsi256_pd(below));
}

/*
 * As ma_search(). The first word that is not below the key is looked for; words behind the pivots
 * are looked at, too, but a bit is set where the pivots end.
 */
MA_AVX2 static __always_inline unsigned long ma_search_avx2(const struct maple_node *node,
							   enum maple_type type, __m256i key)
{
	const unsigned long *pivots = ma_pivots(node);
	unsigned long below = ma_below_avx2(pivots, key) | ma_below_avx2(pivots + 4, key) << 4 |
			     ma_below_avx2(pivots + 8, key) << 8;

	if (type == maple_arange_64)
		return _tzcnt_u64(~below | 1UL << (MAPLE_ARANGE64_SLOTS - 1));
	below |= ma_below_avx2(pivots + 12, key) << 12;
	return _tzcnt_u64(~below | 1UL << (MAPLE_RANGE64_SLOTS - 1));
}
#endif

#endif /* TV_MAPLE_SEARCH_H */
