// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Global variables of a BPF object by name (var.h). */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/var.h"

#define NAME_MAX_LEN	256
#define MAX_MEMBERS	65536	/* looked at for one name */

/* A path while it is followed. */
struct search {
	const struct tv_bpf_object *obj;
	struct cli_var *var;
	const char *at;		/* what is left of the path */
	char *why;
	size_t why_size;
};

__attribute__((format(printf, 2, 3)))
static int refuse(struct search *search, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(search->why, search->why_size, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* The name that comes next, into @name; what stands behind it is next then. */
static int take_name(struct search *search, char name[NAME_MAX_LEN])
{
	size_t len = strcspn(search->at, "[.=");

	/* sections begin with the dot that ends a name */
	if (search->at == search->var->text && *search->at == '.')
		len = strlen(search->at);
	if (!len || len >= NAME_MAX_LEN)
		return refuse(search, "'%s': a name is missing", search->var->text);
	memcpy(name, search->at, len);
	name[len] = '\0';
	search->at += len;
	return 0;
}

static struct tv_bpf_map *find_section(const struct tv_bpf_object *obj, const char *name)
{
	for (uint32_t i = 0; i < obj->map_cnt; i++) {
		if (tv_bpf_map_is_data(&obj->maps[i]) && !strcmp(obj->maps[i].section, name))
			return &obj->maps[i];
	}
	return NULL;
}

static int find_root(struct search *search)
{
	struct cli_var *var = search->var;
	struct tv_bpf_var *found = NULL;
	char name[NAME_MAX_LEN];
	int err;

	err = take_name(search, name);
	if (err)
		return err;
	var->map = find_section(search->obj, name);
	if (var->map) {
		var->size = var->map->value_size;
		return 0;
	}
	if (tv_bpf_object_var(search->obj, name, &var->map, &found) || !found)
		return refuse(search, "there is no global variable '%s'", name);
	var->offset = found->offset;
	var->size = found->size;
	var->type_id = found->type_id;
	return 0;
}

/* --- one step down ------------------------------------------------------------- */

static int step_index(struct search *search)
{
	const struct btf_type *t = tv_btf_skip(search->obj->btf, search->var->type_id, NULL);
	struct cli_var *var = search->var;
	unsigned long long index;
	int64_t size;
	char *end;

	if (!btf_is_array(t))
		return refuse(search, "'%s': what [ follows is no array", var->text);
	errno = 0;
	index = strtoull(search->at + 1, &end, 0);
	if (!isdigit((unsigned char)search->at[1]) || *end != ']' || errno)
		return refuse(search, "'%s': no index in brackets", var->text);
	if (index >= btf_array(t)->nelems)
		return refuse(search, "'%s': the array has %u elements", var->text,
			      btf_array(t)->nelems);
	size = tv_btf_size(search->obj->btf, btf_array(t)->type);
	if (size < 0 || (index + 1) * (uint64_t)size > var->size)
		return refuse(search, "'%s': lies outside of its variable", var->text);
	var->type_id = btf_array(t)->type;
	var->offset += (uint32_t)(index * (uint64_t)size);
	var->size = (uint32_t)size;
	search->at = end + 1;
	return 0;
}

/* A member's place in its structure, in bits; those of unnamed members are its own. */
struct place {
	uint64_t bit;
	uint32_t bits, type_id;
};

/* @left: members that may still be looked at; unnamed ones of unnamed ones could be very many. */
static bool find_member(const struct tv_btf *btf, uint32_t id, const char *name, unsigned int *left,
			struct place *place)
{
	const struct btf_type *t = tv_btf_skip(btf, id, NULL);

	for (uint32_t i = 0; *left && btf_is_composite(t) && i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *called = tv_btf_str(btf, m->name_off);
		uint32_t bit = btf_member_bit_offset(t, i);

		--*left;
		if (!*called && *left && find_member(btf, m->type, name, left, place)) {
			place->bit += bit;
			return true;
		}
		if (strcmp(called, name) || !*name)
			continue;
		*place = (struct place){ bit, btf_member_bitfield_size(t, i), m->type };
		return true;
	}
	return false;
}

static int step_member(struct search *search)
{
	const struct tv_btf *btf = search->obj->btf;
	struct cli_var *var = search->var;
	char name[NAME_MAX_LEN];
	unsigned int left = MAX_MEMBERS;
	struct place place;
	int64_t size;
	int err;

	search->at++;
	err = take_name(search, name);
	if (err)
		return err;
	if (!find_member(btf, var->type_id, name, &left, &place))
		return refuse(search, "'%s': there is no member '%s'", var->text, name);
	if (place.bits)
		size = (int64_t)(place.bit % 8 + place.bits + 7) / 8;
	else
		size = tv_btf_size(btf, place.type_id);
	if (size < 0 || place.bit / 8 + (uint64_t)size > var->size)
		return refuse(search, "'%s': lies outside of its variable", var->text);
	var->offset += (uint32_t)(place.bit / 8);
	var->size = (uint32_t)size;
	var->type_id = place.type_id;
	var->bits = (uint8_t)place.bits;
	var->bit = place.bits ? place.bit % 8 : 0;
	return 0;
}

int cli_var_find(const struct tv_bpf_object *obj, const char *path, struct cli_var *var,
		 char *why, size_t size)
{
	struct search search = { .obj = obj, .var = var, .at = path, .why = why, .why_size = size };
	int err;

	*var = (struct cli_var){ .text = path };
	err = find_root(&search);
	while (!err && *search.at) {
		if (!var->type_id || var->bits)
			err = refuse(&search, "'%s': '%s' leads nowhere", path, search.at);
		else if (*search.at == '[')
			err = step_index(&search);
		else if (*search.at == '.')
			err = step_member(&search);
		else
			err = refuse(&search, "'%s': '%s' is neither [ nor a dot", path, search.at);
	}
	return err;
}

int64_t cli_member_offset(const struct tv_btf *btf, const char *name, const char *path)
{
	struct place place = { 0 };
	uint64_t bit = 0;
	int id = tv_btf_find(btf, name, BTF_KIND_STRUCT);

	place.type_id = id > 0 ? (uint32_t)id : 0;
	while (place.type_id && *path) {
		unsigned int left = MAX_MEMBERS;
		char member[NAME_MAX_LEN];
		size_t len = strcspn(path, ".");

		snprintf(member, sizeof(member), "%.*s", (int)len, path);
		if (!find_member(btf, place.type_id, member, &left, &place))
			return -ENOENT;
		bit += place.bit;
		path += len + (path[len] == '.');
	}
	return place.type_id && !place.bits && bit % 8 == 0 ? (int64_t)(bit / 8) : -ENOENT;
}

/* --- values -------------------------------------------------------------------- */

static int parse_value(const char *text, int pid, uint64_t *value, bool *negative)
{
	*negative = false;
	if (!strcmp(text, "@pid")) {
		*value = (uint64_t)pid;
		return 0;
	}
	*negative = *text == '-';
	if (cli_parse_u64(text + *negative, value) || (*negative && *value > UINT64_C(1) << 63))
		return -EINVAL;
	if (*negative)
		*value = -*value;
	return 0;
}

static bool fits(uint64_t value, bool negative, unsigned int bits)
{
	if (bits >= 64)
		return true;
	/* a minus asks for the sign bit; without one every bit may be used */
	if (negative)
		return (int64_t)value >= -(INT64_C(1) << (bits - 1));
	return !(value >> bits);
}

static bool is_number(const struct tv_bpf_object *obj, const struct cli_var *var)
{
	const struct btf_type *t;

	if (!var->type_id || !var->size || var->size > 8)
		return false;
	t = tv_btf_skip(obj->btf, var->type_id, NULL);
	return btf_is_int(t) || btf_is_any_enum(t) || btf_is_ptr(t);
}

/* The bits [bit, bit + bits) of little endian bytes. */
static void put_bits(uint8_t *bytes, unsigned int bit, unsigned int bits, uint64_t value)
{
	for (unsigned int i = 0; i < bits; i++, bit++) {
		uint8_t mask = (uint8_t)(1u << bit % 8);

		bytes[bit / 8] = (uint8_t)((bytes[bit / 8] & ~mask) | (value >> i & 1 ? mask : 0));
	}
}

static int assign(const struct tv_bpf_object *obj, const char *path, const char *text, int pid,
		  char *why, size_t size)
{
	struct cli_var var;
	uint64_t value;
	bool negative;
	unsigned int bits;
	int err;

	err = cli_var_find(obj, path, &var, why, size);
	if (err)
		return err;
	if (!is_number(obj, &var)) {
		snprintf(why, size, "'%s' is no number: only its elements or members can be set",
			 path);
		return -EINVAL;
	}
	if (parse_value(text, pid, &value, &negative)) {
		snprintf(why, size, "'%s' is no value (decimal, 0x hexadecimal, negative, or @pid)",
			 text);
		return -EINVAL;
	}
	bits = var.bits ? var.bits : var.size * 8;
	if (!fits(value, negative, bits)) {
		snprintf(why, size, "'%s' does not fit the %u bits of '%s'", text, bits, path);
		return -EINVAL;
	}
	put_bits(var.map->data + var.offset, var.bit, bits, value);
	return 0;
}

int cli_var_assign(const struct tv_bpf_object *obj, const char *assignment, int pid, char *why,
		   size_t size)
{
	const char *equal = strchr(assignment, '=');
	char *path;
	int err;

	if (!equal) {
		snprintf(why, size, "'%s' is no VAR=VALUE", assignment);
		return -EINVAL;
	}
	path = strndup(assignment, (size_t)(equal - assignment));
	if (!path)
		return -ENOMEM;
	err = assign(obj, path, equal + 1, pid, why, size);
	free(path);
	return err;
}
