// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Design snapshot that spins for the task's alloc_lock instead of trying it. */
#define TV_DESIGN snapshot_waits
/* the environment tries the lock in one place, and takes it in none */
#include "model/spinlock.h"
#define tv_spin_trylock	tv_spin_lock
#include "task_vma_env.h"

#include "iter_snapshot.c"
