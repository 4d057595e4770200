// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What touches a freed object tells that and changes nothing. Under the explorer nobody comes back
 * from that hazard; the calls of an interpreted program do, and must leave the memory alone.
 */
#include <string.h>
#include "model/file.h"
#include "model/hazard.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/rwsem.h"
#include "model/spinlock.h"
#include "model/vma_lock.h"
#include "model/vma_ref.h"
#include "tests/unit/model_world.h"

/* --- what is done with the freed object: true where it says that it has what it asked for -------- */

static bool mm_grab(void *mm)
{
	mmgrab(mm);
	return false;
}

static bool mm_drop(void *mm)
{
	mmdrop(mm);
	return false;
}

static bool mm_get(void *mm)
{
	mmget(mm);
	return false;
}

static bool mm_get_not_zero(void *mm)
{
	return mmget_not_zero((struct mm_struct *)mm);
}

static bool mm_put(void *mm)
{
	mmput(mm);
	return false;
}

static bool mm_put_async(void *mm)
{
	mmput_async(mm);
	return false;
}

static bool read_trylock(void *mm)
{
	return mmap_read_trylock(mm);
}

static bool read_lock(void *mm)
{
	mmap_read_lock(mm);
	return false;
}

static bool read_unlock(void *mm)
{
	mmap_read_unlock(mm);
	return false;
}

static bool write_unlock(void *mm)
{
	mmap_write_unlock(mm);
	return false;
}

static bool write_downgrade(void *mm)
{
	mmap_write_downgrade(mm);
	return false;
}

static bool downgrade(void *mm)
{
	return tv_rwsem_downgrade(mm, &((struct mm_struct *)mm)->mmap_lock, "downgrade", TV_SITE());
}

static bool lock_vma(void *mm)
{
	return lock_vma_under_rcu((struct mm_struct *)mm, 0x1000);
}

static bool task_get(void *task)
{
	get_task_struct(task);
	return false;
}

static bool task_put(void *task)
{
	put_task_struct(task);
	return false;
}

static bool task_trylock(void *task)
{
	return tv_spin_trylock(task, &((struct task_struct *)task)->alloc_lock, TV_CLASS_ALLOC_LOCK,
			       TV_SITE());
}

static bool task_unlock(void *task)
{
	tv_spin_unlock(task, &((struct task_struct *)task)->alloc_lock, TV_CLASS_ALLOC_LOCK,
		       TV_SITE());
	return false;
}

static bool file_get(void *file)
{
	get_file(file);
	return false;
}

static bool file_put(void *file)
{
	fput(file);
	return false;
}

static bool vma_get(void *vma)
{
	return vma_tryget(vma);
}

static bool vma_release(void *vma)
{
	vma_put(vma);
	return false;
}

static bool vma_detach(void *vma)
{
	vma_mark_detached(vma);
	return false;
}

static bool vma_end(void *vma)
{
	vma_end_read(vma);
	return false;
}

static const struct use {
	const char *name;
	enum tv_type type;
	bool (*fn)(void *object);
} uses[] = {
	{ "mmgrab", TV_TYPE_MM, mm_grab },
	{ "mmdrop", TV_TYPE_MM, mm_drop },
	{ "mmget", TV_TYPE_MM, mm_get },
	{ "mmget_not_zero", TV_TYPE_MM, mm_get_not_zero },
	{ "mmput", TV_TYPE_MM, mm_put },
	{ "mmput_async", TV_TYPE_MM, mm_put_async },
	{ "mmap_read_trylock", TV_TYPE_MM, read_trylock },
	{ "mmap_read_lock", TV_TYPE_MM, read_lock },
	{ "mmap_read_unlock", TV_TYPE_MM, read_unlock },
	{ "mmap_write_unlock", TV_TYPE_MM, write_unlock },
	{ "mmap_write_downgrade", TV_TYPE_MM, write_downgrade },
	{ "downgrade", TV_TYPE_MM, downgrade },
	{ "lock_vma_under_rcu", TV_TYPE_MM, lock_vma },
	{ "get_task_struct", TV_TYPE_TASK, task_get },
	{ "put_task_struct", TV_TYPE_TASK, task_put },
	{ "spin_trylock", TV_TYPE_TASK, task_trylock },
	{ "spin_unlock", TV_TYPE_TASK, task_unlock },
	{ "get_file", TV_TYPE_FILE, file_get },
	{ "fput", TV_TYPE_FILE, file_put },
	{ "vma_tryget", TV_TYPE_VMA, vma_get },
	{ "vma_put", TV_TYPE_VMA, vma_release },
	{ "vma_mark_detached", TV_TYPE_VMA, vma_detach },
	{ "vma_end_read", TV_TYPE_VMA, vma_end },
};

static size_t size_of(enum tv_type type)
{
	return type == TV_TYPE_MM     ? sizeof(struct mm_struct)
	       : type == TV_TYPE_TASK ? sizeof(struct task_struct)
	       : type == TV_TYPE_FILE ? sizeof(struct file)
				      : sizeof(struct vm_area_struct);
}

/* A world whose objects are in slots, and an actor that nobody explores. */
static struct tv_world *watched(struct tv_slots **slots)
{
	struct tv_world *world;

	*slots = tv_slots_create(2 * sizeof(uses) / sizeof(uses[0]));
	assert_non_null(*slots);
	assert_int_equal(tv_world_create(&world), 0);
	world->slots = *slots;
	return world;
}

static void is_told_and_changes_nothing(void **state)
{
	struct tv_slots *slots;
	struct tv_world *world = watched(&slots);
	unsigned char before[TV_SLOT_SIZE];
	size_t i;

	for (i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		const struct use *use = &uses[i];
		size_t size = size_of(use->type);
		void *object = tv_object_alloc(world, use->type, size, TV_SITE());

		assert_non_null(object);
		tv_object_free(world, object, TV_SITE());
		memcpy(before, object, size);
		world->hazards = 0;
		assert_false(use->fn(object));
		if (!world->hazards || world->hazard.kind != TV_HAZARD_USE_AFTER_FREE)
			fail_msg("%s: %lu hazards, %s", use->name, world->hazards,
				 world->hazards ? world->hazard.text : "none");
		if (memcmp(before, object, size))
			fail_msg("%s: wrote to freed memory", use->name);
		assert_null(world->works.next);
		assert_int_equal(world->kernel.spinlocks, 0);
	}
	assert_true(tv_ledger_is_clean(&world->ledger));
	tv_world_destroy(world);
	tv_slots_destroy(slots);
}

/* A pointer that is no object's at all, as what a program reads from freed memory may be. */
static void no_object_is_told(void **state)
{
	static const struct {
		void *object;
		const char *text;
	} bad[] = {
		{ NULL, "mmgrab through a NULL pointer" },
		{ (void *)0x6b6b6b6b6b6b6b6b, "mmgrab through a pointer read from freed memory" },
	};
	struct tv_slots *slots;
	struct tv_world *world = watched(&slots);
	struct tv_place place;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		world->hazards = 0;
		assert_false(mm_grab(bad[i].object));
		assert_int_equal(world->hazards, 1);
		assert_string_equal(world->hazard.text, bad[i].text);
		assert_false(tv_object_place(bad[i].object, &place));
	}
	tv_world_destroy(world);
	tv_slots_destroy(slots);
}

/* A spinlock, too: who finds no object does not wait for its lock. */
static void no_object_has_a_lock(void **state)
{
	struct tv_spinlock lock = { 0 };
	struct tv_slots *slots;
	struct tv_world *world = watched(&slots);

	assert_false(tv_spin_lock(&lock, &lock, TV_CLASS_ALLOC_LOCK, TV_SITE()));
	assert_int_equal(world->hazards, 1);
	assert_int_equal(world->hazard.kind, TV_HAZARD_USE_AFTER_FREE);
	assert_null(lock.owner);
	tv_world_destroy(world);
	tv_slots_destroy(slots);
}

/* The lock of a freed task is poison: nobody gives that back. */
static void poison_is_waited_for_in_vain(void **state)
{
	struct tv_slots *slots;
	struct tv_world *world = watched(&slots);
	struct task_struct *task = tv_object_alloc(world, TV_TYPE_TASK, sizeof(*task), TV_SITE());

	tv_object_free(world, task, TV_SITE());
	assert_null(tv_get_task_mm(task, TV_SITE()));
	assert_int_equal(world->hazards, 2);
	assert_int_equal(world->hazard.kind, TV_HAZARD_DEADLOCK);
	assert_int_equal(world->kernel.spinlocks, 0);
	tv_world_destroy(world);
	tv_slots_destroy(slots);
}

/* A VMA that was freed while the tree still has it, before the reader came. */
static void no_lock_on_what_the_tree_lost(void **state)
{
	struct tv_slots *slots;
	struct tv_world *world = watched(&slots);
	struct vm_area_struct *vma;
	struct mm_struct *mm;

	model_populate(world, 2);
	mm = tv_world_find_task(world, 42)->mm;
	vma = mt_find(&mm->mm_mt, &(unsigned long){ 0 }, -1ul);
	tv_object_free(world, vma, TV_SITE());
	assert_null(lock_vma_under_rcu(mm, vma->vm_start));
	assert_int_equal(world->hazards, 1);
	assert_string_equal(world->hazard.text, "read vm_lock_seq of a freed VMA");
	assert_int_equal(vma->vm_refcnt, 1);
	tv_world_destroy(world);
	tv_slots_destroy(slots);
}

/* What is larger than a slot, and what comes when all slots are taken, is not to be had. */
static void slots_end(void **state)
{
	struct tv_slots *slots;
	struct tv_world *world = watched(&slots);
	unsigned int nr = 0;

	assert_null(tv_object_alloc(world, TV_TYPE_KMALLOC, TV_SLOT_SIZE, TV_SITE()));
	while (tv_object_alloc(world, TV_TYPE_KMALLOC, 8, TV_SITE()))
		assert_true(++nr <= tv_slots_room(slots));
	assert_int_equal(nr, tv_slots_room(slots));
	assert_null(tv_object_alloc(world, TV_TYPE_VMA, 8, TV_SITE()));
	tv_world_destroy(world);
	tv_slots_destroy(slots);
	tv_slots_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_told_and_changes_nothing),
		cmocka_unit_test(no_object_is_told),
		cmocka_unit_test(no_object_has_a_lock),
		cmocka_unit_test(poison_is_waited_for_in_vain),
		cmocka_unit_test(no_lock_on_what_the_tree_lost),
		cmocka_unit_test(slots_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
