/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Memory that is freed all at once, with a ceiling: what bounds an object, however hostile.
 * Private to bpf/.
 */
#ifndef TV_BPF_ARENA_H
#define TV_BPF_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;
	size_t used, limit;	/* bytes */
};

void arena_init(struct arena *arena, size_t limit);
void arena_fini(struct arena *arena);

/* Zeroed, aligned for anything; NULL past the limit or when the system has none. @size 0 is not NULL. */
void *arena_alloc(struct arena *arena, size_t size);
/* arena_alloc(@count * @size) without overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size);
void *arena_copy(struct arena *arena, const void *data, size_t size);
char *arena_strdup(struct arena *arena, const char *s);
char *arena_printf(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Room for one more element at the end of an array of @count: doubles as needed. Returns where the
 * array now is, or NULL (the old one stays valid). What it leaves behind stays charged, so an
 * array costs at most twice its size.
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);

#endif
