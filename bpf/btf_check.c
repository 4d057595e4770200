// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Whether raw BTF can be trusted (btf_check.h). Three passes over the bytes, each linear:
 *   1. cut the type section into types, so that ids can be looked up;
 *   2. look at each type's own fields and at what it refers to;
 *   3. make sure that no type holds itself by value and that nesting stays shallow.
 * The rules are those of the kernel's own check (v6.12 kernel/bpf/btf.c: *_check_meta, *_resolve)
 * where they matter to a reader; it refuses more.
 */
#include "bpf/btf_check.h"

#include <errno.h>
#include <linux/btf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/btf.h"

#define ABSENT	(-1L)

struct checker {
	const char *what;
	struct tv_bpf_error *error;
	const uint8_t *types;	/* the type section */
	const char *strings;
	uint32_t types_len, strings_len;
	uint32_t *offsets;	/* [id] of a type in the type section; [0] unused */
	uint32_t count;		/* one more than the highest id */
	uint8_t *depths;	/* by-value nesting below each type; 0: not known yet */
};

static int bad(const struct checker *c, uint32_t id, const char *why)
{
	return tv_bpf_error_set(c->error, -EINVAL, c->what, id ? (long)c->offsets[id] : ABSENT,
				"type %u: %s", id, why);
}

/* --- pass 1: cutting ---------------------------------------------------------- */

static int check_header(struct checker *c, const void *data, size_t size)
{
	struct btf_header h;
	uint64_t room;

	if (size < sizeof(h))
		return tv_bpf_error_set(c->error, -EINVAL, c->what, ABSENT, "no BTF header");
	if (size > TV_BTF_MAX_SIZE)
		return tv_bpf_error_set(c->error, -EFBIG, c->what, ABSENT,
					"%zu bytes of BTF, at most %u are read", size,
					TV_BTF_MAX_SIZE);
	memcpy(&h, data, sizeof(h));
	if (h.magic == __builtin_bswap16(BTF_MAGIC))
		return tv_bpf_error_set(c->error, -ENOTSUP, c->what, 0, "unsupported: big-endian BTF");
	if (h.magic != BTF_MAGIC || h.version != BTF_VERSION || h.flags)
		return tv_bpf_error_set(c->error, -EINVAL, c->what, 0, "not BTF of version 1");
	if (h.hdr_len < sizeof(h) || h.hdr_len > size)
		return tv_bpf_error_set(c->error, -EINVAL, c->what, 4, "bad header length %u",
					h.hdr_len);
	room = size - h.hdr_len;
	if (h.type_off % 4 || (uint64_t)h.type_off + h.type_len > h.str_off ||
	    (uint64_t)h.str_off + h.str_len > room)
		return tv_bpf_error_set(c->error, -EINVAL, c->what, 8,
					"sections overlap or reach past the end");
	c->types = (const uint8_t *)data + h.hdr_len + h.type_off;
	c->types_len = h.type_len;
	c->strings = (const char *)data + h.hdr_len + h.str_off;
	c->strings_len = h.str_len;
	if (!c->strings_len || c->strings[0] || c->strings[c->strings_len - 1])
		return tv_bpf_error_set(c->error, -EINVAL, c->what, h.str_off,
					"strings do not begin and end with a zero byte");
	return 0;
}

static struct btf_type type_at(const struct checker *c, uint32_t offset)
{
	struct btf_type t;

	memcpy(&t, c->types + offset, sizeof(t));
	return t;
}

static struct btf_type type_of(const struct checker *c, uint32_t id)
{
	return type_at(c, c->offsets[id]);
}

/* Bytes behind a type's common part; -1 for a kind that is not known. */
static int64_t tail_size(const struct btf_type *t)
{
	uint32_t vlen = btf_vlen(t);

	switch (btf_kind(t)) {
	case BTF_KIND_PTR: case BTF_KIND_FWD: case BTF_KIND_TYPEDEF: case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST: case BTF_KIND_RESTRICT: case BTF_KIND_FUNC: case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return 0;
	case BTF_KIND_INT: case BTF_KIND_VAR: case BTF_KIND_DECL_TAG:
		return sizeof(uint32_t);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT: case BTF_KIND_UNION:
		return vlen * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return vlen * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return vlen * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return vlen * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return vlen * sizeof(struct btf_var_secinfo);
	default:
		return -1;
	}
}

static int cut_types(struct checker *c)
{
	uint32_t at = 0, id = 1;

	/* one for void, one for a last type that is cut short */
	c->offsets = calloc((size_t)c->types_len / sizeof(struct btf_type) + 2, sizeof(uint32_t));
	if (!c->offsets)
		return -ENOMEM;
	for (; at < c->types_len; id++) {
		struct btf_type t;
		int64_t tail;

		c->offsets[id] = at;
		if (c->types_len - at < sizeof(t))
			return bad(c, id, "cut short");
		t = type_at(c, at);
		tail = tail_size(&t);
		if (tail < 0)
			return tv_bpf_error_set(c->error, -ENOTSUP, c->what, at,
						"unsupported: BTF kind %u", btf_kind(&t));
		if (tail > c->types_len - at - (int64_t)sizeof(t))
			return bad(c, id, "cut short");
		at += sizeof(t) + tail;
	}
	c->count = id;
	return 0;
}

/* --- pass 2: each type on its own --------------------------------------------- */

static int kind_of(const struct checker *c, uint32_t id)
{
	struct btf_type t;

	if (!id)
		return BTF_KIND_UNKN;
	t = type_of(c, id);
	return btf_kind(&t);
}

/* A type that may stand where C has a type: not a function, variable, section or tag. */
static bool is_value_type(const struct checker *c, uint32_t id)
{
	if (id >= c->count)
		return false;
	switch (kind_of(c, id)) {
	case BTF_KIND_FUNC: case BTF_KIND_VAR: case BTF_KIND_DATASEC: case BTF_KIND_DECL_TAG:
		return false;
	default:
		return true;
	}
}

/* The i-th element of a type's tail. */
static void tail_at(const struct checker *c, uint32_t id, uint32_t i, void *element, size_t size)
{
	memcpy(element, c->types + c->offsets[id] + sizeof(struct btf_type) + i * size, size);
}

static int check_int(const struct checker *c, uint32_t id, const struct btf_type *t)
{
	uint32_t data, bits;

	tail_at(c, id, 0, &data, sizeof(data));
	bits = BTF_INT_BITS(data);
	if (!t->size || t->size > 16 || (t->size & (t->size - 1)))
		return bad(c, id, "integer of no machine size");
	if (bits > 128 || bits + BTF_INT_OFFSET(data) > t->size * 8)
		return bad(c, id, "integer's bits do not fit its size");
	return 0;
}

static int check_array(const struct checker *c, uint32_t id)
{
	struct btf_array a;

	tail_at(c, id, 0, &a, sizeof(a));
	if (!a.type || !is_value_type(c, a.type) || !is_value_type(c, a.index_type))
		return bad(c, id, "array of no valid type");
	return 0;
}

static int check_members(const struct checker *c, uint32_t id, const struct btf_type *t)
{
	uint32_t i, bits;

	for (i = 0; i < btf_vlen(t); i++) {
		struct btf_member m;

		tail_at(c, id, i, &m, sizeof(m));
		if (m.name_off >= c->strings_len || !m.type || !is_value_type(c, m.type))
			return bad(c, id, "member with a bad name or type");
		bits = btf_kflag(t) ? BTF_MEMBER_BIT_OFFSET(m.offset) : m.offset;
		if (bits > (uint64_t)t->size * 8)
			return bad(c, id, "member outside its structure");
	}
	return 0;
}

static int check_enum(const struct checker *c, uint32_t id, const struct btf_type *t)
{
	size_t each = btf_kind(t) == BTF_KIND_ENUM ? sizeof(struct btf_enum) :
						     sizeof(struct btf_enum64);
	uint32_t i, name;

	/* a forward declaration has neither size nor enumerators */
	if ((!t->size && btf_vlen(t)) || t->size > 8 || (t->size & (t->size - 1)))
		return bad(c, id, "enumeration of no machine size");
	for (i = 0; i < btf_vlen(t); i++) {
		memcpy(&name, c->types + c->offsets[id] + sizeof(*t) + i * each, sizeof(name));
		if (name >= c->strings_len)
			return bad(c, id, "enumerator with a bad name");
	}
	return 0;
}

static int check_params(const struct checker *c, uint32_t id, const struct btf_type *t)
{
	uint32_t i;

	for (i = 0; i < btf_vlen(t); i++) {
		struct btf_param p;

		tail_at(c, id, i, &p, sizeof(p));
		if (p.name_off >= c->strings_len || !is_value_type(c, p.type))
			return bad(c, id, "parameter with a bad name or type");
		/* void stands for "..." and only at the end */
		if (!p.type && i != btf_vlen(t) - 1u)
			return bad(c, id, "void parameter");
	}
	return 0;
}

static int check_datasec(const struct checker *c, uint32_t id, const struct btf_type *t)
{
	uint32_t i;

	for (i = 0; i < btf_vlen(t); i++) {
		struct btf_var_secinfo v;
		int kind;

		tail_at(c, id, i, &v, sizeof(v));
		kind = v.type < c->count ? kind_of(c, v.type) : BTF_KIND_UNKN;
		if (kind != BTF_KIND_VAR && kind != BTF_KIND_FUNC)
			return bad(c, id, "section entry that is no variable");
	}
	return 0;
}

static int check_var(const struct checker *c, uint32_t id, const struct btf_type *t)
{
	uint32_t linkage;

	tail_at(c, id, 0, &linkage, sizeof(linkage));
	if (linkage > BTF_VAR_GLOBAL_EXTERN || !is_value_type(c, t->type) || !t->type)
		return bad(c, id, "variable with a bad linkage or type");
	return 0;
}

static int check_tag(const struct checker *c, uint32_t id, const struct btf_type *t)
{
	struct btf_decl_tag tag;
	struct btf_type target;
	uint32_t slots = 0;

	tail_at(c, id, 0, &tag, sizeof(tag));
	if (!t->type || t->type >= c->count)
		return bad(c, id, "tag of no valid type");
	target = type_of(c, t->type);
	switch (btf_kind(&target)) {
	case BTF_KIND_STRUCT: case BTF_KIND_UNION:
		slots = btf_vlen(&target);
		break;
	case BTF_KIND_FUNC:
		/* checked elsewhere, perhaps later, to be a prototype */
		if (kind_of(c, target.type < c->count ? target.type : 0) == BTF_KIND_FUNC_PROTO) {
			target = type_of(c, target.type);
			slots = btf_vlen(&target);
		}
		break;
	case BTF_KIND_VAR: case BTF_KIND_TYPEDEF:
		break;
	default:
		return bad(c, id, "tag of something that takes none");
	}
	if (tag.component_idx < -1 || tag.component_idx >= (int64_t)slots)
		return bad(c, id, "tag of a component that is not there");
	return 0;
}

static int check_type(const struct checker *c, uint32_t id)
{
	struct btf_type t = type_of(c, id);

	if (t.name_off >= c->strings_len)
		return bad(c, id, "name outside the strings");
	switch (btf_kind(&t)) {
	case BTF_KIND_INT:
		return check_int(c, id, &t);
	case BTF_KIND_PTR: case BTF_KIND_TYPEDEF: case BTF_KIND_VOLATILE: case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT: case BTF_KIND_TYPE_TAG:
		return is_value_type(c, t.type) ? 0 : bad(c, id, "refers to no valid type");
	case BTF_KIND_ARRAY:
		return check_array(c, id);
	case BTF_KIND_STRUCT: case BTF_KIND_UNION:
		return check_members(c, id, &t);
	case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		return check_enum(c, id, &t);
	case BTF_KIND_FUNC:
		if (t.type >= c->count || kind_of(c, t.type) != BTF_KIND_FUNC_PROTO ||
		    btf_vlen(&t) > BTF_FUNC_EXTERN)
			return bad(c, id, "function with a bad prototype or linkage");
		return 0;
	case BTF_KIND_FUNC_PROTO:
		if (!is_value_type(c, t.type))
			return bad(c, id, "returns no valid type");
		return check_params(c, id, &t);
	case BTF_KIND_VAR:
		return check_var(c, id, &t);
	case BTF_KIND_DATASEC:
		return check_datasec(c, id, &t);
	case BTF_KIND_DECL_TAG:
		return check_tag(c, id, &t);
	default:
		return 0;
	}
}

/* --- pass 3: nesting by value ------------------------------------------------- */

/* What type @id holds by value at position @i; 0 past the last. */
static uint32_t held_by(const struct checker *c, uint32_t id, uint32_t i)
{
	struct btf_type t = type_of(c, id);

	switch (btf_kind(&t)) {
	case BTF_KIND_TYPEDEF: case BTF_KIND_VOLATILE: case BTF_KIND_CONST: case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG: case BTF_KIND_VAR:
		return i ? 0 : t.type;
	case BTF_KIND_ARRAY: {
		struct btf_array a;

		tail_at(c, id, 0, &a, sizeof(a));
		return i ? 0 : a.type;
	}
	case BTF_KIND_STRUCT: case BTF_KIND_UNION: {
		struct btf_member m;

		if (i >= btf_vlen(&t))
			return 0;
		tail_at(c, id, i, &m, sizeof(m));
		return m.type;
	}
	default:
		return 0;
	}
}

/*
 * Depth-first from @root with a stack that can't be deeper than the allowed nesting: a cycle shows
 * as a stack that is full, or as a type met on it.
 */
static int check_nesting_below(struct checker *c, uint32_t root)
{
	struct { uint32_t id, next; uint8_t deepest; } stack[TV_BTF_MAX_DEPTH + 1];
	uint32_t top = 0, child, i;

	stack[0].id = root;
	stack[0].next = 0;
	stack[0].deepest = 0;
	for (;;) {
		child = held_by(c, stack[top].id, stack[top].next++);
		if (!child) {
			uint8_t depth = stack[top].deepest + 1;

			if (depth > TV_BTF_MAX_DEPTH)
				return bad(c, stack[top].id, "nested too deeply");
			c->depths[stack[top].id] = depth;
			if (!top)
				return 0;
			top--;
			if (depth > stack[top].deepest)
				stack[top].deepest = depth;
			continue;
		}
		if (c->depths[child]) {
			if (c->depths[child] > stack[top].deepest)
				stack[top].deepest = c->depths[child];
			continue;
		}
		for (i = 0; i <= top; i++)
			if (stack[i].id == child)
				return bad(c, child, "holds itself");
		if (top == TV_BTF_MAX_DEPTH)
			return bad(c, root, "nested too deeply");
		top++;
		stack[top].id = child;
		stack[top].next = 0;
		stack[top].deepest = 0;
	}
}

static int check_nesting(struct checker *c)
{
	uint32_t id;
	int err;

	c->depths = calloc(c->count, 1);
	if (!c->depths)
		return -ENOMEM;
	for (id = 1; id < c->count; id++) {
		if (c->depths[id])
			continue;
		err = check_nesting_below(c, id);
		if (err)
			return err;
	}
	return 0;
}

int btf_check(const void *data, size_t size, const char *what, struct tv_bpf_error *error)
{
	struct checker c = { .what = what, .error = error };
	uint32_t id;
	int err;

	err = check_header(&c, data, size);
	if (!err)
		err = cut_types(&c);
	for (id = 1; !err && id < c.count; id++)
		err = check_type(&c, id);
	if (!err)
		err = check_nesting(&c);
	free(c.offsets);
	free(c.depths);
	return err;
}
