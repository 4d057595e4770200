// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Walks with the open-coded task_vma iterator, for the runner to check what they saw. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "bpf_misc.h"
#include "bpf_experimental.h"
#include "task_vma_walk.h"

char _license[] SEC("license") = "GPL";

struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

/* asked */
__u64 from;		/* the address to begin with */
s32 other_pid;		/* for walk_other */

/* answered */
struct seen_vma vmas[MAX_SEEN];
__u32 seen;		/* VMAs, of which the first MAX_SEEN are kept */
__u32 seen_inside;	/* walk_inside: by all the inner walks */
s32 err;		/* of new */
s32 my_pid;		/* outside of pid namespaces */

static void note(struct vm_area_struct *vma)
{
	struct file *file = vma->vm_file;
	struct seen_vma *to;
	__u32 i = seen++;

	if (i >= MAX_SEEN)
		return;
	to = &vmas[i];
	to->start = vma->vm_start;
	to->end = vma->vm_end;
	to->flags = vma->vm_flags;
	to->has_file = !!file;
	to->pgoff = vma->vm_pgoff;
	to->inode = file ? file->f_inode->i_ino : 0;
}

static void walk(struct task_struct *task)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;

	seen = 0;
	err = bpf_iter_task_vma_new(&it, task, from);
	while ((vma = bpf_iter_task_vma_next(&it)))
		note(vma);
	bpf_iter_task_vma_destroy(&it);
}

SEC("syscall")
int walk_self(void *ctx)
{
	walk(bpf_get_current_task_btf());
	return 0;
}

SEC("syscall")
int walk_other(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(other_pid);

	if (!task)
		return 1;
	walk(task);
	bpf_task_release(task);
	return 0;
}

SEC("syscall")
int walk_inside(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct vm_area_struct *outer, *inner;

	seen = 0;
	seen_inside = 0;
	bpf_for_each(task_vma, outer, task, 0) {
		seen++;
		bpf_for_each(task_vma, inner, task, 0)
			seen_inside++;
	}
	return 0;
}

SEC("syscall")
int who_am_i(void *ctx)
{
	my_pid = bpf_get_current_pid_tgid() >> 32;
	return 0;
}
