/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* --fault: what is made to go wrong for one task, on top of its fixture. */
#ifndef TV_CLI_FAULTS_H
#define TV_CLI_FAULTS_H

#include <stdbool.h>
#include "model/mmap_lock.h"

/* For --help. */
#define CLI_FAULT_NAMES \
	"alloc[=N] (the N-th allocation fails, from 1), irq-work-busy (matters with interrupts " \
	"off: contexts irqs-off and nmi), kthread, exited, mmap-lock=read, mmap-lock=write, " \
	"mmap-lock=write-waiting"

struct cli_faults {
	unsigned long fail_alloc;	/* 0: none */
	bool irq_work_busy;
	bool kthread;
	bool exited;
	enum tv_mmap_lock_state mmap_lock;	/* TV_MMAP_FREE: as the fixture says */
};

/* Adds the fault called @text. 0, or -EINVAL for one that does not exist. */
int cli_faults_add(struct cli_faults *faults, const char *text);

/* Is there one? */
bool cli_faults_any(const struct cli_faults *faults);

/* Makes them so. 0, or -EINVAL when @task has no mm whose lock could be taken. */
int cli_faults_apply(const struct cli_faults *faults, struct task_struct *task);

#endif
