/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the programs of task_vma_walk.c tell their runner. */
#ifndef TASK_VMA_WALK_H
#define TASK_VMA_WALK_H

#define MAX_SEEN	2048

struct seen_vma {
	__u64 start;
	__u64 end;
	__u64 flags;	/* VM_* */
	__u64 pgoff;	/* pages */
	__u64 inode;
	__u64 has_file;
};

#endif
