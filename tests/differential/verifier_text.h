/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a verifier's log says: its counts, its final error; and whether two logs say the same. */
#ifndef TV_TEST_VERIFIER_TEXT_H
#define TV_TEST_VERIFIER_TEXT_H

#include <stdbool.h>

struct log_counts {
	unsigned int insns, per_insn, total, peak;
};

/* Of its "processed ..." line; false, and zeroes, when there is none. */
bool log_counts(const char *log, struct log_counts *c);

/* The final error, malloc()ed: the last line that is one; of a reference leak both lines. */
char *log_message(const char *log);

/* Equal but for what differs from boot to boot: ids in the kernel's BTF, addresses. */
bool log_same(const char *a, const char *b);

#endif
