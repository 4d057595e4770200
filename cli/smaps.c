// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * maps with the flags of smaps.
 *
 * The two are read one after the other, so the process may have changed in
 * between: maps is the truth, and a VMA gets its flags from smaps only where
 * the header line there is byte for byte the same.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/proc.h"

/* A line with its newline; len 0 at the end of the text. */
struct line {
	const char *at;
	size_t len;
};

static struct line line_at(const struct cli_text *text, size_t offset)
{
	struct line line = { .at = text->bytes + offset, .len = text->len - offset };
	const char *newline = line.len ? memchr(line.at, '\n', line.len) : NULL;

	if (newline)
		line.len = newline + 1 - line.at;
	return line;
}

/* Headers begin with an address in lower case hex, attributes with a capital letter. */
static bool is_header(const struct line *line)
{
	return line->len && !(line->at[0] >= 'A' && line->at[0] <= 'Z');
}

static bool is_flags(const struct line *line)
{
	return line->len > 8 && !memcmp(line->at, "VmFlags:", 8);
}

static unsigned long header_start(const struct line *line)
{
	return strtoul(line->at, NULL, 16);
}

/* Both texts ascend, so one pass over smaps serves all lines of maps. */
struct cursor {
	const struct cli_text *text;
	size_t at;
};

/* The VmFlags line below the header @wanted; len 0 when there is none. */
static struct line find_flags(struct cursor *smaps, const struct line *wanted)
{
	const struct line none = { 0 };
	struct line line;
	bool below = false;

	for (; (line = line_at(smaps->text, smaps->at)).len; smaps->at += line.len) {
		if (is_header(&line)) {
			if (below || header_start(&line) > header_start(wanted))
				return none;
			below = line.len == wanted->len && !memcmp(line.at, wanted->at, line.len);
		} else if (below && is_flags(&line)) {
			return line;
		}
	}
	return none;
}

static void append(struct cli_text *text, const struct line *line)
{
	if (line->len)
		memcpy(text->bytes + text->len, line->at, line->len);
	text->len += line->len;
}

int cli_maps_add_flags(const struct cli_text *maps, const struct cli_text *smaps,
		       struct cli_text *both)
{
	struct cursor cursor = { .text = smaps };
	struct line header, flags;
	size_t at;

	*both = (struct cli_text){ .bytes = malloc(maps->len + smaps->len + 1) };
	if (!both->bytes)
		return -ENOMEM;
	for (at = 0; (header = line_at(maps, at)).len; at += header.len) {
		append(both, &header);
		flags = find_flags(&cursor, &header);
		append(both, &flags);
	}
	both->bytes[both->len] = '\0';
	return 0;
}
