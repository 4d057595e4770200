// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A VMA as /proc/PID/maps prints it: Linux fs/proc/task_mmu.c, fs/seq_file.c. */
#include <errno.h>
#include <string.h>
#include "model/maps.h"

/* The longest prefix: two addresses, perms, offset, device and inode, all at their widest. */
#define PREFIX_MAX	128

static char *put_hex(char *to, uint64_t value, int width)
{
	int digits = value ? (67 - __builtin_clzll(value)) / 4 : 1;
	char *end = to + (digits > width ? digits : width);
	char *p = end;

	while (p > to) {
		*--p = "0123456789abcdef"[value & 15];
		value >>= 4;
	}
	return end;
}

static char *put_decimal(char *to, uint64_t value)
{
	char digits[20], *p = digits + sizeof(digits);
	size_t len;

	do
		*--p = '0' + value % 10;
	while (value /= 10);
	len = digits + sizeof(digits) - p;
	memcpy(to, p, len);
	return to + len;
}

/* Everything before the name, the blank after the inode included. */
static char *put_prefix(char *to, const struct tv_vma_desc *desc)
{
	to = put_hex(to, desc->start, 8);
	*to++ = '-';
	to = put_hex(to, desc->end, 8);
	*to++ = ' ';
	tv_vm_flags_to_perms(desc->vm_flags, to);
	to[4] = ' ';
	to = put_hex(to + 5, desc->offset, 8);
	*to++ = ' ';
	to = put_hex(to, desc->major, 2);
	*to++ = ':';
	to = put_hex(to, desc->minor, 2);
	*to++ = ' ';
	to = put_decimal(to, desc->ino);
	*to++ = ' ';
	return to;
}

/* The name, with each newline as seq_path() escapes it. */
static void print_name(FILE *out, const char *name, size_t len)
{
	const char *newline;

	while ((newline = memchr(name, '\n', len))) {
		fwrite_unlocked(name, 1, newline - name, out);
		fwrite_unlocked("\\012", 1, 4, out);
		len -= newline + 1 - name;
		name = newline + 1;
	}
	fwrite_unlocked(name, 1, len, out);
}

int tv_maps_print(FILE *out, const struct vm_area_struct *vma)
{
	char line[PREFIX_MAX], *end;
	struct tv_vma_desc desc;

	tv_vma_describe(vma, &desc);
	end = put_prefix(line, &desc);
	if (desc.name_len) {
		while (end < line + TV_MAPS_NAME_COLUMN - 1)
			*end++ = ' ';
		*end++ = ' ';
	}
	fwrite_unlocked(line, 1, end - line, out);
	if (desc.name_len)
		print_name(out, desc.name, desc.name_len);
	putc_unlocked('\n', out);
	return ferror_unlocked(out) ? -EIO : 0;
}
