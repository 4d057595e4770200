// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Memory for walks, set aside for each CPU: kmalloc() must not be called from
 * all the places where programs run, NMI for one.
 */
#include <linux/atomic.h>
#include <linux/percpu.h>
#include "task_vma_env.h"

/* Walks of one CPU at a time: those of a program that was interrupted, and nested ones, add up. */
#define NR_SLOTS	8

struct walk_slot {
	atomic_t taken;
	char memory[WALK_BYTES] __aligned(8);
};

static DEFINE_PER_CPU(struct walk_slot[NR_SLOTS], walk_slots);

void *walk_slot_get(void)
{
	struct walk_slot *slots = *raw_cpu_ptr(&walk_slots);
	int i;

	/* it does no harm if the program, or another one, moves on to another CPU now */
	for (i = 0; i < NR_SLOTS; i++) {
		if (!atomic_cmpxchg_acquire(&slots[i].taken, 0, 1))
			return slots[i].memory;
	}
	return NULL;
}

void walk_slot_put(void *memory)
{
	struct walk_slot *slot = container_of(memory, struct walk_slot, memory[0]);

	atomic_set_release(&slot->taken, 0);
}
