/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The BPF allocator (Linux kernel/bpf/memalloc.c): from any context, never
 * waiting, and therefore it may fail. Memory that is freed can come back at
 * once from the next call of its size on the same CPU, content and all; with
 * bpf_mem_free_rcu() not before a grace period. Only the slab, behind that,
 * is kept from it until RCU tasks trace has nobody left who could look.
 */
#ifndef TV_MODEL_BPF_MEM_ALLOC_H
#define TV_MODEL_BPF_MEM_ALLOC_H

#include "model/bpf_mem_cache.h"
#include "model/world.h"

/* Its caches are the world's: struct bpf_mem_caches, one for each CPU. */
struct bpf_mem_alloc {
	const char *name;
};

extern struct bpf_mem_alloc bpf_global_ma;

/*
 * @size up to 4088 bytes; under the explorer up to what a slot holds. NULL
 * when the fault plan, the cache, or the machine says so: the world's last
 * refusal tells which. Not zeroed, as in the kernel.
 */
void *tv_bpf_mem_alloc(struct bpf_mem_alloc *ma, size_t size, const struct tv_site *site);
/* NULL is allowed. What is free already is a hazard and left alone. */
void tv_bpf_mem_free(struct bpf_mem_alloc *ma, void *ptr, const struct tv_site *site);
/* The same, but not handed out again before an RCU grace period. */
void tv_bpf_mem_free_rcu(struct bpf_mem_alloc *ma, void *ptr, const struct tv_site *site);

/* The cache of the current CPU that memory of @size comes from, or NULL: no such class. */
struct bpf_mem_cache *tv_bpf_mem_cache(size_t size);

/* All memory goes, with @world: what is free, and what was never given back. */
void tv_bpf_mem_fini(struct tv_world *world);

#define bpf_mem_alloc(ma, size)		tv_bpf_mem_alloc(ma, size, TV_SITE())
#define bpf_mem_free(ma, ptr)		tv_bpf_mem_free(ma, ptr, TV_SITE())
#define bpf_mem_free_rcu(ma, ptr)	tv_bpf_mem_free_rcu(ma, ptr, TV_SITE())

#endif
