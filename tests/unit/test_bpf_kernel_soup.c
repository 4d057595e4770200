// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Calls that no verifier lets pass: each helper and kfunc of the kernel around, in any order, with
 * arguments that are nearly right, and reads anywhere in its objects. A sanitizer or valgrind is the judge.
 */
#include <errno.h>
#include <stdlib.h>

#include "bpf_run.h"

#define CALLS	3000	/* of one run */

static uint64_t random_state;

static uint64_t any(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static const int helper_ids[] = {
	4, 5, 7, 14, 16, 35, 45, 112, 113, 114, 115, 118, 125, 147, 148, 156, 157, 158, 160, 174, 175, 180,
	191,
};

static const char *const kfunc_names[] = {
	"bpf_iter_task_vma_new", "bpf_iter_task_vma_next", "bpf_iter_task_vma_destroy",
	"bpf_iter_task_new", "bpf_iter_task_next", "bpf_iter_task_destroy", "bpf_rcu_read_lock",
	"bpf_rcu_read_unlock", "bpf_preempt_disable", "bpf_preempt_enable", "bpf_local_irq_save",
	"bpf_local_irq_restore", "bpf_task_acquire", "bpf_task_release", "bpf_task_from_pid",
	"bpf_task_from_vpid", "bpf_get_task_exe_file", "bpf_put_file", "bpf_path_d_path",
	"bpf_rdonly_cast", "bpf_copy_from_user_str", "bpf_copy_from_user_task_str",
};

#define NR(array)	(sizeof(array) / sizeof((array)[0]))

/* What calls returned: addresses of tasks, VMAs, storage; and where the program's own memory is. */
static uint64_t seen[64];

static uint64_t any_argument(const uint64_t regs[11])
{
	switch (any() % 8) {
	case 0:
		return any();
	case 1:
		return any() % 300;
	case 2:
	case 3:
		return seen[any() % NR(seen)];
	case 4:
		return seen[any() % NR(seen)] + any() % 512;
	case 5:
		return regs[10] - any() % 600;
	case 6:
		return UINT64_C(0x1000) * (any() % 8);
	default:
		return regs[any() % 11];
	}
}

static void read_anywhere(struct tv_machine *machine, uint64_t addr)
{
	static uint8_t bytes[70000];
	char why[64];

	/* windows, slots, the offset in an object: each bit may be wrong */
	if (any() % 4 == 0)
		addr ^= UINT64_C(1) << any() % 46;
	tv_memory_read(tv_machine_memory(machine), addr, bytes, any() % 5 ? any() % 16 : any() % 70000,
		       any() % 2, why, sizeof(why));
	tv_memory_write(tv_machine_memory(machine), addr | UINT64_C(1) << 44, bytes, 8, why, sizeof(why));
}

/* In the place of the program's instructions. */
static int cook(void *arg, struct tv_machine *machine, uint32_t insn, const uint64_t regs[11])
{
	struct tv_bpf_kernel **kernel = arg;
	const struct tv_env *env = tv_bpf_kernel_env(*kernel);
	unsigned int i, j;

	for (i = 0; i < CALLS; i++) {
		uint64_t args[5], *to = &seen[any() % NR(seen)];
		tv_call_fn *call;

		for (j = 0; j < 5; j++)
			args[j] = any_argument(regs);
		call = any() % 2 ? env->helper(env->arg, helper_ids[any() % NR(helper_ids)])
				 : env->kfunc(env->arg, kfunc_names[any() % NR(kfunc_names)]);
		/* no callback: it would be cooked as well */
		if (!call || call == env->helper(env->arg, 180))
			continue;
		*to = call(machine, args);
		read_anywhere(machine, any_argument(regs));
	}
	return 1;
}

static void of_design(const char *design, enum tv_context context, uint64_t seed)
{
	random_state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	memset(seen, 0, sizeof(seen));
	run_step = cook;
	assert_int_equal(run_try("walk", design, context, 0, NULL), 0);
	assert_int_not_equal(run.result.end, TV_RUN_DONE);
	run_end();
}

static void any_call_is_safe(void **state)
{
	const struct tv_iter_design *const *design;
	uint64_t seed, seeds = getenv("SEEDS") ? strtoull(getenv("SEEDS"), NULL, 0) : 3;

	for (seed = 1; seed <= seeds; seed++)
		for (design = tv_iter_designs; *design; design++)
			of_design((*design)->name, seed % TV_CONTEXT_NR, seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_call_is_safe),
	};

	return cmocka_run_group_tests(tests, compile_program, forget_program) != 0;
}
