// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* mmap_lock, its release from irq_work, and the locks of VMAs, between real threads. */
#include <sched.h>
#include <time.h>

#include "tests/race/threads/locks.h"
#include "tests/race/threads/space.h"

void pause_briefly(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 50000 }, NULL);
}

void wait_a_moment(unsigned int *looks)
{
	if (++*looks % 32)
		sched_yield();
	else
		pause_briefly();
}

/* --- mmap_lock: the number of readers, or WRITER --- */

#define WRITER	(1 << 30)

static bool get_in(struct rw_semaphore *lock, int from, int to)
{
	return __atomic_compare_exchange_n(&lock->state, &from, to, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

bool mmap_read_trylock(struct mm_struct *mm)
{
	struct rw_semaphore *lock = &mm->mmap_lock;
	int state;

	let_others_in();
	do {
		state = READ_ONCE(lock->state);
		if (state == WRITER || READ_ONCE(lock->writers_waiting))
			return false;
	} while (!get_in(lock, state, state + 1));
	account(HELD_MMAP_READ, 1);
	return true;
}

void mmap_read_lock(struct mm_struct *mm)
{
	unsigned int looks = 0;

	while (!mmap_read_trylock(mm))
		wait_a_moment(&looks);
}

void mmap_read_unlock(struct mm_struct *mm)
{
	int before = __atomic_fetch_sub(&mm->mmap_lock.state, 1, __ATOMIC_RELEASE);

	if (before <= 0 || before >= WRITER)
		complain("mmap_lock is given back by a reader who did not have it");
	account(HELD_MMAP_READ, -1);
}

void mmap_write_lock(struct mm_struct *mm)
{
	struct rw_semaphore *lock = &mm->mmap_lock;
	unsigned int looks = 0;

	__atomic_fetch_add(&lock->writers_waiting, 1, __ATOMIC_RELAXED);
	while (!get_in(lock, 0, WRITER))
		wait_a_moment(&looks);
	__atomic_fetch_sub(&lock->writers_waiting, 1, __ATOMIC_RELAXED);
	account(HELD_MMAP_WRITE, 1);
}

void mmap_write_unlock(struct mm_struct *mm)
{
	/* Linux vma_end_write_all(): who sees the new number sees what the writer did */
	smp_store_release(&mm->mm_lock_seq, mm->mm_lock_seq + 1);
	account(HELD_MMAP_WRITE, -1);
	if (__atomic_fetch_sub(&mm->mmap_lock.state, WRITER, __ATOMIC_RELEASE) != WRITER)
		complain("mmap_lock is given back by a writer who did not have it");
}

/* --- irq_work --- */

struct mmap_unlock_irq_work {
	bool busy;
	struct mm_struct *mm;
};

static struct mmap_unlock_irq_work unlock_work[MAX_CPUS];
static __thread struct {
	unsigned int number;
	bool irqs_off;
} cpu;

void cpu_set(unsigned int number)
{
	cpu.number = number;
}

void local_irq_disable(void)
{
	cpu.irqs_off = true;
}

void local_irq_enable(void)
{
	cpu.irqs_off = false;
}

bool irqs_disabled(void)
{
	return cpu.irqs_off;
}

bool bpf_mmap_unlock_get_irq_work(struct mmap_unlock_irq_work **work)
{
	*work = irqs_disabled() ? &unlock_work[cpu.number] : NULL;
	return *work && smp_load_acquire(&(*work)->busy);
}

void bpf_mmap_unlock_mm(struct mmap_unlock_irq_work *work, struct mm_struct *mm)
{
	if (!work) {
		mmap_read_unlock(mm);
		return;
	}
	if (READ_ONCE(work->busy))
		complain("an irq_work is queued that is queued already");
	work->mm = mm;
	account(HELD_IRQ_WORK, 1);
	smp_store_release(&work->busy, true);
}

bool irq_work_round(void)
{
	bool did = false;
	unsigned int i;

	for (i = 0; i < MAX_CPUS; i++) {
		if (!smp_load_acquire(&unlock_work[i].busy))
			continue;
		did = true;
		mmap_read_unlock(unlock_work[i].mm);
		account(HELD_IRQ_WORK, -1);
		/* Linux irq_work_single(): busy until the function has returned */
		smp_store_release(&unlock_work[i].busy, false);
	}
	return did;
}

/* --- VMA locks --- */

#define VMA_LOCK_OFFSET	0x40000000

static void drop_reader(struct vm_area_struct *vma)
{
	/* what this reader read, it read before a writer goes on */
	__atomic_fetch_sub(&vma->vm_lock->refcnt, 1, __ATOMIC_RELEASE);
	account(HELD_VMA_READ, -1);
}

enum entry { ENTERED, REFUSED, GONE };

/* The count is what keeps the VMA; what it is can be asked only then. */
static enum entry enter_reader(struct vm_area_struct *vma, const struct mm_struct *mm)
{
	struct vma_lock *lock = vma->vm_lock;
	int count;

	let_others_in();
	count = READ_ONCE(lock->refcnt);
	if (READ_ONCE(lock->seq) == READ_ONCE(mm->mm_lock_seq))
		return REFUSED;
	do {
		if (!count || count >= VMA_LOCK_OFFSET)
			return count ? REFUSED : GONE;
	} while (!__atomic_compare_exchange_n(&lock->refcnt, &count, count + 1, false,
					      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	account(HELD_VMA_READ, 1);
	let_others_in();
	if (vma->vm_mm == mm && READ_ONCE(lock->seq) != smp_load_acquire(&mm->mm_lock_seq))
		return ENTERED;
	drop_reader(vma);
	return REFUSED;
}

struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;
	enum entry entry = REFUSED;

	let_others_in();
	rcu_read_lock();
	do {
		MA_STATE(mas, &mm->mm_mt, address, address);

		vma = mas_walk(&mas);
		if (vma)
			entry = enter_reader(vma, mm);
	} while (vma && entry == GONE);
	rcu_read_unlock();
	if (!vma || entry != ENTERED)
		return NULL;
	if (address >= vma->vm_start && address < vma->vm_end)
		return vma;
	vma_end_read(vma);
	return NULL;
}

void vma_end_read(struct vm_area_struct *vma)
{
	drop_reader(vma);
}

/* Waits until readers have left no more than @rest of the count. */
static void wait_for_readers(struct vma_lock *lock, int rest)
{
	unsigned int looks = 0;

	while ((smp_load_acquire(&lock->refcnt) & (VMA_LOCK_OFFSET - 1)) > rest)
		wait_a_moment(&looks);
}

void vma_start_write(struct vm_area_struct *vma)
{
	unsigned int seq = vma->vm_mm->mm_lock_seq;	/* only writers change it: nobody now */
	struct vma_lock *lock = vma->vm_lock;

	if (lock->seq == seq)
		return;
	__atomic_fetch_add(&lock->refcnt, VMA_LOCK_OFFSET, __ATOMIC_ACQUIRE);
	wait_for_readers(lock, 1);
	WRITE_ONCE(lock->seq, seq);
	__atomic_fetch_sub(&lock->refcnt, VMA_LOCK_OFFSET, __ATOMIC_RELEASE);
}

void vma_mark_detached(struct vm_area_struct *vma)
{
	/* it is locked for writing: readers that come now leave at once */
	__atomic_fetch_sub(&vma->vm_lock->refcnt, 1, __ATOMIC_ACQ_REL);
	wait_for_readers(vma->vm_lock, 0);
}

bool vma_tryget(struct vm_area_struct *vma)
{
	return ref_get_live(&vma->vm_lock->ref, HELD_VMA_REF);
}

void vma_put(struct vm_area_struct *vma)
{
	if (ref_put(&vma->vm_lock->ref, HELD_VMA_REF))
		vma_destroy(vma);
}
