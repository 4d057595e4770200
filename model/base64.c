// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Base64 with padding. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include "model/base64.h"

static const char digits[65] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void tv_base64_print(FILE *out, const char *bytes, size_t len)
{
	const unsigned char *s = (const unsigned char *)bytes;
	uint32_t group;
	size_t n;
	int i;

	for (; len; s += n, len -= n) {
		n = len < 3 ? len : 3;
		group = s[0] << 16 | (n > 1 ? s[1] << 8 : 0) | (n > 2 ? s[2] : 0);
		for (i = 0; i < 4; i++)
			putc((size_t)i <= n ? digits[group >> (18 - 6 * i) & 63] : '=', out);
	}
}

/* 0..63, or -EINVAL. */
static int digit_value(char c)
{
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? at - digits : -EINVAL;
}

int tv_base64_decode(const char *text, size_t len, char *bytes, size_t *bytes_len)
{
	unsigned int in_group = 0, padding = 0;
	uint32_t group = 0;
	size_t i, out = 0;
	int value;

	for (i = 0; i < len; i++) {
		if (text[i] == ' ' || text[i] == '\n' || text[i] == '\t')
			continue;
		value = text[i] == '=' ? 0 : digit_value(text[i]);
		/* padding ends the text and stands for at most two digits */
		if (value < 0 || (padding && (text[i] != '=' || !in_group)))
			return -EINVAL;
		padding += text[i] == '=';
		group = group << 6 | value;
		if (++in_group < 4)
			continue;
		if (padding > 2 || (group & ((1U << 8 * padding) - 1)))
			return -EINVAL;
		bytes[out] = group >> 16;
		bytes[out + 1] = group >> 8;
		bytes[out + 2] = group;
		out += 3 - padding;
		in_group = 0;
	}
	*bytes_len = out;
	return in_group ? -EINVAL : 0;
}
