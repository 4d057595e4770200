// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What an address space looked like, change by change. */
#include "model/history.h"
#include "model/object.h"
#include "model/vma_lock.h"

void tv_history_init(struct tv_history *history, const struct mm_struct *mm)
{
	history->mm = mm;
	history->nr = 0;
	history->full = false;
}

void tv_history_commit(struct mm_struct *mm)
{
	struct tv_history *history = mm->tv_history;
	struct vm_area_struct *vma;
	struct tv_version *version;
	VMA_ITERATOR(vmi, mm, 0);

	if (!history)
		return;
	if (history->nr == TV_HISTORY_VERSIONS) {
		history->full = true;
		return;
	}
	version = &history->versions[history->nr++];
	version->nr = 0;
	for_each_vma(vmi, vma) {
		if (version->nr == TV_HISTORY_VMAS) {
			history->full = true;
			return;
		}
		version->vmas[version->nr++] = (struct tv_version_vma){
			.start = vma->vm_start, .end = vma->vm_end, .vm_flags = vma->vm_flags,
			.vma = vma, .generation = tv_object_generation(vma),
			.lock_seq = vma->vm_lock_seq,
			.locked = vma->vm_lock_seq == mm->mm_lock_seq,
		};
	}
}

/* The first VMA of those versions that @same says is like @like. */
static const struct tv_version_vma *
find(const struct tv_history *history, unsigned int first, unsigned int last,
     bool (*same)(const struct tv_version_vma *vma, const struct tv_version_vma *like),
     const struct tv_version_vma *like)
{
	unsigned int i, j;

	for (i = first; i <= last && i < history->nr; i++) {
		for (j = 0; j < history->versions[i].nr; j++) {
			if (same(&history->versions[i].vmas[j], like))
				return &history->versions[i].vmas[j];
		}
	}
	return NULL;
}

static bool same_range(const struct tv_version_vma *vma, const struct tv_version_vma *like)
{
	return vma->start == like->start && vma->end == like->end;
}

static bool same_start(const struct tv_version_vma *vma, const struct tv_version_vma *like)
{
	return vma->start == like->start;
}

static bool same_end(const struct tv_version_vma *vma, const struct tv_version_vma *like)
{
	return vma->end == like->end;
}

/* The same VMA, which no writer has, nor had between the two. */
static bool untouched(const struct tv_version_vma *vma, const struct tv_version_vma *like)
{
	return same_range(vma, like) && vma->vma == like->vma &&
	       vma->generation == like->generation && vma->lock_seq == like->lock_seq &&
	       !vma->locked && !like->locked;
}

bool tv_history_has(const struct tv_history *history, unsigned int first, unsigned int last,
		    unsigned long start, unsigned long end)
{
	return find(history, first, last, same_range,
		    &(struct tv_version_vma){ .start = start, .end = end });
}

bool tv_history_has_start(const struct tv_history *history, unsigned int first,
			  unsigned int last, unsigned long start)
{
	return find(history, first, last, same_start, &(struct tv_version_vma){ .start = start });
}

bool tv_history_has_end(const struct tv_history *history, unsigned int first, unsigned int last,
			unsigned long end)
{
	return find(history, first, last, same_end, &(struct tv_version_vma){ .end = end });
}

/* A writer has it, or waits for it, and has not changed the tree yet. */
static bool being_written(const struct tv_version_vma *vma)
{
	return vma->vma->vm_lock_seq != vma->lock_seq || vma->vma->vm_refcnt >= VMA_LOCK_OFFSET;
}

static bool covered(const struct tv_version_vma *vma, const unsigned long (*seen)[2],
		    unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (seen[i][0] <= vma->start && seen[i][1] >= vma->end)
			return true;
	}
	return false;
}

const struct tv_version_vma *tv_history_missed(const struct tv_history *history,
					       unsigned int first, unsigned long from,
					       const unsigned long (*seen)[2], unsigned int nr)
{
	const struct tv_version *version = &history->versions[first];
	unsigned int i, later;

	for (i = 0; i < version->nr; i++) {
		const struct tv_version_vma *vma = &version->vmas[i];

		if (vma->locked || vma->end <= from || covered(vma, seen, nr))
			continue;
		for (later = first + 1; later < history->nr; later++) {
			if (!find(history, later, later, untouched, vma))
				break;
		}
		if (later == history->nr && !being_written(vma))
			return vma;
	}
	return NULL;
}

unsigned int tv_history_current(const struct tv_history *history)
{
	return history->nr ? history->nr - 1 : 0;
}

/* The first VMA of @version that ends above @addr. */
static const struct tv_version_vma *above(const struct tv_version *version, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < version->nr; i++) {
		if (version->vmas[i].end > addr)
			return &version->vmas[i];
	}
	return NULL;
}

const struct tv_version_vma *tv_history_above(const struct tv_history *history,
					      unsigned long addr)
{
	return history->nr ? above(&history->versions[history->nr - 1], addr) : NULL;
}

/* The first address from @addr on that no range of @seen holds. */
static unsigned long past_seen(const unsigned long (*seen)[2], unsigned int nr,
			       unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (seen[i][0] <= addr && addr < seen[i][1])
			return past_seen(seen, nr, seen[i][1]);
	}
	return addr;
}

/* From *@addr on, up to where @version maps it; *@addr moves over a hole. False: all is hole. */
static bool to_mapped(const struct tv_version *version, unsigned long *addr, unsigned long *end)
{
	const struct tv_version_vma *vma = above(version, *addr);

	if (!vma)
		return false;
	if (vma->start > *addr)
		*addr = vma->start;
	if (vma->end < *end)
		*end = vma->end;
	return true;
}

bool tv_history_unshown(const struct tv_history *history, unsigned int first, unsigned long from,
			const unsigned long (*seen)[2], unsigned int nr, unsigned long *start,
			unsigned long *end)
{
	unsigned long addr = from, before;
	unsigned int i;

	/* each of them pushes addr up; once none does, all agree on it */
	do {
		before = addr = past_seen(seen, nr, addr);
		*end = -1UL;
		for (i = first; i < history->nr; i++) {
			if (!to_mapped(&history->versions[i], &addr, end))
				return false;
		}
	} while (addr != before);
	for (i = 0; i < nr; i++) {
		if (seen[i][0] > addr && seen[i][0] < *end)
			*end = seen[i][0];
	}
	*start = addr;
	return true;
}
