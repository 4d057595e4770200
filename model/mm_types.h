/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel objects that a VMA iterator meets, with the kernel's names for
 * the kernel's fields; what only the model needs starts with tv_.
 */
#ifndef TV_MODEL_MM_TYPES_H
#define TV_MODEL_MM_TYPES_H
#define TV_MM_TYPES

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>
#include "maple/maple_tree.h"
#include "model/rcu.h"
#include "model/work.h"

struct tv_actor;
struct tv_world;

/* vm_flags: Linux include/linux/mm.h; the low byte is what maps shows. */
#define VM_READ		0x00000001UL
#define VM_WRITE	0x00000002UL
#define VM_EXEC		0x00000004UL
#define VM_SHARED	0x00000008UL
#define VM_MAYREAD	0x00000010UL
#define VM_MAYWRITE	0x00000020UL
#define VM_MAYEXEC	0x00000040UL
#define VM_MAYSHARE	0x00000080UL

#define PF_EXITING	0x00000004U
#define PF_KTHREAD	0x00200000U

#define TASK_COMM_LEN	16	/* bytes, the final NUL counted */

/* Somebody in the queue of a lock; lies where it waits. */
struct tv_waiter {
	struct rw_semaphore *lock;
	bool writer;
	bool granted;		/* a reader that has the lock, and is queued no more */
	struct tv_waiter *next;
};

/* Readers or one writer have it, the rest wait in a queue: see model/rwsem.h. */
struct rw_semaphore {
	unsigned int readers;
	bool writer;
	const struct tv_actor *owner;	/* the writer */
	struct tv_waiter *waiters;	/* first come, first served */
};

/* Linux spinlock_t where the model tells the holder; maple/compat.h has the tree's own. */
struct tv_spinlock {
	const struct tv_actor *owner;	/* NULL: free */
};

/* What names an open file: maps shows these of it. */
struct tv_file_key {
	uint64_t ino;
	unsigned int major, minor;	/* device of the inode */
	const char *path;		/* d_path text, interned; never NULL */
};

struct file {
	struct tv_world *tv_world;
	unsigned long f_count;
	struct tv_file_key tv_key;
	UT_hash_handle tv_hh;		/* in the world's index */
};

struct vm_area_struct {
	unsigned long vm_start;	/* bytes, inclusive, page aligned */
	unsigned long vm_end;	/* bytes, exclusive, page aligned */
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
	unsigned long vm_pgoff;	/* pages into vm_file; 0 without one */
	struct file *vm_file;	/* NULL: anonymous or special; else one reference is held */
	const char *tv_name;	/* what maps shows without a file ("[heap]"), interned; or NULL */
	int vm_refcnt;		/* 0: detached; 1: attached; each reader one more */
	unsigned int vm_ref;	/* design vma_ref only: the tree's, and one for each iterator */
	unsigned int vm_lock_seq;	/* equal to mm_lock_seq: locked for writing */
	struct vm_area_struct *vm_next, *vm_prev;	/* until Linux 6.1: model/vm_next.h */
	unsigned int tv_change;	/* change of the tree that its fields were last written for */
};

struct mm_struct {
	struct tv_world *tv_world;
	struct maple_tree mm_mt;
	struct vm_area_struct *mmap;	/* until Linux 6.1: first of the list */
	struct rw_semaphore mmap_lock;
	unsigned int mm_users;	/* users of the address space; the last one empties it */
	unsigned int mm_count;	/* users of the struct; the last one frees it */
	unsigned long map_count;
	unsigned int mm_lock_seq;	/* counts writers of mmap_lock; ends all VMA write locks */
	struct tv_work tv_put_work;	/* for mmput_async() */
	struct tv_history *tv_history;	/* NULL: nobody keeps one */
	int tv_lock_state;	/* enum tv_mmap_lock_state that the world holds it in */
	struct tv_waiter tv_lock_waiter;	/* the writer that waits in that state */
	int tv_pid;		/* of the task it was made for; -1 before tv_task_set_mm() */
	struct mm_struct *tv_prev, *tv_next;	/* all mms of the world (utlist) */
};

struct task_struct {
	struct tv_world *tv_world;
	unsigned int usage;
	unsigned int flags;	/* PF_* */
	int pid;
	int tgid;
	char comm[TASK_COMM_LEN];
	struct mm_struct *mm;	/* NULL: kernel thread, or exit_mm() has run */
	struct tv_spinlock alloc_lock;	/* Linux task_lock(): mm changes under it */
	struct tv_rcu_head tv_rcu;
	bool tv_released;	/* cannot be found by pid any more */
	struct task_struct *tv_prev, *tv_next;	/* all tasks, in the order of creation (utlist) */
};

#include "maple/vma_iterator.h"

#endif
