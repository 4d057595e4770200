/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A set of addresses: open addressing, grown at half full. Not thread-safe. */
#ifndef TV_TESTS_LIVE_SET_H
#define TV_TESTS_LIVE_SET_H

#include <stdbool.h>
#include <stddef.h>

struct live_set {
	void **cells;		/* NULL: never used; else an address or a mark */
	size_t size, used;	/* a power of two, or 0; cells not NULL */
};

void live_set_add(struct live_set *set, void *object);

/* False when it was not in there. */
bool live_set_remove(struct live_set *set, void *object);

#endif
