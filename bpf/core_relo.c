// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * CO-RE: instructions that depend on the layout of the kernel's types are rewritten for the target
 * kernel. Candidates are all its types with the same name up to a "___flavour"; all that match
 * must agree on the result. As in libbpf, types that did not match once are no candidates for
 * later relocations of the same local type.
 */
#include <errno.h>
#include <string.h>

#include "bpf/btf_index.h"
#include "bpf/core_compat.h"
#include "bpf/core_value.h"
#include "bpf/internal.h"

struct candidates {
	uint32_t *ids;
	uint32_t cnt;
	bool known;
};

/* A relocation that is being worked on. The paths are big: there is one of each. */
struct work {
	struct loader *ld;
	struct candidates *of_type;	/* [id of a local type] */
	const struct ext_core *relo;
	struct core_path local, target;
	uint32_t first_offset;		/* where the first candidate has it */
};

static bool kinds_agree(const struct btf_type *a, const struct btf_type *b)
{
	return btf_kind(a) == btf_kind(b) || (btf_is_any_enum(a) && btf_is_any_enum(b));
}

static int find_candidates(struct work *w, struct candidates *list)
{
	const struct tv_btf *target = w->ld->opts.core_btf;
	const struct btf_type *local = tv_btf_type(w->ld->obj->btf, w->relo->type_id);
	const char *name = tv_btf_name(w->ld->obj->btf, w->relo->type_id);
	uint32_t id = target ? btf_chain(target, name, btf_essential_len(name)) : 0;

	for (; id; id = btf_chain_next(target, id)) {
		if (core_step(w->ld))
			return -EFBIG;
		if (!kinds_agree(tv_btf_type(target, id), local) ||
		    !core_same_essence(tv_btf_name(target, id), name))
			continue;
		list->ids = arena_grow(w->ld->arena, list->ids, list->cnt, sizeof(*list->ids));
		if (!list->ids)
			return ld_nomem(w->ld);
		list->ids[list->cnt++] = id;
	}
	list->known = true;
	return 0;
}

/* One more candidate that matches: it must come to what the first came to. */
static int agree(struct work *w, struct core_value *value, bool is_first)
{
	struct core_value other;
	int err;

	err = core_value_compute(&other, w->relo->kind, &w->local, &w->target);
	if (err)
		return err;
	if (is_first) {
		*value = other;
		w->first_offset = w->target.bit_offset;
		return 0;
	}
	if (w->target.bit_offset != w->first_offset || other.absent != value->absent ||
	    other.new != value->new)
		return -EINVAL;
	return 0;
}

static int compute(struct work *w, struct core_value *value)
{
	struct candidates *list = &w->of_type[w->relo->type_id];
	uint32_t i, kept = 0;
	int err, found;

	err = core_path_parse(&w->local, w->ld->obj->btf, w->relo);
	if (err)
		return err;
	if (w->relo->kind == BPF_CORE_TYPE_ID_LOCAL)
		return core_value_compute(value, w->relo->kind, &w->local, NULL);
	if (!*tv_btf_name(w->ld->obj->btf, w->relo->type_id))
		return -EOPNOTSUPP;
	err = list->known ? 0 : find_candidates(w, list);
	if (err)
		return err;
	for (i = 0; i < list->cnt; i++) {
		uint32_t id = list->ids[i];

		found = core_path_match(w->ld, &w->local, w->relo->kind, w->ld->opts.core_btf, id,
					&w->target);
		if (found < 0)
			return found;
		if (!found)
			continue;
		err = agree(w, value, !kept);
		if (err)
			return err;
		list->ids[kept++] = id;
	}
	if (kept) {
		list->cnt = kept;
		return 0;
	}
	return core_value_compute(value, w->relo->kind, &w->local, NULL);
}

static int report(struct work *w, struct func *func, int err, const char *what)
{
	struct loader *ld = w->ld;
	const char *type = tv_btf_name(ld->obj->btf, w->relo->type_id);
	uint32_t insn = w->relo->insn_off / sizeof(struct bpf_insn) - func->start;

	/* libbpf relocates all subprograms, used or not, before it loads any program */
	if (func->is_subprog)
		return load_fail(ld, err, "subprogram '%s' insn %u: CO-RE relocation of '%s': %s",
				 func->name, insn, type, what);
	return func_fail(ld, func, err, "insn %u: CO-RE relocation of '%s': %s", insn, type, what);
}

static int relocate(struct work *w, struct func *func)
{
	uint32_t at = w->relo->insn_off / sizeof(struct bpf_insn) - func->start;
	struct core_value value;
	const char *why;
	int err;

	err = compute(w, &value);
	if (err == -EFBIG || err == -ENOMEM)
		return err;
	if (err)
		return report(w, func, err == -EOPNOTSUPP ? -ENOTSUP : err,
			      err == -EOPNOTSUPP ? "unsupported: kind, or a type without a name" :
			      "cannot be resolved, or candidates disagree");
	err = core_value_patch(&value, &func->insns[at], func->cnt - at, &why);
	return err ? report(w, func, err, why) : 0;
}

static int relocate_section(struct work *w, const struct ext_section *section)
{
	uint32_t i;
	int err;

	for (i = 0; i < section->cnt; i++) {
		struct func *func;

		w->relo = &section->core[i];
		func = func_at(w->ld, section->sec_idx, w->relo->insn_off / sizeof(struct bpf_insn));
		/* none: a weak function that another one replaced */
		if (!func)
			continue;
		err = relocate(w, func);
		if (err)
			return err;
	}
	return 0;
}

int core_relocate(struct loader *ld)
{
	struct work *w;
	uint32_t i;
	int err = 0;

	if (!ld->ext.core.cnt)
		return 0;
	w = arena_alloc(ld->arena, sizeof(*w));
	if (!w)
		return ld_nomem(ld);
	w->ld = ld;
	w->of_type = arena_array(ld->arena, tv_btf_count(ld->obj->btf), sizeof(*w->of_type));
	if (!w->of_type)
		return ld_nomem(ld);
	for (i = 0; !err && i < ld->ext.core.cnt; i++)
		err = relocate_section(w, &ld->ext.core.sections[i]);
	return err;
}
