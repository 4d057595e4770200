/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One copy of each text of a world, so that equal names are equal pointers. */
#ifndef TV_MODEL_INTERN_H
#define TV_MODEL_INTERN_H

#include <stddef.h>

struct tv_world;

/*
 * The world's copy of the @len bytes at @text, NUL-terminated, valid until
 * the world is destroyed; NULL when memory is out.
 */
const char *tv_intern(struct tv_world *world, const char *text, size_t len);
void tv_intern_fini(struct tv_world *world);

#endif
