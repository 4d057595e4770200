// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The ledger sees what is leaked, released twice, or given back by another. */
#include <stdlib.h>
#include <string.h>
#include "model/bpf_mem_alloc.h"
#include "model/file.h"
#include "model/mmap_lock.h"
#include "tests/unit/model_world.h"

static struct tv_held seen[8];
static size_t nr_seen;

static int remember(void *arg, const struct tv_held *held)
{
	if (nr_seen < 8)
		seen[nr_seen++] = *held;
	return 0;
}

/* Takes @world down; what is still held is in seen[]. */
static void tear_down(struct tv_world *world)
{
	nr_seen = 0;
	tv_world_teardown(world);
	tv_ledger_for_each_held(&world->ledger, remember, NULL);
}

static struct tv_actor enter_program(struct tv_world *world)
{
	return (struct tv_actor){ .world = world, .cpu = &world->cpus[0], .name = "program" };
}

static void clean_world(void **state)
{
	model_world_end(model_world(20));
	model_world_end(model_world(0));
	model_world_end(model_world(-1));
}

static void leaked_task_reference(void **state)
{
	struct tv_world *world = model_world(1);
	struct tv_actor program = enter_program(world);
	char text[64];

	tv_context_enter(&program, TV_CONTEXT_PROCESS);
	get_task_struct(tv_world_find_task(world, 42));
	tv_context_leave(&program);
	tear_down(world);

	assert_false(tv_ledger_is_clean(&world->ledger));
	assert_int_equal(nr_seen, 2);	/* the reference, and the task's memory it keeps */
	assert_int_equal(seen[0].res, TV_RES_TASK_REF);
	assert_string_equal(seen[0].actor, "program");
	assert_string_equal(seen[0].site->func, __func__);
	assert_string_equal(tv_object_text(seen[0].res, seen[0].object, text, sizeof(text)),
			    "task 42 (sh)");
	assert_int_equal(seen[1].res, TV_RES_TASK_MEM);
	tv_world_destroy(world);
}

static void leaked_lock(void **state)
{
	struct tv_world *world = model_world(1);
	struct mm_struct *mm = tv_world_find_task(world, 42)->mm;
	struct tv_actor program = enter_program(world);

	/* another reader that the world itself gives back must not hide the leak */
	tv_mmap_lock_set_state(mm, TV_MMAP_READ);
	tv_context_enter(&program, TV_CONTEXT_PROCESS);
	assert_true(mmap_read_trylock(mm));
	tv_context_leave(&program);
	tear_down(world);

	assert_int_equal(nr_seen, 1);
	assert_int_equal(seen[0].res, TV_RES_MMAP_READ);
	assert_string_equal(seen[0].actor, "program");
	tv_world_destroy(world);
}

static void leaked_memory(void **state)
{
	struct tv_world *world = model_world(1);
	void *ptr = bpf_mem_alloc(&bpf_global_ma, 8);

	assert_non_null(ptr);
	tear_down(world);
	assert_int_equal(nr_seen, 1);
	assert_int_equal(seen[0].res, TV_RES_BPF_MEM);
	tv_world_destroy(world);
}

static void leaked_address_space(void **state)
{
	struct tv_world *world = model_world(2);

	mmget(tv_world_find_task(world, 42)->mm);
	tear_down(world);
	/* the user, and what it keeps: the mm, its two VMAs, their file */
	assert_int_equal(nr_seen, 6);
	assert_int_equal(seen[0].res, TV_RES_MM_COUNT);
	assert_int_equal(seen[1].res, TV_RES_MM_USERS);
	assert_int_equal(seen[2].res, TV_RES_FILE_REF);
	assert_int_equal(seen[2].count, 2);
	assert_int_equal(seen[3].res, TV_RES_MM_MEM);
	assert_int_equal(seen[4].res, TV_RES_VMA_MEM);
	assert_int_equal(seen[4].count, 2);
	assert_int_equal(seen[5].res, TV_RES_FILE_MEM);
	/* it is the world's to free all the same */
	tv_world_destroy(world);
}

static int stop_at(void *arg, const struct tv_held *held)
{
	nr_seen++;
	return held->res == *(const enum tv_resource *)arg;
}

/* Who has heard enough is told no more, be it of single holds or of those that are counted. */
static void told_until_stopped(void **state)
{
	static const enum tv_resource stops[] = { TV_RES_MM_USERS, TV_RES_VMA_MEM };
	static const size_t told[] = { 2, 5 };
	struct tv_world *world = model_world(1);
	size_t i;

	mmget(tv_world_find_task(world, 42)->mm);
	tv_world_teardown(world);
	for (i = 0; i < 2; i++) {
		nr_seen = 0;
		assert_int_equal(tv_ledger_for_each_held(&world->ledger, stop_at, (void *)&stops[i]),
				 told[i]);
		assert_int_equal(nr_seen, told[i]);
	}
	tv_world_destroy(world);
}

static void leaked_file(void **state)
{
	struct tv_world *world = model_world(1);
	struct vm_area_struct *vma = mt_find(&tv_world_find_task(world, 42)->mm->mm_mt,
					     &(unsigned long){ 0 }, -1ul);
	struct file *file = get_file(vma->vm_file);

	tear_down(world);
	assert_int_equal(nr_seen, 2);
	assert_int_equal(seen[0].res, TV_RES_FILE_REF);
	assert_int_equal(seen[0].count, 1);
	assert_int_equal(seen[1].res, TV_RES_FILE_MEM);
	fput(file);
	assert_true(tv_ledger_is_clean(&world->ledger));
	tv_world_destroy(world);
}

static void released_twice(void **state)
{
	struct tv_world *world = model_world(1);
	struct mm_struct *mm = tv_world_find_task(world, 42)->mm;

	assert_true(mmap_read_trylock(mm));
	mmap_read_unlock(mm);
	mmap_read_unlock(mm);
	tear_down(world);
	assert_int_equal(nr_seen, 0);
	assert_int_equal(world->ledger.unmatched, 1);
	assert_int_equal(world->ledger.first_unmatched.res, TV_RES_MMAP_READ);
	assert_false(tv_ledger_is_clean(&world->ledger));
	tv_world_destroy(world);
}

static void own_hold_goes_first(void **state)
{
	struct tv_world *world = model_world(1);
	struct task_struct *task = tv_world_find_task(world, 42);
	struct tv_actor a = enter_program(world), b = enter_program(world);

	a.name = "a";
	b.name = "b";
	tv_current = &a;
	get_task_struct(task);
	tv_current = &b;
	get_task_struct(task);
	tv_current = &a;
	put_task_struct(task);
	tear_down(world);
	assert_int_equal(seen[0].res, TV_RES_TASK_REF);
	assert_string_equal(seen[0].actor, "b");
	tv_world_destroy(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_world),
		cmocka_unit_test(leaked_task_reference),
		cmocka_unit_test(leaked_lock),
		cmocka_unit_test(leaked_memory),
		cmocka_unit_test(leaked_address_space),
		cmocka_unit_test(told_until_stopped),
		cmocka_unit_test(leaked_file),
		cmocka_unit_test(released_twice),
		cmocka_unit_test(own_hold_goes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
