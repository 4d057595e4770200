// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Design mmap_lock whose new does not mark the iterator as empty before it
 * tries: what the program's stack had there stays when new fails.
 */
#define TV_DESIGN mmap_lock_no_mark
#include "task_vma_env.h"

static inline void set_walk_when_made(struct bpf_iter_task_vma *it, struct task_vma_walk *walk)
{
	if (walk)
		iter_set_walk(it, walk);
}
#define iter_set_walk(it, walk)	set_walk_when_made(it, walk)

#include "iter_mmap_lock.c"
