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

#include "model/ledger.h"
#include "model/mm_types.h"

#define TV_NR_CPUS	4

/* What a CPU is doing when the program runs on it. */
enum tv_context {
	TV_CONTEXT_PROCESS,	/* task context, interrupts on */
	TV_CONTEXT_SOFTIRQ,	/* bottom half, interrupts on */
	TV_CONTEXT_IRQS_OFF,	/* task or hard interrupt with interrupts off */
	TV_CONTEXT_NMI,		/* interrupts off, and no lock may be waited for */
	TV_CONTEXT_NR,
};

/* Per-CPU irq_work that gives mmap_lock back once interrupts are on again. */
struct mmap_unlock_irq_work {
	bool queued;
	bool tv_stuck;		/* fault plan: busy with somebody else's work, never runs */
	struct mm_struct *mm;
};

struct tv_cpu {
	enum tv_context context;
	struct mmap_unlock_irq_work mmap_unlock_work;
};

/* Somebody who does things on a CPU; events are charged to it. */
struct tv_actor {
	struct tv_world *world;
	struct tv_cpu *cpu;
	const char *name;
};

/* What is made to go wrong. */
struct tv_fault_plan {
	unsigned long fail_alloc;	/* the n-th bpf_mem_alloc fails, from 1; 0: none */
	bool irq_work_busy;		/* the irq_work slot of every CPU is taken */
};

#define TV_DEFAULT_PAGE_SIZE	4096UL
#define TV_DEFAULT_TASK_SIZE	0x7ffffffff000UL	/* x86-64, four levels */

struct tv_space_limits {
	unsigned long page_size;	/* bytes, a power of two */
	unsigned long task_size;	/* first address after user space */
};

struct tv_world {
	struct tv_ledger ledger;
	unsigned long events;		/* told so far */
	struct tv_event last_refusal;	/* .seq 0: none yet */
	tv_event_fn sink;		/* NULL, or hears every event */
	void *sink_arg;

	struct tv_fault_plan faults;
	unsigned long bpf_allocs;	/* bpf_mem_alloc calls so far */
	enum tv_context context;	/* in which the fixture says programs run */
	struct tv_space_limits limits;

	struct tv_actor kernel;		/* sets up and tears down */
	struct tv_cpu cpus[TV_NR_CPUS];
	struct task_struct *tasks;
	struct mm_struct *mms;
	bool torn_down;
	struct tv_name *names;		/* interned texts (uthash) */
	struct file *files;		/* open files by device, inode and path (uthash) */
	struct file *last_file;		/* most recently opened: VMAs of one file come in a row */
};

/* The calling thread's actor; the world's own one after tv_world_create(). */
extern __thread struct tv_actor *tv_current;

/* Returns 0 or -ENOMEM. Sets tv_current to the new world's kernel actor. */
int tv_world_create(struct tv_world **world);

/*
 * Exits every task, as the kernel actor, and gives back all that fixtures
 * made. What is still in the ledger afterwards was leaked by somebody else:
 * read it before tv_world_destroy().
 */
void tv_world_teardown(struct tv_world *world);

/* tv_world_teardown() if still due, then frees everything, leaked or not. */
void tv_world_destroy(struct tv_world *world);

/* First task made with @pid, or NULL; with @pid < 0 the first of all. */
struct task_struct *tv_world_find_task(const struct tv_world *world, int pid);

/* "task 42 (bash)", "mm of task 42"; "" for memory without a name. Returns @buf. */
const char *tv_object_text(enum tv_resource res, const void *object, char *buf, size_t size);

/* "process", "softirq", "irqs-off", "nmi". */
const char *tv_context_name(enum tv_context context);
/* Returns 0, or -EINVAL for a name that is none of them. */
int tv_context_parse(const char *name, enum tv_context *context);

/*
 * A CPU starts to run something in @context; leaving brings interrupts back
 * on and so runs the irq_work that waited for it.
 */
void tv_context_enter(struct tv_actor *actor, enum tv_context context);
void tv_context_leave(struct tv_actor *actor);

/* Linux: irqs_disabled(), true in NMI as well. */
bool irqs_disabled(void);

#endif
