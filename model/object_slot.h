/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Slots from inside, for model/object.c and for who looks into them a million times. */
#ifndef TV_MODEL_OBJECT_SLOT_H
#define TV_MODEL_OBJECT_SLOT_H

#include "model/object.h"

enum slot_state {
	SLOT_UNUSED,
	SLOT_ALIVE,
	SLOT_RECYCLED,	/* a freed VMA: content as it was, next to be handed out */
	SLOT_RESTING,	/* BPF memory that its allocator keeps, content as it was */
	SLOT_DEAD,	/* poisoned until the next execution */
};

struct slot {
	enum slot_state state;
	enum tv_type type;
	uint32_t number;
	unsigned int generation;
	bool under_rcu;			/* resting: not before a grace period another's */
	size_t size;
	unsigned long freed_at;		/* time of struct tv_rcu */
	const struct tv_site *made, *freed;
	struct slot *next_recycled;
	char object[] __attribute__((aligned(16)));
};

_Static_assert(sizeof(struct slot) <= 80, "the head leaves room for the object");

struct tv_slots {
	unsigned int nr, used;
	struct slot *recycled;		/* most recently freed VMA first */
	char *region;
};

static inline struct slot *slot_nr(const struct tv_slots *slots, unsigned int i)
{
	return (struct slot *)(slots->region + (size_t)i * TV_SLOT_SIZE);
}

/* The number of the slot around @address, which was used; -1: none. */
static inline long slot_number_at(const struct tv_slots *slots, const void *address)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)slots->region;

	return offset < (uintptr_t)slots->used * TV_SLOT_SIZE ? (long)(offset / TV_SLOT_SIZE) : -1;
}

static inline struct slot *slot_at(const struct tv_slots *slots, const void *address)
{
	long nr = slot_number_at(slots, address);

	return nr < 0 ? NULL : slot_nr(slots, nr);
}

#endif
