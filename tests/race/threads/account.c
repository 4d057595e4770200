// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What all threads hold, and what went wrong. */
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/race/dice.h"
#include "tests/race/threads/account.h"

static const char *const held_name[HELD_NR] = {
	[HELD_TASK] = "tasks", [HELD_TASK_REF] = "references on tasks",
	[HELD_MM] = "mms", [HELD_MM_USERS] = "users of mms", [HELD_MM_COUNT] = "references on mms",
	[HELD_VMA] = "VMAs", [HELD_VMA_REF] = "references on VMAs",
	[HELD_VMA_READ] = "VMA locks for reading",
	[HELD_FILE] = "files", [HELD_FILE_REF] = "references on files",
	[HELD_MMAP_READ] = "mmap_locks for reading", [HELD_MMAP_WRITE] = "mmap_locks for writing",
	[HELD_IRQ_WORK] = "queued irq_works", [HELD_BPF_MEM] = "pieces of BPF memory",
	[HELD_RCU_READ] = "RCU read-side sections",
};

/* Of one thread; stays when the thread ends, since others may have given back what it took. */
struct account {
	long held[HELD_NR];
	unsigned long taken;
	struct account *next;
};

static struct account *accounts;
static unsigned long complained;

static struct account *account_open(void)
{
	struct account *new = calloc(1, sizeof(*new));

	if (!new)
		abort();
	new->next = __atomic_load_n(&accounts, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&accounts, &new->next, new, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
	return new;
}

void account(enum held what, long n)
{
	static __thread struct account *mine;

	if (!mine)
		mine = account_open();
	__atomic_store_n(&mine->held[what], mine->held[what] + n, __ATOMIC_RELAXED);
	if (n > 0)
		__atomic_store_n(&mine->taken, mine->taken + n, __ATOMIC_RELAXED);
}

bool account_balanced(unsigned long *taken)
{
	long sum[HELD_NR] = { 0 };
	struct account *one;
	bool balanced = true;
	int what;

	*taken = 0;
	for (one = __atomic_load_n(&accounts, __ATOMIC_ACQUIRE); one; one = one->next) {
		*taken += __atomic_exchange_n(&one->taken, 0, __ATOMIC_RELAXED);
		for (what = 0; what < HELD_NR; what++)
			sum[what] += __atomic_load_n(&one->held[what], __ATOMIC_RELAXED);
	}
	for (what = 0; what < HELD_NR; what++) {
		if (!sum[what])
			continue;
		printf("    %ld %s are left\n", sum[what], held_name[what]);
		balanced = false;
	}
	return balanced;
}

void let_others_in(void)
{
	static __thread uint64_t dice;

	if (roll(&dice) % 128 == 0)
		sched_yield();
}

void complain(const char *fmt, ...)
{
	va_list args;

	if (__atomic_fetch_add(&complained, 1, __ATOMIC_RELAXED) >= 5)
		return;
	va_start(args, fmt);
	fputs("    ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
}

unsigned long complaints(void)
{
	return __atomic_load_n(&complained, __ATOMIC_RELAXED);
}
