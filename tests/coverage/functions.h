/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Included first into everything that is built with counters.
 *
 * A function that is always inlined is compiled anew at each place that calls it, and gcov counts
 * each copy's branches: one decision in the source becomes dozens, half of them with arguments that
 * are constant there. Here such a function is one like any other, and each decision counts once.
 */
#include <features.h>

#undef __always_inline
#define __always_inline inline __attribute__((__unused__))
