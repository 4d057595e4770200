// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Design mmap_lock that waits for the lock instead of trying it. */
#define TV_DESIGN mmap_lock_waits
#include "task_vma_env.h"

#undef mmap_read_trylock
#define mmap_read_trylock(mm)	(tv_mmap_read_lock(mm, TV_SITE()), true)

#include "iter_mmap_lock.c"
