// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A small vmlinux BTF for machines that have none. */
#include "bpf/vmlinux_builtin.h"

#include <errno.h>

int vmlinux_builtin(struct tv_btf **btf, struct tv_bpf_error *error)
{
	return tv_bpf_error_set(error, -ENOTSUP, NULL, TV_BPF_NOWHERE, "not yet");
}
