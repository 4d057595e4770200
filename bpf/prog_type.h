/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an ELF section's name says about the programs in it: libbpf's SEC() conventions. */
#ifndef TV_BPF_PROG_TYPE_H
#define TV_BPF_PROG_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#define TV_SEC_SLEEPABLE	1u	/* loads with BPF_F_SLEEPABLE */
#define TV_SEC_ATTACH_BTF	2u	/* the part after '/' is a name in the target's BTF */
#define TV_SEC_XDP_FRAGS	4u	/* loads with BPF_F_XDP_HAS_FRAGS */
#define TV_SEC_NEWER		8u	/* known to later versions than libbpf 1.1 */

struct tv_sec_def {
	const char *pattern;	/* "kprobe+": "kprobe" or "kprobe/..."; without '+' exactly that */
	uint32_t prog_type;	/* enum bpf_prog_type */
	uint32_t attach_type;	/* enum bpf_attach_type expected at load */
	uint32_t flags;		/* TV_SEC_* */
};

/* @section without a leading '?'. NULL when no convention fits: the type is unknown then. */
const struct tv_sec_def *tv_sec_def_find(const char *section);

/*
 * How the target of a program of this attach type is spelt in vmlinux BTF: a prefix before the
 * section's name ("btf_trace_" for tp_btf) and the kind (BTF_KIND_TYPEDEF or BTF_KIND_FUNC).
 */
const char *tv_attach_prefix(uint32_t attach_type, int *kind);

/* "raw_tracepoint" for BPF_PROG_TYPE_RAW_TRACEPOINT, bpftool's names; "type 77" style is the caller's. */
const char *tv_prog_type_name(uint32_t prog_type);
const char *tv_map_type_name(uint32_t map_type);

#endif
