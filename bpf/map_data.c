// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Global data: each .data*, .rodata*, .bss* section is a map with one value, the section's bytes,
 * and so is what .kconfig externs were laid out to.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bpf/internal.h"

#define NAME_LEN	16	/* BPF_OBJ_NAME_LEN: bytes of a map's name with its end */
#define SUFFIX_ROOM	7	/* at least that much is kept for ".rodata" and the like */

/*
 * "my_objec.rodata": as much of the object's name as leaves room for the section's. A section with
 * a second dot (".data.custom") keeps its own name.
 */
static const char *data_map_name(struct loader *ld, const char *section)
{
	size_t suffix = strlen(section), prefix = 0, i;
	char name[NAME_LEN];

	if (suffix < SUFFIX_ROOM)
		suffix = SUFFIX_ROOM;
	if (suffix > NAME_LEN - 1)
		suffix = NAME_LEN - 1;
	if (!strchr(section + 1, '.'))
		prefix = NAME_LEN - 1 - suffix;
	snprintf(name, sizeof(name), "%.*s%.*s", (int)prefix, ld->obj->name, (int)suffix, section);
	for (i = 0; name[i]; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_' && name[i] != '.')
			name[i] = '_';
	return arena_strdup(ld->arena, name);
}

static int read_vars(struct loader *ld, struct tv_bpf_map *map)
{
	const struct btf_type *sec = tv_btf_type(ld->obj->btf, map->value_type_id);
	int i;

	map->vars = arena_array(ld->arena, btf_vlen(sec), sizeof(*map->vars));
	if (!map->vars)
		return ld_nomem(ld);
	for (i = 0; i < btf_vlen(sec); i++) {
		const struct btf_var_secinfo *entry = &btf_var_secinfos(sec)[i];
		const struct btf_type *t = tv_btf_type(ld->obj->btf, entry->type);

		/* compilers move small constants to other sections than their BTF says */
		if (!btf_is_var(t) || (uint64_t)entry->offset + entry->size > map->value_size)
			continue;
		map->vars[map->var_cnt++] = (struct tv_bpf_var){
			.name = tv_btf_str(ld->obj->btf, t->name_off),
			.offset = entry->offset,
			.size = entry->size,
			.type_id = t->type,
			.is_static = btf_var(t)->linkage == BTF_VAR_STATIC,
		};
	}
	return 0;
}

static bool has_visible_var(const struct tv_bpf_map *map)
{
	uint32_t i;

	for (i = 0; i < map->var_cnt; i++)
		if (!map->vars[i].is_static)
			return true;
	return false;
}

static int check_total(struct loader *ld, const char *section, uint64_t size)
{
	uint64_t total = size;
	uint32_t i;

	for (i = 0; i < ld->obj->map_cnt; i++)
		if (tv_bpf_map_is_data(&ld->obj->maps[i]))
			total += ld->obj->maps[i].value_size;
	if (size <= TV_BPF_MAX_DATA && total <= TV_BPF_MAX_DATA)
		return 0;
	return ld_fail(ld, -EFBIG, section, TV_BPF_NOWHERE, "more than %u bytes of data",
		       TV_BPF_MAX_DATA);
}

int map_add_data(struct loader *ld, enum tv_map_origin origin, const char *section,
		 uint32_t sec_idx, const void *data, uint64_t size)
{
	struct tv_bpf_map *map;
	int id, err;

	err = check_total(ld, section, size);
	if (err)
		return err;
	map = map_add(ld);
	if (!map)
		return ld->error->err;
	map->origin = origin;
	map->section = section;
	map->sec_idx = sec_idx;
	map->name = data_map_name(ld, section);
	map->data = data ? arena_copy(ld->arena, data, size) : arena_alloc(ld->arena, size);
	if (!map->name || !map->data)
		return ld_nomem(ld);
	map->type = BPF_MAP_TYPE_ARRAY;
	map->key_size = 4;
	map->value_size = size;
	map->max_entries = 1;
	map->flags = tv_bpf_map_is_frozen(map) ? BPF_F_RDONLY_PROG : 0;
	id = ld->obj->btf ? tv_btf_find(ld->obj->btf, section, BTF_KIND_DATASEC) : 0;
	if (id > 0) {
		map->value_type_id = id;
		err = read_vars(ld, map);
	}
	if (has_visible_var(map))
		map->flags |= BPF_F_MMAPABLE;
	return err;
}

/* Whether a section is called @name or "@name.something". */
static bool is_called(const struct elf_section *section, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(section->name, name, len) &&
	       (!section->name[len] || section->name[len] == '.');
}

static bool data_origin(const struct elf_section *section, enum tv_map_origin *origin)
{
	if (!section->size)
		return false;
	if (section->type == SHT_NOBITS) {
		*origin = TV_MAP_BSS;
		return is_called(section, ".bss");
	}
	if (section->type != SHT_PROGBITS || section->flags & SHF_EXECINSTR)
		return false;
	*origin = is_called(section, ".data") ? TV_MAP_DATA : TV_MAP_RODATA;
	return *origin == TV_MAP_DATA || is_called(section, ".rodata");
}

static int add_kconfig(struct loader *ld)
{
	uint32_t i, end = 0;

	for (i = 0; i < ld->obj->extern_cnt; i++)
		if (ld->obj->externs[i].kind == TV_EXTERN_KCONFIG)
			end = ld->obj->externs[i].offset + ld->obj->externs[i].size;
	ld->kconfig_map = NONE;
	if (!end)
		return 0;
	ld->kconfig_map = ld->obj->map_cnt;
	return map_add_data(ld, TV_MAP_KCONFIG, ".kconfig", ld->elf.symtab, NULL, end);
}

int maps_data(struct loader *ld)
{
	enum tv_map_origin origin;
	uint32_t i;
	int err;

	ld->map_of_section = arena_array(ld->arena, ld->elf.section_cnt, sizeof(uint32_t));
	if (!ld->map_of_section)
		return ld_nomem(ld);
	for (i = 0; i < ld->elf.section_cnt; i++) {
		const struct elf_section *section = &ld->elf.sections[i];

		ld->map_of_section[i] = NONE;
		if (!data_origin(section, &origin))
			continue;
		ld->map_of_section[i] = ld->obj->map_cnt;
		err = map_add_data(ld, origin, section->name, i, section->data, section->size);
		if (err)
			return err;
	}
	return add_kconfig(ld);
}
