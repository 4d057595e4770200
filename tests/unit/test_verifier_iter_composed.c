// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Programs of building blocks, iterators among them, judged as the kernel has judged them: the same
 * verdict and counts, and word for word the same log, in which every state stands. What the kernel's
 * log of one of them is, build/differential/verify_recorded --log says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/differential/verifier_text.h"
#include "tests/unit/verifier_composed.h"
#include "tests/unit/verifier_frame.h"

static void judge_recorded(const struct recorded_program *p)
{
	static struct draft draft;
	uint32_t prog = recorded_draft(fuzz_frame()->obj, p->seed, &draft);
	struct tv_verify_result res = verify_draft(prog, &draft, TV_KERNEL_6_18, TV_LOG_ALL);

	if (res.verdict == TV_UNSUPPORTED)
		fail_msg("program %" PRIu64 ": unsupported: %s", p->seed, res.message);
	if (res.err != p->err || res.total_insns != p->insns || res.total_states != p->total_states)
		fail_msg("program %" PRIu64 ": %d (%u/%u), the kernel says %d (%u/%u): %s", p->seed,
			 res.err, res.total_insns, res.total_states, p->err, p->insns,
			 p->total_states, res.message);
	if (log_digest(res.log) != p->log)
		fail_msg("program %" PRIu64 ": the log is not the kernel's: %s", p->seed, res.message);
	tv_verify_result_fini(&res);
}

static void as_the_kernel(void **state)
{
	const struct recorded_program *p;

	assert_true(NR_RECORDED >= 100);
	for (p = recorded_programs; p < recorded_programs + NR_RECORDED; p++)
		judge_recorded(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_kernel),
	};

	return cmocka_run_group_tests_name("verifier_iter_composed", tests, NULL, NULL) != 0;
}
