/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The BPF allocator's free objects of one size on one CPU: Linux struct
 * bpf_mem_cache. Memory is taken from here and comes back here, never
 * waiting; irq_work gets more when there are few, and gives some to the slab
 * when there are many, after the grace periods that programs are owed.
 */
#ifndef TV_MODEL_BPF_MEM_CACHE_H
#define TV_MODEL_BPF_MEM_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include "model/event.h"
#include "model/irq_work.h"
#include "model/rcu.h"

struct bpf_mem_cache;
struct tv_cpu;
struct tv_world;

/* In front of what programs get, as the kernel's 8 bytes are. */
struct bpf_mem_obj {
	struct bpf_mem_obj *next;	/* free: in its list */
	struct bpf_mem_cache *cache;	/* in use: which handed it out */
	unsigned int fresh_below;	/* free: fresh ones between this one and the next */
	bool in_use;
} __attribute__((aligned(16)));

/*
 * A stack of free objects. Those that nobody has ever had are all alike, so
 * they are counted where they lie, and made when they are taken.
 */
struct bpf_mem_list {
	struct bpf_mem_obj *first;
	unsigned int fresh;		/* on top of the first */
};

struct bpf_mem_cache {
	struct tv_world *world;
	struct tv_cpu *cpu;
	unsigned int unit_size;		/* bytes, with the kernel's 8 in front; 0: not used yet */
	int low_watermark, high_watermark, batch;	/* objects: below low a batch is got, above high some go */

	int active;			/* 1: somebody is at the lists, and an NMI leaves them alone */
	int free_cnt;			/* in free_llist */
	struct bpf_mem_list free_llist;
	struct bpf_mem_list free_llist_extra;	/* freed by an NMI that found it active */
	struct bpf_mem_list free_llist_extra_rcu;
	struct irq_work refill_work;
	struct bpf_mem_cache *tgt;	/* whose objects were freed here last */

	/* bpf_mem_free_rcu(): a grace period, and then another of the other kind */
	struct bpf_mem_list free_by_rcu, waiting_for_gp;
	bool call_rcu_in_progress;
	struct tv_rcu_head rcu;

	/* on their way to the slab; a refill may take them back */
	struct bpf_mem_list free_by_rcu_ttrace, waiting_for_gp_ttrace;
	bool call_rcu_ttrace_in_progress;
	struct tv_rcu_head rcu_ttrace;
};

/* Linux init_refill_work(), and @free objects to begin with. */
void tv_bpf_cache_init(struct bpf_mem_cache *c, struct tv_world *world, struct tv_cpu *cpu,
		       unsigned int unit_size, unsigned int free);

/* Linux unit_alloc() by an actor on the cache's CPU. NULL, with *@why to tell people. */
struct bpf_mem_obj *tv_bpf_cache_alloc(struct bpf_mem_cache *c, const char **why,
				       const struct tv_site *site);

/* Linux unit_free(), unit_free_rcu(): @obj need not be of this CPU's, but is of this size. */
void tv_bpf_cache_free(struct bpf_mem_cache *c, struct bpf_mem_obj *obj,
		       const struct tv_site *site);
void tv_bpf_cache_free_rcu(struct bpf_mem_cache *c, struct bpf_mem_obj *obj,
			   const struct tv_site *site);

/* The memory of all that is free goes, with the world. */
void tv_bpf_cache_fini(struct bpf_mem_cache *c);

#endif
