// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs of bpf_kernel.bpf.c in the kernel around them: what they see, and what is told of them. */
#include <errno.h>

#include "bpf_run.h"
#include "model/approach.h"
#include "model/mmap_lock.h"
#include "model/task.h"

static void run_of(const char *name, const char *design, enum tv_context context, uint64_t arg)
{
	assert_int_equal(run_try(name, design, context, arg, NULL), 0);
}

static void begin(const char *name)
{
	run_of(name, "mmap_lock", TV_CONTEXT_PROCESS, 0);
}

static void assert_ended(enum tv_run_end how, const char *why)
{
	if (run.result.end != how)
		fail_msg("ended with %d: %s", run.result.end, run.result.why);
	if (why)
		assert_string_equal(run.result.why, why);
}

static void assert_done(void)
{
	assert_ended(TV_RUN_DONE, NULL);
}

/* Hazard @i, with the line of the program that it was told at. */
static void assert_hazard(size_t i, enum tv_hazard_kind kind, const char *text, const char *line)
{
	const struct tv_bpf_hazard *hazard = &run.hazards[i];
	const struct tv_bpf_line_info *at;

	assert_true(i < run.nr_hazards);
	assert_string_equal(hazard->text, text);
	assert_int_equal(hazard->kind, kind);
	if (!line)
		return;
	at = tv_bpf_prog_line(hazard->prog, hazard->insn);
	if (!strstr(at->text, line))
		fail_msg("told at: %s", at->text);
}

/* All that programs hold in the ledger was given back. */
static int is_programs(void *arg, const struct tv_held *held)
{
	*(unsigned int *)arg += held->actor && !strcmp(held->actor, "program");
	return 0;
}

static void assert_nothing_held(void)
{
	unsigned int nr = 0;

	tv_ledger_for_each_held(&run.world->ledger, is_programs, &nr);
	assert_int_equal(nr, 0);
}

/* --- what programs see --------------------------------------------------------- */

static void walks_in_each_design(void **state)
{
	const struct tv_iter_design *const *design;

	for (design = tv_iter_designs; *design; design++) {
		run_of("walk", (*design)->name, TV_CONTEXT_PROCESS, 0);
		assert_done();
		assert_int_equal(run.result.retval, 7);
		assert_int_equal(run.got[0], 0);
		assert_int_equal(run.got[1], 3);
		assert_int_equal(run.got[2], 0x9000);
		assert_int_equal(run.got[3], 0x6000);
		assert_int_equal(run.got[4], VM_READ | VM_EXEC);
		assert_int_equal(run.got[5], 9);
		assert_int_equal(run.nr_hazards, 0);
		assert_nothing_held();
		run_end();
	}
	run_of("walk", "mmap_lock", TV_CONTEXT_PROCESS, 0x2000);
	assert_int_equal(run.got[1], 2);
	run_end();
}

static void walks_in_each_context(void **state)
{
	enum tv_context context;

	for (context = TV_CONTEXT_PROCESS; context < TV_CONTEXT_NR; context++) {
		run_of("walk", "mmap_lock", context, 0);
		assert_done();
		assert_int_equal(run.got[1], 3);
		assert_int_equal(run.nr_hazards, 0);
		assert_nothing_held();
		run_end();
		run_of("walk", "snapshot", context, 0);
		assert_int_equal((int)run.got[0], context < TV_CONTEXT_IRQS_OFF ? 0 : -EBUSY);
		assert_int_equal(run.got[1], context < TV_CONTEXT_IRQS_OFF ? 3 : 0);
		run_end();
	}
}

static void names_files(void **state)
{
	begin("name");
	assert_done();
	assert_int_equal(run.got[0], 7);
	assert_int_equal(run.got[1], 0xfe << 20 | 1);
	assert_int_equal(run.got[2], 3);
	assert_string_equal(run.text, "sh");
	/* cut, as bpf_probe_read_kernel_str() cuts */
	assert_int_equal(run.got[3], 4);
	assert_string_equal(run.text + 16, "bin");
	assert_int_equal(run.got[4], 8);
	assert_string_equal(run.text + 20, "/bin/sh");
	/* d_path() wrote at the end of the 20 bytes, and that stays */
	assert_memory_equal(run.text + 20 + 12, "/bin/sh", 8);
	assert_int_equal((int)run.got[5], -ENAMETOOLONG);
	assert_int_equal(run.got[6], 3);
	run_end();
}

static void names_what_is_not_there(void **state)
{
	begin("unknown_field");
	assert_ended(TV_RUN_UNSUPPORTED, "vm_area_struct.anon_vma is not modelled");
	run_end();
	begin("registers");
	assert_ended(TV_RUN_UNSUPPORTED, "pt_regs.ip is not modelled");
	run_end();
	begin("exe_file");
	assert_ended(TV_RUN_UNSUPPORTED, "bpf_get_task_exe_file: mm_struct.exe_file is not modelled");
	run_end();
}

static void helpers(void **state)
{
	begin("helpers");
	assert_done();
	assert_int_equal(run.got[0], UINT64_C(42) << 32 | 42);
	assert_memory_equal(run.text, "sh\0\0", 4);
	assert_memory_equal(run.text + 8, "sh\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(run.got[1], 1);
	assert_int_equal(run.got[2], 5000000000);
	/* INITIAL_JIFFIES at 250 Hz, and 5 seconds */
	assert_int_equal(run.got[3], 4294892296 + 1250);
	assert_int_equal(run.got[4], 0);
	assert_int_equal((int)run.got[5], -ERANGE);
	assert_int_equal((int)run.got[6], -ERANGE);
	assert_int_equal((int)run.got[7], -EFAULT);
	assert_int_equal(run.got[8], 0);
	assert_int_equal(run.got[9], run.got[0]);
	assert_int_equal((int)run.got[10], -EFAULT);
	assert_int_equal((int)run.got[11], -EFAULT);
	assert_int_equal(run.got[13], run.got[0]);
	assert_int_equal((int)run.got[14], -EFAULT);
	run_end();
}

/* What is mapped has content that no fixture says. */
static void reads_user_memory(void **state)
{
	run_of("read_user", "mmap_lock", TV_CONTEXT_PROCESS, 0x1ff8);
	assert_ended(TV_RUN_UNSUPPORTED,
		     "bpf_probe_read_user: the content of user memory, at 0x1ff8, is not modelled");
	run_end();
	run_of("read_user", "mmap_lock", TV_CONTEXT_PROCESS, 0x1ff9);
	assert_done();
	assert_int_equal((int)run.got[0], -EFAULT);
	run_end();
	/* no permissions at all */
	run_of("read_user", "mmap_lock", TV_CONTEXT_PROCESS, 0x5000);
	assert_int_equal((int)run.got[0], -EFAULT);
	run_end();
}

static void tasks(void **state)
{
	begin("tasks");
	assert_done();
	assert_int_equal(run.got[0], 4244);
	assert_int_equal(run.got[1], 424344);
	assert_int_equal(run.got[2], 4243);
	assert_int_equal((int)run.got[3], -EINVAL);
	assert_int_equal((int)run.got[4], -EINVAL);
	assert_int_equal(run.got[5], 0);
	assert_int_equal(run.nr_hazards, 0);
	run_end();
	run_of("references", "mmap_lock", TV_CONTEXT_PROCESS, 43);
	assert_done();
	assert_int_equal(run.result.retval, 0);
	assert_int_equal(run.got[0], 42);
	assert_int_equal(run.got[1], 1);
	assert_int_equal(run.got[2], 0);
	assert_int_equal(run.nr_hazards, 0);
	assert_nothing_held();
	run_end();
}

static void keeps_storage(void **state)
{
	begin("keeps_storage");
	assert_done();
	assert_int_equal(run.got[0], 0);
	assert_int_equal(run.got[1], 6);
	assert_int_equal(run.got[2], 0);
	assert_int_equal(run.got[3], 0);
	assert_int_equal((int)run.got[4], -ENOENT);
	assert_int_equal(run.got[5], 0);
	run_end();
}

static void finds_a_vma(void **state)
{
	begin("find");
	assert_done();
	assert_int_equal(run.got[0], 0);
	assert_int_equal(run.got[1], 0x2000);
	assert_int_equal(run.got[5], 42);
	assert_int_equal((int)run.got[2], -ENOENT);
	assert_int_equal((int)run.got[3], -EINVAL);
	assert_int_equal(run.nr_hazards, 0);
	assert_nothing_held();
	run_end();
}

/* The slot for the deferred unlock is taken until interrupts are on again. */
static void interrupts_off(void **state)
{
	begin("walk_irqs_off");
	assert_done();
	assert_int_equal(run.got[0], 0);
	assert_int_equal((int)run.got[1], -EBUSY);
	assert_int_equal(run.got[2], 0);
	assert_int_equal(run.got[3], 0);
	assert_int_equal(run.nr_hazards, 0);
	assert_nothing_held();
	run_end();
}

/* --- what is told -------------------------------------------------------------- */

static void read_after_destroy(void **state)
{
	begin("after_destroy");
	assert_done();
	assert_int_equal(run.got[0], 0x1000);
	assert_int_equal(run.nr_hazards, 1);
	assert_hazard(0, TV_HAZARD_USE_UNPROTECTED,
		      "read vm_start of a VMA that no lock and no reference keeps", "vma->vm_start");
	assert_non_null(strstr(run.hazards[0].cause, "mmap_lock_iter_destroy (model/iter_mmap_lock.c:"));
	assert_non_null(strstr(run.hazards[0].cause, "bpf_kernel.bpf.c:"));
	run_end();
	run_of("after_destroy", "snapshot", TV_CONTEXT_PROCESS, 0);
	assert_done();
	assert_int_equal(run.nr_hazards, 1);
	assert_hazard(0, TV_HAZARD_USE_AFTER_FREE, "read vm_start of a freed BPF memory",
		      "vma->vm_start");
	assert_non_null(strstr(run.hazards[0].cause, "snapshot_iter_destroy"));
	run_end();
}

static void read_after_next(void **state)
{
	static const struct {
		const char *design;
		size_t hazards;
	} cases[] = {
		{ "mmap_lock", 0 }, { "snapshot", 0 }, { "rcu_addr", 0 }, { "vma_lock", 1 }, { "vma_ref", 1 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run_of("after_next", cases[i].design, TV_CONTEXT_PROCESS, 0);
		assert_done();
		assert_int_equal(run.nr_hazards, cases[i].hazards);
		/* a snapshot has one copy, which is the second VMA by now */
		assert_int_equal(run.got[0], i == 1 ? 0x3000 : 0x1000);
		if (run.nr_hazards)
			assert_hazard(0, TV_HAZARD_USE_UNPROTECTED,
				      "read vm_start of a VMA that no lock and no reference keeps",
				      "first->vm_start");
		run_end();
	}
}

static void read_of_anothers_copy(void **state)
{
	run_of("reused", "snapshot", TV_CONTEXT_PROCESS, 0);
	assert_done();
	assert_int_equal(run.got[0], 0x3000);
	assert_int_equal(run.nr_hazards, 1);
	assert_hazard(0, TV_HAZARD_USE_AFTER_FREE,
		      "read vm_start of memory that was freed and is another iterator's now",
		      "first->vm_start");
	run_end();
}

static void leaks(void **state)
{
	begin("leak");
	assert_done();
	assert_int_equal(run.nr_hazards, 3);
	assert_hazard(0, TV_HAZARD_LEAK, "the program ends with bpf_global_ma memory",
		      "bpf_iter_task_vma_new");
	assert_hazard(1, TV_HAZARD_LEAK, "the program ends with reference on task: task 42 (sh)", NULL);
	assert_hazard(2, TV_HAZARD_LEAK,
		      "the program ends with mmap_lock for reading, mm: mm of task 42", NULL);
	run_end();
	begin("left_locked");
	assert_int_equal(run.nr_hazards, 3);
	assert_hazard(0, TV_HAZARD_LEAK, "the program ends with interrupts off", NULL);
	assert_hazard(1, TV_HAZARD_LEAK, "the program ends with preemption off", NULL);
	assert_hazard(2, TV_HAZARD_LEAK, "the program ends with RCU read-side section", NULL);
	assert_nothing_held();
	run_end();
}

static void destroyed_twice(void **state)
{
	begin("twice");
	assert_ended(TV_RUN_STOPPED, "bpf_iter_task_vma_destroy of a destroyed iterator");
	assert_int_equal(run.nr_hazards, 1);
	assert_hazard(0, TV_HAZARD_USE_AFTER_FREE, "bpf_iter_task_vma_destroy of a destroyed iterator",
		      "bpf_iter_task_vma_destroy");
	run_end();
}

static void unbalanced(void **state)
{
	begin("unbalanced");
	assert_done();
	assert_int_equal(run.nr_hazards, 4);
	assert_hazard(0, TV_HAZARD_UNBALANCED, "bpf_rcu_read_unlock without its lock", "rcu");
	assert_hazard(3, TV_HAZARD_UNBALANCED,
		      "bpf_task_release of a task that the program has no reference on", "release");
	run_end();
}

/* Whatever stands in an iterator, it is no pointer. */
static void forged_iterators(void **state)
{
	static const uint64_t args[] = {
		1, UINT64_MAX, UINT64_C(0xffff888000000000), UINT64_C(0x7476000000000001),
		UINT64_C(0x7476ffffffffffff), UINT64_C(0x74760000ffffffff),
	};
	size_t i;

	for (i = 0; i < sizeof(args) / sizeof(args[0]); i++) {
		run_of("forged", "mmap_lock", TV_CONTEXT_PROCESS, args[i]);
		assert_ended(TV_RUN_FAULT, "bpf_iter_task_vma_next: R1 leads to no iterator");
		run_end();
		run_of("forged_task", "mmap_lock", TV_CONTEXT_PROCESS, args[i]);
		assert_ended(TV_RUN_FAULT, "bpf_iter_task_vma_new: R2 is an address of something else, "
			     "no struct task_struct");
		run_end();
	}
	/* another generation of what is there */
	run_of("forged", "mmap_lock", TV_CONTEXT_PROCESS, UINT64_C(0x7476000100000000));
	assert_ended(TV_RUN_STOPPED, "bpf_iter_task_vma_next of a destroyed iterator");
	run_end();
	run_of("forged", "mmap_lock", TV_CONTEXT_PROCESS, 0);
	assert_done();
	run_end();
	begin("forged_task");
	assert_ended(TV_RUN_FAULT, "bpf_iter_task_vma_new: R2 is NULL, no struct task_struct");
	run_end();
}

/* The recursion of Linux 6.7. */
static void waits_for_itself(void **state)
{
	begin("copy_while_walking");
	assert_done();
	assert_int_equal((int)run.got[1], -EFAULT);
	assert_int_equal(run.nr_hazards, 1);
	assert_hazard(0, TV_HAZARD_LOCK_ORDER, "mmap_lock is waited for while mmap_lock is held",
		      "copy_from_user_task");
	run_end();
	run_of("copy_while_walking", "snapshot", TV_CONTEXT_PROCESS, 0);
	assert_done();
	assert_int_equal(run.nr_hazards, 0);
	assert_nothing_held();
	run_end();
}

static void copies_texts(void **state)
{
	begin("copy_texts");
	assert_done();
	assert_int_equal((int)run.got[0], -EFAULT);
	assert_int_equal(run.text[0], 'x');
	assert_int_equal((int)run.got[1], -EFAULT);
	assert_int_equal(run.text[16], 0);
	assert_int_equal(run.text[17], 0);
	assert_int_equal((int)run.got[2], -EINVAL);
	assert_int_equal(run.got[3], 0);
	run_end();
}

static void walks_what_nothing_keeps(void **state)
{
	begin("walk_unprotected");
	assert_done();
	assert_int_equal(run.nr_hazards, 2);
	assert_hazard(0, TV_HAZARD_USE_UNPROTECTED,
		      "bpf_iter_task_new outside of an RCU read-side section", "bpf_iter_task_new");
	assert_hazard(1, TV_HAZARD_USE_UNPROTECTED,
		      "bpf_iter_task_vma_new of task 43, which neither RCU nor a reference keeps", NULL);
	run_end();
}

/* --- ends of calls ------------------------------------------------------------- */

static void nothing_asked(void **state)
{
	begin("nothing_asked");
	assert_done();
	assert_int_equal(run.got[0], 0);
	assert_int_equal(run.text[0], 'x');
	assert_int_equal((int)run.got[1], -ENOENT);
	assert_string_equal(run.printed, "7 seven");
	assert_int_equal(run.nr_hazards, 0);
	run_end();
}

static void what_is_no_object(void **state)
{
	run_of("find_vma_of", "mmap_lock", TV_CONTEXT_PROCESS, 1);
	assert_ended(TV_RUN_FAULT,
		     "bpf_find_vma: R1 is an address of something else, no struct task_struct");
	run_end();
	run_of("storage_from", "mmap_lock", TV_CONTEXT_PROCESS, 8);
	assert_int_equal(run.result.end, TV_RUN_FAULT);
	assert_non_null(strstr(run.result.why, "bpf_task_storage_get"));
	assert_int_equal(run.got[0], 0);
	run_end();
}

static void puts_what_it_has_not(void **state)
{
	begin("put_file");
	assert_done();
	assert_int_equal(run.got[0], 0xfe << 20 | 1);
	/* of "sh", as the kernel cuts */
	assert_int_equal(run.got[1], 2);
	assert_string_equal(run.text, "s");
	assert_int_equal(run.nr_hazards, 1);
	assert_hazard(0, TV_HAZARD_UNBALANCED,
		      "bpf_put_file of a file that the program has no reference on", "bpf_put_file");
	assert_nothing_held();
	run_end();
}

/* A text of one byte is its end, and nothing is read for it; but it may sleep all the same. */
static void copies_an_end(void **state)
{
	run_of("copy_one", "mmap_lock", TV_CONTEXT_PROCESS, 0);
	assert_done();
	assert_int_equal(run.got[0], 1);
	assert_int_equal(run.text[0], 0);
	assert_int_equal(run.nr_hazards, 0);
	run_end();
	run_of("copy_one", "mmap_lock", TV_CONTEXT_PROCESS, 1);
	assert_done();
	assert_hazard(0, TV_HAZARD_SLEEP_IN_ATOMIC, "bpf_copy_from_user_str with interrupts off",
		      "bpf_copy_from_user_str");
	run_end();
}

static void without_address_space(void)
{
	tv_task_exit_mm(tv_world_find_task(run.world, 42));
	tv_world_settle(run.world);
}

static void copies_from_nowhere(void **state)
{
	assert_int_equal(run_try("copy_texts", "mmap_lock", TV_CONTEXT_PROCESS, 0, without_address_space), 0);
	assert_done();
	assert_int_equal((int)run.got[0], -EFAULT);
	assert_int_equal(run.nr_hazards, 0);
	assert_nothing_held();
	run_end();
}

static void locked_by_another(void)
{
	tv_mmap_lock_set_state(tv_world_find_task(run.world, 42)->mm, TV_MMAP_WRITE);
}

/* Who has mmap_lock never gives it back here. */
static void waits_for_ever(void **state)
{
	assert_int_equal(run_try("copy_one", "mmap_lock", TV_CONTEXT_PROCESS, 0, locked_by_another), 0);
	assert_ended(TV_RUN_STOPPED, "deadlock: mmap_read_lock would wait for ever");
	assert_hazard(0, TV_HAZARD_DEADLOCK, "mmap_read_lock would wait for ever",
		      "bpf_copy_from_user_str");
	run_end();
}

/* --- what is refused ----------------------------------------------------------- */

static void refused(void **state)
{
	struct tv_bpf_kernel_opts opts = { .vmlinux = compiled.vmlinux };
	struct tv_bpf_kernel *kernel;
	const char *why;

	assert_int_equal(tv_world_create(&opts.world), 0);
	assert_int_equal(tv_bpf_kernel_create(&opts, &kernel, &why), -EINVAL);
	assert_string_equal(why, "the world has no slots");
	tv_world_destroy(opts.world);
	assert_int_equal(tv_world_create_watched(&opts.world), 0);
	assert_int_equal(tv_bpf_kernel_create(&opts, &kernel, &why), -EINVAL);
	assert_string_equal(why, "there is no task to run in");
	assert_int_equal(tv_task_create(opts.world, 42, "sh", &opts.current_task), 0);
	opts.design = tv_approach_find("maps");
	assert_non_null(opts.design);
	assert_int_equal(tv_bpf_kernel_create(&opts, &kernel, &why), -EINVAL);
	assert_string_equal(why, "the design is no iterator of BPF programs");
	tv_world_destroy(opts.world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_in_each_design),
		cmocka_unit_test(walks_in_each_context),
		cmocka_unit_test(names_files),
		cmocka_unit_test(names_what_is_not_there),
		cmocka_unit_test(helpers),
		cmocka_unit_test(reads_user_memory),
		cmocka_unit_test(tasks),
		cmocka_unit_test(keeps_storage),
		cmocka_unit_test(finds_a_vma),
		cmocka_unit_test(interrupts_off),
		cmocka_unit_test(read_after_destroy),
		cmocka_unit_test(read_after_next),
		cmocka_unit_test(read_of_anothers_copy),
		cmocka_unit_test(leaks),
		cmocka_unit_test(destroyed_twice),
		cmocka_unit_test(unbalanced),
		cmocka_unit_test(forged_iterators),
		cmocka_unit_test(waits_for_itself),
		cmocka_unit_test(copies_texts),
		cmocka_unit_test(walks_what_nothing_keeps),
		cmocka_unit_test(nothing_asked),
		cmocka_unit_test(what_is_no_object),
		cmocka_unit_test(puts_what_it_has_not),
		cmocka_unit_test(copies_an_end),
		cmocka_unit_test(copies_from_nowhere),
		cmocka_unit_test(waits_for_ever),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, compile_program, forget_program) != 0;
}
