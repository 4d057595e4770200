/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One message about an object that cannot be used, with its place. */
#ifndef TV_BPF_ERROR_H
#define TV_BPF_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/* Offset of an error that has none. */
#define TV_BPF_NOWHERE	(-1L)

/*
 * The first thing wrong; later ones are not recorded. All strings are one line, printable.
 * @err is -EINVAL (malformed or contradictory), -ENOTSUP (a feature that is not modelled; @text
 * names it), -ENOMEM, -EFBIG (a stated limit), -ENOENT/-ESRCH (a name that the target kernel's
 * BTF lacks) or what a system call gave.
 */
struct tv_bpf_error {
	int err;
	char file[4096];	/* as the user named it */
	char section[128];	/* "" : the file as a whole */
	long offset;		/* bytes into the section, or TV_BPF_NOWHERE */
	char text[512];
};

void tv_bpf_error_init(struct tv_bpf_error *error, const char *file);

/*
 * Records unless something stands there already, and returns @err, so that callers can
 * `return tv_bpf_error_set(...)`. @section may be NULL. @error may be NULL.
 */
int tv_bpf_error_set(struct tv_bpf_error *error, int err, const char *section, long offset,
		     const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* "FILE: SECTION+0xOFFSET: text" into @buf; returns @buf. */
const char *tv_bpf_error_text(const struct tv_bpf_error *error, char *buf, size_t size);

#endif
