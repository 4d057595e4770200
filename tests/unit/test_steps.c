// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the explorer can come between: the steps of each primitive, in order,
 * with the way in which each touches its object. A step that is not there
 * hides interleavings, and no other test would miss them.
 */
#include <string.h>
#include "model/file.h"
#include "model/hazard.h"
#include "model/mmap.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/rcu.h"
#include "model/rwsem.h"
#include "model/spinlock.h"
#include "model/vma_lock.h"
#include "model/vma_ref.h"
#include "tests/unit/steps.h"

static struct stage {
	struct tv_world *world;
	struct task_struct *task;
	struct mm_struct *mm;
	struct vm_area_struct *vma;
	struct tv_spinlock *lock;
} on;

/* --- pieces of work: what one takes it gives back ------------------------------- */

static void read_lock(void *arg)
{
	mmap_read_lock(on.mm);
	mmap_read_unlock(on.mm);
}

static void read_trylock(void *arg)
{
	if (mmap_read_trylock(on.mm))
		mmap_read_unlock(on.mm);
}

static void write_lock(void *arg)
{
	mmap_write_lock(on.mm);
	mmap_write_unlock(on.mm);
}

/* Free, but somebody waits: who comes now may be first, or not. */
static void steal(void *arg)
{
	static struct tv_waiter waiter;

	waiter = (struct tv_waiter){ .lock = &on.mm->mmap_lock, .writer = true };
	tv_rwsem_queue(&waiter);
	write_lock(arg);
	tv_rwsem_unqueue(&waiter);
}

static void downgrade(void *arg)
{
	mmap_write_lock(on.mm);
	tv_mmap_write_downgrade(on.mm, TV_SITE());
	mmap_read_unlock(on.mm);
}

static void unlock_deferred(void *arg)
{
	struct mmap_unlock_irq_work *work;

	if (!tv_mmap_unlock_get_irq_work(&work, TV_SITE()) && mmap_read_trylock(on.mm))
		tv_mmap_unlock_mm(work, on.mm, TV_SITE());
}

static void users(void *arg)
{
	mmget(on.mm);
	mmput(on.mm);
	if (tv_mmget_not_zero(on.mm, TV_SITE()))
		mmput_async(on.mm);
}

static void count(void *arg)
{
	mmgrab(on.mm);
	mmdrop(on.mm);
}

static void last_user_leaves(void *arg)
{
	mmput_async(on.mm);
}

static void task_count(void *arg)
{
	get_task_struct(on.task);
	put_task_struct(on.task);
}

static void by_pid(void *arg)
{
	put_task_struct(tv_task_from_pid(on.world, 42, TV_SITE()));
}

static void mm_of_task(void *arg)
{
	mmput(tv_get_task_mm(on.task, TV_SITE()));
}

static void file_count(void *arg)
{
	fput(get_file(on.vma->vm_file));
}

static void vma_count(void *arg)
{
	if (tv_vma_tryget(on.vma, TV_SITE()))
		tv_vma_put(on.vma, TV_SITE());
}

static void vma_read(void *arg)
{
	tv_vma_end_read(tv_lock_vma_under_rcu(on.mm, on.vma->vm_start, TV_SITE()), TV_SITE());
}

static void vma_write(void *arg)
{
	mmap_write_lock(on.mm);
	tv_vma_start_write(on.vma, TV_SITE());
	tv_vma_start_write(on.vma, TV_SITE());
	mmap_write_unlock(on.mm);
}

static void spin(void *arg)
{
	if (tv_spin_trylock(on.task, on.lock, TV_CLASS_ALLOC_LOCK, TV_SITE()))
		tv_spin_unlock(on.task, on.lock, TV_CLASS_ALLOC_LOCK, TV_SITE());
	if (tv_spin_lock(on.task, on.lock, TV_CLASS_ALLOC_LOCK, TV_SITE()))
		tv_spin_unlock(on.task, on.lock, TV_CLASS_ALLOC_LOCK, TV_SITE());
}

static void rcu(void *arg)
{
	tv_rcu_enter(TV_SITE());
	tv_rcu_leave(TV_SITE());
}

static void rcu_trace(void *arg)
{
	tv_rcu_trace_enter();
	tv_rcu_trace_leave(TV_SITE());
}

static void rcu_trace_with_a_cache(void *arg)
{
	on.world->faults.bpf_cache.given = true;
	rcu_trace(arg);
}

static void unmap(void *arg)
{
	tv_munmap(on.mm, 0x1000, 0x2000);
}

static void protect(void *arg)
{
	tv_mprotect(on.mm, 0x1000, 0x2000, VM_WRITE);
}

static void map(unsigned long start, unsigned long end, const char *file, unsigned long offset)
{
	struct tv_vma_desc desc = {
		.start = start, .end = end, .vm_flags = VM_READ, .offset = offset,
		.ino = 7, .name = file, .name_len = strlen(file),
	};

	tv_mmap(on.mm, &desc);
}

static void map_over(void *arg)
{
	map(0x1000, 0x2000, "/bin/new", 0);
}

static void map_and_merge(void *arg)
{
	map(0x2000, 0x3000, "/bin/sh", 0x1000);
}

static void cut_out(void *arg)
{
	map(0x3000, 0x5000, "/bin/new", 0);
	tv_munmap(on.mm, 0x4000, 0x5000);
}

static void grow_and_shrink(void *arg)
{
	tv_resize_end(on.mm, 0x2000, 0x3000);
	tv_resize_start(on.mm, 0x1000, 0x2000);
}

static void exec(void *arg)
{
	tv_task_exec(on.task);
}

static void fork_one(void *arg)
{
	tv_task_fork(on.task);
}

static void exit_one(void *arg)
{
	tv_task_exit(on.task);
}

static const struct {
	void (*work)(void *arg);
	enum tv_context context;
	const char *steps;
} cases[] = {
#define OF(work, ...)	{ work, TV_CONTEXT_PROCESS, __VA_ARGS__ }
	OF(read_lock, "mmap_read_lock/W, mmap_read_unlock/u"),
	OF(read_trylock, "mmap_read_trylock/T, mmap_read_unlock/u"),
	OF(write_lock,
	   "mmap_write_lock/W, vma_end_write_all/W, mmap_write_unlock/U"),
	OF(steal,
	   "mmap_write_lock/W, the first who waits insists on its turn?/R, mmap_write_lock/W, "
	   "vma_end_write_all/W, mmap_write_unlock/U"),
	OF(downgrade,
	   "mmap_write_lock/W, vma_end_write_all/W, mmap_write_downgrade/U, "
	   "mmap_read_unlock/u"),
	{ unlock_deferred, TV_CONTEXT_IRQS_OFF,
	   "irq_work_is_busy/R, mmap_read_trylock/T, write the slot's mm/W, "
	   "irq_work_queue/W" },
	OF(users,
	   "mmget/A, mmput/W, mmget_not_zero/W, mmput_async/W"),
	OF(count, "mmgrab/A, mmdrop/W"),
	OF(last_user_leaves, "mmput_async/W, queue_work/W"),
	OF(task_count, "get_task_struct/A, put_task_struct/W"),
	OF(by_pid,
	   "rcu_read_lock/A, find_task_by_pid/R, get_task_struct/A, rcu_read_unlock/A, "
	   "put_task_struct/W"),
	OF(mm_of_task,
	   "spin_lock/L, read task->mm/R, mmget/A, spin_unlock/U, mmput/W"),
	OF(file_count, "get_file/A, fput/W"),
	OF(vma_count, "vma_tryget/W, vma_put/W"),
	OF(vma_read,
	   "rcu_read_lock/A, mas_walk/R, read vm_lock_seq/R, read mm_lock_seq/R, "
	   "vma_start_read/T, read mm_lock_seq/R, rcu_read_unlock/A, vma_end_read/u"),
	OF(vma_write,
	   "mmap_write_lock/W, vma_start_write/W, vma_end_write_all/W, mmap_write_unlock/U"),
	OF(spin,
	   "spin_trylock/W, spin_unlock/U, spin_lock/L, spin_unlock/U"),
	OF(rcu, "rcu_read_lock/A, rcu_read_unlock/A"),
	OF(rcu_trace, ""),
	OF(rcu_trace_with_a_cache, "rcu_read_unlock_trace/A"),
	OF(unmap,
	   "mmap_write_lock/W, vma_start_write/W, unmap: clear the range/W, "
	   "vma_mark_detached/W, vma_end_write_all/W, mmap_write_downgrade/U, fput/W, "
	   "free VMA/W, kmem_cache_free/W, mmap_read_unlock/u"),
	OF(protect,
	   "mmap_write_lock/W, vma_start_write/W, write vm_flags/W, vma_end_write_all/W, "
	   "mmap_write_unlock/U"),
	OF(map_over,
	   "mmap_write_lock/W, vma_start_write/W, kmem_cache_alloc/W, get_file/A, "
	   "map: store the VMA/W, vma_mark_detached/W, fput/W, free VMA/W, "
	   "kmem_cache_free/W, vma_end_write_all/W, mmap_write_unlock/U"),
	OF(map_and_merge,
	   "mmap_write_lock/W, kmem_cache_alloc/W, get_file/A, map: store the VMA/W, "
	   "vma_start_write/W, write vm_end/W, merge: store the lower VMA/W, "
	   "vma_mark_detached/W, fput/W, free VMA/W, kmem_cache_free/W, "
	   "vma_end_write_all/W, mmap_write_unlock/U"),
	OF(cut_out,
	   "mmap_write_lock/W, vma_start_write/W, kmem_cache_alloc/W, get_file/A, "
	   "map: store the VMA/W, vma_mark_detached/W, fput/W, free VMA/W, "
	   "kmem_cache_free/W, vma_end_write_all/W, mmap_write_unlock/U, "
	   "mmap_write_lock/W, kmem_cache_alloc/W, reuse a freed VMA/W, get_file/A, "
	   "vma_start_write/W, write vm_start/W, write vm_pgoff/W, "
	   "split: store the new VMA/W, unmap: clear the range/W, vma_mark_detached/W, "
	   "vma_end_write_all/W, mmap_write_downgrade/U, fput/W, free VMA/W, "
	   "kmem_cache_free/W, mmap_read_unlock/u"),
	OF(grow_and_shrink,
	   "mmap_write_lock/W, vma_start_write/W, write vm_end/W, grow: store the VMA/W, "
	   "vma_end_write_all/W, mmap_write_unlock/U, mmap_write_lock/W, "
	   "vma_start_write/W, shrink: clear the range/W, write vm_pgoff/W, "
	   "write vm_start/W, shrink: done/W, vma_end_write_all/W, mmap_write_unlock/U"),
	OF(exec,
	   "mmgrab/A, mmget/A, mmap_read_lock/W, spin_lock/L, task->mm = new/W, "
	   "spin_unlock/U, mmap_read_unlock/u, mmput/W, mmap_write_lock/W, "
	   "empty the address space/W, fput/W, free VMA/W, kmem_cache_free/W, fput/W, free file/W, "
	   "free VMA/W, kmem_cache_free/W, destroy the tree/W, vma_end_write_all/W, "
	   "mmap_write_unlock/U, mmdrop/W, free mm/W"),
	OF(fork_one,
	   "spin_lock/L, read task->mm/R, mmget/A, spin_unlock/U, get_task_struct/A, "
	   "mmgrab/A, mmget/A, mmap_write_lock/W, vma_start_write/W, kmem_cache_alloc/W, "
	   "get_file/A, vma_start_write/W, kmem_cache_alloc/W, get_file/A, "
	   "vma_end_write_all/W, mmap_write_unlock/U, mmap_read_lock/W, spin_lock/L, "
	   "task->mm = NULL/W, spin_unlock/U, mmap_read_unlock/u, mmput/W, "
	   "mmap_write_lock/W, empty the address space/W, fput/W, free VMA/W, "
	   "kmem_cache_free/W, fput/W, free VMA/W, kmem_cache_free/W, destroy the tree/W, "
	   "vma_end_write_all/W, mmap_write_unlock/U, mmdrop/W, free mm/W, release_task/W, "
	   "call_rcu/W, mmput/W"),
	OF(exit_one,
	   "mmap_read_lock/W, spin_lock/L, task->mm = NULL/W, spin_unlock/U, "
	   "mmap_read_unlock/u, mmput/W, mmap_write_lock/W, empty the address space/W, "
	   "fput/W, free VMA/W, kmem_cache_free/W, fput/W, free file/W, free VMA/W, "
	   "kmem_cache_free/W, destroy the tree/W, vma_end_write_all/W, "
	   "mmap_write_unlock/U, mmdrop/W, free mm/W, release_task/W, call_rcu/W"),
#undef OF
};

/* A world whose objects are in slots: only those are told apart by steps. */
static struct tv_slots *set_the_stage(void)
{
	struct tv_slots *slots = tv_slots_create(64);

	assert_non_null(slots);
	assert_int_equal(tv_world_create(&on.world), 0);
	on.world->slots = slots;
	model_populate(on.world, 2);
	on.task = tv_world_find_task(on.world, 42);
	on.mm = on.task->mm;
	on.vma = mt_find(&on.mm->mm_mt, &(unsigned long){ 0x1000 }, 0x1fff);
	on.lock = &on.task->alloc_lock;
	return slots;
}

static void steps_of_each(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tv_slots *slots = set_the_stage();
		struct tv_actor actor = {
			.world = on.world, .cpu = &on.world->cpus[1], .name = "actor",
		};
		char steps[2048];

		tv_context_enter(&actor, cases[i].context);
		steps_of(&actor, cases[i].work, NULL, steps, sizeof(steps));
		assert_string_equal(steps, cases[i].steps);
		tv_current = &actor;
		tv_context_leave(&actor);
		assert_int_equal(on.world->hazards, 0);
		on.world->sink = NULL;
		tv_current = &on.world->kernel;
		tv_world_destroy(on.world);
		tv_slots_destroy(slots);
	}
}

/* A lock that lay in what was freed is not got, whoever asks for it and however. */
static void locks_that_were_freed_are_not_got(void **state)
{
	struct tv_slots *slots = set_the_stage();
	struct tv_spinlock lock = { 0 };
	struct rw_semaphore sem = { 0 };
	struct task_struct *task;
	const char *why = NULL;

	assert_int_equal(tv_task_create(on.world, 43, "short", &task), 0);
	put_task_struct(task);
	assert_false(tv_spin_trylock(task, &lock, TV_CLASS_ALLOC_LOCK, TV_SITE()));
	assert_int_equal(on.world->hazards, 1);
	assert_int_equal(on.world->hazard.kind, TV_HAZARD_USE_AFTER_FREE);
	assert_false(tv_spin_lock(task, &lock, TV_CLASS_ALLOC_LOCK, TV_SITE()));
	assert_false(tv_rwsem_read_trylock(task, &sem, "try", &why, TV_SITE()));
	assert_string_equal(why, "it was freed");
	assert_false(tv_rwsem_read_lock(task, &sem, "read", TV_SITE()));
	assert_false(tv_rwsem_write_lock(task, &sem, "write", TV_SITE()));
	assert_false(tv_rwsem_read_unlock(task, &sem, "read", TV_SITE()));
	assert_false(tv_rwsem_write_unlock(task, &sem, "write", TV_SITE()));
	assert_int_equal(on.world->hazards, 7);
	assert_null(lock.owner);
	assert_false(sem.writer);
	assert_int_equal(sem.readers, 0);
	tv_world_destroy(on.world);
	tv_slots_destroy(slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_of_each),
		cmocka_unit_test(locks_that_were_freed_are_not_got),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
