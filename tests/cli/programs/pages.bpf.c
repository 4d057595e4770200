// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a program sees of the machine under it: page size, end of user space, offsets in pages. */
#include "basics.h"

struct mm_struct { unsigned long task_size; } CORE;
struct vm_area_struct___offset { unsigned long vm_pgoff; struct mm_struct *vm_mm; } CORE;

extern int CONFIG_PAGE_SHIFT __attribute__((section(".kconfig"), weak));
extern _Bool CONFIG_PAGE_SIZE_4KB __attribute__((section(".kconfig"), weak));
extern _Bool CONFIG_PAGE_SIZE_64KB __attribute__((section(".kconfig"), weak));

static u64 (*bpf_ringbuf_query)(void *ringbuf, u64 what) = (void *)134;
static long (*bpf_find_vma)(struct task_struct *task, u64 addr, void *fn, void *ctx, u64 flags) = (void *)180;
static long (*bpf_probe_read_kernel)(void *dst, u32 size, const void *from) = (void *)113;

struct {
	__uint(type, 27);	/* BPF_MAP_TYPE_RINGBUF */
	__uint(max_entries, 4096);
} ring SEC(".maps");

u64 starts[8], ends[8], offsets[8];
u64 task_size, ring_size, address, found;
long kernel_read, user_read;
int page_shift, is_4k, is_64k;

static long keep(struct task_struct *task, struct vm_area_struct *vma, u64 *start)
{
	*start = vma->vm_start;
	return 0;
}

SEC("raw_tp")
int look(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;
	u64 at = 0, start = 0;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), address);
	while ((vma = bpf_iter_task_vma_next(&it))) {
		struct vm_area_struct___offset *offset = (void *)vma;

		if (at >= 8)
			break;
		starts[at] = vma->vm_start;
		ends[at] = vma->vm_end;
		offsets[at] = offset->vm_pgoff;
		task_size = offset->vm_mm->task_size;
		at++;
	}
	bpf_iter_task_vma_destroy(&it);
	bpf_find_vma(bpf_get_current_task_btf(), address, keep, &start, 0);
	found = start;
	page_shift = CONFIG_PAGE_SHIFT;
	is_4k = CONFIG_PAGE_SIZE_4KB;
	is_64k = CONFIG_PAGE_SIZE_64KB;
	ring_size = bpf_ringbuf_query(&ring, 1);
	/* nobody's, where kernel addresses begin with five levels; and a user's */
	kernel_read = bpf_probe_read_kernel(&start, 8, (void *)0xff11000000000000);
	user_read = bpf_probe_read_kernel(&start, 8, (void *)address);
	return 0;
}
