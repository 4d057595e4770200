/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ELF files made by hand, for what no compiler emits: sections and symbols are added, and may be
 * spoilt, before they are put together. Section 1 is the one string table, section 2 the symbols.
 */
#ifndef TV_TEST_ELF_OBJECT_H
#define TV_TEST_ELF_OBJECT_H

#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ELF_MADE_SECTIONS	40
#define ELF_MADE_SYMBOLS	6000
#define ELF_STRINGS		1
#define ELF_SYMBOLS		2

struct elf_made {
	Elf64_Ehdr header;
	Elf64_Shdr sections[ELF_MADE_SECTIONS];
	const void *data[ELF_MADE_SECTIONS];
	Elf64_Sym symbols[ELF_MADE_SYMBOLS];
	char strings[1 << 16];
	uint32_t nr_sections, nr_symbols, strings_size;
};

static inline uint32_t elf_string(struct elf_made *e, const char *s)
{
	uint32_t at = e->strings_size;

	strcpy(e->strings + at, s);
	e->strings_size += strlen(s) + 1;
	return at;
}

/* Without @data the section takes nothing of the file, whatever @size says. Returns its index. */
static inline uint32_t elf_add(struct elf_made *e, const char *name, uint32_t type, uint64_t flags,
			       const void *data, uint64_t size)
{
	e->sections[e->nr_sections] = (Elf64_Shdr){
		.sh_name = elf_string(e, name), .sh_type = type, .sh_flags = flags, .sh_size = size,
		.sh_addralign = 1,
	};
	e->data[e->nr_sections] = data;
	return e->nr_sections++;
}

static inline void elf_begin(struct elf_made *e)
{
	memset(e, 0, sizeof(*e));
	memcpy(e->header.e_ident, ELFMAG, SELFMAG);
	e->header.e_ident[EI_CLASS] = ELFCLASS64;
	e->header.e_ident[EI_DATA] = ELFDATA2LSB;
	e->header.e_ident[EI_VERSION] = EV_CURRENT;
	e->header.e_type = ET_REL;
	e->header.e_machine = EM_BPF;
	e->header.e_version = EV_CURRENT;
	e->header.e_ehsize = sizeof(Elf64_Ehdr);
	e->header.e_shentsize = sizeof(Elf64_Shdr);
	e->header.e_shstrndx = ELF_STRINGS;
	e->strings_size = 1;
	e->nr_sections = 1;
	e->nr_symbols = 1;
	elf_add(e, ".strtab", SHT_STRTAB, 0, e->strings, 0);
	elf_add(e, ".symtab", SHT_SYMTAB, 0, e->symbols, 0);
	e->sections[ELF_SYMBOLS].sh_link = ELF_STRINGS;
	e->sections[ELF_SYMBOLS].sh_entsize = sizeof(Elf64_Sym);
}

static inline uint32_t elf_symbol(struct elf_made *e, const char *name, int bind, int type,
				  uint32_t section, uint64_t value, uint64_t size)
{
	e->symbols[e->nr_symbols] = (Elf64_Sym){
		.st_name = *name ? elf_string(e, name) : 0, .st_info = ELF64_ST_INFO(bind, type),
		.st_shndx = section, .st_value = value, .st_size = size,
	};
	return e->nr_symbols++;
}

/* Relocations of section @of. */
static inline uint32_t elf_relocate(struct elf_made *e, const char *name, uint32_t of,
				    const Elf64_Rel *rels, uint32_t cnt)
{
	uint32_t at = elf_add(e, name, SHT_REL, 0, rels, cnt * sizeof(*rels));

	e->sections[at].sh_link = ELF_SYMBOLS;
	e->sections[at].sh_info = of;
	e->sections[at].sh_entsize = sizeof(*rels);
	return at;
}

#define ELF_REL(at, symbol) \
	((Elf64_Rel){ .r_offset = (at), .r_info = ELF64_R_INFO((uint64_t)(symbol), 1) })

/* The file; the caller frees it. */
static inline void *elf_make(struct elf_made *e, size_t *size)
{
	uint64_t at = sizeof(Elf64_Ehdr);
	unsigned char *image;
	uint32_t i;

	if (!e->sections[ELF_STRINGS].sh_size)
		e->sections[ELF_STRINGS].sh_size = e->strings_size;
	if (!e->sections[ELF_SYMBOLS].sh_size)
		e->sections[ELF_SYMBOLS].sh_size = e->nr_symbols * sizeof(Elf64_Sym);
	for (i = 1; i < e->nr_sections; i++) {
		e->sections[i].sh_offset += at;
		if (e->sections[i].sh_type != SHT_NOBITS && e->data[i])
			at += (e->sections[i].sh_size + 7) / 8 * 8;
	}
	e->header.e_shoff = at;
	e->header.e_shnum = e->nr_sections;
	*size = at + e->nr_sections * sizeof(Elf64_Shdr);
	image = calloc(1, *size);
	memcpy(image, &e->header, sizeof(e->header));
	for (i = 1; i < e->nr_sections; i++)
		if (e->data[i] && e->sections[i].sh_type != SHT_NOBITS &&
		    e->sections[i].sh_offset + e->sections[i].sh_size <= at)
			memcpy(image + e->sections[i].sh_offset, e->data[i], e->sections[i].sh_size);
	memcpy(image + at, e->sections, e->nr_sections * sizeof(Elf64_Shdr));
	return image;
}

#endif
