// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Texts of any bytes in JSON, CSV and on a terminal. */
#include <stdint.h>
#include <string.h>
#include "cli/text.h"

/*
 * How many bytes the UTF-8 sequence at @s takes, of @len that are there; 0
 * where none begins. Unicode table 3-7: no overlong forms, no surrogates,
 * nothing above U+10FFFF. All of that shows in the second byte.
 */
static size_t utf8_sequence(const unsigned char *s, size_t len)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t n, i;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (len < n || s[1] < low || s[1] > high)
		return 0;
	for (i = 2; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	return n;
}

static bool is_utf8(const char *text, size_t len)
{
	size_t at = 0, n;

	while (at < len) {
		n = utf8_sequence((const unsigned char *)text + at, len - at);
		if (!n)
			return false;
		at += n;
	}
	return true;
}

static void put_base64(FILE *out, const char *text, size_t len)
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = (const unsigned char *)text;
	uint32_t bits;

	for (; len >= 3; s += 3, len -= 3) {
		bits = s[0] << 16 | s[1] << 8 | s[2];
		fprintf(out, "%c%c%c%c", digit[bits >> 18], digit[bits >> 12 & 63],
			digit[bits >> 6 & 63], digit[bits & 63]);
	}
	if (!len)
		return;
	bits = s[0] << 16 | (len > 1 ? s[1] << 8 : 0);
	fprintf(out, "%c%c%c=", digit[bits >> 18], digit[bits >> 12 & 63],
		len > 1 ? digit[bits >> 6 & 63] : '=');
}

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
	if (!is_utf8(text, len)) {
		fprintf(out, "\"%s_base64\":\"", key);
		put_base64(out, text, len);
	} else {
		fprintf(out, "\"%s\":\"", key);
		while (len--)
			put_json_char(out, *text++);
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
	return len && (text[0] == ' ' || text[len - 1] == ' ');
}

void cli_csv_text(FILE *out, const char *text, size_t len)
{
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
