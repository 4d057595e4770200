/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Maple nodes for one thread: grace periods are over when the fuzzer says so, and allocations fail
 * when it says so. Nothing depends on time or on other threads.
 */
#ifndef TV_TESTS_FUZZ_NODES_H
#define TV_TESTS_FUZZ_NODES_H

/* The allocator of the maple tree from now on. */
void fuzz_nodes_use(void);
/* The @nth node from now is not to be had, nor those after it; 0: all are. */
void fuzz_nodes_fail(unsigned long nth);
/* Was one refused since? */
int fuzz_nodes_failed(void);
/* A grace period passes. */
void fuzz_nodes_grace(void);

#endif
