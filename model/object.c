// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Memory of kernel objects: the heap, or slots that remember what became of them. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "model/hazard.h"
#include "model/history.h"
#include "model/object_slot.h"
#include "model/step.h"
#include "model/world.h"

static const char *const type_text[TV_TYPE_NR] = {
	[TV_TYPE_TASK] = "task", [TV_TYPE_MM] = "mm", [TV_TYPE_VMA] = "VMA",
	[TV_TYPE_FILE] = "file", [TV_TYPE_BPF_MEM] = "BPF memory",
	[TV_TYPE_KMALLOC] = "kmalloc memory", [TV_TYPE_PROGRAM] = "memory of a program",
};

static struct slot *slot_of(const void *object)
{
	return (struct slot *)((char *)object - offsetof(struct slot, object));
}

struct tv_slots *tv_slots_create(unsigned int nr)
{
	struct tv_slots *slots = calloc(1, sizeof(*slots));

	if (!slots)
		return NULL;
	slots->nr = nr;
	/* not reserved: a region for any address space costs what is used of it */
	slots->region = mmap(NULL, (size_t)nr * TV_SLOT_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (slots->region == MAP_FAILED) {
		free(slots);
		return NULL;
	}
	return slots;
}

void tv_slots_destroy(struct tv_slots *slots)
{
	if (!slots)
		return;
	munmap(slots->region, (size_t)slots->nr * TV_SLOT_SIZE);
	free(slots);
}

unsigned int tv_slots_room(const struct tv_slots *slots)
{
	return slots->nr;
}

void tv_slots_reset(struct tv_slots *slots)
{
	slots->used = 0;
	slots->recycled = NULL;
}

static struct slot *slot_take_new(struct tv_world *world, enum tv_type type)
{
	struct tv_slots *slots = world->slots;
	struct slot *slot;

	if (slots->used == slots->nr)
		return NULL;
	slot = slot_nr(slots, slots->used++);
	*slot = (struct slot){ .type = type, .number = world->next_number += TV_PARTS };
	return slot;
}

/*
 * The memory of a VMA is that of the one freed last: who frees and who asks
 * meet there. Others may still read it, so it becomes a new VMA in a step of
 * its own, under the number it had.
 */
static struct slot *slot_take_vma(struct tv_world *world, const struct tv_site *site)
{
	struct slot *slot;

	tv_step(TV_NUMBER_VMA_CACHE, TV_ACCESS_WRITE, "kmem_cache_alloc", NULL, site);
	slot = world->slots->recycled;
	if (!slot)
		return slot_take_new(world, TV_TYPE_VMA);
	world->slots->recycled = slot->next_recycled;
	tv_step(slot->number + TV_PART_ALL, TV_ACCESS_WRITE, "reuse a freed VMA", slot->object, site);
	return slot;
}

void *tv_object_alloc(struct tv_world *world, enum tv_type type, size_t size,
		      const struct tv_site *site)
{
	struct slot *slot;
	void *object;

	if (++world->objects == world->faults.fail_object)
		return NULL;
	if (!world->slots) {
		object = calloc(1, size);
		world->out_of_memory |= !object;
		return object;
	}
	if (size > TV_SLOT_SIZE - sizeof(*slot))
		return NULL;
	slot = type == TV_TYPE_VMA ? slot_take_vma(world, site) : slot_take_new(world, type);
	if (!slot)
		return NULL;
	slot->state = SLOT_ALIVE;
	slot->generation++;
	slot->size = size;
	slot->made = site;
	return memset(slot->object, 0, size);
}

void tv_object_free(struct tv_world *world, void *object, const struct tv_site *site)
{
	struct slot *slot = slot_of(object);

	if (!world->slots) {
		free(object);
		return;
	}
	slot->freed = site;
	slot->freed_at = ++world->rcu.now;
	if (slot->type == TV_TYPE_VMA) {
		slot->state = SLOT_RECYCLED;
		tv_step(TV_NUMBER_VMA_CACHE, TV_ACCESS_WRITE, "kmem_cache_free", object, site);
		slot->next_recycled = world->slots->recycled;
		world->slots->recycled = slot;
		return;
	}
	slot->state = SLOT_DEAD;
	memset(slot->object, TV_POISON, slot->size);
}

void tv_object_rest(struct tv_world *world, void *object, bool under_rcu,
		    const struct tv_site *site)
{
	struct slot *slot = slot_of(object);

	if (!world->slots)
		return;
	slot->state = SLOT_RESTING;
	slot->under_rcu = under_rcu;
	slot->freed = site;
	slot->freed_at = ++world->rcu.now;
}

void tv_object_reuse(struct tv_world *world, void *object, const struct tv_site *site)
{
	struct slot *slot = slot_of(object);

	if (!world->slots)
		return;
	slot->state = SLOT_ALIVE;
	slot->generation++;
	slot->made = site;
}

/* Are the @size bytes at @from all of one slot's object, alive or not? */
static bool in_slot(const struct slot *slot, const char *from, size_t size)
{
	return slot && from >= slot->object && from + size <= slot->object + slot->size;
}

bool tv_probe_peek(void *to, const void *from, size_t size)
{
	const struct tv_slots *slots = tv_current->world->slots;

	if (slots && !in_slot(slot_at(slots, from), from, size)) {
		memset(to, 0, size);
		return false;
	}
	memcpy(to, from, size);
	return true;
}

bool tv_probe_read(void *to, const void *from, size_t size, const char *what,
		   const struct tv_site *site)
{
	const struct tv_slots *slots = tv_current->world->slots;
	const struct slot *slot = slots ? slot_at(slots, from) : NULL;

	if (slot)
		tv_step(slot->number + TV_PART_FIELDS, TV_ACCESS_READ, what, slot->object, site);
	return tv_probe_peek(to, from, size);
}

const void *tv_object_around(const void *address)
{
	const struct tv_slots *slots = tv_current->world->slots;
	const struct slot *slot = slots ? slot_at(slots, address) : NULL;

	return slot && (const char *)address >= slot->object ? slot->object : NULL;
}

bool tv_object_place(const void *address, struct tv_place *place)
{
	const struct slot *slot = slot_at(tv_current->world->slots, address);

	if (!slot || (const char *)address < slot->object)
		return false;
	*place = (struct tv_place){
		.slot = ((const char *)slot - tv_current->world->slots->region) / TV_SLOT_SIZE,
		.offset = (const char *)address - slot->object,
	};
	return true;
}

bool tv_object_is(const void *object, enum tv_type type)
{
	return slot_of(object)->type == type;
}

bool tv_object_is_dead(const void *object)
{
	const struct tv_slots *slots = tv_current->world->slots;
	const struct slot *slot = slots ? slot_at(slots, object) : NULL;

	return slot && slot->object == object && slot->state == SLOT_DEAD;
}

uint32_t tv_object_number(const void *object)
{
	return tv_current->world->slots ? slot_of(object)->number : 0;
}

unsigned int tv_object_generation(const void *object)
{
	return tv_current->world->slots ? slot_of(object)->generation : 0;
}

/*
 * Linux: memory of a SLAB_TYPESAFE_BY_RCU cache outlives the object until
 * readers are gone, and so does what bpf_mem_free_rcu() was called for.
 */
static bool rcu_keeps(const struct slot *slot)
{
	const struct tv_actor *actor = tv_current;

	return (slot->state == SLOT_RECYCLED || (slot->state == SLOT_RESTING && slot->under_rcu)) &&
	       actor->rcu_depth && actor->rcu_since < slot->freed_at;
}

/* The slot of what is about to be touched; NULL, the hazard told, for no object at all. */
static const struct slot *slot_of_pointer(const void *object, const char *what,
					  const struct tv_site *site)
{
	const struct slot *slot = slot_at(tv_current->world->slots, object);

	if (slot && slot->object == object)
		return slot;
	tv_hazard(TV_HAZARD_USE_AFTER_FREE, site, NULL, "%s through a %s", what,
		  object ? "pointer read from freed memory" : "NULL pointer");
	return NULL;
}

static bool may_use(const struct slot *slot, const char *what, const struct tv_site *site)
{
	if (slot->state == SLOT_ALIVE || rcu_keeps(slot))
		return true;
	tv_hazard(TV_HAZARD_USE_AFTER_FREE, site, slot->freed, "%s of a freed %s", what,
		  type_text[slot->type]);
	return false;
}

/* Nobody explores, and there is nothing to tell: the way of interpreted programs. */
static inline bool touches_at_once(const struct tv_actor *actor, const void *object)
{
	const struct slot *slot;

	if (actor->explored)
		return false;
	slot = slot_at(actor->world->slots, object);
	return slot && slot->object == object && slot->state == SLOT_ALIVE;
}

bool tv_touch(const void *object, enum tv_part part, enum tv_access access, const char *what,
	      const struct tv_site *site)
{
	const struct tv_actor *actor = tv_current;
	const struct slot *slot;

	if (!actor->world->slots)
		return true;
	if (touches_at_once(actor, object)) {
		if (part == TV_PART_TREE && access == TV_ACCESS_READ)
			tv_history_looked(object);
		return true;
	}
	slot = slot_of_pointer(object, what, site);
	if (!slot)
		return false;
	tv_step(slot->number + part, access, what, object, site);
	if (!may_use(slot, what, site))
		return false;
	if (part == TV_PART_TREE && access == TV_ACCESS_READ)
		tv_history_looked(object);
	return true;
}

bool tv_touch_when(bool (*can)(const void *arg), const void *arg, const void *object,
		   enum tv_part part, enum tv_access access, const char *what,
		   const struct tv_site *site)
{
	const struct slot *slot;

	if (!tv_current->world->slots) {
		tv_step_when(can, arg, 0, access, what, object, site);
		return true;
	}
	slot = slot_of_pointer(object, what, site);
	if (!slot)
		return false;
	tv_step_when(can, arg, slot->number + part, access, what, object, site);
	return may_use(slot, what, site);
}
