/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maple tree benchmark: what its files share. */
#ifndef TV_TESTS_MAPLE_BENCH_H
#define TV_TESTS_MAPLE_BENCH_H

#include <stddef.h>

/*
 * What is timed. One "operation" is one entry inserted, erased, visited or copied, or one search.
 * Trees track gaps, as an address space's does, and are not in RCU mode unless the name says so.
 */
#define BENCH_OPS(X)						\
	X(INSERT_SEQ,	"insert, rising")			\
	X(INSERT_RAND,	"insert, random")			\
	X(BULK,		"bulk load")				\
	X(ERASE,	"erase, random")			\
	X(ERASE_INSERT,	"erase + insert")			\
	X(LOAD,		"load")					\
	X(WALK,		"walk")					\
	X(FIND,		"find")					\
	X(FORWARD,	"iterate forward")			\
	X(BACKWARD,	"iterate back")				\
	X(GAP_UP,	"gap search, lowest")			\
	X(GAP_DOWN,	"gap search, highest")			\
	X(DUP,		"dup")					\
	X(DESTROY,	"destroy")				\
	X(RCU_INSERT,	"RCU: insert, random")			\
	X(RCU_REPLACE,	"RCU: erase + insert")			\
	X(RCU_STORE,	"RCU: store over an entry")		\
	X(READ_1,	"RCU: load, 1 reader + writer")		\
	X(READ_2,	"RCU: load, 2 readers + writer")

enum bench_op {
#define BENCH_ENUM(name, text) BENCH_##name,
	BENCH_OPS(BENCH_ENUM)
#undef BENCH_ENUM
	NR_BENCH_OPS
};

/*
 * The entries: number i is [i * STRIDE, i * STRIDE + LENGTH - 1], so a gap follows each; order is
 * a random order of 0 .. count - 1.
 */
#define BENCH_STRIDE 16ul
#define BENCH_LENGTH 8ul

struct bench_keys {
	size_t count;
	const unsigned int *order;
};

struct bench_side {
	const char *name;
	void (*init)(void);		/* once in a process; may be NULL */
	/* Nanoseconds an operation; negative where this structure has no such operation. */
	double (*run)(enum bench_op op, const struct bench_keys *keys);
	/* Bytes an entry, after a rising or a random filling; negative where not known. */
	double (*bytes)(const struct bench_keys *keys, int random);
};

extern const struct bench_side bench_ours, bench_kernel, bench_rbtree, bench_judy, bench_array;

/* CPU nanoseconds of this thread: other users of the machine are not measured. */
double bench_clock(void);

/* Small structures are handled this many times over, so that a sample is long enough to time. */
size_t bench_rounds(const struct bench_keys *keys);

/* Keeps a result from being optimised away. */
void bench_use(const void *result);

#endif
