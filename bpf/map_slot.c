// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Initial values of prog arrays and maps in maps: .rel.maps has a relocation for each slot that
 * the declaration's "values" fills, against the program or map that goes there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/internal.h"

#define POINTER		8u

static int bad(struct loader *ld, uint64_t offset, const char *why)
{
	return ld_fail(ld, -EINVAL, ".rel.maps", offset, "%s", why);
}

/* Declared maps come first and in ascending order. */
static struct tv_bpf_map *map_holding(const struct loader *ld, uint64_t offset)
{
	uint32_t low = 0, high = ld->declared_cnt;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (ld->obj->maps[middle].sec_offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &ld->obj->maps[low - 1] : NULL;
}

/* Where in the map's structure its "values" begin; -1 when it has none. */
static int64_t values_offset(const struct loader *ld, const struct tv_bpf_map *map)
{
	const struct tv_btf *btf = ld->obj->btf;
	int var = tv_btf_find(btf, map->name, BTF_KIND_VAR);
	const struct btf_type *def;
	int last;

	if (var <= 0)
		return -1;
	def = tv_btf_skip(btf, tv_btf_type(btf, var)->type, NULL);
	last = btf_vlen(def) - 1;
	if (!btf_is_composite(def) || last < 0 ||
	    strcmp(tv_btf_str(btf, btf_members(def)[last].name_off), "values"))
		return -1;
	return btf_member_bit_offset(def, last) / 8;
}

/* Which program starts at a symbol: its index among the entry programs; -1. */
static int32_t prog_at(const struct loader *ld, const struct elf_symbol *sym)
{
	const struct func *func = func_at(ld, sym->shndx, sym->value / sizeof(struct bpf_insn));

	return func && func->start * sizeof(struct bpf_insn) == sym->value ? func->prog : -1;
}

static int add_slot(struct loader *ld, const Elf64_Rel *rel)
{
	struct tv_bpf_map *map = map_holding(ld, rel->r_offset), *inner;
	struct tv_bpf_slot slot = { .map = -1, .prog = -1 };
	const struct elf_symbol *sym;
	int64_t start;

	if (ELF64_R_SYM(rel->r_info) >= ld->elf.symbol_cnt || !map)
		return bad(ld, rel->r_offset, "relocation of no map or symbol");
	sym = &ld->elf.symbols[ELF64_R_SYM(rel->r_info)];
	start = values_offset(ld, map);
	if (start < 0 || rel->r_offset < map->sec_offset + (uint64_t)start ||
	    (rel->r_offset - map->sec_offset - start) % POINTER)
		return bad(ld, rel->r_offset, "relocation of no slot of the map");
	slot.key = (rel->r_offset - map->sec_offset - start) / POINTER;
	if (map->type == BPF_MAP_TYPE_PROG_ARRAY) {
		slot.prog = prog_at(ld, sym);
		if (slot.prog < 0)
			return bad(ld, rel->r_offset, "value is no entry program");
	} else {
		inner = sym->shndx == ld->maps_idx ? map_holding(ld, sym->value) : NULL;
		if (!inner || inner->sec_offset != sym->value)
			return bad(ld, rel->r_offset, "value is no map of .maps");
		if (map->type == BPF_MAP_TYPE_HASH_OF_MAPS && map->key_size != 4)
			return bad(ld, rel->r_offset, "hash-of-maps should have key size 4");
		slot.map = inner - ld->obj->maps;
	}
	map->slots = arena_grow(ld->arena, map->slots, map->slot_cnt, sizeof(slot));
	if (!map->slots)
		return ld_nomem(ld);
	map->slots[map->slot_cnt++] = slot;
	return 0;
}

static int compare_slots(const void *left, const void *right)
{
	const struct tv_bpf_slot *a = left, *b = right;

	return a->key < b->key ? -1 : a->key > b->key;
}

int map_slots(struct loader *ld)
{
	const struct elf_section *section = elf_file_section(&ld->elf, ".rel.maps");
	uint64_t i, cnt;
	int err;

	if (!section || ld->maps_idx == NONE || section->info != ld->maps_idx)
		return 0;
	if (section->type != SHT_REL || section->entsize != sizeof(Elf64_Rel))
		return bad(ld, 0, "malformed relocations");
	cnt = section->size / sizeof(Elf64_Rel);
	for (i = 0; i < cnt; i++) {
		const Elf64_Rel rel = elf_section_rel(section, i);

		err = add_slot(ld, &rel);
		if (err)
			return err;
	}
	for (i = 0; i < ld->obj->map_cnt; i++)
		if (ld->obj->maps[i].slot_cnt)
			qsort(ld->obj->maps[i].slots, ld->obj->maps[i].slot_cnt,
			      sizeof(struct tv_bpf_slot), compare_slots);
	return 0;
}
