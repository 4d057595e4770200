/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A reference on a VMA that keeps its memory, and nothing else: no kernel has
 * it; the design vma_ref stands on it. The tree's own reference ends when the
 * VMA leaves the tree.
 */
#ifndef TV_MODEL_VMA_REF_H
#define TV_MODEL_VMA_REF_H

#include "model/event.h"
#include "model/mm_types.h"

/* One reference more, unless the last is gone. */
bool tv_vma_tryget(struct vm_area_struct *vma, const struct tv_site *site);
/* One less; the last frees the VMA. */
void tv_vma_put(struct vm_area_struct *vma, const struct tv_site *site);

#define vma_tryget(vma)	tv_vma_tryget(vma, TV_SITE())
#define vma_put(vma)	tv_vma_put(vma, TV_SITE())

#endif
