// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Design snapshot without its reference on the mm. */
#define TV_DESIGN snapshot_no_mm_ref
/* the header that takes the reference is part of the environment */
#include "model/mm.h"
#undef mmget
#define mmget(mm)	((void)(mm))
#include "task_vma_env.h"

#undef mmput_async
#define mmput_async(mm)	((void)(mm))

#include "iter_snapshot.c"
