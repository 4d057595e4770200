/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The memory of kernel objects, and whether they may still be touched.
 *
 * A world either takes objects from the heap (address spaces of any size,
 * nobody watches) or, under the explorer, from slots of one size in one
 * region, so that any address leads to its object. There a freed object is
 * poisoned, its slot is not used again before the next execution, and every
 * use of it is seen. VMAs are the exception, as in the kernel
 * (SLAB_TYPESAFE_BY_RCU): a freed one keeps its content and is the first to
 * be handed out again, to whoever asks.
 */
#ifndef TV_MODEL_OBJECT_H
#define TV_MODEL_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/dpor.h"
#include "model/event.h"

struct tv_world;

enum tv_type {
	TV_TYPE_TASK,
	TV_TYPE_MM,
	TV_TYPE_VMA,
	TV_TYPE_FILE,
	TV_TYPE_BPF_MEM,
	TV_TYPE_KMALLOC,	/* of an open file */
	TV_TYPE_PROGRAM,	/* a program's own: its stack, its maps, a user's buffer */
	TV_TYPE_NR,
};

#define TV_SLOT_SIZE	512	/* bytes, head and object */
#define TV_POISON	0x6b	/* Linux POISON_FREE */

struct tv_slots;

/*
 * A region of @nr slots for objects of up to TV_SLOT_SIZE - 64 bytes. Of memory it takes what is
 * used, and NR * TV_SLOT_SIZE bytes of address space. NULL: out of memory.
 */
struct tv_slots *tv_slots_create(unsigned int nr);
void tv_slots_destroy(struct tv_slots *slots);
/* The @nr it was made with. */
unsigned int tv_slots_room(const struct tv_slots *slots);
/* All slots are unused again. */
void tv_slots_reset(struct tv_slots *slots);

/* The parts of an object that steps tell apart. */
enum tv_part {
	TV_PART_ALL,		/* the object as a whole: it is freed */
	TV_PART_COUNT,		/* first reference count: usage, mm_count, f_count */
	TV_PART_USERS,		/* second one: mm_users */
	TV_PART_LOCK,		/* mmap_lock, alloc_lock */
	TV_PART_FIELDS,		/* what is read and written */
	TV_PART_TREE,		/* the maple tree of an mm */
	TV_PART_VMA_LOCK,	/* vm_refcnt and vm_lock_seq; mm_lock_seq of an mm */
};

_Static_assert(TV_PART_VMA_LOCK < TV_PARTS, "the parts fit a group of model/dpor.h");

/* Zeroed memory for an object of @type; NULL when there is none. */
void *tv_object_alloc(struct tv_world *world, enum tv_type type, size_t size,
		      const struct tv_site *site);

/* Frees at once. A BPF_MEM, TASK, MM or FILE is poisoned; a VMA may be handed out again. */
void tv_object_free(struct tv_world *world, void *object, const struct tv_site *site);

/*
 * BPF memory between two uses: its content stays, and with @under_rcu readers
 * that may have found it before can go on to look. Then it is another object.
 */
void tv_object_rest(struct tv_world *world, void *object, bool under_rcu,
		    const struct tv_site *site);
void tv_object_reuse(struct tv_world *world, void *object, const struct tv_site *site);

/*
 * A step that touches @part of @object: @object must be alive by then, or a
 * freed VMA that RCU still keeps readable for this actor. Else the hazard is
 * told and false returned. In a world without slots: true, at once.
 */
bool tv_touch(const void *object, enum tv_part part, enum tv_access access, const char *what,
	      const struct tv_site *site);

/* The same, but it waits until @can(@arg): see tv_step_when(). */
bool tv_touch_when(bool (*can)(const void *arg), const void *arg, const void *object,
		   enum tv_part part, enum tv_access access, const char *what,
		   const struct tv_site *site);

/*
 * Linux bpf_probe_read_kernel(), as a step: copies @size bytes from @from,
 * whatever lies there, freed or not, and never faults. False, with *@to
 * zeroed: nothing can be read there.
 */
bool tv_probe_read(void *to, const void *from, size_t size, const char *what,
		   const struct tv_site *site);

/* The same for whoever judges what programs read: no step. */
bool tv_probe_peek(void *to, const void *from, size_t size);

/* The object around @address, which may point into it; NULL when there is none. */
const void *tv_object_around(const void *address);

/* Where in the slots an address is: which one, counted from 0, and how many bytes into its object. */
struct tv_place {
	unsigned int slot, offset;
};

/* False: @address is in no slot that was ever used. The world has slots. */
bool tv_object_place(const void *address, struct tv_place *place);

bool tv_object_is(const void *object, enum tv_type type);

/* An object that was freed and poisoned: whoever waits for it need not wait any longer. */
bool tv_object_is_dead(const void *object);

/* Its group of numbers for steps, freed or not. 0 without slots. */
uint32_t tv_object_number(const void *object);

/* How often the memory was handed out: another number, another object. 0 without slots. */
unsigned int tv_object_generation(const void *object);

#endif
