/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An own, stopped child whose address space becomes that of a task of a fixture, as far as one process
 * can: no file is opened for writing, memory has no content, and what needs other calls than mmap(2)
 * ([heap], names of anonymous memory) lacks its name.
 */
#ifndef TV_CLI_SHAPE_H
#define TV_CLI_SHAPE_H

#include "cli/child.h"
#include "model/mm_types.h"

/*
 * Unmaps what @child has and maps what @task has. Its gadget and room move: into [vdso] and some writable
 * memory that @task has, else a mapping of their own stays. Failures have been told.
 */
enum cli_status shape_child(struct child *child, const struct task_struct *task);

/* Says which mappings of @task the child, captured as @got, lacks or has otherwise. */
void shape_report(const char *fixture, const struct task_struct *task, const struct task_struct *got);

#endif
