// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The parts of compat.h that need a home: reports, the lock's slow path, RCU registration. */
#include <pthread.h>

#include "maple/compat.h"

void tv_bug(const char *file, int line, const char *what)
{
	fflush(stdout);
	fprintf(stderr, "BUG at %s:%d: %s\n", file, line, what);
	abort();
}

void tv_warn(const char *file, int line, const char *what)
{
	fprintf(stderr, "WARNING at %s:%d: %s\n", file, line, what);
}

/* Look without writing, so that the holder keeps its cache line; let it run if it was preempted. */
void tv_spin_lock_contended(spinlock_t *lock)
{
	unsigned int looks = 0;

	do {
		while (READ_ONCE(lock->held)) {
			if (++looks % 128 == 0)
				sched_yield();
			else
				caa_cpu_relax();
		}
	} while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE));
}

#ifdef TV_TSAN
unsigned long tv_rcu_order;
__thread bool tv_rcu_registered;

static void set_registered(bool yes)
{
	tv_rcu_registered = yes;
}
#else
static void set_registered(bool yes)
{
}
#endif

/*
 * A thread that this file registered has a value under exit_key, whose destructor takes the
 * registration back. liburcu's own flag says whether the thread is registered at all.
 */
static pthread_key_t exit_key;
static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;

static void unregister_at_exit(void *registered)
{
	if (registered && tv_rcu_is_registered()) {
		set_registered(false);
		urcu_memb_unregister_thread();
	}
}

static void make_exit_key(void)
{
	if (pthread_key_create(&exit_key, unregister_at_exit))
		tv_bug(__FILE__, __LINE__, "no thread key for RCU registration");
}

void tv_rcu_register_thread(void)
{
	if (tv_rcu_is_registered())
		return;
	pthread_once(&exit_key_once, make_exit_key);
	urcu_memb_register_thread();
	set_registered(true);
	pthread_setspecific(exit_key, &exit_key);
}

void tv_rcu_unregister_thread(void)
{
	if (!tv_rcu_is_registered())
		return;
	pthread_once(&exit_key_once, make_exit_key);
	pthread_setspecific(exit_key, NULL);
	set_registered(false);
	urcu_memb_unregister_thread();
}
