/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One message about bad input, with its place. */
#ifndef TV_MODEL_DIAG_H
#define TV_MODEL_DIAG_H

/* The first thing wrong with an input; later ones are not recorded. */
struct tv_diag {
	char file[4096];	/* as the user named it; "-" is standard input */
	int line, column;	/* from 1; 0: the file as a whole */
	char text[512];		/* no newline, printable */
};

void tv_diag_init(struct tv_diag *diag, const char *file);
/* Records and returns -EINVAL; does nothing but that when one is there already. */
int tv_diag_set(struct tv_diag *diag, int line, int column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* "FILE:LINE:COLUMN: text" (line and column 1 where unknown) into @buf; returns @buf. */
const char *tv_diag_text(const struct tv_diag *diag, char *buf, unsigned long size);

/* "EBUSY" for 16 and -16; "E?" for an unknown one. */
const char *tv_errno_name(int err);

#endif
