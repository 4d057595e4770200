// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is stored on the stack, and what is loaded from there. */
#include "program.h"

MAP(ARRAY, values, __u32, __u64, 4);

/* r6 is any number; what is in r0 at the end the log says */
#define STACK(name, expectation, text)				\
	PROGRAM("raw_tp", name, expectation,			\
		"r6 = *(u64 *)(r1 + 0);"			\
		"r7 = r1;"					\
		text						\
		"r2 = r0;"					\
		"r0 = 0;"					\
		"exit;",					\
		[values] "i"(&values), [lookup] "i"(BPF_FUNC_map_lookup_elem),	\
		[random] "i"(BPF_FUNC_get_prandom_u32), [trace] "i"(BPF_FUNC_trace_printk))

#define LOADS(value)	ACCEPTED LOGGED("R2{{(_w)?}}=" value "{{$}}")
#define LOADS_ANY(range) ACCEPTED LOGGED("R2{{(_w)?}}=scalar({{(id=[0-9]+,?)?}}" range "){{$}}")

/* --- where ------------------------------------------------------------------------------- */

STACK(writes_above, REJECTED("invalid write to stack R10 off=0 size=8"), "*(u64 *)(r10 + 0) = r6;");
STACK(writes_across_the_top, REJECTED("misaligned stack access off 0+0+-4 size 8"), "*(u64 *)(r10 - 4) = r6;");
STACK(writes_below, REJECTED("invalid write to stack R10 off=-520 size=8"), "*(u64 *)(r10 - 520) = r6;");
STACK(reads_below, REJECTED("invalid read from stack R10 off=-520 size=8"), "r0 = *(u64 *)(r10 - 520);");
STACK(writes_lowest, LOADS_ANY(""), "*(u64 *)(r10 - 512) = r6; r0 = *(u64 *)(r10 - 512);");
STACK(reads_unwritten, LOADS_ANY(""), "r0 = *(u64 *)(r10 - 8);");
STACK(writes_misaligned, REJECTED("misaligned stack access off 0+0+-12 size 8"), "*(u64 *)(r10 - 12) = r6;");

STACK(writes_to_unbounded, REJECTED("invalid unbounded variable-offset write to stack R3"),
      "r6 >>= 34; r3 = r10; r3 += r6; *(u8 *)(r3 - 64) = r6;");
STACK(reads_from_unbounded, REJECTED("invalid unbounded variable-offset read from stack R3"),
      "r6 >>= 34; r3 = r10; r3 += r6; r0 = *(u8 *)(r3 - 64);");
STACK(writes_to_unbounded_below, REJECTED("value -536870912 makes fp pointer be out of bounds"),
      "r6 >>= 35; r6 -= 0x1fffffff; r6 -= 1; r3 = r10; r3 += r6; *(u8 *)(r3 - 64) = r6;");
STACK(writes_somewhere_above, REJECTED("invalid variable-offset write to stack R3 var_off=(0x0; 0x7f) off=-64 size=1"),
      "r6 &= 127; r3 = r10; r3 += r6; *(u8 *)(r3 - 64) = r6;");
STACK(writes_somewhere_below, REJECTED("invalid variable-offset write to stack R3 var_off=(0x0; 0x7f) off=-513 size=1"),
      "r6 &= 127; r3 = r10; r3 += r6; *(u8 *)(r3 - 513) = r6;");

/* --- numbers ----------------------------------------------------------------------------- */

STACK(keeps_number, LOADS("9"), "r6 = 9; *(u64 *)(r10 - 8) = r6; r0 = *(u64 *)(r10 - 8);");
STACK(keeps_immediate, LOADS("9"), RAW(0x7a, 0x0a, -8, 9) "r0 = *(u64 *)(r10 - 8);");
STACK(keeps_range, LOADS_ANY("smin=smin32=0,smax=umax=smax32=umax32=15,var_off=(0x0; 0xf)"),
      "r6 &= 15; *(u64 *)(r10 - 8) = r6; r0 = *(u64 *)(r10 - 8);");
STACK(keeps_half, LOADS_ANY("smin=smin32=0,smax=umax=smax32=umax32=15,var_off=(0x0; 0xf)"),
      "r6 &= 15; *(u32 *)(r10 - 8) = r6; r0 = *(u32 *)(r10 - 8);");
STACK(keeps_half_of_larger, LOADS_ANY("smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)"),
      "*(u32 *)(r10 - 8) = r6; r0 = *(u32 *)(r10 - 8);");
STACK(loads_low_half, LOADS("9"), "r6 = 9; *(u64 *)(r10 - 8) = r6; r0 = *(u32 *)(r10 - 8);");
STACK(loads_low_half_of_larger, LOADS_ANY("smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)"),
      "*(u64 *)(r10 - 8) = r6; r0 = *(u32 *)(r10 - 8);");
STACK(loads_high_half, LOADS_ANY("smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)"),
      "*(u64 *)(r10 - 8) = r6; r0 = *(u32 *)(r10 - 4);");
STACK(loads_high_half_of_zero, LOADS("0"), "r6 = 0; *(u64 *)(r10 - 8) = r6; r0 = *(u32 *)(r10 - 4);");
STACK(loads_more_than_was_stored, LOADS_ANY(""), RAW(0x62, 0x0a, -8, 7) "r0 = *(u64 *)(r10 - 8);");
STACK(stores_half_over_number, LOADS_ANY(""),
      "r6 = 9; *(u64 *)(r10 - 8) = r6; *(u32 *)(r10 - 8) = r6; r0 = *(u64 *)(r10 - 8);");
STACK(stores_high_half_over_number, LOADS_ANY("smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff)"),
      "*(u64 *)(r10 - 8) = r6; *(u32 *)(r10 - 4) = r6; r0 = *(u32 *)(r10 - 4);");

/* --- bytes ------------------------------------------------------------------------------- */

STACK(zero_in_bytes, LOADS("0"), "r6 = 0; *(u8 *)(r10 - 1) = r6; *(u8 *)(r10 - 2) = r6; r0 = *(u16 *)(r10 - 2);");
STACK(zero_and_another, LOADS_ANY("smin=smin32=0,smax=umax=smax32=umax32=0xffff,var_off=(0x0; 0xffff)"),
      "r6 = 0; *(u8 *)(r10 - 1) = r6; " RAW(0x72, 0x0a, -2, 5) "r0 = *(u16 *)(r10 - 2);");
STACK(zero_in_high_half, LOADS("0"), RAW(0x62, 0x0a, -4, 0) "r0 = *(u32 *)(r10 - 4);");
STACK(zero_beside_number, LOADS("0"),
      "r5 = 0; *(u64 *)(r10 - 8) = r5; *(u32 *)(r10 - 8) = r6; *(u8 *)(r10 - 1) = r5; r0 = *(u8 *)(r10 - 1);");

/* --- pointers ---------------------------------------------------------------------------- */

STACK(keeps_pointer, LOADS("ctx()"), "*(u64 *)(r10 - 8) = r7; r0 = *(u64 *)(r10 - 8);");
STACK(keeps_half_a_pointer, REJECTED("invalid size of register spill"), "*(u32 *)(r10 - 8) = r7;");
STACK(loads_half_a_pointer, REJECTED("invalid size of register fill"),
      "*(u64 *)(r10 - 8) = r7; r0 = *(u32 *)(r10 - 8);");
STACK(pointer_misaligned, REJECTED("invalid size of register spill"), "*(u32 *)(r10 - 12) = r7;");
STACK(overwrites_part_of_pointer, LOADS_ANY(""),
      "*(u64 *)(r10 - 8) = r7; " RAW(0x72, 0x0a, -3, 1) "r0 = *(u64 *)(r10 - 8);");

/* --- in a range -------------------------------------------------------------------------- */

#define SOMEWHERE	"r5 = r6; r5 &= 8; r3 = r10; r3 += r5; "

STACK(writes_somewhere, LOADS_ANY(""),
      RAW(0x7a, 0x0a, -16, 5) SOMEWHERE "*(u64 *)(r3 - 16) = r6; r0 = *(u64 *)(r10 - 16);");
STACK(writes_somewhere_over_pointer, LOADS_ANY(""),
      "*(u64 *)(r10 - 16) = r7;" SOMEWHERE "*(u64 *)(r3 - 16) = r6; r0 = *(u64 *)(r10 - 16);");
STACK(writes_zero_somewhere_over_zero, LOADS("0"),
      RAW(0x7a, 0x0a, -16, 0) RAW(0x7a, 0x0a, -8, 0) SOMEWHERE
      "r4 = 0; *(u64 *)(r3 - 16) = r4; r0 = *(u64 *)(r10 - 16);");
STACK(writes_zero_somewhere_over_bytes, LOADS("0"),
      "r4 = 0; *(u32 *)(r10 - 12) = r4; *(u32 *)(r10 - 4) = r4; r5 = r6; r5 &= 8; r3 = r10; r3 += r5;"
      "*(u8 *)(r3 - 12) = r4; r0 = *(u32 *)(r10 - 12);");
STACK(writes_zero_immediate_somewhere, LOADS("0"),
      RAW(0x7a, 0x0a, -16, 0) RAW(0x7a, 0x0a, -8, 0) SOMEWHERE
      RAW(0x72, 0x03, -16, 0) "r0 = *(u64 *)(r10 - 16);");
STACK(writes_one_somewhere_over_zero, LOADS_ANY(""),
      RAW(0x7a, 0x0a, -16, 0) RAW(0x7a, 0x0a, -8, 0) SOMEWHERE
      "r4 = 1; *(u64 *)(r3 - 16) = r4; r0 = *(u64 *)(r10 - 16);");
STACK(reads_somewhere_zero, LOADS("0"),
      "r4 = 0; *(u8 *)(r10 - 9) = r4; *(u8 *)(r10 - 10) = r4; r5 = r6; r5 &= 1; r3 = r10; r3 += r5;"
      "r0 = *(u8 *)(r3 - 10);");
STACK(reads_somewhere, LOADS_ANY(""),
      RAW(0x7a, 0x0a, -16, 0) RAW(0x7a, 0x0a, -8, 5) SOMEWHERE "r0 = *(u64 *)(r3 - 16);");
STACK(reads_somewhere_a_pointer, LOADS_ANY(""),
      "*(u64 *)(r10 - 16) = r7; " RAW(0x7a, 0x0a, -8, 5) SOMEWHERE "r0 = *(u64 *)(r3 - 16);");

/* --- for helpers ------------------------------------------------------------------------- */

#define FIND		"r1 = %[values] ll; call %[lookup];"

STACK(key_unwritten, ACCEPTED, "r2 = r10; r2 += -4;" FIND "r0 = 0;");
STACK(key_above, KERNEL("6.18") REJECTED("invalid read from stack R2 off=-2 size=4"),
      "r2 = r10; r2 += -2;" FIND);
STACK(key_above_before, KERNEL("6.12") REJECTED("invalid indirect access to stack R2 off=-2 size=4"),
      "r2 = r10; r2 += -2;" FIND);
STACK(key_of_number, KERNEL("6.18") LOADS("5"),
      "r8 = 5; *(u64 *)(r10 - 8) = r8; r2 = r10; r2 += -8;" FIND "r0 = *(u64 *)(r10 - 8);");
STACK(key_of_number_before, KERNEL("6.12") LOADS_ANY(""),
      "r8 = 5; *(u64 *)(r10 - 8) = r8; r2 = r10; r2 += -8;" FIND "r0 = *(u64 *)(r10 - 8);");
STACK(key_of_pointer, ACCEPTED, "*(u64 *)(r10 - 8) = r7; r2 = r10; r2 += -8;" FIND);
STACK(key_of_zero, ACCEPTED,
      "r8 = 0; *(u32 *)(r10 - 4) = r8; r2 = r10; r2 += -4;" FIND "r0 = *(u32 *)(r10 - 4);");
STACK(key_somewhere, ACCEPTED, SOMEWHERE "r2 = r3; r2 += -16;" FIND);
STACK(key_somewhere_above, KERNEL("6.18")
      REJECTED("invalid variable-offset read from stack R2 var_off=(0x0; 0x8) off=-8 size=4"),
      SOMEWHERE "r2 = r3; r2 += -8;" FIND);
STACK(text_of_no_bytes, REJECTED("R2 invalid zero-sized read: u64=[0,0]"), "r1 = r10; r1 += -8; r2 = 0; call %[trace];");
STACK(key_without_bounds, KERNEL("6.18") REJECTED("invalid unbounded variable-offset read from stack R2"),
      "r6 >>= 34; r2 = r10; r2 += r6; r2 += -64;" FIND);
STACK(key_without_bounds_before, KERNEL("6.12")
      REJECTED("invalid unbounded variable-offset indirect access to stack R2"),
      "r6 >>= 34; r2 = r10; r2 += r6; r2 += -64;" FIND);
