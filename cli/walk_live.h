/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The iterator of the running kernel, asked for the VMAs of a process by a BPF program of our own: run by
 * BPF_PROG_TEST_RUN in this process, attached to nothing. The process itself is not touched.
 */
#ifndef TV_CLI_WALK_LIVE_H
#define TV_CLI_WALK_LIVE_H

#include "cli/cli.h"

/*
 * What bpf_iter_task_vma returns for @pid from @from on, as a world of one task. Failures have been told:
 * CLI_NO when `new` refused, CLI_BAD when there is no such process, CLI_CANNOT.
 */
enum cli_status walk_live(int pid, uint64_t from, struct tv_world **world);

#endif
