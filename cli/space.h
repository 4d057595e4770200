/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A world of one task, to be written as a fixture. */
#ifndef TV_CLI_SPACE_H
#define TV_CLI_SPACE_H

#include "model/mm.h"

struct cli_space {
	int pid, tgid;
	const char *comm;
	unsigned int flags;	/* PF_* */
	/* task_size 0: nobody knows it; the smallest with room for all, of a machine with such pages */
	struct tv_space_limits limits;
	bool watched;		/* a world with slots (model/object.h) */
	/*
	 * Fills @vmas, ascending, for @mm; 0 or -errno. NULL for a task that
	 * has no mm.
	 */
	int (*fill)(void *arg, struct mm_struct *mm, struct tv_vma_list *vmas);
	void *arg;
};

/* 0, -ENOMEM, or what fill() returned; then *@world is NULL. */
int cli_space_create(const struct cli_space *space, struct tv_world **world);

#endif
