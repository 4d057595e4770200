/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inputs that the library reads from a file, and what it writes. */
#ifndef TV_TESTS_FUZZ_TEXT_H
#define TV_TESTS_FUZZ_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * A file with these bytes, the same one each time: its path. Only the newest content is there.
 * It lives in memory and has no name elsewhere.
 */
const char *fuzz_file(const void *data, size_t size);

#endif
