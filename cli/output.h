/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where results go: standard output, or a file that is written whole or not at all. */
#ifndef TV_CLI_OUTPUT_H
#define TV_CLI_OUTPUT_H

#include <stdio.h>
#include "cli/cli.h"

struct cli_output {
	FILE *stream;		/* write here */
	const char *name;	/* for messages */
	char *target;		/* what the file will be called; NULL: nothing to rename */
	char *temp;		/* what it is called until then */
};

/*
 * Opens @path, or standard output where @path is NULL. A regular file is
 * written under another name in the same folder and put into place by
 * cli_output_commit(); devices and pipes are written as they are. Every
 * failure of the three has been said when they return the status to end with.
 */
enum cli_status cli_output_open(struct cli_output *out, const char *path);
/* The result is complete; or it could not be written: then no file is left. */
enum cli_status cli_output_commit(struct cli_output *out);
/* The result is not to be had: no file is left. */
void cli_output_abort(struct cli_output *out);

/* Once, before any file is opened: what this process does about its standard streams. */
void cli_output_init(void);

#endif
