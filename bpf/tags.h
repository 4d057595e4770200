/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What declaration tags say: the selftests' expectations on programs ("comment:test_...") and the
 * kernel's on arguments of global functions ("arg:...").
 */
#ifndef TV_BPF_TAGS_H
#define TV_BPF_TAGS_H

#include "bpf/object.h"

enum tv_verdict { TV_VERDICT_NONE, TV_VERDICT_ACCEPT, TV_VERDICT_REJECT };

#define TV_ARCH_X86_64	1u
#define TV_ARCH_OTHER	2u

/* The annotations of v6.12 tools/testing/selftests/bpf/test_loader.c. Strings live in the object's BTF. */
struct tv_bpf_expect {
	enum tv_verdict verdict, verdict_unpriv;
	const char **msgs;	/* __msg: each must stand in the log, in this order; {{...}} is a regex */
	uint32_t msg_cnt;
	const char **msgs_unpriv;
	uint32_t msg_unpriv_cnt;
	const char *description;
	uint32_t flags;		/* __flag: BPF_F_* to load with */
	int log_level;		/* __log_level; 0 when not said */
	bool has_retval;
	int retval;		/* __retval */
	bool auxiliary;		/* loaded only with another program */
	unsigned int arches;	/* TV_ARCH_* it is meant for; 0: all */
};

/* Reads the tags of @prog; -EINVAL for a number that is none, -ENOMEM. Undo with _fini. */
int tv_bpf_expect_init(struct tv_bpf_expect *expect, const struct tv_bpf_object *obj,
		       const struct tv_bpf_prog *prog);
void tv_bpf_expect_fini(struct tv_bpf_expect *expect);

/* "arg:" tags of one parameter (from 0) of a FUNC, as bits. Unknown ones set TV_ARG_OTHER. */
#define TV_ARG_CTX	1u
#define TV_ARG_NONNULL	2u
#define TV_ARG_TRUSTED	4u
#define TV_ARG_NULLABLE	8u
#define TV_ARG_ARENA	16u
#define TV_ARG_UNTRUSTED 32u	/* v6.17 */
#define TV_ARG_OTHER	128u
unsigned int tv_bpf_arg_tags(const struct tv_btf *btf, uint32_t func_id, int arg);

#endif
