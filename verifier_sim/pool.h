/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Memory of one verification: blocks of a few sizes that are handed back and out again all the
 * time, a limit on their sum, and one call that releases everything.
 */
#ifndef TV_VERIFIER_POOL_H
#define TV_VERIFIER_POOL_H

#include <stdbool.h>
#include <stddef.h>

#define VS_POOL_GRAIN	32u		/* block sizes are multiples of this */
#define VS_POOL_CLASSES	256u		/* larger ones come from malloc() one by one */

struct vs_pool_block;

struct vs_pool {
	size_t limit;			/* bytes; 0: none */
	size_t used, peak;		/* bytes taken from the system */
	bool limited;			/* the limit refused some */
	struct vs_pool_block *slabs;
	struct vs_pool_block *large;
	char *bump, *bump_end;
	void *free[VS_POOL_CLASSES];
};

void vs_pool_init(struct vs_pool *pool, size_t limit);
void vs_pool_fini(struct vs_pool *pool);

/* Not zeroed. NULL: out of memory or past the limit. @size may be 0 (then NULL is no error). */
void *vs_pool_alloc(struct vs_pool *pool, size_t size);
void *vs_pool_zalloc(struct vs_pool *pool, size_t size);
/* @size as it was asked for. */
void vs_pool_free(struct vs_pool *pool, void *p, size_t size);

#endif
