/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What each instruction of BPF does to given operands, as a table: the numbers stand there, and none is
 * worked out by the code under test. The public suites (bpf_conformance, ubpf's tests) were read for which
 * cases matter; rows are our own.
 *
 * A case is a few instructions between a fixed beginning, which loads registers from cells, and a
 * fixed end, which stores them there. It tells all cells afterwards, so what an instruction must not
 * touch is seen as well.
 */
#ifndef TV_INSN_TABLE_H
#define TV_INSN_TABLE_H

#include <stdint.h>

#include "tests/unit/insns.h"

#define CASE_BODY	12	/* instructions at most */
#define PROG_INSNS	24

/* The value of the test's map, at r6. r3 is the address of mem; r7 to r9 are free. */
struct cells {
	uint64_t r0, r1, r2;
	uint64_t mem[2];
};

struct insn_case {
	const char *name;
	struct cells in, want;
	struct bpf_insn body[CASE_BODY];	/* the rest is zero */
};

/* A whole program, by what it returns. */
struct prog_case {
	const char *name;
	uint32_t want;
	struct bpf_insn insns[PROG_INSNS];
};

/* r1 op= b, with b in a register and, where it fits, as the immediate; 64 and 32 bits. */
struct alu_row {
	const char *name;
	uint8_t op;
	bool is_signed;		/* off is 1: signed division */
	uint64_t a, b, want64, want32;
};

/* The jump from r1 and b, taken or not. */
struct jump_row {
	const char *name;
	uint8_t op;
	uint64_t a, b;
	bool taken64, taken32;
};

/* One instruction on r1. */
struct unary_row {
	const char *name;
	struct bpf_insn insn;
	uint64_t a, want;
};

/* An atomic operation on mem[0] with r0 and r1. */
struct atomic_row {
	const char *name;
	uint8_t size;
	int32_t op;
	uint64_t mem, r0, r1;
	uint64_t want_mem, want_r0, want_r1;
};

/* Each ends with a row without name. */
extern const struct alu_row alu_rows[];
extern const struct jump_row jump_rows[];
extern const struct unary_row unary_rows[];
extern const struct atomic_row atomic_rows[];
extern const struct insn_case memory_cases[];
extern const struct prog_case prog_cases[];

/* How many of at most @max instructions there are. */
uint32_t insns_used(const struct bpf_insn *insns, uint32_t max);

/* All cases but the programs, one after the other. @visit: nonzero stops and is returned. */
int for_each_case(int (*visit)(void *arg, const struct insn_case *c), void *arg);

/* The program around a case: at most CASE_BODY + 14 instructions. @map goes into its first one. Returns how many. */
uint32_t case_program(const struct insn_case *c, int32_t map, struct bpf_insn *insns);
#define CASE_INSNS	(CASE_BODY + 14)

/* Not for the kernel: its verifier refuses immediates that make no sense. */
bool case_is_refused(const struct insn_case *c);
/* Linux 6.15 and later, where the JIT has them: load-acquire and store-release. */
bool case_is_new(const struct insn_case *c);

#endif
