// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Runs the series' selftest without the rest of test_progs, which it is part of in a kernel's tree:
 * for a kernel that is running here, or one that was booted with little more than this program.
 *
 * usage: task_vma_walk_test [SUBTEST...]
 *
 * One line for each subtest, "ok NAME" or "not ok NAME", and what went wrong before it.
 * Exit 0: all passed; 1: some failed; 2: no such subtest, or nothing was run.
 */
#include <bpf/btf.h>
#include <test_progs.h>

struct test_env env;

static struct {
	char **wanted;		/* NULL-terminated; none: all */
	const char *name;	/* of the subtest that runs, if one does */
	bool failed;
	unsigned int nr_run;
	unsigned int nr_failed;
} run;

void test_task_vma_walk(void);
void test_task_vma_walk_fail(void);

void test__end_subtest(void)
{
	if (!run.name && !run.failed)
		return;
	printf("%s %s\n", run.failed ? "not ok" : "ok", run.name ?: "(outside of a subtest)");
	run.nr_failed += run.failed;
	run.failed = false;
	run.name = NULL;
}

static bool is_wanted(const char *name)
{
	char **wanted;

	for (wanted = run.wanted; *wanted; wanted++) {
		if (!strcmp(*wanted, name))
			return true;
	}
	return !*run.wanted;
}

bool test__start_subtest(const char *name)
{
	test__end_subtest();
	if (!is_wanted(name))
		return false;
	run.name = name;
	run.nr_run++;
	return true;
}

void test__fail(void)
{
	run.failed = true;
}

/* --- programs that must be rejected ------------------------------------------------------------ */

#define TAG_FAILURE	"comment:test_expect_failure"
#define TAG_MSG		"comment:test_expect_msg="	/* NUMBER=TEXT */

/* What the tags of bpf_misc.h say of program @name: the message to expect, NULL if it is no failure. */
static const char *expected_msg(const struct btf *btf, const char *name)
{
	const char *msg = NULL, *tag;
	bool failure = false;
	__s32 func;
	__u32 i;

	func = btf__find_by_name_kind(btf, name, BTF_KIND_FUNC);
	for (i = 1; func > 0 && i < btf__type_cnt(btf); i++) {
		const struct btf_type *t = btf__type_by_id(btf, i);

		if (!btf_is_decl_tag(t) || (__s32)t->type != func)
			continue;
		tag = btf__str_by_offset(btf, t->name_off);
		failure |= !strcmp(tag, TAG_FAILURE);
		if (!strncmp(tag, TAG_MSG, strlen(TAG_MSG)))
			msg = strchr(tag + strlen(TAG_MSG), '=') + 1;
	}
	return failure ? msg : NULL;
}

static void expect_rejected(const void *elf, size_t size, const char *name)
{
	static char log[1 << 20];
	LIBBPF_OPTS(bpf_object_open_opts, opts, .kernel_log_buf = log, .kernel_log_size = sizeof(log),
		    .kernel_log_level = 1);
	struct bpf_program *prog;
	struct bpf_object *obj;
	const char *msg;

	log[0] = '\0';
	obj = bpf_object__open_mem(elf, size, &opts);
	if (!ASSERT_OK_PTR(obj, "open"))
		return;
	msg = expected_msg(bpf_object__btf(obj), name);
	prog = bpf_object__find_program_by_name(obj, name);
	if (ASSERT_OK_PTR(msg, "expected message") && ASSERT_OK_PTR(prog, "program")) {
		bpf_program__set_autoload(prog, true);
		ASSERT_ERR(bpf_object__load(obj), "load");
		if (!ASSERT_OK_PTR(strstr(log, msg), msg))
			printf("%s\n", log);
	}
	bpf_object__close(obj);
}

void test_loader__run_subtests(struct test_loader *tester, const char *skel_name,
			       skel_elf_bytes_fn elf_bytes_factory)
{
	struct bpf_program *prog;
	struct bpf_object *obj;
	const void *elf;
	size_t size;

	elf = elf_bytes_factory(&size);
	obj = bpf_object__open_mem(elf, size, NULL);
	if (!ASSERT_OK_PTR(obj, skel_name))
		return;
	bpf_object__for_each_program(prog, obj) {
		const char *name = bpf_program__name(prog);

		if (test__start_subtest(name))
			expect_rejected(elf, size, name);
		test__end_subtest();
	}
	bpf_object__close(obj);
}

void test_loader_fini(struct test_loader *tester)
{
}

/* libbpf tells of each load that fails, and here they are meant to. */
static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

int main(int argc, char **argv)
{
	run.wanted = argv + 1;
	env.stdout_saved = stdout;
	test_task_vma_walk();
	test__end_subtest();
	libbpf_set_print(print_nothing);
	test_task_vma_walk_fail();
	test__end_subtest();
	printf("%u run, %u failed\n", run.nr_run, run.nr_failed);
	if (run.nr_failed)
		return 1;
	return run.nr_run ? 0 : 2;
}
