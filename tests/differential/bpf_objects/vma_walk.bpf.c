// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The task_vma iterator both ways, with what belongs to it: RCU, task references, file paths. */
#include "common.h"

#ifndef BPF_TASK_VMA_DECLARED
extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				 __u64 addr) __ksym;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
#endif

struct area {
	__u64 start, end, flags, pgoff, ino;
};

int target_pid;
__u32 count;
struct area ranges[64];

SEC("raw_tp/sys_enter")
int walk(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;
	__u32 n = 0;

	if (task->pid != target_pid)
		return 0;
	bpf_iter_task_vma_new(&it, task, 0);
	while ((vma = bpf_iter_task_vma_next(&it)) && n < 64) {
		struct area *r = &ranges[n & 63];

		r->start = vma->vm_start;
		r->end = vma->vm_end;
		r->pgoff = vma->vm_pgoff;
		if (vma->vm_file)
			r->ino = vma->vm_file->f_inode->i_ino;
		n++;
	}
	bpf_iter_task_vma_destroy(&it);
	count = n;
	return 0;
}

SEC("iter/task_vma")
int dump(struct bpf_iter__task_vma *ctx)
{
	struct vm_area_struct *vma = ctx->vma;
	struct seq_file *seq = ctx->meta->seq;

	if (vma)
		BPF_SEQ_PRINTF(seq, "%lx-%lx\n", vma->vm_start, vma->vm_end);
	return 0;
}

SEC("?raw_tp/sys_exit")
int other_task(void *ctx)
{
	struct task_struct *task = bpf_task_from_pid(target_pid);

	if (!task)
		return 0;
	bpf_rcu_read_lock();
	count = task->mm ? task->mm->map_count : 0;
	bpf_rcu_read_unlock();
	bpf_task_release(task);
	return 0;
}

LICENSE("GPL");
