// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Externs: what a program takes from the kernel by name. Kfuncs and kernel variables (.ksyms) are
 * looked up in the target's BTF or, without a type, among its symbols; configuration (.kconfig)
 * becomes a read-only map. Order and layout are libbpf's: it sorts before it lays out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/btf_index.h"
#include "bpf/core_compat.h"
#include "bpf/internal.h"

#define MAX_EXTERNS	4096u

struct found {
	struct tv_bpf_extern ext;
	uint32_t symbol;
	uint32_t align;
};

/* --- collecting --------------------------------------------------------------- */

/* The DATASEC each variable or function stands in; the first one counts. */
static uint32_t *sections_of_types(struct loader *ld)
{
	const struct tv_btf *btf = ld->obj->btf;
	uint32_t *sections = arena_array(ld->arena, tv_btf_count(btf), sizeof(*sections));
	uint32_t id, i;

	for (id = 1; sections && id < tv_btf_count(btf); id++) {
		const struct btf_type *t = tv_btf_type(btf, id);

		for (i = 0; btf_is_datasec(t) && i < btf_vlen(t); i++) {
			uint32_t member = btf_var_secinfos(t)[i].type;

			if (!sections[member])
				sections[member] = id;
		}
	}
	return sections;
}

/* The lowest id of a variable or function of that name: it must be declared extern. */
static int find_declaration(struct loader *ld, const char *name)
{
	const struct tv_btf *btf = ld->obj->btf;
	int var = tv_btf_find(btf, name, BTF_KIND_VAR), func = tv_btf_find(btf, name, BTF_KIND_FUNC);
	int id = var > 0 && (func <= 0 || var < func) ? var : func;
	const struct btf_type *t;

	if (id <= 0)
		return ld_fail(ld, -ENOENT, NULL, TV_BPF_NOWHERE,
			       "failed to find BTF for extern '%s'", name);
	t = tv_btf_type(btf, id);
	if (btf_is_var(t) ? btf_var(t)->linkage != BTF_VAR_GLOBAL_EXTERN :
			    tv_btf_func_linkage(t) != BTF_FUNC_EXTERN)
		return ld_fail(ld, -EINVAL, NULL, TV_BPF_NOWHERE,
			       "'%s' is an extern in ELF but not in BTF", name);
	return id;
}

static int classify_kconfig(struct loader *ld, struct found *f)
{
	const struct btf_type *t = tv_btf_type(ld->obj->btf, f->ext.btf_id);
	int64_t size = tv_btf_size(ld->obj->btf, t->type);

	f->ext.kind = TV_EXTERN_KCONFIG;
	f->align = btf_is_var(t) ? kconfig_align(ld->obj->btf, t->type) : 0;
	if (!f->align || size <= 0 || size > TV_BPF_MAX_DATA)
		return ld_fail(ld, -ENOTSUP, ".kconfig", TV_BPF_NOWHERE,
			       "unsupported: type of extern '%s'", f->ext.name);
	f->ext.size = size;
	return 0;
}

static int classify(struct loader *ld, struct found *f, const uint32_t *sections)
{
	const struct btf_type *t = tv_btf_type(ld->obj->btf, f->ext.btf_id);
	const char *section = tv_btf_name(ld->obj->btf, sections[f->ext.btf_id]);
	uint32_t type_id;

	if (!strcmp(section, ".kconfig"))
		return classify_kconfig(ld, f);
	if (strcmp(section, ".ksyms"))
		return ld_fail(ld, -ENOTSUP, section, TV_BPF_NOWHERE,
			       "unsupported: extern '%s' in section '%s'", f->ext.name, section);
	tv_btf_skip(ld->obj->btf, t->type, &type_id);
	if (btf_is_func(t))
		f->ext.kind = TV_EXTERN_KFUNC;
	else
		f->ext.kind = type_id ? TV_EXTERN_KSYM_TYPED : TV_EXTERN_KSYM;
	return 0;
}

/* Configuration first, the most aligned and then the smallest in front; ties by name. */
static int compare_found(const void *left, const void *right)
{
	const struct found *a = left, *b = right;
	bool a_config = a->ext.kind == TV_EXTERN_KCONFIG, b_config = b->ext.kind == TV_EXTERN_KCONFIG;

	if (a_config != b_config)
		return a_config ? -1 : 1;
	if (a_config && a->align != b->align)
		return a->align > b->align ? -1 : 1;
	if (a_config && a->ext.size != b->ext.size)
		return a->ext.size < b->ext.size ? -1 : 1;
	return strcmp(a->ext.name, b->ext.name);
}

static int find_externs(struct loader *ld, struct found **found, uint32_t *cnt)
{
	uint32_t *sections = NULL, i;
	int id, err;

	for (i = 0; i < ld->elf.symbol_cnt; i++) {
		const struct elf_symbol *sym = &ld->elf.symbols[i];
		struct found *f;

		if (!elf_symbol_is_extern(sym) || !sym->name[0])
			continue;
		if (!ld->obj->btf)
			return ld_fail(ld, -ESRCH, NULL, TV_BPF_NOWHERE,
				       "extern '%s' needs BTF, and there is none", sym->name);
		if (!sections)
			sections = sections_of_types(ld);
		*found = arena_grow(ld->arena, *found, *cnt, sizeof(**found));
		if (!sections || !*found)
			return ld_nomem(ld);
		if (*cnt == MAX_EXTERNS)
			return ld_fail(ld, -EFBIG, NULL, TV_BPF_NOWHERE, "more than %u externs",
				       MAX_EXTERNS);
		id = find_declaration(ld, sym->name);
		if (id < 0)
			return id;
		f = &(*found)[(*cnt)++];
		*f = (struct found){ .symbol = i };
		f->ext.name = sym->name;
		f->ext.weak = sym->bind == STB_WEAK;
		f->ext.btf_id = id;
		err = classify(ld, f, sections);
		if (err)
			return err;
	}
	return 0;
}

/* Offsets of .kconfig variables in the order they now have; they become real ones in BTF. */
static int lay_out_kconfig(struct loader *ld, struct found *found, uint32_t cnt)
{
	int sec = cnt ? tv_btf_find(ld->obj->btf, ".kconfig", BTF_KIND_DATASEC) : 0;
	uint64_t end = 0;
	uint32_t i, j;

	for (i = 0; i < cnt && found[i].ext.kind == TV_EXTERN_KCONFIG; i++) {
		end = (end + found[i].align - 1) / found[i].align * found[i].align;
		found[i].ext.offset = end;
		end += found[i].ext.size;
		if (end > TV_BPF_MAX_DATA)
			return ld_fail(ld, -EFBIG, ".kconfig", TV_BPF_NOWHERE, "too large");
	}
	if (sec <= 0 || !i)
		return 0;
	btf_type_for_fixup(ld->obj->btf, sec)->size = end;
	for (j = 0; j < i; j++) {
		struct btf_type *t = btf_type_for_fixup(ld->obj->btf, found[j].ext.btf_id);
		struct btf_var_secinfo *entries;
		uint32_t k;

		btf_var(t)->linkage = BTF_VAR_GLOBAL_ALLOCATED;
		t = btf_type_for_fixup(ld->obj->btf, sec);
		entries = btf_var_secinfos(t);
		for (k = 0; k < btf_vlen(t); k++)
			if (entries[k].type == found[j].ext.btf_id)
				entries[k].offset = found[j].ext.offset;
	}
	return 0;
}

int externs_collect(struct loader *ld)
{
	struct found *found = NULL;
	uint32_t cnt = 0, i;
	int err;

	ld->extern_of_symbol = arena_array(ld->arena, ld->elf.symbol_cnt, sizeof(uint32_t));
	if (!ld->extern_of_symbol)
		return ld_nomem(ld);
	memset(ld->extern_of_symbol, 0xff, ld->elf.symbol_cnt * sizeof(uint32_t));
	err = find_externs(ld, &found, &cnt);
	if (err)
		return err;
	if (cnt)
		qsort(found, cnt, sizeof(*found), compare_found);
	err = lay_out_kconfig(ld, found, cnt);
	if (err)
		return err;
	ld->obj->externs = arena_array(ld->arena, cnt, sizeof(*ld->obj->externs));
	if (!ld->obj->externs)
		return ld_nomem(ld);
	ld->obj->extern_cnt = cnt;
	for (i = 0; i < cnt; i++) {
		ld->obj->externs[i] = found[i].ext;
		ld->extern_of_symbol[found[i].symbol] = i;
	}
	return 0;
}

/* --- resolving ---------------------------------------------------------------- */

static int resolve_typed(struct loader *ld, struct tv_bpf_extern *ext)
{
	bool is_func = ext->kind == TV_EXTERN_KFUNC;
	uint32_t local, target;
	int id = -ENOENT, same;

	if (ld->opts.vmlinux)
		id = tv_btf_find(ld->opts.vmlinux, ext->name, is_func ? BTF_KIND_FUNC : BTF_KIND_VAR);
	if (id <= 0)
		return ext->weak ? 0 : load_fail(ld, -ESRCH,
						 "extern (%s ksym) '%s': not found in kernel BTF",
						 is_func ? "func" : "var", ext->name);
	tv_btf_skip(ld->obj->btf, tv_btf_type(ld->obj->btf, ext->btf_id)->type, &local);
	tv_btf_skip(ld->opts.vmlinux, tv_btf_type(ld->opts.vmlinux, id)->type, &target);
	same = core_types_compatible(ld, ld->obj->btf, local, ld->opts.vmlinux, target);
	if (same <= 0)
		return load_fail(ld, -EINVAL, "extern (%s ksym) '%s': type differs from the kernel's",
				 is_func ? "func" : "var", ext->name);
	ext->vmlinux_id = id;
	ext->resolved = true;
	return 0;
}

static int resolve_symbol(struct loader *ld, struct tv_bpf_extern *ext)
{
	int err = ld->opts.ksym ? ld->opts.ksym(ld->opts.ksym_ctx, ext->name, &ext->addr) : -ENOENT;

	if (err == -ENOMEM)
		return ld_fail(ld, err, NULL, TV_BPF_NOWHERE, "out of memory");
	ext->resolved = !err;
	if (err && !ext->weak)
		return load_fail(ld, -ESRCH, "extern '%s' (strong): not resolved", ext->name);
	return 0;
}

static int resolve_kconfig(struct loader *ld)
{
	struct tv_bpf_extern *ext = ld->obj->externs;
	struct kconfig_var *vars;
	uint32_t i, cnt = 0;
	int err;

	while (cnt < ld->obj->extern_cnt && ext[cnt].kind == TV_EXTERN_KCONFIG)
		cnt++;
	if (!cnt)
		return 0;
	vars = arena_array(ld->arena, cnt, sizeof(*vars));
	if (!vars)
		return ld_nomem(ld);
	for (i = 0; i < cnt; i++)
		vars[i] = (struct kconfig_var){
			.name = ext[i].name,
			.type_id = tv_btf_type(ld->obj->btf, ext[i].btf_id)->type,
			.offset = ext[i].offset, .size = ext[i].size, .weak = ext[i].weak,
		};
	err = kconfig_fill(ld, vars, cnt, ld->obj->maps[ld->kconfig_map].data);
	for (i = 0; i < cnt; i++)
		ext[i].resolved = vars[i].is_set;
	return err;
}

int externs_resolve(struct loader *ld)
{
	uint32_t i;
	int err;

	err = resolve_kconfig(ld);
	for (i = 0; !err && i < ld->obj->extern_cnt; i++) {
		struct tv_bpf_extern *ext = &ld->obj->externs[i];

		if (ext->kind == TV_EXTERN_KFUNC || ext->kind == TV_EXTERN_KSYM_TYPED)
			err = resolve_typed(ld, ext);
		else if (ext->kind == TV_EXTERN_KSYM)
			err = resolve_symbol(ld, ext);
	}
	return err;
}
