/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tristate numbers: 64-bit values of which some bits are known.
 *
 * A bit of @mask that is set is unknown, and is then clear in @value. Every operation returns the
 * smallest tnum it can prove to hold all results (Vishwanathan et al., "Sound, Precise, and Fast
 * Abstract Interpretation with Tristate Numbers"; Linux kernel/bpf/tnum.c has the same operations).
 */
#ifndef TV_VERIFIER_TNUM_H
#define TV_VERIFIER_TNUM_H

#include <stdbool.h>
#include <stdint.h>

struct tnum {
	uint64_t value;
	uint64_t mask;
};

#define TNUM_UNKNOWN	((struct tnum){ 0, UINT64_MAX })

/* Unknown bits win over known ones. */
static inline struct tnum tnum_make(uint64_t value, uint64_t mask)
{
	return (struct tnum){ value & ~mask, mask };
}

static inline struct tnum tnum_const(uint64_t value)
{
	return (struct tnum){ value, 0 };
}

static inline bool tnum_is_const(struct tnum t)
{
	return t.mask == 0;
}

static inline bool tnum_is_unknown(struct tnum t)
{
	return t.mask == UINT64_MAX;
}

static inline bool tnum_is_value(struct tnum t, uint64_t value)
{
	return t.mask == 0 && t.value == value;
}

/* The largest value it can have; the smallest is @value itself. */
static inline uint64_t tnum_max(struct tnum t)
{
	return t.value | t.mask;
}

/* The lower 32 bits, the upper ones zero. */
static inline struct tnum tnum_low32(struct tnum t)
{
	return (struct tnum){ (uint32_t)t.value, (uint32_t)t.mask };
}

static inline struct tnum tnum_join32(struct tnum high, struct tnum low)
{
	return (struct tnum){ (high.value >> 32 << 32) | low.value,
			      (high.mask >> 32 << 32) | low.mask };
}

static inline struct tnum tnum_shl(struct tnum t, unsigned int bits)
{
	return (struct tnum){ t.value << bits, t.mask << bits };
}

static inline struct tnum tnum_shr(struct tnum t, unsigned int bits)
{
	return (struct tnum){ t.value >> bits, t.mask >> bits };
}

static inline struct tnum tnum_or(struct tnum a, struct tnum b)
{
	uint64_t ones = a.value | b.value;

	return (struct tnum){ ones, (a.mask | b.mask) & ~ones };
}

static inline struct tnum tnum_and(struct tnum a, struct tnum b)
{
	uint64_t ones = a.value & b.value;

	return (struct tnum){ ones, tnum_max(a) & tnum_max(b) & ~ones };
}

static inline struct tnum tnum_xor(struct tnum a, struct tnum b)
{
	return tnum_make(a.value ^ b.value, a.mask | b.mask);
}

static inline struct tnum tnum_not(struct tnum t)
{
	return tnum_make(~t.value, t.mask);
}

/* What both allow; the caller knows that they agree on bits both know. */
static inline struct tnum tnum_meet(struct tnum a, struct tnum b)
{
	return tnum_make(a.value | b.value, a.mask & b.mask);
}

/* What either allows. */
static inline struct tnum tnum_either(struct tnum a, struct tnum b)
{
	return tnum_make(a.value & b.value, a.mask | b.mask | (a.value ^ b.value));
}

/* Is there a value both can have? */
static inline bool tnum_overlap(struct tnum a, struct tnum b)
{
	return ((a.value ^ b.value) & ~(a.mask | b.mask)) == 0;
}

/* Is every value of @sub one of @t too? */
static inline bool tnum_contains(struct tnum t, struct tnum sub)
{
	return (sub.mask & ~t.mask) == 0 && (sub.value & ~t.mask) == t.value;
}

/* @size is a power of two, or 0 for no demand. */
static inline bool tnum_is_aligned(struct tnum t, uint64_t size)
{
	return size == 0 || (tnum_max(t) & (size - 1)) == 0;
}

struct tnum tnum_range(uint64_t min, uint64_t max);
struct tnum tnum_add(struct tnum a, struct tnum b);
struct tnum tnum_sub(struct tnum a, struct tnum b);
/* @by_union: Linux 6.18 joins the two outcomes of an unknown bit; 6.12 adds up masks. */
struct tnum tnum_mul(struct tnum a, struct tnum b, bool by_union);
/* Arithmetic shift right of a @width (32 or 64) bit number. */
struct tnum tnum_sar(struct tnum t, unsigned int bits, unsigned int width);
/* Zero extension of the lower @size bytes (1, 2, 4 or 8). */
struct tnum tnum_cast(struct tnum t, unsigned int size);
/* The bytes of the lower @bits (16, 32, 64) in reverse order; the rest becomes zero. */
struct tnum tnum_bswap(struct tnum t, unsigned int bits);
/* The smallest value of @t above @above; its largest one when there is none. */
uint64_t tnum_next(struct tnum t, uint64_t above);

#endif
