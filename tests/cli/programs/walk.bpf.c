// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Walks, and who runs them. */
#include "basics.h"

u64 seen;
u64 ranges[2 * 128];
int wanted, pid, same;

SEC("raw_tp")
int count(void *ctx)
{
	struct bpf_iter_task_vma it;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	while (bpf_iter_task_vma_next(&it))
		seen++;
	bpf_iter_task_vma_destroy(&it);
	return 7;
}

SEC("raw_tp")
int collect(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;
	u64 at = 0;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	while ((vma = bpf_iter_task_vma_next(&it))) {
		if (at >= 2 * 128 - 1)
			break;
		ranges[at] = vma->vm_start;
		ranges[at + 1] = vma->vm_end;
		at += 2;
	}
	bpf_iter_task_vma_destroy(&it);
	return 0;
}

SEC("raw_tp")
int whoami(void *ctx)
{
	pid = bpf_get_current_task_btf()->pid;
	same = pid == wanted;
	return 0;
}

/* Differs whenever it is run. */
u64 now;

SEC("raw_tp")
int clock(void *ctx)
{
	now = bpf_ktime_get_ns();
	seen = 1;
	return 0;
}
