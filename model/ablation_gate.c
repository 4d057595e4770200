// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Design mmap_lock that ends each walk with [vsyscall], as /proc/PID/maps
 * does. That VMA is a static object of the kernel's, in no mm's tree.
 */
#define TV_DESIGN mmap_lock_gate
#include "task_vma_env.h"

/* Linux arch/x86/entry/vsyscall/vsyscall_64.c: gate_vma has no mm */
static struct vm_area_struct gate_vma = {
	.vm_start = 0xffffffffff600000UL, .vm_end = 0xffffffffff601000UL, .vm_flags = VM_EXEC,
};

/* Once, after the last VMA: the iterator's own address tells whether it was. */
static inline struct vm_area_struct *next_or_gate(struct vma_iterator *vmi,
						  const struct tv_site *site)
{
	struct vm_area_struct *vma;

	if (vma_iter_addr(vmi) == gate_vma.vm_end)
		return NULL;
	vma = tv_env_vma_next(vmi, site);
	if (vma)
		return vma;
	mas_set(&vmi->mas, gate_vma.vm_end);
	return &gate_vma;
}
#undef vma_next
#define vma_next(vmi)	next_or_gate(vmi, TV_SITE())

#include "iter_mmap_lock.c"
