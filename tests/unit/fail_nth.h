/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Allocations are counted, and the nth of them fails. The linker leads the allocators' names here, and
 * those that a test wraps beyond (fail_nth.mk).
 */
#ifndef TV_TEST_FAIL_NTH_H
#define TV_TEST_FAIL_NTH_H

#include <stdbool.h>
#include <stddef.h>

static struct {
	unsigned int nth;	/* 0: none fails, and none is counted */
	unsigned int count;
} failing;

static void fail_nth(unsigned int nth)
{
	failing.nth = nth;
	failing.count = 0;
}

/* No more fails. Were there as many allocations that one did? */
static bool fail_nth_end(void)
{
	bool failed = failing.count >= failing.nth;

	failing.nth = 0;
	return failed;
}

/* What a wrapper asks: does this allocation fail? */
static bool is_due(void)
{
	return failing.nth && ++failing.count == failing.nth;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t nr, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t nr, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t nr, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t nr, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

void *__wrap_malloc(size_t size)
{
	return is_due() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t nr, size_t size)
{
	return is_due() ? NULL : __real_calloc(nr, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_due() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t nr, size_t size)
{
	return is_due() ? NULL : __real_reallocarray(old, nr, size);
}

char *__wrap_strdup(const char *text)
{
	return is_due() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len)
{
	return is_due() ? NULL : __real_strndup(text, len);
}

#endif
