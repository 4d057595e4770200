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

/*
 * The state of mmap_lock as rwsem keeps it. Readers and a writer exclude
 * each other, and a waiting writer keeps new readers out.
 */
struct rw_semaphore {
	unsigned int readers;
	bool writer;
	unsigned int waiting_writers;
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
};

struct mm_struct {
	struct tv_world *tv_world;
	struct maple_tree mm_mt;
	struct rw_semaphore mmap_lock;
	unsigned int mm_users;	/* users of the address space; the last one empties it */
	unsigned int mm_count;	/* users of the struct; the last one frees it */
	unsigned long map_count;
	int tv_lock_state;	/* enum tv_mmap_lock_state that the world holds it in */
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
	struct task_struct *tv_prev, *tv_next;	/* all tasks, in the order of creation (utlist) */
};

#include "maple/vma_iterator.h"

#endif
