/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The bytes of a YAML file on their way to the YAML library, checked first.
 *
 * The library holds what it cannot yet turn into an event, costs some 400
 * bytes of memory for each byte of nested brackets, and never returns on
 * some inputs. So every byte is looked at before it is handed over, and no
 * more are handed over than one event may need.
 */
#ifndef TV_MODEL_YAML_SOURCE_H
#define TV_MODEL_YAML_SOURCE_H

#include <stdint.h>
#include <sys/types.h>
#include "model/diag.h"
#include "model/utf8.h"

/*
 * The longest piece of text that may be needed for one event: a flow
 * collection ("[...]", "{...}") with all that is in it, or a scalar. A VMA
 * with the longest name, every byte of it escaped as \xHH, fits.
 */
#define TV_YAML_LOOKAHEAD_MAX	(128UL << 10)	/* bytes */

struct tv_yaml_source {
	int fd;
	struct tv_diag *diag;
	uint64_t read;		/* bytes so far */
	uint64_t needed;	/* of them, when the last event came */
	bool too_far;		/* TV_YAML_LOOKAHEAD_MAX was reached: no more is read */

	/* where the next byte stands, from 1; columns count characters */
	int line, column;
	bool after_cr;		/* of which a line feed would be the second half */
	struct tv_utf8 character;
};

/* Opens @path ("-": standard input). 0, or -EINVAL with @diag filled. */
int tv_yaml_source_open(struct tv_yaml_source *src, const char *path, struct tv_diag *diag);
void tv_yaml_source_close(struct tv_yaml_source *src);

/*
 * Input callback of libfyaml. 0 at the end, or when something is wrong:
 * then it is in the diag, or @too_far is set.
 */
ssize_t tv_yaml_source_read(void *src, void *buf, size_t size);

/* An event has come: what was read until now is no longer waited for. */
static inline void tv_yaml_source_event(struct tv_yaml_source *src)
{
	src->needed = src->read;
}

#endif
