// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* See live_set.h. */
#include "tests/differential/live_set.h"

#include <stdint.h>
#include <stdlib.h>

#define GONE ((void *)1)

/* Where @object is, or else the first cell it could go to. */
static void **cell_of(const struct live_set *set, const void *object)
{
	size_t at = ((uintptr_t)object >> 8) * 0x9e3779b97f4a7c15ul >> 20;

	while (set->cells[at & (set->size - 1)] && set->cells[at & (set->size - 1)] != object)
		at++;
	return &set->cells[at & (set->size - 1)];
}

/* Makes room; what has gone makes some, too. */
static void rebuild(struct live_set *set)
{
	struct live_set old = *set;
	size_t alive = 0;

	for (size_t i = 0; i < old.size; i++)
		alive += old.cells[i] && old.cells[i] != GONE;
	set->size = !old.size ? 4096 : 4 * alive >= old.size ? 2 * old.size : old.size;
	set->used = 0;
	set->cells = calloc(set->size, sizeof(void *));
	if (!set->cells)
		abort();
	for (size_t i = 0; i < old.size; i++)
		if (old.cells[i] && old.cells[i] != GONE)
			live_set_add(set, old.cells[i]);
	free(old.cells);
}

void live_set_add(struct live_set *set, void *object)
{
	void **cell;

	if (2 * set->used >= set->size)
		rebuild(set);
	cell = cell_of(set, object);
	set->used += !*cell;
	*cell = object;
}

bool live_set_remove(struct live_set *set, void *object)
{
	void **cell = set->size ? cell_of(set, object) : NULL;

	if (!cell || !*cell)
		return false;
	*cell = GONE;
	return true;
}
