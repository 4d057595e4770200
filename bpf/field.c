// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Special fields (field.h). Rules: Linux v6.12 and v6.18 kernel/bpf/btf.c, btf_parse_fields(). */
#include "bpf/field.h"

#include <errno.h>
#include <string.h>

#define MAX_LEVEL	32	/* structures and arrays inside each other */
#define MAX_VISITS	100000	/* members looked at: nested structures may share a lot */

static const struct shape {
	const char *name;	/* of the structure, or of the pointer's tag */
	uint32_t size, align;
	bool once;		/* at most one in a value */
	bool repeats;		/* may stand in an array */
} shapes[] = {
	[TV_FIELD_SPIN_LOCK] = { "bpf_spin_lock", 4, 4, true, false },
	[TV_FIELD_RES_SPIN_LOCK] = { "bpf_res_spin_lock", 4, 4, true, false },
	[TV_FIELD_TIMER] = { "bpf_timer", 16, 8, true, false },
	[TV_FIELD_WORKQUEUE] = { "bpf_wq", 16, 8, true, false },
	[TV_FIELD_TASK_WORK] = { "bpf_task_work", 8, 8, true, false },
	[TV_FIELD_KPTR_UNREF] = { "kptr_untrusted", 8, 8, false, true },
	[TV_FIELD_KPTR_REF] = { "kptr", 8, 8, false, true },
	[TV_FIELD_KPTR_PERCPU] = { "percpu_kptr", 8, 8, false, true },
	[TV_FIELD_UPTR] = { "uptr", 8, 8, false, true },
	[TV_FIELD_LIST_HEAD] = { "bpf_list_head", 16, 8, false, true },
	[TV_FIELD_LIST_NODE] = { "bpf_list_node", 24, 8, false, false },
	[TV_FIELD_RB_ROOT] = { "bpf_rb_root", 16, 8, false, true },
	[TV_FIELD_RB_NODE] = { "bpf_rb_node", 32, 8, false, false },
	[TV_FIELD_REFCOUNT] = { "bpf_refcount", 4, 4, true, false },
};
#define KINDS	((int)(sizeof(shapes) / sizeof(shapes[0])))
#define POINTERS (TV_FIELDS_KPTR | TV_FIELD_BIT(TV_FIELD_UPTR))

struct search {
	const struct tv_btf *btf;
	uint32_t kinds, seen;
	struct tv_bpf_field *fields;
	uint32_t cnt, visits;
};

/* A member or variable: where its declaration tags hang, and what is known of its place. */
struct place {
	uint32_t holder;	/* structure or VAR */
	int component;		/* member, or -1 for a VAR itself */
	uint32_t offset;
	uint32_t size;		/* of a variable; 0: its type says */
};

const char *tv_field_name(enum tv_field_kind kind)
{
	return shapes[kind].name;
}

static bool wanted(const struct search *s, int kind)
{
	return s->kinds & TV_FIELD_BIT(kind);
}

/* --- single fields ------------------------------------------------------------ */

/* The structure that a name stands for; -1. Pointers' tags are no structures' names. */
static int kind_of_structure(const struct search *s, const char *name)
{
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		if (wanted(s, kind) && !(TV_FIELD_BIT(kind) & POINTERS) &&
		    !strcmp(shapes[kind].name, name))
			return kind;
	return -1;
}

static int add(struct search *s, int kind, uint32_t offset, uint32_t pointee, const char *node)
{
	if (s->cnt == TV_MAX_FIELDS)
		return -E2BIG;
	s->fields[s->cnt++] = (struct tv_bpf_field){
		.kind = kind, .offset = offset, .size = shapes[kind].size, .pointee = pointee,
		.node = node,
	};
	return 0;
}

/* A pointer with one tag that says what the kernel does with it; others are plain numbers. */
static int add_pointer(struct search *s, const struct btf_type *t, uint32_t offset)
{
	uint32_t pointee;
	int kind;

	if (btf_is_volatile(t))
		t = tv_btf_type(s->btf, t->type);
	if (!btf_is_ptr(t))
		return 0;
	t = tv_btf_type(s->btf, t->type);
	if (!btf_is_type_tag(t))
		return 0;
	if (btf_is_type_tag(tv_btf_type(s->btf, t->type)))
		return -EINVAL;
	for (kind = 0; kind < KINDS; kind++)
		if (TV_FIELD_BIT(kind) & POINTERS && wanted(s, kind) &&
		    !strcmp(shapes[kind].name, tv_btf_str(s->btf, t->name_off)))
			break;
	if (kind == KINDS || !btf_is_struct(tv_btf_skip(s->btf, t->type, &pointee)))
		return -EINVAL;
	return add(s, kind, offset, pointee, NULL);
}

/* What a list or tree holds: the tag "contains:TYPE:MEMBER". */
static int add_root(struct search *s, int kind, const struct place *p, uint32_t offset)
{
	const char *tag, *colon;
	char type[128];
	uint32_t pos = 0;
	int id;

	do {
		tag = tv_btf_next_tag(s->btf, p->holder, p->component, &pos);
	} while (tag && strncmp(tag, "contains:", 9));
	if (!tag)
		return -EINVAL;
	tag += 9;
	colon = strchr(tag, ':');
	if (!colon || !colon[1] || (size_t)(colon - tag) >= sizeof(type))
		return -EINVAL;
	memcpy(type, tag, colon - tag);
	type[colon - tag] = 0;
	id = tv_btf_find(s->btf, type, BTF_KIND_STRUCT);
	return id <= 0 ? -ENOENT : add(s, kind, offset, id, colon + 1);
}

static int add_structure(struct search *s, int kind, const struct btf_type *t,
			 const struct place *p, uint32_t elements)
{
	const struct shape *shape = &shapes[kind];

	if (shape->once && s->seen & TV_FIELD_BIT(kind))
		return -E2BIG;
	s->seen |= TV_FIELD_BIT(kind);
	if (p->offset % shape->align || !btf_is_struct(t) || t->size != shape->size ||
	    (p->size && p->size != (uint64_t)shape->size * elements))
		return 0;
	if (kind == TV_FIELD_LIST_HEAD || kind == TV_FIELD_RB_ROOT)
		return add_root(s, kind, p, p->offset);
	return add(s, kind, p->offset, 0, NULL);
}

/* --- walking ------------------------------------------------------------------ */

/* What was found in the first element of an array stands in the others too. */
static int repeat(struct search *s, uint32_t first, uint32_t elements, uint32_t size)
{
	uint32_t i, e, found = s->cnt - first;
	int err = 0;

	if (elements < 2 || !found)
		return 0;
	for (i = first; i < s->cnt; i++)
		if (!shapes[s->fields[i].kind].repeats)
			return -EINVAL;
	for (e = 1; !err && e < elements; e++)
		for (i = 0; !err && i < found; i++) {
			const struct tv_bpf_field *f = &s->fields[first + i];

			err = add(s, f->kind, f->offset + e * size, f->pointee, f->node);
		}
	return err;
}

static int search_members(struct search *s, uint32_t id, uint32_t base, int level);

static int search_place(struct search *s, uint32_t id, const struct place *p, int level)
{
	const struct btf_type *t = tv_btf_type(s->btf, id);
	uint32_t first = s->cnt, size = 8;
	uint64_t elements = 1;
	int depth, kind, err;

	if (++s->visits > MAX_VISITS)
		return -E2BIG;
	for (depth = 0; btf_is_array(t); depth++) {
		elements *= btf_array(t)->nelems;
		if (depth == MAX_LEVEL || elements > UINT32_MAX)
			return -E2BIG;
		id = btf_array(t)->type;
		t = tv_btf_type(s->btf, id);
	}
	if (!elements)
		return 0;
	kind = kind_of_structure(s, tv_btf_name(s->btf, id));
	if (kind >= 0) {
		size = shapes[kind].size;
		err = add_structure(s, kind, t, p, elements);
	} else if (btf_is_struct(t)) {
		size = t->size;
		if (p->size && p->size != size * elements)
			return 0;
		err = level == MAX_LEVEL ? -E2BIG : search_members(s, id, p->offset, level + 1);
	} else {
		if (p->offset % 8 || (p->size && p->size != 8 * elements))
			return 0;
		err = add_pointer(s, t, p->offset);
	}
	return err ? err : repeat(s, first, elements, size);
}

static int search_members(struct search *s, uint32_t id, uint32_t base, int level)
{
	const struct btf_type *t = tv_btf_type(s->btf, id);
	int i, err = 0;

	for (i = 0; !err && i < btf_vlen(t); i++) {
		uint32_t bits = btf_member_bit_offset(t, i);
		const struct place p = { id, i, base + bits / 8, 0 };

		if (bits % 8)
			return -EINVAL;
		err = search_place(s, btf_members(t)[i].type, &p, level);
	}
	return err;
}

static int search_variables(struct search *s, const struct btf_type *sec)
{
	int i, err = 0;

	for (i = 0; !err && i < btf_vlen(sec); i++) {
		const struct btf_var_secinfo *entry = &btf_var_secinfos(sec)[i];
		const struct place p = { entry->type, -1, entry->offset, entry->size };

		err = search_place(s, tv_btf_type(s->btf, entry->type)->type, &p, 0);
	}
	return err;
}

/* --- the whole value ---------------------------------------------------------- */

/* The member that links elements must be there once, and of the right type. */
static int check_node(const struct tv_btf *btf, const struct tv_bpf_field *f)
{
	const char *wanted_type = f->kind == TV_FIELD_LIST_HEAD ? "bpf_list_node" : "bpf_rb_node";
	const struct btf_type *t = tv_btf_type(btf, f->pointee);
	int i, found = 0;

	for (i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];

		if (strcmp(tv_btf_str(btf, m->name_off), f->node))
			continue;
		if (found++ || strcmp(tv_btf_name(btf, m->type), wanted_type) ||
		    btf_member_bit_offset(t, i) % 64)
			return -EINVAL;
	}
	return found ? 0 : -ENOENT;
}

static int check_all(const struct search *s, uint32_t size)
{
	uint32_t i, next = 0, present = 0;
	int err;

	for (i = 0; i < s->cnt; i++) {
		const struct tv_bpf_field *f = &s->fields[i];

		if ((uint64_t)f->offset + f->size > size)
			return -EFAULT;
		if (f->offset < next)
			return -EEXIST;
		next = f->offset + f->size;
		present |= TV_FIELD_BIT(f->kind);
		err = f->node ? check_node(s->btf, f) : 0;
		if (err)
			return err;
	}
	/* lists and trees need a lock, and a node of both needs a count */
	if (present & (TV_FIELD_BIT(TV_FIELD_LIST_HEAD) | TV_FIELD_BIT(TV_FIELD_RB_ROOT)) &&
	    !(present & (TV_FIELD_BIT(TV_FIELD_SPIN_LOCK) | TV_FIELD_BIT(TV_FIELD_RES_SPIN_LOCK))))
		return -EINVAL;
	if (present & TV_FIELD_BIT(TV_FIELD_LIST_NODE) && present & TV_FIELD_BIT(TV_FIELD_RB_NODE) &&
	    !(present & TV_FIELD_BIT(TV_FIELD_REFCOUNT)))
		return -EINVAL;
	return 0;
}

int tv_fields_find(const struct tv_btf *btf, uint32_t id, uint32_t size, uint32_t kinds,
		   struct tv_bpf_field fields[TV_MAX_FIELDS], uint32_t *cnt)
{
	struct search s = { .btf = btf, .kinds = kinds, .fields = fields };
	const struct btf_type *t = tv_btf_skip(btf, id, &id);
	int err = 0;

	*cnt = 0;
	if (btf_is_struct(t))
		err = search_members(&s, id, 0, 0);
	else if (btf_is_datasec(t))
		err = search_variables(&s, t);
	if (!err)
		err = check_all(&s, size);
	if (!err)
		*cnt = s.cnt;
	return err;
}
