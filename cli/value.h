/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Bytes as values of a BTF type: for programs and for people. */
#ifndef TV_CLI_VALUE_H
#define TV_CLI_VALUE_H

#include <stdio.h>
#include "bpf/btf.h"

/*
 * JSON. A number is a number, unsigned whatever its C type is. An array or a structure is an array of the
 * numbers in it, in the order of its elements and members, however deep they lie; of a union its first
 * member counts. Without a type (@type_id 0): a number of 1, 2, 4 or 8 bytes, else an array of bytes.
 */
void value_json(FILE *out, const struct tv_btf *btf, uint32_t type_id, const uint8_t *bytes,
		uint32_t size);
/* The @bits bits from bit @bit on, a bit field. */
uint64_t value_bits(const uint8_t *bytes, uint32_t size, unsigned int bit, unsigned int bits);

/*
 * C's spelling, on one line: signed as its type says, members with their names, char arrays as strings,
 * pointers in hexadecimal, long runs of zeroes left out. Ends after about @width characters with "...".
 */
void value_text(FILE *out, const struct tv_btf *btf, uint32_t type_id, const uint8_t *bytes,
		uint32_t size, unsigned int width);

#endif
