/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What comparing gave, as a table. docs/compare.md says what each column means. */
#ifndef TV_CLI_COMPARED_H
#define TV_CLI_COMPARED_H

#include <stdio.h>
#include <stdlib.h>
#include "model/compare.h"

#define CLI_COMPARED_ROWS	32

struct cli_compared {
	const struct tv_scenario *scenario;
	const struct tv_explore_limits *limits;
	struct tv_comparison rows[CLI_COMPARED_ROWS];
	unsigned int nr;
};

/* Everything was explored, and every walk was checked. */
bool cli_compared_is_whole(const struct tv_comparison *row);

/* Is a deadlock among what was found? */
bool cli_compared_deadlocks(const struct tv_comparison *row);

void cli_compared_text(FILE *out, const struct cli_compared *table);
/* A header, and one row a design. */
void cli_compared_csv(FILE *out, const struct cli_compared *table);
/* One object a design, on a line. */
void cli_compared_json(FILE *out, const struct cli_compared *table);

#endif
