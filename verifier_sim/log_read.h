/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a verifier's log says, ours or a kernel's. */
#ifndef TV_VERIFIER_LOG_READ_H
#define TV_VERIFIER_LOG_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tv_log_counts {
	uint32_t insns, max_states_per_insn, total_states, peak_states;
	uint64_t time_us;	/* of a "verification time" line; else 0 */
};

/* Of its last "processed ..." line; false, with all at 0, when there is none. */
bool tv_log_counts(const char *log, struct tv_log_counts *counts);

/*
 * The final error, to be freed: the last line that is one, and no count or state; of a reference
 * leak both lines, joined by "; ". "" when there is none; NULL: out of memory.
 */
char *tv_log_message(const char *log, size_t len);

#endif
