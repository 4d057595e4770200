/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one allocator below both trees, so that what is compared, or timed, is the tree alone.
 *
 * Objects of one size on a LIFO list cut from large blocks. Counts what lives, and can refuse. On
 * request it is strict: freed objects are poisoned, so that a read of a node that is gone shows up
 * as a wrong value, and a free of what does not live aborts. Under AddressSanitizer every object is
 * its own malloc.
 */
#ifndef TV_TESTS_SLAB_H
#define TV_TESTS_SLAB_H

#include <stdbool.h>
#include <stddef.h>

struct slab;

/* Never returns NULL: a test that cannot even start ends. @align is a power of two. */
struct slab *slab_create(size_t size, size_t align);

/*
 * @may_wait false is an allocation that may not sleep: it fails once the slab's budget for those is
 * used up (see slab_set_nowait_budget). NULL when refused.
 */
void *slab_alloc(struct slab *slab, bool may_wait);

/* All @count objects or none. Returns @count or 0. */
size_t slab_alloc_bulk(struct slab *slab, bool may_wait, size_t count, void **objects);

void slab_free(struct slab *slab, void *object);
void slab_free_bulk(struct slab *slab, size_t count, void **objects);

/* How many allocations that may not sleep succeed from now on; SLAB_UNLIMITED is the start value. */
#define SLAB_UNLIMITED (~0ul)
void slab_set_nowait_budget(struct slab *slab, unsigned long count);

/* Runs @hook(@arg) once, at the first allocation that follows a refused one. */
void slab_set_hook(struct slab *slab, void (*hook)(void *arg));
void slab_set_hook_arg(struct slab *slab, void *arg);

void slab_set_strict(struct slab *slab);	/* before the first allocation */

size_t slab_object_size(const struct slab *slab);
unsigned long slab_live(const struct slab *slab);	/* objects not freed */
unsigned long slab_total(const struct slab *slab);	/* allocations since the last reset */
void slab_reset_total(struct slab *slab);

#endif
