/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Global variables of a BPF object by name, down to elements and members. */
#ifndef TV_CLI_VAR_H
#define TV_CLI_VAR_H

#include <stdbool.h>
#include "bpf/object.h"

/* Bytes [offset, offset + size) of a data map's value. */
struct cli_var {
	const char *text;	/* as it was asked for */
	struct tv_bpf_map *map;
	uint32_t offset, size;
	uint32_t type_id;	/* in the object's BTF; 0: a whole section */
	uint8_t bit, bits;	/* of a bit field: its first bit from @offset; bits 0: it is none */
};

/*
 * "count", "vm_ranges[3].vm_start", ".bss". 0, or -EINVAL with one line in @why (of @size bytes).
 * @path must live as long as @var.
 */
int cli_var_find(const struct tv_bpf_object *obj, const char *path, struct cli_var *var,
		 char *why, size_t size);

/*
 * Writes "VAR=VALUE" into the object's data: decimal, hexadecimal after 0x, either with a minus, or
 * @pid, which stands for @pid. 0, or -EINVAL with one line in @why.
 */
int cli_var_assign(const struct tv_bpf_object *obj, const char *assignment, int pid, char *why,
		   size_t size);

/*
 * Bytes from the start of "struct NAME" to a member ("f_path.dentry"), through unnamed structures; -ENOENT:
 * there is no such type or member, or it is a bit field.
 */
int64_t cli_member_offset(const struct tv_btf *btf, const char *name, const char *path);

#endif
