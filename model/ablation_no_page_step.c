// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Design snapshot that does not go on by a page where what it saw would take it nowhere. */
#define TV_DESIGN snapshot_no_page_step
#include "task_vma_env.h"

#undef PAGE_SIZE
#define PAGE_SIZE	0UL

#include "iter_snapshot.c"
