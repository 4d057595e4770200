// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the maple tree stands on: reports of broken invariants, a lock that is contended, threads
 * that RCU knows, entries, and the allocators. The linker leads malloc() here (maple_compat.mk).
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "maple/alloc.h"
#include "maple/maple_tree.h"

#define V(n)	xa_mk_value(n)

static bool no_memory;		/* of the kinds below there is none */
static bool no_big_memory;

void *__real_malloc(size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);

void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

void *__wrap_aligned_alloc(size_t align, size_t size)
{
	return no_memory || no_big_memory ? NULL : __real_aligned_alloc(align, size);
}

/* --- reports ------------------------------------------------------------------------ */

/* What @run writes to stderr in a process of its own, and how that ends. */
static int report(void (*run)(void), char *text, size_t size)
{
	int ends[2], status;
	size_t got = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		signal(SIGABRT, SIG_DFL);
		dup2(ends[1], 2);
		run();
		_exit(0);
	}
	close(ends[1]);
	while ((n = read(ends[0], text + got, size - 1 - got)) > 0)
		got += n;
	text[got] = 0;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void warn_twice(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		WARN_ON(i == 1);
		WARN_ON_ONCE(i < 2);
	}
}

static void break_down(void)
{
	BUG_ON(1 + 1 == 2);
}

static void broken_invariants_are_told(void **state)
{
	char text[512], *once;
	int status;

	status = report(warn_twice, text, sizeof(text));
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	assert_non_null(strstr(text, ": i == 1\n"));
	once = strstr(text, ": i < 2\n");
	assert_non_null(once);
	assert_null(strstr(once + 1, ": i < 2\n"));
	assert_int_equal(strncmp(text, "WARNING at ", 11), 0);
}

static void a_broken_invariant_ends_the_process(void **state)
{
	char text[512];
	int status = report(break_down, text, sizeof(text));

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_int_equal(strncmp(text, "BUG at ", 7), 0);
	assert_non_null(strstr(text, ": 1 + 1 == 2\n"));
}

/* --- the lock ------------------------------------------------------------------------- */

static spinlock_t lock;
static unsigned long shared, waiting;

static void *add_many(void *arg)
{
	unsigned int i;

	__atomic_add_fetch(&waiting, 1, __ATOMIC_SEQ_CST);
	for (i = 0; i < 1000; i++) {
		spin_lock(&lock);
		shared++;
		spin_unlock(&lock);
	}
	return NULL;
}

static void a_held_lock_is_waited_for(void **state)
{
	pthread_t threads[2];
	unsigned int i;

	spin_lock_init(&lock);
	spin_lock(&lock);
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, NULL), 0);
	while (__atomic_load_n(&waiting, __ATOMIC_SEQ_CST) < 2)
		sched_yield();
	usleep(2000);
	assert_int_equal(shared, 0);
	spin_unlock(&lock);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(shared, 2000);
}

/* --- RCU -------------------------------------------------------------------------------- */

/* A thread is known from its first section on, or from when it says so; twice is as good as once. */
static void *come_and_go(void *arg)
{
	assert_false(tv_rcu_is_registered());
	rcu_unregister_thread();
	rcu_read_lock();
	assert_true(tv_rcu_is_registered());
	rcu_read_unlock();
	rcu_register_thread();
	rcu_unregister_thread();
	assert_false(tv_rcu_is_registered());
	rcu_register_thread();
	assert_true(tv_rcu_is_registered());
	return arg;			/* the end of the thread takes it back */
}

static void threads_come_and_go(void **state)
{
	pthread_t thread;
	void *got;

	assert_int_equal(pthread_create(&thread, NULL, come_and_go, &shared), 0);
	assert_int_equal(pthread_join(thread, &got), 0);
	assert_ptr_equal(got, &shared);
	/* a grace period does not wait for the thread that is gone */
	synchronize_rcu();
}

/* --- entries ------------------------------------------------------------------------------ */

static void entries_say_what_they_are(void **state)
{
	int object;

	assert_true(xa_is_value(V(3)));
	assert_int_equal(xa_to_value(V(3)), 3);
	assert_false(xa_is_value(&object));
	assert_false(xa_is_internal(&object));
	assert_true(xa_is_zero(XA_ZERO_ENTRY));
	assert_int_equal(xa_to_internal(XA_ZERO_ENTRY), 257);
	assert_false(xa_is_advanced(XA_ZERO_ENTRY));
	assert_true(xa_is_advanced(xa_mk_internal(256)));
	assert_false(xa_is_advanced(&object));
	assert_false(xa_is_node(XA_ZERO_ENTRY));
	assert_false(xa_is_node(&object));
	assert_true(xa_is_node(xa_mk_internal(2000)));
	assert_int_equal(xa_err(MA_ERROR(-ENOMEM)), -ENOMEM);
	assert_int_equal(xa_err(MA_ERROR(-4095)), -4095);
	assert_int_equal(xa_err(XA_ZERO_ENTRY), 0);
	assert_int_equal(xa_err(V(1)), 0);
	assert_true(gfpflags_allow_blocking(GFP_KERNEL));
	assert_false(gfpflags_allow_blocking(GFP_NOWAIT));
}

/* --- allocators ----------------------------------------------------------------------------- */

static void *create_nothing(size_t size, size_t align)
{
	return NULL;
}

static void one_allocator_at_a_time(void **state)
{
	static const struct tv_maple_ops none = { .name = "none", .create = create_nothing };
	DEFINE_MTREE(mt);
	unsigned long i;

	assert_int_equal(tv_maple_set_allocator(&none), -ENOMEM);
	assert_ptr_equal(tv_maple_allocator(), &tv_maple_slab_ops);
	assert_int_equal(tv_maple_set_allocator(&tv_maple_malloc_ops), 0);
	assert_string_equal(tv_maple_allocator()->name, "malloc");
	for (i = 0; i < 1000; i++)
		assert_int_equal(mtree_store(&mt, i, V(i), GFP_KERNEL), 0);
	assert_int_equal(tv_maple_set_allocator(&tv_maple_slab_ops), -EBUSY);
	mtree_destroy(&mt);
	assert_int_equal(tv_maple_set_allocator(&tv_maple_slab_ops), 0);
}

/* Within a bulk allocation, too, and what was got is given back. */
static void a_slab_without_memory(void **state)
{
	bool *const kinds[] = { &no_memory, &no_big_memory };
	unsigned int kind;

	for (kind = 0; kind < 2; kind++) {
		DEFINE_MTREE(mt);
		MA_STATE(mas, &mt, 0, 0);
		unsigned long i;
		int err = 0;

		/* some nodes there are, but not as many as are asked for */
		assert_int_equal(mtree_store(&mt, 5, V(5), GFP_KERNEL), 0);
		mtree_destroy(&mt);
		*kinds[kind] = true;
		assert_int_equal(mas_expected_entries(&mas, 100000), -ENOMEM);
		for (i = 0; !err; i++)
			err = mtree_store(&mt, i, V(i), GFP_KERNEL);
		*kinds[kind] = false;
		assert_int_equal(err, -ENOMEM);
		while (--i)
			assert_ptr_equal(mtree_load(&mt, i - 1), V(i - 1));
		mtree_destroy(&mt);
		assert_int_equal(tv_maple_nodes_live(), 0);
	}
}

/* An allocator that has memory only for those who may wait. */
static void *of_patience;

static void *create_patient(size_t size, size_t align)
{
	of_patience = tv_maple_malloc_ops.create(size, align);
	return of_patience;
}

static void *alloc_patiently(void *slab, gfp_t gfp)
{
	return gfpflags_allow_blocking(gfp) ? tv_maple_malloc_ops.alloc(slab, gfp) : NULL;
}

static size_t alloc_bulk_patiently(void *slab, gfp_t gfp, size_t count, void **nodes)
{
	return gfpflags_allow_blocking(gfp) ? tv_maple_malloc_ops.alloc_bulk(slab, gfp, count, nodes) : 0;
}

/* The first try does not wait; the second, without the lock, does if the caller may. */
static void memory_comes_to_those_who_wait(void **state)
{
	struct tv_maple_ops patient = tv_maple_malloc_ops;
	unsigned long i, at = 0, next = 0;
	struct maple_tree mt;

	patient.create = create_patient;
	patient.alloc = alloc_patiently;
	patient.alloc_bulk = alloc_bulk_patiently;
	assert_int_equal(tv_maple_set_allocator(&patient), 0);
	mt_init_flags(&mt, MT_FLAGS_ALLOC_RANGE | MT_FLAGS_USE_RCU);
	for (i = 1; i < 300; i++) {
		assert_int_equal(mtree_store_range(&mt, 10 * i, 10 * i + 5, V(i), GFP_KERNEL), 0);
		assert_int_equal(mt.ma_lock.held, 0);
	}
	assert_int_equal(mtree_insert_range(&mt, 3006, 3007, V(1), GFP_KERNEL), 0);
	assert_int_equal(mtree_alloc_range(&mt, &at, V(2), 2, 100, 3000, GFP_KERNEL), 0);
	assert_int_equal(at, 106);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, V(3), 100, 3000, &next, GFP_KERNEL), 0);
	assert_int_equal(at, 108);
	for (i = 20; i < 250; i += 2)
		assert_ptr_equal(mtree_erase(&mt, 10 * i + 3), V(i));
	for (i = 20; i < 250; i++)
		assert_ptr_equal(mtree_load(&mt, 10 * i), i % 2 ? V(i) : NULL);
	/* who may not gets none, and the tree is as it was */
	assert_int_equal(mtree_store_range(&mt, 0, ULONG_MAX, V(4), GFP_NOWAIT), -ENOMEM);
	assert_int_equal(mtree_insert(&mt, 5000, V(4), GFP_NOWAIT), -ENOMEM);
	assert_int_equal(mtree_alloc_range(&mt, &at, V(4), 1, 5000, 6000, GFP_NOWAIT), -ENOMEM);
	assert_int_equal(mtree_alloc_cyclic(&mt, &at, V(4), 5000, 6000, &next, GFP_NOWAIT), -ENOMEM);
	assert_int_equal(at, 108);
	assert_ptr_equal(mtree_load(&mt, 3007), V(1));
	assert_null(mtree_load(&mt, 5000));
	mtree_destroy(&mt);
	rcu_barrier();
	assert_int_equal(tv_maple_set_allocator(&tv_maple_slab_ops), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_invariants_are_told),
		cmocka_unit_test(a_broken_invariant_ends_the_process),
		cmocka_unit_test(a_held_lock_is_waited_for),
		cmocka_unit_test(threads_come_and_go),
		cmocka_unit_test(entries_say_what_they_are),
		cmocka_unit_test(one_allocator_at_a_time),
		cmocka_unit_test(a_slab_without_memory),
		cmocka_unit_test(memory_comes_to_those_who_wait),
	};

	maple_tree_init();
	return cmocka_run_group_tests_name("maple_compat", tests, NULL, NULL) != 0;
}
