// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Rows of the table (insn_table.h) as cases: the forms an operation has, and the program around. */
#include "tests/conformance/insn_table.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Cells that no instruction should touch. */
static const struct cells idle = {
	.r0 = 0x0505050505050505, .r1 = 0, .r2 = 0x2222222222222222, .mem = { 0x3333, 0x4444 },
};

struct visitor {
	int (*visit)(void *arg, const struct insn_case *c);
	void *arg;
};

static bool fits_immediate(uint64_t b)
{
	return b == (uint64_t)(int64_t)(int32_t)b;
}

static int visit_named(const struct visitor *v, struct insn_case *c, const char *name, const char *form)
{
	char text[96];

	snprintf(text, sizeof(text), "%s%s", name, form);
	c->name = text;
	return v->visit(v->arg, c);
}

/* --- arithmetic -------------------------------------------------------------------- */

static int visit_alu(const struct visitor *v, const struct alu_row *row, uint8_t class, bool immediate)
{
	struct insn_case c = { .in = idle, .want = idle };
	bool is64 = class == BPF_ALU64;

	c.in.r1 = row->a;
	c.want.r1 = is64 ? row->want64 : row->want32;
	if (!immediate)
		c.in.r2 = c.want.r2 = row->b;
	c.body[0] = INSN(class | row->op | (immediate ? BPF_K : BPF_X), R1, immediate ? 0 : R2, row->is_signed,
			 immediate ? (int32_t)row->b : 0);
	return visit_named(v, &c, row->name, is64 ? immediate ? " 64 imm" : " 64 reg" :
			   immediate ? " 32 imm" : " 32 reg");
}

static int visit_alu_row(const struct visitor *v, const struct alu_row *row)
{
	int err = visit_alu(v, row, BPF_ALU64, false);

	if (!err)
		err = visit_alu(v, row, BPF_ALU, false);
	if (!err && fits_immediate(row->b))
		err = visit_alu(v, row, BPF_ALU64, true);
	if (!err && fits_immediate(row->b))
		err = visit_alu(v, row, BPF_ALU, true);
	return err;
}

static int visit_unary_row(const struct visitor *v, const struct unary_row *row)
{
	struct insn_case c = { .name = row->name, .in = idle, .want = idle, .body = { row->insn } };

	c.in.r1 = row->a;
	c.want.r1 = row->want;
	return v->visit(v->arg, &c);
}

/* --- jumps -------------------------------------------------------------------------- */

/* r0 is 1 where the jump is taken, else 0. */
static int visit_jump(const struct visitor *v, const struct jump_row *row, uint8_t class, bool immediate)
{
	struct insn_case c = { .in = idle, .want = idle };
	bool is64 = class == BPF_JMP;

	c.in.r1 = c.want.r1 = row->a;
	c.want.r0 = is64 ? row->taken64 : row->taken32;
	if (!immediate)
		c.in.r2 = c.want.r2 = row->b;
	c.body[0] = MOVK(R0, 1);
	c.body[1] = INSN(class | row->op | (immediate ? BPF_K : BPF_X), R1, immediate ? 0 : R2, 1,
			 immediate ? (int32_t)row->b : 0);
	c.body[2] = MOVK(R0, 0);
	return visit_named(v, &c, row->name, is64 ? immediate ? " 64 imm" : " 64 reg" :
			   immediate ? " 32 imm" : " 32 reg");
}

static int visit_jump_row(const struct visitor *v, const struct jump_row *row)
{
	int err = visit_jump(v, row, BPF_JMP, false);

	if (!err)
		err = visit_jump(v, row, BPF_JMP32, false);
	if (!err && fits_immediate(row->b))
		err = visit_jump(v, row, BPF_JMP, true);
	if (!err && fits_immediate(row->b))
		err = visit_jump(v, row, BPF_JMP32, true);
	return err;
}

/* --- atomics, and all of them --------------------------------------------------------- */

static int visit_atomic_row(const struct visitor *v, const struct atomic_row *row)
{
	struct insn_case c = { .name = row->name, .in = idle, .want = idle };

	c.in.r0 = row->r0;
	c.in.r1 = row->r1;
	c.in.mem[0] = row->mem;
	c.want.r0 = row->want_r0;
	c.want.r1 = row->want_r1;
	c.want.mem[0] = row->want_mem;
	c.body[0] = ATOMIC(row->size, row->op, R3, 0, R1);
	return v->visit(v->arg, &c);
}

int for_each_case(int (*visit)(void *arg, const struct insn_case *c), void *arg)
{
	const struct visitor v = { visit, arg };
	const struct unary_row *unary;
	const struct atomic_row *atomic;
	const struct insn_case *memory;
	const struct jump_row *jump;
	const struct alu_row *alu;
	int err = 0;

	for (alu = alu_rows; !err && alu->name; alu++)
		err = visit_alu_row(&v, alu);
	for (unary = unary_rows; !err && unary->name; unary++)
		err = visit_unary_row(&v, unary);
	for (jump = jump_rows; !err && jump->name; jump++)
		err = visit_jump_row(&v, jump);
	for (atomic = atomic_rows; !err && atomic->name; atomic++)
		err = visit_atomic_row(&v, atomic);
	for (memory = memory_cases; !err && memory->name; memory++)
		err = visit(arg, memory);
	return err;
}

uint32_t insns_used(const struct bpf_insn *insns, uint32_t max)
{
	static const struct bpf_insn none;

	while (max && !memcmp(&insns[max - 1], &none, sizeof(none)))
		max--;
	return max;
}

uint32_t case_program(const struct insn_case *c, int32_t map, struct bpf_insn *insns)
{
	const struct bpf_insn before[] = {
		LDVALUE(R6, map, 0),
		LDX(BPF_DW, R0, R6, offsetof(struct cells, r0)),
		LDX(BPF_DW, R1, R6, offsetof(struct cells, r1)),
		LDX(BPF_DW, R2, R6, offsetof(struct cells, r2)),
		MOVX(R3, R6),
		ALU64K(BPF_ADD, R3, offsetof(struct cells, mem)),
	};
	const struct bpf_insn after[] = {
		STX(BPF_DW, R6, offsetof(struct cells, r0), R0),
		STX(BPF_DW, R6, offsetof(struct cells, r1), R1),
		STX(BPF_DW, R6, offsetof(struct cells, r2), R2),
		MOVK(R0, 0),
		EXIT,
	};
	uint32_t cnt = sizeof(before) / sizeof(before[0]), body = insns_used(c->body, CASE_BODY);

	memcpy(insns, before, sizeof(before));
	memcpy(insns + cnt, c->body, body * sizeof(*insns));
	cnt += body;
	memcpy(insns + cnt, after, sizeof(after));
	return cnt + sizeof(after) / sizeof(after[0]);
}

bool case_is_refused(const struct insn_case *c)
{
	const struct bpf_insn *insn = &c->body[0];
	uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);
	uint32_t bits = class == BPF_ALU64 ? 64 : 32;

	if (insns_used(c->body, CASE_BODY) != 1 || (class != BPF_ALU && class != BPF_ALU64) || BPF_SRC(insn->code) != BPF_K)
		return false;
	if (op == BPF_DIV || op == BPF_MOD)
		return !insn->imm;
	return (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH) && (uint32_t)insn->imm >= bits;
}

bool case_is_new(const struct insn_case *c)
{
	uint32_t i;

	for (i = 0; i < CASE_BODY; i++)
		if (BPF_CLASS(c->body[i].code) == BPF_STX && BPF_MODE(c->body[i].code) == BPF_ATOMIC &&
		    (c->body[i].imm == BPF_LOAD_ACQ || c->body[i].imm == BPF_STORE_REL))
			return true;
	return false;
}
