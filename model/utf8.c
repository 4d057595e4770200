// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* UTF-8, byte by byte. */
#include <errno.h>
#include "model/utf8.h"

/*
 * The first byte tells the length. Its bounds on the second byte keep out
 * overlong forms, surrogates and all above U+10FFFF.
 */
static int begin(struct tv_utf8 *utf8, unsigned char c)
{
	if (c < 0x80) {
		utf8->code = c;
		return 1;
	}
	if (c < 0xc2 || c > 0xf4)
		return -EINVAL;
	utf8->more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	utf8->code = c & (0x3f >> utf8->more);
	utf8->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	utf8->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	return 0;
}

int tv_utf8_push(struct tv_utf8 *utf8, unsigned char c)
{
	if (!utf8->more)
		return begin(utf8, c);
	if (c < utf8->low || c > utf8->high)
		return -EINVAL;
	utf8->low = 0x80;
	utf8->high = 0xbf;
	utf8->code = utf8->code << 6 | (c & 0x3f);
	return --utf8->more ? 0 : 1;
}

bool tv_is_utf8(const char *text, size_t len)
{
	struct tv_utf8 utf8 = { 0 };

	while (len--) {
		if (tv_utf8_push(&utf8, *text++) < 0)
			return false;
	}
	return !utf8.more;
}
