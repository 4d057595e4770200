// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Approaches "seq_file" and "seq_file_v5": a process reads the bpf_iter
 * "task_vma" of one task, and a program runs at each VMA with mmap_lock held,
 * as kernel/bpf/task_iter.c and bpf_iter.c make it.
 *
 * The lock is dropped when somebody waits for it, and whenever a read has no
 * room left. What comes then is found by the end of the VMA that was last: the
 * one that holds the byte before that end, or the first behind. Is it the one
 * that was shown already? Song Liu's series "introduce bpf_iter for task_vma"
 * (2021) held only the starts against each other up to v5, and passed over a
 * VMA [4k, 8k) that had become [4k, 12k); since v6 it compares both ends.
 *
 * Linux 6.2 made the walk a user of the mm; until then it trusted task->mm at
 * every use.
 */
#include <errno.h>
#include "model/approach.h"
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/step.h"
#include "model/task.h"

struct rule {
	bool both_ends;		/* a VMA is the one before when both its ends are */
	bool holds_mm;
};

static const struct rule rule_6_2 = { .both_ends = true, .holds_mm = true };
static const struct rule rule_v5 = { 0 };

#define NO_START	(-1UL)	/* no VMA starts there */

/* The open file. */
struct task_vma_file {
	const struct rule *rule;
	int pid;
	unsigned long from;
	struct task_struct *task;	/* referenced while a read is under way; else NULL */
	struct mm_struct *mm;		/* locked for reading as long */
	struct vm_area_struct *vma;	/* come to last */
	bool began;			/* the two below are valid */
	unsigned long prev_start, prev_end;
};

struct task_vma_walk {
	struct tv_approach reader;
	struct task_vma_file *file;
	void *buffer;
	unsigned int shown;		/* by the read under way */
};

int seq_file_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr);
struct vm_area_struct *seq_file_approach_next(struct bpf_iter_task_vma *it);
void seq_file_approach_destroy(struct bpf_iter_task_vma *it);
int seq_file_v5_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr);
struct vm_area_struct *seq_file_v5_approach_next(struct bpf_iter_task_vma *it);
void seq_file_v5_approach_destroy(struct bpf_iter_task_vma *it);

/* --- the VMA to go on with ----------------------------------------------------- */

static struct vm_area_struct *find(struct mm_struct *mm, unsigned long addr)
{
	VMA_ITERATOR(vmi, mm, addr);

	tv_touch(mm, TV_PART_TREE, TV_ACCESS_READ, "find_vma", TV_SITE());
	return vma_next(&vmi);
}

static bool is_previous(const struct task_vma_file *file, const struct vm_area_struct *vma)
{
	return vma->vm_start == file->prev_start &&
	       (!file->rule->both_ends || vma->vm_end == file->prev_end);
}

/* The lock was not held for a while: everything may have changed. */
static struct vm_area_struct *find_again(const struct task_vma_file *file)
{
	struct vm_area_struct *vma = find(file->mm, file->prev_end - 1);

	return vma && is_previous(file, vma) ? find(file->mm, vma->vm_end) : vma;
}

static void remember(struct task_vma_file *file, unsigned long start)
{
	file->began = true;
	file->prev_start = start;
	file->prev_end = file->vma->vm_end;
}

/* --- locking ------------------------------------------------------------------- */

static struct mm_struct *read_task_mm(const struct task_vma_file *file)
{
	tv_touch(file->task, TV_PART_FIELDS, TV_ACCESS_READ, "read task->mm", TV_SITE());
	return file->task->mm;
}

/* The mm that the file would lock or unlock now: by the old rule the task's, whichever that is. */
static struct mm_struct *mm_of(const struct task_vma_file *file)
{
	struct mm_struct *mm;

	if (file->rule->holds_mm)
		return file->mm;
	mm = read_task_mm(file);
	/* none any more: the kernel would have gone on, through NULL */
	if (!mm)
		tv_touch(mm, TV_PART_LOCK, TV_ACCESS_READ, "mmap_lock", TV_SITE());
	return mm;
}

/* 0, or what ends the walk, with nothing held. */
static int lock(struct task_vma_file *file)
{
	file->task = tv_task_from_pid(tv_current->world, file->pid, TV_SITE());
	if (!file->task)
		return -ESRCH;
	file->mm = file->rule->holds_mm ? tv_get_task_mm(file->task, TV_SITE()) : read_task_mm(file);
	if (!file->mm) {
		put_task_struct(file->task);
		file->task = NULL;
		return -ESRCH;
	}
	mmap_read_lock(file->mm);
	return 0;
}

static void unlock(struct task_vma_file *file)
{
	struct task_struct *task = file->task;

	if (!task)
		return;
	mmap_read_unlock(mm_of(file));
	if (file->rule->holds_mm)
		mmput(file->mm);
	file->task = NULL;
	put_task_struct(task);
}

/* --- reading ------------------------------------------------------------------- */

/* A read(2) begins: the first VMA, or the one at which the last read had no room left. */
static int read_begin(struct task_vma_walk *walk)
{
	struct task_vma_file *file = walk->file;
	int err;

	walk->reader.calls++;
	walk->shown = 0;
	file->vma = NULL;
	err = lock(file);
	if (err) {
		tv_refuse(tv_current->world, TV_RES_TASK_REF, NULL, "the task is gone", TV_SITE());
		return err;
	}
	file->vma = file->began ? find_again(file) : find(file->mm, file->from);
	return 0;
}

/* What has no room is shown first by the next read: no VMA is taken for it. */
static void read_end(struct task_vma_file *file)
{
	remember(file, NO_START);
	unlock(file);
}

static void to_next(struct task_vma_file *file)
{
	if (!mmap_lock_is_contended(mm_of(file))) {
		file->vma = find(file->mm, file->vma->vm_end);
		return;
	}
	remember(file, file->vma->vm_start);
	mmap_read_unlock(mm_of(file));
	file->mm = mm_of(file);
	mmap_read_lock(file->mm);
	file->vma = find_again(file);
}

static int open_file(struct bpf_iter_task_vma *it, const struct rule *rule,
		     struct task_struct *task, unsigned long addr)
{
	struct task_vma_walk *walk;
	int err;

	tv_might_sleep("open of a bpf_iter", TV_SITE());
	walk = tv_approach_begin(it, sizeof(*walk));
	if (!walk)
		return -ENOMEM;
	err = -ENOMEM;
	walk->file = tv_kmalloc(sizeof(*walk->file), TV_SITE());
	walk->buffer = walk->file ? tv_kmalloc(1, TV_SITE()) : NULL;
	if (!walk->buffer)
		goto out_free;
	*walk->file = (struct task_vma_file){ .rule = rule, .pid = task->pid, .from = addr };
	walk->reader.calls = 2;
	err = read_begin(walk) ? -ENOENT : 0;
	if (err)
		goto out_free;
	tv_approach_set_mm(&walk->reader, walk->file->mm);
	return 0;
out_free:
	tv_kfree(walk->buffer, TV_SITE());
	tv_kfree(walk->file, TV_SITE());
	tv_approach_end(it);
	return err;
}

/* The first read began with the open: what it came to is shown as it is. */
static struct vm_area_struct *show_next(struct task_vma_walk *walk)
{
	struct task_vma_file *file = walk->file;
	bool first = !walk->shown;

	if (!first && file->vma)
		to_next(file);
	if (file->vma && walk->shown == TV_APPROACH_READ) {
		read_end(file);
		walk->reader.error = read_begin(walk);
	}
	walk->shown++;
	tv_approach_read(&walk->reader);
	return file->vma;
}

static void close_file(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	if (!walk)
		return;
	unlock(walk->file);
	tv_kfree(walk->buffer, TV_SITE());
	tv_kfree(walk->file, TV_SITE());
	tv_approach_end(it);
}

/* --- the two rules ------------------------------------------------------------- */

int seq_file_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr)
{
	return open_file(it, &rule_6_2, task, addr);
}

int seq_file_v5_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr)
{
	return open_file(it, &rule_v5, task, addr);
}

struct vm_area_struct *seq_file_approach_next(struct bpf_iter_task_vma *it)
{
	return iter_walk(it) ? show_next(iter_walk(it)) : NULL;
}

struct vm_area_struct *seq_file_v5_approach_next(struct bpf_iter_task_vma *it)
{
	return iter_walk(it) ? show_next(iter_walk(it)) : NULL;
}

void seq_file_approach_destroy(struct bpf_iter_task_vma *it)
{
	close_file(it);
}

void seq_file_v5_approach_destroy(struct bpf_iter_task_vma *it)
{
	close_file(it);
}
