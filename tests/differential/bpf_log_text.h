/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Our disassembly against the kernel's words in its verifier log. */
#ifndef TV_TEST_BPF_LOG_TEXT_H
#define TV_TEST_BPF_LOG_TEXT_H

#include "bpf/disasm.h"

struct text_count {
	unsigned long lines, different;
};

/*
 * Compares every line "N: (xx) ..." of a level 2 log with our text of instruction N of @insns. The
 * addresses that the kernel prints for maps and variables are left out. Differences go to stdout
 * under @name.
 */
void log_text_compare(const char *name, const char *log, const struct bpf_insn *insns,
		      uint32_t insn_cnt, const struct tv_btf *vmlinux, struct text_count *count);

/* Every opcode with several operands, as programs of their own: what the kernel prints of each. */
void log_text_sweep(const struct tv_btf *vmlinux, struct text_count *count);

#endif
