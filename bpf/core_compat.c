// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* When a program's own type and the kernel's mean the same (core_compat.h). */
#include "bpf/core_compat.h"

#include <errno.h>
#include <string.h>

#include "bpf/btf_index.h"

#define MAX_CHAIN	32	/* pointers and arrays followed one after the other */
#define MAX_LEVEL	32	/* prototypes and structures inside each other */

/* The two types that are compared, past their modifiers and typedefs. */
struct pair {
	struct loader *ld;
	const struct tv_btf *local_btf, *target_btf;
	uint32_t local_id, target_id;
	const struct btf_type *local, *target;
};

int core_step(struct loader *ld)
{
	if (++ld->core_steps <= CORE_MAX_STEPS)
		return 0;
	return ld_fail(ld, -EFBIG, ".BTF.ext", TV_BPF_NOWHERE,
		       "CO-RE relocations take more than %llu steps", CORE_MAX_STEPS);
}

bool core_same_essence(const char *a, const char *b)
{
	size_t len = btf_essential_len(a);

	return len == btf_essential_len(b) && !strncmp(a, b, len);
}

static void look(struct pair *p, uint32_t local_id, uint32_t target_id)
{
	p->local = tv_btf_skip(p->local_btf, local_id, &p->local_id);
	p->target = tv_btf_skip(p->target_btf, target_id, &p->target_id);
}

static bool same_kind(const struct btf_type *a, const struct btf_type *b)
{
	return btf_kind(a) == btf_kind(b) || (btf_is_any_enum(a) && btf_is_any_enum(b));
}

/* What a pointer or an array leads to, on both sides. */
static void follow(struct pair *p)
{
	if (btf_is_ptr(p->local))
		look(p, p->local->type, p->target->type);
	else
		look(p, btf_array(p->local)->type, btf_array(p->target)->type);
}

/* Integers differ only when one is an old-style bit field. */
static bool whole_integers(const struct pair *p)
{
	return !btf_int_offset(p->local) && !btf_int_offset(p->target);
}

typedef int (*compare_fn)(struct pair p, bool behind_ptr, int level);

/* All parameters by @compare; the caller goes on with what is returned. */
static int compare_params(const struct pair *p, compare_fn compare, bool behind_ptr, int level)
{
	uint32_t i, n = btf_vlen(p->local);
	int same;

	if (n != btf_vlen(p->target))
		return 0;
	for (i = 0; i < n; i++) {
		struct pair param = *p;

		if (level <= 0)
			return -EINVAL;
		look(&param, btf_params(p->local)[i].type, btf_params(p->target)[i].type);
		same = compare(param, behind_ptr, level - 1);
		if (same <= 0)
			return same;
	}
	return 1;
}

static int compatible(struct pair p, bool behind_ptr, int level)
{
	int links, same;

	for (links = 0; links < MAX_CHAIN; links++) {
		if (core_step(p.ld))
			return -EFBIG;
		if (!same_kind(p.local, p.target))
			return 0;
		switch (btf_kind(p.local)) {
		case BTF_KIND_PTR:
		case BTF_KIND_ARRAY:
			follow(&p);
			break;
		case BTF_KIND_FUNC_PROTO:
			same = compare_params(&p, compatible, behind_ptr, level);
			if (same <= 0)
				return same;
			look(&p, p.local->type, p.target->type);
			break;
		case BTF_KIND_INT:
			return whole_integers(&p);
		case BTF_KIND_UNKN: case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_FWD:
		case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
			return 1;
		default:
			return 0;
		}
	}
	return -EINVAL;
}

int core_types_compatible(struct loader *ld, const struct tv_btf *local, uint32_t local_id,
			  const struct tv_btf *target, uint32_t target_id)
{
	struct pair p = { .ld = ld, .local_btf = local, .target_btf = target };

	/* at the root even a typedef has to meet a typedef */
	if (!same_kind(tv_btf_type(local, local_id), tv_btf_type(target, target_id)))
		return 0;
	look(&p, local_id, target_id);
	return compatible(p, false, MAX_LEVEL);
}

int core_fields_compatible(struct loader *ld, const struct tv_btf *local, uint32_t local_id,
			   const struct tv_btf *target, uint32_t target_id)
{
	struct pair p = { .ld = ld, .local_btf = local, .target_btf = target };
	const char *a, *b;

	for (look(&p, local_id, target_id); ; follow(&p)) {
		if (core_step(ld))
			return -EFBIG;
		if (btf_is_composite(p.local) && btf_is_composite(p.target))
			return 1;
		if (!same_kind(p.local, p.target))
			return 0;
		switch (btf_kind(p.local)) {
		case BTF_KIND_PTR: case BTF_KIND_FLOAT:
			return 1;
		case BTF_KIND_INT:
			return whole_integers(&p);
		case BTF_KIND_FWD: case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
			a = tv_btf_name(local, p.local_id);
			b = tv_btf_name(target, p.target_id);
			return !*a || !*b || core_same_essence(a, b);
		case BTF_KIND_ARRAY:
			break;
		default:
			return 0;
		}
	}
}

/* --- matching ----------------------------------------------------------------- */

static bool same_names(const struct pair *p, uint32_t local_off, uint32_t target_off)
{
	return core_same_essence(tv_btf_str(p->local_btf, local_off),
				 tv_btf_str(p->target_btf, target_off));
}

static uint32_t enumerator_name(const struct btf_type *t, uint32_t i)
{
	return btf_is_enum(t) ? btf_enum(t)[i].name_off : btf_enum64(t)[i].name_off;
}

/* Every enumerator has one of its name; the numbers may differ. */
static int enums_match(const struct pair *p)
{
	uint32_t i, j;

	if (p->local->size != p->target->size || btf_vlen(p->local) > btf_vlen(p->target))
		return 0;
	for (i = 0; i < btf_vlen(p->local); i++) {
		for (j = 0; j < btf_vlen(p->target); j++) {
			if (core_step(p->ld))
				return -EFBIG;
			if (same_names(p, enumerator_name(p->local, i), enumerator_name(p->target, j)))
				break;
		}
		if (j == btf_vlen(p->target))
			return 0;
	}
	return 1;
}

static int match(struct pair p, bool behind_ptr, int level);

/* A member of the target with the name and a matching type of local member @i. */
static int member_matches(const struct pair *p, uint32_t i, int level)
{
	const struct btf_member *ours = &btf_members(p->local)[i], *theirs = btf_members(p->target);
	uint32_t j;
	int same;

	for (j = 0; j < btf_vlen(p->target); j++) {
		struct pair member = *p;

		if (core_step(p->ld))
			return -EFBIG;
		if (!same_names(p, ours->name_off, theirs[j].name_off))
			continue;
		look(&member, ours->type, theirs[j].type);
		same = match(member, false, level - 1);
		if (same)
			return same;
	}
	return 0;
}

static int composites_match(const struct pair *p, bool behind_ptr, int level)
{
	bool local_union = btf_is_union(p->local);
	uint32_t i;
	int same = 1;

	if (behind_ptr) {
		/* there a forward declaration is as good */
		if (btf_is_fwd(p->target))
			return local_union == btf_kflag(p->target);
		return btf_kind(p->local) == btf_kind(p->target);
	}
	if (btf_kind(p->local) != btf_kind(p->target) || btf_vlen(p->local) > btf_vlen(p->target))
		return 0;
	for (i = 0; same > 0 && i < btf_vlen(p->local); i++)
		same = member_matches(p, i, level);
	return same;
}

static bool forwards_match(const struct pair *p, bool behind_ptr)
{
	bool is_union = btf_kflag(p->local);

	if (btf_is_fwd(p->target))
		return is_union == btf_kflag(p->target);
	if (!behind_ptr)
		return false;
	return is_union ? btf_is_union(p->target) : btf_is_struct(p->target);
}

static bool integers_match(const struct pair *p)
{
	return btf_is_int(p->target) && p->local->size == p->target->size &&
	       (btf_int_encoding(p->local) & BTF_INT_SIGNED) ==
	       (btf_int_encoding(p->target) & BTF_INT_SIGNED);
}

static int match(struct pair p, bool behind_ptr, int level)
{
	int links, same;

	if (level <= 0)
		return -EINVAL;
	for (links = 0; links < MAX_CHAIN; links++) {
		if (core_step(p.ld))
			return -EFBIG;
		if (!same_names(&p, p.local->name_off, p.target->name_off))
			return 0;
		switch (btf_kind(p.local)) {
		case BTF_KIND_UNKN:
			return btf_kind(p.target) == BTF_KIND_UNKN;
		case BTF_KIND_FWD:
			return forwards_match(&p, behind_ptr);
		case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
			return btf_is_any_enum(p.target) ? enums_match(&p) : 0;
		case BTF_KIND_STRUCT: case BTF_KIND_UNION:
			return composites_match(&p, behind_ptr, level);
		case BTF_KIND_INT:
			return integers_match(&p);
		case BTF_KIND_PTR:
			if (!btf_is_ptr(p.target))
				return 0;
			behind_ptr = true;
			follow(&p);
			break;
		case BTF_KIND_ARRAY:
			if (!btf_is_array(p.target) ||
			    btf_array(p.local)->nelems != btf_array(p.target)->nelems)
				return 0;
			follow(&p);
			break;
		case BTF_KIND_FUNC_PROTO:
			if (!btf_is_func_proto(p.target))
				return 0;
			same = compare_params(&p, match, behind_ptr, level);
			if (same <= 0)
				return same;
			look(&p, p.local->type, p.target->type);
			break;
		default:
			return 0;
		}
	}
	return -EINVAL;
}

int core_types_match(struct loader *ld, const struct tv_btf *local, uint32_t local_id,
		     const struct tv_btf *target, uint32_t target_id)
{
	struct pair p = { .ld = ld, .local_btf = local, .target_btf = target };

	look(&p, local_id, target_id);
	return match(p, false, MAX_LEVEL);
}
