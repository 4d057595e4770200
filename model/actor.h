/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Those who do things: each on a CPU, in a context. */
#ifndef TV_MODEL_ACTOR_H
#define TV_MODEL_ACTOR_H

#include <stdbool.h>
#include <stdint.h>
#include "model/irq_work.h"
#include "model/lockdep.h"

struct mm_struct;
struct tv_history;
struct tv_point;
struct tv_world;

/* Scenarios name the first four; kworkers and RCU have theirs behind them. */
#define TV_NR_CPUS	6
#define TV_CPU_WORK	4
#define TV_CPU_RCU	5

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
	struct irq_work irq_work;
	bool tv_asked;		/* asked for, and neither given back nor made use of since */
	bool tv_stuck;		/* fault plan: busy with somebody else's work, never runs */
	struct mm_struct *mm;
};

/* What steps tell apart of a CPU; added to tv_number, which itself means all of it. */
enum tv_cpu_part {
	TV_CPU_IRQ_WORK = 1,	/* what is raised */
	TV_CPU_UNLOCK_SLOT,	/* mmap_unlock_work */
	TV_CPU_BPF_CACHE,	/* its caches of BPF memory */
};

struct tv_cpu {
	uint32_t tv_number;
	struct irq_work *raised;	/* newest first */
	bool cache_matters;		/* explorer: calls of the BPF allocator here are steps */
	struct mmap_unlock_irq_work mmap_unlock_work;
};

/* Somebody who does things on a CPU; events are charged to it. */
struct tv_actor {
	struct tv_world *world;
	struct tv_cpu *cpu;
	const char *name;
	enum tv_context context;

	unsigned int rcu_depth;		/* read-side sections it is in */
	unsigned long rcu_since;	/* time of struct tv_rcu at which the outermost began */
	bool rcu_trace;			/* it runs a sleepable program: an RCU tasks trace reader */
	unsigned long rcu_trace_since;
	unsigned int irqs_saved;	/* Linux local_irq_save(), nested */
	unsigned int spinlocks;		/* held: it must not sleep */
	struct tv_held_locks locks;

	const char *refusal;		/* why it was refused something, last; NULL: it was not */
	const struct tv_history *looked_in;	/* the mm whose tree it looked into, and ... */
	unsigned int looked_at;		/* ... at which change; see tv_history_looked() */

	unsigned long steps;		/* taken, but for those that only measure */
	unsigned int in_walk;		/* in new, next or destroy */
	bool explored;			/* runs on a fibre, stops at every step */
	const struct tv_point *point;	/* the step it offers; NULL while it runs */
	unsigned int choice;		/* which way the explorer took */
};

/* The calling thread's actor; the world's own one after tv_world_create(). */
extern __thread struct tv_actor *tv_current;

/* Index of the actor's CPU. */
unsigned int tv_actor_cpu(const struct tv_actor *actor);

/* "process", "softirq", "irqs-off", "nmi". */
const char *tv_context_name(enum tv_context context);
/* Returns 0, or -EINVAL for a name that is none of them. */
int tv_context_parse(const char *name, enum tv_context *context);

/*
 * A CPU starts to run @actor in @context; leaving brings interrupts back on
 * and so lets run what waited for that.
 */
void tv_context_enter(struct tv_actor *actor, enum tv_context context);
void tv_context_leave(struct tv_actor *actor);

/* Linux: irqs_disabled(), true in NMI as well. */
bool irqs_disabled(void);

/* Linux: might_sleep(); tells the hazard where the current actor must not. */
struct tv_site;
void tv_might_sleep(const char *what, const struct tv_site *site);

#endif
