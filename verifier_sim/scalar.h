/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is known of a 64-bit number: some bits, and four intervals (64 and 32 bits, signed and
 * unsigned), all ends inclusive. The five views describe the same set from different sides;
 * vs_scalar_sync() carries what one knows over to the others, in the kernel's order and as far
 * as the kernel goes (Linux v6.18 kernel/bpf/verifier.c: reg_bounds_sync).
 */
#ifndef TV_VERIFIER_SCALAR_H
#define TV_VERIFIER_SCALAR_H

#include "verifier_sim/tnum.h"

struct vs_scalar {
	struct tnum bits;
	int64_t smin, smax;
	uint64_t umin, umax;
	int32_t smin32, smax32;
	uint32_t umin32, umax32;
};

/* Which of a kernel's refinements apply; a part of the rule set (verifier_sim/rules.h). */
struct vs_scalar_rules {
	bool mixed_s32;		/* signed 32-bit ends put into 64-bit ends too (until v6.17) */
	bool lone_member;	/* a tnum with one member in the range is that member (v7.0, and stable) */
	bool mul_by_union;	/* tnum_mul() of v6.18 */
	bool exact_overflow;	/* sums that overflow in all cases keep their range (v6.17) */
	bool negate;		/* BPF_NEG keeps a range (v6.17) */
	bool byte_swap;		/* BPF_END keeps known bits (v7.0, and stable) */
	bool signed_mul;	/* products of factors that may be negative (v6.14) */
};

extern const struct vs_scalar VS_UNBOUNDED;

void vs_scalar_set(struct vs_scalar *s, uint64_t value);
void vs_scalar_set_low32(struct vs_scalar *s, uint32_t value);
void vs_scalar_unbound64(struct vs_scalar *s);
void vs_scalar_unbound32(struct vs_scalar *s);
/* Intervals only; the known bits stay. */
void vs_scalar_unbound(struct vs_scalar *s);

/* Narrows intervals by the known bits. */
void vs_scalar_from_bits32(struct vs_scalar *s);
void vs_scalar_from_bits(struct vs_scalar *s, const struct vs_scalar_rules *rules);
void vs_scalar_sync(struct vs_scalar *s, const struct vs_scalar_rules *rules);
/* NULL, or which invariant is broken ("range bounds violation", ...). */
const char *vs_scalar_broken(const struct vs_scalar *s);

/* The upper half becomes zero. */
void vs_scalar_zext32(struct vs_scalar *s);
/* Zero or sign extension of the lower @size bytes (1, 2, 4). */
void vs_scalar_zext(struct vs_scalar *s, unsigned int size, const struct vs_scalar_rules *rules);
void vs_scalar_sext64(struct vs_scalar *s, unsigned int size);
/* Sign extension within the lower half (w1 = (s8)w2); the caller clears the upper half. */
void vs_scalar_sext32(struct vs_scalar *s, unsigned int size);

/* Is every value of @sub allowed by @s? */
bool vs_scalar_contains(const struct vs_scalar *s, const struct vs_scalar *sub);

/*
 * d = d op s for a BPF_* opcode (BPF_NEG: d = -d, @s ignored). False when the kernel computes
 * nothing for that operation or operand: the caller marks the result unknown.
 */
bool vs_scalar_alu(struct vs_scalar *d, const struct vs_scalar *s, uint8_t op, bool alu32,
		   const struct vs_scalar_rules *rules);
/* BPF_END of the lower @size bytes (2, 4, 8): swapped, or as they are; the upper become zero. */
void vs_scalar_byte_swap(struct vs_scalar *d, unsigned int size, bool swap,
			 const struct vs_scalar_rules *rules);
/* Only the addition, both widths, without the final sync: for linked registers. */
void vs_scalar_add(struct vs_scalar *d, const struct vs_scalar *s,
		   const struct vs_scalar_rules *rules);

#endif
