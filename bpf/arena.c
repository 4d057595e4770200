// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Memory that is freed all at once (arena.h). */
#include "bpf/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE	(64u << 10)
#define ALIGNMENT	16u

struct arena_chunk {
	struct arena_chunk *next;
	size_t size, used;
	_Alignas(ALIGNMENT) unsigned char bytes[];
};

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){ .limit = limit };
}

void arena_fini(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	arena->used = 0;
}

/* A big piece gets a chunk of its own behind the current one, whose rest stays in use. */
static struct arena_chunk *chunk_for(struct arena *arena, size_t size)
{
	struct arena_chunk *head = arena->chunks, *fresh;
	size_t room = size > CHUNK_SIZE / 4 ? size : CHUNK_SIZE;

	if (head && head->size - head->used >= size)
		return head;
	fresh = calloc(1, sizeof(*fresh) + room);
	if (!fresh)
		return NULL;
	fresh->size = room;
	if (head && room == size) {
		fresh->next = head->next;
		head->next = fresh;
	} else {
		fresh->next = head;
		arena->chunks = fresh;
	}
	return fresh;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk;
	void *piece;

	if (size > arena->limit)
		return NULL;
	size = size ? (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
	if (size > arena->limit - arena->used)
		return NULL;
	chunk = chunk_for(arena, size);
	if (!chunk)
		return NULL;
	piece = chunk->bytes + chunk->used;
	chunk->used += size;
	arena->used += size;
	return piece;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	return arena_alloc(arena, bytes);
}

void *arena_copy(struct arena *arena, const void *data, size_t size)
{
	void *copy = arena_alloc(arena, size);

	if (copy && size)
		memcpy(copy, data, size);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *s)
{
	return arena_copy(arena, s, strlen(s) + 1);
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	return arena_strdup(arena, line);
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t size)
{
	void *bigger;

	/* Capacities are powers of two from 8 on: full exactly when the count is one of them. */
	if (array && (count < 8 || (count & (count - 1))))
		return array;
	bigger = arena_array(arena, count < 8 ? 8 : count * 2, size);
	if (bigger && array)
		memcpy(bigger, array, count * size);
	return bigger;
}
