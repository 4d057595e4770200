/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whole files as text. */
#ifndef TV_CLI_READ_FILE_H
#define TV_CLI_READ_FILE_H

#include <stddef.h>

struct cli_text {
	char *bytes;	/* a NUL after the last; NULL: nothing was read */
	size_t len;
};

/*
 * Reads @path ("-": standard input) into @text, in as few read() calls as
 * the file gives; files of /proc change between them. Returns 0, -EFBIG
 * above @max bytes, -EISDIR, or -errno.
 */
int cli_read_file(const char *path, size_t max, struct cli_text *text);
void cli_text_fini(struct cli_text *text);

#endif
