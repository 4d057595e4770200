/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an unquoted YAML scalar means: YAML 1.2 core schema, section 10.3. */
#ifndef TV_MODEL_YAML_SCALAR_H
#define TV_MODEL_YAML_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text, and neither null nor a boolean nor a number. */
bool tv_yaml_plain_is_text(const char *plain, size_t len);

/*
 * A number from 0 to @max: decimal without leading zeros (which mean octal
 * to some readers), or hexadecimal after 0x. -EINVAL: no such number;
 * -ERANGE: above @max.
 */
int tv_yaml_plain_number(const char *plain, size_t len, uint64_t max, uint64_t *value);

/*
 * Whether @text may stand unquoted anywhere in a fixture and be read back as
 * itself, by readers of YAML 1.1 too. Says no when in doubt, and to blanks,
 * which cost libfyaml much time outside of quotes.
 */
bool tv_yaml_may_be_plain(const char *text, size_t len);

#endif
