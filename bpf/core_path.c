// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a CO-RE relocation points at (core_path.h). Rules: libbpf's relo_core.c. */
#include "bpf/core_path.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/core_compat.h"

static const char *enumerator(const struct tv_btf *btf, const struct btf_type *t, uint32_t i)
{
	return tv_btf_str(btf, btf_is_enum(t) ? btf_enum(t)[i].name_off :
						btf_enum64(t)[i].name_off);
}

static int push(struct core_path *path, uint32_t type_id, int32_t index, const char *name)
{
	if (path->cnt == CORE_MAX_PATH)
		return -E2BIG;
	path->turns[path->cnt++] = (struct core_turn){ type_id, index, name };
	return 0;
}

/* An index steps over whole elements. */
static int push_index(struct core_path *path, uint32_t element, int32_t index)
{
	int64_t size = tv_btf_size(path->btf, element);

	if (size < 0)
		return size;
	path->bit_offset += (uint32_t)index * (uint32_t)size * 8;
	return push(path, element, index, NULL);
}

/* An array without a length that ends the structure whose last turn led here has any index. */
static bool index_in_range(const struct core_path *path, const struct btf_array *array,
			   int32_t index)
{
	const struct core_turn *last = &path->turns[path->cnt - 1];

	if (index >= 0 && (uint32_t)index < array->nelems)
		return true;
	return !array->nelems && last->name &&
	       last->index == (int32_t)btf_vlen(tv_btf_type(path->btf, last->type_id)) - 1;
}

/* --- the program's side ------------------------------------------------------- */

static int parse_numbers(const char *text, int32_t *numbers)
{
	int cnt = 0;
	char *end;
	long n;

	for (; *text; text = *end == ':' ? end + 1 : end) {
		if (cnt == CORE_MAX_PATH)
			return -E2BIG;
		n = strtol(text, &end, 10);
		if (end == text || n < INT_MIN || n > INT_MAX)
			return -EINVAL;
		/* a number follows each colon, and nothing else stands behind a number */
		if (*end && (*end != ':' || !end[1]))
			return -EINVAL;
		numbers[cnt++] = n;
	}
	return cnt ? cnt : -EINVAL;
}

static int parse_enumerator(struct core_path *path, uint32_t id, const int32_t *numbers, int cnt)
{
	const struct btf_type *t = tv_btf_type(path->btf, id);

	if (!btf_is_any_enum(t) || cnt != 1 || numbers[0] < 0 || numbers[0] >= btf_vlen(t))
		return -EINVAL;
	return push(path, id, numbers[0], enumerator(path->btf, t, numbers[0]));
}

/* One number: a member of a structure or an element of an array. @id goes on to its type. */
static int parse_field(struct core_path *path, uint32_t *id, int32_t number)
{
	const struct btf_type *t = tv_btf_skip(path->btf, *id, id);

	if (btf_is_composite(t)) {
		const struct btf_member *m = btf_members(t) + number;
		int err = 0;

		if (number < 0 || number >= btf_vlen(t))
			return -EINVAL;
		path->bit_offset += btf_member_bit_offset(t, number);
		if (m->name_off)
			err = push(path, *id, number, tv_btf_str(path->btf, m->name_off));
		*id = m->type;
		return err;
	}
	if (!btf_is_array(t) || !index_in_range(path, btf_array(t), number))
		return -EINVAL;
	tv_btf_skip(path->btf, btf_array(t)->type, id);
	return push_index(path, *id, number);
}

int core_path_parse(struct core_path *path, const struct tv_btf *btf, const struct ext_core *relo)
{
	const char *text = tv_btf_str(btf, relo->access_off);
	int32_t numbers[CORE_MAX_PATH];
	uint32_t id;
	int i, cnt, err;

	memset(path, 0, sizeof(*path));
	path->btf = btf;
	path->root_id = relo->type_id;
	if (core_is_type(relo->kind))
		return strcmp(text, "0") ? -EINVAL : 0;
	cnt = parse_numbers(text, numbers);
	if (cnt < 0)
		return cnt;
	tv_btf_skip(btf, relo->type_id, &id);
	if (core_is_enumerator(relo->kind))
		return parse_enumerator(path, id, numbers, cnt);
	if (!core_is_field(relo->kind))
		return -EINVAL;
	/* the first number steps over whole objects, as in p[1].x */
	err = push_index(path, id, numbers[0]);
	for (i = 1; !err && i < cnt; i++)
		err = parse_field(path, &id, numbers[i]);
	return err;
}

/* --- the kernel's side -------------------------------------------------------- */

/*
 * The member that the program's @turn names, in structure @id or in unnamed ones inside it. Found:
 * 1, the way is in @path and @id goes on to the member's type.
 */
static int match_member(struct loader *ld, const struct core_path *local,
			const struct core_turn *turn, struct core_path *path, uint32_t *id)
{
	const struct btf_type *ours = tv_btf_type(local->btf, turn->type_id);
	uint32_t struct_id;
	const struct btf_type *t = tv_btf_skip(path->btf, *id, &struct_id);
	int i, found;

	if (!btf_is_composite(t))
		return 0;
	for (i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const char *name = tv_btf_str(path->btf, m->name_off);
		uint32_t inside = m->type;

		if (core_step(ld))
			return -EFBIG;
		if (path->depth == CORE_MAX_PATH)
			return -E2BIG;
		if (*name && strcmp(name, turn->name))
			continue;
		path->depth++;
		path->bit_offset += btf_member_bit_offset(t, i);
		if (*name) {
			found = core_fields_compatible(ld, local->btf,
						       btf_members(ours)[turn->index].type,
						       path->btf, m->type);
			*id = m->type;
			return found > 0 ? push(path, struct_id, i, name) ?: 1 : found;
		}
		found = match_member(ld, local, turn, path, &inside);
		if (found) {
			*id = inside;
			return found;
		}
		path->depth--;
		path->bit_offset -= btf_member_bit_offset(t, i);
	}
	return 0;
}

static int match_index(struct core_path *path, int32_t index, uint32_t *id)
{
	const struct btf_type *t = tv_btf_skip(path->btf, *id, id);

	/* the first index is into what the pointer points at: no array there */
	if (path->cnt) {
		if (!btf_is_array(t) || !index_in_range(path, btf_array(t), index))
			return 0;
		tv_btf_skip(path->btf, btf_array(t)->type, id);
	}
	if (path->depth == CORE_MAX_PATH)
		return -E2BIG;
	path->depth++;
	return push_index(path, *id, index) ?: 1;
}

static int match_enumerator(struct loader *ld, const struct core_path *local,
			    struct core_path *path, uint32_t id)
{
	const struct btf_type *t = tv_btf_skip(path->btf, id, &id);
	int i;

	for (i = 0; btf_is_any_enum(t) && i < btf_vlen(t); i++) {
		const char *name = enumerator(path->btf, t, i);

		if (core_step(ld))
			return -EFBIG;
		if (core_same_essence(local->turns[0].name, name))
			return push(path, id, i, name) ?: 1;
	}
	return 0;
}

int core_path_match(struct loader *ld, const struct core_path *local, uint32_t kind,
		    const struct tv_btf *btf, uint32_t id, struct core_path *target)
{
	int i, found = 1;

	memset(target, 0, sizeof(*target));
	target->btf = btf;
	target->root_id = id;
	if (kind == BPF_CORE_TYPE_MATCHES)
		return core_types_match(ld, local->btf, local->root_id, btf, id);
	if (core_is_type(kind))
		return core_types_compatible(ld, local->btf, local->root_id, btf, id);
	if (core_is_enumerator(kind))
		return match_enumerator(ld, local, target, id);
	for (i = 0; found > 0 && i < local->cnt; i++) {
		if (local->turns[i].name)
			found = match_member(ld, local, &local->turns[i], target, &id);
		else
			found = match_index(target, local->turns[i].index, &id);
	}
	return found;
}
