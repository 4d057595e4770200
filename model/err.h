/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Linux err.h: a pointer, or a negative errno in its place; no object lies in the last page. */
#ifndef TV_MODEL_ERR_H
#define TV_MODEL_ERR_H

#include <stdbool.h>

#define MAX_ERRNO	4095

static inline void *ERR_PTR(long err)
{
	return (void *)err;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return PTR_ERR(ptr) < 0 && PTR_ERR(ptr) >= -MAX_ERRNO;
}

#endif
