/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Loads through pointers to kernel structures: the member that stands at an offset says what the
 * loaded value is, and whether it may be trusted (Linux kernel/bpf/btf.c: btf_struct_access).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verifier_sim/internal.h"

/* What a walk into a structure found. */
enum found {
	FOUND_SCALAR,
	FOUND_PTR,		/* to a structure: @id */
	FOUND_OTHER_PTR,	/* to anything else */
	FOUND_STRUCT,		/* one that begins exactly at the offset: @id */
	STEP_INTO,		/* one that begins before it: go on there */
	NEXT_MEMBER,
};

struct walk {
	struct vs_env *env;
	const struct tv_btf *btf;
	const struct btf_type *type;	/* where the walk stands: a struct or union */
	int off, size;			/* within it */
	uint32_t id, flags;
	const char *member;		/* name of the pointer member found */
};

/* A member's type, arrays taken apart. */
struct shape {
	const struct btf_type *type;	/* of an element */
	uint32_t id;
	uint64_t size, count;		/* in all; elements */
	bool is_array;
};

static int shape_of(const struct tv_btf *btf, uint32_t id, struct shape *shape)
{
	int64_t size = tv_btf_size(btf, id);

	shape->type = tv_btf_skip(btf, id, &shape->id);
	shape->count = 1;
	shape->is_array = btf_is_array(shape->type);
	while (btf_is_array(shape->type)) {
		shape->count *= btf_array(shape->type)->nelems;
		shape->type = tv_btf_skip(btf, btf_array(shape->type)->type, &shape->id);
	}
	shape->size = size < 0 ? 0 : (uint64_t)size;
	return size < 0 ? -EINVAL : 0;
}

static const char *struct_name(const struct walk *w)
{
	return vs_name_or_anon(w->btf, w->type->name_off);
}

/* Past the end: an element of the flexible array the structure may end with. */
static int enter_flexible(struct walk *w)
{
	uint32_t n = btf_vlen(w->type);
	const struct btf_type *array = NULL, *elem = NULL;
	int start = 0;

	if (n) {
		array = tv_btf_skip(w->btf, btf_members(w->type)[n - 1].type, NULL);
		start = (int)btf_member_bit_offset(w->type, n - 1) / 8;
	}
	if (array && btf_is_array(array) && !btf_array(array)->nelems && w->off >= start)
		elem = tv_btf_skip(w->btf, btf_array(array)->type, NULL);
	if (elem && btf_is_int(elem))
		return FOUND_SCALAR;
	if (elem && btf_is_composite(elem) && elem->size) {
		w->off = (w->off - start) % (int)elem->size;
		w->type = elem;
		/* nobody knows how many elements there are */
		if (w->env->rules->untrusted_flexible)
			w->flags |= PTR_UNTRUSTED;
		return STEP_INTO;
	}
	vs_log(w->env, "access beyond struct %s at off %u size %u\n", struct_name(w), w->off, w->size);
	return -EACCES;
}

/* Tags that pointers in the kernel carry: __user, __percpu, __rcu. */
static uint32_t pointer_flags(const struct tv_btf *btf, const struct btf_type *ptr)
{
	const struct btf_type *tag = tv_btf_type(btf, ptr->type);
	const char *word;

	if (!tag || !btf_is_type_tag(tag))
		return 0;
	word = tv_btf_str(btf, tag->name_off);
	return !strcmp(word, "user") ? MEM_USER : !strcmp(word, "percpu") ? MEM_PERCPU :
	       !strcmp(word, "rcu") ? MEM_RCU : 0;
}

static int at_pointer(struct walk *w, const struct btf_type *ptr, uint64_t elem_size, int start,
		      const char *name)
{
	const struct btf_type *target;

	if (elem_size != (uint64_t)w->size || w->off != start) {
		vs_log(w->env, "cannot access ptr member %s with moff %u in struct %s with off %u size %u\n",
		       name, start, struct_name(w), w->off, w->size);
		return -EACCES;
	}
	target = tv_btf_skip(w->btf, ptr->type, &w->id);
	if (!btf_is_composite(target))
		return w->env->rules->untrusted_mem ? FOUND_OTHER_PTR : NEXT_MEMBER;
	w->flags |= pointer_flags(w->btf, ptr);
	w->member = name;
	return FOUND_PTR;
}

/* Member @i, which begins at or before the access. */
static int at_member(struct walk *w, uint32_t i, int start)
{
	const struct btf_member *m = &btf_members(w->type)[i];
	const char *name = vs_name_or_anon(w->btf, m->name_off);
	struct shape shape;
	uint64_t elem, end;
	int ret;

	if (shape_of(w->btf, m->type, &shape)) {
		vs_log(w->env, "field %s doesn't have size\n", name);
		return -EFAULT;
	}
	end = (uint64_t)start + shape.size;
	if ((uint64_t)w->off >= end || (shape.is_array && !shape.size))
		return NEXT_MEMBER;
	elem = shape.size;
	if (shape.is_array) {
		elem /= shape.count;
		start += (int)((uint64_t)(w->off - start) / elem * elem);
	}
	if (btf_is_composite(shape.type)) {
		w->type = shape.type;
		w->off -= start;
		w->id = shape.id;
		return w->off ? STEP_INTO : FOUND_STRUCT;
	}
	if (btf_is_ptr(shape.type)) {
		ret = at_pointer(w, shape.type, elem, start, name);
		if (ret != NEXT_MEMBER)
			return ret;
	}
	if ((uint64_t)w->off + (uint64_t)w->size > end && !(w->flags & PTR_UNTRUSTED)) {
		vs_log(w->env, "access beyond the end of member %s (mend:%u) in struct %s with off %u size %u\n",
		       name, (uint32_t)end, struct_name(w), w->off, w->size);
		return -EACCES;
	}
	return FOUND_SCALAR;
}

/* Looks once through the members where the walk stands. */
static int search(struct walk *w)
{
	const struct btf_type *t = w->type;

	/* which member of a union is meant nobody knows */
	if (btf_is_union(t) && btf_vlen(t) != 1)
		w->flags |= PTR_UNTRUSTED;
	if ((uint64_t)w->off + (uint64_t)w->size > t->size)
		return enter_flexible(w);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		uint32_t bit = btf_member_bit_offset(t, i), bits = btf_member_bitfield_size(t, i);
		int start = (int)(bit / 8), ret;

		if (w->off + w->size <= start)
			break;
		if (bits) {
			/* a bit field has to be read whole */
			if (w->off <= start && (int)((bit + bits + 7) / 8) <= w->off + w->size)
				return FOUND_SCALAR;
			continue;
		}
		if (w->off < start)
			break;
		ret = at_member(w, i, start);
		if (ret != NEXT_MEMBER)
			return ret;
	}
	vs_log(w->env, "struct %s doesn't have field at offset %d\n", struct_name(w), w->off);
	return -EINVAL;
}

/* Until something is found; enum found up to FOUND_STRUCT, or -errno. */
static int walk_struct(struct walk *w)
{
	int ret;

	do {
		if (!btf_is_composite(w->type)) {
			vs_log(w->env, "Type '%s' is not a struct\n", struct_name(w));
			return -EINVAL;
		}
		ret = search(w);
	} while (ret == STEP_INTO);
	return ret;
}

bool vs_btf_ids_match(struct vs_env *env, uint32_t id, int off, uint32_t want_id, bool strict)
{
	struct walk w = { .env = env, .btf = env->vmlinux, .off = off, .size = 1, .id = id };

	if (off == 0 && id == want_id)
		return true;
	if (strict)
		return false;
	do {
		w.type = tv_btf_skip(w.btf, w.id, NULL);
		if (walk_struct(&w) != FOUND_STRUCT)
			return false;
		w.off = 0;
	} while (w.id != want_id);
	return true;
}

/* --- trust -------------------------------------------------------------------- */

/*
 * The kernel lists members that stay valid in types named after the structure
 * ("task_struct__safe_rcu"), which its BTF has.
 */
static bool listed(struct vs_env *env, const struct vs_reg *reg, const struct walk *w,
		   const char *suffix)
{
	const struct btf_type *t = tv_btf_type(env->vmlinux, reg->btf_id);
	char name[256];
	int list;

	snprintf(name, sizeof(name), "%s%s", tv_btf_str(env->vmlinux, t->name_off), suffix);
	list = tv_btf_find(env->vmlinux, name, btf_kind(t));
	if (list < 0)
		return false;
	t = tv_btf_type(env->vmlinux, (uint32_t)list);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const struct btf_type *ptr = tv_btf_type(env->vmlinux, m->type);
		uint32_t id;

		if (!btf_is_ptr(ptr))
			continue;
		tv_btf_skip(env->vmlinux, ptr->type, &id);
		if (id == w->id && !strcmp(tv_btf_str(env->vmlinux, m->name_off), w->member))
			return true;
	}
	return false;
}

/* Modifiers of a pointer loaded from a structure that @reg points to. */
static uint32_t trust_of(struct vs_env *env, const struct vs_reg *reg, const struct walk *w)
{
	uint32_t flags = w->flags;

	if (reg->type & PTR_UNTRUSTED)
		return PTR_UNTRUSTED;
	if (!vs_reg_is_trusted(reg) && !(reg->type & MEM_RCU))
		return flags & ~(VS_TRUSTED_FLAGS | MEM_RCU);
	if (listed(env, reg, w, "__safe_trusted"))
		return flags | PTR_TRUSTED;
	if (listed(env, reg, w, "__safe_trusted_or_null"))
		return flags | PTR_TRUSTED | PTR_MAYBE_NULL;
	if (!vs_in_rcu_cs(env))
		return PTR_UNTRUSTED;
	if (listed(env, reg, w, "__safe_rcu"))
		return flags | MEM_RCU;
	if (listed(env, reg, w, "__safe_rcu_or_null"))
		return (flags | MEM_RCU | PTR_MAYBE_NULL) & ~PTR_UNTRUSTED;
	if (flags & MEM_RCU)
		return flags | MEM_RCU | PTR_MAYBE_NULL;
	if (flags & (MEM_PERCPU | MEM_USER))
		return flags;
	return flags & ~(VS_TRUSTED_FLAGS | MEM_RCU);
}

static int check_pointer(struct vs_env *env, const struct vs_reg *reg, uint32_t regno, int off,
			 enum vs_access access, const char *name)
{
	char bits[64];

	if (!env->gpl_compatible) {
		vs_log(env, "Cannot access kernel 'struct %s' from non-GPL compatible program\n", name);
		return -EINVAL;
	}
	if (off < 0) {
		vs_log(env, "R%u is ptr_%s invalid negative access: off=%d\n", regno, name, off);
		return -EACCES;
	}
	if (!tnum_is_value(reg->v.bits, 0)) {
		vs_print_tnum(bits, sizeof(bits), reg->v.bits);
		vs_log(env, "R%u is ptr_%s invalid variable offset: off=%d, var_off=%s\n", regno, name,
		       off, bits);
		return -EACCES;
	}
	if (reg->type & (MEM_USER | MEM_PERCPU)) {
		vs_log(env, "R%u is ptr_%s access %s memory: off=%d\n", regno, name,
		       reg->type & MEM_USER ? "user" : "percpu", off);
		return -EACCES;
	}
	if (access != VS_READ) {
		vs_log(env, "only read is supported\n");
		return -EACCES;
	}
	return 0;
}

static void load_result(struct vs_env *env, int value, int found, const struct vs_reg *from,
			const struct walk *w)
{
	struct vs_reg *reg = &vs_regs(env)[value];
	uint32_t flags;

	if (found == FOUND_SCALAR) {
		vs_reg_unknown(reg);
		return;
	}
	if (found == FOUND_OTHER_PTR) {
		vs_reg_pointer(reg, PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED);
		return;
	}
	flags = trust_of(env, from, w);
	vs_reg_pointer(reg, PTR_TO_BTF_ID | flags);
	reg->btf_id = w->id;
	if (flags & PTR_MAYBE_NULL)
		reg->id = ++env->id_gen;
	/* what the element keeps alive goes with it */
	if (flags & PTR_TRUSTED)
		reg->owner = from->owner;
}

int vs_check_btf_ptr(struct vs_env *env, uint32_t regno, int off, int size, enum vs_access access,
		     int value)
{
	struct vs_reg from = vs_regs(env)[regno];
	struct walk w = { .env = env, .btf = env->vmlinux, .off = off, .size = size };
	int ret;

	vs_trace_read(env, &from);
	w.type = tv_btf_skip(w.btf, from.btf_id, NULL);
	ret = check_pointer(env, &from, regno, off, access,
			    tv_btf_name(w.btf, from.btf_id));
	if (ret)
		return ret;
	do
		ret = walk_struct(&w);
	while (ret == FOUND_STRUCT);
	if (ret < 0)
		return ret;
	if (value >= 0)
		load_result(env, value, ret, &from, &w);
	return 0;
}
