// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A reference on a VMA that keeps its memory. */
#include "model/mm.h"
#include "model/object.h"
#include "model/vma_ref.h"
#include "model/world.h"

bool tv_vma_tryget(struct vm_area_struct *vma, const struct tv_site *site)
{
	if (!tv_touch(vma, TV_PART_COUNT, TV_ACCESS_WRITE, "vma_tryget", site))
		return false;
	if (!vma->vm_ref)
		return false;
	vma->vm_ref++;
	tv_event(tv_current->world, TV_ACQUIRE, TV_RES_VMA_REF, vma, site);
	return true;
}

void tv_vma_put(struct vm_area_struct *vma, const struct tv_site *site)
{
	if (!tv_touch(vma, TV_PART_COUNT, TV_ACCESS_WRITE, "vma_put", site))
		return;
	tv_event(tv_current->world, TV_RELEASE, TV_RES_VMA_REF, vma, site);
	if (!--vma->vm_ref)
		tv_vma_destroy(vma);
}
