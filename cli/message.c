// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the command says on standard error. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"

/* Room for two paths of PATH_MAX, escaped or not; longer messages are cut. */
#define MESSAGE_MAX	16384

static void say(const char *text)
{
	char line[MESSAGE_MAX + 16];
	size_t at = 0;

	for (; *text && at < MESSAGE_MAX; text++) {
		unsigned char c = *text;

		if (c < ' ' || c == 0x7f)
			at += sprintf(line + at, "\\x%02x", c);
		else
			line[at++] = c;
	}
	/* one write: lines of several processes do not mix */
	fprintf(stderr, "taskvma: %.*s\n", (int)at, line);
}

void cli_verror(const char *fmt, va_list ap)
{
	char text[MESSAGE_MAX];

	vsnprintf(text, sizeof(text), fmt, ap);
	say(text);
}

void cli_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cli_verror(fmt, ap);
	va_end(ap);
}

enum cli_status cli_bad_input(const struct tv_diag *diag, int err)
{
	char text[sizeof(*diag) + 64];

	cli_error("%s", tv_diag_text(diag, text, sizeof(text)));
	return err == -ENOMEM ? CLI_CANNOT : CLI_BAD;
}

enum cli_status cli_unsupported(const char *what)
{
	cli_error("unsupported: %s is not there yet", what);
	return CLI_BAD;
}
