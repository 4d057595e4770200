/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The instruction set: <linux/bpf.h> of this machine, with what later kernels added.
 * Values are the kernel's UAPI (v6.12 and v6.18 include/uapi/linux/bpf.h).
 */
#ifndef TV_BPF_INSN_H
#define TV_BPF_INSN_H

#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdbool.h>

#ifndef BPF_MEMSX
#define BPF_MEMSX	0x80	/* load with sign extension, cpu v4 */
#endif
#ifndef BPF_JCOND
#define BPF_JCOND	0xe0	/* conditional pseudo jump: may_goto */
#endif
#ifndef BPF_LOAD_ACQ
#define BPF_LOAD_ACQ	0x100	/* BPF_ATOMIC: load with acquire */
#define BPF_STORE_REL	0x110	/* BPF_ATOMIC: store with release */
#endif
#ifndef BPF_F_TEST_REG_INVARIANTS
#define BPF_F_TEST_REG_INVARIANTS	(1U << 7)
#endif

/* What the UAPI has as enumerators, which the preprocessor cannot ask for. */
#define TV_MAY_GOTO		0	/* src_reg of BPF_JCOND */
#define TV_ADDR_SPACE_CAST	1	/* off of a 64-bit register move */
#define TV_ADDR_PERCPU		(-1)	/* the same, made by the kernel only */
#define TV_NOSPEC		0xc0	/* mode of BPF_ST, made by the kernel only */
#define TV_MAP_TYPE_ARENA	33
#define TV_PROG_TYPE_NETFILTER	32

/* The first slot of a 64-bit immediate load, which takes two. */
static inline bool tv_insn_is_ldimm64(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

static inline bool tv_insn_is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL);
}

/* A call of a BPF function of the same program. */
static inline bool tv_insn_is_subprog_call(const struct bpf_insn *insn)
{
	return tv_insn_is_call(insn) && insn->src_reg == BPF_PSEUDO_CALL;
}

static inline bool tv_insn_is_kfunc_call(const struct bpf_insn *insn)
{
	return tv_insn_is_call(insn) && insn->src_reg == BPF_PSEUDO_KFUNC_CALL;
}

static inline bool tv_insn_is_helper_call(const struct bpf_insn *insn)
{
	return tv_insn_is_call(insn) && insn->src_reg == 0;
}

/* A 64-bit immediate that is a BPF function's address (a callback). */
static inline bool tv_insn_is_func_addr(const struct bpf_insn *insn)
{
	return tv_insn_is_ldimm64(insn) && insn->src_reg == BPF_PSEUDO_FUNC;
}

#endif
