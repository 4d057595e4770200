/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs as the interpreter runs them: an operation for each instruction slot, so that the number
 * of an operation is that of its instruction. Private to bpf/.
 */
#ifndef TV_BPF_OP_H
#define TV_BPF_OP_H

#include "bpf/machine.h"

/* Operand size and source: K is the immediate, X a register. */
#define OP_FORMS(X, name)	X(name##_64K) X(name##_64X) X(name##_32K) X(name##_32X)

/* In the order of decode.c's tables: each name has its four forms in a row. */
#define OP_ALU(X)								\
	OP_FORMS(X, ADD) OP_FORMS(X, SUB) OP_FORMS(X, MUL) OP_FORMS(X, DIV)	\
	OP_FORMS(X, OR) OP_FORMS(X, AND) OP_FORMS(X, LSH) OP_FORMS(X, RSH)	\
	OP_FORMS(X, MOD) OP_FORMS(X, XOR) OP_FORMS(X, MOV) OP_FORMS(X, ARSH)	\
	OP_FORMS(X, SDIV) OP_FORMS(X, SMOD)
#define OP_UNARY(X)								\
	X(NEG_64) X(NEG_32) X(SX8_64) X(SX16_64) X(SX32_64) X(SX8_32) X(SX16_32)	\
	X(SWAP16) X(SWAP32) X(SWAP64) X(CUT16) X(CUT32) X(KEEP)
#define OP_BRANCH(X)								\
	OP_FORMS(X, JEQ) OP_FORMS(X, JGT) OP_FORMS(X, JGE) OP_FORMS(X, JSET)	\
	OP_FORMS(X, JNE) OP_FORMS(X, JSGT) OP_FORMS(X, JSGE) OP_FORMS(X, JLT)	\
	OP_FORMS(X, JLE) OP_FORMS(X, JSLT) OP_FORMS(X, JSLE)
/* LOAD: of the program's own; PROBE: of a typed kernel pointer, where no memory reads as 0. */
#define OP_MEMORY(X)								\
	X(LOAD_U8) X(LOAD_U16) X(LOAD_U32) X(LOAD_U64)				\
	X(LOAD_S8) X(LOAD_S16) X(LOAD_S32)					\
	X(PROBE_U8) X(PROBE_U16) X(PROBE_U32) X(PROBE_U64)			\
	X(PROBE_S8) X(PROBE_S16) X(PROBE_S32)					\
	X(STORE_8X) X(STORE_16X) X(STORE_32X) X(STORE_64X)			\
	X(STORE_8K) X(STORE_16K) X(STORE_32K) X(STORE_64K)			\
	X(ATOMIC_8) X(ATOMIC_16) X(ATOMIC_32) X(ATOMIC_64)
#define OP_FLOW(X)								\
	X(JUMP) X(MAY_GOTO) X(IMM64) X(CALL) X(CALL_SUBPROG) X(TAIL_CALL) X(EXIT) X(REFUSE)

#define OP_ALL(X)	OP_ALU(X) OP_UNARY(X) OP_BRANCH(X) OP_MEMORY(X) OP_FLOW(X)

enum op_kind {
#define AS_ENUMERATOR(name)	OP_##name,
	OP_ALL(AS_ENUMERATOR)
#undef AS_ENUMERATOR
};

/* Why an operation cannot be run (OP_REFUSE), known only when it is reached. */
struct op_refusal {
	struct op_refusal *next;	/* all of a program, to free them */
	enum tv_run_end end;
	char why[];
};

struct op {
	uint8_t kind;			/* enum op_kind */
	uint8_t dst, src;		/* below 11 */
	int32_t off;			/* bytes; or operations to jump past the next one */
	union {
		int64_t imm;
		tv_call_fn *call;	/* OP_CALL */
		const struct op_refusal *refusal;
	};
};

/* A program decoded. */
struct code {
	const struct tv_bpf_prog *prog;
	/* So that functions have addresses: instruction i stands at region.addr + 8 * i. No bytes. */
	struct tv_region region;
	struct op_refusal *refusals;
	uint32_t cnt;
	struct op ops[];		/* @cnt, and an OP_REFUSE behind the last */
};

/*
 * Decodes any sequence of instructions; what makes no sense refuses to run. @btf_load: a bit for each
 * instruction (bit 0 of byte 0 is the first) that is a PROBE; may be NULL. NULL: out of memory.
 */
struct code *code_create(struct tv_machine *machine, const struct tv_bpf_prog *prog,
			 const uint8_t *btf_load);
void code_destroy(struct tv_machine *machine, struct code *code);

#endif
