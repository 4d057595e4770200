// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * ELF relocations of instructions: read and classified against symbols, then applied to each
 * function's own copy. Calls and function addresses wait for link.c, which knows where subprograms
 * end up.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/internal.h"

/* A relocation that is being classified. */
struct site {
	struct loader *ld;
	const struct elf_section *section;	/* the instructions' */
	const struct elf_symbol *sym;
	uint32_t symbol;
	const struct bpf_insn *insn;
	uint64_t offset;			/* bytes into @section */
};

static int bad(const struct site *s, const char *why)
{
	return ld_fail(s->ld, -EINVAL, s->section->name, s->offset, "relocation against '%s': %s",
		       s->sym->name, why);
}

static int classify_call(const struct site *s, struct reloc *r)
{
	if (s->insn->src_reg != BPF_PSEUDO_CALL)
		return bad(s, "of a call that is none of a function");
	if (s->ld->text_idx == NONE || s->sym->shndx != s->ld->text_idx)
		return bad(s, "call of a function outside .text");
	if (s->sym->value % sizeof(struct bpf_insn) || s->sym->value > UINT32_MAX)
		return bad(s, "call into an instruction");
	r->kind = RELOC_CALL;
	r->offset = s->sym->value;
	return 0;
}

static int classify_extern(const struct site *s, struct reloc *r)
{
	r->index = s->ld->extern_of_symbol[s->symbol];
	if (r->index == NONE)
		return bad(s, "is an extern that BTF does not declare");
	r->kind = tv_insn_is_call(s->insn) ? RELOC_EXTERN_FUNC : RELOC_EXTERN_VAR;
	if (r->kind == RELOC_EXTERN_FUNC && s->ld->obj->externs[r->index].kind != TV_EXTERN_KFUNC)
		return bad(s, "call of a variable");
	return 0;
}

/* Static functions are meant by their section, global ones by themselves. */
static bool is_function(const struct site *s)
{
	if (s->ld->text_idx == NONE || s->sym->shndx != s->ld->text_idx)
		return false;
	return s->sym->bind == STB_LOCAL ? s->sym->type == STT_SECTION :
	       s->sym->bind == STB_GLOBAL && s->sym->type == STT_FUNC;
}

static int classify_function(const struct site *s, struct reloc *r)
{
	if (s->sym->value % sizeof(struct bpf_insn) || s->insn->imm % (int)sizeof(struct bpf_insn) ||
	    s->sym->value > UINT32_MAX)
		return bad(s, "address inside an instruction");
	r->kind = RELOC_FUNC_ADDR;
	r->offset = s->sym->value;
	return 0;
}

static int classify_map(const struct site *s, struct reloc *r)
{
	uint32_t low = 0, high = s->ld->declared_cnt;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (s->ld->obj->maps[middle].sec_offset < s->sym->value)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == s->ld->declared_cnt || s->ld->obj->maps[low].sec_offset != s->sym->value)
		return bad(s, "no map is declared there");
	r->kind = RELOC_MAP;
	r->index = low;
	return 0;
}

static int classify(const struct site *s, struct reloc *r)
{
	bool is_call = tv_insn_is_call(s->insn);

	if (!is_call && !tv_insn_is_ldimm64(s->insn))
		return bad(s, "of neither a call nor a 64-bit immediate");
	if (elf_symbol_is_extern(s->sym))
		return classify_extern(s, r);
	if (is_call)
		return classify_call(s, r);
	if (!s->sym->shndx || s->sym->shndx >= SHN_LORESERVE)
		return bad(s, "in a special section; forgot to initialize global var?..");
	if (is_function(s))
		return classify_function(s, r);
	if (s->sym->shndx == s->ld->maps_idx)
		return classify_map(s, r);
	r->kind = RELOC_DATA;
	r->index = s->ld->map_of_section[s->sym->shndx];
	r->offset = s->sym->value;
	if (r->index == NONE)
		return bad(s, "in a section that is no data");
	return 0;
}

static int collect_one(struct loader *ld, const struct elf_section *section, const Elf64_Rel *rel,
		       const struct elf_section *rel_section, size_t i)
{
	struct site s = { .ld = ld, .section = section, .offset = rel->r_offset };
	struct reloc r = { .index = NONE };
	struct func *func;
	int err;

	s.symbol = ELF64_R_SYM(rel->r_info);
	if (s.symbol >= ld->elf.symbol_cnt || rel->r_offset % sizeof(struct bpf_insn) ||
	    rel->r_offset >= section->size)
		return ld_fail(ld, -EINVAL, rel_section->name, i * sizeof(*rel),
			       "relocation %zu: bad symbol or offset", i);
	s.sym = &ld->elf.symbols[s.symbol];
	func = func_at(ld, elf_section_index(&ld->elf, section),
		       rel->r_offset / sizeof(struct bpf_insn));
	/* none: a weak function that another one replaced */
	if (!func)
		return 0;
	r.insn = rel->r_offset / sizeof(struct bpf_insn) - func->start;
	s.insn = &func->insns[r.insn];
	if (tv_insn_is_ldimm64(s.insn) && r.insn + 1 == func->cnt)
		return bad(&s, "of a 64-bit immediate that is cut short");
	err = classify(&s, &r);
	if (err)
		return err;
	func->relocs = arena_grow(ld->arena, func->relocs, func->reloc_cnt, sizeof(r));
	if (!func->relocs)
		return ld_nomem(ld);
	func->relocs[func->reloc_cnt++] = r;
	return 0;
}

static int collect_section(struct loader *ld, const struct elf_section *section)
{
	const struct elf_section *target;
	size_t i, cnt = section->size / sizeof(Elf64_Rel);
	int err;

	if (section->entsize != sizeof(Elf64_Rel) || section->info >= ld->elf.section_cnt)
		return ld_fail(ld, -EINVAL, section->name, TV_BPF_NOWHERE, "malformed relocations");
	target = &ld->elf.sections[section->info];
	if (!(target->flags & SHF_EXECINSTR) || target->type != SHT_PROGBITS)
		return 0;
	ld->reloc_cnt += cnt;
	if (ld->reloc_cnt > TV_BPF_MAX_RELOCS)
		return ld_fail(ld, -EFBIG, section->name, TV_BPF_NOWHERE,
			       "more than %u relocations", TV_BPF_MAX_RELOCS);
	for (i = 0; i < cnt; i++) {
		const Elf64_Rel rel = elf_section_rel(section, i);

		err = collect_one(ld, target, &rel, section, i);
		if (err)
			return err;
	}
	return 0;
}

static int compare_relocs(const void *left, const void *right)
{
	const struct reloc *a = left, *b = right;

	return a->insn < b->insn ? -1 : a->insn > b->insn;
}

static int sort_relocs(struct loader *ld, struct func *func)
{
	uint32_t i;

	if (func->reloc_cnt)
		qsort(func->relocs, func->reloc_cnt, sizeof(*func->relocs), compare_relocs);
	for (i = 1; i < func->reloc_cnt; i++)
		if (func->relocs[i].insn == func->relocs[i - 1].insn)
			return ld_fail(ld, -EINVAL, func->section, TV_BPF_NOWHERE,
				       "function '%s' insn %u: two relocations", func->name,
				       func->relocs[i].insn);
	return 0;
}

int relocs_collect(struct loader *ld)
{
	uint32_t i;
	int err = 0;

	for (i = 1; !err && i < ld->elf.section_cnt; i++)
		if (ld->elf.sections[i].type == SHT_REL)
			err = collect_section(ld, &ld->elf.sections[i]);
	for (i = 0; !err && i < ld->func_cnt; i++)
		err = sort_relocs(ld, &ld->funcs[i]);
	return err;
}

/* --- applying ----------------------------------------------------------------- */

static void load_map_value(struct bpf_insn *insn, uint32_t map, uint32_t offset)
{
	insn[0].src_reg = BPF_PSEUDO_MAP_VALUE;
	insn[0].imm = map;
	insn[1].imm = offset;
}

static void load_extern(const struct loader *ld, const struct tv_bpf_extern *ext,
			struct bpf_insn *insn)
{
	if (ext->kind == TV_EXTERN_KCONFIG) {
		load_map_value(insn, ld->kconfig_map, ext->offset);
	} else if (ext->kind != TV_EXTERN_KSYM && ext->resolved) {
		insn[0].src_reg = BPF_PSEUDO_BTF_ID;
		insn[0].imm = ext->vmlinux_id;
		insn[1].imm = 0;
	} else {
		/* an address, or zero for a weak extern that is missing */
		insn[0].imm = ext->addr;
		insn[1].imm = ext->addr >> 32;
	}
}

static void apply(const struct loader *ld, const struct reloc *r, struct bpf_insn *insn)
{
	const struct tv_bpf_extern *ext;

	switch (r->kind) {
	case RELOC_MAP:
		insn->src_reg = BPF_PSEUDO_MAP_FD;
		insn->imm = r->index;
		break;
	case RELOC_DATA:
		load_map_value(insn, r->index, (uint32_t)insn->imm + r->offset);
		break;
	case RELOC_EXTERN_VAR:
		load_extern(ld, &ld->obj->externs[r->index], insn);
		break;
	case RELOC_EXTERN_FUNC:
		ext = &ld->obj->externs[r->index];
		insn->src_reg = BPF_PSEUDO_KFUNC_CALL;
		insn->imm = ext->resolved ? ext->vmlinux_id : 0;
		insn->off = 0;
		break;
	case RELOC_FUNC_ADDR:
		insn->src_reg = BPF_PSEUDO_FUNC;
		break;
	case RELOC_CALL:
		break;
	}
}

/*
 * A map's file descriptor that the program itself spells (some tests do) must not be taken for an
 * index: it becomes a negative number.
 */
static void mark_raw_fds(struct func *func)
{
	uint32_t i, next = 0;

	for (i = 0; i < func->cnt; i++) {
		struct bpf_insn *insn = &func->insns[i];

		if (!tv_insn_is_ldimm64(insn))
			continue;
		while (next < func->reloc_cnt && func->relocs[next].insn < i)
			next++;
		if ((next == func->reloc_cnt || func->relocs[next].insn != i) && insn->imm >= 0 &&
		    (insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE))
			insn->imm = -1 - insn->imm;
		i++;
	}
}

void relocs_apply(struct loader *ld)
{
	uint32_t i, j;

	for (i = 0; i < ld->func_cnt; i++) {
		struct func *func = &ld->funcs[i];

		mark_raw_fds(func);
		for (j = 0; j < func->reloc_cnt; j++)
			apply(ld, &func->relocs[j], &func->insns[func->relocs[j].insn]);
	}
}
