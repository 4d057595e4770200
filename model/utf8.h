/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* UTF-8, byte by byte, strictly: Unicode table 3-7. */
#ifndef TV_MODEL_UTF8_H
#define TV_MODEL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero between characters. */
struct tv_utf8 {
	uint32_t code;			/* of the character so far */
	unsigned char more;		/* continuation bytes to come */
	unsigned char low, high;	/* bounds of the next of them */
};

/*
 * Takes the next byte. 1: it ends a character, @utf8->code; 0: more belong
 * to it; -EINVAL: no character goes on, or begins, with it.
 */
int tv_utf8_push(struct tv_utf8 *utf8, unsigned char c);

bool tv_is_utf8(const char *text, size_t len);

#endif
