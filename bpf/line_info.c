// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Function and line records of a linked program: those of each function move to where link.c has
 * placed it. When the main function has none of a sort, the program has none; when it has and a
 * subprogram lacks them, libbpf refuses the program.
 */
#include <errno.h>

#include "bpf/internal.h"

/* The records of one function in its section's list: [first, first + cnt). */
struct run {
	const struct ext_section *section;
	uint32_t first, cnt;
};

/* Functions' and lines' records both start with the offset, at different strides. */
static uint32_t offset_of(const struct ext_section *s, bool lines, uint32_t i)
{
	return (lines ? s->lines[i].insn_off : s->funcs[i].insn_off) / sizeof(struct bpf_insn);
}

/* How many records lie before instruction @insn of the section. */
static uint32_t count_before(const struct ext_section *s, bool lines, uint32_t insn)
{
	uint32_t low = 0, high = s->cnt;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (offset_of(s, lines, middle) < insn)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct run run_of(const struct loader *ld, const struct func *func, bool lines)
{
	const struct ext_list *list = lines ? &ld->ext.lines : &ld->ext.funcs;
	struct run run = { .section = ext_list_find(list, func->sec_idx) };

	if (run.section) {
		run.first = count_before(run.section, lines, func->start);
		run.cnt = count_before(run.section, lines, func->start + func->cnt) - run.first;
	}
	return run;
}

/* Records that the program gets in all; 0 when none, or when that is an error noted in it. */
static uint32_t total_of(struct loader *ld, struct func *const *placed, uint32_t cnt, bool lines)
{
	uint32_t i, total = 0;

	for (i = 0; i < cnt; i++) {
		uint32_t own = run_of(ld, placed[i], lines).cnt;

		if (!own && i && total)
			func_fail(ld, placed[0], -EINVAL, "missing .BTF.ext %s info of '%s'",
				  lines ? "line" : "function", placed[i]->name);
		if (!own)
			return 0;
		total += own;
	}
	return total;
}

static int add_funcs(struct loader *ld, struct func *const *placed, uint32_t cnt,
		     struct tv_bpf_prog *prog)
{
	uint32_t total = total_of(ld, placed, cnt, false), i, j;

	prog->func_info = arena_array(ld->arena, total, sizeof(*prog->func_info));
	if (!prog->func_info)
		return ld_nomem(ld);
	for (i = 0; total && i < cnt; i++) {
		const struct run run = run_of(ld, placed[i], false);

		for (j = run.first; j < run.first + run.cnt; j++)
			prog->func_info[prog->func_info_cnt++] = (struct tv_bpf_func_info){
				.insn_off = offset_of(run.section, false, j) - placed[i]->start +
					    placed[i]->placed_at,
				.type_id = run.section->funcs[j].type_id,
			};
	}
	return 0;
}

static int add_lines(struct loader *ld, struct func *const *placed, uint32_t cnt,
		     struct tv_bpf_prog *prog)
{
	uint32_t total = total_of(ld, placed, cnt, true), i, j;

	prog->line_info = arena_array(ld->arena, total, sizeof(*prog->line_info));
	if (!prog->line_info)
		return ld_nomem(ld);
	for (i = 0; total && i < cnt; i++) {
		const struct run run = run_of(ld, placed[i], true);

		for (j = run.first; j < run.first + run.cnt; j++) {
			const struct ext_line *line = &run.section->lines[j];

			prog->line_info[prog->line_info_cnt++] = (struct tv_bpf_line_info){
				.insn_off = offset_of(run.section, true, j) - placed[i]->start +
					    placed[i]->placed_at,
				.file = tv_btf_str(ld->obj->btf, line->file_off),
				.text = tv_btf_str(ld->obj->btf, line->line_off),
				.line = BPF_LINE_INFO_LINE_NUM(line->line_col),
				.column = BPF_LINE_INFO_LINE_COL(line->line_col),
				.file_off = line->file_off,
				.line_off = line->line_off,
				.line_col = line->line_col,
			};
		}
	}
	return 0;
}

int line_info_add(struct loader *ld, struct func *const *placed, uint32_t cnt,
		  struct tv_bpf_prog *prog)
{
	int err;

	if (ld->obj->btf_refused)
		return 0;
	err = add_funcs(ld, placed, cnt, prog);
	return err ? err : add_lines(ld, placed, cnt, prog);
}
