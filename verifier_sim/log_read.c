/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a verifier's log says (log_read.h). */
#include "verifier_sim/log_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct span {
	const char *text;
	size_t len;
};

static bool starts_with(struct span line, const char *word)
{
	return line.len >= strlen(word) && !memcmp(line.text, word, strlen(word));
}

/* The line before @end; false at the beginning. */
static bool line_before(const char *text, const char *end, struct span *line)
{
	const char *start;

	if (end > text && end[-1] == '\n')
		end--;
	if (end <= text)
		return false;
	for (start = end; start > text && start[-1] != '\n'; start--)
		;
	line->text = start;
	line->len = (size_t)(end - start);
	return true;
}

static bool is_error_line(struct span line)
{
	return line.len && !starts_with(line, "processed ") && !starts_with(line, "cur state:") &&
	       !starts_with(line, "old state:") && !starts_with(line, "verification time ") &&
	       !starts_with(line, "stack depth ");
}

/* The last error that ends at or before *@end, which becomes its beginning. */
static bool last_error(const char *log, const char **end, struct span *line)
{
	do {
		if (!line_before(log, *end, line))
			return false;
		*end = line->text;
	} while (!is_error_line(*line));
	return true;
}

static bool tells_leak(struct span line)
{
	static const char leak[] = "would lead to reference leak";
	size_t len = sizeof(leak) - 1;

	return line.len >= len && !memcmp(line.text + line.len - len, leak, len);
}

/* A few errors end without a newline: the counts stand behind them in the same line. */
static void cut_counts(struct span *line)
{
	static const char counts[] = "processed ";
	size_t i, word = sizeof(counts) - 1;

	for (i = 1; i + word < line->len; i++)
		if (!memcmp(line->text + i, counts, word) && strchr("0123456789", line->text[i + word])) {
			line->len = i;
			return;
		}
}

char *tv_log_message(const char *log, size_t len)
{
	const char *end = log + len;
	struct span line, before;
	char *message;

	if (!last_error(log, &end, &line))
		return strdup("");
	cut_counts(&line);
	if (!tells_leak(line) || !line_before(log, end, &before) ||
	    !starts_with(before, "Unreleased reference"))
		return strndup(line.text, line.len);
	if (asprintf(&message, "%.*s; %.*s", (int)before.len, before.text, (int)line.len,
		     line.text) < 0)
		return NULL;
	return message;
}

/* The last place in @log where @words stand; NULL. */
static const char *last_of(const char *log, const char *words)
{
	const char *found = NULL;

	while ((log = strstr(log, words)))
		found = log++;
	return found;
}

bool tv_log_counts(const char *log, struct tv_log_counts *counts)
{
	const char *line = last_of(log, "processed "), *time = last_of(log, "verification time ");

	memset(counts, 0, sizeof(*counts));
	if (time)
		sscanf(time, "verification time %" SCNu64, &counts->time_us);
	return line && sscanf(line, "processed %" SCNu32 " insns (limit %*u) max_states_per_insn %"
			      SCNu32 " total_states %" SCNu32 " peak_states %" SCNu32,
			      &counts->insns, &counts->max_states_per_insn, &counts->total_states,
			      &counts->peak_states) == 4;
}
