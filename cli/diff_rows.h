/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Two outcomes of one program, value by value. */
#ifndef TV_CLI_DIFF_ROWS_H
#define TV_CLI_DIFF_ROWS_H

#include "cli/dump.h"
#include "cli/run_options.h"

enum diff_verdict { DIFF_EQUAL, DIFF_DIFFERENT, DIFF_MASKED };

/* One value on both sides; texts are owned. */
struct diff_row {
	char *group;		/* "", or the map it stands in */
	char *what;		/* "retval", a variable, a key, the number of a record */
	char *model, *kernel;	/* NULL: there is none on that side */
	enum diff_verdict verdict;
};

struct diff_rows {
	struct diff_row *rows;
	size_t nr, room;
	size_t different;
	bool json;		/* values are JSON, else as C spells them */
	int err;		/* -ENOMEM: rows are missing */
};

/* What is not compared: variables (or parts of them), and maps by their names. */
struct diff_masks {
	struct cli_var *vars;
	size_t nr_vars;
	const struct tv_bpf_map **maps;
	size_t nr_maps;
};

/* 0; -EINVAL with one line in @why, -ENOMEM. */
int diff_masks_find(struct diff_masks *masks, const struct tv_bpf_object *obj, const struct cli_texts *names,
		    char *why, size_t size);
void diff_masks_fini(struct diff_masks *masks);

/*
 * Compares; both outcomes are sorted (outcome_sort()). Masked bytes become 0 in both. Two that were
 * rejected are equal. 0 or -ENOMEM.
 */
int diff_compare(struct diff_rows *rows, const struct dump *dump, const struct diff_masks *masks,
		 struct outcome *model, struct outcome *kernel);
void diff_rows_fini(struct diff_rows *rows);

#endif
