/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations on maps, for the running kernel and for ours: what is to be done and what came of
 * it. Read by the BPF program as well, which does them in batches.
 */
#ifndef TV_TEST_MAP_OPS_H
#define TV_TEST_MAP_OPS_H

#define MAP_OPS_BATCH	256
#define MAP_OPS_BLOB	4096

enum map_op_kind {
	OP_LOOKUP,
	OP_UPDATE,
	OP_DELETE,
	OP_LOOKUP_CPU,		/* @arg: the CPU */
	OP_FOR_EACH,		/* @arg: elements whose key is a multiple of it delete themselves; 0: none */
	OP_PUSH,
	OP_POP,
	OP_PEEK,
	OP_OUTPUT,		/* @arg bytes of the blob */
	OP_RECORDS,		/* two reserved records; @arg: what sizes, what becomes of them */
	OP_QUERY,
	OP_STORAGE_GET,
	OP_STORAGE_DELETE,
	OP_PERF,		/* @arg bytes of the blob */
	OP_NEXT_KEY,		/* system calls only */
};

struct map_op {
	unsigned int kind, arg;
	unsigned long long flags;
	unsigned char key[16], value[16];
};

/* What a call returns (a look-up: 1 or 0), and what was read. */
struct map_answer {
	long long ret;
	unsigned long long value;
};

#endif
