// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Approach "maps": a process reads /proc/PID/maps, as Linux v6.12
 * fs/proc/task_mmu.c and fs/seq_file.c make it.
 *
 * open holds the mm by mm_count only. Each read finds the task, becomes a user
 * of the mm, waits for mmap_lock and prints as many lines as there is room
 * for; it leaves with the start of the first VMA that it has not printed, and
 * there the next read goes on.
 */
#include <errno.h>
#include "model/approach.h"
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/step.h"
#include "model/task.h"

/* The open file. */
struct maps_file {
	int pid;
	struct mm_struct *mm;		/* one mm_count */
	unsigned long pos;		/* an address, or MAPS_END */
	struct vm_area_struct *buffer;	/* of TV_APPROACH_READ lines; NULL before the first read */
};

#define MAPS_END	(-1UL)

struct task_vma_walk {
	struct tv_approach reader;
	struct maps_file *file;
	struct vm_area_struct lines[TV_APPROACH_READ];	/* where read(2) puts them */
	unsigned int nr, shown;
};

int maps_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr);
struct vm_area_struct *maps_approach_next(struct bpf_iter_task_vma *it);
void maps_approach_destroy(struct bpf_iter_task_vma *it);

int maps_approach_new(struct bpf_iter_task_vma *it, struct task_struct *task, __u64 addr)
{
	struct task_vma_walk *walk;
	struct maps_file *file;
	struct mm_struct *mm;

	iter_set_walk(it, NULL);
	tv_might_sleep("open of maps", TV_SITE());
	/* the kernel opens such a file, too, and lets it be empty */
	mm = tv_get_task_mm(task, TV_SITE());
	if (!mm)
		return -ENOENT;
	file = tv_kmalloc(sizeof(*file), TV_SITE());
	walk = file ? tv_approach_begin(it, sizeof(*walk)) : NULL;
	if (!walk) {
		tv_kfree(file, TV_SITE());
		mmput(mm);
		return -ENOMEM;
	}
	*file = (struct maps_file){ .pid = task->pid, .mm = mm, .pos = addr };
	walk->file = file;
	walk->reader.calls = 2;
	tv_approach_set_mm(&walk->reader, mm);
	mmgrab(mm);
	mmput(mm);
	return 0;
}

/* With the lock: lines of what stands from the file's position on. Returns how many. */
static unsigned int print_lines(struct maps_file *file)
{
	VMA_ITERATOR(vmi, file->mm, file->pos);
	struct vm_area_struct *vma;
	unsigned int nr = 0;

	tv_touch(file->mm, TV_PART_TREE, TV_ACCESS_READ, "vma_next", TV_SITE());
	while ((vma = vma_next(&vmi)) && nr < TV_APPROACH_READ)
		file->buffer[nr++] = *vma;
	file->pos = vma ? vma->vm_start : MAPS_END;
	return nr;
}

/* With a user of the mm more. */
static unsigned int read_locked(struct task_vma_walk *walk)
{
	struct maps_file *file = walk->file;
	unsigned int nr;

	mmap_read_lock(file->mm);
	tv_approach_read(&walk->reader);
	nr = print_lines(file);
	mmap_read_unlock(file->mm);
	mmput(file->mm);
	return nr;
}

/*
 * read(2). *@nr lines: none at the end of the file. An mm without users reads
 * as the end as well; for whoever judges that is a walk that broke off.
 */
static int read_maps(struct task_vma_walk *walk, unsigned int *nr)
{
	struct maps_file *file = walk->file;
	struct task_struct *task;

	*nr = 0;
	walk->reader.calls++;
	if (file->pos == MAPS_END)
		return 0;
	if (!file->buffer)
		file->buffer = tv_kmalloc(sizeof(walk->lines), TV_SITE());
	if (!file->buffer)
		return -ENOMEM;
	task = tv_task_from_pid(tv_current->world, file->pid, TV_SITE());
	if (!task) {
		tv_refuse(tv_current->world, TV_RES_TASK_REF, NULL, "the task is gone", TV_SITE());
		return -ESRCH;
	}
	if (mmget_not_zero(file->mm))
		*nr = read_locked(walk);
	put_task_struct(task);
	return *nr || file->pos == MAPS_END ? 0 : -ESRCH;
}

struct vm_area_struct *maps_approach_next(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);
	unsigned int i;

	if (!walk)
		return NULL;
	if (walk->shown == walk->nr) {
		walk->shown = 0;
		walk->reader.error = read_maps(walk, &walk->nr);
		for (i = 0; i < walk->nr; i++)
			walk->lines[i] = walk->file->buffer[i];
	}
	return walk->shown < walk->nr ? &walk->lines[walk->shown++] : NULL;
}

void maps_approach_destroy(struct bpf_iter_task_vma *it)
{
	struct task_vma_walk *walk = iter_walk(it);

	if (!walk)
		return;
	mmdrop(walk->file->mm);
	tv_kfree(walk->file->buffer, TV_SITE());
	tv_kfree(walk->file, TV_SITE());
	tv_approach_end(it);
}
