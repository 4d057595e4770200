// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One copy of each text of a world. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(name) (hashed = false)
#include <uthash.h>
#include "model/intern.h"
#include "model/world.h"

struct tv_name {
	UT_hash_handle hh;
	char text[];
};

const char *tv_intern(struct tv_world *world, const char *text, size_t len)
{
	struct tv_name *name;
	bool hashed = true;

	HASH_FIND(hh, world->names, text, len, name);
	if (name)
		return name->text;
	name = malloc(sizeof(*name) + len + 1);
	if (!name)
		return NULL;
	memcpy(name->text, text, len);
	name->text[len] = '\0';
	HASH_ADD_KEYPTR(hh, world->names, name->text, len, name);
	if (!hashed) {
		free(name);
		return NULL;
	}
	return name->text;
}

void tv_intern_fini(struct tv_world *world)
{
	struct tv_name *name, *tmp;
	bool hashed;

	(void)hashed;
	HASH_ITER(hh, world->names, name, tmp) {
		HASH_DEL(world->names, name);
		free(name);
	}
}
