/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* VMAs as a program of ours found them in the running kernel, and what they are called. */
#ifndef TV_CLI_LIVE_VMA_H
#define TV_CLI_LIVE_VMA_H

#include "bpf/btf.h"
#include "cli/peek.h"

/* A record of the program: numbers, and addresses in the kernel. */
struct live_vma {
	uint64_t start, end, flags, pgoff;
	uint64_t mm, ops, private_data, anon_name, file;
	uint64_t ino, dev, mnt, dentry;	/* of the file; 0 without one */
};

struct live_vmas {
	struct live_vma *vmas;
	size_t nr, room;
	uint64_t reader;	/* the task that asked: whose root paths begin at */
};

/* What names are made from: offsets in the kernel's structures, addresses of its functions. */
struct live_names;

/* 0, -ENOMEM, or -ENOENT: the kernel lacks a structure or a member. */
int live_names_create(const struct tv_btf *vmlinux, const struct peek *peek, uint64_t reader,
		      struct live_names **names);
void live_names_destroy(struct live_names *names);

/*
 * What maps shows behind the numbers of @vma, into @buf. Its length; below 0: -errno, or -ENOTSUP for a name
 * that only a function of the kernel could tell.
 */
int live_name(struct live_names *names, const struct live_vma *vma, char *buf, size_t size);

#endif
