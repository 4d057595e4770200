/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Instructions by hand, for tests that need none of a compiler's. Each is one struct bpf_insn, or two. */
#ifndef TV_TEST_INSNS_H
#define TV_TEST_INSNS_H

#include "bpf/insn.h"

enum { R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10 };

#define INSN(c, d, s, o, i)	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })

/* op: BPF_ADD, ...; K the immediate, X a register */
#define ALU64K(op, d, i)	INSN(BPF_ALU64 | (op) | BPF_K, d, 0, 0, i)
#define ALU64X(op, d, s)	INSN(BPF_ALU64 | (op) | BPF_X, d, s, 0, 0)
#define ALU32K(op, d, i)	INSN(BPF_ALU | (op) | BPF_K, d, 0, 0, i)
#define ALU32X(op, d, s)	INSN(BPF_ALU | (op) | BPF_X, d, s, 0, 0)
#define MOVK(d, i)		ALU64K(BPF_MOV, d, i)
#define MOVX(d, s)		ALU64X(BPF_MOV, d, s)

#define LDX(size, d, s, o)	INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define LDXS(size, d, s, o)	INSN(BPF_LDX | BPF_MEMSX | (size), d, s, o, 0)
#define STX(size, d, o, s)	INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define ST(size, d, o, i)	INSN(BPF_ST | BPF_MEM | (size), d, 0, o, i)
#define ATOMIC(size, op, d, o, s)	INSN(BPF_STX | BPF_ATOMIC | (size), d, s, o, op)

#define LDI(kind, d, lo, hi)	INSN(BPF_LD | BPF_IMM | BPF_DW, d, kind, 0, lo), INSN(0, 0, 0, 0, hi)
#define LD64(d, v)		LDI(0, d, (int32_t)(uint32_t)(v), (int32_t)((uint64_t)(v) >> 32))
#define LDMAP(d, map)		LDI(BPF_PSEUDO_MAP_FD, d, map, 0)
#define LDVALUE(d, map, o)	LDI(BPF_PSEUDO_MAP_VALUE, d, map, o)
#define LDFUNC(d, rel)		LDI(BPF_PSEUDO_FUNC, d, rel, 0)

#define JMP64K(op, d, i, o)	INSN(BPF_JMP | (op) | BPF_K, d, 0, o, i)
#define JMP64X(op, d, s, o)	INSN(BPF_JMP | (op) | BPF_X, d, s, o, 0)
#define JMP32K(op, d, i, o)	INSN(BPF_JMP32 | (op) | BPF_K, d, 0, o, i)
#define JMP32X(op, d, s, o)	INSN(BPF_JMP32 | (op) | BPF_X, d, s, o, 0)
#define JA(o)			INSN(BPF_JMP | BPF_JA, 0, 0, o, 0)
#define GOTOL(o)		INSN(BPF_JMP32 | BPF_JA, 0, 0, 0, o)
#define MAY_GOTO(o)		INSN(BPF_JMP | BPF_JCOND, 0, TV_MAY_GOTO, o, 0)
#define HELPER(id)		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, id)
#define CALL(rel)		INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, rel)
#define KFUNC(id)		INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, id)
#define EXIT			INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#endif
