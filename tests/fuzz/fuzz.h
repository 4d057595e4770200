/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What every fuzzer has: the two calls of libFuzzer, bytes turned into decisions, and a way to say
 * that something is wrong.
 *
 * A fuzzer is one file, fuzz_NAME.c, which defines LLVMFuzzerTestOneInput() and, where it pays,
 * LLVMFuzzerCustomMutator(). With libFuzzer's (or AFL++'s) engine it fuzzes; with replay_main.c it
 * runs the inputs it is given. An input decides everything: the same bytes do the same.
 */
#ifndef TV_TESTS_FUZZ_H
#define TV_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Once, before the first input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
/* One input. Returns 0, or -1: not to be kept in the corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Changes @data, of @size bytes, in place, to at most @max bytes; returns how many it has then. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
/* libFuzzer's own mutations, for use in a custom one. Only there with the engine. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* Ends the process, so that the engine keeps the input. */
#define fuzz_require(cond, ...)						\
	do {								\
		if (__builtin_expect(!(cond), 0)) {			\
			fprintf(stderr, "fuzz: %s:%d: not so: %s: ", __FILE__, __LINE__, #cond); \
			fprintf(stderr, __VA_ARGS__);			\
			fputc('\n', stderr);				\
			abort();					\
		}							\
	} while (0)

/* --- decisions ------------------------------------------------------------------- */

/* What is left of an input. Behind its end all bytes are 0. */
struct fuzz_bytes {
	const uint8_t *at;
	size_t left;
};

static inline unsigned int fuzz_byte(struct fuzz_bytes *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->at++;
}

static inline unsigned int fuzz_word(struct fuzz_bytes *in)
{
	unsigned int low = fuzz_byte(in);

	return low | fuzz_byte(in) << 8;
}

/* [0, @limit), @limit at most 256 */
static inline unsigned int fuzz_below(struct fuzz_bytes *in, unsigned int limit)
{
	return fuzz_byte(in) % limit;
}

/* --- chance, for mutators ---------------------------------------------------------- */

static inline uint32_t fuzz_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

#endif
