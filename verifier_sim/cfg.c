/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The control flow graph: every instruction can be reached, no jump leaves its function, and marks
 * on the instructions where states are worth remembering (Linux kernel/bpf/verifier.c: check_cfg).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "verifier_sim/internal.h"

enum { FRESH, ON_STACK, DONE };

struct walk {
	struct vs_env *env;
	uint8_t *color;		/* [insn_cnt] */
	uint8_t *next_edge;	/* [insn_cnt] */
	uint32_t *stack;	/* [insn_cnt] */
	uint32_t depth;
};

static void mark_target(struct vs_env *env, uint32_t insn)
{
	env->aux[insn].prune_point = true;
	env->aux[insn].jmp_point = true;
}

static void mark_call(struct vs_env *env, uint32_t t, const struct bpf_insn *insn)
{
	struct vs_aux *aux = &env->aux[t];
	struct vs_kfunc_meta meta;
	const struct vs_helper *helper;

	if (vs_is_async_callback_call(env, insn))
		aux->prune_point = true;
	if (vs_is_sync_callback_call(env, insn)) {
		aux->calls_callback = true;
		aux->force_checkpoint = true;
		aux->prune_point = true;
		aux->jmp_point = true;
	}
	if (tv_insn_is_helper_call(insn)) {
		helper = vs_helper_find((uint32_t)insn->imm);
		if (helper && helper->might_sleep)
			vs_subprog_containing(env, t)->might_sleep = true;
		if (insn->imm == BPF_FUNC_tail_call)
			vs_subprog_containing(env, t)->changes_pkt_data = true;
	} else if (tv_insn_is_kfunc_call(insn) && !vs_kfunc_meta(env, insn, &meta)) {
		if (meta.flags & KF_ITER_NEXT) {
			aux->prune_point = true;
			aux->force_checkpoint = true;
		}
		if (meta.flags & KF_SLEEPABLE)
			vs_subprog_containing(env, t)->might_sleep = true;
	}
}

/* What the callee does, the caller does. */
static void merge_effects(struct vs_env *env, uint32_t caller_insn, uint32_t callee_insn)
{
	struct vs_subprog *to = vs_subprog_containing(env, caller_insn);
	const struct vs_subprog *from = vs_subprog_containing(env, callee_insn);

	to->might_sleep |= from->might_sleep;
	to->changes_pkt_data |= from->changes_pkt_data;
}

/* Edge number @n of @t, with the marks that come with following it; -1: there is none. */
static int64_t follow_edge(struct vs_env *env, uint32_t t, unsigned int n)
{
	const struct bpf_insn *insn = &env->insns[t];
	uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);
	bool jump = class == BPF_JMP || class == BPF_JMP32;
	bool calls = tv_insn_is_subprog_call(insn) || tv_insn_is_func_addr(insn);
	int64_t width = tv_insn_is_ldimm64(insn) ? 2 : 1;

	if (n == 0) {
		if (jump && op == BPF_EXIT)
			return -1;
		if (jump && op == BPF_CALL)
			mark_call(env, t, insn);
		if (jump && op == BPF_JA)
			return (int64_t)t + 1 + (class == BPF_JMP ? insn->off : insn->imm);
		if (jump && op != BPF_CALL) {
			env->aux[t].prune_point = true;
			if (vs_is_may_goto(insn))
				env->aux[t].force_checkpoint = true;
		}
		return (int64_t)t + width;
	}
	if (n == 1 && calls)
		return (int64_t)t + insn->imm + 1;
	if (n == 1 && jump && op != BPF_JA && op != BPF_CALL && op != BPF_EXIT)
		return (int64_t)t + insn->off + 1;
	return -1;
}

/* After the way through edge 0 has been walked: marks that the kernel sets only then. */
static void mark_after_first(struct vs_env *env, uint32_t t, uint32_t to)
{
	const struct bpf_insn *insn = &env->insns[t];
	uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);
	bool jump = class == BPF_JMP || class == BPF_JMP32;

	if (tv_insn_is_func_addr(insn) || (jump && (op == BPF_CALL || op == BPF_JA)))
		mark_target(env, to);
	if (tv_insn_is_func_addr(insn) || tv_insn_is_subprog_call(insn)) {
		env->aux[t].prune_point = true;
		merge_effects(env, t, (uint32_t)((int64_t)t + insn->imm + 1));
	}
}

static int out_of_range(struct vs_env *env, uint32_t from, int64_t to)
{
	char prefix[16];

	snprintf(prefix, sizeof(prefix), "%u: ", from);
	vs_log_line(env, from, prefix);
	vs_log(env, "jump out of range from insn %u to %lld\n", from, (long long)to);
	return -EINVAL;
}

/* One step of the depth-first walk: along the next edge of the top, or back. */
static int step(struct walk *w)
{
	struct vs_env *env = w->env;
	uint32_t t = w->stack[w->depth - 1];
	unsigned int n = w->next_edge[t];
	int64_t to = follow_edge(env, t, n);

	if (to == -1) {
		w->color[t] = DONE;
		w->depth--;
		return 0;
	}
	if (to < 0 || to >= env->insn_cnt)
		return out_of_range(env, t, to);
	w->next_edge[t]++;
	if (n)
		mark_target(env, (uint32_t)to);
	else
		mark_after_first(env, t, (uint32_t)to);
	if (w->color[to] == FRESH) {
		w->color[to] = ON_STACK;
		w->stack[w->depth++] = (uint32_t)to;
	}
	return 0;
}

static int check_reached(struct vs_env *env, const uint8_t *color)
{
	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		if (color[i] != DONE) {
			vs_log(env, "unreachable insn %u\n", i);
			return -EINVAL;
		}
		if (!tv_insn_is_ldimm64(&env->insns[i]))
			continue;
		if (color[i + 1] != FRESH) {
			vs_log(env, "jump into the middle of ldimm64 insn %u\n", i);
			return -EINVAL;
		}
		i++;
	}
	return 0;
}

int vs_check_cfg(struct vs_env *env)
{
	struct walk w = { .env = env };
	int err = -ENOMEM;

	w.color = calloc(env->insn_cnt, 1);
	w.next_edge = calloc(env->insn_cnt, 1);
	w.stack = calloc(env->insn_cnt, sizeof(*w.stack));
	if (!w.color || !w.next_edge || !w.stack)
		goto out;
	err = 0;
	w.color[0] = ON_STACK;
	w.stack[w.depth++] = 0;
	while (w.depth && !err)
		err = step(&w);
	if (!err)
		err = check_reached(env, w.color);
out:
	free(w.stack);
	free(w.next_edge);
	free(w.color);
	return err;
}
