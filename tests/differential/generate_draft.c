// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A program that can be changed: instructions come and go, and what points over them follows. */
#include <string.h>

#include "tests/differential/generate.h"

bool draft_of(struct draft *draft, const struct tv_bpf_prog *prog)
{
	/* room to grow by what a mutation adds */
	if (prog->insn_cnt + 64 > MAX_INSNS || prog->func_info_cnt > MAX_FUNCS)
		return false;
	memset(draft, 0, sizeof(*draft));
	memcpy(draft->insns, prog->insns, prog->insn_cnt * sizeof(*prog->insns));
	draft->cnt = prog->insn_cnt;
	draft->func_cnt = prog->func_info_cnt;
	if (draft->func_cnt)
		memcpy(draft->funcs, prog->func_info, draft->func_cnt * sizeof(*prog->func_info));
	draft->flags = prog->flags | prog->test_flags;
	return true;
}

bool draft_is_second(const struct draft *draft, uint32_t insn)
{
	uint32_t i = 0;

	while (i < insn)
		i += tv_insn_is_ldimm64(&draft->insns[i]) ? 2 : 1;
	return i != insn;
}

/* --- where an instruction leads --------------------------------------------------- */

enum lead { LEADS_NOWHERE, LEADS_BY_OFF, LEADS_BY_IMM };

static enum lead lead_of(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	if (tv_insn_is_func_addr(insn) || tv_insn_is_subprog_call(insn))
		return LEADS_BY_IMM;
	if ((class != BPF_JMP && class != BPF_JMP32) || op == BPF_CALL || op == BPF_EXIT)
		return LEADS_NOWHERE;
	return class == BPF_JMP32 && op == BPF_JA ? LEADS_BY_IMM : LEADS_BY_OFF;
}

/* Where position @to of the old program is when @by slots appear at (or, negative, vanish from) @at. */
static int64_t moved(int64_t to, uint32_t at, int by)
{
	if (to <= (int64_t)at)
		return to;
	return to + by < (int64_t)at ? (int64_t)at : to + by;
}

static void relead(struct draft *draft, uint32_t at, int by)
{
	uint32_t i;

	for (i = 0; i < draft->cnt; i += tv_insn_is_ldimm64(&draft->insns[i]) ? 2 : 1) {
		struct bpf_insn *insn = &draft->insns[i];
		enum lead lead = lead_of(insn);
		int64_t distance = lead == LEADS_BY_OFF ? insn->off : insn->imm;

		if (lead == LEADS_NOWHERE)
			continue;
		distance = moved((int64_t)i + 1 + distance, at, by) - moved(i, at, by) - 1;
		if (lead == LEADS_BY_OFF)
			insn->off = (int16_t)distance;
		else
			insn->imm = (int32_t)distance;
	}
	for (i = 0; i < draft->func_cnt; i++)
		draft->funcs[i].insn_off = (uint32_t)moved(draft->funcs[i].insn_off, at, by);
}

static uint32_t slots_at(const struct draft *draft, uint32_t insn)
{
	return tv_insn_is_ldimm64(&draft->insns[insn]) && insn + 1 < draft->cnt ? 2 : 1;
}

/* A function whose last instruction is gone shares its start with the next: its record goes too. */
static void drop_empty_functions(struct draft *draft)
{
	uint32_t i, kept = 0;

	for (i = 0; i < draft->func_cnt; i++) {
		uint32_t end = i + 1 < draft->func_cnt ? draft->funcs[i + 1].insn_off : draft->cnt;

		if (draft->funcs[i].insn_off < end)
			draft->funcs[kept++] = draft->funcs[i];
	}
	draft->func_cnt = kept;
}

void draft_remove(struct draft *draft, uint32_t insn)
{
	uint32_t n = slots_at(draft, insn);

	relead(draft, insn, -(int)n);
	memmove(&draft->insns[insn], &draft->insns[insn + n],
		(draft->cnt - insn - n) * sizeof(draft->insns[0]));
	draft->cnt -= n;
	drop_empty_functions(draft);
}

void draft_double(struct draft *draft, uint32_t insn)
{
	uint32_t n = slots_at(draft, insn);

	if (draft->cnt + n > MAX_INSNS)
		return;
	/* what led here still does, to the first of both */
	relead(draft, insn, (int)n);
	memmove(&draft->insns[insn + n], &draft->insns[insn],
		(draft->cnt - insn) * sizeof(draft->insns[0]));
	draft->cnt += n;
	if (lead_of(&draft->insns[insn]) == LEADS_BY_OFF)
		draft->insns[insn + n].off = (int16_t)(draft->insns[insn].off - (int)n);
	else if (lead_of(&draft->insns[insn]) == LEADS_BY_IMM)
		draft->insns[insn + n].imm = (int32_t)((uint32_t)draft->insns[insn].imm - n);
}
