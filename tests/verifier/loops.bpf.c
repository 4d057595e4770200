// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Loops: those that end, those that the verifier sees repeat, and those that it does not. */
#include "program.h"

MAP(ARRAY, values, __u32, __u64, 4);
RING(RINGBUF, ring);

#define MAY_GOTO(off)	RAW(0xe5, 0x00, off, 0)

/* --- plain ------------------------------------------------------------------------------- */

PROGRAM("raw_tp", ends, ACCEPTED, "r6 = 0; 1: r6 += 1; if r6 < 10 goto 1b; r0 = 0; exit;");
PROGRAM("raw_tp", ends_in_halves, ACCEPTED, "w6 = 0; 1: w6 += 1; if w6 < 10 goto 1b; r0 = 0; exit;");
PROGRAM("raw_tp", never_ends, REJECTED("infinite loop detected at insn 1"), "r6 = 0; 1: goto 1b;");
PROGRAM("raw_tp", never_ends_though_it_might, REJECTED("infinite loop detected at insn 0"),
	"1:" RANDOM "if r0 != 7 goto 1b; r0 = 0; exit;", AND_RANDOM);
PROGRAM("raw_tp", never_ends_with_the_stack, REJECTED("infinite loop detected at insn 3"),
	"r6 = 5; *(u64 *)(r10 - 8) = r6; 1:" RANDOM "if r0 != 7 goto 1b; r0 = 0; exit;", AND_RANDOM);
PROGRAM("raw_tp", two_ways_round, REJECTED("infinite loop detected at insn 3"),
	"r6 = 1; r7 = 1; 1:" RANDOM "if r0 == 1 goto 2f; r6 = 1; goto 1b; 2: if r6 == 2 goto 3f; goto 1b;"
	"3: r0 = 0; exit;", AND_RANDOM);
PROGRAM("raw_tp", back_jump_not_taken, ACCEPTED, "r6 = 1; 1: if r6 == 0 goto 1b; r0 = 0; exit;");
PROGRAM("raw_tp", unreachable, REJECTED("unreachable insn 2"), "r0 = 0; exit; r0 = 1; exit;");
PROGRAM("raw_tp", falls_off, REJECTED("last insn is not an exit or jmp"), "r0 = 0;");
PROGRAM("raw_tp", jumps_out, REJECTED("jump out of range from insn 0 to 100"), "goto +99; r0 = 0; exit;");
PROGRAM("raw_tp", jumps_before, REJECTED("jump out of range from insn 0 to -100"), "goto -101; r0 = 0; exit;");
PROGRAM("raw_tp", jumps_far, ACCEPTED, RAW(0x06, 0x00, 0, 0) "r0 = 0; exit;");

/* --- may_goto ---------------------------------------------------------------------------- */

PROGRAM("raw_tp", may_go, ACCEPTED, "r6 = 0; 1: " MAY_GOTO(2) "r6 += 1; goto 1b; r0 = 0; exit;");
PROGRAM("raw_tp", may_go_with_a_number, ACCEPTED,
	"r6 = 0; r7 = 0; 1: " MAY_GOTO(3) "r6 += 1; r7 = r6; goto 1b; r0 = 0; exit;");
PROGRAM("raw_tp", may_go_by_index, REJECTED("R9 min value is outside of the allowed memory range"),
	"r1 = 0; *(u64 *)(r10 - 8) = r1; r2 = r10; r2 += -8; r1 = %[values] ll; call %[lookup];"
	"if r0 == 0 goto 9f; r9 = r0; r6 = 0;"
	"1: " MAY_GOTO(4) "r8 = r9; r8 += r6; r6 += 1; goto 1b;"
	"r9 += r6; r0 = *(u8 *)(r9 + 0); 9: r0 = 0; exit;",
	[values] "i"(&values), [lookup] "i"(BPF_FUNC_map_lookup_elem));
PROGRAM("raw_tp", may_go_and_takes, REJECTED("{{Unreleased reference .*}}"),
	"1: " MAY_GOTO(6)
	"r1 = %[ring] ll; r2 = 8; r3 = 0; call %[reserve]; goto 1b;"
	"r0 = 0; exit;", [ring] "i"(&ring), [reserve] "i"(BPF_FUNC_ringbuf_reserve));

/* --- iterators, whose loops are found to repeat ------------------------------------------- */

#define ITERATES(name, expectation, before, round, after)				\
	SEC("raw_tp") expectation int name(void *ctx)					\
	{										\
		struct bpf_iter_num it;							\
		int *value;								\
											\
		before									\
		bpf_iter_num_new(&it, 0, 10);						\
		while ((value = bpf_iter_num_next(&it))) {				\
			round								\
		}									\
		bpf_iter_num_destroy(&it);						\
		after									\
		return 0;								\
	}

volatile __u64 total, bytes[8];

ITERATES(sums, ACCEPTED, __u64 sum = 0;, sum += *value;, total = sum;)
ITERATES(remembers_pointer, ACCEPTED, volatile __u64 *at = &bytes[0];, at = &bytes[*value & 7];, total = *at;)
ITERATES(finds, ACCEPTED, int found = -1;, if (*value == 5) { found = *value; break; }, total = found;)
ITERATES(two_flags, ACCEPTED, int a = 0; int b = 0;, if (*value == 3) a = 1; if (*value == 4) b = 1;, total = a + b;)
ITERATES(nested, ACCEPTED, ,
	struct bpf_iter_num inner;
	bpf_iter_num_new(&inner, 0, *value);
	while ((value = bpf_iter_num_next(&inner)))
		total += *value;
	bpf_iter_num_destroy(&inner);, )
ITERATES(indexes, ACCEPTED, , bytes[*value & 7] = 1;, )
ITERATES(table_on_the_stack, ACCEPTED, __u64 table[8] = {};, table[*value & 7] = *value;, total = table[total & 7];)

/* what is true of the first round only */
ITERATES(null_in_the_first_round, ACCEPTED, int *last = 0;, if (last) total += *last; last = value;, )

static NOINLINE int next_of(struct bpf_iter_num *it, __u64 *sum)
{
	int *value = bpf_iter_num_next(it);

	if (!value)
		return 0;
	*sum += *value;
	return 1;
}

SEC("raw_tp") ACCEPTED int next_in_a_function(void *ctx)
{
	struct bpf_iter_num it;
	__u64 sum = 0;

	bpf_iter_num_new(&it, 0, 10);
	while (next_of(&it, &sum))
		bytes[0]++;
	bpf_iter_num_destroy(&it);
	return 0;
}

/* --- callbacks --------------------------------------------------------------------------- */

struct context {
	__u64 sum, first;
};

static int add(__u32 i, struct context *ctx)
{
	if (!ctx->first)
		ctx->first = i;
	ctx->sum += i;
	return i > 50;
}

static int inner(__u32 i, __u64 *sum)
{
	*sum += i;
	return 0;
}

static int outer(__u32 i, __u64 *sum)
{
	bpf_loop(10, inner, sum, 0);
	return 0;
}

SEC("raw_tp") ACCEPTED int loops(void *ctx)
{
	struct context context = {};

	bpf_loop(100, add, &context, 0);
	total = context.sum + context.first;
	return 0;
}

SEC("raw_tp") ACCEPTED int loops_in_loops(void *ctx)
{
	__u64 sum = 0;

	bpf_loop(10, outer, &sum, 0);
	total = sum;
	return 0;
}

SEC("raw_tp") ACCEPTED int loops_in_iterations(void *ctx)
{
	struct bpf_iter_num it;
	__u64 sum = 0;

	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it))
		bpf_loop(10, inner, &sum, 0);
	bpf_iter_num_destroy(&it);
	return 0;
}

/* --- the same again, with a state at each place where one may be -------------------------- */

PROGRAM("raw_tp", ends_often, ACCEPTED OFTEN, "r6 = 0; 1: r6 += 1; if r6 < 10 goto 1b; r0 = 0; exit;");
PROGRAM("raw_tp", never_ends_often, REJECTED("infinite loop detected at insn 1") OFTEN,
	"1:" RANDOM "if r0 != 7 goto 1b; r0 = 0; exit;", AND_RANDOM);
PROGRAM("raw_tp", may_go_often, ACCEPTED OFTEN, "r6 = 0; 1: " MAY_GOTO(2) "r6 += 1; goto 1b; r0 = 0; exit;");
ITERATES(sums_often, ACCEPTED OFTEN, __u64 sum = 0;, sum += *value;, total = sum;)
ITERATES(nested_often, ACCEPTED OFTEN, ,
	struct bpf_iter_num inner;
	bpf_iter_num_new(&inner, 0, *value);
	while ((value = bpf_iter_num_next(&inner)))
		total += *value;
	bpf_iter_num_destroy(&inner);, )

SEC("raw_tp") ACCEPTED OFTEN int loops_often(void *ctx)
{
	struct context context = {};

	bpf_loop(100, add, &context, 0);
	total = context.sum + context.first;
	return 0;
}
