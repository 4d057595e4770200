// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Whether two logs say the same (verifier_text.h). */
#include "tests/differential/verifier_text.h"

#include <string.h>

/* --- the kernel's words ------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static unsigned int digits_at(const char *at)
{
	unsigned int n = 0;

	while (is_digit(at[n]))
		n++;
	return n;
}

/*
 * Skips one BTF id ("#4711", "btf_id 4711") or kernel address (0xffff...) at @*p. What has less than
 * @digits behind "#" is a helper's number.
 */
static bool skip_masked(const char **p, unsigned int digits)
{
	const char *at = *p;

	if (*at == '#' && digits_at(at + 1) >= digits) {
		at += 1 + digits_at(at + 1);
	} else if (!strncmp(at, "btf_id ", 7)) {
		for (at += 7; is_digit(*at); at++)
			;
	} else if (!strncmp(at, "0xffff", 6)) {
		for (at += 6; is_hex(*at); at++)
			;
		if (at - *p != 18)
			return false;
	} else {
		return false;
	}
	*p = at;
	return true;
}

bool log_same(const char *a, const char *b)
{
	while (*a && *b) {
		const char *p = a, *q = b;

		if (skip_masked(&p, 4) && skip_masked(&q, 4)) {
			a = p;
			b = q;
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return *a == *b;
}

/* What is masked counts as one character that no log has; so do blanks, as many as fill a column. */
static uint8_t digest_step(const char **log)
{
	/* ids of built-in types are small */
	if (skip_masked(log, 1))
		return 1;
	if (**log != ' ')
		return (uint8_t)*(*log)++;
	while (**log == ' ')
		(*log)++;
	return ' ';
}

uint64_t log_digest(const char *log)
{
	uint64_t hash = 0;

	while (*log) {
		hash = (hash ^ digest_step(&log)) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash;
}
