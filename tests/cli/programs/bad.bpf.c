// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs that go wrong, each in its way. */
#include "basics.h"

u64 last;
volatile int forever = 1;
static long (*bpf_send_signal)(u32 sig) = (void *)109;

SEC("raw_tp")
int leaks(void *ctx)
{
	struct bpf_iter_task_vma it;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	return 0;
}

SEC("raw_tp")
int late(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma, *seen = 0;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	while ((vma = bpf_iter_task_vma_next(&it)))
		seen = vma;
	bpf_iter_task_vma_destroy(&it);
	if (seen)
		last = seen->vm_start; /* late */
	return 0;
}

SEC("?raw_tp")
int endless(void *ctx)
{
	while (forever)
		last++;
	return 0;
}

SEC("?raw_tp")
int wild(void *ctx)
{
	last = *(volatile u64 *)0x1234567890;
	return 0;
}

SEC("?raw_tp")
int unmodelled(void *ctx)
{
	return bpf_send_signal(9);
}
