// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What a verification may take, memory, log and branches, and what it says when that is not enough;
 * and the options that no program can ask for itself. Programs are made by hand.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "insns.h"
#include "verifier_sim/internal.h"
#include "verifier_sim/pool.h"
#include "verifier_sim/verifier_sim.h"

#define MAX_INSNS	40000

static struct bpf_insn insns[MAX_INSNS];
static uint32_t insn_cnt;
static struct tv_verify_result res;

static void add(struct bpf_insn insn)
{
	assert_in_range(insn_cnt, 0, MAX_INSNS - 1);
	insns[insn_cnt++] = insn;
}

static int verify(const struct tv_verify_opts *opts)
{
	static const struct tv_bpf_object obj = { .license = "GPL" };
	struct tv_bpf_prog prog = {
		.name = "by_hand", .type = BPF_PROG_TYPE_RAW_TRACEPOINT, .insns = insns, .insn_cnt = insn_cnt,
	};

	return tv_verify(&obj, &prog, opts, &res);
}

static void begin(void)
{
	insn_cnt = 0;
}

/* A program whose every number is another way to go on. */
static void many_branches(uint32_t nr)
{
	uint32_t i;

	begin();
	for (i = 0; i < nr; i++) {
		add(HELPER(BPF_FUNC_get_prandom_u32));
		add(JMP64K(BPF_JEQ, R0, 7, 0));
	}
	add(MOVK(R0, 0));
	add(EXIT);
}

/* --- options ------------------------------------------------------------------------------ */

static void no_program(void **state)
{
	struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18 };

	begin();
	assert_int_equal(verify(&opts), -EINVAL);
	assert_null(res.message);
	add(MOVK(R0, 0));
	add(EXIT);
	opts.kernel = TV_KERNEL_6_18 + 1;
	assert_int_equal(verify(&opts), -EINVAL);
}

static void program_that_was_not_loaded(void **state)
{
	static const struct tv_bpf_object obj = { .license = "GPL" };
	const struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18 };
	const struct tv_bpf_prog prog = { .name = "broken", .err = -ENOENT, .insns = insns, .insn_cnt = 1 };

	assert_int_equal(tv_verify(&obj, &prog, &opts, &res), -EINVAL);
}

static void statistics(void **state)
{
	struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18, .log_level = TV_LOG_STATS };

	begin();
	add(MOVK(R0, 0));
	add(STX(BPF_DW, R10, -16, R0));
	add(CALL(1));
	add(EXIT);
	add(MOVK(R0, 0));
	add(EXIT);
	assert_int_equal(verify(&opts), 0);
	assert_int_equal(res.verdict, TV_ACCEPT);
	assert_non_null(strstr(res.log, "verification time "));
	assert_non_null(strstr(res.log, "\nstack depth 16+0\n"));
	assert_non_null(strstr(res.log, "\nprocessed 6 insns (limit 1000000)"));
	tv_verify_result_fini(&res);
}

/* A misaligned access of the context is nothing to a machine that allows it. */
static void flags(void **state)
{
	struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18, .set_flags = true };

	begin();
	add(HELPER(BPF_FUNC_get_prandom_u32));
	add(ALU64K(BPF_AND, R0, 1));
	add(MOVK(R0, 0));
	add(EXIT);
	opts.flags = BPF_F_STRICT_ALIGNMENT | BPF_F_TEST_STATE_FREQ | BPF_F_TEST_REG_INVARIANTS;
	assert_int_equal(verify(&opts), 0);
	assert_int_equal(res.verdict, TV_ACCEPT);
	tv_verify_result_fini(&res);
	opts.flags |= BPF_F_ANY_ALIGNMENT;
	assert_int_equal(verify(&opts), 0);
	assert_int_equal(res.verdict, TV_ACCEPT);
	tv_verify_result_fini(&res);
}

/* Without lines the path is told in instructions. */
static void explanation_without_lines(void **state)
{
	const struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18, .explain = true };

	begin();
	add(MOVK(R2, 0));
	add(MOVX(R0, R9));
	add(EXIT);
	assert_int_equal(verify(&opts), 0);
	assert_int_equal(res.verdict, TV_REJECT);
	assert_non_null(strstr(res.explanation, "It ends at instruction 1: (bf) r0 = r9"));
	tv_verify_result_fini(&res);
}

static void unknown_program_type(void **state)
{
	static const struct tv_bpf_object obj = { .license = "GPL" };
	const struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18, .explain = true };
	struct tv_bpf_prog prog = { .name = "by_hand", .type = 200, .insns = insns, .insn_cnt = 2 };

	begin();
	add(MOVK(R0, 0));
	add(EXIT);
	assert_int_equal(tv_verify(&obj, &prog, &opts, &res), 0);
	assert_int_equal(res.verdict, TV_UNSUPPORTED);
	assert_string_equal(res.message, "program type 200");
	assert_string_equal(res.explanation, "");
	tv_verify_result_fini(&res);
}

/* --- limits ------------------------------------------------------------------------------- */

static void branches(void **state)
{
	struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_12, .explain = true };

	many_branches(8192);
	assert_int_equal(verify(&opts), 0);
	assert_int_equal(res.verdict, TV_ACCEPT);
	tv_verify_result_fini(&res);
	many_branches(8193);
	for (; opts.kernel <= TV_KERNEL_6_18; opts.kernel++) {
		assert_int_equal(verify(&opts), 0);
		assert_int_equal(res.verdict, TV_REJECT);
		assert_string_equal(res.message, "The sequence of 8193 jumps is too complex.");
		assert_int_equal(res.err, opts.kernel == TV_KERNEL_6_12 ? -E2BIG : -EFAULT);
		tv_verify_result_fini(&res);
	}
}

/* A limit below what is needed is unsupported; at what was needed it is not. */
static void memory(void **state)
{
	struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18 };
	uint64_t needed;

	many_branches(1000);
	assert_int_equal(verify(&opts), 0);
	assert_int_equal(res.verdict, TV_ACCEPT);
	needed = res.peak_memory;
	assert_true(needed > 1000 * 100);
	tv_verify_result_fini(&res);
	opts.memory_limit = needed;
	assert_int_equal(verify(&opts), 0);
	assert_int_equal(res.verdict, TV_ACCEPT);
	tv_verify_result_fini(&res);
	opts.memory_limit = needed - 1;
	assert_int_equal(verify(&opts), 0);
	assert_int_equal(res.verdict, TV_UNSUPPORTED);
	assert_string_equal(res.message, "more memory than the limit allows");
	assert_in_range(res.peak_memory, 1, needed - 1);
	tv_verify_result_fini(&res);
	opts.memory_limit = 1;
	assert_int_equal(verify(&opts), 0);
	assert_int_equal(res.verdict, TV_UNSUPPORTED);
	tv_verify_result_fini(&res);
}

/* The end of a log is what matters: the beginning goes. */
static void log_limit(void **state)
{
	struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18, .log_level = TV_LOG_ALL };
	size_t whole;

	many_branches(300);
	insns[insn_cnt - 2] = MOVX(R0, R9);
	assert_int_equal(verify(&opts), 0);
	whole = res.log_len;
	assert_int_equal(strlen(res.log), whole);
	tv_verify_result_fini(&res);
	for (opts.log_limit = 1; opts.log_limit < whole; opts.log_limit *= 4) {
		assert_int_equal(verify(&opts), 0);
		assert_int_equal(res.verdict, TV_REJECT);
		assert_string_equal(res.message, "R9 !read_ok");
		assert_in_range(res.log_len, 1, whole);
		assert_int_equal(strlen(res.log), res.log_len);
		assert_non_null(strstr(res.log, "processed 601 insns"));
		tv_verify_result_fini(&res);
	}
}

/* --- the pool of states ------------------------------------------------------------------- */

static void pool_of_large_blocks(void **state)
{
	const size_t large = VS_POOL_CLASSES * VS_POOL_GRAIN + 1;
	struct vs_pool pool;
	char *blocks[4];
	int i;

	vs_pool_init(&pool, 0);
	assert_null(vs_pool_alloc(&pool, 0));
	for (i = 0; i < 4; i++) {
		blocks[i] = vs_pool_zalloc(&pool, large + i);
		assert_non_null(blocks[i]);
		assert_int_equal(blocks[i][large - 1], 0);
	}
	assert_true(pool.used > 4 * large);
	vs_pool_free(&pool, blocks[1], large + 1);	/* from the middle, */
	vs_pool_free(&pool, blocks[3], large + 3);	/* the newest, */
	vs_pool_free(&pool, blocks[0], large);		/* and the oldest */
	vs_pool_free(&pool, NULL, 8);
	vs_pool_free(&pool, blocks[2], 0);
	assert_true(pool.used < 2 * large);
	assert_true(pool.peak > 4 * large);
	vs_pool_fini(&pool);
}

static void pool_reuses(void **state)
{
	struct vs_pool pool;
	void *first, *second;

	vs_pool_init(&pool, 0);
	first = vs_pool_alloc(&pool, 40);
	second = vs_pool_alloc(&pool, 40);
	assert_ptr_not_equal(first, second);
	vs_pool_free(&pool, first, 40);
	assert_ptr_equal(vs_pool_alloc(&pool, 40), first);
	vs_pool_fini(&pool);
}

static void pool_limit(void **state)
{
	const size_t large = VS_POOL_CLASSES * VS_POOL_GRAIN + 1;
	struct vs_pool pool;
	void *block;

	vs_pool_init(&pool, 3 * large);
	assert_null(vs_pool_alloc(&pool, 3 * large));	/* it needs a few bytes of its own */
	assert_null(vs_pool_alloc(&pool, SIZE_MAX));
	block = vs_pool_alloc(&pool, 2 * large);
	assert_non_null(block);
	assert_null(vs_pool_alloc(&pool, large));
	vs_pool_free(&pool, block, 2 * large);
	assert_non_null(vs_pool_alloc(&pool, 2 * large));
	vs_pool_fini(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_program),
		cmocka_unit_test(program_that_was_not_loaded),
		cmocka_unit_test(statistics),
		cmocka_unit_test(flags),
		cmocka_unit_test(explanation_without_lines),
		cmocka_unit_test(unknown_program_type),
		cmocka_unit_test(branches),
		cmocka_unit_test(memory),
		cmocka_unit_test(log_limit),
		cmocka_unit_test(pool_of_large_blocks),
		cmocka_unit_test(pool_reuses),
		cmocka_unit_test(pool_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
