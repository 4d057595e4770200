// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Sections that a program enters and has to leave: RCU, preemption off, a lock held. */
#include "program.h"

struct locked {
	struct bpf_spin_lock lock;
	int number;
};

MAP(ARRAY, locks, __u32, struct locked, 2);

/* --- RCU and preemption ------------------------------------------------------------------ */

#define SECTION(name, expectation, ...)			\
	SEC("raw_tp") expectation int name(void *ctx)	\
	{						\
		__VA_ARGS__				\
		return 0;				\
	}

SECTION(rcu, ACCEPTED, bpf_rcu_read_lock(); bpf_rcu_read_unlock();)
SECTION(rcu_not_left_before, KERNEL("6.12") REJECTED("bpf_rcu_read_unlock is missing"), bpf_rcu_read_lock();)
SECTION(rcu_not_left, KERNEL("6.18")
	REJECTED("BPF_EXIT instruction in main prog cannot be used inside bpf_rcu_read_lock-ed region"),
	bpf_rcu_read_lock();)
SECTION(rcu_not_entered, REJECTED("unmatched rcu read unlock (kernel function bpf_rcu_read_unlock)"),
	bpf_rcu_read_unlock();)
SECTION(rcu_left_twice, REJECTED("unmatched rcu read unlock (kernel function bpf_rcu_read_unlock)"),
	bpf_rcu_read_lock(); bpf_rcu_read_unlock(); bpf_rcu_read_unlock();)
SECTION(rcu_in_rcu, REJECTED("nested rcu read lock (kernel function bpf_rcu_read_lock)"),
	bpf_rcu_read_lock(); bpf_rcu_read_lock(); bpf_rcu_read_unlock(); bpf_rcu_read_unlock();)

SECTION(preemption_off, ACCEPTED, bpf_preempt_disable(); bpf_preempt_enable();)
SECTION(preemption_off_twice, ACCEPTED,
	bpf_preempt_disable(); bpf_preempt_disable(); bpf_preempt_enable(); bpf_preempt_enable();)
SECTION(preemption_not_on_again_before, KERNEL("6.12") REJECTED("1 bpf_preempt_enable is missing"),
	bpf_preempt_disable();)
SECTION(preemption_off_twice_on_never, KERNEL("6.12") REJECTED("2 bpf_preempt_enable(s) are missing"),
	bpf_preempt_disable(); bpf_preempt_disable();)
SECTION(preemption_not_on_again, KERNEL("6.18")
	REJECTED("BPF_EXIT instruction in main prog cannot be used inside bpf_preempt_disable-ed region"),
	bpf_preempt_disable();)
SECTION(preemption_on_without_off,
	REJECTED("unmatched attempt to enable preemption (kernel function bpf_preempt_enable)"),
	bpf_preempt_enable();)

#define SLEEPABLE(name, expectation, ...)		\
	SEC("syscall") expectation int name(void *ctx)	\
	{						\
		char buf[8] __attribute__((unused));		\
		__VA_ARGS__				\
		return 0;				\
	}

SLEEPABLE(may_sleep, ACCEPTED, bpf_copy_from_user(buf, sizeof(buf), (void *)8);)
SLEEPABLE(sleeps_in_rcu, REJECTED("sleepable helper bpf_copy_from_user#148 in rcu_read_lock region"),
	  bpf_rcu_read_lock(); bpf_copy_from_user(buf, sizeof(buf), (void *)8); bpf_rcu_read_unlock();)
SLEEPABLE(sleeps_with_preemption_off,
	  REJECTED("sleepable helper bpf_copy_from_user#148 in non-preemptible region"),
	  bpf_preempt_disable(); bpf_copy_from_user(buf, sizeof(buf), (void *)8); bpf_preempt_enable();)
/* two ways to one place, inside a section or not */
SECTION(rcu_or_not, REJECTED("unmatched rcu read unlock (kernel function bpf_rcu_read_unlock)"),
	if (bpf_get_prandom_u32())
		bpf_rcu_read_lock();
	bpf_get_prandom_u32();
	bpf_rcu_read_unlock();)
SECTION(preemption_off_or_not,
	REJECTED("unmatched attempt to enable preemption (kernel function bpf_preempt_enable)"),
	if (bpf_get_prandom_u32())
		bpf_preempt_disable();
	bpf_get_prandom_u32();
	bpf_preempt_enable();)

/* --- a function within a section --------------------------------------------------------- */

NOINLINE int global_sleeps(void)
{
	char buf[8];

	return bpf_copy_from_user(buf, sizeof(buf), (void *)8);
}

NOINLINE int global(int i)
{
	return i + 1;
}

static NOINLINE int leaves_rcu(void)
{
	bpf_rcu_read_unlock();
	return 0;
}

SLEEPABLE(calls_function_in_rcu, ACCEPTED, bpf_rcu_read_lock(); global(1); bpf_rcu_read_unlock();)
SLEEPABLE(calls_function_that_sleeps, ACCEPTED, global_sleeps();)
SECTION(leaves_rcu_in_function, ACCEPTED, bpf_rcu_read_lock(); leaves_rcu();)

/* --- a lock held ------------------------------------------------------------------------- */

/* whose id the log keeps, since locks are told apart by it */
SEC("syscall") ACCEPTED LOGGED("map_value(id=1,map=locks,ks=4,vs=8)") int keeps_id(void *ctx)
{
	__u32 key = 0;
	struct locked *one = bpf_map_lookup_elem(&locks, &key);

	return one ? one->number : 0;
}

SEC("tc") UNSUPPORTED("helper bpf_spin_lock") int holds(struct __sk_buff *ctx)
{
	__u32 key = 0;
	struct locked *one = bpf_map_lookup_elem(&locks, &key);

	if (!one)
		return 0;
	bpf_spin_lock(&one->lock);
	one->number++;
	bpf_spin_unlock(&one->lock);
	return 0;
}
