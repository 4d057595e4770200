// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Why the kernel would not take an object's BTF (v6.12 kernel/bpf/btf.c: the *_check_meta() and
 * *_resolve() of each kind). libbpf then goes on without it, so programs lose their records and
 * their global functions: what is verified is another program.
 *
 * btf_check.c has refused what nobody could read. Here stands what compilers really emit and only
 * the kernel minds: functions with nameless arguments (naked ones), empty enumerations, variables
 * whose places the compiler left open, names that are no C names (other languages), deep nesting.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/internal.h"

#define MAX_NAME	511	/* KSYM_NAME_LEN - 1 */
#define MAX_RESOLVE	32	/* types the kernel keeps in hand while it follows one */

/* --- names ---------------------------------------------------------------------- */

static bool is_identifier(const char *name)
{
	size_t len = strlen(name), i;

	for (i = 0; i < len; i++)
		if (!isalpha((unsigned char)name[i]) && !strchr("_.", name[i]) &&
		    (!i || !isdigit((unsigned char)name[i])))
			return false;
	return len && len <= MAX_NAME;
}

static bool is_section_name(const char *name)
{
	size_t len = strlen(name), i;

	for (i = 0; i < len; i++)
		if (!isprint((unsigned char)name[i]))
			return false;
	return len && len <= MAX_NAME;
}

enum name_rule { NAME_ANY, NAME_NONE, NAME_MAY, NAME_MUST, NAME_SECTION };

static enum name_rule rule_of(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		return NAME_MAY;
	case BTF_KIND_TYPEDEF: case BTF_KIND_FWD: case BTF_KIND_FUNC: case BTF_KIND_VAR:
		return NAME_MUST;
	case BTF_KIND_DATASEC:
		return NAME_SECTION;
	case BTF_KIND_PTR: case BTF_KIND_CONST: case BTF_KIND_VOLATILE: case BTF_KIND_RESTRICT:
	case BTF_KIND_ARRAY: case BTF_KIND_FUNC_PROTO:
		return NAME_NONE;
	default:
		return NAME_ANY;
	}
}

static bool is_well_named(const struct tv_btf *btf, const struct btf_type *t)
{
	const char *name = tv_btf_str(btf, t->name_off);

	switch (rule_of(t)) {
	case NAME_NONE:
		return !t->name_off;
	case NAME_MAY:
		return !t->name_off || is_identifier(name);
	case NAME_MUST:
		return is_identifier(name);
	case NAME_SECTION:
		return is_section_name(name);
	default:
		return true;
	}
}

/* --- one kind each -------------------------------------------------------------- */

static const char *check_members(const struct tv_btf *btf, const struct btf_type *t)
{
	uint32_t i;

	for (i = 0; i < btf_vlen(t); i++) {
		uint32_t name = btf_members(t)[i].name_off;

		if (name && !is_identifier(tv_btf_str(btf, name)))
			return "a member's name is no identifier";
	}
	return NULL;
}

static const char *check_func(const struct tv_btf *btf, const struct btf_type *t)
{
	const struct btf_type *proto = tv_btf_type(btf, t->type);
	uint32_t i;

	for (i = 0; i < btf_vlen(proto); i++) {
		const struct btf_param *arg = &btf_params(proto)[i];

		/* libbpf names those of a kfunc */
		if (arg->type && !arg->name_off && tv_btf_func_linkage(t) == BTF_FUNC_EXTERN)
			continue;
		if (arg->type && !arg->name_off)
			return "a function has an argument without a name";
		if (arg->type && !is_identifier(tv_btf_str(btf, arg->name_off)))
			return "an argument's name is no identifier";
	}
	return NULL;
}

static const char *check_datasec(const struct tv_btf *btf, const struct btf_type *t)
{
	uint64_t end = 0;
	uint32_t i;

	/* libbpf lays this one out anew, every extern an int */
	if (!strcmp(tv_btf_str(btf, t->name_off), ".ksyms"))
		return NULL;
	if (!t->size)
		return "a section has no size";
	for (i = 0; i < btf_vlen(t); i++) {
		const struct btf_var_secinfo *entry = &btf_var_secinfos(t)[i];
		const struct btf_type *var = tv_btf_type(btf, entry->type);

		if (!btf_is_var(var))
			return "a section holds what is no variable";
		if (entry->offset < end || !entry->size)
			return "variables overlap or lie outside their section";
		end = (uint64_t)entry->offset + entry->size;
		if (end > t->size || entry->size < tv_btf_size(btf, var->type))
			return "variables overlap or lie outside their section";
	}
	return NULL;
}

static const char *check_type(const struct tv_btf *btf, const struct btf_type *t)
{
	if (!is_well_named(btf, t))
		return "a type's name is not of its kind";
	switch (btf_kind(t)) {
	case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		return t->size ? NULL : "an enumeration has no size";
	case BTF_KIND_STRUCT: case BTF_KIND_UNION:
		return check_members(btf, t);
	case BTF_KIND_FUNC:
		return check_func(btf, t);
	case BTF_KIND_DATASEC:
		return check_datasec(btf, t);
	default:
		return NULL;
	}
}

/* --- nesting -------------------------------------------------------------------- */

/*
 * The kernel follows each type, in the order of ids, down to types it knows already. What it follows
 * depends on what it met first: below a pointer only further pointers, below a structure or an array
 * only what is held by value.
 */
enum follow { FOLLOW_ALL, FOLLOW_POINTERS, FOLLOW_VALUES };

struct step {
	uint32_t id, next;
	enum follow follow;	/* below this type */
};

static bool is_modifier(const struct btf_type *t)
{
	return btf_is_mod(t) || btf_is_typedef(t);
}

static bool holds_values(const struct btf_type *t)
{
	return btf_is_composite(t) || btf_is_array(t);
}

static bool is_followed(const struct btf_type *t, enum follow follow)
{
	if (is_modifier(t))
		return true;
	if (btf_is_ptr(t))
		return follow != FOLLOW_VALUES;
	if (holds_values(t))
		return follow != FOLLOW_POINTERS;
	return btf_is_var(t) && follow == FOLLOW_ALL;
}

static enum follow follow_below(const struct btf_type *t, enum follow above)
{
	if (above != FOLLOW_ALL || !(btf_is_ptr(t) || holds_values(t)))
		return above;
	return btf_is_ptr(t) ? FOLLOW_POINTERS : FOLLOW_VALUES;
}

/* The @i-th type that @t refers to in a way the kernel may follow; 0 past the last. */
static uint32_t referred(const struct btf_type *t, uint32_t i)
{
	if (btf_is_composite(t))
		return i < btf_vlen(t) ? btf_members(t)[i].type : 0;
	if (btf_is_datasec(t))
		return i < btf_vlen(t) ? btf_var_secinfos(t)[i].type : 0;
	if (i)
		return 0;
	if (btf_is_array(t))
		return btf_array(t)->type;
	return is_modifier(t) || btf_is_ptr(t) || btf_is_var(t) ? t->type : 0;
}

static struct step step_into(const struct tv_btf *btf, uint32_t id, enum follow above)
{
	return (struct step){ .id = id, .follow = follow_below(tv_btf_type(btf, id), above) };
}

/* Whether @root's types are few enough in hand at any time. @known: types followed to their end. */
static bool is_shallow(const struct tv_btf *btf, uint32_t root, uint8_t *known)
{
	struct step steps[MAX_RESOLVE];
	uint32_t held = 1;

	steps[0] = step_into(btf, root, FOLLOW_ALL);
	while (held) {
		struct step *top = &steps[held - 1];
		uint32_t below = referred(tv_btf_type(btf, top->id), top->next++);

		if (!below) {
			known[top->id] = 1;
			held--;
		} else if (!known[below] && is_followed(tv_btf_type(btf, below), top->follow)) {
			if (held == MAX_RESOLVE)
				return false;
			steps[held++] = step_into(btf, below, top->follow);
		}
	}
	return true;
}

static int check_nesting(const struct tv_btf *btf, const char **why)
{
	uint8_t *known = calloc(tv_btf_count(btf), 1);
	uint32_t id;

	if (!known)
		return -ENOMEM;
	for (id = 1; !*why && id < tv_btf_count(btf); id++)
		if (!known[id] && !is_shallow(btf, id, known))
			*why = "types are nested more than 32 deep";
	free(known);
	return 0;
}

int btf_refused(const struct tv_btf *btf, const char **why)
{
	uint32_t id;

	*why = NULL;
	for (id = 1; !*why && id < tv_btf_count(btf); id++)
		*why = check_type(btf, tv_btf_type(btf, id));
	return *why ? 0 : check_nesting(btf, why);
}
