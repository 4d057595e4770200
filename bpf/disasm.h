/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Instructions in the words of the kernel's verifier log. */
#ifndef TV_BPF_DISASM_H
#define TV_BPF_DISASM_H

#include <stdint.h>

#include "bpf/btf.h"
#include "bpf/insn.h"

enum tv_kernel { TV_KERNEL_6_12, TV_KERNEL_6_18 };

/* What only the caller knows; every member may be left zero. */
struct tv_disasm {
	enum tv_kernel kernel;		/* whose words: load-acquire and store-release are 6.15's */
	const struct tv_btf *vmlinux;	/* names kfuncs; without it "kernel-function" */
	/*
	 * The text of a 64-bit immediate (the log prints a map's address): returns @buf, or any string.
	 * Without it "0x" and the number.
	 */
	const char *(*imm)(void *ctx, const struct bpf_insn *insn, uint64_t imm, char *buf,
			   size_t size);
	/* The name in a call of a kfunc; NULL falls back to @vmlinux. */
	const char *(*call)(void *ctx, const struct bpf_insn *insn);
	void *ctx;
};

/* Room that holds any instruction's text with names of up to 128 bytes. */
#define TV_DISASM_SIZE	256

/*
 * "(bf) r1 = r10" without number or newline, into @buf (always ended); returns @buf. Of a 64-bit
 * immediate load @insn[1] is read too: the caller has made sure that it is there. @d may be NULL.
 */
const char *tv_disasm(const struct tv_disasm *d, const struct bpf_insn *insn, char *buf,
		      size_t size);

/* "bpf_map_lookup_elem" for 1; "unknown" for a number that is no helper's. */
const char *tv_helper_name(int id);
/* The reverse; -ENOENT. */
int tv_helper_id(const char *name);
#define TV_HELPER_COUNT	212	/* ids 0..211: the list is closed since v6.2 */

#endif
