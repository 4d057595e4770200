// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The BPF allocator, as far as its callers can tell: it gives memory or NULL. */
#include "model/bpf_mem_alloc.h"
#include "model/object.h"
#include "model/step.h"

struct bpf_mem_alloc bpf_global_ma = { .name = "bpf_global_ma" };

void *tv_bpf_mem_alloc(struct bpf_mem_alloc *ma, size_t size, const struct tv_site *site)
{
	struct tv_world *world = tv_current->world;
	void *ptr;

	if (++world->bpf_allocs == world->faults.fail_alloc) {
		tv_refuse(world, TV_RES_BPF_MEM, NULL,
			  "bpf_mem_alloc failed, as the fault plan says", site);
		return NULL;
	}
	if (world->faults.any_alloc && tv_step_choose(2, "bpf_mem_alloc fails?", site)) {
		world->faults.any_alloc--;
		tv_refuse(world, TV_RES_BPF_MEM, NULL,
			  "bpf_mem_alloc failed, as the fault plan says", site);
		return NULL;
	}
	ptr = tv_object_alloc(world, TV_TYPE_BPF_MEM, size, site);
	if (!ptr) {
		tv_refuse(world, TV_RES_BPF_MEM, NULL, "the machine is out of memory", site);
		return NULL;
	}
	tv_event(world, TV_ACQUIRE, TV_RES_BPF_MEM, ptr, site);
	return ptr;
}

void tv_bpf_mem_free(struct bpf_mem_alloc *ma, void *ptr, const struct tv_site *site)
{
	/* Linux bpf_mem_free(): NULL is allowed */
	if (!ptr)
		return;
	if (!tv_touch(ptr, TV_PART_ALL, TV_ACCESS_WRITE, "bpf_mem_free", site))
		return;
	tv_event(tv_current->world, TV_RELEASE, TV_RES_BPF_MEM, ptr, site);
	tv_object_free(tv_current->world, ptr, site);
}
