// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Texts of any bytes in JSON, CSV and on a terminal. */
#include <string.h>
#include "cli/text.h"
#include "model/base64.h"
#include "model/utf8.h"

static void put_json_char(FILE *out, unsigned char c)
{
	if (c == '"' || c == '\\')
		fprintf(out, "\\%c", c);
	else if (c < ' ')
		fprintf(out, "\\u%04x", c);
	else
		putc(c, out);
}

void cli_json_text(FILE *out, const char *key, const char *text, size_t len)
{
	if (!tv_is_utf8(text, len)) {
		fprintf(out, "\"%s_base64\":\"", key);
		tv_base64_print(out, text, len);
	} else {
		fprintf(out, "\"%s\":\"", key);
		while (len--)
			put_json_char(out, *text++);
	}
	putc('"', out);
}

void cli_json_string(FILE *out, const char *text, size_t len)
{
	bool whole = tv_is_utf8(text, len);

	putc('"', out);
	for (; len--; text++) {
		if (whole || !(*text & 0x80))
			put_json_char(out, *text);
		else
			fprintf(out, "\\u%04x", (unsigned char)*text);
	}
	putc('"', out);
}

static bool csv_needs_quotes(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (strchr(",\"\r\n", text[i]))
			return true;
	}
	/* not asked for, but some readers trim */
	return text[0] == ' ' || text[len - 1] == ' ';
}

void cli_csv_text(FILE *out, const char *text, size_t len)
{
	if (!len)
		return;
	if (!csv_needs_quotes(text, len)) {
		fwrite(text, 1, len, out);
		return;
	}
	putc('"', out);
	for (; len--; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

const char *cli_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void cli_plain_text(FILE *out, const char *text, size_t len)
{
	for (; len--; text++) {
		unsigned char c = *text;

		if (c < ' ' || c == 0x7f)
			fprintf(out, "\\%03o", c);
		else
			putc(c, out);
	}
}
