// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Each allocation of the kernel around programs, and of the machine, fails once: the first, the second,
 * and so on until a run needs no more. Each time it ends, says why, and nothing is lost.
 */
#include <errno.h>

#include "bpf_run.h"
#include "fail_nth.h"

#define MAX_NTH	500	/* no run needs as many */

static unsigned int nth;

static void arm(void)
{
	fail_nth(nth);
}

/* What the ledger cannot record it counts as lost, so a program may well run to its end. */
static void each_fails_once(const char *name, const char *design)
{
	bool failed;
	int err = 0;

	for (nth = 1; nth < MAX_NTH; nth++) {
		err = run_try(name, design, TV_CONTEXT_PROCESS, 42, arm);
		failed = fail_nth_end();
		assert_true(!err || err == -ENOMEM);
		if (!err && run.result.end != TV_RUN_DONE) {
			assert_int_equal(run.result.end, TV_RUN_NOMEM);
			assert_string_equal(run.result.why, "out of memory");
		}
		run_end();
		if (!failed)
			break;
	}
	assert_int_equal(err, 0);
	assert_in_range(nth, 2, MAX_NTH - 1);
}

static void of_walks(void **state)
{
	each_fails_once("walk", "mmap_lock");
	each_fails_once("walk", "snapshot");
	each_fails_once("walk", "vma_lock");
}

static void of_files(void **state)
{
	each_fails_once("name", "mmap_lock");
}

static void of_tasks(void **state)
{
	each_fails_once("tasks", "mmap_lock");
	each_fails_once("references", "mmap_lock");
	each_fails_once("keeps_storage", "mmap_lock");
}

static void of_hazards(void **state)
{
	each_fails_once("leak", "mmap_lock");
	each_fails_once("unbalanced", "mmap_lock");
	each_fails_once("copy_while_walking", "mmap_lock");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_walks),
		cmocka_unit_test(of_files),
		cmocka_unit_test(of_tasks),
		cmocka_unit_test(of_hazards),
	};

	return cmocka_run_group_tests(tests, compile_program, forget_program) != 0;
}
