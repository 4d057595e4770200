// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The BPF allocator: size classes, and what is told of each call. */
#include "model/bpf_mem_alloc.h"
#include "model/object.h"
#include "model/step.h"

#define KERNEL_NODE_SIZE	8	/* bytes in front of each object, part of its class */

struct bpf_mem_alloc bpf_global_ma = { .name = "bpf_global_ma" };

/* Linux sizes[]: those of kmalloc, without 8; bytes. */
static const unsigned int class_size[TV_BPF_CLASSES] = {
	16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096,
};

struct bpf_mem_cache *tv_bpf_mem_cache(size_t size)
{
	struct tv_world *world = tv_current->world;
	struct tv_cpu *cpu = tv_current->cpu;
	struct bpf_mem_cache *c = world->bpf_caches[tv_actor_cpu(tv_current)].cache;
	const struct tv_cache_plan *plan = &world->faults.bpf_cache;
	unsigned int class = 0, prefill;

	if (!size || size > class_size[TV_BPF_CLASSES - 1] - KERNEL_NODE_SIZE)
		return NULL;
	while (class_size[class] < size + KERNEL_NODE_SIZE)
		class++;
	c += class;
	if (!c->unit_size) {
		/* Linux prefill_mem_cache() */
		prefill = class_size[class] <= 256 ? 4 : 1;
		tv_bpf_cache_init(c, world, cpu, class_size[class],
				  plan->has_free ? plan->free : prefill);
	}
	return c;
}

/* The fault plan has its say before the allocator. NULL, or why there is none. */
static const char *planned_failure(struct tv_world *world, const struct tv_site *site)
{
	unsigned int may_fail = world->faults.any_alloc;
	bool fails;

	/* whose allocation is the n-th, and who may still fail, depends on who comes first */
	if (world->faults.fail_alloc || may_fail)
		tv_step(TV_NUMBER_ALLOCS, TV_ACCESS_WRITE, "count the allocation", NULL, site);
	fails = ++world->bpf_allocs == world->faults.fail_alloc;
	/* another may have failed while this one was about to */
	if (!fails && world->failed_allocs < may_fail &&
	    tv_step_choose_of(TV_NUMBER_ALLOCS, 2, "bpf_mem_alloc fails?", site) &&
	    world->failed_allocs < may_fail) {
		world->failed_allocs++;
		fails = true;
	}
	return fails ? "bpf_mem_alloc failed, as the fault plan says" : NULL;
}

void *tv_bpf_mem_alloc(struct bpf_mem_alloc *ma, size_t size, const struct tv_site *site)
{
	struct tv_world *world = tv_current->world;
	struct bpf_mem_cache *c = tv_bpf_mem_cache(size);
	const char *why = planned_failure(world, site);
	struct bpf_mem_obj *obj = NULL;

	if (!why && !c)
		why = "bpf_mem_alloc has no class for this size";
	if (!why)
		obj = tv_bpf_cache_alloc(c, &why, site);
	if (!obj) {
		tv_refuse(world, TV_RES_BPF_MEM, NULL, why, site);
		return NULL;
	}
	tv_event(world, TV_ACQUIRE, TV_RES_BPF_MEM, obj + 1, site);
	return obj + 1;
}

/* The object in front of what @ptr leads to, no longer in use; NULL, the hazard told. */
static struct bpf_mem_obj *take_back(void *ptr, bool under_rcu, const char *what,
				     const struct tv_site *site)
{
	struct bpf_mem_obj *obj = (struct bpf_mem_obj *)ptr - 1;

	if (!tv_touch(obj, TV_PART_ALL, TV_ACCESS_WRITE, what, site))
		return NULL;
	tv_event(tv_current->world, TV_RELEASE, TV_RES_BPF_MEM, ptr, site);
	if (!obj->in_use) {
		tv_hazard(TV_HAZARD_UNBALANCED, site, NULL, "%s of what is free already", what);
		return NULL;
	}
	obj->in_use = false;
	tv_object_rest(tv_current->world, obj, under_rcu, site);
	return obj;
}

void tv_bpf_mem_free(struct bpf_mem_alloc *ma, void *ptr, const struct tv_site *site)
{
	struct bpf_mem_obj *obj = ptr ? take_back(ptr, false, "bpf_mem_free", site) : NULL;

	if (obj)
		tv_bpf_cache_free(tv_bpf_mem_cache(obj->cache->unit_size - KERNEL_NODE_SIZE), obj,
				  site);
}

void tv_bpf_mem_free_rcu(struct bpf_mem_alloc *ma, void *ptr, const struct tv_site *site)
{
	struct bpf_mem_obj *obj = ptr ? take_back(ptr, true, "bpf_mem_free_rcu", site) : NULL;

	if (obj)
		tv_bpf_cache_free_rcu(tv_bpf_mem_cache(obj->cache->unit_size - KERNEL_NODE_SIZE),
				      obj, site);
}

/* What was leaked: nobody gives it back, but its memory is the world's. */
static int free_held(void *arg, const struct tv_held *held)
{
	if (held->res == TV_RES_BPF_MEM)
		tv_object_free(arg, (struct bpf_mem_obj *)held->object - 1, TV_SITE());
	return 0;
}

void tv_bpf_mem_fini(struct tv_world *world)
{
	unsigned int cpu, class;

	tv_ledger_for_each_held(&world->ledger, free_held, world);
	for (cpu = 0; cpu < TV_NR_CPUS; cpu++) {
		for (class = 0; class < TV_BPF_CLASSES; class++)
			tv_bpf_cache_fini(&world->bpf_caches[cpu].cache[class]);
	}
}
