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

/* Skips one BTF id ("#4711", "btf_id 4711") or kernel address (0xffff...) at @*p. */
static bool skip_masked(const char **p)
{
	const char *at = *p;

	if (*at == '#' && is_digit(at[1]) && is_digit(at[2]) && is_digit(at[3]) && is_digit(at[4])) {
		for (at++; is_digit(*at); at++)
			;
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

		if (skip_masked(&p) && skip_masked(&q)) {
			a = p;
			b = q;
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return *a == *b;
}
