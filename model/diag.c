// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One message about bad input, with its place. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "model/diag.h"

/* Linux include/linux/errno.h: known to the kernel alone, BPF returns it too. */
#define KERNEL_ENOTSUPP	524

void tv_diag_init(struct tv_diag *diag, const char *file)
{
	diag->line = 0;
	diag->column = 0;
	diag->text[0] = '\0';
	snprintf(diag->file, sizeof(diag->file), "%s", file);
}

/*
 * Copies @text into @buf so that it stays one line and no terminal obeys it:
 * bytes below ' ' and DEL become \xHH, and so do those above when not @high.
 */
static void copy_printable(char *buf, size_t size, const char *text, bool high)
{
	size_t used = 0, room;
	unsigned char c;

	for (; (c = *text); text++) {
		bool plain = c >= ' ' && c != 0x7f && (c < 0x80 || high);

		room = plain ? 1 : 4;
		if (used + room >= size)
			break;
		if (plain)
			buf[used] = c;
		else
			snprintf(buf + used, size - used, "\\x%02x", c);
		used += room;
	}
	buf[used] = '\0';
}

int tv_diag_set(struct tv_diag *diag, int line, int column, const char *fmt, ...)
{
	char text[sizeof(diag->text)];
	va_list args;

	if (diag->text[0])
		return -EINVAL;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	copy_printable(diag->text, sizeof(diag->text), text, false);
	diag->line = line;
	diag->column = column;
	return -EINVAL;
}

const char *tv_diag_text(const struct tv_diag *diag, char *buf, unsigned long size)
{
	char file[sizeof(diag->file)];

	/* names of files are UTF-8 mostly; only what breaks the line is escaped */
	copy_printable(file, sizeof(file), diag->file, true);
	snprintf(buf, size, "%s:%d:%d: %s", file, diag->line > 0 ? diag->line : 1,
		 diag->column > 0 ? diag->column : 1, diag->text);
	return buf;
}

const char *tv_errno_name(int err)
{
	unsigned int number = err < 0 ? -(unsigned int)err : (unsigned int)err;
	const char *name = NULL;

	if (number == KERNEL_ENOTSUPP)
		return "ENOTSUPP";
	if (number && number < KERNEL_ENOTSUPP)
		name = strerrorname_np(number);
	return name ? name : "E?";
}
