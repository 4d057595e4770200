// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the compiler leaves open in an object's BTF and libbpf fills in before the kernel sees it:
 * the size of each data section and the offsets of its variables, which only ELF knows, and
 * "static" for global symbols with hidden visibility (a hidden subprogram is verified with its
 * callers instead of on its own; a map of hidden variables only cannot be mmap()ed).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/btf_index.h"
#include "bpf/internal.h"

struct symbol_list {
	const struct elf_symbol **symbols;	/* ascending by name, then by place in the file */
	uint32_t cnt;
};

static int compare_names(const void *left, const void *right)
{
	const struct elf_symbol *a = *(const struct elf_symbol *const *)left;
	const struct elf_symbol *b = *(const struct elf_symbol *const *)right;
	int order = strcmp(a->name, b->name);

	return order ? order : a < b ? -1 : a > b;
}

static bool is_global_variable(const struct elf_symbol *sym)
{
	return sym->type == STT_OBJECT && (sym->bind == STB_GLOBAL || sym->bind == STB_WEAK);
}

static int list_variables(struct loader *ld, struct symbol_list *list)
{
	uint32_t i;

	list->cnt = 0;
	list->symbols = arena_array(ld->arena, ld->elf.symbol_cnt, sizeof(*list->symbols));
	if (!list->symbols)
		return ld_nomem(ld);
	for (i = 0; i < ld->elf.symbol_cnt; i++)
		if (is_global_variable(&ld->elf.symbols[i]))
			list->symbols[list->cnt++] = &ld->elf.symbols[i];
	qsort(list->symbols, list->cnt, sizeof(*list->symbols), compare_names);
	return 0;
}

static const struct elf_symbol *find_variable(const struct symbol_list *list, const char *name)
{
	uint32_t low = 0, high = list->cnt;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (strcmp(list->symbols[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->cnt && !strcmp(list->symbols[low]->name, name) ? list->symbols[low] : NULL;
}

static int compare_offsets(const void *left, const void *right)
{
	const struct btf_var_secinfo *a = left, *b = right;

	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static int fix_variable(struct loader *ld, const struct symbol_list *list, const char *section,
			struct btf_var_secinfo *entry, bool needs_offset)
{
	struct btf_type *t = btf_type_for_fixup(ld->obj->btf, entry->type);
	const char *name = tv_btf_str(ld->obj->btf, t->name_off);
	const struct elf_symbol *sym;

	if (!btf_is_var(t))
		return ld_fail(ld, -EINVAL, section, TV_BPF_NOWHERE,
			       "'%s' in BTF is no variable", name);
	if (btf_var(t)->linkage != BTF_VAR_GLOBAL_ALLOCATED)
		return 0;
	sym = find_variable(list, name);
	if (!sym)
		return ld_fail(ld, -ENOENT, section, TV_BPF_NOWHERE,
			       "variable '%s' has no ELF symbol", name);
	if (needs_offset)
		entry->offset = sym->value;
	if (elf_symbol_is_hidden(sym))
		btf_var(t)->linkage = BTF_VAR_STATIC;
	return 0;
}

/* Externs' sections are no ELF sections: extern.c has laid them out. */
static bool is_extern_section(const char *name)
{
	return !strcmp(name, ".kconfig") || !strcmp(name, ".ksyms");
}

static int fix_section(struct loader *ld, const struct symbol_list *list, struct btf_type *t)
{
	const char *name = tv_btf_str(ld->obj->btf, t->name_off);
	struct btf_var_secinfo *entries = btf_var_secinfos(t);
	bool needs_offset = !t->size;
	uint32_t i;
	int err;

	if (is_extern_section(name))
		goto sort;
	if (needs_offset) {
		const struct elf_section *section = elf_file_section(&ld->elf, name);

		if (!section || !section->size || section->size > UINT32_MAX)
			return ld_fail(ld, -ENOENT, name, TV_BPF_NOWHERE,
				       "BTF has a section that ELF has not");
		t->size = section->size;
	}
	for (i = 0; i < btf_vlen(t); i++) {
		err = fix_variable(ld, list, name, &entries[i], needs_offset);
		if (err)
			return err;
	}
sort:
	qsort(entries, btf_vlen(t), sizeof(*entries), compare_offsets);
	return 0;
}

/* Hidden subprograms become static. Entry programs keep their linkage. */
static void fix_functions(struct loader *ld)
{
	uint32_t i;

	for (i = 0; i < ld->func_cnt; i++) {
		struct btf_type *t;
		int id;

		if (!ld->funcs[i].hidden || !ld->funcs[i].is_subprog)
			continue;
		id = tv_btf_find(ld->obj->btf, ld->funcs[i].name, BTF_KIND_FUNC);
		if (id <= 0)
			continue;
		t = btf_type_for_fixup(ld->obj->btf, id);
		if (tv_btf_func_linkage(t) == BTF_FUNC_GLOBAL)
			t->info = (t->info & ~0xffffu) | BTF_FUNC_STATIC;
	}
}

int btf_fixup(struct loader *ld)
{
	struct symbol_list list;
	uint32_t id;
	int err;

	if (!ld->obj->btf)
		return 0;
	err = list_variables(ld, &list);
	for (id = 1; !err && id < tv_btf_count(ld->obj->btf); id++) {
		struct btf_type *t = btf_type_for_fixup(ld->obj->btf, id);

		if (btf_is_datasec(t))
			err = fix_section(ld, &list, t);
	}
	if (!err)
		fix_functions(ld);
	return err;
}
