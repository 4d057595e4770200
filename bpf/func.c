// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The functions of an object: one for each function symbol in a section with instructions. Those
 * in .text are subprograms, unless the whole object is one function (libbpf's rule).
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/internal.h"

#define INSN_SIZE	sizeof(struct bpf_insn)

static const char *reason(struct loader *ld, const char *fmt, va_list ap)
{
	char line[512];

	vsnprintf(line, sizeof(line), fmt, ap);
	return arena_strdup(ld->arena, line);
}

int func_fail(struct loader *ld, struct func *func, int err, const char *fmt, ...)
{
	va_list ap;

	if (func->err)
		return 0;
	func->err = err;
	va_start(ap, fmt);
	func->why = reason(ld, fmt, ap);
	va_end(ap);
	return func->why ? 0 : ld_nomem(ld);
}

int load_fail(struct loader *ld, int err, const char *fmt, ...)
{
	va_list ap;

	if (ld->load_err)
		return 0;
	ld->load_err = err;
	va_start(ap, fmt);
	ld->load_why = reason(ld, fmt, ap);
	va_end(ap);
	return ld->load_why ? 0 : ld_nomem(ld);
}

static bool holds_functions(const struct elf_section *section)
{
	return section->type == SHT_PROGBITS && section->size && section->flags & SHF_EXECINSTR &&
	       strncmp(section->name, ".debug_", 7);
}

static int check_symbol(struct loader *ld, const struct elf_symbol *sym,
			const struct elf_section *section)
{
	const char *wrong = NULL;

	if (!sym->size || sym->size % INSN_SIZE || sym->value % INSN_SIZE)
		wrong = "is not made of whole instructions";
	else if (sym->value > section->size || sym->size > section->size - sym->value)
		wrong = "reaches past its section";
	if (wrong)
		return ld_fail(ld, -EINVAL, section->name, sym->value, "function '%s' %s", sym->name,
			       wrong);
	if (sym->bind == STB_LOCAL && sym->shndx != ld->text_idx)
		return ld_fail(ld, -ENOTSUP, section->name, sym->value,
			       "unsupported: static function '%s' outside .text", sym->name);
	if (sym->size / INSN_SIZE > TV_BPF_MAX_INSNS)
		return ld_fail(ld, -EFBIG, section->name, sym->value,
			       "function '%s' has more than %u instructions", sym->name,
			       TV_BPF_MAX_INSNS);
	return 0;
}

static int add_function(struct loader *ld, const struct elf_symbol *sym)
{
	const struct elf_section *section = &ld->elf.sections[sym->shndx];
	struct func *func;
	int err;

	err = check_symbol(ld, sym, section);
	if (err)
		return err;
	if (ld->func_cnt == TV_BPF_MAX_PROGS)
		return ld_fail(ld, -EFBIG, section->name, sym->value, "more than %u functions",
			       TV_BPF_MAX_PROGS);
	ld->funcs = arena_grow(ld->arena, ld->funcs, ld->func_cnt, sizeof(*func));
	if (!ld->funcs)
		return ld_nomem(ld);
	func = &ld->funcs[ld->func_cnt++];
	*func = (struct func){
		.name = sym->name,
		.section = section->name + (section->name[0] == '?'),
		.autoload = section->name[0] != '?',
		.sec_idx = sym->shndx,
		.start = sym->value / INSN_SIZE,
		.cnt = sym->size / INSN_SIZE,
		.hidden = elf_symbol_is_hidden(sym),
		.placed_in = NONE,
	};
	func->insns = arena_copy(ld->arena, section->data + sym->value, sym->size);
	return func->insns ? 0 : ld_nomem(ld);
}

static int compare_funcs(const void *left, const void *right)
{
	const struct func *a = left, *b = right;

	if (a->sec_idx != b->sec_idx)
		return a->sec_idx < b->sec_idx ? -1 : 1;
	return a->start < b->start ? -1 : a->start > b->start;
}

/* Two functions over the same instructions: no compiler makes that, and a search would be unclear. */
static int check_overlap(struct loader *ld)
{
	uint32_t i;

	for (i = 1; i < ld->func_cnt; i++) {
		const struct func *a = &ld->funcs[i - 1], *b = &ld->funcs[i];

		if (a->sec_idx == b->sec_idx && b->start < a->start + a->cnt)
			return ld_fail(ld, -EINVAL, b->section, (long)b->start * INSN_SIZE,
				       "functions '%s' and '%s' overlap", a->name, b->name);
	}
	return 0;
}

int funcs_collect(struct loader *ld)
{
	const struct elf_section *text = elf_file_section(&ld->elf, ".text");
	int32_t entries = 0;
	uint32_t i;
	int err;

	ld->text_idx = text && holds_functions(text) ? elf_section_index(&ld->elf, text) : NONE;
	for (i = 0; i < ld->elf.symbol_cnt; i++) {
		const struct elf_symbol *sym = &ld->elf.symbols[i];

		if (sym->type != STT_FUNC || sym->shndx >= ld->elf.section_cnt ||
		    !holds_functions(&ld->elf.sections[sym->shndx]))
			continue;
		err = add_function(ld, sym);
		if (err)
			return err;
	}
	if (ld->func_cnt)
		qsort(ld->funcs, ld->func_cnt, sizeof(*ld->funcs), compare_funcs);
	for (i = 0; i < ld->func_cnt; i++) {
		struct func *func = &ld->funcs[i];

		func->is_subprog = func->sec_idx == ld->text_idx && ld->func_cnt > 1;
		func->prog = func->is_subprog ? -1 : entries++;
	}
	return check_overlap(ld);
}

struct func *func_at(const struct loader *ld, uint32_t sec_idx, uint64_t insn)
{
	uint32_t low = 0, high = ld->func_cnt;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct func *f = &ld->funcs[middle];

		if (f->sec_idx == sec_idx && insn >= f->start && insn - f->start < f->cnt)
			return f;
		if (f->sec_idx < sec_idx || (f->sec_idx == sec_idx && f->start < insn))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
