// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * One program from its entry function and all subprograms it reaches: a subprogram is placed where
 * its first call or address is met, walking down into it before going on (libbpf's order). First
 * the walk decides places, then the instructions are copied there and calls get their distances.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/internal.h"

/* A function whose instructions are being walked. */
struct visit {
	struct func *func;
	uint32_t next;
};

struct linker {
	struct loader *ld;
	struct func *main;
	uint32_t token;		/* marks functions placed in this program */
	struct func **placed;	/* in order of place */
	struct visit *stack;
	uint32_t cnt, top, insn_cnt;
};

static const struct reloc *reloc_at(const struct func *func, uint32_t insn)
{
	const struct reloc wanted = { .insn = insn };
	uint32_t low = 0, high = func->reloc_cnt;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (func->relocs[middle].insn < wanted.insn)
			low = middle + 1;
		else
			high = middle;
	}
	return low < func->reloc_cnt && func->relocs[low].insn == insn ? &func->relocs[low] : NULL;
}

/*
 * What instruction @i of @func calls or takes the address of. A relocation is against a symbol and
 * the immediate adds to it: for a call instructions after the next one, for an address bytes.
 * Without one the call's distance is within .text.
 */
static struct func *callee(const struct linker *l, const struct func *func, uint32_t i)
{
	const struct reloc *r = reloc_at(func, i);
	int64_t imm = func->insns[i].imm, target;

	if (r && r->kind == RELOC_CALL)
		target = r->offset / sizeof(struct bpf_insn) + imm + 1;
	else if (r && r->kind == RELOC_FUNC_ADDR)
		target = (r->offset + imm) / (int64_t)sizeof(struct bpf_insn);
	else if (r || tv_insn_is_func_addr(&func->insns[i]))
		return NULL;
	else
		target = (int64_t)func->start + i + imm + 1;
	if (target < 0 || l->ld->text_idx == NONE)
		return NULL;
	return func_at(l->ld, l->ld->text_idx, target);
}

static bool refers_to_function(const struct bpf_insn *insn)
{
	return tv_insn_is_subprog_call(insn) || tv_insn_is_func_addr(insn);
}

static void place(struct linker *l, struct func *func)
{
	func->placed_in = l->token;
	func->placed_at = l->insn_cnt;
	l->insn_cnt += func->cnt;
	l->placed[l->cnt++] = func;
	l->stack[l->top++] = (struct visit){ .func = func };
}

/* The next function that @v's function refers to and that has no place yet; NULL when walked. */
static struct func *next_unplaced(struct linker *l, struct visit *v, int *err)
{
	while (v->next < v->func->cnt) {
		uint32_t i = v->next++;
		struct func *target;

		if (!refers_to_function(&v->func->insns[i]))
			continue;
		target = callee(l, v->func, i);
		if (!target) {
			*err = -EINVAL;
			func_fail(l->ld, l->main, *err,
				  "'%s' insn %u: call of no function in .text", v->func->name, i);
			return NULL;
		}
		if (target->placed_in != l->token)
			return target;
	}
	return NULL;
}

static int decide_places(struct linker *l)
{
	int err = 0;

	place(l, l->main);
	while (l->top) {
		struct func *target = next_unplaced(l, &l->stack[l->top - 1], &err);

		if (err)
			return err;
		if (!target) {
			l->top--;
			continue;
		}
		if (l->insn_cnt + target->cnt > TV_BPF_MAX_INSNS) {
			func_fail(l->ld, l->main, -EFBIG, "more than %u instructions",
				  TV_BPF_MAX_INSNS);
			return -EFBIG;
		}
		place(l, target);
	}
	return 0;
}

static void copy_in(const struct linker *l, const struct func *func, struct bpf_insn *insns)
{
	uint32_t i;

	memcpy(insns, func->insns, func->cnt * sizeof(*insns));
	for (i = 0; i < func->cnt; i++)
		if (refers_to_function(&insns[i]))
			insns[i].imm = callee(l, func, i)->placed_at - (func->placed_at + i) - 1;
}

/* Subprograms as the verifier will see them. */
static int describe(struct linker *l, struct tv_bpf_prog *prog)
{
	const struct tv_btf *btf = l->ld->obj->btf;
	uint32_t i, j = 0;

	prog->subprogs = arena_array(l->ld->arena, l->cnt, sizeof(*prog->subprogs));
	if (!prog->subprogs)
		return ld_nomem(l->ld);
	prog->subprog_cnt = l->cnt;
	for (i = 0; i < l->cnt; i++) {
		struct tv_bpf_subprog *sub = &prog->subprogs[i];

		sub->name = l->placed[i]->name;
		sub->start = l->placed[i]->placed_at;
		sub->cnt = l->placed[i]->cnt;
		while (j < prog->func_info_cnt && prog->func_info[j].insn_off < sub->start)
			j++;
		if (j < prog->func_info_cnt && prog->func_info[j].insn_off == sub->start) {
			sub->func_id = prog->func_info[j].type_id;
			sub->is_global = tv_btf_func_linkage(tv_btf_type(btf, sub->func_id)) ==
					 BTF_FUNC_GLOBAL;
		}
	}
	return 0;
}

static int build(struct linker *l, struct tv_bpf_prog *prog)
{
	uint32_t i;
	int err;

	prog->insns = arena_array(l->ld->arena, l->insn_cnt, sizeof(*prog->insns));
	if (!prog->insns)
		return ld_nomem(l->ld);
	prog->insn_cnt = l->insn_cnt;
	for (i = 0; i < l->cnt; i++)
		copy_in(l, l->placed[i], prog->insns + l->placed[i]->placed_at);
	err = line_info_add(l->ld, l->placed, l->cnt, prog);
	return err ? err : describe(l, prog);
}

int link_prog(struct loader *ld, struct func *main, struct tv_bpf_prog *prog)
{
	struct linker l = { .ld = ld, .main = main, .token = main - ld->funcs };
	int err;

	l.placed = calloc(ld->func_cnt, sizeof(*l.placed));
	l.stack = calloc(ld->func_cnt, sizeof(*l.stack));
	if (!l.placed || !l.stack) {
		err = ld_nomem(ld);
		goto out;
	}
	/* what goes wrong here concerns this program only and is noted there */
	err = decide_places(&l) ? 0 : build(&l, prog);
	ld->linked_insns += l.insn_cnt;
	if (!err && ld->linked_insns > TV_BPF_MAX_LINKED)
		err = ld_fail(ld, -EFBIG, NULL, TV_BPF_NOWHERE,
			      "programs with more than %u instructions together", TV_BPF_MAX_LINKED);
out:
	free(l.placed);
	free(l.stack);
	return err;
}
