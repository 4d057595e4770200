// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Instructions to operations (op.h): opcodes, operands and jumps are checked here once, so that the
 * interpreter need not. Maps, kernel variables and calls get their addresses.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/machine_state.h"

#define NR_REGS		11u
#define NONE		0xff

/* What is being decoded. */
struct decoder {
	struct tv_machine *machine;
	struct code *code;
	const struct tv_bpf_prog *prog;
	const uint8_t *btf_load;
	uint32_t at;			/* instruction */
	bool nomem;
};

__attribute__((format(printf, 3, 4)))
static struct op refuse(struct decoder *d, enum tv_run_end end, const char *fmt, ...)
{
	struct op_refusal *refusal = malloc(sizeof(*refusal) + REFUSAL_SIZE);
	va_list ap;

	if (!refusal) {
		d->nomem = true;
		return (struct op){ .kind = OP_REFUSE };
	}
	va_start(ap, fmt);
	vsnprintf(refusal->why, REFUSAL_SIZE, fmt, ap);
	va_end(ap);
	refusal->end = end;
	refusal->next = d->code->refusals;
	d->code->refusals = refusal;
	return (struct op){ .kind = OP_REFUSE, .refusal = refusal };
}

static struct op unknown(struct decoder *d)
{
	return refuse(d, TV_RUN_FAULT, "opcode 0x%02x is none", d->prog->insns[d->at].code);
}

static struct op plain(const struct bpf_insn *insn, int kind)
{
	return (struct op){
		.kind = kind, .dst = insn->dst_reg, .src = insn->src_reg, .off = insn->off, .imm = insn->imm,
	};
}

/* The form of a four-fold operation. */
static int form(const struct bpf_insn *insn, bool is64)
{
	return (is64 ? 0 : 2) + (BPF_SRC(insn->code) == BPF_X);
}

/* --- arithmetic --------------------------------------------------------------- */

static struct op decode_swap(struct decoder *d, const struct bpf_insn *insn, bool is64)
{
	/* BPF_TO_LE on a little endian machine only cuts; BPF_ALU64 swaps always (cpu v4) */
	bool swap = is64 || BPF_SRC(insn->code) == BPF_TO_BE;

	if (is64 && BPF_SRC(insn->code))
		return unknown(d);
	switch (insn->imm) {
	case 16:
		return plain(insn, swap ? OP_SWAP16 : OP_CUT16);
	case 32:
		return plain(insn, swap ? OP_SWAP32 : OP_CUT32);
	case 64:
		return plain(insn, swap ? OP_SWAP64 : OP_KEEP);
	default:
		return unknown(d);
	}
}

static struct op decode_mov(struct decoder *d, const struct bpf_insn *insn, bool is64)
{
	if (BPF_SRC(insn->code) == BPF_K || !insn->off)
		return plain(insn, OP_MOV_64K + form(insn, is64));
	if (is64 && insn->off == TV_ADDR_SPACE_CAST)
		return refuse(d, TV_RUN_UNSUPPORTED, "addr_space_cast (arenas) is not modelled");
	if (insn->off == 8)
		return plain(insn, is64 ? OP_SX8_64 : OP_SX8_32);
	if (insn->off == 16)
		return plain(insn, is64 ? OP_SX16_64 : OP_SX16_32);
	if (insn->off == 32 && is64)
		return plain(insn, OP_SX32_64);
	return unknown(d);
}

static struct op decode_alu(struct decoder *d, const struct bpf_insn *insn, bool is64)
{
	static const uint8_t kinds[16] = {
		OP_ADD_64K, OP_SUB_64K, OP_MUL_64K, OP_DIV_64K, OP_OR_64K, OP_AND_64K, OP_LSH_64K,
		OP_RSH_64K, NONE, OP_MOD_64K, OP_XOR_64K, NONE, OP_ARSH_64K, NONE, NONE, NONE,
	};
	uint8_t kind = kinds[insn->code >> 4];

	switch (BPF_OP(insn->code)) {
	case BPF_END:
		return decode_swap(d, insn, is64);
	case BPF_NEG:
		return plain(insn, is64 ? OP_NEG_64 : OP_NEG_32);
	case BPF_MOV:
		return decode_mov(d, insn, is64);
	}
	if (kind == NONE)
		return unknown(d);
	if (insn->off == 1 && kind == OP_DIV_64K)
		kind = OP_SDIV_64K;
	else if (insn->off == 1 && kind == OP_MOD_64K)
		kind = OP_SMOD_64K;
	else if (insn->off)
		return unknown(d);
	return plain(insn, kind + form(insn, is64));
}

/* --- memory ------------------------------------------------------------------- */

/* 0 to 3 for 1, 2, 4, 8 bytes. */
static int size_index(const struct bpf_insn *insn)
{
	static const uint8_t index[] = { 2, 1, 0, 3 };

	return index[BPF_SIZE(insn->code) >> 3];
}

static bool is_probe(const struct decoder *d)
{
	return d->btf_load && d->btf_load[d->at / 8] >> d->at % 8 & 1;
}

static struct op decode_load(struct decoder *d, const struct bpf_insn *insn)
{
	int size = size_index(insn), base = is_probe(d) ? OP_PROBE_U8 : OP_LOAD_U8;

	if (BPF_MODE(insn->code) == BPF_MEM)
		return plain(insn, base + size);
	if (BPF_MODE(insn->code) == BPF_MEMSX && size < 3)
		return plain(insn, base + OP_LOAD_S8 - OP_LOAD_U8 + size);
	return unknown(d);
}

static bool is_atomic_op(int32_t imm)
{
	switch (imm) {
	case BPF_ADD: case BPF_AND: case BPF_OR: case BPF_XOR:
	case BPF_ADD | BPF_FETCH: case BPF_AND | BPF_FETCH: case BPF_OR | BPF_FETCH:
	case BPF_XOR | BPF_FETCH: case BPF_XCHG: case BPF_CMPXCHG:
		return true;
	default:
		return false;
	}
}

static struct op decode_store(struct decoder *d, const struct bpf_insn *insn)
{
	bool from_reg = BPF_CLASS(insn->code) == BPF_STX;
	int size = size_index(insn);

	if (BPF_MODE(insn->code) == BPF_MEM)
		return plain(insn, (from_reg ? OP_STORE_8X : OP_STORE_8K) + size);
	if (BPF_MODE(insn->code) != BPF_ATOMIC || !from_reg)
		return unknown(d);
	if (insn->imm == BPF_LOAD_ACQ || insn->imm == BPF_STORE_REL ||
	    (size >= 2 && is_atomic_op(insn->imm)))
		return plain(insn, OP_ATOMIC_8 + size);
	return refuse(d, TV_RUN_FAULT, "atomic operation 0x%x of %d bytes is none", insn->imm, 1 << size);
}

static struct op immediate(const struct bpf_insn *insn, uint64_t value)
{
	struct op op = plain(insn, OP_IMM64);

	op.imm = (int64_t)value;
	/* past the second slot */
	op.off = 1;
	return op;
}

static struct op load_map(struct decoder *d, const struct bpf_insn *insn, bool value)
{
	uint32_t offset = (uint32_t)insn[1].imm;
	struct tv_map *map;
	uint64_t addr;

	if (insn->imm < 0)
		return refuse(d, TV_RUN_UNSUPPORTED, "a map by file descriptor %d", -1 - insn->imm);
	if ((uint32_t)insn->imm >= d->machine->obj->map_cnt)
		return refuse(d, TV_RUN_FAULT, "map number %d is none", insn->imm);
	map = d->machine->maps[insn->imm];
	if (!map)
		return refuse(d, TV_RUN_UNSUPPORTED, "map %s is of a kind that is not modelled",
			      d->machine->obj->maps[insn->imm].name);
	addr = value ? tv_map_value_address(map, offset) : tv_map_address(map);
	if (!addr)
		return refuse(d, TV_RUN_FAULT, "no value at offset %u of map %s", offset,
			      d->machine->obj->maps[insn->imm].name);
	return immediate(insn, addr);
}

static struct op load_variable(struct decoder *d, const struct bpf_insn *insn)
{
	const struct tv_machine_opts *opts = &d->machine->opts;
	const char *name = opts->vmlinux ? tv_btf_name(opts->vmlinux, insn->imm) : "";
	uint64_t addr = 0;

	if (opts->env && opts->env->variable && *name)
		addr = opts->env->variable(opts->env->arg, d->machine, name);
	if (!addr)
		return refuse(d, TV_RUN_UNSUPPORTED, "kernel variable %s is not modelled", name);
	return immediate(insn, addr);
}

/* The address is that of the instruction: relative to the next one, in instructions. */
static struct op load_func(struct decoder *d, const struct bpf_insn *insn)
{
	int64_t target = (int64_t)d->at + 1 + insn->imm;

	if (target < 0 || target >= d->code->cnt)
		return refuse(d, TV_RUN_FAULT, "a function outside of the program");
	return immediate(insn, d->code->region.addr + 8 * (uint64_t)target);
}

static struct op decode_ld(struct decoder *d, const struct bpf_insn *insn)
{
	if (BPF_MODE(insn->code) == BPF_ABS || BPF_MODE(insn->code) == BPF_IND)
		return refuse(d, TV_RUN_UNSUPPORTED, "packet access (LD_ABS, LD_IND) is not modelled");
	if (!tv_insn_is_ldimm64(insn))
		return unknown(d);
	if (d->at + 1 >= d->code->cnt || insn[1].code || insn[1].dst_reg || insn[1].src_reg || insn[1].off)
		return refuse(d, TV_RUN_FAULT, "a 64-bit immediate without its second half");
	switch (insn->src_reg) {
	case 0:
		return immediate(insn, (uint32_t)insn->imm | (uint64_t)(uint32_t)insn[1].imm << 32);
	case BPF_PSEUDO_MAP_FD:
	case BPF_PSEUDO_MAP_IDX:
		return load_map(d, insn, false);
	case BPF_PSEUDO_MAP_VALUE:
	case BPF_PSEUDO_MAP_IDX_VALUE:
		return load_map(d, insn, true);
	case BPF_PSEUDO_BTF_ID:
		return load_variable(d, insn);
	case BPF_PSEUDO_FUNC:
		return load_func(d, insn);
	default:
		return unknown(d);
	}
}

/* --- jumps and calls ---------------------------------------------------------- */

static struct op jump(struct decoder *d, const struct bpf_insn *insn, int kind, int64_t off)
{
	int64_t target = (int64_t)d->at + 1 + off;
	struct op op = plain(insn, kind);

	if (target < 0 || target >= d->code->cnt)
		return refuse(d, TV_RUN_FAULT, "a jump out of the program");
	op.off = (int32_t)off;
	return op;
}

static struct op call_of(tv_call_fn *call)
{
	return (struct op){ .kind = OP_CALL, .call = call };
}

static struct op call_helper(struct decoder *d, const struct bpf_insn *insn)
{
	tv_call_fn *call;

	if (insn->imm == BPF_FUNC_tail_call)
		return plain(insn, OP_TAIL_CALL);
	call = machine_helper(d->machine, insn->imm);
	if (!call)
		return refuse(d, TV_RUN_UNSUPPORTED, "helper %s#%d is not modelled",
			      tv_helper_name(insn->imm), insn->imm);
	return call_of(call);
}

static struct op call_kfunc(struct decoder *d, const struct bpf_insn *insn)
{
	const struct tv_btf *vmlinux = d->machine->opts.vmlinux;
	const char *name = vmlinux && insn->imm ? tv_btf_name(vmlinux, insn->imm) : "";
	tv_call_fn *call;

	if (!*name)
		return refuse(d, TV_RUN_FAULT, "a kernel function that is not there");
	call = machine_kfunc(d->machine, name);
	if (!call)
		return refuse(d, TV_RUN_UNSUPPORTED, "kernel function %s is not modelled", name);
	return call_of(call);
}

static struct op decode_call(struct decoder *d, const struct bpf_insn *insn)
{
	switch (BPF_SRC(insn->code) == BPF_K ? insn->src_reg : NONE) {
	case 0:
		return call_helper(d, insn);
	case BPF_PSEUDO_CALL:
		return jump(d, insn, OP_CALL_SUBPROG, insn->imm);
	case BPF_PSEUDO_KFUNC_CALL:
		return call_kfunc(d, insn);
	default:
		return unknown(d);
	}
}

static struct op decode_jump(struct decoder *d, const struct bpf_insn *insn, bool is64)
{
	static const uint8_t kinds[16] = {
		NONE, OP_JEQ_64K, OP_JGT_64K, OP_JGE_64K, OP_JSET_64K, OP_JNE_64K, OP_JSGT_64K,
		OP_JSGE_64K, NONE, NONE, OP_JLT_64K, OP_JLE_64K, OP_JSLT_64K, OP_JSLE_64K, NONE, NONE,
	};
	uint8_t kind = kinds[insn->code >> 4];

	if (kind != NONE)
		return jump(d, insn, kind + form(insn, is64), insn->off);
	switch (insn->code) {
	case BPF_JMP | BPF_JA:
		return jump(d, insn, OP_JUMP, insn->off);
	case BPF_JMP32 | BPF_JA:
		return jump(d, insn, OP_JUMP, insn->imm);
	case BPF_JMP | BPF_JCOND:
		return insn->src_reg == TV_MAY_GOTO ? jump(d, insn, OP_MAY_GOTO, insn->off) : unknown(d);
	case BPF_JMP | BPF_CALL:
		return decode_call(d, insn);
	case BPF_JMP | BPF_EXIT:
		return plain(insn, OP_EXIT);
	default:
		return unknown(d);
	}
}

static struct op decode(struct decoder *d, const struct bpf_insn *insn)
{
	if (insn->dst_reg >= NR_REGS || insn->src_reg >= NR_REGS)
		return refuse(d, TV_RUN_FAULT, "register r%d is none",
			      insn->dst_reg >= NR_REGS ? insn->dst_reg : insn->src_reg);
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return decode_alu(d, insn, BPF_CLASS(insn->code) == BPF_ALU64);
	case BPF_JMP:
	case BPF_JMP32:
		return decode_jump(d, insn, BPF_CLASS(insn->code) == BPF_JMP);
	case BPF_LDX:
		return decode_load(d, insn);
	case BPF_ST:
	case BPF_STX:
		return decode_store(d, insn);
	default:
		return decode_ld(d, insn);
	}
}

/* --- a program ---------------------------------------------------------------- */

static void decode_all(struct decoder *d)
{
	struct code *code = d->code;
	uint32_t i;

	for (i = 0; i < code->cnt; i++) {
		d->at = i;
		code->ops[i] = decode(d, &d->prog->insns[i]);
		if (code->ops[i].kind == OP_IMM64) {
			i++;
			code->ops[i] = refuse(d, TV_RUN_FAULT, "a jump into a 64-bit immediate");
		}
	}
	code->ops[code->cnt] = refuse(d, TV_RUN_FAULT, "the program ends without exit");
}

struct code *code_create(struct tv_machine *machine, const struct tv_bpf_prog *prog,
			 const uint8_t *btf_load)
{
	struct decoder d = { .machine = machine, .prog = prog, .btf_load = btf_load };
	struct code *code = calloc(1, sizeof(*code) + ((size_t)prog->insn_cnt + 1) * sizeof(struct op));

	if (!code)
		return NULL;
	d.code = code;
	code->prog = prog;
	code->cnt = prog->insn_cnt;
	code->region = (struct tv_region){
		.name = "code", .size = (uint64_t)prog->insn_cnt * sizeof(struct bpf_insn), .object = code,
	};
	if (tv_memory_add(machine->memory, &code->region)) {
		free(code);
		return NULL;
	}
	decode_all(&d);
	if (d.nomem) {
		code_destroy(machine, code);
		return NULL;
	}
	return code;
}

void code_destroy(struct tv_machine *machine, struct code *code)
{
	if (!code)
		return;
	while (code->refusals) {
		struct op_refusal *next = code->refusals->next;

		free(code->refusals);
		code->refusals = next;
	}
	tv_memory_remove(machine->memory, &code->region);
	free(code);
}
