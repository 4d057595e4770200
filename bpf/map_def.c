// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Maps declared in .maps: each variable's structure spells the map's attributes in types alone
 * (bpf_helpers.h: __uint(name, value) is a pointer to an array of that many ints, __type(name, T)
 * a pointer to T, __array(values, T) an array of pointers to T).
 */
#include <errno.h>
#include <string.h>

#include "bpf/internal.h"

#define PIN_BY_NAME	1u
#define MAX_STACK_DEPTH	127u	/* PERF_MAX_STACK_DEPTH */
#define CGRP_STORAGE	32u	/* BPF_MAP_TYPE_CGRP_STORAGE: newer than the headers */

/* The declaration that is being read. */
struct decl {
	struct loader *ld;
	struct tv_bpf_map *map;
	bool is_inner;
	const char *field;
};

static int bad(const struct decl *d, int err, const char *why)
{
	return ld_fail(d->ld, err, ".maps", d->map->sec_offset, "map '%s': field '%s': %s",
		       d->map->name, d->field, why);
}

struct tv_bpf_map *map_add(struct loader *ld)
{
	struct tv_bpf_object *obj = ld->obj;

	if (obj->map_cnt == TV_BPF_MAX_MAPS) {
		ld_fail(ld, -EFBIG, NULL, TV_BPF_NOWHERE, "more than %u maps", TV_BPF_MAX_MAPS);
		return NULL;
	}
	obj->maps = arena_grow(ld->arena, obj->maps, obj->map_cnt, sizeof(*obj->maps));
	if (!obj->maps) {
		ld_nomem(ld);
		return NULL;
	}
	memset(&obj->maps[obj->map_cnt], 0, sizeof(*obj->maps));
	return &obj->maps[obj->map_cnt++];
}

static bool is_map_in_map(const struct tv_bpf_map *map)
{
	return map->type == BPF_MAP_TYPE_ARRAY_OF_MAPS || map->type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

/* --- fields ------------------------------------------------------------------- */

static int read_number(const struct decl *d, const struct btf_member *m, uint32_t *number)
{
	const struct tv_btf *btf = d->ld->obj->btf;
	const struct btf_type *t = tv_btf_skip(btf, m->type, NULL);

	if (btf_is_any_enum(t))
		return bad(d, -ENOTSUP, "unsupported: __ulong() (libbpf 1.5)");
	if (!btf_is_ptr(t))
		return bad(d, -EINVAL, "is no number");
	t = tv_btf_type(btf, t->type);
	if (!btf_is_array(t))
		return bad(d, -EINVAL, "is no number");
	*number = btf_array(t)->nelems;
	return 0;
}

/* Sizes may be said twice, as number and by type, but must agree. */
static int set_size(const struct decl *d, uint32_t *size, int64_t said)
{
	if (said < 0)
		return bad(d, said, "type has no size");
	if (*size && *size != said)
		return bad(d, -EINVAL, "conflicts with the size said before");
	*size = said;
	return 0;
}

static int read_size(const struct decl *d, const struct btf_member *m, uint32_t *size)
{
	uint32_t said;
	int err;

	err = read_number(d, m, &said);
	return err ? err : set_size(d, size, said);
}

static int read_type(const struct decl *d, const struct btf_member *m, uint32_t *size,
		     uint32_t *type_id)
{
	const struct btf_type *t = tv_btf_type(d->ld->obj->btf, m->type);
	int err;

	if (!btf_is_ptr(t))
		return bad(d, -EINVAL, "is no pointer to a type");
	err = set_size(d, size, tv_btf_size(d->ld->obj->btf, t->type));
	if (!err)
		*type_id = t->type;
	return err;
}

static int read_fields(struct decl *d, const struct btf_type *def);

static int read_inner(const struct decl *d, const struct btf_type *def)
{
	struct tv_bpf_map *inner = arena_alloc(d->ld->arena, sizeof(*inner));
	struct decl sub = { .ld = d->ld, .map = inner, .is_inner = true };

	if (!inner)
		return ld_nomem(d->ld);
	inner->name = arena_printf(d->ld->arena, "%s.inner", d->map->name);
	if (!inner->name)
		return ld_nomem(d->ld);
	inner->section = d->map->section;
	inner->origin = TV_MAP_INNER;
	inner->sec_idx = d->map->sec_idx;
	inner->sec_offset = d->map->sec_offset;
	d->map->inner = inner;
	return read_fields(&sub, def);
}

/* __array(values, ...): what a prog array or a map in map starts with. */
static int read_values(const struct decl *d, const struct btf_member *m, bool is_last)
{
	const struct tv_btf *btf = d->ld->obj->btf;
	const struct btf_type *t = tv_btf_type(btf, m->type);
	int err;

	if (d->is_inner)
		return bad(d, -ENOTSUP, "multi-level inner maps not supported");
	if (!is_last)
		return bad(d, -EINVAL, "should be last");
	if (!is_map_in_map(d->map) && d->map->type != BPF_MAP_TYPE_PROG_ARRAY)
		return bad(d, -ENOTSUP, "should be map-in-map or prog-array");
	err = set_size(d, &d->map->value_size, 4);
	if (err)
		return err;
	if (!btf_is_array(t) || btf_array(t)->nelems)
		return bad(d, -EINVAL, "is not a zero-sized array");
	t = tv_btf_skip(btf, btf_array(t)->type, NULL);
	if (!btf_is_ptr(t))
		return bad(d, -EINVAL, "holds no pointers");
	t = tv_btf_skip(btf, t->type, NULL);
	if (!is_map_in_map(d->map))
		return btf_is_func_proto(t) ? 0 : bad(d, -EINVAL, "holds no programs");
	return btf_is_struct(t) ? read_inner(d, t) : bad(d, -EINVAL, "holds no maps");
}

static int read_pinning(const struct decl *d, const struct btf_member *m)
{
	uint32_t pinning;
	int err;

	if (d->is_inner)
		return bad(d, -EINVAL, "inner def can't be pinned");
	err = read_number(d, m, &pinning);
	if (err)
		return err;
	if (pinning > PIN_BY_NAME)
		return bad(d, -EINVAL, "invalid pinning value");
	d->map->pin_by_name = pinning == PIN_BY_NAME;
	return 0;
}

static int read_field(const struct decl *d, const struct btf_member *m, bool is_last)
{
	struct tv_bpf_map *map = d->map;
	const struct { const char *name; uint32_t *number; } numbers[] = {
		{ "type", &map->type }, { "max_entries", &map->max_entries },
		{ "map_flags", &map->flags }, { "numa_node", &map->numa_node },
	};
	uint32_t number;
	size_t i;
	int err;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (!strcmp(d->field, numbers[i].name))
			return read_number(d, m, numbers[i].number);
	if (!strcmp(d->field, "key_size"))
		return read_size(d, m, &map->key_size);
	if (!strcmp(d->field, "value_size"))
		return read_size(d, m, &map->value_size);
	if (!strcmp(d->field, "key"))
		return read_type(d, m, &map->key_size, &map->key_type_id);
	if (!strcmp(d->field, "value"))
		return read_type(d, m, &map->value_size, &map->value_type_id);
	if (!strcmp(d->field, "values"))
		return read_values(d, m, is_last);
	if (!strcmp(d->field, "pinning"))
		return read_pinning(d, m);
	if (strcmp(d->field, "map_extra"))
		return bad(d, -ENOTSUP, "unknown field");
	err = read_number(d, m, &number);
	map->extra = err ? 0 : number;
	return err;
}

/* --- what libbpf adjusts before it asks the kernel ----------------------------- */

/* The kernel wants a page times a power of two; 0 and what is too big are left for it to refuse. */
static uint32_t ringbuf_size(const struct loader *ld, uint32_t size)
{
	uint64_t fit = ld->opts.page_size ? ld->opts.page_size : TV_BPF_PAGE_SIZE;

	while (size && fit < size)
		fit *= 2;
	return size && fit <= UINT32_MAX ? fit : size;
}

/* Kinds of maps for which the kernel takes no BTF. */
static bool takes_btf(uint32_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY: case BPF_MAP_TYPE_CGROUP_ARRAY:
	case BPF_MAP_TYPE_STACK_TRACE: case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS: case BPF_MAP_TYPE_DEVMAP: case BPF_MAP_TYPE_DEVMAP_HASH:
	case BPF_MAP_TYPE_CPUMAP: case BPF_MAP_TYPE_XSKMAP: case BPF_MAP_TYPE_SOCKMAP:
	case BPF_MAP_TYPE_SOCKHASH: case BPF_MAP_TYPE_QUEUE: case BPF_MAP_TYPE_STACK:
		return false;
	default:
		return true;
	}
}

static bool is_storage(uint32_t type)
{
	return type == BPF_MAP_TYPE_SK_STORAGE || type == BPF_MAP_TYPE_INODE_STORAGE ||
	       type == BPF_MAP_TYPE_TASK_STORAGE || type == CGRP_STORAGE;
}

/* What tools set at run time (opts.size_maps). */
static void give_size(struct tv_bpf_map *map)
{
	if (!map->max_entries && !is_storage(map->type))
		map->max_entries = 1;
	if (map->type == BPF_MAP_TYPE_STACK_TRACE && !map->key_size)
		map->key_size = sizeof(uint32_t);
	if (map->type == BPF_MAP_TYPE_STACK_TRACE && !map->value_size)
		map->value_size = MAX_STACK_DEPTH * sizeof(uint64_t);
}

static void adjust(const struct loader *ld, struct tv_bpf_map *map)
{
	if (ld->opts.size_maps)
		give_size(map);
	if (map->type == BPF_MAP_TYPE_RINGBUF || map->type == BPF_MAP_TYPE_USER_RINGBUF)
		map->max_entries = ringbuf_size(ld, map->max_entries);
	if (map->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !map->max_entries)
		map->max_entries = ld->opts.nr_cpus;
	if (!takes_btf(map->type))
		map->key_type_id = map->value_type_id = 0;
}

static int read_fields(struct decl *d, const struct btf_type *def)
{
	const struct tv_btf *btf = d->ld->obj->btf;
	int i, err;

	for (i = 0; i < btf_vlen(def); i++) {
		const struct btf_member *m = &btf_members(def)[i];

		d->field = tv_btf_str(btf, m->name_off);
		err = read_field(d, m, i == btf_vlen(def) - 1);
		if (err)
			return err;
	}
	if (!d->map->type)
		return ld_fail(d->ld, -EINVAL, ".maps", d->map->sec_offset,
			       "map '%s': map type isn't specified", d->map->name);
	adjust(d->ld, d->map);
	return 0;
}

/* --- the section -------------------------------------------------------------- */

static int read_map(struct loader *ld, const struct btf_var_secinfo *entry)
{
	const struct tv_btf *btf = ld->obj->btf;
	const struct btf_type *var = tv_btf_type(btf, entry->type), *def;
	const char *name = tv_btf_str(btf, var->name_off);
	struct decl d = { .ld = ld };

	if (!*name || !btf_is_var(var) ||
	    (uint64_t)entry->offset + entry->size > ld->elf.sections[ld->maps_idx].size)
		return ld_fail(ld, -EINVAL, ".maps", entry->offset, "map '%s': malformed", name);
	if (btf_var(var)->linkage != BTF_VAR_GLOBAL_ALLOCATED)
		return ld_fail(ld, -ENOTSUP, ".maps", entry->offset,
			       "map '%s': unsupported map linkage (static or hidden)", name);
	def = tv_btf_skip(btf, var->type, NULL);
	if (!btf_is_struct(def) || def->size > entry->size)
		return ld_fail(ld, -EINVAL, ".maps", entry->offset,
			       "map '%s': is no structure of that size", name);
	d.map = map_add(ld);
	if (!d.map)
		return ld->error->err;
	d.map->name = name;
	d.map->section = ".maps";
	d.map->origin = TV_MAP_DECLARED;
	d.map->sec_idx = ld->maps_idx;
	d.map->sec_offset = entry->offset;
	return read_fields(&d, def);
}

int maps_declared(struct loader *ld)
{
	const struct elf_section *section = elf_file_section(&ld->elf, ".maps");
	const struct btf_type *sec;
	int id, i, err;

	if (elf_file_section(&ld->elf, "maps"))
		return ld_fail(ld, -ENOTSUP, "maps", TV_BPF_NOWHERE,
			       "unsupported: legacy map definitions (before libbpf 1.0)");
	ld->maps_idx = NONE;
	if (!section)
		return 0;
	ld->maps_idx = elf_section_index(&ld->elf, section);
	if (!ld->obj->btf)
		return ld_fail(ld, -ENOENT, ".maps", TV_BPF_NOWHERE,
			       "BTF is required, but is missing");
	id = tv_btf_find(ld->obj->btf, ".maps", BTF_KIND_DATASEC);
	if (id <= 0)
		return ld_fail(ld, -ENOENT, ".maps", TV_BPF_NOWHERE, "not in BTF");
	sec = tv_btf_type(ld->obj->btf, id);
	for (i = 0; i < btf_vlen(sec); i++) {
		err = read_map(ld, &btf_var_secinfos(sec)[i]);
		if (err)
			return err;
	}
	ld->declared_cnt = ld->obj->map_cnt;
	return 0;
}
