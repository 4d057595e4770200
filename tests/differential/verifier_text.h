/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether two verifiers' logs say the same. */
#ifndef TV_TEST_VERIFIER_TEXT_H
#define TV_TEST_VERIFIER_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* Equal but for what differs from boot to boot: ids in the kernel's BTF, addresses. */
bool log_same(const char *a, const char *b);
/* The same for two logs that say the same. */
uint64_t log_digest(const char *log);

#endif
