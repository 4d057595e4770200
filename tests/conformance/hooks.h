/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a conformance program needs of the tree it is linked with, be it ours or the kernel's. */
#ifndef TV_TESTS_CONFORMANCE_HOOKS_H
#define TV_TESTS_CONFORMANCE_HOOKS_H

struct slab;

/*
 * Brings the tree's allocator up over the tests' slab: the slab is strict, and an allocation
 * that may not sleep fails until mt_set_non_kernel() allows some.
 */
void conformance_init(void);

/* The slab all nodes come from. */
struct slab *conformance_slab(void);

#endif
