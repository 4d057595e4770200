// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the command says of things that a program did not give back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "cli/leaks.h"
#include "model/bpf_mem_alloc.h"
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "model/task.h"

struct scene {
	struct tv_world *world;
	struct task_struct *task;
	struct tv_actor program;
	char said[4096];	/* on standard error, by the report */
};

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	struct mm_struct *mm;

	assert_non_null(scene);
	assert_int_equal(tv_world_create(&scene->world), 0);
	assert_int_equal(tv_task_create(scene->world, 42, "demo", &scene->task), 0);
	assert_int_equal(tv_mm_create(scene->world, &mm), 0);
	tv_task_set_mm(scene->task, mm);
	scene->program = (struct tv_actor){
		.world = scene->world, .cpu = &scene->world->cpus[0], .name = "program",
	};
	tv_context_enter(&scene->program, TV_CONTEXT_PROCESS);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	tv_world_destroy(scene->world);
	free(scene);
	return 0;
}

/* The end of a walk: returns what the report counts, and keeps what it says. */
static size_t report(struct scene *scene)
{
	struct cli_leaks leaks = { 0 };
	int saved = dup(STDERR_FILENO);
	FILE *file = tmpfile();
	size_t found;

	tv_context_leave(&scene->program);
	cli_leaks_note(&leaks, scene->world);
	tv_world_teardown(scene->world);

	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	found = cli_leaks_report(&leaks, scene->world);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	scene->said[fread(scene->said, 1, sizeof(scene->said) - 1, file)] = '\0';
	fclose(file);
	return found;
}

static void assert_said(const struct scene *scene, const char *text)
{
	if (!strstr(scene->said, text))
		fail_msg("'%s' is not in: %s", text, scene->said);
}

static void test_nothing(void **state)
{
	struct scene *scene = *state;

	get_task_struct(scene->task);
	put_task_struct(scene->task);
	assert_int_equal(report(scene), 0);
	assert_string_equal(scene->said, "");
}

/* The lock is held, but the mm that it belongs to is gone by then. */
static void test_lock_outlives_its_mm(void **state)
{
	struct scene *scene = *state;

	assert_true(mmap_read_trylock(scene->task->mm));
	assert_int_equal(report(scene), 1);
	assert_said(scene, "taskvma: still held: mmap_lock for reading, mm: mm of task 42: "
			   "by program, taken at tests/unit/test_cli_leaks.c:");
	assert_said(scene, "test_lock_outlives_its_mm()\n");
}

static void test_task_and_its_memory(void **state)
{
	struct scene *scene = *state;

	get_task_struct(scene->task);
	assert_int_equal(report(scene), 2);
	assert_said(scene, "still held: reference on task: task 42 (demo): by program");
	assert_said(scene, "still held: memory of a task: 1\n");
}

static void test_many_of_a_kind(void **state)
{
	struct scene *scene = *state;
	size_t i;

	for (i = 0; i < 20; i++)
		assert_non_null(bpf_mem_alloc(&bpf_global_ma, 8));
	assert_int_equal(report(scene), 20);
	assert_said(scene, "still held: bpf_global_ma memory: by program");
}

static void test_given_back_twice(void **state)
{
	struct scene *scene = *state;

	mmap_read_unlock(scene->task->mm);
	assert_int_equal(report(scene), 1);
	assert_said(scene, "given back but not held: mmap_lock for reading, mm, at "
			   "tests/unit/test_cli_leaks.c:");
	assert_said(scene, "(1 in all)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lock_outlives_its_mm, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_task_and_its_memory, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_of_a_kind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_given_back_twice, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("leaks", tests, NULL, NULL) != 0;
}
