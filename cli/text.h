/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Texts of any bytes in formats that have rules. */
#ifndef TV_CLI_TEXT_H
#define TV_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * The JSON member @key with the @len bytes at @text as its value. JSON
 * strings are Unicode: what is no UTF-8 goes under @key_base64, encoded.
 */
void cli_json_text(FILE *out, const char *key, const char *text, size_t len);

/* A JSON string, quotes included; a byte that is no part of UTF-8 is shown as the character of that number. */
void cli_json_string(FILE *out, const char *text, size_t len);

/* A CSV field, quoted where RFC 4180 asks for it. */
void cli_csv_text(FILE *out, const char *text, size_t len);

/* What stands behind the last slash. */
const char *cli_base_name(const char *path);

/* For people: control characters as \ooo, the rest as it is. */
void cli_plain_text(FILE *out, const char *text, size_t len);

#endif
