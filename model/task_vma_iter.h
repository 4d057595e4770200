/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The iterator as a BPF program sees it: 8 opaque bytes on its stack. */
#ifndef TASK_VMA_ITER_H
#define TASK_VMA_ITER_H

#include <linux/types.h>

struct bpf_iter_task_vma {
	/* a __u64, not a pointer, so that BTF gives programs the alignment too */
	__u64 __opaque[1];
} __attribute__((aligned(8)));

#endif
