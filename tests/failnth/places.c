// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Traces as source lines (judge.h). */
#include <string.h>
#include "tests/failnth/judge.h"

#define SHOWN	10

/* "OBJECT+0xOFFSET FUNCTION" */
struct frame {
	const char *object, *offset, *function;
	int object_len, offset_len, function_len;
};

/* The first line of @trace; NULL: it is none. Returns what follows. */
static const char *split(const char *trace, struct frame *frame)
{
	const char *end = strchr(trace, '\n'), *plus, *space;

	if (!end)
		return NULL;
	plus = memchr(trace, '+', end - trace);
	space = memchr(trace, ' ', end - trace);
	if (!plus || !space || plus > space)
		return NULL;
	*frame = (struct frame){
		trace, plus + 1, space + 1,
		(int)(plus - trace), (int)(space - plus - 1), (int)(end - space - 1),
	};
	return end + 1;
}

/* Libraries come without debugging information. */
static bool is_library(const struct frame *frame)
{
	return memmem(frame->object, frame->object_len, ".so", 3);
}

/* All frames of the command at the beginning of @trace, at most @max. Returns what follows. */
static const char *print_command(const char *trace, int *max)
{
	char command[4096], line[1024];
	struct frame frame;
	const char *next;
	size_t len = 0;
	FILE *out;

	while (*max && (next = split(trace, &frame)) && !is_library(&frame) && len < sizeof(command) / 2) {
		if (!len)
			len = snprintf(command, sizeof(command), "addr2line -Cfsp -e '%.*s'",
				       frame.object_len, frame.object);
		len += snprintf(command + len, sizeof(command) - len, " %.*s", frame.offset_len, frame.offset);
		trace = next;
		(*max)--;
	}
	fflush(stdout);
	out = popen(command, "r");
	while (out && fgets(line, sizeof(line), out))
		printf("    %s", line);
	if (out)
		pclose(out);
	return trace;
}

void print_places(const char *trace)
{
	struct frame frame;
	const char *next;
	int left = SHOWN;

	while (left && (next = split(trace, &frame))) {
		if (!is_library(&frame)) {
			trace = print_command(trace, &left);
			continue;
		}
		printf("    %.*s in %.*s+%.*s\n", frame.function_len, frame.function, frame.object_len,
		       frame.object, frame.offset_len, frame.offset);
		trace = next;
		left--;
	}
}
