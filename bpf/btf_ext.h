/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* .BTF.ext: what the compiler noted about single instructions. Private to bpf/. */
#ifndef TV_BPF_BTF_EXT_H
#define TV_BPF_BTF_EXT_H

#include <stdint.h>

#include "bpf/arena.h"
#include "bpf/btf.h"
#include "bpf/elf_file.h"

struct ext_func {
	uint32_t insn_off;	/* bytes from the section's start */
	uint32_t type_id;
};

struct ext_line {
	uint32_t insn_off;
	uint32_t file_off, line_off, line_col;
};

struct ext_core {
	uint32_t insn_off;
	uint32_t type_id, access_off, kind;
};

/* The records of one ELF section, of one of the three sorts: ascending by insn_off but for @core. */
struct ext_section {
	uint32_t sec_idx;	/* 0: the object has no section of that name */
	uint32_t cnt;
	union {
		struct ext_func *funcs;
		struct ext_line *lines;
		struct ext_core *core;
	};
};

struct ext_list {
	struct ext_section *sections;
	uint32_t cnt;
	uint32_t *of_elf;	/* [ELF section] 1 + index of its first list, or 0; NULL when empty */
	uint32_t elf_cnt;
};

struct btf_ext_info {
	struct ext_list funcs, lines, core;
};

/*
 * Reads @section. Types, strings and ranges are checked against @btf; offsets in sections
 * against the instructions are left to whom they concern. 0, -EINVAL, -ENOTSUP, -ENOMEM.
 */
int btf_ext_read(struct btf_ext_info *ext, const struct elf_section *section,
		 const struct elf_file *elf, const struct tv_btf *btf, struct arena *arena,
		 struct tv_bpf_error *error);

/* The first list of records of an ELF section, or NULL. */
const struct ext_section *ext_list_find(const struct ext_list *list, uint32_t sec_idx);

#endif
