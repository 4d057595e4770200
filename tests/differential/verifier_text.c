// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a verifier's log says (verifier_text.h). */
#include "tests/differential/verifier_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the kernel's words ------------------------------------------------------- */

bool log_counts(const char *log, struct log_counts *c)
{
	const char *at = log, *last = NULL;

	while ((at = strstr(at, "processed ")))
		last = at++;
	memset(c, 0, sizeof(*c));
	return last && sscanf(last, "processed %u insns (limit %*u) max_states_per_insn %u total_states %u peak_states %u",
			      &c->insns, &c->per_insn, &c->total, &c->peak) == 4;
}

static bool is_message(const char *line, size_t len)
{
	static const char *const others[] = { "processed ", "cur state:", "old state:",
					      "verification time ", "stack depth " };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strncmp(line, others[i], strlen(others[i])))
			return false;
	return len > 0;
}

/* The last line that is a message; NULL: none. @end: where to look for it. */
static const char *message_before(const char *log, const char *end, size_t *len)
{
	while (end > log) {
		const char *line = end - 1;

		while (line > log && line[-1] != '\n')
			line--;
		*len = (size_t)(end - line) - (end[-1] == '\n');
		if (is_message(line, *len))
			return line;
		end = line;
	}
	return NULL;
}

char *log_message(const char *log)
{
	static const char leak[] = "would lead to reference leak";
	size_t len, first_len, tail = sizeof(leak) - 1;
	const char *line = message_before(log, log + strlen(log), &len), *first = NULL;
	char *text = NULL;

	if (!line)
		return strdup("");
	if (len >= tail && !memcmp(line + len - tail, leak, tail))
		first = message_before(log, line, &first_len);
	if (first ? asprintf(&text, "%.*s; %.*s", (int)first_len, first, (int)len, line) < 0
		  : asprintf(&text, "%.*s", (int)len, line) < 0)
		abort();
	return text;
}

/* --- what is allowed to differ ------------------------------------------------ */

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
