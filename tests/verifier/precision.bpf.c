// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where a number comes from that something hangs on, followed back; and numbers that are linked. */
#include "program.h"

MAP(ARRAY, values, __u32, char[16], 4);
MAP(PROG_ARRAY, programs, __u32, __u32, 4);

/* r9 points to 16 bytes, r6 is any number; r7 is added to r9, what it was comes from */
#define INDEX(name, expectation, text)					\
	PROGRAM("raw_tp", name, expectation,				\
		"r6 = *(u64 *)(r1 + 0);"				\
		"r8 = r1;"						\
		"r2 = r10;"						\
		"r2 += -8;"						\
		"r1 = 0;"						\
		"*(u64 *)(r2 + 0) = r1;"				\
		"r1 = %[values] ll;"					\
		"call %[lookup];"					\
		"if r0 == 0 goto 9f;"					\
		"r9 = r0;"						\
		text							\
		"r9 += r7;"						\
		"r0 = *(u8 *)(r9 + 0);"					\
		"9: r0 = 0;"						\
		"exit;",						\
		[values] "i"(&values), [lookup] "i"(BPF_FUNC_map_lookup_elem),	\
		[random] "i"(BPF_FUNC_get_prandom_u32), [loop] "i"(BPF_FUNC_loop),	\
		[programs] "i"(&programs), [tail_call] "i"(BPF_FUNC_tail_call),	\
		[each] "i"(BPF_FUNC_for_each_map_elem))

#define WANTED(text)	LOGGED("mark_precise: frame{{[0-9]}}: " text)
#define TOO_LARGE	\
	REJECTED("math between map_value pointer and register with unbounded min value is not allowed")

/* --- back through one function ----------------------------------------------------------- */

INDEX(from_constant, ACCEPTED WANTED("regs=r7 stack= before {{[0-9]+}}: (b7) r7 = 3"), "r7 = 3;");
INDEX(from_wide_constant, ACCEPTED, "r7 = 3 ll;");
INDEX(from_another, ACCEPTED WANTED("regs=r5 stack= before"), "r5 = 3; r7 = r5;");
INDEX(from_sum, ACCEPTED WANTED("regs=r5,r7 stack= before"), "r5 = 3; r7 = 4; r7 += r5;");
INDEX(from_swapped, ACCEPTED, "r7 = 0x300; r7 = be16 r7; r7 &= 7;");
INDEX(from_negated, ACCEPTED, "r7 = -3; r7 = -r7; r7 &= 7;");
INDEX(from_stack, ACCEPTED WANTED("regs= stack=-16 before"), "r5 = 3; *(u64 *)(r10 - 16) = r5; r7 = *(u64 *)(r10 - 16);");
INDEX(from_stack_by_immediate, ACCEPTED WANTED("regs= stack=-16 before"),
      RAW(0x7a, 0x0a, -16, 3) "r7 = *(u64 *)(r10 - 16);");
INDEX(from_memory, ACCEPTED, "r7 = *(u8 *)(r9 + 0); r7 &= 7;");
INDEX(from_helper, ACCEPTED, "call %[random]; r7 = r0; r7 &= 7;");
INDEX(from_compared_with_constant, ACCEPTED, "r7 = r6; if r7 > 7 goto 9f;");
INDEX(from_compared, ACCEPTED, "r7 = r6; r5 = 7; if r7 > r5 goto 9f;");
INDEX(from_compared_with_stack, ACCEPTED, "r7 = 3; if r10 == r7 goto 9f; if r7 == r10 goto 9f;");
INDEX(from_fetched, ACCEPTED, "r5 = 3; *(u64 *)(r10 - 16) = r5; r7 = 1;" RAW(0xdb, 0x7a, -16, 1) "r7 &= 7;");
INDEX(from_exchanged, ACCEPTED,
      "r5 = 3; *(u64 *)(r10 - 16) = r5; r0 = 3; r2 = 4;" RAW(0xdb, 0x2a, -16, 0xf1) "r7 = r0; r7 &= 7;");
INDEX(through_atomic_sum, ACCEPTED, "r7 = 3; r5 = 1;" RAW(0xdb, 0x59, 0, 0));
INDEX(through_store, ACCEPTED, "r7 = 3; *(u8 *)(r9 + 0) = r6;" RAW(0x72, 0x09, 0, 1));

/* what a pointer is made of is not followed: everything becomes precise */
INDEX(from_address, ACCEPTED LOGGED("falling back to forcing all scalars precise") LOGGED("forcing r{{[0-9]}} to be precise"),
      "r5 = 7; *(u64 *)(r10 - 24) = r5; r7 = r10; r7 += -16; *(u64 *)(r7 + 0) = r6; r7 -= r10; r7 &= 7;"
      "if r5 == 8 goto 9f; if r6 == 5 goto 8f; r0 = 1; 8:");

/* --- back through functions and callbacks ------------------------------------------------ */

FUNCTION(three, "r0 = 3; exit;")
FUNCTION(first, "r0 = r1; exit;")
FUNCTION(sum, "r0 = r1; r0 += r2; exit;")
FUNCTION(uses, "r1 += r2; r0 = *(u8 *)(r1 + 0); r0 = 0; exit;")
FUNCTION(keeps, "r6 = 5; r7 = 100; r0 = 0; exit;")
FUNCTION(stores, "*(u64 *)(r1 + 0) = r2; r0 = 0; exit;")
FUNCTION(tail_calls, "r2 = %[programs] ll; r3 = 1; call %[tail_call]; r0 = 3; exit;",
	 [programs] "i"(&programs), [tail_call] "i"(BPF_FUNC_tail_call))

INDEX(from_result, ACCEPTED WANTED("regs=r0 stack= before"), "call three; r7 = r0;");
INDEX(from_argument, ACCEPTED WANTED("regs=r1 stack= before"), "r1 = 3; call first; r7 = r0;");
INDEX(from_arguments, ACCEPTED WANTED("regs=r1,r2 stack= before"), "r1 = 3; r2 = 4; call sum; r7 = r0;");
INDEX(for_the_callee, ACCEPTED WANTED("regs=r2 stack= before"), "r7 = 3; r1 = r9; r2 = r7; call uses;");
INDEX(saved_over_the_call, ACCEPTED, "r7 = 3; call keeps;");
INDEX(stored_by_the_callee, ACCEPTED WANTED("regs= stack=-16 before"),
      "r1 = r10; r1 += -16; r2 = 3; call stores; r7 = *(u64 *)(r10 - 16);");
INDEX(over_a_tail_call, ACCEPTED, "r7 = 3; r1 = r8; r2 = %[programs] ll; r3 = 1; call %[tail_call];");
INDEX(over_a_tail_call_of_a_function, ACCEPTED, "r7 = 3; r1 = r8; call tail_calls;");
INDEX(from_a_function_with_a_tail_call, KERNEL("6.18") TOO_LARGE, "r1 = r8; call tail_calls; r7 = r0;");
INDEX(from_a_function_with_a_tail_call_before, KERNEL("6.12") ACCEPTED, "r1 = r8; call tail_calls; r7 = r0;");

FUNCTION(nothing, "r0 = 0; exit;")
FUNCTION(indexes, "r1 = *(u64 *)(r2 + 0); r2 = 3; r1 += r2; r0 = *(u8 *)(r1 + 0); r0 = 0; exit;")
FUNCTION(rounds, "r1 &= 7; r2 = *(u64 *)(r2 + 0); r2 += r1; r0 = *(u8 *)(r2 + 0); r0 = 0; exit;")
FUNCTION(stores_back, "r1 = 3; *(u64 *)(r2 + 0) = r1; r0 = 0; exit;")

/* the pointer goes by the stack: a callback's context is nothing else */
#define CTX_LOOPS(callback)	"*(u64 *)(r10 - 16) = r9; r3 = r10; r3 += -16;" \
	"r1 = 4; r2 = " #callback " ll; r4 = 0; call %[loop];"
#define LOOPS(callback, ctx)	"r1 = 4; r2 = " #callback " ll; r3 = " #ctx "; r4 = 0; call %[loop];"

INDEX(over_callback, ACCEPTED, "r7 = 3;" LOOPS(nothing, 0));
INDEX(within_callback, ACCEPTED, "r7 = 3;" CTX_LOOPS(indexes));
INDEX(round_of_callback, ACCEPTED, "r7 = 3;" CTX_LOOPS(rounds));
INDEX(stored_by_callback, ACCEPTED,
      "r5 = 1; *(u64 *)(r10 - 16) = r5; r7 = r10; r7 += -16;" LOOPS(stores_back, r7)
      "r7 = *(u64 *)(r10 - 16); r7 &= 7;");
INDEX(rounds_from_stack, ACCEPTED,
      "r5 = 4; *(u64 *)(r10 - 16) = r5; r1 = *(u64 *)(r10 - 16);"
      "r2 = nothing ll; r3 = 0; r4 = 0; call %[loop]; r7 = r0; r7 &= 7;");

NOINLINE int indexed(unsigned int i)
{
	static volatile char bytes[16];

	return i < 16 ? bytes[i] : 0;
}

/* checked on its own: the argument is wanted at its first instruction */
SEC("raw_tp") ACCEPTED LOGGED("Func#1 ('indexed') is safe for any args that match its prototype")
int calls_global(void *ctx)
{
	return indexed(bpf_get_prandom_u32());
}

INDEX(over_global, ACCEPTED, "r7 = 3; r1 = r6; call indexed;");
INDEX(from_global, ACCEPTED, "r1 = r6; call indexed; r7 = r0; r7 &= 7;");

/* --- states before that must be the same in what is wanted ------------------------------- */

INDEX(two_paths, ACCEPTED, "r7 = 3; if r6 == 1 goto 8f; r7 = 4; 8: r5 = 0; if r6 == 2 goto 7f; r5 = 1; 7:");
INDEX(two_paths_one_too_large,
      REJECTED("R9 min value is outside of the allowed memory range"),
      "r7 = 3; if r6 == 1 goto 8f; r7 = 16; 8: r5 = 0; if r6 == 2 goto 7f; r5 = 1; 7:");
INDEX(two_paths_on_the_stack,
      REJECTED("R9 min value is outside of the allowed memory range"),
      "r5 = 3; *(u64 *)(r10 - 16) = r5; if r6 == 1 goto 8f; r5 = 16; *(u64 *)(r10 - 16) = r5; 8:"
      "r5 = 0; if r6 == 2 goto 7f; r5 = 1; 7: r7 = *(u64 *)(r10 - 16);");
INDEX(two_paths_into_a_function, ACCEPTED,
      "r2 = 3; if r6 == 1 goto 8f; r2 = 4; 8: r1 = 0; call sum; r7 = r0;");

/* --- numbers that are linked ------------------------------------------------------------- */

INDEX(linked, ACCEPTED, "r7 = r6; if r6 > 7 goto 9f;");
INDEX(linked_by_another, ACCEPTED, "r5 = r6; r7 = r6; if r5 > 7 goto 9f;");
INDEX(linked_on_the_stack, ACCEPTED, "*(u64 *)(r10 - 16) = r6; if r6 > 7 goto 9f; r7 = *(u64 *)(r10 - 16);");
INDEX(linked_not_any_more, TOO_LARGE, "r7 = r6; r7 += 0; r7 *= 1; if r6 > 7 goto 9f;");
INDEX(linked_at_a_distance, ACCEPTED, "r7 = r6; r7 += 4; if r6 > 7 goto 9f;");
INDEX(linked_at_a_distance_too_far, REJECTED("R9 max value is outside of the allowed memory range"),
      "r7 = r6; r7 += 12; if r6 > 7 goto 9f;");
INDEX(linked_from_a_distance, ACCEPTED, "r7 = r6; r6 += 4; if r6 > 7 goto 9f; if r6 < 4 goto 9f;");
INDEX(linked_at_two_distances, ACCEPTED, "r7 = r6; r5 = r6; r7 += 4; r5 += 2; if r5 > 7 goto 9f; if r5 < 2 goto 9f;");
INDEX(linked_at_a_second_distance, TOO_LARGE, "r7 = r6; r7 += 4; r7 += 4; if r6 > 7 goto 9f;");
INDEX(linked_below, KERNEL("6.18") ACCEPTED, "r7 = r6; r7 -= 4; if r6 > 7 goto 9f; if r6 < 4 goto 9f;");
INDEX(linked_at_a_register, ACCEPTED, "r5 = 4; r7 = r6; r7 += r5; if r6 > 7 goto 9f;");
INDEX(linked_at_an_unknown_distance, TOO_LARGE, "r5 = r6; r5 &= 3; r7 = r6; r7 += r5; if r6 > 7 goto 9f;");
INDEX(linked_to_itself, TOO_LARGE, "r7 = r6; r7 += r7; if r6 > 7 goto 9f;");
INDEX(linked_very_far, TOO_LARGE, "r5 = 0x100000000 ll; r7 = r6; r7 += r5; if r6 > 7 goto 9f;");
INDEX(linked_in_half, KERNEL("6.18") ACCEPTED, "w6 = w6; r7 = r6; w7 += 4; if r6 > 7 goto 9f;");
INDEX(linked_in_half_of_more,
      REJECTED("R9 unbounded memory access, make sure to bounds check any such access"),
      "r7 = r6; w7 += 4; if r6 > 7 goto 9f;");
INDEX(linked_half_to_whole, ACCEPTED,
      "w6 = w6; r7 = r6; r5 = r6; w7 += 1; r5 += 1; if r5 > 7 goto 9f; if r7 > 15 goto 9f;");
