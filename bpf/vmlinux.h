/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the target kernel's types come from. */
#ifndef TV_BPF_VMLINUX_H
#define TV_BPF_VMLINUX_H

#include "bpf/btf.h"

#define TV_VMLINUX_RUNNING	"running"	/* /sys/kernel/btf/vmlinux */
#define TV_VMLINUX_BUILTIN	"builtin"	/* a small one: task, mm, vma, file and inode types */

/*
 * @source: TV_VMLINUX_RUNNING, TV_VMLINUX_BUILTIN, a file (raw BTF, or ELF with a .BTF section),
 * or NULL: the running kernel's where it can be read, else the built-in.
 * Parse once and share: the result is only ever read.
 */
int tv_vmlinux_open(const char *source, struct tv_btf **btf, struct tv_bpf_error *error);

#endif
