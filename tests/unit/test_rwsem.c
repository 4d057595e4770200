// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * mmap_lock, rule by rule, as Linux v6.12 kernel/locking/rwsem.c has it. Who
 * waits is put into the queue by hand: there is one thread, and it must not.
 */
#include <string.h>
#include "model/mmap_lock.h"
#include "model/rwsem.h"
#include "tests/unit/model_world.h"

static struct tv_waiter waiters[4];

/* Somebody comes to wait for the lock: "r" or "w" for each. */
static void queue(struct rw_semaphore *lock, const char *who)
{
	int i;

	for (i = 0; who[i]; i++) {
		waiters[i] = (struct tv_waiter){ .lock = lock, .writer = who[i] == 'w' };
		tv_rwsem_queue(&waiters[i]);
	}
}

static bool try_read(struct rw_semaphore *lock)
{
	const char *why;

	return tv_rwsem_read_trylock(NULL, lock, "test", &why, TV_SITE());
}

static bool may_go(int i)
{
	return tv_rwsem_may_go(&waiters[i]);
}

static void read_trylock(void **state)
{
	static const struct {
		struct rw_semaphore lock;
		const char *waiting;
		const char *why;	/* NULL: it gets in */
	} cases[] = {
		{ { .readers = 0 }, "", NULL },
		{ { .readers = 3 }, "", NULL },
		{ { .writer = true }, "", "held by a writer" },
		{ { .writer = true }, "r", "held by a writer" },
		{ { .readers = 1 }, "w", "a writer waits" },
		{ { .readers = 1 }, "wr", "a writer waits" },
		/* free, but somebody was woken who has not run yet: RWSEM_FLAG_WAITERS is set */
		{ { .readers = 0 }, "w", "a writer waits" },
		{ { .readers = 0 }, "r", "others wait" },
	};
	struct tv_world *world = model_world(-1);
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rw_semaphore lock = cases[i].lock;
		unsigned int readers = lock.readers;
		const char *why;

		queue(&lock, cases[i].waiting);
		assert_int_equal(tv_rwsem_read_trylock(NULL, &lock, "test", &why, TV_SITE()),
				 !cases[i].why);
		assert_int_equal(lock.readers, readers + !cases[i].why);
		if (cases[i].why)
			assert_non_null(strstr(why, cases[i].why));
	}
	model_world_end(world);
}

/* The lock is given back: all readers of the queue have it when one of them is first. */
static void readers_are_woken_together(void **state)
{
	struct rw_semaphore lock = { .writer = true };
	struct tv_world *world = model_world(-1);

	queue(&lock, "rwrw");
	assert_false(may_go(0));
	tv_rwsem_write_unlock(NULL, &lock, "test", TV_SITE());
	assert_int_equal(lock.readers, 2);
	assert_true(may_go(0));
	assert_false(may_go(1));
	assert_true(may_go(2));
	assert_false(may_go(3));
	assert_ptr_equal(lock.waiters, &waiters[1]);
	/* they have it before they run: the next reader finds the writer waiting */
	assert_false(try_read(&lock));
	tv_rwsem_unqueue(&waiters[0]);
	tv_rwsem_unqueue(&waiters[2]);
	tv_rwsem_read_unlock(NULL, &lock, "test", TV_SITE());
	assert_false(may_go(1));
	tv_rwsem_read_unlock(NULL, &lock, "test", TV_SITE());
	assert_true(may_go(1));
	assert_false(may_go(3));
	model_world_end(world);
}

static void first_writer_is_woken_alone(void **state)
{
	struct rw_semaphore lock = { .writer = true };
	struct tv_world *world = model_world(-1);

	queue(&lock, "wrw");
	tv_rwsem_write_unlock(NULL, &lock, "test", TV_SITE());
	assert_int_equal(lock.readers, 0);
	assert_false(lock.writer);
	assert_true(may_go(0));
	assert_false(may_go(1));
	assert_false(may_go(2));
	model_world_end(world);
}

static void last_reader_wakes_the_writer(void **state)
{
	struct rw_semaphore lock = { .readers = 2 };
	struct tv_world *world = model_world(-1);

	queue(&lock, "w");
	tv_rwsem_read_unlock(NULL, &lock, "test", TV_SITE());
	assert_false(may_go(0));
	tv_rwsem_read_unlock(NULL, &lock, "test", TV_SITE());
	assert_true(may_go(0));
	model_world_end(world);
}

/* Nobody has the lock, but who was woken has not run: newcomers get in past the queue. */
static void free_lock_can_be_stolen(void **state)
{
	struct rw_semaphore lock = { .readers = 0 };
	struct tv_world *world = model_world(-1);

	queue(&lock, "w");
	assert_false(try_read(&lock));
	assert_true(tv_rwsem_read_lock(NULL, &lock, "test", TV_SITE()));
	assert_int_equal(lock.readers, 1);
	assert_false(may_go(0));
	tv_rwsem_read_unlock(NULL, &lock, "test", TV_SITE());
	assert_true(tv_rwsem_write_lock(NULL, &lock, "test", TV_SITE()));
	assert_true(lock.writer);
	assert_false(may_go(0));
	tv_rwsem_write_unlock(NULL, &lock, "test", TV_SITE());
	assert_true(may_go(0));
	assert_int_equal(world->hazards, 0);
	model_world_end(world);
}

/* While readers have it and a writer waits, another reader waits as well: here, for ever. */
static void waiting_writer_keeps_readers_out(void **state)
{
	struct rw_semaphore lock = { .readers = 1 };
	struct tv_world *world = model_world(-1);

	queue(&lock, "w");
	tv_rwsem_read_lock(NULL, &lock, "test", TV_SITE());
	assert_int_equal(world->hazards, 1);
	assert_int_equal(world->hazard.kind, TV_HAZARD_DEADLOCK);
	model_world_end(world);
}

static void downgrade(void **state)
{
	static const struct {
		const char *waiting;
		unsigned int readers;	/* afterwards */
	} cases[] = { { "", 1 }, { "w", 1 }, { "wr", 1 }, { "rr", 3 }, { "rwr", 3 } };
	struct tv_world *world = model_world(-1);
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rw_semaphore lock = { .readers = 0 };

		assert_true(tv_rwsem_write_lock(NULL, &lock, "test", TV_SITE()));
		assert_ptr_equal(lock.owner, tv_current);
		queue(&lock, cases[i].waiting);
		tv_rwsem_downgrade(NULL, &lock, "test", TV_SITE());
		assert_false(lock.writer);
		assert_null(lock.owner);
		assert_int_equal(lock.readers, cases[i].readers);
		/* and whether others get in is as with any reader */
		assert_int_equal(try_read(&lock), !strchr(cases[i].waiting, 'w'));
	}
	model_world_end(world);
}

/* Linux down_write_killable(): whoever is killed leaves the queue, and others may be first. */
static void killed_in_the_queue(void **state)
{
	struct rw_semaphore lock = { .readers = 1 };
	struct tv_world *world = model_world(-1);

	queue(&lock, "wrr");
	tv_rwsem_unqueue(&waiters[0]);
	assert_int_equal(lock.readers, 3);
	assert_true(may_go(1));
	assert_true(may_go(2));
	assert_null(lock.waiters);

	lock = (struct rw_semaphore){ .writer = true };
	queue(&lock, "wr");
	tv_rwsem_unqueue(&waiters[0]);
	assert_false(may_go(1));
	assert_ptr_equal(lock.waiters, &waiters[1]);
	model_world_end(world);
}

static void owner_alone_gives_it_back(void **state)
{
	struct rw_semaphore lock = { .readers = 0 };
	struct tv_world *world = model_world(-1);
	struct tv_actor other = { .world = world, .cpu = &world->cpus[1], .name = "other" };

	assert_true(tv_rwsem_write_lock(NULL, &lock, "test", TV_SITE()));
	tv_current = &other;
	tv_rwsem_write_unlock(NULL, &lock, "test", TV_SITE());
	assert_int_equal(world->hazards, 1);
	assert_int_equal(world->hazard.kind, TV_HAZARD_UNBALANCED);
	model_world_end(world);
}

/* mmap_write_downgrade(): the ledger has a reader then, and no VMA is locked any more. */
static void mmap_lock_is_downgraded(void **state)
{
	struct tv_world *world = model_world(1);
	struct mm_struct *mm = tv_world_find_task(world, 42)->mm;
	unsigned int seq = mm->mm_lock_seq;

	mmap_write_lock(mm);
	assert_false(mmap_read_trylock(mm));
	assert_true(tv_ledger_holds(&world->ledger, tv_current, TV_RES_MMAP_WRITE, mm));
	mmap_write_downgrade(mm);
	assert_false(tv_ledger_holds(&world->ledger, tv_current, TV_RES_MMAP_WRITE, mm));
	assert_true(tv_ledger_holds(&world->ledger, tv_current, TV_RES_MMAP_READ, mm));
	assert_int_not_equal(mm->mm_lock_seq, seq);
	assert_true(mmap_read_trylock(mm));
	mmap_read_unlock(mm);
	mmap_read_unlock(mm);
	assert_int_equal(mm->mmap_lock.readers, 0);
	model_world_end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_trylock),
		cmocka_unit_test(readers_are_woken_together),
		cmocka_unit_test(first_writer_is_woken_alone),
		cmocka_unit_test(last_reader_wakes_the_writer),
		cmocka_unit_test(free_lock_can_be_stolen),
		cmocka_unit_test(waiting_writer_keeps_readers_out),
		cmocka_unit_test(downgrade),
		cmocka_unit_test(killed_in_the_queue),
		cmocka_unit_test(owner_alone_gives_it_back),
		cmocka_unit_test(mmap_lock_is_downgraded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
