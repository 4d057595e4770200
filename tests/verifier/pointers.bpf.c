// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Adding numbers to pointers, subtracting and comparing them. */
#include "program.h"

MAP(ARRAY, values, __u32, __u64, 4);

/* r6 is any number, r9 points to a value of the map, which is 8 bytes */
#define POINTER(name, expectation, text)				\
	PROGRAM("raw_tp", name, expectation,				\
		"r6 = *(u64 *)(r1 + 0);"				\
		"r8 = r1;"						\
		"r2 = r10;"						\
		"r2 += -8;"						\
		"*(u32 *)(r2 + 0) = r6;"				\
		"r1 = %[values] ll;"					\
		"call %[lookup];"					\
		"if r0 == 0 goto 9f;"					\
		"r9 = r0;"						\
		text							\
		"9: r0 = 0;"						\
		"exit;",						\
		[values] "i"(&values), [lookup] "i"(BPF_FUNC_map_lookup_elem))

/* --- what may be done to which pointer --------------------------------------------------- */

POINTER(adds_two, REJECTED("R9 pointer += pointer prohibited"), "r9 += r10;");
POINTER(multiplies_two, REJECTED("R9 pointer *= pointer prohibited"), "r9 *= r10;");
POINTER(subtracts_two, ACCEPTED, "r9 -= r10;");
POINTER(subtracts_pointer_from_number, REJECTED("R6 tried to subtract pointer from scalar"), "r6 &= 1; r6 -= r9;");
POINTER(subtracts_from_stack, REJECTED("R2 subtraction from stack pointer prohibited"), "r2 = r10; r2 -= 8;");
POINTER(adds_pointer_to_number, ACCEPTED, "r6 &= 0; r6 += r9; r0 = *(u64 *)(r6 + 0);");
POINTER(ands, REJECTED("R9 bitwise operator &= on pointer prohibited"), "r9 &= 7;");
POINTER(ors, REJECTED("R9 bitwise operator |= on pointer prohibited"), "r9 |= 7;");
POINTER(xors, REJECTED("R9 bitwise operator ^= on pointer prohibited"), "r9 ^= 7;");
POINTER(multiplies, REJECTED("R9 pointer arithmetic with *= operator prohibited"), "r9 *= 7;");
POINTER(shifts, REJECTED("R9 pointer arithmetic with <<= operator prohibited"), "r9 <<= 7;");
POINTER(adds_in_half, REJECTED("R9 32-bit pointer arithmetic prohibited"), "w9 += 7;");
POINTER(subtracts_in_half, ACCEPTED, "w9 -= 7;");
POINTER(negates, ACCEPTED LOGGED("R9{{(_w)?}}=scalar()"), "r9 = -r9;");
POINTER(moves_half, ACCEPTED LOGGED("R2{{(_w)?}}=scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))"),
	"w2 = w9;");
POINTER(extends_sign, ACCEPTED LOGGED("R2{{(_w)?}}=scalar() "), RAW(0xbf, 0x92, 8, 0));
POINTER(extends_half_sign, ACCEPTED LOGGED("R2{{(_w)?}}=scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)) "), RAW(0xbc, 0x92, 8, 0));
POINTER(adds_to_context, REJECTED("dereference of modified ctx ptr R8 off=8 disallowed"),
	"r8 += 8; r0 = *(u64 *)(r8 + 0);");

PROGRAM("raw_tp", adds_to_map, REJECTED("R1 pointer arithmetic on map_ptr prohibited"),
	"r1 = %[values] ll;"
	"r1 += 8;"
	"r0 = 0;"
	"exit;",
	[values] "i"(&values));

PROGRAM("raw_tp", adds_nothing_to_map, ACCEPTED,
	"r1 = %[values] ll;"
	"r1 += 0;"
	"r0 = 0;"
	"exit;",
	[values] "i"(&values));

PROGRAM("raw_tp", adds_to_what_may_be_null,
	REJECTED("R0 pointer arithmetic on map_value_or_null prohibited, null-check it first"),
	"r6 = *(u64 *)(r1 + 0);"
	"r2 = r10;"
	"r2 += -8;"
	"*(u32 *)(r2 + 0) = r6;"
	"r1 = %[values] ll;"
	"call %[lookup];"
	"r0 += 1;"
	"r0 = 0;"
	"exit;",
	[values] "i"(&values), [lookup] "i"(BPF_FUNC_map_lookup_elem));

/* --- how far ----------------------------------------------------------------------------- */

POINTER(adds_known, ACCEPTED, "r9 += 4; r0 = *(u32 *)(r9 + 0);");
POINTER(adds_and_subtracts, ACCEPTED, "r9 += 16; r9 -= 12; r0 = *(u32 *)(r9 + 0);");
POINTER(adds_unknown, REJECTED("math between map_value pointer and register with unbounded min value is not allowed"),
	"r9 += r6;");
POINTER(adds_far, REJECTED("math between map_value pointer and 1073741824 is not allowed"), "r9 += 0x40000000;");
POINTER(adds_far_below, REJECTED("math between map_value pointer and -1073741824 is not allowed"),
	"r9 += -0x40000000;");
POINTER(adds_far_in_two_steps, REJECTED("map_value pointer offset 536870913 is not allowed"),
	"r9 += 0x10000000; r9 += 0x10000001;");
POINTER(adds_far_below_in_two_steps, REJECTED("map_value pointer offset -536870913 is not allowed"),
	"r9 += -0x10000000; r9 += -0x10000001;");
POINTER(adds_range_far_below, REJECTED("value -1073741824 makes map_value pointer be out of bounds"),
	"r6 &= 7; r6 -= 0x40000000; r9 += r6;");
POINTER(adds_range_far, REJECTED("value 1073741824 makes map_value pointer be out of bounds"),
	"r6 &= 7; r6 += 0x40000000; r9 += r6;");
POINTER(adds_range, ACCEPTED, "r6 &= 4; r9 += r6; r0 = *(u32 *)(r9 + 0);");
POINTER(adds_range_too_large, REJECTED("R9 max value is outside of the allowed memory range"),
	"r6 &= 7; r9 += r6; r0 = *(u32 *)(r9 + 0);");
POINTER(adds_range_from_below, REJECTED("R9 min value is negative, either use unsigned index or do a if (index >=0) check."),
	"r6 &= 7; r6 -= 1; r9 += r6; r0 = *(u8 *)(r9 + 0);");
/* the lower end might be below zero, and there is no upper end then */
POINTER(subtracts_range, REJECTED("R9 unbounded memory access, make sure to bounds check any such access"), "r9 += 4; r6 &= 4; r9 -= r6; r0 = *(u32 *)(r9 + 0);");
POINTER(subtracts_range_too_large, REJECTED("R9 min value is negative, either use unsigned index or do a if (index >=0) check."),
	"r6 &= 4; r9 -= r6; r0 = *(u32 *)(r9 + 0);");
POINTER(subtracts_two_ranges, ACCEPTED, "r6 &= 4; r9 += 4; r9 += r6; r9 -= r6; r9 += r6;");
POINTER(adds_range_without_end, REJECTED("R9 unbounded memory access, make sure to bounds check any such access"),
	"r6 >>= 1; r9 += r6; r0 = *(u8 *)(r9 + 0);");
POINTER(adds_ranges_that_overflow, REJECTED("math between map_value pointer and register with unbounded min value is not allowed"),
	"r6 >>= 1; r9 += r6; r9 += r6; r9 += r6;");
POINTER(subtracts_range_without_end, REJECTED("math between map_value pointer and register with unbounded min value is not allowed"),
	"r9 -= r6;");

/* --- comparisons ------------------------------------------------------------------------- */

POINTER(never_null, ACCEPTED, "if r9 == 0 goto 9f;");
POINTER(never_null_either, ACCEPTED, "if r9 != 0 goto 9f; r0 = *(u64 *)(r6 + 0);");
POINTER(number_that_is_zero, ACCEPTED, "r2 = 0; if r2 == r9 goto 8f; goto 9f; 8: r0 = *(u64 *)(r2 + 0);");
POINTER(above_zero, ACCEPTED, "if r9 > 0 goto 9f;");
POINTER(with_one, ACCEPTED, "if r9 == 1 goto 9f;");
POINTER(with_number, ACCEPTED, "if r9 == r6 goto 9f;");
POINTER(halves, ACCEPTED, "w2 = 0; if w9 == w2 goto 9f;");
POINTER(stack_with_stack, ACCEPTED, "r2 = r10; r2 += -8; if r2 > r10 goto 9f;");

/* equal to a pointer that is there, so it is there, too */
#define SECOND								\
	"r2 = r10; r2 += -8; r1 = %[values] ll; call %[lookup];"

POINTER(equal_to_one_that_is_there, ACCEPTED,
	SECOND "if r0 == r9 goto 8f; goto 9f; 8: r0 = *(u64 *)(r0 + 0);");
POINTER(one_that_is_there_equal_to_it, ACCEPTED,
	SECOND "if r9 != r0 goto 9f; r0 = *(u64 *)(r0 + 0);");
POINTER(not_equal_to_one_that_is_there, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	SECOND "if r0 == r9 goto 9f; r0 = *(u64 *)(r0 + 0);");
POINTER(above_one_that_is_there, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	SECOND "if r0 > r9 goto 9f; r0 = *(u64 *)(r0 + 0);");
POINTER(half_equal_to_one_that_is_there, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	SECOND "if w0 != w9 goto 9f; r0 = *(u64 *)(r0 + 0);");
POINTER(equal_to_one_that_may_be, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	SECOND "r7 = r0;" SECOND "if r0 != r7 goto 9f; r0 = *(u64 *)(r0 + 0);");
POINTER(null_in_half, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	SECOND "if w0 == 0 goto 9f; r0 = *(u64 *)(r0 + 0);");
POINTER(null_by_register, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	SECOND "r2 = 0; if r0 == r2 goto 9f; r0 = *(u64 *)(r0 + 0);");
