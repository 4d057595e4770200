// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What `verify --explain` tells of a program: why a loop does not converge, the path to an error, hazards. */
#include "program.h"

MAP(ARRAY, values, __u32, __u64, 4);

/* --- loops that take many states ---------------------------------------------------------- */

PROGRAM("raw_tp", counts_in_a_register,
	ACCEPTED OFTEN EXPLAINED("The loop that takes most states goes through ") EXPLAINED("It is a plain loop")
	EXPLAINED("r6 differs (") EXPLAINED("its exact number is needed by ") EXPLAINED("a number that is compared"),
	"r6 = 0; 1: r6 += 1;" RANDOM "if r0 == 7 goto 2f; r7 = 1; 2: if r6 < 300 goto 1b; r0 = 0; exit;", AND_RANDOM);
PROGRAM("raw_tp", counts_on_the_stack, KERNEL("6.18") ACCEPTED OFTEN EXPLAINED("stack slot fp-8 differs ("),
	"r6 = 0; *(u64 *)(r10 - 8) = r6;"
	"1: r6 = *(u64 *)(r10 - 8); r6 += 1; *(u64 *)(r10 - 8) = r6;" RANDOM
	"if r0 == 7 goto 2f; r7 = 1; 2: r6 = *(u64 *)(r10 - 8); if r6 < 300 goto 1b; r0 = 0; exit;", AND_RANDOM);

FUNCTION(counts, "r6 = 0; 1: r6 += 1;" RANDOM "if r0 == 7 goto 2f; r7 = 1; 2: if r6 < 300 goto 1b; r0 = 0; exit;",
	 AND_RANDOM)
PROGRAM("raw_tp", counts_in_a_function, ACCEPTED OFTEN EXPLAINED("r6 of frame 1 differs ("),
	"call counts; r0 = 0; exit;");

FUNCTION(adds, "r1 = *(u64 *)(r2 + 0); r1 += 1; *(u64 *)(r2 + 0) = r1; if r1 < 1000 goto +1; r1 = 0; r0 = 0; exit;")
PROGRAM("raw_tp", counts_in_a_callback, ACCEPTED OFTEN,
	"r1 = 0; *(u64 *)(r10 - 8) = r1; r1 = 400; r2 = adds ll; r3 = r10; r3 += -8; r4 = 0; call %[loop]; r0 = 0; exit;",
	LOOP);

/* --- the path to an error ----------------------------------------------------------------- */

SEC("raw_tp") REJECTED("R0 invalid mem access 'map_value_or_null'")
EXPLAINED("what may be NULL is compared with NULL before it is used") EXPLAINED("The path there (")
EXPLAINED("It ends at explained.bpf.c:{{[0-9]+}}:")
int reads_what_may_be_null(void *ctx)
{
	__u32 key = bpf_get_prandom_u32();
	__u64 *value = bpf_map_lookup_elem(&values, &key);

	return *value;
}

static volatile int values_seen;

SEC("raw_tp") REJECTED("R0 invalid mem access 'map_value_or_null'") EXPLAINED("  ... {{[0-9]+}} lines ...")
int reads_at_the_end_of_a_long_path(void *ctx)
{
	__u32 key = bpf_get_prandom_u32();
	__u64 *value;
	int i;

	for (i = 0; i < 30; i++)
		values_seen +=
			bpf_get_prandom_u32();
	value = bpf_map_lookup_elem(&values, &key);
	return *value;
}

static NOINLINE int takes(struct bpf_iter_num *it)
{
	bpf_iter_num_next(it);
	return 0;
}

SEC("raw_tp") REJECTED("{{Unreleased reference .*}}") EXPLAINED("iter_num at fp-8: initialised by new, active; reference ")
EXPLAINED("iter_num at fp-8: drained: next returned NULL") EXPLAINED("whatever was acquired")
int does_not_destroy(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	while (bpf_iter_num_next(&it))
		takes(&it);
	return 0;
}

/* --- hazards ------------------------------------------------------------------------------- */

#define ITERATES(name, expectation, start, end)				\
	SEC("raw_tp") expectation int name(void *ctx)			\
	{								\
		struct bpf_iter_num it;					\
		int sum = 0;						\
									\
		if (!bpf_iter_num_new(&it, start, end))			\
			while (bpf_iter_num_next(&it))			\
				sum++;					\
		bpf_iter_num_destroy(&it);				\
		return 0;						\
	}

ITERATES(a_few, ACCEPTED, 0, 10)
ITERATES(too_many, ACCEPTED EXPLAINED("a range of more than 8388608 numbers"), -1, 0x7fffffff)
ITERATES(backwards, ACCEPTED EXPLAINED("the range ends before it starts"), 10, 0)
ITERATES(to_a_number_from_elsewhere, ACCEPTED, 0, bpf_get_prandom_u32())
ITERATES(from_a_number_from_elsewhere, ACCEPTED, bpf_get_prandom_u32(), 10)
