/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A small world for the model's unit tests. */
#ifndef TESTS_MODEL_WORLD_H
#define TESTS_MODEL_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/mm.h"
#include "model/task.h"
#include "model/world.h"

/* What model_world() has, in the empty @world. */
static inline void model_populate(struct tv_world *world, int nr)
{
	struct tv_vma_list list = { 0 };
	struct task_struct *task;
	struct mm_struct *mm;
	int i;

	assert_int_equal(tv_task_create(world, 42, "sh", &task), 0);
	if (nr < 0)
		return;
	assert_int_equal(tv_mm_create(world, &mm), 0);
	tv_task_set_mm(task, mm);
	for (i = 0; i < nr; i++) {
		struct tv_vma_desc desc = {
			.start = 0x1000 + 0x2000ul * i, .end = 0x2000 + 0x2000ul * i,
			.vm_flags = VM_READ, .ino = 7, .name = "/bin/sh", .name_len = 7,
		};
		struct vm_area_struct *vma;

		assert_int_equal(tv_vma_create(mm, &desc, &vma), 0);
		assert_int_equal(tv_vma_list_add(&list, vma), 0);
	}
	assert_int_equal(tv_vma_list_load(&list, mm), 0);
	tv_vma_list_fini(&list);
}

/*
 * One task, 42 ("sh"), with @nr one-page VMAs of a file at 0x1000, 0x3000,
 * 0x5000 and so on; without an mm when @nr is negative.
 */
static inline struct tv_world *model_world(int nr)
{
	struct tv_world *world;

	assert_int_equal(tv_world_create(&world), 0);
	model_populate(world, nr);
	return world;
}

/* Takes the world down and asserts that nobody leaked anything. */
static inline void model_world_end(struct tv_world *world)
{
	world->sink = NULL;
	tv_world_teardown(world);
	assert_true(tv_ledger_is_clean(&world->ledger));
	tv_world_destroy(world);
}

#endif
