/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An ELF file's sections, symbols and relocations, checked and aligned. Private to bpf/. */
#ifndef TV_BPF_ELF_FILE_H
#define TV_BPF_ELF_FILE_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>

#include "bpf/arena.h"
#include "bpf/error.h"

struct elf_section {
	const char *name;
	const uint8_t *data;	/* @size bytes inside the file, at any alignment; NULL for NOBITS */
	uint64_t size;
	uint64_t flags, entsize;
	uint32_t type, link, info;
};

struct elf_symbol {
	const char *name;
	uint64_t value, size;
	uint32_t shndx;		/* below section_cnt, SHN_UNDEF, or SHN_LORESERVE and above */
	uint8_t type, bind, visibility;
};

struct elf_file {
	const uint8_t *image;
	size_t image_size;
	struct elf_section *sections;	/* [0] is the void one */
	uint32_t section_cnt;
	struct elf_symbol *symbols;
	uint32_t symbol_cnt;
	uint32_t symtab;	/* section index; 0: the file has no symbols */
};

/*
 * Reads the tables of a 64-bit little-endian ELF file; @image stays the caller's and must outlive
 * @elf. Everything in @elf lies inside the image. 0, -EINVAL, -ENOTSUP (big endian), -ENOMEM.
 */
int elf_file_read(struct elf_file *elf, const void *image, size_t size, struct arena *arena,
		  struct tv_bpf_error *error);

/* The first section of that name, or NULL. */
const struct elf_section *elf_file_section(const struct elf_file *elf, const char *name);

static inline uint32_t elf_section_index(const struct elf_file *elf,
					 const struct elf_section *section)
{
	return section - elf->sections;
}

/* Relocation @i of a SHT_REL section (whose size the caller divided). */
Elf64_Rel elf_section_rel(const struct elf_section *section, size_t i);

/* A function's or variable's symbol that is global or weak but hidden: treated as static. */
static inline bool elf_symbol_is_hidden(const struct elf_symbol *sym)
{
	return sym->bind != STB_LOCAL &&
	       (sym->visibility == STV_HIDDEN || sym->visibility == STV_INTERNAL);
}

/* Declared elsewhere: the kernel (__ksym) or its configuration (__kconfig). */
static inline bool elf_symbol_is_extern(const struct elf_symbol *sym)
{
	return sym->shndx == SHN_UNDEF && sym->type == STT_NOTYPE &&
	       (sym->bind == STB_GLOBAL || sym->bind == STB_WEAK);
}

#endif
