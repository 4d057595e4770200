// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Copies of a number, and copies at a distance: what a comparison says of one, it says of all. */
#include "program.h"

struct numbers {
	__u8 n[64];
};

MAP(HASH, table, __u32, struct numbers, 2);

/* r7 = a value of 64 bytes */
#define VALUE ELEMENT "r7 = r0;"
#define OUTSIDE "R7 max value is outside of the allowed memory range"

PROGRAM("raw_tp", copy, ACCEPTED,
	VALUE RANDOM "r1 = r0; if r0 > 63 goto out_%=; r7 += r1; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", copy_compared, ACCEPTED,
	VALUE RANDOM "r1 = r0; if r1 > 63 goto out_%=; r7 += r0; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", copy_changed,
	REJECTED("R7 unbounded memory access, make sure to bounds check any such access"),
	VALUE RANDOM
	"r1 = r0; r1 >>= 1; if r0 > 63 goto out_%=; r7 += r1; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", copy_on_the_stack, ACCEPTED,
	VALUE RANDOM
	"*(u64 *)(r10 - 16) = r0; if r0 > 63 goto out_%=; r1 = *(u64 *)(r10 - 16); r7 += r1;"
	"r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", copy_overwritten, ACCEPTED,
	VALUE RANDOM "r1 = r0; r1 = 5 ll; if r0 != 64 goto out_%=; r7 += r1; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", copies_too_many, ACCEPTED,
	RANDOM "r1 = r0; r2 = r0; r3 = r0; r4 = r0; r5 = r0; r6 = r0; r7 = r0; r8 = r0; r9 = r0;"
	       "if r0 > 63 goto out_%=; r0 += r1; r0 += r2; r0 += r3; r0 += r4; r0 += r5; r0 += "
	       "r6; r0 += r7; r0 += r8;"
	       "r0 += r9;" END,
	AND_RANDOM);

PROGRAM("raw_tp", at_a_distance, ACCEPTED,
	VALUE RANDOM
	"r1 = r0; r1 += 8; if r0 > 55 goto out_%=; r7 += r1; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", at_a_distance_too_far, REJECTED(OUTSIDE),
	VALUE RANDOM
	"r1 = r0; r1 += 8; if r0 > 56 goto out_%=; r7 += r1; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", seen_from_a_distance, ACCEPTED,
	VALUE RANDOM
	"r0 &= 255; r1 = r0; r1 += 8; if r1 > 71 goto out_%=; r7 += r0; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", two_at_one_distance, ACCEPTED,
	VALUE RANDOM "r0 &= 255; r1 = r0; r1 += 8; r2 = r0; r2 += 8; if r1 > 63 goto out_%=; r7 "
		       "+= r2; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", two_at_different_distances, ACCEPTED,
	VALUE RANDOM "r0 &= 255; r1 = r0; r1 += 8; r2 = r0; r2 += 16; if r1 > 55 goto out_%=; r7 "
		       "+= r2; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
/* what is stored is a new number, if it is no mere copy */
PROGRAM("raw_tp", distance_lost_on_the_stack, REJECTED(OUTSIDE),
	VALUE RANDOM
	"r0 &= 255; r1 = r0; r1 += 8; *(u64 *)(r10 - 16) = r1; if r0 > 55 goto out_%=;"
	"r1 = *(u64 *)(r10 - 16); r7 += r1; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);
PROGRAM("raw_tp", seen_from_a_distance_on_the_stack, ACCEPTED,
	VALUE RANDOM
	"r0 &= 255; *(u64 *)(r10 - 16) = r0; r1 = r0; r1 += 8; if r1 > 71 goto out_%=;"
	"r1 = *(u64 *)(r10 - 16); r7 += r1; r0 = *(u8 *)(r7 + 0);" END,
	ON(table), AND_RANDOM);

/* sums of 32 bits: kept apart since 6.18 */
PROGRAMS("raw_tp", half_at_a_distance,
	 REJECTED("R7 unbounded memory access, make sure to bounds check any such access"),
	 ACCEPTED,
	 VALUE RANDOM
	 "w0 = w0; r1 = r0; w1 += 8; if r0 > 55 goto out_%=; r7 += r1; r0 = *(u8 *)(r7 + 0);" END,
	 ON(table), AND_RANDOM);
PROGRAM("raw_tp", half_and_whole_at_distances, ACCEPTED,
	RANDOM "w0 = w0; r1 = r0; r1 += 8; r2 = r0; w2 += 8; if r1 > 55 goto out_%=; r0 += r2;" END,
	AND_RANDOM);

static NOINLINE __attribute__((used)) int looks(__u64 n)
{
	return n > 63;
}

/* a copy in the frame of the caller */
SEC("raw_tp") ACCEPTED NAKED int copy_in_the_callers_frame(void)
{
	asm volatile(VALUE RANDOM
		     "r6 = r0; if r0 > 63 goto out_%=; r1 = r0; call looks; r7 += r6;"
		     "r0 = *(u8 *)(r7 + 0);" END
		     :
		     : ON(table), AND_RANDOM
		     : CLOBBERS);
}
