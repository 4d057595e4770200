// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Programs of random instructions, and of building blocks put together at random, judged by the
 * simulated verifier as either kernel does. The verdict, the message and the counts are the same
 * with a log, with an explanation, and once more; what is rejected says why; memory keeps to its
 * limit.
 *
 * The input: tests/fuzz/frame.h. Bits of the head: 0 the kernel, 1-2 how often it is judged again.
 */
#include "tests/fuzz/frame.h"
#include "tests/fuzz/fuzz.h"
#include "verifier_sim/verifier_sim.h"

#define MEMORY	(8u << 20)
#define LOG	(1u << 20)
#define AGAIN	4000	/* instructions simulated: what takes longer is judged once */

static void require_result(const struct tv_verify_result *res)
{
	fuzz_require(res->message && res->log && memchr(res->log, 0, res->log_len + 1),
		     "message or log");
	fuzz_require(res->verdict != TV_ACCEPT || (!res->err && !res->message[0]), "accepted: %s",
		     res->message);
	fuzz_require(res->verdict != TV_REJECT || (res->err < 0 && res->message[0]),
		     "rejected: %d: %s", res->err, res->message);
	fuzz_require(res->verdict != TV_UNSUPPORTED || res->message[0], "unsupported, unnamed");
	fuzz_require(res->peak_memory <= MEMORY + (1 << 20), "%llu bytes of states",
		     (unsigned long long)res->peak_memory);
	fuzz_require(res->total_insns <= 1000001, "%u instructions", res->total_insns);
}

static void require_same(const struct tv_verify_result *a, const struct tv_verify_result *b)
{
	fuzz_require(a->verdict == b->verdict && a->err == b->err && !strcmp(a->message, b->message),
		     "%d %s, then %d %s", a->verdict, a->message, b->verdict, b->message);
	fuzz_require(a->total_insns == b->total_insns && a->total_states == b->total_states &&
		     a->peak_states == b->peak_states &&
		     a->max_states_per_insn == b->max_states_per_insn, "counts: %u %u, then %u %u",
		     a->total_insns, a->total_states, b->total_insns, b->total_states);
}

static void judge_again(const struct tv_bpf_prog *prog, struct tv_verify_opts *opts,
			const struct tv_verify_result *first)
{
	struct tv_verify_result again;

	fuzz_require(!tv_verify(fuzz_frame()->obj, prog, opts, &again), "verify");
	require_result(&again);
	require_same(first, &again);
	tv_verify_result_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_program program;
	struct tv_verify_opts opts = {
		.vmlinux = fuzz_frame()->vmlinux, .memory_limit = MEMORY, .log_limit = LOG,
		.set_flags = true, .nr_cpus = 4,
	};
	struct tv_verify_result res;
	struct tv_bpf_prog prog;

	if (fuzz_program_read(&program, data, size))
		return -1;
	prog = fuzz_program_prog(&program);
	opts.kernel = program.head & 1 ? TV_KERNEL_6_12 : TV_KERNEL_6_18;
	opts.flags = program.draft.flags;
	fuzz_require(!tv_verify(fuzz_frame()->obj, &prog, &opts, &res), "verify");
	require_result(&res);
	if (res.total_insns < AGAIN && program.head & 2) {
		opts.log_level = TV_LOG_ALL | TV_LOG_STATS;
		judge_again(&prog, &opts, &res);
	}
	if (res.total_insns < AGAIN && program.head & 4) {
		opts.log_level = 0;
		opts.explain = true;
		judge_again(&prog, &opts, &res);
	}
	tv_verify_result_fini(&res);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	return fuzz_program_mutate(data, size, max, seed);
}
