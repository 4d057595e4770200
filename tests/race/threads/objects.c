// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Tasks, mms and files: their lives. */
#include <stdlib.h>

#include "tests/race/dice.h"
#include "tests/race/threads/locks.h"
#include "tests/race/threads/objects.h"
#include "tests/race/threads/space.h"

static void *allocate(size_t size, enum held what)
{
	void *memory = calloc(1, size);

	if (!memory)
		abort();
	account(what, 1);
	return memory;
}

static void release(void *memory, enum held what)
{
	account(what, -1);
	free(memory);
}

/* --- files --- */

struct file *file_open(unsigned long cell)
{
	struct file *file = allocate(sizeof(*file), HELD_FILE);

	file->cell = cell;
	file->f_count = 1;
	account(HELD_FILE_REF, 1);
	return file;
}

void fput(struct file *file)
{
	if (ref_put(&file->f_count, HELD_FILE_REF))
		release(file, HELD_FILE);
}

/* --- mms --- */

static bool kept;
static struct mm_struct *spare_mms;
static spinlock_t spare_lock;

static struct mm_struct *spare_pop(void)
{
	struct mm_struct *mm;

	spin_lock(&spare_lock);
	mm = spare_mms;
	if (mm)
		spare_mms = mm->next;
	spin_unlock(&spare_lock);
	return mm;
}

static void spare_push(struct mm_struct *mm)
{
	spin_lock(&spare_lock);
	mm->next = spare_mms;
	spare_mms = mm;
	spin_unlock(&spare_lock);
}

static struct mm_struct *mm_memory(void)
{
	struct mm_struct *mm = calloc(1, sizeof(*mm));

	if (!mm)
		abort();
	mt_init_flags(&mm->mm_mt, MM_MT_FLAGS);
	mm->mm_lock_seq = 1;
	return mm;
}

#define MMS_KEPT	32	/* far more than live at one time */

void mm_keep_memory(bool keep)
{
	unsigned int i;

	kept = keep;
	for (i = 0; keep && i < MMS_KEPT; i++)
		spare_push(mm_memory());
	while (!keep && spare_mms)
		free(spare_pop());
}

struct mm_struct *mm_create_locked(void)
{
	struct mm_struct *mm = kept ? spare_pop() : mm_memory();

	if (!mm)
		abort();
	account(HELD_MM, 1);
	/* whoever still has the lock of what this memory was is waited for */
	mmap_write_lock(mm);
	WRITE_ONCE(mm->mm_count, 1);
	account(HELD_MM_COUNT, 1);
	WRITE_ONCE(mm->mm_users, 1);
	account(HELD_MM_USERS, 1);
	return mm;
}

/* No user is left. All of them together are one reference, which ends here. */
static void mm_exit(struct mm_struct *mm)
{
	space_empty(mm);
	if (!ref_put(&mm->mm_count, HELD_MM_COUNT))
		return;
	account(HELD_MM, -1);
	if (kept)
		spare_push(mm);
	else
		free(mm);
}

void mmput(struct mm_struct *mm)
{
	if (ref_put(&mm->mm_users, HELD_MM_USERS))
		mm_exit(mm);
}

/* --- tasks --- */

struct task_struct *task_create(struct mm_struct *mm)
{
	struct task_struct *task = allocate(sizeof(*task), HELD_TASK);

	task->mm = mm;
	task->usage = 1;
	account(HELD_TASK_REF, 1);
	return task;
}

void put_task_struct(struct task_struct *task)
{
	if (ref_put(&task->usage, HELD_TASK_REF))
		release(task, HELD_TASK);
}

struct mm_struct *get_task_mm(struct task_struct *task)
{
	struct mm_struct *mm;

	spin_lock(&task->alloc_lock);
	mm = task->mm;
	if (mm)
		mmget(mm);
	spin_unlock(&task->alloc_lock);
	return mm;
}

void task_replace_mm(struct task_struct *task, struct mm_struct *mm)
{
	struct mm_struct *old = task->mm;	/* nobody else writes it: this is the task */

	mmap_read_lock(old);
	spin_lock(&task->alloc_lock);
	WRITE_ONCE(task->mm, mm);
	if (!mm)
		task->flags |= PF_EXITING;
	spin_unlock(&task->alloc_lock);
	mmap_read_unlock(old);
	mmput(old);
}

static void put_after_readers(struct rcu_head *head)
{
	tv_rcu_after();
	put_task_struct(container_of(head, struct task_struct, rcu));
}

void task_exit(struct task_struct *task)
{
	task_replace_mm(task, NULL);
	tv_rcu_before();
	call_rcu(&task->rcu, put_after_readers);
}

/* --- the BPF allocator --- */

struct bpf_mem_alloc bpf_global_ma;

static __thread bool refused;

void *bpf_mem_alloc(struct bpf_mem_alloc *ma, size_t size)
{
	static __thread uint64_t dice;

	refused = ma->refuse_every && roll(&dice) % ma->refuse_every == 0;
	return refused ? NULL : allocate(size, HELD_BPF_MEM);
}

void bpf_mem_free(struct bpf_mem_alloc *ma, void *memory)
{
	if (memory)
		release(memory, HELD_BPF_MEM);
}

bool bpf_mem_was_refused(void)
{
	return refused;
}

/* --- the kernel's own threads --- */

/* kworker: address spaces whose last user must not wait. */
static struct mm_struct *to_exit;

void mmput_async(struct mm_struct *mm)
{
	if (!ref_put(&mm->mm_users, HELD_MM_USERS))
		return;
	mm->next = __atomic_load_n(&to_exit, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&to_exit, &mm->next, mm, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
}

static bool kworker_round(void)
{
	struct mm_struct *mm = __atomic_exchange_n(&to_exit, NULL, __ATOMIC_ACQUIRE), *next;
	bool did = mm;

	for (; mm; mm = next) {
		next = mm->next;
		mm_exit(mm);
	}
	return did;
}

static bool kernel_stops;
static pthread_t kworker, irq_worker;

/* @arg: what to do once; true when there was something. */
static void *kernel_thread(void *arg)
{
	bool (*round)(void) = arg;
	bool last;

	do {
		last = __atomic_load_n(&kernel_stops, __ATOMIC_ACQUIRE);
		if (!round())
			pause_briefly();
	} while (!last);
	return NULL;
}

void kernel_threads_start(void)
{
	__atomic_store_n(&kernel_stops, false, __ATOMIC_RELAXED);
	if (pthread_create(&kworker, NULL, kernel_thread, kworker_round) ||
	    pthread_create(&irq_worker, NULL, kernel_thread, irq_work_round))
		abort();
}

void kernel_threads_stop(void)
{
	__atomic_store_n(&kernel_stops, true, __ATOMIC_RELEASE);
	pthread_join(irq_worker, NULL);
	pthread_join(kworker, NULL);
	rcu_barrier();
}
