/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is right when an allocation failed, and what is told of the rest. */
#ifndef TV_TESTS_FAILNTH_JUDGE_H
#define TV_TESTS_FAILNTH_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Bytes of a file; NULL where there is none. */
struct text {
	char *bytes;
	size_t len;
};

struct text text_read(const char *dir, const char *name);
void text_free(struct text *text);

/* How a process ended: its status as of waitpid(2), and all it wrote. */
struct outcome {
	int status;
	struct text out, err, file;
	unsigned int nr_beside;	/* other files beside the one it should write */
};

void outcome_free(struct outcome *outcome);

enum verdict {
	CLEAN,		/* status 3, one line that says it is memory, nothing half-written */
	HARMLESS,	/* as if nothing had failed */
	CRASHED,
	HUNG,
	WRONG,		/* neither clean nor harmless */
	LOST,		/* either of both, but it lost memory */
	EXPECTED,	/* one of the above, as it is listed of a library */
	NR_VERDICTS,
};

extern const char *const verdict_names[NR_VERDICTS];

struct judge {
	const char *name;	/* what is run, for people */
	const char *dir;	/* where the processes tell things */
	struct outcome want;	/* what happens when nothing fails */
	struct text before;	/* what the file holds that it should write; no bytes: there is none */
	unsigned long nr[NR_VERDICTS];
	unsigned int nr_told, max_told;	/* what is wrong; the others are counted */
};

/*
 * The @nth allocation failed and this came of it: counted, and told when it is wrong, the first time
 * from that place.
 */
void judge_outcome(struct judge *judge, unsigned long nth, const struct outcome *outcome);

/* Nothing failed: what was lost is told. False when something was. */
bool judge_undisturbed(struct judge *judge);

bool same_text(const struct text *a, const struct text *b);

/* --- libraries.c: what is a library's fault --- */

/* A list of "VERDICT LIBRARY FUNCTION" lines. 0, or 1 with the reason told. */
int libraries_read(const char *path);
/* Is there a line for @verdict that matches a frame of @failed, the trace of what did not succeed? */
bool libraries_expect(enum verdict verdict, const char *failed);
/* The same where a block was lost; the library is in @lost, too, the trace of who took it. */
bool libraries_expect_lost(const char *failed, const char *lost);
/* Appends the lines that matched to @path. */
int libraries_write_used(const char *path);

/* --- places.c: traces for people --- */

/* Source lines for the first frames of @trace, by addr2line; one line each, indented. */
void print_places(const char *trace);

#endif
