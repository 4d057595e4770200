// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is a library's fault, by a list (judge.h). */
#include <stdlib.h>
#include <string.h>
#include "tests/failnth/judge.h"

#define MAX_LINES	64

static struct line {
	char verdict[16], library[32], function[64];
	bool used;
} lines[MAX_LINES];
static unsigned int nr_lines;

static bool known_verdict(const char *name)
{
	unsigned int i;

	for (i = CRASHED; i <= LOST; i++)
		if (!strcmp(name, verdict_names[i]))
			return true;
	return false;
}

int libraries_read(const char *path)
{
	FILE *in = fopen(path, "r");
	char text[512];
	unsigned int nr = 0;

	if (!in) {
		perror(path);
		return 1;
	}
	while (fgets(text, sizeof(text), in)) {
		struct line *line = &lines[nr_lines];

		nr++;
		if (*text == '#' || *text == '\n')
			continue;
		if (nr_lines == MAX_LINES ||
		    sscanf(text, "%15s %31s %63s", line->verdict, line->library, line->function) != 3 ||
		    !known_verdict(line->verdict)) {
			fprintf(stderr, "%s:%u: not 'VERDICT LIBRARY FUNCTION'\n", path, nr);
			fclose(in);
			return 1;
		}
		nr_lines++;
	}
	fclose(in);
	return 0;
}

/* Is @frame, "PATH/LIBRARY...+0xOFFSET FUNCTION", of that library, and with @function of that one? */
static bool frame_is(const struct line *line, const char *frame, size_t len, bool function)
{
	const char *space = memchr(frame, ' ', len), *name = space;

	if (!space)
		return false;
	while (name > frame && name[-1] != '/')
		name--;
	if (strncmp(name, line->library, strlen(line->library)))
		return false;
	return !function || (strlen(line->function) == (size_t)(frame + len - space - 1) &&
			     !memcmp(space + 1, line->function, strlen(line->function)));
}

static bool trace_has(const struct line *line, const char *trace, bool function)
{
	const char *end;

	for (; *trace; trace = *end ? end + 1 : end) {
		end = strchr(trace, '\n');
		if (!end)
			end = trace + strlen(trace);
		if (frame_is(line, trace, end - trace, function))
			return true;
	}
	return false;
}

static bool expect(enum verdict verdict, const char *failed, const char *lost)
{
	unsigned int i;

	for (i = 0; i < nr_lines; i++) {
		if (strcmp(lines[i].verdict, verdict_names[verdict]) || !trace_has(&lines[i], failed, true))
			continue;
		if (lost && !trace_has(&lines[i], lost, false))
			continue;
		lines[i].used = true;
		return true;
	}
	return false;
}

bool libraries_expect(enum verdict verdict, const char *failed)
{
	return expect(verdict, failed, NULL);
}

bool libraries_expect_lost(const char *failed, const char *lost)
{
	return expect(LOST, failed, lost);
}

int libraries_write_used(const char *path)
{
	FILE *out = fopen(path, "a");
	unsigned int i;

	if (!out) {
		perror(path);
		return 1;
	}
	for (i = 0; i < nr_lines; i++)
		if (lines[i].used)
			fprintf(out, "%s %s %s\n", lines[i].verdict, lines[i].library, lines[i].function);
	return fclose(out) ? 1 : 0;
}
