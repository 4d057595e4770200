// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Design mmap_lock with its data in the iterator itself, on the program's
 * stack, as version 1 of the series was: behind the one word that marks it.
 */
#define TV_DESIGN mmap_lock_inline_data
#include "task_vma_env.h"
#include "ablation_inline_data.h"

#undef bpf_mem_alloc
#undef bpf_mem_free
#define bpf_mem_alloc(ma, size)	((struct task_vma_walk *)(it + 1))
#define bpf_mem_free(ma, ptr)	((void)(ptr))

#include "iter_mmap_lock.c"

const size_t tv_ablation_inline_bytes = sizeof(struct bpf_iter_task_vma) +
					sizeof(struct task_vma_walk);
