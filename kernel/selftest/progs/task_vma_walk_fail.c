// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Walks that the verifier must not let pass. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_misc.h"
#include "bpf_experimental.h"

char _license[] SEC("license") = "GPL";

SEC("?syscall")
__failure __msg("Unreleased reference")
int no_destroy(void *ctx)
{
	struct bpf_iter_task_vma it;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	bpf_iter_task_vma_next(&it);
	return 0;
}

SEC("?syscall")
__failure __msg("expected an initialized iter_task_vma as arg #")
int next_without_new(void *ctx)
{
	struct bpf_iter_task_vma it;

	bpf_iter_task_vma_next(&it);
	return 0;
}

SEC("?syscall")
__failure __msg("expected an initialized iter_task_vma as arg #")
int destroy_twice(void *ctx)
{
	struct bpf_iter_task_vma it;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	bpf_iter_task_vma_destroy(&it);
	bpf_iter_task_vma_destroy(&it);
	return 0;
}

SEC("?syscall")
__failure __msg("R2 must be")
int task_may_be_gone(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct bpf_iter_task_vma it;

	bpf_iter_task_vma_new(&it, task->last_wakee, 0);
	bpf_iter_task_vma_destroy(&it);
	return 0;
}

SEC("?syscall")
__failure __msg("invalid mem access 'scalar'")
int vma_of_no_check(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;
	__u64 start;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	vma = bpf_iter_task_vma_next(&it);
	start = vma->vm_start;
	bpf_iter_task_vma_destroy(&it);
	return start != 0;
}
