/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All that the task_vma iterator stands on. It includes this header and no
 * other, so that the same source also compiles where these calls are a model.
 */
#ifndef TASK_VMA_ENV_H
#define TASK_VMA_ENV_H

#include <linux/bpf.h>
#include <linux/bpf_mem_alloc.h>
#include <linux/btf.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "task_vma_iter.h"

/* What task_lock() takes, without waiting for it. */
#define task_trylock(task)	spin_trylock(&(task)->alloc_lock)

/* There is no asynchronous mmput() without an MMU; nor are there per-VMA locks then. */
#ifndef CONFIG_MMU
#define mmput_async(mm)		mmput(mm)
#endif

#include "task_vma_mm.h"

/* Only BPF programs call these; what says so to the compiler, sparse does not hear. */
int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, u64 addr);
struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it);
void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it);

#endif
