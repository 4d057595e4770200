// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Two ways to one place: where the second is as the first was, or less, it is not followed any further.
 * Each program does on its second way what it must not, so a state taken for another shows. And bytes
 * of the stack that are an iterator's.
 */
#include "program.h"

MAP(ARRAY, values, __u32, char[16], 4);
RING(RINGBUF, ring);
MAP(PROG_ARRAY, programs, __u32, __u32, 4);

/* r6 is any number, r9 points to 16 bytes; first one way, then what is behind it; later @other, and the same */
#define WAYS(name, expectation, one, other, behind)			\
	PROGRAM("raw_tp", name, expectation OFTEN,			\
		"r6 = *(u64 *)(r1 + 0);"				\
		"r8 = r1;"						\
		"r2 = r10; r2 += -8; *(u64 *)(r2 + 0) = r6;"		\
		"r1 = %[values] ll; call %[lookup];"			\
		"if r0 == 0 goto 9f;"					\
		"r9 = r0;"						\
		"r5 = *(u64 *)(r8 + 0);"				\
		"if r5 s< 0 goto 1f;"					\
		one							\
		"goto 2f;"						\
		"1: " other						\
		"2: r0 = 0; goto 3f;"					\
		"3: " behind						\
		"9: r0 = 0;"						\
		"exit;",						\
		[values] "i"(&values), [lookup] "i"(BPF_FUNC_map_lookup_elem),	\
		[ring] "i"(&ring), [reserve] "i"(BPF_FUNC_ringbuf_reserve),	\
		[submit] "i"(BPF_FUNC_ringbuf_submit))

#define BEYOND	REJECTED("R9 min value is outside of the allowed memory range")
#define READS	"r0 = *(u8 *)(r7 + 0);"

WAYS(number_that_counts, BEYOND, "r7 = 1;", "r7 = 16;", "r9 += r7; r0 = *(u8 *)(r9 + 0);");
WAYS(number_that_does_not, ACCEPTED, "r7 = 1;", "r7 = 16;", "r0 = r7;");
WAYS(number_or_pointer, REJECTED("R7 invalid mem access 'scalar'"), "r7 = r9;", "r7 = 16;", READS);
WAYS(number_or_nothing, REJECTED("R7 !read_ok"), "r7 = 16;", "r7 = r7;", "r0 = r7;");
WAYS(pointer_to_another, REJECTED("R7 min value is outside of the allowed memory range"),
     "r7 = r9;", "r7 = r9; r7 += 16;", READS);
WAYS(pointer_with_more_range, REJECTED("R7 max value is outside of the allowed memory range"),
     "r5 = r6; r5 &= 7; r7 = r9; r7 += r5;", "r5 = r6; r5 &= 31; r7 = r9; r7 += r5;", READS);
WAYS(pointer_with_less_range, ACCEPTED,
     "r5 = r6; r5 &= 7; r7 = r9; r7 += r5;", "r5 = r6; r5 &= 3; r7 = r9; r7 += r5;", READS);
WAYS(stack_at_another_place, REJECTED("invalid read from stack R7 off=-520 size=1"),
     "r7 = r10; r7 += -16;", "r7 = r10; r7 += -520;", READS);
WAYS(slot_that_counts, BEYOND,
     "r5 = 1; *(u64 *)(r10 - 16) = r5;", "r5 = 16; *(u64 *)(r10 - 16) = r5;",
     "r7 = *(u64 *)(r10 - 16); r9 += r7; r0 = *(u8 *)(r9 + 0);");
WAYS(slot_with_pointer, REJECTED("R7 invalid mem access 'scalar'"),
     "*(u64 *)(r10 - 16) = r9;", "*(u64 *)(r10 - 16) = r6;", "r7 = *(u64 *)(r10 - 16);" READS);
WAYS(slot_zero_or_not, BEYOND,
     "r5 = 0; *(u8 *)(r10 - 9) = r5;", "r5 = 16; *(u8 *)(r10 - 9) = r5;",
     "r7 = *(u8 *)(r10 - 9); if r7 != 0 goto 4f; goto 9f; 4: r9 += 16; r9 += 0; r7 = 0; r9 += r7; r0 = *(u8 *)(r9 + 0);");
WAYS(slot_zero_as_before, ACCEPTED LOGGED("17: safe"),
     "r5 = 0; *(u8 *)(r10 - 16) = r5;", "r5 = 0; *(u8 *)(r10 - 16) = r5;",
     "r7 = *(u8 *)(r10 - 16); r9 += r7; r0 = *(u8 *)(r9 + 0);");
WAYS(slot_not_there, ACCEPTED, "*(u64 *)(r10 - 64) = r6;", "", "r0 = *(u64 *)(r10 - 64);");
WAYS(linked_or_not, REJECTED("R9 unbounded memory access, make sure to bounds check any such access"),
     "r6 &= 0xff; r7 = r6;", "r6 &= 0xff; r7 = r8; r7 = *(u64 *)(r8 + 0); r7 >>= 1;",
     "if r6 > 15 goto 9f; r9 += r7; r0 = *(u8 *)(r9 + 0);");
WAYS(linked_at_another_distance, REJECTED("R9 max value is outside of the allowed memory range"),
     "r7 = r6; r7 += 1;", "r7 = r6; r7 += 9;", "if r6 > 7 goto 9f; r9 += r7; r0 = *(u8 *)(r9 + 0);");
WAYS(linked_at_a_distance_or_not, BEYOND,
     "r7 = r6; r7 += 1;", "r7 = r6; r7 = 16;", "if r6 > 7 goto 9f; r9 += r7; r0 = *(u8 *)(r9 + 0);");

#define RESERVE	"r1 = %[ring] ll; r2 = 8; r3 = 0; call %[reserve]; "
#define SUBMIT	"if r7 == 0 goto 9f; r1 = r7; r2 = 0; call %[submit];"

WAYS(both_take, ACCEPTED, RESERVE "r7 = r0;", RESERVE "r7 = r0;", SUBMIT);
WAYS(one_takes, REJECTED("{{Unreleased reference .*}}"), "r7 = 0;", RESERVE "r7 = r0;", "r0 = r7;");
WAYS(one_takes_another, REJECTED("{{Unreleased reference .*}}"),
     RESERVE "r7 = r0; r6 = r0; if r7 == 0 goto 9f;", RESERVE "r7 = r0; if r7 == 0 goto 9f; r6 = 0;",
     "if r6 == 0 goto 9f; r1 = r7; r2 = 0; call %[submit];");

/* --- the same function, from two places --------------------------------------------------- */

FUNCTION(passes, "r0 = r1; if r0 s< 0 goto +1; r0 = 0; r2 = 0; exit;")
PROGRAM("raw_tp", called_from_two_places, ACCEPTED OFTEN,
	"r6 = *(u64 *)(r1 + 0); r1 = r6; call passes; r1 = r6; call passes; r0 = 0; exit;");
FUNCTION(passes_on, "call passes; exit;")
PROGRAM("raw_tp", called_at_two_depths, ACCEPTED OFTEN,
	"r6 = *(u64 *)(r1 + 0); r1 = r6; call passes; r1 = r6; call passes_on; r0 = 0; exit;");

/* one store, on each call to another slot of the caller's */
FUNCTION(stores, "*(u64 *)(r1 + 0) = r2; r0 = 0; exit;")
PROGRAM("raw_tp", stores_elsewhere_each_time, ACCEPTED OFTEN,
	"r6 = 0; r7 = r10; r7 += -16;"
	"1: r1 = r7; r2 = r6; call stores; r7 += -8; r6 += 1; if r6 < 3 goto 1b;"
	"r0 = *(u64 *)(r10 - 16); r1 = *(u64 *)(r10 - 32); r0 += r1; r0 = 0; exit;");

/* --- functions -------------------------------------------------------------------------------- */

FUNCTION(tail_calls, "r2 = %[programs] ll; r3 = 1; call %[tail_call]; r0 = 0; exit;",
	 [programs] "i"(&programs), [tail_call] "i"(BPF_FUNC_tail_call))
PROGRAM("socket", tail_call_with_large_stack,
	REJECTED("tail_calls are not allowed when call stack of previous frames is 304 bytes. Too large"),
	"r0 = 0; *(u64 *)(r10 - 304) = r0; call tail_calls; r0 = 0; exit;");
PROGRAM("socket", tail_call_with_small_stack, ACCEPTED,
	"r0 = 0; *(u64 *)(r10 - 64) = r0; call tail_calls; r0 = 0; exit;");

/* --- an iterator's bytes ------------------------------------------------------------------ */

#define BYTES(name, expectation, within)			\
	SEC("raw_tp") expectation int name(void *ctx)		\
	{							\
		volatile struct bpf_iter_num it;			\
								\
		bpf_iter_num_new((void *)&it, 0, 10);		\
		within						\
		bpf_iter_num_destroy((void *)&it);		\
		return 0;					\
	}

BYTES(read, REJECTED("invalid read from stack off -8+0 size 8"), it.opaque[0];)
BYTES(read_by_helper, KERNEL("6.18") REJECTED("invalid read from stack R2 off -8+0 size 4"),
      bpf_map_lookup_elem(&values, (void *)&it);)
BYTES(read_by_helper_before, KERNEL("6.12") REJECTED("invalid indirect read from stack R2 off -8+0 size 4"),
      bpf_map_lookup_elem(&values, (void *)&it);)
BYTES(written, REJECTED("expected an initialized iter_num as arg #0"), it.opaque[0] = 5;)

/* --- one function, called from two places -------------------------------------------------- */

extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;

void describes_next(void)
{
	bpf_iter_num_next(0);
}

FUNCTION(chooses, "call %[random]; if r0 == 0 goto +1; r0 = 1; exit;", [random] "i"(BPF_FUNC_get_prandom_u32))
FUNCTION(calls_chooses, "call chooses; r0 = 0; exit;")
FUNCTION(counts_to_ten,
	 "r1 = r10; r1 += -8; r2 = 0; r3 = 10; call %[new];"
	 "1: r1 = r10; r1 += -8; call %[next]; if r0 != 0 goto 1b;"
	 "r1 = r10; r1 += -8; call %[destroy]; r0 = 0; exit;",
	 [new] "i"(bpf_iter_num_new), [next] "i"(bpf_iter_num_next), [destroy] "i"(bpf_iter_num_destroy))

/* the second call ends elsewhere, so what is behind it is looked at */
PROGRAM("raw_tp", continues_elsewhere, REJECTED("R7 !read_ok") OFTEN,
	"call calls_chooses; call calls_chooses; r0 = r7; exit;");
/* the loop of the second call is one of its own, though the first one's is still open */
PROGRAM("raw_tp", loop_in_two_calls,
	ACCEPTED KERNEL("6.18") LOGGED("SCC enter (1)") LOGGED("SCC enter (1,1)") LOGGED("SCC exit (1,1)"),
	"call counts_to_ten; call counts_to_ten; r0 = 0; exit;");

/* --- states that are given up -------------------------------------------------------------- */

/* nine ways to one place, where each state is missed by all that come later */
#define WAY(n)	"r7 = " #n "; if r6 == " #n " goto 1f;"
#define NINE_WAYS						\
	"call %[random]; r6 = r0;"				\
	WAY(1) WAY(2) WAY(3) WAY(4) WAY(5) WAY(6) WAY(7) WAY(8)	\
	"r7 = 9;"						\
	"1: r1 = r10; r1 += -64; r1 += r7; r2 = 0; *(u8 *)(r1 + 0) = r2; r0 = 0; exit;"

PROGRAM("raw_tp", states_missed_often, LOGGED("total_states 18 peak_states 13 ") ACCEPTED OFTEN, NINE_WAYS,
	[random] "i"(BPF_FUNC_get_prandom_u32));
