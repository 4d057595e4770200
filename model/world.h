/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The world: CPUs with their contexts, tasks, the fault plan, and the
 * ledger of everything held.
 *
 * Kernel functions take no world; they act for the current actor of the
 * calling thread (tv_current), as the kernel's act on the current CPU.
 */
#ifndef TV_MODEL_WORLD_H
#define TV_MODEL_WORLD_H

#include "model/actor.h"
#include "model/bpf_mem_cache.h"
#include "model/hazard.h"
#include "model/ledger.h"
#include "model/limits.h"
#include "model/mm_types.h"
#include "model/rcu.h"
#include "model/work.h"

/* The caches of BPF memory as they are at first. */
struct tv_cache_plan {
	bool given;
	bool has_free;			/* else as the kernel fills them before programs run */
	unsigned int free;		/* objects in each cache of each CPU */
	bool refill_fails;		/* the slab has none to give */
};

/* Linux size classes of the BPF allocator. */
#define TV_BPF_CLASSES	11

struct bpf_mem_caches {
	struct bpf_mem_cache cache[TV_BPF_CLASSES];
};

/* What is made to go wrong. */
struct tv_fault_plan {
	unsigned long fail_alloc;	/* the n-th bpf_mem_alloc fails, from 1; 0: none */
	unsigned int any_alloc;		/* the explorer tries: so many of them fail, anywhere */
	bool irq_work_busy;		/* the irq_work slot of every CPU is taken */
	struct tv_cache_plan bpf_cache;
	unsigned long fail_object;	/* the n-th kernel object is not to be had, from 1 (failslab) */
};

struct tv_world {
	struct tv_ledger ledger;
	unsigned long events;		/* told so far */
	struct tv_event last_refusal;	/* .seq 0: none yet */
	tv_event_fn sink;		/* NULL, or hears every event */
	void *sink_arg;

	struct tv_hazard hazard;	/* the first; valid when hazards is not 0 */
	unsigned long hazards;		/* told so far */
	void (*told)(void *arg, const struct tv_hazard *hazard);	/* NULL, or hears each */
	void *told_arg;

	/* under the explorer */
	unsigned int move;		/* the one under way, from 1; 0 at first */
	bool (*happened_before)(unsigned int a, unsigned int b);	/* of two moves */

	struct tv_slots *slots;		/* NULL: objects come from the heap (model/object.h) */
	bool owns_slots;		/* they go with the world */
	uint32_t next_number;		/* of objects, for steps */
	struct tv_rcu rcu;
	struct tv_measure *measure;	/* NULL: nobody measures (model/measure.h) */
	struct tv_lockdep *lockdep;	/* NULL: nobody asks for lock order */
	struct tv_work works;		/* what kworkers have to do */

	bool keeps_vm_next;		/* address spaces have their list of old (model/vm_next.h) */
	struct tv_fault_plan faults;
	unsigned long bpf_allocs;	/* bpf_mem_alloc calls so far, */
	unsigned int failed_allocs;	/* and those of them that the explorer made fail */
	unsigned long objects;		/* tv_object_alloc calls so far */
	enum tv_context context;	/* in which the fixture says programs run */
	struct tv_space_limits limits;

	struct tv_actor kernel;		/* sets up and tears down */
	struct tv_cpu cpus[TV_NR_CPUS];
	struct bpf_mem_caches bpf_caches[TV_NR_CPUS];	/* of bpf_global_ma */
	struct task_struct *tasks;
	struct mm_struct *mms;
	bool torn_down;
	bool out_of_memory;		/* this machine had none for an object (tv_world_ran_out()) */
	struct tv_name *names;		/* interned texts (uthash) */
	struct file *files;		/* open files by device, inode and path (uthash) */
	struct file *last_file;		/* most recently opened: VMAs of one file come in a row */
};

/*
 * What was put off is done: irq_work, RCU callbacks, work of kworkers. For a
 * world without the explorer, where nobody else would do it.
 */
void tv_world_settle(struct tv_world *world);

/* Returns 0 or -ENOMEM. Sets tv_current to the new world's kernel actor. */
int tv_world_create(struct tv_world **world);

/*
 * The same, with slots of its own for TV_WATCHED_OBJECTS objects, fewer where there is no address
 * space for so many: each use of a freed object is seen.
 */
#define TV_WATCHED_OBJECTS	(1u << 23)
int tv_world_create_watched(struct tv_world **world);

/*
 * Exits every task, as the kernel actor, and gives back all that fixtures
 * made. What is still in the ledger afterwards was leaked by somebody else:
 * read it before tv_world_destroy().
 */
void tv_world_teardown(struct tv_world *world);

/*
 * tv_world_teardown() if still due, then frees everything, leaked or not. A
 * world with slots is not taken down: its objects go with their slots.
 */
void tv_world_destroy(struct tv_world *world);

/*
 * Has this machine been out of memory, for an object or a record of the ledger? Then what the world shows,
 * -ENOMEM of the emulated kernel included, is no answer.
 */
bool tv_world_ran_out(const struct tv_world *world);

/* First task made with @pid, or NULL; with @pid < 0 the first of all. */
struct task_struct *tv_world_find_task(const struct tv_world *world, int pid);

/* "task 42 (bash)", "mm of task 42"; "" for memory without a name. Returns @buf. */
const char *tv_object_text(enum tv_resource res, const void *object, char *buf, size_t size);

#endif
