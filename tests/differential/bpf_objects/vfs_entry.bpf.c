// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* fentry, fexit, sleepable ones; kernel symbols typed, typeless, weak and missing. */
#include "common.h"

extern const void bpf_prog_active __ksym __weak;
extern const int cpu_number __ksym __weak;
extern const void _stext __ksym;
extern const struct rq runqueues __ksym __weak;
extern void bpf_no_such_kfunc_anywhere(void) __ksym __weak;
extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

__u64 reads, bytes, offsets, cpus;

SEC("fentry/vfs_read")
int BPF_PROG(read_begins, struct file *file, char *buf, size_t count)
{
	__sync_fetch_and_add(&reads, 1);
	bytes += count + BPF_CORE_READ(file, f_inode, i_ino);
	return 0;
}

SEC("fexit/vfs_read")
int BPF_PROG(read_ends, struct file *file, char *buf, size_t count, loff_t *pos, ssize_t ret)
{
	if (ret > 0)
		bytes += ret;
	return 0;
}

SEC("fentry.s/do_mmap")
int BPF_PROG(mmap_begins, struct file *file, unsigned long addr, unsigned long len)
{
	char first;

	if (!bpf_copy_from_user(&first, 1, (void *)addr))
		bytes += first;
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(symbols, struct pt_regs *regs, long nr)
{
	struct task_struct *t = bpf_task_acquire(bpf_get_current_task_btf());

	offsets += (unsigned long)&_stext + (unsigned long)&bpf_prog_active;
	if (&runqueues) {
		const struct rq *rq = bpf_per_cpu_ptr(&runqueues, 0);

		if (rq)
			cpus += rq->nr_running;
	}
	if (bpf_no_such_kfunc_anywhere)
		bpf_no_such_kfunc_anywhere();
	if (t)
		bpf_task_release(t);
	return 0;
}

LICENSE("GPL");
