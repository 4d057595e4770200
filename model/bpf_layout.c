// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Structures as the target's BTF lays them out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/bpf_layout.h"

/* Members looked at for one path: anonymous members within each other could be as many as you like. */
#define LOOKS	100000u

/* A member of a structure, found. */
struct place {
	uint32_t id;		/* its type, typedefs and the like gone */
	uint64_t offset, size;	/* bytes; of a bit field, those of the unit it lies in */
};

static bool is_composite(const struct btf_type *type)
{
	return btf_kind(type) == BTF_KIND_STRUCT || btf_kind(type) == BTF_KIND_UNION;
}

/* Where member @i of a structure that begins at byte @from lies. */
static struct place place_of(const struct tv_btf *btf, const struct btf_type *type, uint32_t i,
			     uint64_t from)
{
	struct place place = { .offset = from + btf_member_bit_offset(type, i) / 8 };
	uint32_t bits = btf_member_bitfield_size(type, i);
	int64_t size = tv_btf_size(btf, btf_members(type)[i].type);

	tv_btf_skip(btf, btf_members(type)[i].type, &place.id);
	place.size = size < 0 ? 0 : size;
	if (bits && place.size)
		place.offset = from + btf_member_bit_offset(type, i) / 8 / place.size * place.size;
	return place;
}

/* The path's first name has @len characters; an empty member name is an anonymous structure's. */
static bool is_called(const char *name, const char *path, size_t len)
{
	return !strncmp(name, path, len) && !name[len];
}

static bool find_path(const struct tv_btf *btf, uint32_t id, const char *path, uint64_t from,
		      uint32_t *looks, struct place *found)
{
	const struct btf_type *type = tv_btf_type(btf, id);
	size_t len = strcspn(path, ".");
	uint32_t i;

	for (i = 0; is_composite(type) && i < btf_vlen(type) && *looks; i++) {
		const char *name = tv_btf_str(btf, btf_members(type)[i].name_off);
		struct place member = place_of(btf, type, i, from);

		--*looks;
		if (!*name && find_path(btf, member.id, path, member.offset, looks, found))
			return true;
		if (!*name || !is_called(name, path, len))
			continue;
		*found = member;
		return !path[len] ||
		       find_path(btf, member.id, path + len + 1, member.offset, looks, found);
	}
	return false;
}

static bool find(const struct tv_bpf_layout *layout, const char *path, struct place *found)
{
	uint32_t looks = LOOKS;

	return find_path(layout->btf, layout->id, path, 0, &looks, found);
}

int64_t tv_bpf_layout_offset(const struct tv_bpf_layout *layout, const char *path)
{
	struct place place;

	return layout->id && find(layout, path, &place) ? (int64_t)place.offset : -ENOENT;
}

const struct tv_layout_field *tv_bpf_layout_field(const struct tv_bpf_layout *layout,
						  const char *path)
{
	uint32_t i;

	for (i = 0; i < layout->nr_fields; i++) {
		if (!strcmp(layout->fields[i].fact->path, path))
			return &layout->fields[i];
	}
	return NULL;
}

/* All bytes that some member has. Anonymous ones are looked into, for the padding in them. */
static void mark_members(struct tv_bpf_layout *layout, uint32_t id, uint64_t from, uint32_t *looks)
{
	const struct btf_type *type = tv_btf_type(layout->btf, id);
	uint64_t at;
	uint32_t i;

	for (i = 0; i < btf_vlen(type) && *looks; i++) {
		struct place member = place_of(layout->btf, type, i, from);

		--*looks;
		if (!btf_members(type)[i].name_off && is_composite(tv_btf_type(layout->btf, member.id))) {
			mark_members(layout, member.id, member.offset, looks);
			continue;
		}
		for (at = member.offset; at < member.offset + member.size && at < layout->size; at++)
			layout->at[at] = TV_BYTE_UNKNOWN;
	}
}

/* A value goes where it fits, bytes into any field. */
static bool fits(const struct tv_bpf_layout *layout, const struct tv_bpf_fact *fact,
		 const struct place *place)
{
	return place->size && place->offset + place->size <= layout->size &&
	       (fact->bytes || place->size <= 8);
}

static void place_facts(struct tv_bpf_layout *layout, const struct tv_bpf_fact *facts, uint32_t nr)
{
	struct tv_layout_field *field;
	struct place place;
	uint32_t i;

	for (i = 0; i < nr; i++) {
		if (!find(layout, facts[i].path, &place) || !fits(layout, &facts[i], &place))
			continue;
		memset(layout->at + place.offset, TV_BYTE_FIELD + layout->nr_fields, place.size);
		field = &layout->fields[layout->nr_fields++];
		*field = (struct tv_layout_field){
			.offset = place.offset, .size = place.size, .fact = &facts[i],
		};
		snprintf(field->what, sizeof(field->what), "read %s", facts[i].path);
	}
}

int tv_bpf_layout_init(struct tv_bpf_layout *layout, const struct tv_btf *btf, const char *name,
		       const struct tv_bpf_fact *facts, uint32_t nr)
{
	int id = tv_btf_find(btf, name, BTF_KIND_STRUCT);
	uint32_t looks = LOOKS;
	int64_t size;

	*layout = (struct tv_bpf_layout){ .name = name, .btf = btf };
	if (id <= 0)
		return 0;
	layout->id = id;
	size = tv_btf_size(btf, id);
	layout->size = size > TV_BPF_LAYOUT_MAX ? TV_BPF_LAYOUT_MAX : size;
	/* one more: never nothing */
	layout->at = calloc(layout->size + 1, sizeof(*layout->at));
	layout->fields = calloc(nr + 1, sizeof(*layout->fields));
	if (!layout->at || !layout->fields) {
		tv_bpf_layout_fini(layout);
		return -ENOMEM;
	}
	mark_members(layout, id, 0, &looks);
	place_facts(layout, facts, nr);
	return 0;
}

void tv_bpf_layout_fini(struct tv_bpf_layout *layout)
{
	free(layout->at);
	free(layout->fields);
	layout->at = NULL;
	layout->fields = NULL;
	layout->size = 0;
}

/*
 * The first member of a structure at @from that has byte @offset, of those in a union one whose name
 * is for everybody; false: padding. What only wraps one member needs no more words.
 */
static bool member_at(const struct tv_btf *btf, const struct btf_type *type, uint64_t from,
		      uint32_t offset, struct place *member, const char **name)
{
	uint32_t i, nr = is_composite(type) ? btf_vlen(type) : 0;
	bool found = false;

	for (i = 0; i < nr && (nr > 1 || !from); i++) {
		struct place place = place_of(btf, type, i, from);

		if (offset < place.offset || offset - place.offset >= place.size ||
		    (found && strncmp(*name, "__", 2)))
			continue;
		*member = place;
		*name = tv_btf_str(btf, btf_members(type)[i].name_off);
		found = true;
	}
	return found;
}

const char *tv_bpf_layout_name(const struct tv_bpf_layout *layout, uint32_t offset, char *buf,
			       size_t size)
{
	const struct btf_type *type = tv_btf_type(layout->btf, layout->id);
	size_t used = snprintf(buf, size, "%s", layout->name);
	struct place member;
	const char *name;
	uint64_t from = 0;

	if (layout->at[offset] >= TV_BYTE_FIELD) {
		snprintf(buf + used, size - used, ".%s",
			 layout->fields[layout->at[offset] - TV_BYTE_FIELD].fact->path);
		return buf;
	}
	/* types by value are nested to a bounded depth (bpf/btf.h) */
	while (member_at(layout->btf, type, from, offset, &member, &name)) {
		if (*name && used < size)
			used += snprintf(buf + used, size - used, ".%s", name);
		type = tv_btf_type(layout->btf, member.id);
		from = member.offset;
	}
	return buf;
}
