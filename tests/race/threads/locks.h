/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* mmap_lock, its release from irq_work, and the locks of VMAs, between real threads. */
#ifndef THREADS_LOCKS_H
#define THREADS_LOCKS_H

#include "tests/race/threads/objects.h"

/* Lets others run: called again and again by those that wait. */
void wait_a_moment(unsigned int *looks);
/* Some 50 microseconds. */
void pause_briefly(void);

/* Linux rwsem: a reader gets in only while no writer has the lock or waits for it. */
bool mmap_read_trylock(struct mm_struct *mm);
void mmap_read_lock(struct mm_struct *mm);
void mmap_read_unlock(struct mm_struct *mm);
void mmap_write_lock(struct mm_struct *mm);
/* Ends all write locks of VMAs as well. */
void mmap_write_unlock(struct mm_struct *mm);

/* --- contexts: every thread is a CPU of its own --- */

#define MAX_CPUS	64

/* This thread is CPU @number from now on. */
void cpu_set(unsigned int number);
void local_irq_disable(void);
void local_irq_enable(void);
bool irqs_disabled(void);

/* Linux v6.7 kernel/bpf/mmap_unlock_work.h; true: the slot of this CPU is busy. */
struct mmap_unlock_irq_work;
bool bpf_mmap_unlock_get_irq_work(struct mmap_unlock_irq_work **work);
void bpf_mmap_unlock_mm(struct mmap_unlock_irq_work *work, struct mm_struct *mm);
/* Does what CPUs have queued; false: nothing was. */
bool irq_work_round(void);

/* --- VMAs --- */

/* The VMA of @mm at @address, locked for reading; NULL: none, or a writer has it. */
struct vm_area_struct *lock_vma_under_rcu(struct mm_struct *mm, unsigned long address);
void vma_end_read(struct vm_area_struct *vma);
/* mmap_lock is held for writing; waits for the readers. */
void vma_start_write(struct vm_area_struct *vma);
/* The same for a VMA that is out of its tree: no reader gets in again. */
void vma_mark_detached(struct vm_area_struct *vma);

/* Design vma_ref: a reference keeps the memory of a VMA, and nothing else. */
bool vma_tryget(struct vm_area_struct *vma);
void vma_put(struct vm_area_struct *vma);

#endif
