/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tasks, mms, VMAs and files that several threads share: the kernel's names
 * and rules, over atomics, liburcu and the heap, so that the sanitizers see
 * each object's life.
 */
#ifndef THREADS_OBJECTS_H
#define THREADS_OBJECTS_H
#define TV_MM_TYPES

#include "maple/maple_tree.h"
#include "tests/race/threads/account.h"

#define PF_EXITING	0x00000004U
#define PF_KTHREAD	0x00200000U

/* Readers, or one writer; see locks.c. */
struct rw_semaphore {
	int state;
	int writers_waiting;
};

struct file {
	int f_count;
	unsigned long cell;		/* which part of the address space it is mapped in */
};

/*
 * Linux 6.15 and later: a count and a sequence number. They lie beside the VMA, as in the kernels
 * before: a copy of a VMA, made under its lock, would else read a count that other readers change.
 */
struct vma_lock {
	int refcnt;			/* 0: detached; 1: attached; each reader one more */
	int ref;			/* design vma_ref only: the tree's, and one a walk */
	unsigned int seq;		/* equal to mm_lock_seq: locked for writing */
};

struct vm_area_struct {
	unsigned long vm_start, vm_end;	/* bytes, end exclusive */
	struct mm_struct *vm_mm;
	unsigned long vm_flags;		/* see space.h */
	unsigned long vm_pgoff;
	struct file *vm_file;		/* NULL, or one reference is held */
	struct vma_lock *vm_lock;
};

struct mm_struct {
	struct maple_tree mm_mt;
	struct rw_semaphore mmap_lock;
	int mm_users, mm_count;
	unsigned int mm_lock_seq;
	/* what holds while nobody has mmap_lock for writing; protected by it */
	unsigned long map_count, mapped;	/* VMAs, bytes */
	struct mm_struct *next;		/* in a list of those that wait for something */
};

struct task_struct {
	int usage;
	unsigned int flags;		/* PF_*, under alloc_lock */
	struct mm_struct *mm;		/* written under alloc_lock */
	spinlock_t alloc_lock;
	struct rcu_head rcu;
};

#include "maple/vma_iterator.h"

/* --- files --- */

struct file *file_open(unsigned long cell);

static inline struct file *get_file(struct file *file)
{
	ref_get(&file->f_count, HELD_FILE_REF);
	return file;
}

void fput(struct file *file);

/* --- mms --- */

/*
 * Whether the memory of an mm outlives it, to become the next mm's. For a design that looks at an
 * mm without holding it: what it does there can then be told apart from what it does to the heap.
 */
void mm_keep_memory(bool keep);

/* Empty, with one user, and mmap_lock held for writing. */
struct mm_struct *mm_create_locked(void);

static inline void mmget(struct mm_struct *mm)
{
	ref_get(&mm->mm_users, HELD_MM_USERS);
}

/* The last one empties the address space, which takes mmap_lock and so waits. */
void mmput(struct mm_struct *mm);
/* The same, but a kworker does it: for those who must not wait. */
void mmput_async(struct mm_struct *mm);

/* --- tasks --- */

/* With @mm, whose user it becomes; one reference. */
struct task_struct *task_create(struct mm_struct *mm);

static inline struct task_struct *get_task_struct(struct task_struct *task)
{
	ref_get(&task->usage, HELD_TASK_REF);
	return task;
}

void put_task_struct(struct task_struct *task);

static inline bool task_trylock(struct task_struct *task)
{
	return !__atomic_exchange_n(&task->alloc_lock.held, 1, __ATOMIC_ACQUIRE);
}

static inline void task_unlock(struct task_struct *task)
{
	spin_unlock(&task->alloc_lock);
}

/* The mm with one user more, or NULL. Waits for alloc_lock. */
struct mm_struct *get_task_mm(struct task_struct *task);
/* Linux exec_mmap(): the task lets go of its mm for @mm, NULL when it exits. */
void task_replace_mm(struct task_struct *task, struct mm_struct *mm);
/* exit_mm(), and the reference of task_create() ends once no RCU reader can have the task. */
void task_exit(struct task_struct *task);

/* --- the BPF allocator --- */

struct bpf_mem_alloc {
	unsigned int refuse_every;	/* one in so many is refused, by chance; 0: none */
};

extern struct bpf_mem_alloc bpf_global_ma;

void *bpf_mem_alloc(struct bpf_mem_alloc *ma, size_t size);
void bpf_mem_free(struct bpf_mem_alloc *ma, void *memory);
/* Was this thread's last bpf_mem_alloc() refused? */
bool bpf_mem_was_refused(void);

/* --- the kernel's own threads --- */

/* kworker and irq_work. Stopping them lets them finish what they have, and RCU's callbacks. */
void kernel_threads_start(void);
void kernel_threads_stop(void);

#endif
