/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The iterator with its data inside. Not for explorers: their programs have
 * 8 bytes for an iterator.
 */
#ifndef TV_MODEL_ABLATION_INLINE_DATA_H
#define TV_MODEL_ABLATION_INLINE_DATA_H

#include <stddef.h>
#include "maple/compat.h"
#include "model/task_vma_iter.h"

struct task_struct;

/* Bytes of the program's stack that it takes, from @it on. */
extern const size_t tv_ablation_inline_bytes;

int mmap_lock_inline_data_iter_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				   __u64 addr);
void mmap_lock_inline_data_iter_destroy(struct bpf_iter_task_vma *it);

#endif
