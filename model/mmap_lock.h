/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* mmap_lock, and its release from irq_work while interrupts are off. */
#ifndef TV_MODEL_MMAP_LOCK_H
#define TV_MODEL_MMAP_LOCK_H

#include "model/world.h"

/* Who else has the lock, as fixtures say it. */
enum tv_mmap_lock_state {
	TV_MMAP_FREE,
	TV_MMAP_READ,		/* another reader */
	TV_MMAP_WRITE,		/* a writer */
	TV_MMAP_WRITE_WAITING,	/* a reader, and a writer that waits behind it */
	TV_MMAP_STATE_NR,
};

const char *tv_mmap_lock_state_name(enum tv_mmap_lock_state state);
/* 0, or -EINVAL. Names: free, read, write, write-waiting. */
int tv_mmap_lock_state_parse(const char *name, enum tv_mmap_lock_state *state);
/* Puts a free lock into @state, held by the world until its teardown. */
void tv_mmap_lock_set_state(struct mm_struct *mm, enum tv_mmap_lock_state state);
enum tv_mmap_lock_state tv_mmap_lock_get_state(const struct mm_struct *mm);

/* Linux rwsem: fails while a writer has the lock or waits for it. */
bool tv_mmap_read_trylock(struct mm_struct *mm, const struct tv_site *site);
void tv_mmap_read_unlock(struct mm_struct *mm, const struct tv_site *site);
/* Linux mmap_lock_is_contended(): somebody waits for it. */
bool tv_mmap_lock_is_contended(struct mm_struct *mm, const struct tv_site *site);
/* These wait, and so must not be called where sleeping is forbidden. */
void tv_mmap_read_lock(struct mm_struct *mm, const struct tv_site *site);
void tv_mmap_write_lock(struct mm_struct *mm, const struct tv_site *site);
void tv_mmap_write_unlock(struct mm_struct *mm, const struct tv_site *site);
/* The writer is a reader then; its locks on VMAs end. */
void tv_mmap_write_downgrade(struct mm_struct *mm, const struct tv_site *site);

/*
 * Linux v6.7 kernel/bpf/mmap_unlock_work.h: with interrupts on, *@work is
 * NULL and the lock is given back at once. With interrupts off *@work is the
 * CPU's slot; true means it is still busy with an earlier release.
 */
bool tv_mmap_unlock_get_irq_work(struct mmap_unlock_irq_work **work, const struct tv_site *site);
void tv_mmap_unlock_mm(struct mmap_unlock_irq_work *work, struct mm_struct *mm,
		       const struct tv_site *site);

#define mmap_read_trylock(mm)			tv_mmap_read_trylock(mm, TV_SITE())
#define mmap_read_unlock(mm)			tv_mmap_read_unlock(mm, TV_SITE())
#define mmap_lock_is_contended(mm)		tv_mmap_lock_is_contended(mm, TV_SITE())
#define mmap_read_lock(mm)			tv_mmap_read_lock(mm, TV_SITE())
#define mmap_write_lock(mm)			tv_mmap_write_lock(mm, TV_SITE())
#define mmap_write_unlock(mm)			tv_mmap_write_unlock(mm, TV_SITE())
#define mmap_write_downgrade(mm)		tv_mmap_write_downgrade(mm, TV_SITE())
#define bpf_mmap_unlock_get_irq_work(work)	tv_mmap_unlock_get_irq_work(work, TV_SITE())
#define bpf_mmap_unlock_mm(work, mm)		tv_mmap_unlock_mm(work, mm, TV_SITE())

#endif
