/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Base64 with padding, RFC 4648 section 4. */
#ifndef TV_MODEL_BASE64_H
#define TV_MODEL_BASE64_H

#include <stddef.h>
#include <stdio.h>

void tv_base64_print(FILE *out, const char *bytes, size_t len);

/* Room that tv_base64_decode() may need for @len characters. */
#define TV_BASE64_ROOM(len)	((len) / 4 * 3 + 3)

/*
 * Decodes @len characters into @bytes. Blanks and line ends among them are
 * skipped, as YAML's !!binary allows; nothing else is. 0 or -EINVAL.
 */
int tv_base64_decode(const char *text, size_t len, char *bytes, size_t *bytes_len);

#endif
