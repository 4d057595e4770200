// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Functions of a program's own, callbacks of helpers, and what a program returns. */
#include "program.h"

MAP(ARRAY, values, __u32, __u64, 4);
MAP(HASH, entries, __u32, __u64, 4);
RING(RINGBUF, ring);

/* --- calls ------------------------------------------------------------------------------- */

FUNCTION(adds, "r0 = r1; r0 += r2; exit;")
PROGRAM("raw_tp", calls, ACCEPTED LOGGED("returning from callee:") LOGGED("R0{{(_w)?}}=7"),
	"r1 = 3; r2 = 4; call adds; r0 = 0; exit;");
PROGRAM("raw_tp", calls_twice, ACCEPTED LOGGED("R0{{(_w)?}}=3") LOGGED("R0{{(_w)?}}=7"),
	"r1 = 3; r2 = 0; call adds; r1 = r0; r2 = 4; call adds; r0 = 0; exit;");
PROGRAM("raw_tp", arguments_are_gone, REJECTED("R1 !read_ok"),
	"r1 = 3; r2 = 4; call adds; r0 = r1; exit;");
PROGRAM("raw_tp", argument_missing, REJECTED("R2 !read_ok"),
	"r1 = 3; call adds; r0 = 0; exit;");

FUNCTION(returns_stack, "r0 = r10; r0 += -8; exit;")
PROGRAM("raw_tp", stack_of_the_callee, REJECTED("cannot return stack pointer to the caller"),
	"call returns_stack; r0 = 0; exit;");

FUNCTION(returns_argument, "r0 = r1; exit;")
PROGRAM("raw_tp", stack_of_the_caller_comes_back, REJECTED("cannot return stack pointer to the caller"),
	"r1 = r10; r1 += -8; call returns_argument; r0 = 0; exit;");
PROGRAM("raw_tp", returns_pointer, ACCEPTED,
	"call returns_argument; r0 = *(u64 *)(r0 + 0); r0 = 0; exit;");

FUNCTION(stores_stack, "r2 = r10; r2 += -8; *(u64 *)(r1 + 0) = r2; r0 = 0; exit;")
PROGRAM("raw_tp", stack_of_the_callee_stored,
	REJECTED("cannot spill pointers to stack into stack frame of the caller"),
	"r1 = r10; r1 += -8; call stores_stack; r0 = 0; exit;");

FUNCTION(stores_number, "*(u64 *)(r1 + 0) = r2; r0 = 0; exit;")
PROGRAM("raw_tp", number_stored_for_the_caller, ACCEPTED LOGGED("R0{{(_w)?}}=9"),
	"r1 = r10; r1 += -8; r2 = 9; call stores_number; r0 = *(u64 *)(r10 - 8); r0 = 0; exit;");

FUNCTION(calls_itself, "call calls_itself; exit;")
PROGRAM("raw_tp", recursion, REJECTED("the call stack of 9 frames is too deep"),
	"call calls_itself; r0 = 0; exit;");

FUNCTION(depth_8, "r0 = 0; exit;")
FUNCTION(depth_7, "call depth_8; exit;")
FUNCTION(depth_6, "call depth_7; exit;")
FUNCTION(depth_5, "call depth_6; exit;")
FUNCTION(depth_4, "call depth_5; exit;")
FUNCTION(depth_3, "call depth_4; exit;")
FUNCTION(depth_2, "call depth_3; exit;")
FUNCTION(depth_1, "call depth_2; exit;")
PROGRAM("raw_tp", eight_frames, ACCEPTED, "call depth_2; r0 = 0; exit;");
PROGRAM("raw_tp", nine_frames, REJECTED("the call stack of 9 frames is too deep"), "call depth_1; r0 = 0; exit;");
/* no path comes there, but the call graph does */
PROGRAM("raw_tp", nine_frames_not_taken, REJECTED("the call stack of 8 frames is too deep !"),
	"r0 = 0; if r0 == 0 goto +1; call depth_1; r0 = 0; exit;");

/* --- stacks ------------------------------------------------------------------------------ */

FUNCTION(takes_200, "r0 = 0; *(u64 *)(r10 - 200) = r0; exit;")
FUNCTION(takes_400, "r0 = 0; *(u64 *)(r10 - 400) = r0; exit;")
FUNCTION(takes_40, "r0 = 0; *(u64 *)(r10 - 40) = r0; exit;")
FUNCTION(takes_56_and_calls, "r0 = 0; *(u64 *)(r10 - 56) = r0; call takes_40; exit;")

PROGRAM("socket", stack_of_two, REJECTED("combined stack size of 2 calls is 608. Too large"),
	"r0 = 0; *(u64 *)(r10 - 208) = r0; call takes_400; exit;");
PROGRAM("socket", stack_of_each_alone, ACCEPTED,
	"r0 = 0; *(u64 *)(r10 - 200) = r0; call takes_200; call takes_200; call takes_56_and_calls; exit;");
PROGRAMS("raw_tp", stacks_of_their_own, REJECTED("combined stack size of 2 calls is 800. Too large"), ACCEPTED,
	"r0 = 0; *(u64 *)(r10 - 400) = r0; call takes_400; exit;");
PROGRAM("raw_tp", small_stacks_are_shared, ACCEPTED,
	"r0 = 0; *(u64 *)(r10 - 40) = r0; call takes_56_and_calls; exit;");

/* --- callbacks --------------------------------------------------------------------------- */

FUNCTION(goes_on, "r0 = 0; exit;")
FUNCTION(goes_on_or_not, RANDOM "r0 &= 1; exit;", AND_RANDOM)
FUNCTION(returns_two, "r0 = 2; exit;")
FUNCTION(returns_anything, RANDOM "exit;", AND_RANDOM)
FUNCTION(returns_context, "r0 = r2; exit;")
FUNCTION(counts, "r1 = *(u64 *)(r2 + 0); r1 += 1; *(u64 *)(r2 + 0) = r1; r0 = 0; exit;")

#define LOOPS(name, expectation, callback, times, flags, ...)				\
	PROGRAM("raw_tp", name, expectation,						\
		"r1 = 0; *(u64 *)(r10 - 8) = r1;"					\
		"r1 = " #times "; r2 = " #callback " ll; r3 = r10; r3 += -8; r4 = " #flags ";"	\
		"call %[loop];"								\
		"r0 = 0; exit;", LOOP)

LOOPS(loops, ACCEPTED, goes_on, 10, 0);
LOOPS(loops_once, ACCEPTED, goes_on, 1, 0);
LOOPS(loops_never, ACCEPTED LOGGED("frame0 bpf_loop iteration limit reached"), goes_on, 0, 0);
LOOPS(loops_until, ACCEPTED, goes_on_or_not, 10, 0);
LOOPS(loops_with_flags, ACCEPTED, goes_on, 10, 1);
LOOPS(loops_with_result_two, REJECTED("At callback return the register R0 has smin=2 smax=2 should have been in [0, 1]"),
      returns_two, 10, 0);
LOOPS(loops_with_any_result,
      REJECTED("At callback return the register R0 has unknown scalar value should have been in [0, 1]"),
      returns_anything, 10, 0);
LOOPS(loops_with_pointer, REJECTED("cannot return stack pointer to the caller"), returns_context, 10, 0);
LOOPS(loops_and_counts, ACCEPTED, counts, 10, 0);

/* the same call with one callback, then the other; with flags, then without */
PROGRAM("raw_tp", loops_by_either, ACCEPTED,
	RANDOM
	"r2 = goes_on ll;"
	"if r0 == 0 goto +2;"
	"r2 = goes_on_or_not ll;"
	"r1 = 10; r3 = 0; r4 = 0; call %[loop]; r0 = 0; exit;", LOOP, AND_RANDOM);
PROGRAM("raw_tp", loops_with_flags_or_not, ACCEPTED,
	RANDOM
	"r4 = 0;"
	"if r0 == 0 goto +1;"
	"r4 = 1;"
	"r1 = 10; r2 = goes_on ll; r3 = 0; call %[loop]; r0 = 0; exit;", LOOP, AND_RANDOM);

FUNCTION(returns_entry, "r0 = r3; exit;")
FUNCTION(reads_entry, "r0 = *(u32 *)(r2 + 0); r1 = *(u64 *)(r3 + 0); r0 = 0; exit;")
FUNCTION(writes_key, "r1 = 0; *(u32 *)(r2 + 0) = r1; r0 = 0; exit;")
FUNCTION(writes_entry, "r1 = 0; *(u64 *)(r3 + 0) = r1; r0 = 0; exit;")
FUNCTION(calls_within, "r1 = 3; r2 = goes_on ll; r3 = 0; r4 = 0; call %[loop]; r0 = 0; exit;", LOOP)

#define EACH(name, expectation, map_of, callback)					\
	PROGRAM("raw_tp", name, expectation,						\
		"r1 = %[map] ll; r2 = " #callback " ll; r3 = 0; r4 = 0; call %[each]; r0 = 0; exit;",	\
		[map] "i"(&map_of), [each] "i"(BPF_FUNC_for_each_map_elem))

EACH(each_of_array, ACCEPTED, values, reads_entry);
EACH(each_of_hash, ACCEPTED, entries, writes_entry);
EACH(each_and_loops, ACCEPTED, entries, calls_within);
EACH(entry_as_result, REJECTED("R0 not a scalar value"), entries, returns_entry);
EACH(key_is_read_only, REJECTED("write to change key R2 not allowed"), entries, writes_key);
EACH(each_of_ring, REJECTED("callback function not allowed for map"), ring, reads_entry);

/* --- other helpers that call back --------------------------------------------------------- */

RING(USER_RINGBUF, samples);

FUNCTION(sees_vma, "r0 = *(u64 *)(r2 + 0); r0 = *(u64 *)(r3 + 0); r0 = 0; exit;")
FUNCTION(sees_task_as_number, "r0 = r1; r0 = 0; r1 += r2; exit;")
FUNCTION(sees_sample, "r0 = *(u64 *)(r2 + 0); r0 = 0; exit;")
FUNCTION(reads_sample, "r0 = *(u64 *)(r1 + 0); r0 = 0; exit;")

#define FINDS(name, expectation, callback)						\
	PROGRAM("raw_tp", name, expectation,						\
		"call %[current];"							\
		"r1 = r0; r2 = 0x1000; r3 = " #callback " ll; r4 = r10; r4 += -8; r5 = 0;"	\
		"call %[find];"								\
		"r0 = 0; exit;",							\
		[current] "i"(BPF_FUNC_get_current_task_btf), [find] "i"(BPF_FUNC_find_vma))

FINDS(finds_vma, ACCEPTED LOGGED("R2{{(_w)?}}=ptr_vm_area_struct()"), sees_vma);
FINDS(finds_vma_with_result_two,
      REJECTED("At callback return the register R0 has smin=2 smax=2 should have been in [0, 1]"), returns_two);
FINDS(finds_vma_adds_pointers, REJECTED("R1 pointer += pointer prohibited"), sees_task_as_number);

#define DRAINS(name, expectation, callback)						\
	PROGRAM("raw_tp", name, expectation,						\
		"r1 = %[samples] ll; r2 = " #callback " ll; r3 = r10; r3 += -8; r4 = 0;"	\
		"call %[drain];"							\
		"r0 = 0; exit;",							\
		[samples] "i"(&samples), [drain] "i"(BPF_FUNC_user_ringbuf_drain))

DRAINS(drains, ACCEPTED LOGGED("R1{{(_w)?}}=dynptr_ptr("), sees_sample);
DRAINS(drains_with_result_two,
       REJECTED("At callback return the register R0 has smin=2 smax=2 should have been in [0, 1]"), returns_two);
DRAINS(drains_and_reads, REJECTED("R1 invalid mem access 'dynptr_ptr'"), reads_sample);

/* the callback differs, so the call cannot be made a plain loop: its flags are not looked at again */
PROGRAM("raw_tp", loops_by_either_twice, ACCEPTED,
	RANDOM "r6 = r0; r7 = 2;"
	"1: r2 = goes_on ll; if r6 == 0 goto +2; r2 = goes_on_or_not ll;"
	"r1 = 10; r3 = 0; r4 = 0; call %[loop]; r7 += -1; if r7 != 0 goto 1b; r0 = 0; exit;",
	LOOP, AND_RANDOM);

/*
 * Nor where flags were seen once: with r8 of 5 only, first without flags and then with them, the second
 * is as the first was.
 */
PROGRAM("raw_tp", loops_with_flags_once, ACCEPTED LOGGED("from 3 to 10: safe") OFTEN,
	RANDOM "r8 = 5; r4 = 1; if r0 == 1 goto 1f;"
	"r4 = 0; if r0 == 2 goto 1f;"
	"r8 = 0; r4 = 1; if r0 == 3 goto 1f;"
	"r4 = 0;"
	"1: r1 = 0; r2 = goes_on ll; r3 = 0; call %[loop];"
	"r1 = r10; r1 += -16; r1 += r8; r2 = 0; *(u8 *)(r1 + 0) = r2; r0 = 0; exit;", LOOP, AND_RANDOM);

/* a record of the caller's: by the rules of 6.12 only the function that took it may give it back */
FUNCTION(discards, "r1 = *(u64 *)(r2 + 0); r2 = 0; call %[discard]; r0 = 0; exit;",
	 [discard] "i"(BPF_FUNC_ringbuf_discard))
PROGRAMS("raw_tp", loops_and_discards,
	 REJECTED("func bpf_ringbuf_discard#133 reference has not been acquired before"),
	 REJECTED("R1 type=scalar expected=ringbuf_mem"),
	 "r1 = %[ring] ll; r2 = 8; r3 = 0; call %[reserve]; if r0 == 0 goto 9f;"
	 "r6 = r0; *(u64 *)(r10 - 8) = r0; r1 = 1; r2 = discards ll; r3 = r10; r3 += -8; r4 = 0; call %[loop];"
	 "r1 = r6; r2 = 0; call %[discard]; 9: r0 = 0; exit;", LOOP, [discard] "i"(BPF_FUNC_ringbuf_discard), [ring] "i"(&ring), [reserve] "i"(BPF_FUNC_ringbuf_reserve));

PROGRAM("raw_tp", callback_is_a_number, REJECTED("R2 type=scalar expected=func"),
	"r1 = 10; r2 = 5; r3 = 0; r4 = 0; call %[loop]; r0 = 0; exit;", LOOP);
PROGRAM("raw_tp", callback_called_nowhere, UNSUPPORTED("the address of a function that is never called"),
	"r2 = goes_on ll; r0 = 0; call depth_8; r0 = 0; exit;");

int not_static(int i, void *ctx)
{
	return 0;
}

PROGRAM("raw_tp", callback_is_global, REJECTED("callback function not static"),
	"r1 = 10; r2 = not_static ll; r3 = 0; r4 = 0; call %[loop]; r0 = 0; exit;", LOOP);

/* --- what programs return ---------------------------------------------------------------- */

PROGRAM("raw_tp", returns_a_pointer, ACCEPTED, "r0 = r1; exit;");
PROGRAM("fentry/vfs_read", entry_returns_zero, ACCEPTED, "r0 = 0; exit;");
PROGRAM("fentry/vfs_read", entry_returns_one,
	REJECTED("At program exit the register R0 has smin=1 smax=1 should have been in [0, 0]"), "r0 = 1; exit;");
PROGRAM("fexit/vfs_read", exit_returns_one,
	REJECTED("At program exit the register R0 has smin=1 smax=1 should have been in [0, 0]"), "r0 = 1; exit;");
PROGRAM("fentry/vfs_read", entry_returns_anything,
	REJECTED("At program exit the register R0 has unknown scalar value should have been in [0, 0]"),
	"r0 = *(u64 *)(r1 + 16); exit;");
PROGRAM("fentry/vfs_read", entry_returns_large,
	REJECTED("At program exit the register R0 has smin=1 should have been in [0, 0]"),
	"r0 = *(u64 *)(r1 + 16); if r0 s> 0 goto +1; r0 = 0; exit;");
PROGRAM("fentry/vfs_read", entry_returns_negative,
	REJECTED("At program exit the register R0 has smax=-1 should have been in [0, 0]"),
	"r0 = *(u64 *)(r1 + 16); if r0 s< 0 goto +1; r0 = 0; exit;");
PROGRAM("fentry/vfs_read", entry_returns_pointer,
	REJECTED("At program exit the register R0 is not a known value (ctx)"), "r0 = r1; exit;");
