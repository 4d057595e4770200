// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Chance, and small changes to a program that was meant to be right or wrong in another way. */
#include "tests/differential/generate.h"

/* --- chance --------------------------------------------------------------------- */

static uint64_t chance_bits(struct chance *c)
{
	uint64_t x = c->state += 0x9e3779b97f4a7c15u;	/* splitmix64 */

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

uint32_t chance_below(struct chance *c, uint32_t limit)
{
	return limit ? (uint32_t)(chance_bits(c) % limit) : 0;
}

bool chance_percent(struct chance *c, uint32_t percent)
{
	return chance_below(c, 100) < percent;
}

int32_t chance_number(struct chance *c)
{
	static const int32_t extremes[] = { INT32_MIN, INT32_MAX, -1, 0, 1, 0xffff, -4096, 4096 };

	switch (chance_below(c, 4)) {
	case 0:
		return extremes[chance_below(c, sizeof(extremes) / sizeof(extremes[0]))];
	case 1:
		return (int32_t)((1u << chance_below(c, 32)) - chance_below(c, 2));
	case 2:
		return -(int32_t)chance_below(c, 64);
	default:
		return (int32_t)chance_below(c, 64);
	}
}

/* --- changes -------------------------------------------------------------------- */

/* A random instruction, never the second half of one. */
static uint32_t pick(const struct draft *d, struct chance *c)
{
	uint32_t at = chance_below(c, d->cnt);

	return draft_is_second(d, at) ? at - 1 : at;
}

static void change_dst(struct bpf_insn *insn, struct chance *c)
{
	insn->dst_reg = chance_below(c, 11);
}

/* In calls and 64-bit immediates the field says what the immediate is. */
static void change_src(struct bpf_insn *insn, struct chance *c)
{
	if (!tv_insn_is_call(insn) && !tv_insn_is_ldimm64(insn))
		insn->src_reg = chance_below(c, 11);
}

static void change_off(struct bpf_insn *insn, struct chance *c)
{
	if (chance_percent(c, 50))
		insn->off = (int16_t)(insn->off + (int)chance_below(c, 17) - 8);
	else
		insn->off = (int16_t)(insn->off + (chance_percent(c, 50) ? 8 : -8));
}

static void change_imm(struct bpf_insn *insn, struct chance *c)
{
	if (tv_insn_is_call(insn) || (tv_insn_is_ldimm64(insn) && insn->src_reg))
		return;
	insn->imm = chance_percent(c, 50) ? chance_number(c) :
					    (int32_t)((uint32_t)insn->imm + chance_below(c, 5) - 2);
}

/* Another operation of the same class: the size of an access, the condition of a jump, ... */
static void change_code(struct bpf_insn *insn, struct chance *c)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LDX: case BPF_ST: case BPF_STX:
		insn->code = (uint8_t)((insn->code & ~0x18) | chance_below(c, 4) << 3);
		break;
	case BPF_ALU: case BPF_ALU64:
		insn->code = (uint8_t)((insn->code & ~0xf0) | chance_below(c, 13) << 4);
		break;
	case BPF_JMP: case BPF_JMP32:
		if (BPF_OP(insn->code) != BPF_CALL && BPF_OP(insn->code) != BPF_EXIT)
			insn->code = (uint8_t)((insn->code & ~0xf0) | (1 + chance_below(c, 7)) << 4);
		break;
	default:
		break;
	}
}

static void change_width(struct bpf_insn *insn, struct chance *c)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU: case BPF_ALU64:
		insn->code ^= BPF_ALU ^ BPF_ALU64;
		break;
	case BPF_JMP: case BPF_JMP32:
		if (BPF_OP(insn->code) != BPF_CALL && BPF_OP(insn->code) != BPF_EXIT)
			insn->code ^= BPF_JMP ^ BPF_JMP32;
		break;
	default:
		change_imm(insn, c);
	}
}

static void swap_next(struct draft *d, uint32_t at)
{
	struct bpf_insn first = d->insns[at];

	if (at + 1 >= d->cnt || tv_insn_is_ldimm64(&first) || tv_insn_is_ldimm64(&d->insns[at + 1]))
		return;
	d->insns[at] = d->insns[at + 1];
	d->insns[at + 1] = first;
}

/* The callee of another call of the same sort, or another map. */
static void swap_imm(struct draft *d, uint32_t at, struct chance *c)
{
	struct bpf_insn *insn = &d->insns[at];
	uint32_t i, other;

	for (i = 0; i < 64; i++) {
		other = pick(d, c);
		if (d->insns[other].code == insn->code && d->insns[other].src_reg == insn->src_reg &&
		    d->insns[other].imm != insn->imm && !tv_insn_is_subprog_call(insn) &&
		    !tv_insn_is_func_addr(insn)) {
			insn->imm = d->insns[other].imm;
			return;
		}
	}
}

static void change_once(struct draft *d, struct chance *c)
{
	static void (*const in_place[])(struct bpf_insn *insn, struct chance *c) = {
		change_dst, change_src, change_off, change_imm, change_code, change_width,
	};
	uint32_t at = pick(d, c), what = chance_below(c, 12);

	switch (what) {
	case 6: case 7:
		if (d->cnt > 2)
			draft_remove(d, at);
		break;
	case 8:
		draft_double(d, at);
		break;
	case 9:
		swap_next(d, at);
		break;
	case 10: case 11:
		swap_imm(d, at, c);
		break;
	default:
		in_place[what](&d->insns[at], c);
	}
}

void mutate(struct draft *draft, struct chance *chance)
{
	uint32_t n = 1 + chance_below(chance, 3);

	while (n--)
		change_once(draft, chance);
	if (chance_percent(chance, 20))
		draft->flags ^= BPF_F_TEST_STATE_FREQ;
}
