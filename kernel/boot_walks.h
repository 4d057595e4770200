/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What boot_walks.bpf.c is asked and answers, as its globals `ask` and
 * `answers`. Included by the program (after vmlinux.h) and by boot_guest.
 */
#ifndef KERNEL_BOOT_WALKS_H
#define KERNEL_BOOT_WALKS_H

#define BOOT_WALKS	2	/* most walks in one run of the program */
#define BOOT_VMAS	4096	/* most VMAs of one walk */

struct boot_ask {
	__u64 from;	/* address the walk begins at */
	__u32 pid;	/* of the task to walk: a process or a kernel thread */
	__u32 zero;	/* 0, which the verifier must not know */
};

/* A VMA as the program saw it. */
struct boot_vma {
	__u64 start, end;	/* bytes, end exclusive */
	__u64 flags;		/* VM_* */
	__u64 offset;		/* bytes into the file; 0 without one */
	__u64 inode;
	__u32 device;		/* major << 20 | minor */
	__u32 pad;
};

struct boot_answer {
	__s32 err;	/* of new */
	__u32 count;	/* VMAs */
	__s32 done;	/* 1: the rest is set. 0: no task with that pid was found */
	__u32 pad;
	struct boot_vma vmas[BOOT_VMAS];
};

#endif
