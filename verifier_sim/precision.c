/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Precision: where a verdict hung on the exact range of a number, that number has to be compared
 * exactly with states seen before. It is found by going back along the path, instruction by
 * instruction, replacing what is wanted precise after an instruction by what it was made of, and
 * marking it in each checkpoint on the way.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verifier_sim/internal.h"

/* The path cannot be followed back: everything has to be precise. */
#define GIVE_UP		1

static void want_reg(struct vs_backtrack *bt, uint32_t frame, uint32_t reg)
{
	bt->regs[frame] |= 1u << reg;
}

static void want_slot(struct vs_backtrack *bt, uint32_t frame, uint32_t slot)
{
	bt->slots[frame] |= UINT64_C(1) << slot;
}

static bool wanted(const struct vs_backtrack *bt, uint32_t reg)
{
	return bt->regs[bt->frame] >> reg & 1;
}

static void forget(struct vs_backtrack *bt, uint32_t reg)
{
	bt->regs[bt->frame] &= ~(1u << reg);
}

static bool nothing_wanted(const struct vs_backtrack *bt)
{
	for (uint32_t i = 0; i <= bt->frame; i++)
		if (bt->regs[i] || bt->slots[i])
			return false;
	return true;
}

static const char *format_regs(char *buf, size_t size, uint32_t mask)
{
	size_t used = 0;

	buf[0] = 0;
	for (int i = 0; i < 32 && used < size; i++)
		if (mask >> i & 1)
			used += (size_t)snprintf(buf + used, size - used, "%sr%d", used ? "," : "", i);
	return buf;
}

static const char *format_slots(char *buf, size_t size, uint64_t mask)
{
	size_t used = 0;

	buf[0] = 0;
	for (int i = 0; i < 64 && used < size; i++)
		if (mask >> i & 1)
			used += (size_t)snprintf(buf + used, size - used, "%s%d", used ? "," : "",
						 -(i + 1) * VS_SLOT);
	return buf;
}

/* --- one instruction back ----------------------------------------------------- */

/* Registers that shared a number at a comparison were narrowed together. */
static void spread_to_linked(struct vs_backtrack *bt, const struct vs_hist *hist)
{
	bool any = false;

	if (!hist)
		return;
	for (int i = 0; i < hist->linked_cnt && !any; i++) {
		const struct vs_linked *l = &hist->linked[i];

		any = l->is_reg ? bt->regs[l->frameno] >> l->index & 1
				: bt->slots[l->frameno] >> l->index & 1;
	}
	for (int i = 0; i < hist->linked_cnt && any; i++) {
		const struct vs_linked *l = &hist->linked[i];

		if (l->is_reg)
			want_reg(bt, l->frameno, l->index);
		else
			want_slot(bt, l->frameno, l->index);
	}
}

static int back_alu(struct vs_backtrack *bt, const struct bpf_insn *insn)
{
	uint8_t op = BPF_OP(insn->code);

	if (!wanted(bt, insn->dst_reg) || op == BPF_END || op == BPF_NEG)
		return 0;
	if (op == BPF_MOV)
		forget(bt, insn->dst_reg);
	if (BPF_SRC(insn->code) == BPF_X && insn->src_reg != VS_FP)
		want_reg(bt, bt->frame, insn->src_reg);
	return 0;
}

static int back_load(struct vs_backtrack *bt, uint32_t reg, const struct vs_hist *hist)
{
	if (!wanted(bt, reg))
		return 0;
	forget(bt, reg);
	/* numbers from memory other than the stack are unknown anyway */
	if (hist && hist->flags & VS_HIST_STACK)
		want_slot(bt, hist->frameno, hist->spi);
	return 0;
}

static int back_store(struct vs_backtrack *bt, const struct bpf_insn *insn,
		      const struct vs_hist *hist)
{
	uint64_t slot;

	if (wanted(bt, insn->dst_reg))
		return GIVE_UP;		/* the address itself, computed in ways not followed */
	if (!hist || !(hist->flags & VS_HIST_STACK))
		return 0;
	slot = UINT64_C(1) << hist->spi;
	if (!(bt->slots[hist->frameno] & slot))
		return 0;
	bt->slots[hist->frameno] &= ~slot;
	if (BPF_CLASS(insn->code) == BPF_STX)
		want_reg(bt, bt->frame, insn->src_reg);
	return 0;
}

static int bug(struct vs_env *env, const char *what, unsigned long long mask)
{
	vs_log(env, "verifier bug: %s %llx\n", what, mask);
	return -EFAULT;
}

static int misuse(struct vs_env *env)
{
	vs_log(env, "verifier bug: backtracking misuse\n");
	return -EFAULT;
}

#define ARG_REGS 0x3eu

/* Out of a callee at its first instruction, into the caller: arguments become the caller's. */
static int leave_to_caller(struct vs_env *env, struct vs_backtrack *bt, bool args_carry)
{
	uint32_t args = bt->regs[bt->frame] & ARG_REGS;

	if (bt->regs[bt->frame] & ~ARG_REGS)
		return bug(env, args_carry ? "static subprog unexpected regs"
					   : "callback unexpected regs", bt->regs[bt->frame]);
	if (bt->slots[bt->frame])
		return bug(env, args_carry ? "static subprog leftover stack slots"
					   : "callback leftover stack slots", bt->slots[bt->frame]);
	if (!bt->frame)
		return bug(env, "subprog exit from frame", 0);
	bt->regs[bt->frame] = 0;
	bt->frame--;
	if (args_carry)
		bt->regs[bt->frame] |= args;
	return 0;
}

/* Into a callee at its exit: only r0 can be wanted of it. */
static int enter_callee(struct vs_env *env, struct vs_backtrack *bt)
{
	if (bt->frame == VS_MAX_FRAMES - 1)
		return bug(env, "subprog enter from frame", bt->frame);
	bt->frame++;
	return 0;
}

static int back_call(struct vs_env *env, struct vs_backtrack *bt, uint32_t idx, int subseq)
{
	const struct bpf_insn *insn = &env->insns[idx];

	if (tv_insn_is_subprog_call(insn)) {
		int sub = vs_subprog_at(env, (uint32_t)((int)idx + insn->imm + 1));

		if (sub < 0)
			return -EFAULT;
		if (!env->subprogs[sub].is_global)
			return leave_to_caller(env, bt, true);
		if (bt->regs[bt->frame] & ARG_REGS)
			return bug(env, "global subprog unexpected regs", bt->regs[bt->frame]);
		forget(bt, BPF_REG_0);
		return 0;
	}
	/* a callback's first instruction comes after the call, but is not the next one */
	if (vs_is_sync_callback_call(env, insn) && (int)idx != subseq - 1)
		return leave_to_caller(env, bt, false);
	if (tv_insn_is_kfunc_call(insn) && !insn->imm)
		return GIVE_UP;
	forget(bt, BPF_REG_0);
	if (bt->regs[bt->frame] & ARG_REGS)
		return bug(env, "backtracking call unexpected regs", bt->regs[bt->frame]);
	if (tv_insn_is_helper_call(insn) && insn->imm == BPF_FUNC_tail_call &&
	    subseq - (int)idx != 1)
		return enter_callee(env, bt);
	return 0;
}

static int back_exit(struct vs_env *env, struct vs_backtrack *bt, int subseq)
{
	bool from_call = subseq - 1 >= 0 && tv_insn_is_subprog_call(&env->insns[subseq - 1]);
	bool r0 = from_call && wanted(bt, BPF_REG_0), modern = env->rules->callback_sets_args;
	int err;

	/* the caller's argument registers were given to the callback, which returned no others */
	if (modern && subseq >= 0 && env->aux[subseq].calls_callback)
		bt->regs[bt->frame] &= ~ARG_REGS;
	if ((from_call || modern) && (bt->regs[bt->frame] & ARG_REGS))
		return bug(env, "backtracking exit unexpected regs", bt->regs[bt->frame]);
	forget(bt, BPF_REG_0);
	err = enter_callee(env, bt);
	if (!err && r0)
		want_reg(bt, bt->frame, BPF_REG_0);
	return err;
}

static void back_compare(struct vs_backtrack *bt, const struct bpf_insn *insn,
			 const struct vs_hist *hist)
{
	uint8_t flags = hist ? hist->flags : 0;

	/* a comparison of two registers narrows both: either being precise makes both */
	if (BPF_SRC(insn->code) != BPF_X ||
	    (!wanted(bt, insn->dst_reg) && !wanted(bt, insn->src_reg)))
		return;
	if (!(flags & VS_HIST_SRC_STACK))
		want_reg(bt, bt->frame, insn->src_reg);
	if (!(flags & VS_HIST_DST_STACK))
		want_reg(bt, bt->frame, insn->dst_reg);
}

static void log_step(struct vs_env *env, uint32_t idx)
{
	const struct vs_backtrack *bt = &env->bt;
	char regs[128], slots[512];

	vs_log(env, "mark_precise: frame%u: regs=%s stack=%s before %u: ", bt->frame,
	       format_regs(regs, sizeof(regs), bt->regs[bt->frame]),
	       format_slots(slots, sizeof(slots), bt->slots[bt->frame]), idx);
	vs_log_insn(env, idx);
}

/* What was wanted after @idx becomes what is wanted before it. 0, GIVE_UP or -errno. */
static int step_back(struct vs_env *env, uint32_t idx, int subseq, const struct vs_hist *hist)
{
	const struct bpf_insn *insn = &env->insns[idx];
	struct vs_backtrack *bt = &env->bt;
	bool atomic = BPF_CLASS(insn->code) == BPF_STX && BPF_MODE(insn->code) == BPF_ATOMIC;
	int err = 0;

	if (!insn->code)	/* second half of a 64-bit immediate */
		return 0;
	if (vs_log_all(env))
		log_step(env, idx);
	spread_to_linked(bt, hist);
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		err = back_alu(bt, insn);
		break;
	case BPF_LDX:
		err = back_load(bt, insn->dst_reg, hist);
		break;
	case BPF_STX:
		if (atomic && insn->imm & BPF_FETCH && env->rules->fetch_loads)
			err = back_load(bt, insn->imm == BPF_CMPXCHG ? 0 : insn->src_reg, hist);
		else
			err = back_store(bt, insn, hist);
		break;
	case BPF_ST:
		err = back_store(bt, insn, hist);
		break;
	case BPF_LD:
		/* a number of 64 bits: loads from packets are not modelled */
		forget(bt, insn->dst_reg);
		break;
	default:
		if (BPF_OP(insn->code) == BPF_CALL)
			return back_call(env, bt, idx, subseq);
		if (BPF_OP(insn->code) == BPF_EXIT)
			return back_exit(env, bt, subseq);
		back_compare(bt, insn, hist);
	}
	if (!err)
		spread_to_linked(bt, hist);
	return err;
}

/* --- the whole way ------------------------------------------------------------ */

static void force_frame(struct vs_env *env, struct vs_frame *frame, uint32_t number)
{
	for (uint32_t i = 0; i < VS_FP; i++) {
		if (frame->regs[i].type != SCALAR_VALUE || frame->regs[i].precise)
			continue;
		frame->regs[i].precise = true;
		if (vs_log_all(env))
			vs_log(env, "force_precise: frame%u: forcing r%u to be precise\n", number, i);
	}
	for (uint32_t i = 0; i < frame->slot_cnt; i++) {
		struct vs_slot *slot = &frame->slots[i];

		if (!vs_slot_is_scalar_spill(slot) || slot->reg.precise)
			continue;
		slot->reg.precise = true;
		if (vs_log_all(env))
			vs_log(env, "force_precise: frame%u: forcing fp%d to be precise\n", number,
			       -(int)(i + 1) * VS_SLOT);
	}
}

void vs_force_precise(struct vs_env *env, struct vs_state *st)
{
	if (vs_log_all(env))
		vs_log(env, "mark_precise: frame%u: falling back to forcing all scalars precise\n",
		       st->curframe);
	while ((st = st->parent))
		for (uint32_t i = 0; i <= st->curframe; i++)
			force_frame(env, st->frames[i], i);
}

static void reset(struct vs_backtrack *bt)
{
	memset(bt, 0, sizeof(*bt));
}

/* Marks @reg; false when nothing before it needs to be looked at for its sake. */
static bool mark(struct vs_reg *reg, bool *changed)
{
	if (reg->type != SCALAR_VALUE || reg->precise)
		return false;
	reg->precise = true;
	*changed = true;
	return true;
}

/* At a checkpoint: what it holds is marked; what is marked already needs no further steps. */
static int mark_checkpoint(struct vs_env *env, struct vs_state *st, bool *changed)
{
	struct vs_backtrack *bt = &env->bt;
	char regs[128], slots[512];

	for (int fr = (int)bt->frame; fr >= 0; fr--) {
		struct vs_frame *frame = st->frames[fr];

		for (uint32_t i = 0; i < VS_REGS; i++)
			if (bt->regs[fr] >> i & 1 && !mark(&frame->regs[i], changed))
				bt->regs[fr] &= ~(1u << i);
			else if (env->trace && bt->regs[fr] >> i & 1)
				vs_trace_precise(env, st, (struct vs_place){ (uint32_t)fr, false, i });
		for (uint32_t i = 0; i < 64; i++) {
			if (!(bt->slots[fr] >> i & 1))
				continue;
			if (i >= frame->slot_cnt)
				return bug(env, "stack slot beyond the stack", i);
			if (!vs_slot_is_scalar_spill(&frame->slots[i]) ||
			    !mark(&frame->slots[i].reg, changed))
				bt->slots[fr] &= ~(UINT64_C(1) << i);
			else if (env->trace)
				vs_trace_precise(env, st, (struct vs_place){ (uint32_t)fr, true, i });
		}
		if (!vs_log_all(env))
			continue;
		vs_log(env, "mark_precise: frame%d: parent state regs=%s stack=%s: ", fr,
		       format_regs(regs, sizeof(regs), bt->regs[fr]),
		       format_slots(slots, sizeof(slots), bt->slots[fr]));
		vs_print_state(env, st, (uint32_t)fr, true);
	}
	return 0;
}

/* The instruction before @idx on the path; -1: @st begins here. */
static int previous(const struct vs_state *st, int idx, uint32_t *hist)
{
	uint32_t left = *hist;

	if (idx == (int)st->first_insn_idx &&
	    (!left || (left == 1 && st->hist[0].idx == (uint32_t)idx)))
		return -1;
	if (left && st->hist[left - 1].idx == (uint32_t)idx) {
		*hist = left - 1;
		return (int)st->hist[left - 1].prev_idx;
	}
	return idx - 1;
}

/* Past the first instruction of a global function: its arguments may be wanted, nothing else. */
static int at_function_entry(struct vs_env *env, struct vs_state *st, bool *changed)
{
	struct vs_backtrack *bt = &env->bt;
	struct vs_frame *frame = st->frames[0];

	if (st->curframe || !frame->subprog || frame->callsite != VS_MAIN_CALLSITE ||
	    bt->slots[bt->frame] || (bt->regs[bt->frame] & ~ARG_REGS)) {
		vs_log(env, "verifier bug: backtracking func entry subprog %u reg_mask %x stack_mask %llx\n",
		       frame->subprog, bt->regs[bt->frame], (unsigned long long)bt->slots[bt->frame]);
		return -EFAULT;
	}
	for (uint32_t i = 1; i <= VS_ARGS_MAX; i++) {
		if (!wanted(bt, i))
			continue;
		forget(bt, i);
		if (frame->regs[i].type == SCALAR_VALUE) {
			frame->regs[i].precise = true;
			*changed = true;
		}
	}
	return 0;
}

enum { GO_ON, FINISHED, ALL_PRECISE };

/* Back over the instructions since the checkpoint before @st; one of the above, or -errno. */
static int walk_segment(struct vs_env *env, struct vs_state *st, int last, int *subseq, bool skip)
{
	uint32_t hist = st->hist_cnt;
	int idx = last, err;

	for (;;) {
		const struct vs_hist *entry = NULL;

		if (hist && st->hist[hist - 1].idx == (uint32_t)idx)
			entry = &st->hist[hist - 1];
		err = skip ? 0 : step_back(env, (uint32_t)idx, *subseq, entry);
		skip = false;
		if (err)
			return err == GIVE_UP ? ALL_PRECISE : err;
		if (nothing_wanted(&env->bt))
			return FINISHED;
		*subseq = idx;
		idx = previous(st, idx, &hist);
		if (idx < 0)
			return GO_ON;
		if (idx >= (int)env->insn_cnt)
			return bug(env, "backtracking idx", (unsigned long long)idx);
	}
}

int vs_mark_chain_precise(struct vs_env *env, struct vs_state *start, int reg, bool *changed)
{
	struct vs_backtrack *bt = &env->bt;
	struct vs_state *st = start;
	int last = (int)start->insn_idx, first = (int)start->first_insn_idx, subseq = -1, err;
	bool ignored;

	if (!changed)
		changed = &ignored;
	bt->frame = start->curframe;
	if (reg >= 0) {
		if (vs_cur_frame(st)->regs[reg].type != SCALAR_VALUE)
			return misuse(env);
		want_reg(bt, bt->frame, (uint32_t)reg);
	}
	if (nothing_wanted(bt))
		return 0;
	for (;;) {
		if (vs_log_all(env))
			vs_log(env, "mark_precise: frame%u: last_idx %d first_idx %d subseq_idx %d \n",
			       bt->frame, last, first, subseq);
		if (last < 0)
			return at_function_entry(env, st, changed);
		err = walk_segment(env, st, last, &subseq, st == start);
		if (err == ALL_PRECISE)
			break;
		if (err != GO_ON)
			return err == FINISHED ? 0 : err;
		st = st->parent;
		if (!st)
			break;
		err = mark_checkpoint(env, st, changed);
		if (err)
			return err;
		if (nothing_wanted(bt))
			return 0;
		subseq = first;
		last = st->last_insn_idx;
		first = (int)st->first_insn_idx;
	}
	vs_force_precise(env, start);
	reset(bt);
	return 0;
}

int vs_mark_precise(struct vs_env *env, int reg)
{
	return vs_mark_chain_precise(env, env->cur, reg, NULL);
}

/* --- from a state found equal ------------------------------------------------- */

/* What made the older state's continuation safe has to hold on the way to this one too. */
int vs_propagate_precision(struct vs_env *env, const struct vs_state *old, struct vs_state *cur,
			   bool *changed)
{
	for (int fr = (int)old->curframe; fr >= 0; fr--) {
		const struct vs_frame *frame = old->frames[fr];
		const char *sep = NULL;

		for (uint32_t i = 0; i < VS_FP; i++) {
			if (frame->regs[i].type != SCALAR_VALUE || !frame->regs[i].precise)
				continue;
			if (vs_log_all(env) && !sep)
				vs_log(env, "frame %d: propagating r%u", fr, i);
			else if (vs_log_all(env))
				vs_log(env, ",r%u", i);
			want_reg(&env->bt, (uint32_t)fr, i);
			sep = ",";
		}
		for (uint32_t i = 0; i < frame->slot_cnt; i++) {
			if (!vs_slot_is_scalar_spill(&frame->slots[i]) || !frame->slots[i].reg.precise)
				continue;
			if (vs_log_all(env) && !sep)
				vs_log(env, "frame %d: propagating fp%d", fr,
				       -(int)(i + 1) * VS_SLOT);
			else if (vs_log_all(env))
				vs_log(env, ",fp%d", -(int)(i + 1) * VS_SLOT);
			want_slot(&env->bt, (uint32_t)fr, i);
			sep = ",";
		}
		if (sep && vs_log_all(env))
			vs_log(env, "\n");
	}
	return vs_mark_chain_precise(env, cur, -1, changed);
}
