// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The rules of open-coded iterators, in small programs: verdict, message, counts and log are the kernel's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/differential/verifier_text.h"
#include "tests/unit/verifier_frame.h"
#include "tests/unit/verifier_iter_around.h"
#include "tests/unit/verifier_iter_life.h"

static void judge_known(const struct known_program *p)
{
	static struct draft draft;
	uint32_t prog = known_draft(p, fuzz_frame()->obj, fuzz_frame()->vmlinux, &draft);
	struct tv_verify_result res = verify_draft(prog, &draft, TV_KERNEL_6_18, TV_LOG_PATH);
	char *message = strdup(res.message);

	tv_verify_result_fini(&res);
	res = verify_draft(prog, &draft, TV_KERNEL_6_18, TV_LOG_ALL);
	if (strcmp(message, p->message))
		fail_msg("%s: '%s', the kernel says '%s'", p->name, message, p->message);
	free(message);
	if (res.err != p->err || res.total_insns != p->total_insns || res.total_states != p->total_states)
		fail_msg("%s: %d (%u/%u), the kernel says %d (%u/%u): %s", p->name, res.err,
			 res.total_insns, res.total_states, p->err, p->total_insns, p->total_states,
			 res.message);
	if (log_digest(res.log) != p->log)
		fail_msg("%s: the log is not the kernel's: %s", p->name, res.log);
	tv_verify_result_fini(&res);
}

static void life(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(iter_life) / sizeof(iter_life[0]); i++)
		judge_known(&iter_life[i]);
}

static void around(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(iter_around) / sizeof(iter_around[0]); i++)
		judge_known(&iter_around[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(life),
		cmocka_unit_test(around),
	};

	return cmocka_run_group_tests_name("verifier_iter_rules", tests, NULL, NULL) != 0;
}
