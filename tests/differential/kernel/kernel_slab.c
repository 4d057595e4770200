// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The kernel's slab interface over slab.c. The reference has one cache: maple_node.
 */
#include "kernel_env.h"

#include "tests/differential/slab.h"

struct slab *tv_kernel_slab;

/* This thread is freeing for the kernel's tree: a crash now is over what that tree handed in. */
__thread bool tv_kernel_freeing;

static struct slab *as_slab(struct kmem_cache *cache)
{
	return (struct slab *)cache;
}

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *object))
{
	tv_kernel_slab = slab_create(size, align);
	return (struct kmem_cache *)tv_kernel_slab;
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	return slab_alloc(as_slab(cache), gfpflags_allow_blocking(gfp));
}

int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t count, void **objects)
{
	return slab_alloc_bulk(as_slab(cache), gfpflags_allow_blocking(gfp), count, objects);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	tv_kernel_freeing = true;
	slab_free(as_slab(cache), object);
	tv_kernel_freeing = false;
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t count, void **objects)
{
	tv_kernel_freeing = true;
	slab_free_bulk(as_slab(cache), count, objects);
	tv_kernel_freeing = false;
}

/*
 * Built for debugging, lib/maple_tree.c turns its mt_* hooks into these calls.
 * Otherwise tests/conformance/steer.c gives the hooks themselves.
 */
#ifdef CONFIG_DEBUG_MAPLE_TREE
void kmem_cache_set_non_kernel(struct kmem_cache *cache, unsigned int val);
void kmem_cache_set_callback(struct kmem_cache *cache, void (*callback)(void *));
void kmem_cache_set_private(struct kmem_cache *cache, void *private);
unsigned long kmem_cache_get_alloc(struct kmem_cache *cache);
void kmem_cache_zero_nr_tallocated(struct kmem_cache *cache);
unsigned int kmem_cache_nr_tallocated(struct kmem_cache *cache);
unsigned int kmem_cache_nr_allocated(struct kmem_cache *cache);

void kmem_cache_set_non_kernel(struct kmem_cache *cache, unsigned int val)
{
	slab_set_nowait_budget(as_slab(cache), val);
}

void kmem_cache_set_callback(struct kmem_cache *cache, void (*callback)(void *))
{
	slab_set_hook(as_slab(cache), callback);
}

void kmem_cache_set_private(struct kmem_cache *cache, void *private)
{
	slab_set_hook_arg(as_slab(cache), private);
}

unsigned long kmem_cache_get_alloc(struct kmem_cache *cache)
{
	return slab_live(as_slab(cache)) * slab_object_size(as_slab(cache));
}

void kmem_cache_zero_nr_tallocated(struct kmem_cache *cache)
{
	slab_reset_total(as_slab(cache));
}

unsigned int kmem_cache_nr_tallocated(struct kmem_cache *cache)
{
	return slab_total(as_slab(cache));
}

unsigned int kmem_cache_nr_allocated(struct kmem_cache *cache)
{
	return slab_live(as_slab(cache));
}
#endif
