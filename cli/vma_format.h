/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* VMAs one after the other, in the formats that need only one at a time. */
#ifndef TV_CLI_VMA_FORMAT_H
#define TV_CLI_VMA_FORMAT_H

#include <stdio.h>
#include "model/mm_types.h"

struct cli_vma_format {
	const char *name;
	const char *header;	/* first line, newline included; "" for none */
	/* 0, or -EIO; what stays in the stream's buffer may still fail */
	int (*print)(FILE *out, const struct vm_area_struct *vma);
};

/* NULL-terminated: maps (the default), text, json, csv. */
extern const struct cli_vma_format *const cli_vma_formats[];

const struct cli_vma_format *cli_vma_format_find(const char *name);

#endif
