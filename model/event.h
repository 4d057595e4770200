/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one event stream of the model.
 *
 * Every change of a reference count, a lock or an allocation is one event:
 * somebody (the actor) acquires, releases or is refused a resource of an
 * object at a place in the source (the site). The ledger, traces and checks
 * read this stream and nothing else.
 */
#ifndef TV_MODEL_EVENT_H
#define TV_MODEL_EVENT_H

#include <stddef.h>

struct tv_world;

/*
 * What can be held. The second word says how the ledger keeps it:
 * TRACKED: one record per object and holder, with the site that took it;
 * COUNTED: a number per world, for objects that exist in millions.
 */
#define TV_RESOURCES(X) \
	X(TASK_REF,   TRACKED, "reference on task") \
	X(MM_USERS,   TRACKED, "mm_users reference on mm") \
	X(MM_COUNT,   TRACKED, "mm_count reference on mm") \
	X(FILE_REF,   COUNTED, "reference on file") \
	X(MMAP_READ,  TRACKED, "mmap_lock for reading, mm") \
	X(MMAP_WRITE, TRACKED, "mmap_lock for writing, mm") \
	X(VMA_READ,   TRACKED, "VMA lock for reading") \
	X(VMA_REF,    TRACKED, "reference on VMA") \
	X(VMA_WRITE,  COUNTED, "VMA lock for writing") \
	X(SPINLOCK,   TRACKED, "spinlock") \
	X(RCU_READ,   TRACKED, "RCU read-side section") \
	X(BPF_MEM,    TRACKED, "bpf_global_ma memory") \
	X(IRQ_WORK,   TRACKED, "queued irq_work") \
	X(KMALLOC,    TRACKED, "kmalloc memory") \
	X(TASK_MEM,   COUNTED, "memory of a task") \
	X(MM_MEM,     COUNTED, "memory of an mm") \
	X(VMA_MEM,    COUNTED, "memory of a VMA") \
	X(FILE_MEM,   COUNTED, "memory of a file")

enum tv_resource {
#define X(name, keep, text) TV_RES_##name,
	TV_RESOURCES(X)
#undef X
	TV_RES_NR,
};

enum tv_op {
	TV_ACQUIRE,	/* the actor holds one more */
	TV_RELEASE,	/* the actor, or the one it acts for, holds one less */
	TV_REFUSE,	/* asked for and not given: trylock, allocation, busy slot */
};

/* Where in the source; one static object a place, so pointers compare. */
struct tv_site {
	const char *file;
	const char *func;
	int line;
};

#define TV_SITE() \
	({ static const struct tv_site site_ = { __FILE__, __func__, __LINE__ }; &site_; })

struct tv_event {
	unsigned long seq;	/* 1 for the first event of a world */
	enum tv_op op;
	enum tv_resource res;
	const void *object;
	const char *why;	/* TV_REFUSE: the reason, a static or world-owned text; else NULL */
	const struct tv_site *site;
};

typedef void (*tv_event_fn)(void *arg, const struct tv_event *ev);

/*
 * Tell the world of one event; the only way to change what is held.
 * Never fails: what the ledger cannot record for lack of memory it counts as
 * lost, and a world with lost records never reports that nothing is held.
 */
void tv_event(struct tv_world *world, enum tv_op op, enum tv_resource res,
	      const void *object, const struct tv_site *site);

/* As tv_event(TV_REFUSE); @why must live as long as the world. */
void tv_refuse(struct tv_world *world, enum tv_resource res, const void *object,
	       const char *why, const struct tv_site *site);

const char *tv_resource_text(enum tv_resource res);

#endif
