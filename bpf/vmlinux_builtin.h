/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A small vmlinux BTF for machines that have none. Private to bpf/. */
#ifndef TV_BPF_VMLINUX_BUILTIN_H
#define TV_BPF_VMLINUX_BUILTIN_H

#include "bpf/btf.h"

/* vmlinux_types.c: declarations, NULL at the end. */
extern const char *const vmlinux_builtin_types[];

/* Makes BTF of them. 0 or -ENOMEM. */
int vmlinux_builtin(struct tv_btf **btf, struct tv_bpf_error *error);

#endif
