// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Design mmap_lock without its reference on the task, as version 1 of the series was. */
#define TV_DESIGN mmap_lock_no_task_ref
#include "task_vma_env.h"

#undef get_task_struct
#undef put_task_struct
#define get_task_struct(task)	(task)
#define put_task_struct(task)	((void)(task))

#include "iter_mmap_lock.c"
