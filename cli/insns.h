/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* BPF instructions spelt out, for the few programs that come with the command. */
#ifndef TV_CLI_INSNS_H
#define TV_CLI_INSNS_H

#include "bpf/insn.h"

#define INSN(op, d, s, o, i) \
	(struct bpf_insn){ .code = (op), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }

/* dst OP= imm, dst OP= src: 64 bits */
#define INSN_IMM(op, d, i)		INSN(BPF_ALU64 | (op) | BPF_K, d, 0, 0, i)
#define INSN_REG(op, d, s)		INSN(BPF_ALU64 | (op) | BPF_X, d, s, 0, 0)
/* dst = *(src + off), *(dst + off) = src, *(dst + off) = imm */
#define INSN_LOAD(size, d, s, o)	INSN(BPF_LDX | (size) | BPF_MEM, d, s, o, 0)
#define INSN_STORE(size, d, o, s)	INSN(BPF_STX | (size) | BPF_MEM, d, s, o, 0)
#define INSN_STORE_IMM(size, d, o, i)	INSN(BPF_ST | (size) | BPF_MEM, d, 0, o, i)
/* over @o instructions, if dst OP imm */
#define INSN_JUMP(op, d, i, o)		INSN(BPF_JMP | (op) | BPF_K, d, 0, o, i)
#define INSN_GOTO(o)			INSN(BPF_JMP | BPF_JA, 0, 0, o, 0)
#define INSN_CALL(helper)		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper)
#define INSN_KFUNC(id)			INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, id)
#define INSN_EXIT			INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
/* two slots each */
#define INSN_IMM64(d, i) \
	INSN(BPF_LD | BPF_IMM | BPF_DW, d, 0, 0, (int32_t)(uint32_t)(i)), \
	INSN(0, 0, 0, 0, (int32_t)((uint64_t)(i) >> 32))
#define INSN_MAP(d, fd) \
	INSN(BPF_LD | BPF_IMM | BPF_DW, d, BPF_PSEUDO_MAP_FD, 0, fd), INSN(0, 0, 0, 0, 0)
#define INSN_MAP_VALUE(d, fd) \
	INSN(BPF_LD | BPF_IMM | BPF_DW, d, BPF_PSEUDO_MAP_VALUE, 0, fd), INSN(0, 0, 0, 0, 0)

#endif
