// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Walks the address space of any task, and tells what new said and what next
 * returned. The task is found by the task iterator, since that one also hands
 * out kernel threads and processes that have exited and are not waited for.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "boot_walks.h"

#define PAGE_SHIFT	12

extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
				 __u64 addr) __ksym;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym;
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task,
			     unsigned int flags) __ksym __weak;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym __weak;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym __weak;

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

struct boot_ask ask;
struct boot_answer answers[BOOT_WALKS];

struct boot_alarm {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct boot_alarm);
} alarms SEC(".maps");

static __always_inline void note(struct boot_vma *seen, const struct vm_area_struct *vma)
{
	struct file *file = vma->vm_file;

	seen->start = vma->vm_start;
	seen->end = vma->vm_end;
	seen->flags = vma->vm_flags;
	seen->offset = 0;
	seen->inode = 0;
	seen->device = 0;
	if (file) {
		seen->offset = (__u64)vma->vm_pgoff << PAGE_SHIFT;
		seen->inode = file->f_inode->i_ino;
		seen->device = file->f_inode->i_sb->s_dev;
	}
}

static __always_inline void walk_task(struct task_struct *task, struct boot_answer *answer)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;
	__u32 n = ask.zero;

	answer->err = bpf_iter_task_vma_new(&it, task, ask.from);
	while ((vma = bpf_iter_task_vma_next(&it))) {
		/* the very register that was checked is the index */
		barrier_var(n);
		if (n >= BOOT_VMAS)
			break;
		note(&answer->vmas[n], vma);
		n++;
	}
	bpf_iter_task_vma_destroy(&it);
	answer->count = n;
	answer->done = 1;
}

static __always_inline void walk_found(int walks)
{
	struct bpf_iter_task tasks;
	struct task_struct *task;

	bpf_iter_task_new(&tasks, NULL, BPF_TASK_ITER_ALL_PROCS);
	while ((task = bpf_iter_task_next(&tasks))) {
		if ((__u32)task->pid != ask.pid)
			continue;
		walk_task(task, &answers[0]);
		if (walks > 1)
			walk_task(task, &answers[1]);
		break;
	}
	bpf_iter_task_destroy(&tasks);
}

SEC("raw_tp")
int walk(void *ctx)
{
	walk_found(1);
	return 0;
}

/* With interrupts off, what the first walk put off until later is in the second one's way. */
SEC("raw_tp")
int walk_twice(void *ctx)
{
	walk_found(2);
	return 0;
}

static int on_alarm(void *map, __u32 *key, struct boot_alarm *alarm)
{
	/* a timer of a program that may sleep: the section must be there to be seen */
	bpf_rcu_read_lock();
	walk_found(1);
	bpf_rcu_read_unlock();
	return 0;
}

/* The walk is done by a timer, in softirq. */
SEC("syscall")
int walk_later(void *ctx)
{
	struct boot_alarm *alarm;
	__u32 key = 0;
	long err;

	alarm = bpf_map_lookup_elem(&alarms, &key);
	if (!alarm)
		return 1;
	err = bpf_timer_init(&alarm->timer, &alarms, 1 /* CLOCK_MONOTONIC */);
	if (err && err != -16 /* EBUSY: initialised before */)
		return 2;
	if (bpf_timer_set_callback(&alarm->timer, on_alarm))
		return 3;
	return bpf_timer_start(&alarm->timer, 0, 0) ? 4 : 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
