/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Two outcomes of a program side by side, printed. */
#ifndef TV_CLI_DIFF_PRINT_H
#define TV_CLI_DIFF_PRINT_H

#include <stdio.h>
#include "cli/diff_rows.h"

enum diff_format { DIFF_TEXT, DIFF_JSON, DIFF_CSV, DIFF_FORMATS };

/* Of each map, that many equal elements are shown as text. */
#define DIFF_EQUAL_SHOWN	8

void diff_print_head(FILE *out, enum diff_format format);
/* One program of the object @file. */
void diff_print(FILE *out, enum diff_format format, const char *file, const char *prog,
		const struct diff_rows *rows);
/* After the last of @nr programs. */
void diff_print_sum(FILE *out, enum diff_format format, unsigned long nr, unsigned long different);

#endif
