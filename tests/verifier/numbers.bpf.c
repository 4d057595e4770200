// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What each operation makes of numbers that are known in part. */
#include "program.h"

/* r6 is any number, r7 any number of 32 bits; what is in r0 at the end the log says. */
#define NUMBER(name, expectation, text)				\
	PROGRAM("raw_tp", name, ACCEPTED expectation,		\
		"r6 = *(u64 *)(r1 + 0);"			\
		"call %[random];"				\
		"w7 = w0;"					\
		text						\
		"r2 = r0;"					\
		"r0 = 0;"					\
		"exit;",					\
		[random] "i"(BPF_FUNC_get_prandom_u32))

/* The log's last word on r2, which is what r0 was; several: on one path after the other. */
#define KNOWN(value)	LOGGED("R2{{(_w)?}}=" value "{{$}}")
#define SCALAR(range)	LOGGED("R2{{(_w)?}}=scalar({{(id=[0-9]+,?)?}}" range "){{$}}")

/* the range that an and leaves, beginning at @from */
#define RANGE(dst, bits, from)	#dst " &= " #bits "; " #dst " += " #from ";"

/* --- sign extension ---------------------------------------------------------------------- */

#define MOVE_S8(dst, src)	RAW(0xbf, 0x##src##dst, 8, 0)
#define MOVE_S16(dst, src)	RAW(0xbf, 0x##src##dst, 16, 0)
#define MOVE_S32(dst, src)	RAW(0xbf, 0x##src##dst, 32, 0)
#define MOVE_W_S8(dst, src)	RAW(0xbc, 0x##src##dst, 8, 0)
#define MOVE_W_S16(dst, src)	RAW(0xbc, 0x##src##dst, 16, 0)

NUMBER(extends_known, KNOWN("-128"), "r6 = 0x1280;" MOVE_S8(0, 6));
NUMBER(extends_known_half, KNOWN("0xffff8001"), "r6 = 0x18001;" MOVE_W_S16(0, 6));
NUMBER(extends_anything, SCALAR("smin=smin32=-128,smax=smax32=127"), MOVE_S8(0, 6));
NUMBER(extends_anything_16, SCALAR("smin=smin32=-32768,smax=smax32=32767"), MOVE_S16(0, 6));
NUMBER(extends_anything_32, SCALAR("smin=0xffffffff80000000,smax=0x7fffffff"), MOVE_S32(0, 6));
NUMBER(extends_half_anything, SCALAR("smin=0,smax=umax=0xffffffff,smin32=-128,smax32=127,var_off=(0x0; 0xffffffff)"),
       MOVE_W_S8(0, 6));
NUMBER(extends_positive, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=127,var_off=(0x0; 0x7f)"),
       "r6 &= 0x7f;" MOVE_S8(0, 6));
NUMBER(extends_half_positive, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=32767,var_off=(0x0; 0x7fff)"),
       "w6 &= 0x7fff;" MOVE_W_S16(0, 6));
NUMBER(extends_negative, SCALAR("smin=smin32=-128,smax=smax32=-113,umin=0xffffffffffffff80,umax=0xffffffffffffff8f,umin32=0xffffff80,umax32=0xffffff8f,var_off=(0xffffffffffffff80; 0xf)"),
       RANGE(r6, 0xf, 0x80) MOVE_S8(0, 6));
NUMBER(extends_half_negative, SCALAR("smin=umin=umin32=0xffffff80,smax=umax=umax32=0xffffff8f,smin32=-128,smax32=-113,var_off=(0xffffff80; 0xf)"),
       RANGE(w6, 0xf, 0xff80) MOVE_W_S16(0, 6));
NUMBER(extends_across_the_sign, SCALAR("smin=smin32=-128,smax=smax32=127"),
       RANGE(r6, 0xff, 0x70) MOVE_S8(0, 6));

/* --- one operand ------------------------------------------------------------------------- */

NUMBER(negates_known, KERNEL("6.18") KNOWN("-5"), "r0 = 5; r0 = -r0;");
NUMBER(negates_known_before, KERNEL("6.12") SCALAR(""), "r0 = 5; r0 = -r0;");
NUMBER(negates_range, KERNEL("6.18") SCALAR("smin=smin32=-15,smax=smax32=0"),
       "r0 = r6; r0 &= 15; r0 = -r0;");
NUMBER(negates_range_before, KERNEL("6.12") SCALAR(""), "r0 = r6; r0 &= 15; r0 = -r0;");
NUMBER(negates_half, KERNEL("6.18") SCALAR("smin=0,smax=umax=0xffffffff,smin32=-15,smax32=0,var_off=(0x0; 0xffffffff)"),
       "w0 = w7; w0 &= 15; w0 = -w0;");
NUMBER(negates_half_before, KERNEL("6.12") SCALAR(""), "w0 = w7; w0 &= 15; w0 = -w0;");
NUMBER(negates_anything, SCALAR(""), "r0 = r6; r0 = -r0;");
NUMBER(swaps_known, KERNEL("6.18") KNOWN("13330"), "r0 = 0x1234; r0 = be16 r0;");
NUMBER(swaps_known_before, KERNEL("6.12") SCALAR(""), "r0 = 0x1234; r0 = be16 r0;");
NUMBER(swaps_32, KERNEL("6.18") SCALAR("smin=0,smax=umax=umax32=0xff000000,smax32=0x7f000000,var_off=(0x0; 0xff000000)"),
       "r0 = r6; r0 &= 0xff; r0 = be32 r0;");
NUMBER(swaps_32_before, KERNEL("6.12") SCALAR(""), "r0 = r6; r0 &= 0xff; r0 = be32 r0;");
NUMBER(swaps_64, KERNEL("6.18") SCALAR("smax=0x7f00000000000000,umax=0xff00000000000000,smin32=0,smax32=umax32=0,var_off=(0x0; 0xff00000000000000)"),
       "r0 = r6; r0 &= 0xff; r0 = be64 r0;");
NUMBER(swaps_64_before, KERNEL("6.12") SCALAR(""), "r0 = r6; r0 &= 0xff; r0 = be64 r0;");
NUMBER(swaps_whatever_the_machine, KERNEL("6.18") SCALAR("smin=0,smax=umax=umax32=0xff000000,smax32=0x7f000000,var_off=(0x0; 0xff000000)"),
       "r0 = r6; r0 &= 0xff;" RAW(0xd7, 0x00, 0, 32));
NUMBER(swaps_whatever_the_machine_before, KERNEL("6.12") SCALAR(""),
       "r0 = r6; r0 &= 0xff;" RAW(0xd7, 0x00, 0, 32));
NUMBER(cuts_to_16, KERNEL("6.18") SCALAR("smin=smin32=0,smax=umax=smax32=umax32=0xffff,var_off=(0x0; 0xffff)"),
       "r0 = r6; r0 = le16 r0;");
NUMBER(cuts_to_16_before, KERNEL("6.12") SCALAR(""), "r0 = r6; r0 = le16 r0;");
NUMBER(cuts_to_64, SCALAR(""), "r0 = r6; r0 = le64 r0;");

/* --- sums -------------------------------------------------------------------------------- */

NUMBER(adds_past_the_end, SCALAR("smin=umin=smin32=umin32=84,smax=umax=smax32=umax32=99,var_off=(0x40; 0x3f)"),
       "r0 = r6; r0 |= -16; r0 += 100;");
NUMBER(adds_and_may_overflow, SCALAR("smin=smin32=-8,smax=smax32=7"),
       "r0 = r6; r0 |= -16; r0 += 8;");
NUMBER(adds_anything, SCALAR(""), "r0 = r6; r0 += r7;");
NUMBER(subtracts_below_zero, SCALAR("smin=smin32=-100,smax=smax32=-85,umin=0xffffffffffffff9c,umax=0xffffffffffffffab,umin32=0xffffff9c,umax32=0xffffffab,var_off=(0xffffffffffffff80; 0x3f)"),
       "r0 = r6; r0 &= 15; r0 -= 100;");
NUMBER(subtracts_range, SCALAR("smin=smin32=-3,smax=smax32=15"),
       "r0 = r6; r0 &= 15; r7 &= 3; r0 -= r7;");
NUMBER(subtracts_halves, SCALAR("smin=0,smax=umax=0xffffffff,smin32=-3,smax32=15,var_off=(0x0; 0xffffffff)"),
       "w0 = w6; w0 &= 15; w7 &= 3; w0 -= w7;");
NUMBER(adds_itself, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=30,var_off=(0x0; 0x1f)"),
       "r0 = r6; r0 &= 15; r0 += r0;");

/* --- products and quotients -------------------------------------------------------------- */

NUMBER(multiplies_small, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=105,var_off=(0x0; 0x7f)"),
       "r0 = r6; r0 &= 15; r7 &= 7; r0 *= r7;");
NUMBER(multiplies_halves, SCALAR("smin=0,smax=umax=umax32=0xfffe0001,var_off=(0x0; 0xffffffff)"),
       "w0 = w6; w0 &= 0xffff; w7 &= 0xffff; w0 *= w7;");
NUMBER(multiplies_to_negative_halves, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=0x7fff0000,var_off=(0x0; 0x7fff0000)"),
       "w0 = w6; w0 &= 0x7fff; w0 *= 0x10000;");
NUMBER(multiplies_large, SCALAR(""), "r0 = r6; r0 *= r7;");
NUMBER(multiplies_past_the_sign, SCALAR("umax=0xfffffffe00000001"),
       "r0 = r6; r0 >>= 32; r7 <<= 31; r7 >>= 31; r0 *= r7;");
NUMBER(multiplies_by_negative, KERNEL("6.18") SCALAR("smin=smin32=-45,smax=smax32=0"),
       "r0 = r6; r0 &= 15; r0 *= -3;");
NUMBER(multiplies_by_negative_before, KERNEL("6.12") SCALAR(""), "r0 = r6; r0 &= 15; r0 *= -3;");
NUMBER(multiplies_by_zero, KNOWN("0"), "r0 = r6; r0 *= 0;");
NUMBER(divides, SCALAR(""), "r0 = r6; r0 /= 3;");
NUMBER(divides_by_unknown, SCALAR(""), "r0 = 12; r0 /= r6;");
NUMBER(divides_signed, SCALAR(""), "r0 = r6;" RAW(0x37, 0x00, 1, 3));
NUMBER(takes_remainder, SCALAR(""), "r0 = r6;" RAW(0x97, 0x00, 0, 3));
NUMBER(takes_half_remainder_signed, SCALAR(""), "w0 = w6;" RAW(0x94, 0x00, 1, 3));

/* --- bits -------------------------------------------------------------------------------- */

NUMBER(ands_halves_known, KNOWN("8"), "w0 = 12; w0 &= 10;");
NUMBER(ors_halves, SCALAR("smin=umin=umin32=0x80000000,smax=umax=0xffffffff,smax32=-1,var_off=(0x80000000; 0x7fffffff)"),
       "w0 = w7; w0 |= 0x80000000;");
NUMBER(ors_range, SCALAR("smin=umin=smin32=umin32=256,smax=umax=smax32=umax32=271,var_off=(0x100; 0xf)"),
       "r0 = r6; r0 &= 15; r0 |= 0x100;");
NUMBER(ors_by_register, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=255,var_off=(0x0; 0xff)"),
       "r0 = r6; r0 &= 15; r7 &= 240; r0 |= r7;");
NUMBER(xors_range, SCALAR("smin=umin=smin32=umin32=256,smax=umax=smax32=umax32=271,var_off=(0x100; 0xf)"),
       "r0 = r6; r0 &= 15; r0 ^= 0x100;");
NUMBER(xors_known, KNOWN("6"), "r0 = 12; r0 ^= 10;");
NUMBER(xors_itself, SCALAR(""), "r0 = r6; r0 ^= r0;");
NUMBER(ands_to_a_bit, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=8,var_off=(0x0; 0x8)"),
       "r0 = r6; r0 &= 8;");

/* an and of what is all ones or zero is two paths */
NUMBER(ands_a_sign, KNOWN("7") KNOWN("0"), "r0 = r6; r0 s>>= 63; r0 &= 7;");
NUMBER(ors_a_sign, KNOWN("-1") KNOWN("7"), "r0 = r6; r0 s>>= 63; r0 |= 7;");
NUMBER(ands_half_a_sign, KNOWN("7") KNOWN("0"), "w0 = w6; w0 s>>= 31; w0 &= 7;");

/* --- shifts ------------------------------------------------------------------------------ */

NUMBER(shifts_left, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=240,var_off=(0x0; 0xf0)"),
       "r0 = r6; r0 &= 15; r0 <<= 4;");
NUMBER(shifts_left_out, SCALAR("smax=0x7000000000000000,umax=0xf000000000000000,smin32=0,smax32=umax32=0,var_off=(0x0; 0xf000000000000000)"),
       "r0 = r6; r0 <<= 60;");
NUMBER(shifts_half_left, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=240,var_off=(0x0; 0xf0)"),
       "w0 = w7; w0 &= 15; w0 <<= 4;");
NUMBER(shifts_half_left_out, SCALAR("smin=0,smax=umax=umax32=0x80000000,smax32=0,var_off=(0x0; 0x80000000)"),
       "w0 = w7; w0 <<= 31;");
NUMBER(extends_by_shifts, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=15,var_off=(0x0; 0xf)"),
       "w0 = w7; w0 &= 15; r0 <<= 32; r0 s>>= 32;");
NUMBER(shifts_right, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=15,var_off=(0x0; 0xf)"),
       "r0 = r6; r0 >>= 60;");
NUMBER(shifts_half_right, SCALAR("smin=smin32=0,smax=umax=smax32=umax32=15,var_off=(0x0; 0xf)"),
       "w0 = w7; w0 >>= 28;");
NUMBER(shifts_arithmetically, SCALAR("smin=smin32=-8,smax=smax32=7"), "r0 = r6; r0 s>>= 60;");
NUMBER(shifts_half_arithmetically, SCALAR("smin=0,smax=umax=0xffffffff,smin32=-8,smax32=7,var_off=(0x0; 0xffffffff)"),
       "w0 = w7; w0 s>>= 28;");
NUMBER(shifts_by_unknown, SCALAR(""), "r0 = 1; r0 <<= r6;");
NUMBER(shifts_by_too_much, SCALAR(""), "r0 = 1; r2 = 64; r0 <<= r2;");
NUMBER(shifts_half_by_too_much, SCALAR(""), "w0 = 1; w2 = 32; w0 >>= w2;");
NUMBER(shifts_half_by_unknown, SCALAR(""), "w0 = 1; w0 s>>= w7;");
NUMBER(shifts_by_known_register, SCALAR("smin=0,smax=umax=0xffffffff,smin32=-8,smax32=7,var_off=(0x0; 0xffffffff)"),
       "w0 = w7; w2 = 28; w0 s>>= w2;");

/* --- comparisons ------------------------------------------------------------------------- */

#define UNLESS(condition)	"if " condition " goto 1f; r0 = 0; 1:"
/* the assembler does not know "if r0 & 8" */
#define UNLESS_BITS(bits)	RAW(0x45, 0x00, 1, bits) "r0 = 0;"
#define UNLESS_HALF_BITS(bits)	RAW(0x46, 0x00, 1, bits) "r0 = 0;"
#define UNLESS_BITS_OF(reg)	RAW(0x4d, 0x##reg##0, 1, 0) "r0 = 0;"

NUMBER(unsigned_above, KNOWN("0") SCALAR("umin=10"), "r0 = r6; " UNLESS("r0 > 9"));
NUMBER(unsigned_at_least, KNOWN("0") SCALAR("umin=9"), "r0 = r6; " UNLESS("r0 >= 9"));
NUMBER(unsigned_below, KNOWN("0") SCALAR("smin=smin32=0,smax=umax=smax32=umax32=8,var_off=(0x0; 0xf)"),
       "r0 = r6; " UNLESS("r0 < 9"));
NUMBER(unsigned_at_most, KNOWN("0") SCALAR("smin=smin32=0,smax=umax=smax32=umax32=9,var_off=(0x0; 0xf)"),
       "r0 = r6; " UNLESS("r0 <= 9"));
NUMBER(signed_above, KNOWN("0") SCALAR("smin=-8"), "r0 = r6; " UNLESS("r0 s> -9"));
NUMBER(signed_at_least, KNOWN("0") SCALAR("smin=-9"), "r0 = r6; " UNLESS("r0 s>= -9"));
NUMBER(signed_below, KNOWN("0") SCALAR("smax=-10,umin=0x8000000000000000,umax=0xfffffffffffffff6,var_off=(0x8000000000000000; 0x7fffffffffffffff)"),
       "r0 = r6; " UNLESS("r0 s< -9"));
NUMBER(signed_at_most, KNOWN("0") SCALAR("smax=-9,umin=0x8000000000000000,umax=0xfffffffffffffff7,var_off=(0x8000000000000000; 0x7fffffffffffffff)"),
       "r0 = r6; " UNLESS("r0 s<= -9"));
NUMBER(half_unsigned_above, KNOWN("0") SCALAR("smin=0x800000000000000a,umin=umin32=10"),
       "r0 = r6; " UNLESS("w0 > 9"));
NUMBER(half_unsigned_at_least, KNOWN("0") SCALAR("smin=0x8000000000000009,umin=umin32=9"),
       "r0 = r6; " UNLESS("w0 >= 9"));
NUMBER(half_unsigned_below, KNOWN("0") SCALAR("smax=0x7fffffff00000008,umax=0xffffffff00000008,smin32=0,smax32=umax32=8,var_off=(0x0; 0xffffffff0000000f)"),
       "r0 = r6; " UNLESS("w0 < 9"));
NUMBER(half_signed_above, KNOWN("0") SCALAR("smin32=-8"), "r0 = r6; " UNLESS("w0 s> -9"));
NUMBER(half_signed_at_least, KNOWN("0") SCALAR("smin32=-9"), "r0 = r6; " UNLESS("w0 s>= -9"));
NUMBER(half_signed_below, KNOWN("0") SCALAR("smin=0x8000000080000000,smax=0x7ffffffffffffff6,umin=umin32=0x80000000,umax=0xfffffffffffffff6,smax32=-10,umax32=0xfffffff6,var_off=(0x80000000; 0xffffffff7fffffff)"),
       "r0 = r6; " UNLESS("w0 s< -9"));
NUMBER(half_signed_at_most, KNOWN("0") SCALAR("smin=0x8000000080000000,smax=0x7ffffffffffffff7,umin=umin32=0x80000000,umax=0xfffffffffffffff7,smax32=-9,umax32=0xfffffff7,var_off=(0x80000000; 0xffffffff7fffffff)"),
       "r0 = r6; " UNLESS("w0 s<= -9"));
NUMBER(equal, KNOWN("0") KNOWN("9"), "r0 = r6; " UNLESS("r0 == 9"));
NUMBER(half_equal, KNOWN("0") SCALAR("smin=0x8000000000000009,smax=0x7fffffff00000009,umin=smin32=umin32=9,umax=0xffffffff00000009,smax32=umax32=9,var_off=(0x9; 0xffffffff00000000)"),
       "r0 = r6; " UNLESS("w0 == 9"));
NUMBER(not_equal_at_the_end, KNOWN("0"), "r0 = r6; r0 &= 15; " UNLESS("r0 != 0"));
NUMBER(half_not_equal_at_the_end, KNOWN("0"), "w0 = w6; w0 &= 15; " UNLESS("w0 != 15"));
NUMBER(bit_set, KNOWN("0") SCALAR("smin=0x8000000000000008,umin=umin32=8,smin32=0x80000008,var_off=(0x8; 0xfffffffffffffff7)"),
       "r0 = r6; " UNLESS_BITS(8));
NUMBER(half_bit_set, KNOWN("0") SCALAR("smin=0x8000000000000008,umin=umin32=8,smin32=0x80000008,var_off=(0x8; 0xfffffffffffffff7)"),
       "r0 = r6; " UNLESS_HALF_BITS(8));
NUMBER(some_bits_set, KNOWN("0") SCALAR(""), "r0 = r6; " UNLESS_BITS(12));
NUMBER(bits_by_register, KNOWN("0") KNOWN("8"), "r0 = 8; " UNLESS_BITS_OF(6));
NUMBER(bits_by_two_unknown, KNOWN("0") SCALAR("smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)"),
       "r0 = r7; " UNLESS_BITS_OF(6));
NUMBER(above_a_register, KNOWN("0"), "r0 = r6; r7 &= 15; " UNLESS("r0 > r7"));
NUMBER(register_below, KNOWN("0"), "r0 = r6; r7 &= 15; " UNLESS("r7 s< r0"));
NUMBER(equal_to_a_register, KNOWN("0"), "r0 = r6; r7 &= 15; " UNLESS("r0 == r7"));
NUMBER(itself, KNOWN("0") SCALAR(""), "r0 = r6; " UNLESS("r0 == r0"));

/* both sides of these are known: one way only */
NUMBER(surely_equal, KNOWN("3"), "r0 = 3; " UNLESS("r0 == 3"));
NUMBER(surely_apart_by_bits, KNOWN("0"), "r0 = r6; r0 &= 6; " UNLESS("r0 == 1"));
NUMBER(surely_apart, KNOWN("0"), "r0 = r6; r0 &= 6; " UNLESS("r0 == 8"));
NUMBER(surely_apart_signed, KNOWN("0"), "r0 = r6; r0 s>>= 60; " UNLESS("r0 == 100"));
NUMBER(surely_apart_in_halves, KNOWN("0"),
       "r0 = r6; if w0 > 7 goto 1f; if w7 < 9 goto 1f; if r0 == r7 goto 1f; r0 = 0; 1:");
NUMBER(surely_no_bit, KNOWN("0"), "r0 = r6; r0 &= 6; " UNLESS_BITS(8));
NUMBER(surely_a_bit, SCALAR("smin=0x8000000000000008,umin=umin32=8,smin32=0x80000008,var_off=(0x8; 0xfffffffffffffff7)"),
       "r0 = r6; r0 |= 8; " UNLESS_BITS(8));
NUMBER(surely_above, KNOWN("0"), "r0 = r6; r0 &= 6; " UNLESS("r0 > 6"));
NUMBER(surely_not_below, KNOWN("0"), "r0 = r6; r0 &= 6; r0 += 7; " UNLESS("r0 s< 7"));
