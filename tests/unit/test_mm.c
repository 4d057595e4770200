// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Address spaces and files: what is counted, what is shared, where one must not sleep. */
#include <errno.h>
#include "maple/alloc.h"
#include "model/file.h"
#include "model/hazard.h"
#include "model/history.h"
#include "model/intern.h"
#include "model/lockdep.h"
#include "model/mmap.h"
#include "model/mmap_lock.h"
#include "model/spinlock.h"
#include "tests/unit/model_world.h"
#include "tests/unit/maple_nodes.h"

static struct mm_struct *mm_of(const struct tv_world *world)
{
	return tv_world_find_task(world, -1)->mm;
}

/* What the world holds it gives back as it was: each state, and back to free. */
static void states_of_mmap_lock(void **state)
{
	struct tv_world *world = model_world(1);
	struct rw_semaphore *lock = &mm_of(world)->mmap_lock;
	enum tv_mmap_lock_state held;

	for (held = TV_MMAP_FREE; held < TV_MMAP_STATE_NR; held++) {
		tv_mmap_lock_set_state(mm_of(world), held);
		assert_int_equal(tv_mmap_lock_get_state(mm_of(world)), held);
		assert_int_equal(lock->readers, held == TV_MMAP_READ || held == TV_MMAP_WRITE_WAITING);
		assert_int_equal(lock->writer, held == TV_MMAP_WRITE);
		assert_int_equal(!!lock->waiters, held == TV_MMAP_WRITE_WAITING);
	}
	tv_mmap_lock_set_state(mm_of(world), TV_MMAP_FREE);
	assert_int_equal(lock->readers, 0);
	assert_null(lock->waiters);
	model_world_end(world);
}

/* What may wait tells where it must not, also when it need not wait. */
static void waiting_is_told_in_softirq(void **state)
{
	struct tv_world *world = model_world(1);
	struct mm_struct *mm = mm_of(world);
	struct tv_actor softirq = { .world = world, .cpu = &world->cpus[0], .name = "softirq" };

	tv_context_enter(&softirq, TV_CONTEXT_SOFTIRQ);
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	assert_int_equal(world->hazards, 1);
	assert_int_equal(world->hazard.kind, TV_HAZARD_SLEEP_IN_ATOMIC);
	mmap_write_lock(mm);
	mmap_write_unlock(mm);
	assert_int_equal(world->hazards, 2);
	mmget(mm);
	mmput(mm);
	assert_int_equal(world->hazards, 3);
	/* these may not */
	mmget(mm);
	mmput_async(mm);
	if (mmap_read_trylock(mm))
		mmap_read_unlock(mm);
	assert_int_equal(world->hazards, 3);
	tv_context_leave(&softirq);
	model_world_end(world);
}

/* Which is waited for while which is held; where one also must not sleep, that is told first. */
static void locks_have_an_order(void **state)
{
	static struct tv_lockdep dep;
	struct tv_world *world = model_world(1);
	struct task_struct *task = tv_world_find_task(world, -1);
	struct tv_spinlock *lock = &task->alloc_lock;

	world->lockdep = &dep;
	mmap_read_lock(task->mm);
	assert_true(tv_spin_lock(task, lock, TV_CLASS_ALLOC_LOCK, TV_SITE()));
	tv_spin_unlock(task, lock, TV_CLASS_ALLOC_LOCK, TV_SITE());
	mmap_read_unlock(task->mm);
	assert_non_null(dep.here.edges[TV_CLASS_MMAP_LOCK][TV_CLASS_ALLOC_LOCK].to_site);
	assert_null(dep.here.edges[TV_CLASS_ALLOC_LOCK][TV_CLASS_MMAP_LOCK].to_site);
	assert_int_equal(world->hazards, 0);

	assert_true(tv_spin_trylock(task, lock, TV_CLASS_ALLOC_LOCK, TV_SITE()));
	assert_false(tv_spin_trylock(task, lock, TV_CLASS_ALLOC_LOCK, TV_SITE()));
	mmap_write_lock(task->mm);
	assert_int_equal(world->hazards, 2);
	assert_int_equal(world->hazard.kind, TV_HAZARD_SLEEP_IN_ATOMIC);
	assert_true(tv_lockdep_ever_inverted(&dep));
	mmap_write_unlock(task->mm);
	tv_spin_unlock(task, lock, TV_CLASS_ALLOC_LOCK, TV_SITE());
	/* what is held no more is before nothing */
	assert_int_equal(tv_current->locks.nr, 0);
	world->lockdep = NULL;
	model_world_end(world);
}

/* The same for readers, who are told in the same order. */
static void readers_have_the_same_order(void **state)
{
	static struct tv_lockdep dep;
	struct tv_world *world = model_world(1);
	struct task_struct *task = tv_world_find_task(world, -1);
	struct tv_spinlock *lock = &task->alloc_lock;

	world->lockdep = &dep;
	dep.here.edges[TV_CLASS_MMAP_LOCK][TV_CLASS_ALLOC_LOCK] =
		(struct tv_lock_edge){ TV_SITE(), TV_SITE(), 1 };
	assert_true(tv_spin_lock(task, lock, TV_CLASS_ALLOC_LOCK, TV_SITE()));
	mmap_read_lock(task->mm);
	assert_int_equal(world->hazards, 2);
	assert_int_equal(world->hazard.kind, TV_HAZARD_SLEEP_IN_ATOMIC);
	mmap_read_unlock(task->mm);
	tv_spin_unlock(task, lock, TV_CLASS_ALLOC_LOCK, TV_SITE());
	world->lockdep = NULL;
	model_world_end(world);
}

/* Two address spaces are given back by one kworker, one after the other. */
static void what_is_put_off_stands_in_line(void **state)
{
	struct tv_world *world = model_world(2);
	struct tv_actor program = { .world = world, .cpu = &world->cpus[0], .name = "program" };
	struct mm_struct *mm[2] = { NULL };
	int i;

	for (i = 0; i < 2; i++)
		assert_int_equal(tv_mm_create(world, &mm[i]), 0);
	tv_context_enter(&program, TV_CONTEXT_IRQS_OFF);
	for (i = 0; i < 2; i++)
		mmput_async(mm[i]);
	assert_int_equal(world->hazards, 0);
	assert_ptr_equal(world->works.next, &mm[0]->tv_put_work);
	assert_ptr_equal(mm[0]->tv_put_work.next, &mm[1]->tv_put_work);
	tv_context_leave(&program);
	tv_world_settle(world);
	assert_null(world->works.next);
	model_world_end(world);
}

static void a_copy_counts_its_vmas(void **state)
{
	struct tv_world *world = model_world(5);
	struct mm_struct *copy;

	assert_int_equal(mm_of(world)->map_count, 5);
	assert_int_equal(tv_mm_create(world, &copy), 0);
	assert_int_equal(tv_mm_copy(mm_of(world), copy), 0);
	assert_int_equal(copy->map_count, 5);
	mmput(copy);
	model_world_end(world);
}

/* What was reserved for a load and not needed is given back; and with the VMAs the nodes go at once. */
static void no_node_is_left_over(void **state)
{
	unsigned long before;
	struct tv_world *world;

	rcu_barrier();
	before = tv_maple_nodes_live();
	world = model_world(100);
	assert_whole(&mm_of(world)->mm_mt);
	assert_int_equal(tv_maple_nodes_live() - before, nodes_of(&mm_of(world)->mm_mt));
	model_world_end(world);
	assert_int_equal(tv_maple_nodes_live(), before);
}

/* A VMA that was written is quiet again once its writer gave mmap_lock back. */
static void quiet_after_a_writer(void **state)
{
	static struct tv_history history;
	struct tv_world *world = model_world(2);
	struct mm_struct *mm = mm_of(world);

	tv_history_init(&history, mm);
	assert_int_equal(history.nr_quiets, 2);
	world->move = 5;
	assert_int_equal(tv_mprotect(mm, 0x1000, 0x2000, VM_WRITE), 0);
	assert_int_equal(history.nr_quiets, 3);
	assert_int_equal(history.quiets[0].until, 5);
	assert_int_equal(history.quiets[1].until, 0);
	assert_int_equal(history.quiets[2].start, 0x1000);
	assert_int_equal(history.quiets[2].until, 0);
	mm->tv_history = NULL;
	model_world_end(world);
}

/* One file for each device, inode and path; gone with its last reference. */
static void files_are_told_apart(void **state)
{
	struct tv_world *world = model_world(0);
	struct tv_file_key key = { .ino = 1, .major = 2, .minor = 3 }, other;
	struct file *file, *same, *another;
	int member;

	key.path = tv_intern(world, "/a", 2);
	file = tv_file_open(world, &key);
	same = tv_file_open(world, &key);
	assert_ptr_equal(file, same);
	assert_int_equal(file->f_count, 2);
	fput(same);
	for (member = 0; member < 4; member++) {
		other = key;
		if (member == 0)
			other.ino++;
		else if (member == 1)
			other.major++;
		else if (member == 2)
			other.minor++;
		else
			other.path = tv_intern(world, "/b", 2);
		another = tv_file_open(world, &other);
		assert_ptr_not_equal(another, file);
		/* the first is still found, behind one that was opened last */
		same = tv_file_open(world, &key);
		assert_ptr_equal(same, file);
		fput(same);
		fput(another);
	}
	fput(tv_file_open(world, &key));
	assert_ptr_equal(world->last_file, file);
	fput(file);
	assert_null(world->last_file);
	assert_null(world->files);
	model_world_end(world);
}

/* --- tasks ---------------------------------------------------------------------- */

static void names_of_tasks_are_cut(void **state)
{
	struct tv_world *world = model_world(-1);
	struct task_struct *task;

	assert_int_equal(tv_task_create(world, 43, "a name of many letters", &task), 0);
	assert_string_equal(task->comm, "a name of many ");
	assert_null(task->mm);
	assert_int_equal(task->pid, 43);
	model_world_end(world);
}

static void no_address_space_is_no_error(void **state)
{
	struct tv_world *world = model_world(-1);
	struct task_struct *task = tv_world_find_task(world, -1);

	assert_int_equal(tv_task_exec(task), 0);
	assert_int_equal(tv_task_fork(task), 0);
	assert_null(task->mm);
	assert_null(tv_task_find(world, 43, TV_SITE()));
	model_world_end(world);
}

static bool child_was_found;

static void look_for_child(void *arg, const struct tv_event *ev)
{
	if (ev->op == TV_ACQUIRE && ev->res == TV_RES_VMA_MEM)
		child_was_found |= tv_task_find(arg, 43, TV_SITE()) != NULL;
}

/* Linux copy_process(): a task can be found once all the rest is done, not while VMAs are copied. */
static void a_child_is_not_found_half_made(void **state)
{
	struct tv_world *world = model_world(2);

	world->sink = look_for_child;
	world->sink_arg = world;
	child_was_found = false;
	assert_int_equal(tv_task_fork(tv_world_find_task(world, -1)), 0);
	world->sink = NULL;
	assert_false(child_was_found);
	model_world_end(world);
}

/* --- without memory ------------------------------------------------------------- */

/* More than any address space has, so that it fails wherever it is asked for. */
#define TOO_LONG	(SIZE_MAX / 4)

/* The sanitizers end a program that asks for so much, unless told otherwise. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "allocator_may_return_null=1";
}

/* Without memory for its name, or for its file, there is no VMA. */
static void no_vma_without_its_name(void **state)
{
	struct tv_vma_desc desc = {
		.start = 0x1000, .end = 0x2000, .name = "[a]", .name_len = TOO_LONG,
	};
	struct tv_world *world = model_world(-1);
	struct vm_area_struct *vma;
	struct mm_struct *mm;

	assert_int_equal(tv_mm_create(world, &mm), 0);
	assert_int_equal(tv_vma_create(mm, &desc, &vma), -ENOMEM);
	desc.name = "/a";
	assert_int_equal(tv_vma_create(mm, &desc, &vma), -ENOMEM);
	assert_null(world->files);
	desc.name_len = 2;
	world->faults.fail_object = world->objects + 2;
	assert_int_equal(tv_vma_create(mm, &desc, &vma), -ENOMEM);
	assert_null(world->files);
	/* the third time there is enough, and the VMA has what it was given */
	assert_int_equal(tv_vma_create(mm, &desc, &vma), 0);
	assert_string_equal(vma->vm_file->tv_key.path, "/a");
	tv_vma_destroy(vma);
	mmput(mm);
	model_world_end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_of_mmap_lock),
		cmocka_unit_test(waiting_is_told_in_softirq),
		cmocka_unit_test(locks_have_an_order),
		cmocka_unit_test(readers_have_the_same_order),
		cmocka_unit_test(what_is_put_off_stands_in_line),
		cmocka_unit_test(a_copy_counts_its_vmas),
		cmocka_unit_test(no_node_is_left_over),
		cmocka_unit_test(files_are_told_apart),
		cmocka_unit_test(quiet_after_a_writer),
		cmocka_unit_test(names_of_tasks_are_cut),
		cmocka_unit_test(no_address_space_is_no_error),
		cmocka_unit_test(a_child_is_not_found_half_made),
		cmocka_unit_test(no_vma_without_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
