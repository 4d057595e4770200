/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What bpf_snprintf() makes of formats and arguments, as a table. */
#ifndef TV_FORMAT_TABLE_H
#define TV_FORMAT_TABLE_H

#include <stdint.h>

#define FORMAT_OUT	64	/* bytes there are for the text */
#define FORMAT_TEXTS	32	/* bytes for what an argument points to */
#define FORMAT_CNT	5

/* An argument that is the address of the row's @memory. */
#define AT_MEMORY	UINT64_C(0x00a110ca7ed00000)

struct format_row {
	const char *fmt;
	uint32_t size;			/* of the output */
	uint32_t cnt;
	uint64_t args[FORMAT_CNT];
	const char *memory;		/* FORMAT_TEXTS bytes at most; NULL: zeros */
	int64_t want_ret;		/* -EINVAL: the kernel's verifier refuses the format */
	const char *want;
};

/* Ends with a row without @fmt. */
extern const struct format_row format_rows[];

#endif
