// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* mmap_lock, and its release from irq_work while interrupts are off. */
#include <errno.h>
#include <string.h>
#include "model/mmap_lock.h"

static const char *const state_name[TV_MMAP_STATE_NR] = {
	[TV_MMAP_FREE] = "free",
	[TV_MMAP_READ] = "read",
	[TV_MMAP_WRITE] = "write",
	[TV_MMAP_WRITE_WAITING] = "write-waiting",
};

const char *tv_mmap_lock_state_name(enum tv_mmap_lock_state state)
{
	return state_name[state];
}

int tv_mmap_lock_state_parse(const char *name, enum tv_mmap_lock_state *state)
{
	int i;

	for (i = 0; i < TV_MMAP_STATE_NR; i++) {
		if (!strcmp(name, state_name[i])) {
			*state = i;
			return 0;
		}
	}
	return -EINVAL;
}

enum tv_mmap_lock_state tv_mmap_lock_get_state(const struct mm_struct *mm)
{
	return mm->tv_lock_state;
}

/* The world takes (or, with @op TV_RELEASE, gives back) what @state stands for. */
static void world_holds(struct mm_struct *mm, enum tv_mmap_lock_state state, enum tv_op op)
{
	struct rw_semaphore *lock = &mm->mmap_lock;
	bool taken = op == TV_ACQUIRE;

	switch (state) {
	case TV_MMAP_WRITE:
		lock->writer = taken;
		tv_event(mm->tv_world, op, TV_RES_MMAP_WRITE, mm, TV_SITE());
		break;
	case TV_MMAP_WRITE_WAITING:
		lock->waiting_writers += taken ? 1 : -1;
		/* fall through - it waits behind a reader */
	case TV_MMAP_READ:
		lock->readers += taken ? 1 : -1;
		tv_event(mm->tv_world, op, TV_RES_MMAP_READ, mm, TV_SITE());
		break;
	default:
		break;
	}
}

void tv_mmap_lock_set_state(struct mm_struct *mm, enum tv_mmap_lock_state state)
{
	world_holds(mm, mm->tv_lock_state, TV_RELEASE);
	mm->tv_lock_state = state;
	world_holds(mm, state, TV_ACQUIRE);
}

bool tv_mmap_read_trylock(struct mm_struct *mm, const struct tv_site *site)
{
	struct rw_semaphore *lock = &mm->mmap_lock;
	const char *why = NULL;

	/* Linux kernel/locking/rwsem.c, RWSEM_READ_FAILED_MASK: a waiter is enough */
	if (lock->writer)
		why = "mmap_lock is held by a writer";
	else if (lock->waiting_writers)
		why = "a writer waits for mmap_lock, which keeps new readers out";
	if (why) {
		tv_refuse(mm->tv_world, TV_RES_MMAP_READ, mm, why, site);
		return false;
	}
	lock->readers++;
	tv_event(mm->tv_world, TV_ACQUIRE, TV_RES_MMAP_READ, mm, site);
	return true;
}

void tv_mmap_read_unlock(struct mm_struct *mm, const struct tv_site *site)
{
	/* an unlock too many is the ledger's to report, not ours to wrap on */
	if (mm->mmap_lock.readers)
		mm->mmap_lock.readers--;
	tv_event(mm->tv_world, TV_RELEASE, TV_RES_MMAP_READ, mm, site);
}

bool tv_mmap_unlock_get_irq_work(struct mmap_unlock_irq_work **work, const struct tv_site *site)
{
	struct mmap_unlock_irq_work *slot = &tv_current->cpu->mmap_unlock_work;

	*work = NULL;
	if (!irqs_disabled())
		return false;
	*work = slot;
	if (!slot->queued && !slot->tv_stuck)
		return false;
	tv_refuse(tv_current->world, TV_RES_IRQ_WORK, slot,
		  "interrupts are off and this CPU's irq_work slot for unlocking is busy", site);
	return true;
}

void tv_mmap_unlock_mm(struct mmap_unlock_irq_work *work, struct mm_struct *mm,
		       const struct tv_site *site)
{
	if (!work) {
		tv_mmap_read_unlock(mm, site);
		return;
	}
	work->mm = mm;
	work->queued = true;
	tv_event(mm->tv_world, TV_ACQUIRE, TV_RES_IRQ_WORK, work, site);
}

void tv_irq_work_run(struct tv_cpu *cpu)
{
	struct mmap_unlock_irq_work *work = &cpu->mmap_unlock_work;

	if (!work->queued)
		return;
	work->queued = false;
	tv_event(work->mm->tv_world, TV_RELEASE, TV_RES_IRQ_WORK, work, TV_SITE());
	mmap_read_unlock(work->mm);
}
