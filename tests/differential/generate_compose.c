// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Programs from building blocks: numbers, branches, loops by counter and by iterator, map values,
 * spills, functions and callbacks, one in another. Most are right; a few forget a check or a call,
 * call twice or in the wrong order, or write where an iterator stands.
 *
 * Conventions: r6-r9 hold numbers at all times; what else a block needs lives in r0-r5 or on the
 * stack, whose SLOTS slots of eight bytes lie below the frame pointer.
 */
#include <string.h>

#include "bpf/disasm.h"
#include "tests/differential/generate.h"

#define SLOTS		16
#define MAX_DEPTH	3
#define MISTAKES	3	/* percent, at each place where one can be made */
#define ROOM		600	/* instructions of a function, about */

#define CALL_LOOP	181	/* bpf_loop */
#define CALL_LOOKUP	1
#define CALL_RANDOM	7	/* bpf_get_prandom_u32 */
#define CALL_TASK	158	/* bpf_get_current_task_btf */

/* What stands behind main, in this order when it is called at all. */
static const char *const callees[] = { "first", "second", "callback" };
#define CALLEES		3
#define CALLBACK	2

struct maker {
	struct draft *draft;
	const struct tv_bpf_object *obj;
	struct chance *chance;
	unsigned int depth;
	uint32_t taken;		/* slots in which an iterator or a key stands, as bits */
	uint32_t start;		/* of the function being made */
	bool in_callee;
	uint32_t calls[64], callee_of[64], call_cnt;
	bool wanted[CALLEES];
};

static void block(struct maker *m, uint32_t statements);

/* --- instructions --------------------------------------------------------------- */

static uint32_t emit(struct maker *m, uint8_t code, int dst, int src, int off, int32_t imm)
{
	struct bpf_insn insn = { .code = code, .dst_reg = (uint8_t)dst, .src_reg = (uint8_t)src,
				 .off = (int16_t)off, .imm = imm };

	if (m->draft->cnt < MAX_INSNS)
		m->draft->insns[m->draft->cnt++] = insn;
	return m->draft->cnt - 1;
}

static void set_imm(struct maker *m, int dst, int32_t imm)
{
	emit(m, (chance_percent(m->chance, 50) ? BPF_ALU64 : BPF_ALU) | BPF_MOV | BPF_K, dst, 0, 0, imm);
}

static void move(struct maker *m, int dst, int src)
{
	emit(m, BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static int slot_off(uint32_t slot)
{
	return -8 * (int)(slot + 1);
}

static void slot_address(struct maker *m, int dst, uint32_t slot)
{
	move(m, dst, BPF_REG_10);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, slot_off(slot));
}

static void call(struct maker *m, int helper)
{
	emit(m, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

static void call_kfunc(struct maker *m, const char *kind, const char *what)
{
	char name[64];
	uint32_t i;

	snprintf(name, sizeof(name), "bpf_iter_%s_%s", kind, what);
	for (i = 0; i < m->obj->extern_cnt; i++)
		if (!strcmp(m->obj->externs[i].name, name))
			emit(m, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0,
			     (int32_t)m->obj->externs[i].vmlinux_id);
}

/* A jump whose end lands at what is emitted next. */
static void land(struct maker *m, uint32_t jump)
{
	m->draft->insns[jump].off = (int16_t)(m->draft->cnt - jump - 1);
}

static void jump_back(struct maker *m, uint8_t code, int dst, int32_t imm, uint32_t to)
{
	emit(m, code, dst, 0, (int)to - (int)m->draft->cnt - 1, imm);
}

static bool mistake(struct maker *m)
{
	return chance_percent(m->chance, MISTAKES);
}

static int number_reg(struct maker *m)
{
	return BPF_REG_6 + (int)chance_below(m->chance, 4);
}

static uint32_t any_slot(struct maker *m)
{
	return chance_below(m->chance, SLOTS);
}

static uint32_t free_slot(struct maker *m)
{
	uint32_t i, slot = any_slot(m);

	for (i = 0; i < SLOTS && m->taken & 1u << slot && !mistake(m); i++)
		slot = (slot + 1) % SLOTS;
	return slot;
}

/* --- statements ------------------------------------------------------------------ */

static void new_number(struct maker *m)
{
	int dst = number_reg(m);

	if (chance_percent(m->chance, 60)) {
		set_imm(m, dst, chance_number(m->chance));
		return;
	}
	call(m, CALL_RANDOM);
	move(m, dst, BPF_REG_0);
	if (chance_percent(m->chance, 60))
		emit(m, BPF_ALU64 | BPF_AND | BPF_K, dst, 0, 0, (int32_t)((1u << chance_below(m->chance, 12)) - 1));
}

static void arithmetic(struct maker *m)
{
	static const uint8_t ops[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_AND, BPF_OR, BPF_XOR, BPF_LSH, BPF_RSH,
				       BPF_ARSH, BPF_DIV, BPF_MOD, BPF_NEG, BPF_MOV };
	uint8_t op = ops[chance_below(m->chance, sizeof(ops))];
	uint8_t class = chance_percent(m->chance, 50) ? BPF_ALU64 : BPF_ALU;
	int32_t imm = chance_number(m->chance);

	if (op == BPF_NEG)
		emit(m, class | op, number_reg(m), 0, 0, 0);
	else if (op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH)
		emit(m, class | op | BPF_K, number_reg(m), 0, 0, (int32_t)chance_below(m->chance, 32));
	else if (chance_percent(m->chance, 50))
		emit(m, class | op | BPF_X, number_reg(m), number_reg(m), 0, 0);
	else
		emit(m, class | op | BPF_K, number_reg(m), 0, 0, op == BPF_DIV || op == BPF_MOD ? imm | 1 : imm);
}

static uint32_t compare_jump(struct maker *m)
{
	static const uint8_t ops[] = { BPF_JEQ, BPF_JNE, BPF_JGT, BPF_JGE, BPF_JLT, BPF_JLE, BPF_JSGT, BPF_JSGE,
				       BPF_JSLT, BPF_JSLE, BPF_JSET };
	uint8_t op = ops[chance_below(m->chance, sizeof(ops))];
	uint8_t class = chance_percent(m->chance, 60) ? BPF_JMP : BPF_JMP32;

	if (chance_percent(m->chance, 40))
		return emit(m, class | op | BPF_X, number_reg(m), number_reg(m), 0, 0);
	return emit(m, class | op | BPF_K, number_reg(m), 0, 0, chance_number(m->chance));
}

static void branch(struct maker *m)
{
	uint32_t to_else = compare_jump(m), to_end;

	block(m, 1 + chance_below(m->chance, 3));
	if (chance_percent(m->chance, 50)) {
		land(m, to_else);
		return;
	}
	to_end = emit(m, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	land(m, to_else);
	block(m, 1 + chance_below(m->chance, 3));
	land(m, to_end);
}

static void spill(struct maker *m)
{
	static const uint8_t sizes[] = { BPF_DW, BPF_DW, BPF_DW, BPF_W, BPF_H, BPF_B };
	uint32_t slot = free_slot(m);
	int off = slot_off(slot) + (chance_percent(m->chance, 15) ? (int)chance_below(m->chance, 2) * 4 : 0);
	uint8_t size = sizes[chance_below(m->chance, sizeof(sizes))];

	if (off % 8 && size == BPF_DW)
		size = BPF_W;
	if (chance_percent(m->chance, 30))
		emit(m, BPF_ST | BPF_MEM | size, BPF_REG_10, 0, off, chance_number(m->chance));
	else
		emit(m, BPF_STX | BPF_MEM | size, BPF_REG_10, number_reg(m), off, 0);
}

static void fill(struct maker *m)
{
	static const uint8_t sizes[] = { BPF_DW, BPF_DW, BPF_W, BPF_H, BPF_B };

	emit(m, BPF_LDX | BPF_MEM | sizes[chance_below(m->chance, sizeof(sizes))], number_reg(m), BPF_REG_10,
	     slot_off(free_slot(m)), 0);
}

/* r0: a map's value, 64 bytes. */
static void use_value(struct maker *m)
{
	static const uint8_t codes[] = { BPF_LDX | BPF_MEM | BPF_DW, BPF_LDX | BPF_MEM | BPF_W,
					 BPF_STX | BPF_MEM | BPF_DW, BPF_STX | BPF_MEM | BPF_B };
	uint8_t code = codes[chance_below(m->chance, sizeof(codes))];
	int off = 8 * (int)chance_below(m->chance, mistake(m) ? 10 : 4), value = number_reg(m);

	if (chance_percent(m->chance, 50)) {
		move(m, BPF_REG_1, number_reg(m));
		emit(m, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_1, 0, 0, mistake(m) ? 63 : 31);
		emit(m, BPF_ALU64 | BPF_ADD | BPF_X, BPF_REG_0, BPF_REG_1, 0, 0);
		off = (int)chance_below(m->chance, 26);
	}
	if (BPF_CLASS(code) == BPF_LDX)
		emit(m, code, value, BPF_REG_0, off, 0);
	else
		emit(m, code, BPF_REG_0, value, off, 0);
}

static void lookup(struct maker *m)
{
	static const char *const maps[] = { "array", "hash", "percpu" };
	const struct tv_bpf_map *map = tv_bpf_object_map(m->obj, maps[chance_below(m->chance, 3)]);
	uint32_t slot = free_slot(m), null;

	emit(m, BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, slot_off(slot), (int32_t)chance_below(m->chance, 6));
	if (chance_percent(m->chance, 40))
		emit(m, BPF_STX | BPF_MEM | BPF_W, BPF_REG_10, number_reg(m), slot_off(slot), 0);
	slot_address(m, BPF_REG_2, slot);
	emit(m, BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, (int32_t)(map - m->obj->maps));
	emit(m, 0, 0, 0, 0, 0);
	call(m, CALL_LOOKUP);
	if (mistake(m)) {
		use_value(m);
		return;
	}
	null = emit(m, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0);
	use_value(m);
	if (chance_percent(m->chance, 30))
		block(m, 1);
	land(m, null);
}

/* --- loops ----------------------------------------------------------------------- */

static void count_loop(struct maker *m)
{
	uint32_t slot = free_slot(m), start;
	int32_t limit = chance_percent(m->chance, 90) ? (int32_t)chance_below(m->chance, 12) : chance_number(m->chance);

	/* the counter lives on the stack: the body may use all registers */
	m->taken |= 1u << slot;
	emit(m, BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, slot_off(slot), 0);
	start = m->draft->cnt;
	block(m, 1 + chance_below(m->chance, 2));
	emit(m, BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_1, BPF_REG_10, slot_off(slot), 0);
	emit(m, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_1, 0, 0, 1);
	emit(m, BPF_STX | BPF_MEM | BPF_DW, BPF_REG_10, BPF_REG_1, slot_off(slot), 0);
	jump_back(m, BPF_JMP | BPF_JLT | BPF_K, BPF_REG_1, limit, start);
	m->taken &= ~(1u << slot);
}

static void begin_iterator(struct maker *m, const char *kind, uint32_t slot)
{
	if (!strcmp(kind, "task_vma")) {
		call(m, CALL_TASK);
		move(m, BPF_REG_2, BPF_REG_0);
		set_imm(m, BPF_REG_3, 0);
	} else if (!strcmp(kind, "bits")) {
		slot_address(m, BPF_REG_2, any_slot(m));
		set_imm(m, BPF_REG_3, 1);
	} else if (chance_percent(m->chance, 50)) {
		set_imm(m, BPF_REG_2, 0);
		set_imm(m, BPF_REG_3, (int32_t)chance_below(m->chance, 100));
	} else {
		move(m, BPF_REG_2, number_reg(m));
		move(m, BPF_REG_3, number_reg(m));
	}
	slot_address(m, BPF_REG_1, slot);
	call_kfunc(m, kind, "new");
}

static void step_iterator(struct maker *m, const char *kind, uint32_t slot, const char *what)
{
	slot_address(m, BPF_REG_1, mistake(m) ? any_slot(m) : slot);
	call_kfunc(m, kind, what);
}

static void iterate(struct maker *m)
{
	static const char *const kinds[] = { "num", "num", "num", "num", "bits", "task_vma" };
	const char *kind = kinds[chance_below(m->chance, sizeof(kinds) / sizeof(kinds[0]))];
	uint32_t slot = free_slot(m), start, out;

	m->taken |= 1u << slot;
	if (!mistake(m))
		begin_iterator(m, kind, slot);
	if (mistake(m))
		begin_iterator(m, kind, slot);
	start = m->draft->cnt;
	step_iterator(m, kind, slot, "next");
	out = emit(m, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0);
	if (chance_percent(m->chance, 50))
		emit(m, BPF_LDX | BPF_MEM | BPF_W, number_reg(m), BPF_REG_0, 0, 0);
	block(m, 1 + chance_below(m->chance, 3));
	if (chance_percent(m->chance, 80))
		jump_back(m, BPF_JMP | BPF_JA, 0, 0, start);
	if (!mistake(m))
		land(m, out);
	if (!mistake(m))
		step_iterator(m, kind, slot, "destroy");
	if (mistake(m))
		step_iterator(m, kind, slot, chance_percent(m->chance, 50) ? "next" : "destroy");
	m->taken &= ~(1u << slot);
}

/* --- functions ------------------------------------------------------------------- */

static void note_call(struct maker *m, uint32_t at, uint32_t callee)
{
	if (m->call_cnt == sizeof(m->calls) / sizeof(m->calls[0]))
		return;
	m->wanted[callee] = true;
	m->calls[m->call_cnt] = at;
	m->callee_of[m->call_cnt++] = callee;
}

static void call_function(struct maker *m)
{
	uint32_t callee = chance_below(m->chance, 2);

	if (m->in_callee || m->call_cnt > 32)
		return;
	if (callee)
		slot_address(m, BPF_REG_1, free_slot(m));
	else
		move(m, BPF_REG_1, number_reg(m));
	move(m, BPF_REG_2, number_reg(m));
	note_call(m, emit(m, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, -1), callee);
	move(m, number_reg(m), BPF_REG_0);
}

static void call_loop(struct maker *m)
{
	if (m->in_callee || m->call_cnt > 32)
		return;
	if (chance_percent(m->chance, 50))
		set_imm(m, BPF_REG_1, (int32_t)chance_below(m->chance, 20));
	else
		move(m, BPF_REG_1, number_reg(m));
	note_call(m, emit(m, BPF_LD | BPF_IMM | BPF_DW, BPF_REG_2, BPF_PSEUDO_FUNC, 0, 0), CALLBACK);
	emit(m, 0, 0, 0, 0, 0);
	if (chance_percent(m->chance, 50))
		slot_address(m, BPF_REG_3, free_slot(m));
	else
		set_imm(m, BPF_REG_3, 0);
	set_imm(m, BPF_REG_4, 0);
	call(m, CALL_LOOP);
}

/* --- putting together ------------------------------------------------------------ */

static void statement(struct maker *m)
{
	static void (*const simple[])(struct maker *m) = {
		new_number, arithmetic, arithmetic, arithmetic, spill, spill, fill, lookup, lookup,
	};
	static void (*const nested[])(struct maker *m) = {
		branch, branch, branch, count_loop, iterate, iterate, call_function, call_loop,
	};

	if (m->depth < MAX_DEPTH && m->draft->cnt - m->start < ROOM && chance_percent(m->chance, 40))
		nested[chance_below(m->chance, sizeof(nested) / sizeof(nested[0]))](m);
	else
		simple[chance_below(m->chance, sizeof(simple) / sizeof(simple[0]))](m);
}

static void block(struct maker *m, uint32_t statements)
{
	m->depth++;
	while (statements--)
		statement(m);
	m->depth--;
}

/* Numbers in r6-r9, some of them known. */
static void begin_function(struct maker *m, uint32_t args)
{
	int reg;

	m->start = m->draft->cnt;
	m->taken = 0;
	for (reg = BPF_REG_6; reg <= BPF_REG_9; reg++) {
		if (args && reg < BPF_REG_8 && chance_percent(m->chance, 50))
			move(m, reg, BPF_REG_2);
		else if (chance_percent(m->chance, 60))
			set_imm(m, reg, chance_number(m->chance));
		else
			call(m, CALL_RANDOM), move(m, reg, BPF_REG_0);
		/* the call has taken the arguments */
		if (BPF_OP(m->draft->insns[m->draft->cnt - 1].code) == BPF_MOV &&
		    m->draft->insns[m->draft->cnt - 1].src_reg == BPF_REG_0)
			args = 0;
	}
}

static void end_function(struct maker *m, bool is_callback)
{
	if (is_callback && chance_percent(m->chance, 30)) {
		move(m, BPF_REG_0, number_reg(m));
		emit(m, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_0, 0, 0, mistake(m) ? 3 : 1);
	} else if (chance_percent(m->chance, 50) && !is_callback) {
		move(m, BPF_REG_0, number_reg(m));
	} else {
		set_imm(m, BPF_REG_0, 0);
	}
	emit(m, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void add_record(struct maker *m, const char *name)
{
	int id = tv_btf_find(m->obj->btf, name, BTF_KIND_FUNC);
	struct draft *d = m->draft;

	if (id > 0 && d->func_cnt < MAX_FUNCS)
		d->funcs[d->func_cnt++] = (struct tv_bpf_func_info){ d->cnt, (uint32_t)id };
}

static void connect(struct maker *m, uint32_t callee, uint32_t start)
{
	uint32_t i;

	for (i = 0; i < m->call_cnt; i++)
		if (m->callee_of[i] == callee)
			m->draft->insns[m->calls[i]].imm = (int32_t)(start - m->calls[i] - 1);
}

void compose(struct draft *draft, const struct tv_bpf_object *obj, struct chance *chance)
{
	struct maker m = { .draft = draft, .obj = obj, .chance = chance };
	uint32_t i;

	/* main keeps its record, which names the program's function */
	draft->cnt = 0;
	draft->func_cnt = draft->func_cnt ? 1 : 0;
	begin_function(&m, 0);
	block(&m, 2 + chance_below(chance, 5));
	end_function(&m, false);
	m.in_callee = true;
	for (i = 0; i < CALLEES; i++) {
		if (!m.wanted[i])
			continue;
		connect(&m, i, draft->cnt);
		add_record(&m, callees[i]);
		begin_function(&m, i == CALLBACK ? 0 : 2);
		block(&m, 1 + chance_below(chance, 3));
		end_function(&m, i == CALLBACK);
	}
	if (chance_percent(chance, 20))
		draft->flags ^= BPF_F_TEST_STATE_FREQ;
	if (chance_percent(chance, 15))
		mutate(draft, chance);
}
