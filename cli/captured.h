/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Address spaces as /proc shows them, as worlds of one process. Failures have been told. */
#ifndef TV_CLI_CAPTURED_H
#define TV_CLI_CAPTURED_H

#include <stdbool.h>
#include "cli/cli.h"

/*
 * A live process, which is only looked at. @watched: for programs to run in, with slots
 * (model/object.h), and with its other threads as tasks of the same address space.
 */
enum cli_status captured_process(int pid, bool watched, struct tv_world **world);

/* A saved maps or smaps text, which lacks what the other members say. */
struct captured_text {
	const char *path;		/* "-": standard input */
	int pid;
	const char *comm;
	unsigned long page_size;	/* bytes; 0: as the text tells, or the default */
};

enum cli_status captured_text(const struct captured_text *saved, struct tv_world **world);

#endif
