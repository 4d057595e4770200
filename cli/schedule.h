/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Schedules as text: who takes the next steps, in order.
 *
 *	reader*5 writer*3 reader/1 irq_work/0
 *
 * is five steps of reader, three of writer, one of reader that takes way 1 of
 * those it can go, and one of the kernel's irq_work on CPU 0.
 */
#ifndef TV_CLI_SCHEDULE_H
#define TV_CLI_SCHEDULE_H

#include <stdio.h>
#include "model/diag.h"
#include "model/explore.h"

/* Longer ones are refused: no execution that is explored gets there. */
#define CLI_SCHEDULE_MAX	65535

/* A schedule that was read, with the place of each move. */
struct cli_schedule {
	struct tv_move *moves;
	struct cli_schedule_place { int line, column; } *places;
	unsigned int nr;
};

/* @nr moves of actors called @names; no newline. */
void cli_schedule_print(FILE *out, const char *const *names, const struct tv_move *moves,
			unsigned int nr);

/*
 * Reads @path ("-": standard input): blanks and newlines between the entries,
 * "schedule:" at the front is skipped, '#' begins a comment. @names has
 * @nr_names actors. 0, -EINVAL or -ENOMEM with @diag filled.
 */
int cli_schedule_read(const char *path, const char *const *names, unsigned int nr_names,
		      struct cli_schedule *schedule, struct tv_diag *diag);
void cli_schedule_fini(struct cli_schedule *schedule);

#endif
