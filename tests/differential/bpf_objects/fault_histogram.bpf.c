// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Kprobes with a histogram in .bss, static and global and hidden subprograms calling each other. */
#include "common.h"

#define SLOTS	32

__u64 histogram[SLOTS];
__u64 misses SEC(".bss.misses");

MAP(HASH, starts, __u64, __u64, 1024);

static __noinline __u32 log2_of(__u64 v)
{
	__u32 shift, r;

	r = (v > 0xffffffff) << 5;
	v >>= r;
	shift = (v > 0xffff) << 4;
	v >>= shift;
	r |= shift;
	shift = (v > 0xff) << 3;
	v >>= shift;
	r |= shift;
	return r;
}

__attribute__((visibility("hidden"))) __noinline int slot_of(__u64 v)
{
	__u32 slot = log2_of(v);

	return slot >= SLOTS ? SLOTS - 1 : slot;
}

__noinline int account(__u64 delta)
{
	__u32 slot = slot_of(delta) + (log2_of(delta) & 1);

	if (slot < SLOTS)
		__sync_fetch_and_add(&histogram[slot], 1);
	return 0;
}

SEC("kprobe/handle_mm_fault")
int BPF_KPROBE(fault_begins, struct vm_area_struct *vma, unsigned long address)
{
	__u64 id = bpf_get_current_pid_tgid(), now = bpf_ktime_get_ns();

	if (address)
		bpf_map_update_elem(&starts, &id, &now, BPF_ANY);
	return 0;
}

SEC("kretprobe/handle_mm_fault")
int BPF_KRETPROBE(fault_ends, long ret)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u64 *start = bpf_map_lookup_elem(&starts, &id);

	if (!start) {
		__sync_fetch_and_add(&misses, 1);
		return 0;
	}
	account(bpf_ktime_get_ns() - *start);
	bpf_map_delete_elem(&starts, &id);
	return 0;
}

SEC("kprobe.multi/vfs_*")
int vfs_any(struct pt_regs *ctx)
{
	return slot_of(bpf_get_func_ip(ctx));
}

LICENSE("GPL");
