// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * An ELF file's tables (elf_file.h). libelf finds the headers; every offset and size in them is
 * checked here against the file before anything is used, and copied out where alignment matters.
 */
#include "bpf/elf_file.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stddef.h>
#include <string.h>

#include "bpf/object.h"

/* The string at @offset of a string table, or NULL when it is not inside or does not end there. */
static const char *table_string(const struct elf_section *strings, uint64_t offset)
{
	if (strings->type != SHT_STRTAB || offset >= strings->size)
		return NULL;
	if (!memchr(strings->data + offset, 0, strings->size - offset))
		return NULL;
	return (const char *)strings->data + offset;
}

static int read_section(struct elf_file *elf, Elf_Scn *scn, struct tv_bpf_error *error)
{
	size_t index = elf_ndxscn(scn);
	struct elf_section *section;
	GElf_Shdr sh;

	if (index >= elf->section_cnt || !gelf_getshdr(scn, &sh))
		return tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE,
					"section header %zu cannot be read", index);
	section = &elf->sections[index];
	section->size = sh.sh_size;
	section->flags = sh.sh_flags;
	section->entsize = sh.sh_entsize;
	section->type = sh.sh_type;
	section->link = sh.sh_link;
	section->info = sh.sh_info;
	if (sh.sh_type == SHT_NOBITS || sh.sh_type == SHT_NULL)
		return 0;
	if (sh.sh_offset > elf->image_size || sh.sh_size > elf->image_size - sh.sh_offset)
		return tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE,
					"section %zu reaches past the end of the file", index);
	section->data = elf->image + sh.sh_offset;
	return 0;
}

static int name_sections(struct elf_file *elf, Elf *handle, struct tv_bpf_error *error)
{
	struct elf_section *strings;
	Elf_Scn *scn = NULL;
	size_t shstrndx;
	GElf_Shdr sh;

	if (elf_getshdrstrndx(handle, &shstrndx) || !shstrndx || shstrndx >= elf->section_cnt)
		return tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE,
					"no table of section names");
	strings = &elf->sections[shstrndx];
	elf->sections[0].name = "";
	while ((scn = elf_nextscn(handle, scn))) {
		struct elf_section *section = &elf->sections[elf_ndxscn(scn)];

		section->name = gelf_getshdr(scn, &sh) ? table_string(strings, sh.sh_name) : NULL;
		if (!section->name)
			return tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE,
						"section %zu has no valid name", elf_ndxscn(scn));
	}
	return 0;
}

static int read_sections(struct elf_file *elf, Elf *handle, struct arena *arena,
			 struct tv_bpf_error *error)
{
	Elf_Scn *scn = NULL;
	size_t count, i;
	int err;

	if (elf_getshdrnum(handle, &count) || !count)
		return tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE, "no section headers");
	if (count > TV_BPF_MAX_SECTIONS)
		return tv_bpf_error_set(error, -EFBIG, NULL, TV_BPF_NOWHERE,
					"%zu sections, at most %u are read", count,
					TV_BPF_MAX_SECTIONS);
	elf->sections = arena_array(arena, count, sizeof(*elf->sections));
	if (!elf->sections)
		return -ENOMEM;
	elf->section_cnt = count;
	for (i = 0; i < count; i++)
		elf->sections[i].name = "";
	while ((scn = elf_nextscn(handle, scn))) {
		err = read_section(elf, scn, error);
		if (err)
			return err;
	}
	return name_sections(elf, handle, error);
}

static int find_symtab(struct elf_file *elf, struct tv_bpf_error *error)
{
	uint32_t i;

	for (i = 1; i < elf->section_cnt; i++) {
		if (elf->sections[i].type != SHT_SYMTAB)
			continue;
		if (elf->symtab)
			return tv_bpf_error_set(error, -EINVAL, elf->sections[i].name,
						TV_BPF_NOWHERE, "a second symbol table");
		elf->symtab = i;
	}
	return 0;
}

static int read_symbols(struct elf_file *elf, struct arena *arena, struct tv_bpf_error *error)
{
	const struct elf_section *table, *strings;
	uint32_t i;
	int err;

	err = find_symtab(elf, error);
	if (err || !elf->symtab)
		return err;
	table = &elf->sections[elf->symtab];
	if (table->entsize != sizeof(Elf64_Sym) || !table->link || table->link >= elf->section_cnt)
		return tv_bpf_error_set(error, -EINVAL, table->name, TV_BPF_NOWHERE,
					"malformed symbol table");
	strings = &elf->sections[table->link];
	elf->symbol_cnt = table->size / sizeof(Elf64_Sym);
	elf->symbols = arena_array(arena, elf->symbol_cnt, sizeof(*elf->symbols));
	if (!elf->symbols)
		return -ENOMEM;
	for (i = 0; i < elf->symbol_cnt; i++) {
		struct elf_symbol *sym = &elf->symbols[i];
		Elf64_Sym raw;

		memcpy(&raw, table->data + i * sizeof(raw), sizeof(raw));
		sym->name = table_string(strings, raw.st_name);
		if (!sym->name || (raw.st_shndx >= elf->section_cnt && raw.st_shndx < SHN_LORESERVE))
			return tv_bpf_error_set(error, -EINVAL, table->name, i * sizeof(raw),
						"symbol %u has a bad %s", i,
						sym->name ? "section" : "name");
		sym->value = raw.st_value;
		sym->size = raw.st_size;
		sym->shndx = raw.st_shndx;
		sym->type = ELF64_ST_TYPE(raw.st_info);
		sym->bind = ELF64_ST_BIND(raw.st_info);
		sym->visibility = ELF64_ST_VISIBILITY(raw.st_other);
	}
	return 0;
}

static int check_header(const void *image, size_t size, struct tv_bpf_error *error)
{
	const unsigned char *ident = image;

	if (size < sizeof(Elf64_Ehdr) || memcmp(ident, ELFMAG, SELFMAG))
		return tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE, "not an ELF file");
	if (ident[EI_CLASS] != ELFCLASS64)
		return tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE,
					"not a 64-bit ELF file");
	if (ident[EI_DATA] == ELFDATA2MSB)
		return tv_bpf_error_set(error, -ENOTSUP, NULL, TV_BPF_NOWHERE,
					"unsupported: big-endian object");
	if (ident[EI_DATA] != ELFDATA2LSB)
		return tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE,
					"unknown byte order");
	return 0;
}

int elf_file_read(struct elf_file *elf, const void *image, size_t size, struct arena *arena,
		  struct tv_bpf_error *error)
{
	Elf *handle;
	int err;

	*elf = (struct elf_file){ .image = image, .image_size = size };
	err = check_header(image, size, error);
	if (err)
		return err;
	elf_version(EV_CURRENT);
	errno = 0;
	handle = elf_memory((char *)image, size);
	if (!handle || elf_kind(handle) != ELF_K_ELF) {
		elf_end(handle);
		/* libelf has no public number for it */
		if (errno == ENOMEM)
			return tv_bpf_error_set(error, -ENOMEM, NULL, TV_BPF_NOWHERE, "out of memory");
		return tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE, "not an ELF file");
	}
	err = read_sections(elf, handle, arena, error);
	if (!err)
		err = read_symbols(elf, arena, error);
	elf_end(handle);
	return err;
}

const struct elf_section *elf_file_section(const struct elf_file *elf, const char *name)
{
	uint32_t i;

	for (i = 1; i < elf->section_cnt; i++)
		if (!strcmp(elf->sections[i].name, name))
			return &elf->sections[i];
	return NULL;
}

Elf64_Rel elf_section_rel(const struct elf_section *section, size_t i)
{
	Elf64_Rel rel;

	memcpy(&rel, section->data + i * sizeof(rel), sizeof(rel));
	return rel;
}
