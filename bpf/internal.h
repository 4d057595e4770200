/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How an object is loaded: the stages of object.c, each one file, in the order they run, over one
 * struct loader. Private to bpf/. All memory is the object's arena; nobody frees pieces.
 *
 * A stage returns 0 or -errno with a message in loader->error: the object cannot be opened. What
 * concerns one program only goes to func_fail(), what concerns all programs to load_fail().
 */
#ifndef TV_BPF_INTERNAL_H
#define TV_BPF_INTERNAL_H

#include "bpf/arena.h"
#include "bpf/btf_ext.h"
#include "bpf/elf_file.h"
#include "bpf/file_bytes.h"
#include "bpf/object.h"

#define NONE	UINT32_MAX

enum reloc_kind {
	RELOC_MAP,		/* ld_imm64 of a map's address */
	RELOC_DATA,		/* ld_imm64 of a byte in a data map's value */
	RELOC_EXTERN_VAR,	/* ld_imm64 of an extern */
	RELOC_EXTERN_FUNC,	/* call of an extern: a kfunc */
	RELOC_CALL,		/* call of a function in .text */
	RELOC_FUNC_ADDR,	/* ld_imm64 of a function in .text */
};

struct reloc {
	enum reloc_kind kind;
	uint32_t insn;		/* from the function's start */
	uint32_t index;		/* of the map or extern */
	uint32_t offset;	/* bytes: in the map's value, or of the symbol in .text */
};

/* A function symbol: an entry program, or a subprogram when it stands in .text. */
struct func {
	const char *name;
	const char *section;	/* without '?' */
	uint32_t sec_idx;
	uint32_t start, cnt;	/* instructions from the section's start */
	bool is_subprog, autoload, hidden;
	int32_t prog;		/* index among the entry programs; -1 for a subprogram */
	struct bpf_insn *insns;	/* an own copy, patched by core_relo.c and reloc.c */
	struct reloc *relocs;	/* ascending by insn, at most one each */
	uint32_t reloc_cnt;
	int err;		/* it, and what calls it, cannot be loaded */
	const char *why;
	/* link.c: the program it was placed in last (an index of funcs, or NONE), and where */
	uint32_t placed_in, placed_at;
};

struct loader {
	struct tv_bpf_object *obj;
	struct arena *arena;
	struct tv_bpf_opts opts;
	struct tv_bpf_error *error;
	struct elf_file elf;
	struct btf_ext_info ext;

	struct func *funcs;	/* ascending by section, then start */
	uint32_t func_cnt;
	uint32_t text_idx;	/* section .text, or NONE */
	uint32_t maps_idx;	/* section .maps, or NONE */
	uint32_t declared_cnt;	/* maps of .maps: the first ones, ascending by offset */

	uint32_t *map_of_section;	/* data sections: index of their map, else NONE */
	uint32_t kconfig_map;		/* index of the .kconfig map, or NONE */
	uint32_t *extern_of_symbol;	/* index of the extern an ELF symbol stands for, else NONE */

	uint64_t core_steps;	/* work done for CO-RE so far */
	uint64_t linked_insns;	/* instructions placed in programs so far */
	uint64_t reloc_cnt;	/* relocations read so far */
	int load_err;		/* no program can be loaded */
	const char *load_why;
};

#define ld_fail(ld, err, section, offset, ...)						\
	tv_bpf_error_set((ld)->error, err, section, offset, __VA_ARGS__)
#define ld_nomem(ld)	ld_fail(ld, -ENOMEM, NULL, TV_BPF_NOWHERE, \
				"out of memory (at most %zu bytes are taken)", (ld)->arena->limit)

/* Both keep the first reason. -ENOMEM when that can't be noted, else 0. */
int func_fail(struct loader *ld, struct func *func, int err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
int load_fail(struct loader *ld, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* func.c */
int funcs_collect(struct loader *ld);
/* The function that holds instruction @insn of section @sec_idx, or NULL. */
struct func *func_at(const struct loader *ld, uint32_t sec_idx, uint64_t insn);

/* btf_fixup.c: sizes, offsets and linkage the compiler left to the loader */
int btf_fixup(struct loader *ld);

/* btf_refused.c: why the kernel would not take an object's BTF, after the fix-ups; @why NULL: it would */
int btf_refused(const struct tv_btf *btf, const char **why);

/* extern.c */
int externs_collect(struct loader *ld);
int externs_resolve(struct loader *ld);

/* kconfig.c: the value of .kconfig externs into the map's data */
struct kconfig_var {
	const char *name;
	uint32_t type_id, offset, size;
	bool weak, is_set;
};
/* Whether a type may be a kconfig variable; its alignment in bytes, or 0 when not. */
uint32_t kconfig_align(const struct tv_btf *btf, uint32_t type_id);
int kconfig_fill(struct loader *ld, struct kconfig_var *vars, uint32_t cnt, uint8_t *data);

/* map_def.c, map_data.c, map_slot.c, map_field.c */
int maps_declared(struct loader *ld);
int maps_data(struct loader *ld);
struct tv_bpf_map *map_add(struct loader *ld);
int map_slots(struct loader *ld);
int map_fields(struct loader *ld, struct tv_bpf_map *map);
/* A map of kind @origin with @size bytes of value (@data NULL: zeros). */
int map_add_data(struct loader *ld, enum tv_map_origin origin, const char *section,
		 uint32_t sec_idx, const void *data, uint64_t size);

/* reloc.c: reads the ELF relocations; then applies those that need no link */
int relocs_collect(struct loader *ld);
void relocs_apply(struct loader *ld);

/* core_relo.c */
int core_relocate(struct loader *ld);

/* link.c, line_info.c, attach.c: one entry program */
int link_prog(struct loader *ld, struct func *main, struct tv_bpf_prog *prog);
/* Records of all functions placed in @prog, in that order. */
int line_info_add(struct loader *ld, struct func *const *placed, uint32_t cnt,
		  struct tv_bpf_prog *prog);
int attach_prog(struct loader *ld, struct tv_bpf_prog *prog);

/* tags.c */
uint32_t tags_test_flags(const struct tv_btf *btf, uint32_t func_id);

#endif
