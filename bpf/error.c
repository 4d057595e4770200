// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One message about an object that cannot be used (error.h). */
#include "bpf/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tv_bpf_error_init(struct tv_bpf_error *error, const char *file)
{
	memset(error, 0, sizeof(*error));
	error->offset = TV_BPF_NOWHERE;
	snprintf(error->file, sizeof(error->file), "%s", file ? file : "");
}

/* Names come from the object: keep the message one printable line. */
static void make_printable(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 127)
			*s = '?';
}

int tv_bpf_error_set(struct tv_bpf_error *error, int err, const char *section, long offset,
		     const char *fmt, ...)
{
	va_list ap;

	if (!error || error->err)
		return err;
	error->err = err;
	error->offset = offset;
	snprintf(error->section, sizeof(error->section), "%s", section ? section : "");
	va_start(ap, fmt);
	vsnprintf(error->text, sizeof(error->text), fmt, ap);
	va_end(ap);
	/* whatever could not be done for it */
	if (err == -ENOMEM && !strstr(error->text, "memory"))
		strcpy(error->text, "out of memory");
	make_printable(error->section);
	make_printable(error->text);
	return err;
}

const char *tv_bpf_error_text(const struct tv_bpf_error *error, char *buf, size_t size)
{
	char place[32] = "";

	if (error->offset != TV_BPF_NOWHERE)
		snprintf(place, sizeof(place), "+0x%lx", (unsigned long)error->offset);
	snprintf(buf, size, "%s%s%s%s%s%s", error->file, error->file[0] ? ": " : "", error->section,
		 place, error->section[0] || place[0] ? ": " : "", error->text);
	return buf;
}
