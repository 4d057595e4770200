/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* maple/'s allocator table over slab.c: the same memory below our tree as below the kernel's. */
#ifndef TV_TESTS_OURS_SLAB_H
#define TV_TESTS_OURS_SLAB_H

#include "tests/differential/slab.h"

/* Once, before the first tree. Returns the slab; ends the program when the table is refused. */
struct slab *ours_slab_install(void);

#endif
