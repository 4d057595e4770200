// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* See slab.h. A short spinlock guards the list: RCU callbacks free from a thread of their own. */
#include "tests/differential/slab.h"

#include "tests/differential/live_set.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (256ul << 10)
#define POISON 0x6b

struct slab {
	int lock;
	size_t size, align;
	void *free_list;		/* the first word of a free object links to the next */
	unsigned long live, total, nowait_budget;
	bool strict, hook_due;
	struct live_set alive;		/* kept when strict */
	void (*hook)(void *arg);
	void *hook_arg;
};

static void lock(struct slab *slab)
{
	for (int spins = 0; __atomic_exchange_n(&slab->lock, 1, __ATOMIC_ACQUIRE); spins++) {
		if (spins > 100)
			sched_yield();	/* the holder may have been preempted */
		else
			__builtin_ia32_pause();
	}
}

static void unlock(struct slab *slab)
{
	__atomic_store_n(&slab->lock, 0, __ATOMIC_RELEASE);
}

static void *checked(void *memory)
{
	if (!memory) {
		fputs("slab: out of memory\n", stderr);
		abort();
	}
	return memory;
}

struct slab *slab_create(size_t size, size_t align)
{
	struct slab *slab = checked(calloc(1, sizeof(*slab)));

	slab->align = align < sizeof(void *) ? sizeof(void *) : align;
	slab->size = (size + slab->align - 1) & ~(slab->align - 1);
	slab->nowait_budget = SLAB_UNLIMITED;
	return slab;
}

#ifdef __SANITIZE_ADDRESS__
static void *take(struct slab *slab)
{
	return checked(aligned_alloc(slab->align, slab->size));
}

static void give(struct slab *slab, void *object)
{
	free(object);
}
#else
static void give(struct slab *slab, void *object)
{
	*(void **)object = slab->free_list;
	slab->free_list = object;
}

static void refill(struct slab *slab)
{
	char *block = checked(aligned_alloc(slab->align, BLOCK_BYTES));

	for (size_t at = BLOCK_BYTES / slab->size; at-- > 0;)
		give(slab, block + at * slab->size);
}

static void *take(struct slab *slab)
{
	void *object;

	if (__builtin_expect(!slab->free_list, 0))
		refill(slab);
	object = slab->free_list;
	slab->free_list = *(void **)object;
	return object;
}
#endif

/* With the lock held: may an allocation of this kind pass? Spends the budget. */
static bool admit(struct slab *slab, bool may_wait)
{
	if (__builtin_expect(may_wait || slab->nowait_budget == SLAB_UNLIMITED, 1))
		return true;
	if (!slab->nowait_budget) {
		slab->hook_due = true;
		return false;
	}
	slab->nowait_budget--;
	return true;
}

static void run_due_hook(struct slab *slab)
{
	if (__builtin_expect(!slab->hook_due, 1))
		return;
	slab->hook_due = false;
	if (slab->hook)
		slab->hook(slab->hook_arg);
}

void *slab_alloc(struct slab *slab, bool may_wait)
{
	void *object = NULL;

	run_due_hook(slab);
	lock(slab);
	if (admit(slab, may_wait)) {
		object = take(slab);
		if (slab->strict)
			live_set_add(&slab->alive, object);
		slab->live++;
		slab->total++;
	}
	unlock(slab);
	return object;
}

size_t slab_alloc_bulk(struct slab *slab, bool may_wait, size_t count, void **objects)
{
	size_t got = 0;

	lock(slab);
	while (got < count && admit(slab, may_wait))
		objects[got++] = take(slab);
	if (got < count) {
		while (got)
			give(slab, objects[--got]);
	}
	for (size_t i = 0; slab->strict && i < got; i++)
		live_set_add(&slab->alive, objects[i]);
	slab->live += got;
	slab->total += got;
	unlock(slab);
	return got;
}

/* With the lock held. The object may be anything, in the kernel's tree it has been. */
static void strictly_gone(struct slab *slab, void *object)
{
	if (!live_set_remove(&slab->alive, object)) {
		fprintf(stderr, "slab: freed %p, which does not live\n", object);
		abort();
	}
	memset(object, POISON, slab->size);
}

void slab_free_bulk(struct slab *slab, size_t count, void **objects)
{
	lock(slab);
	for (size_t i = 0; i < count; i++) {
		if (slab->strict)
			strictly_gone(slab, objects[i]);
		give(slab, objects[i]);
	}
	slab->live -= count;
	unlock(slab);
}

void slab_free(struct slab *slab, void *object)
{
	slab_free_bulk(slab, 1, &object);
}

void slab_set_nowait_budget(struct slab *slab, unsigned long count)
{
	slab->nowait_budget = count;
}

void slab_set_hook(struct slab *slab, void (*hook)(void *arg))
{
	slab->hook = hook;
}

void slab_set_hook_arg(struct slab *slab, void *arg)
{
	slab->hook_arg = arg;
}

void slab_set_strict(struct slab *slab)
{
	slab->strict = true;
}

size_t slab_object_size(const struct slab *slab)
{
	return slab->size;
}

unsigned long slab_live(const struct slab *slab)
{
	return __atomic_load_n(&slab->live, __ATOMIC_RELAXED);
}

unsigned long slab_total(const struct slab *slab)
{
	return __atomic_load_n(&slab->total, __ATOMIC_RELAXED);
}

void slab_reset_total(struct slab *slab)
{
	slab->total = 0;
}
