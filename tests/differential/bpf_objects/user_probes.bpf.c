// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Probes of user space and system calls, and arguments of all places. */
#include "common.h"

MAP(LRU_PERCPU_HASH, sizes, __u32, __u64, 1024);

SEC("uprobe")
int BPF_KPROBE(alloc_begins, size_t size)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u64 value = size;

	bpf_map_update_elem(&sizes, &tid, &value, BPF_ANY);
	return 0;
}

SEC("uretprobe//usr/lib/libc.so.6:malloc")
int BPF_KRETPROBE(alloc_ends, void *p)
{
	return p == NULL;
}

SEC("uprobe.s//usr/lib/libc.so.6:free")
int BPF_KPROBE(free_begins, void *p)
{
	char byte;

	return bpf_copy_from_user(&byte, 1, p);
}

SEC("ksyscall/mmap")
int BPF_KPROBE(mmap_call, unsigned long addr, unsigned long len, int prot, int flags, int fd,
	       unsigned long off)
{
	return addr + len + prot + flags + fd + off;
}

SEC("kretsyscall/mmap")
int BPF_KRETPROBE(mmap_ret, long ret)
{
	return ret < 0;
}

LICENSE("GPL");
