/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Data flow over the control flow graph, before any path is followed: the order in which facts
 * travel backwards, loops as strongly connected components, and which registers are read later.
 */
#include <errno.h>
#include <stdlib.h>

#include "verifier_sim/internal.h"

/* --- postorder of each function ----------------------------------------------- */

enum { SEEN = 1, EXPANDED = 2 };

int vs_compute_postorder(struct vs_env *env)
{
	uint32_t *order = calloc(env->insn_cnt, sizeof(*order));
	uint32_t *stack = calloc(env->insn_cnt, sizeof(*stack));
	uint8_t *mark = calloc(env->insn_cnt, 1);
	uint32_t done = 0, depth, succ[2];

	if (!order || !stack || !mark) {
		free(order);
		free(stack);
		free(mark);
		return -ENOMEM;
	}
	for (uint32_t s = 0; s < env->subprog_cnt; s++) {
		env->subprogs[s].postorder_start = done;
		stack[0] = env->subprogs[s].start;
		mark[stack[0]] = SEEN;
		depth = 1;
		while (depth) {
			uint32_t top = stack[depth - 1];

			if (mark[top] & EXPANDED) {
				order[done++] = top;
				depth--;
				continue;
			}
			mark[top] |= EXPANDED;
			for (int i = 0, n = vs_successors(env, top, succ); i < n; i++) {
				if (mark[succ[i]])
					continue;
				mark[succ[i]] = SEEN;
				stack[depth++] = succ[i];
			}
		}
	}
	env->subprogs[env->subprog_cnt].postorder_start = done;
	env->postorder = order;
	env->postorder_cnt = done;
	free(stack);
	free(mark);
	return 0;
}

/* --- loops (Tarjan) ----------------------------------------------------------- */

struct tarjan {
	struct vs_env *env;
	uint32_t *index, *low;		/* 0: not yet visited */
	uint32_t *open;			/* visited, not yet in a component */
	uint32_t *path;			/* the depth-first walk's own stack */
	uint32_t open_cnt, path_cnt, next_index, next_scc;
};

#define CLOSED UINT32_MAX		/* low of those that have a component */

/* A component of one instruction is a loop only if it jumps to itself. */
static bool is_loop(struct tarjan *t, uint32_t root)
{
	uint32_t succ[2];
	int n = vs_successors(t->env, root, succ);

	if (t->open[t->open_cnt - 1] != root)
		return true;
	return (n > 0 && succ[0] == root) || (n > 1 && succ[1] == root);
}

static void close_component(struct tarjan *t, uint32_t root)
{
	uint32_t scc = is_loop(t, root) ? t->next_scc++ : 0, insn;

	do {
		insn = t->open[--t->open_cnt];
		t->low[insn] = CLOSED;
		t->env->aux[insn].scc = scc;
	} while (insn != root);
}

/* Continues the walk at the top of the path. */
static void tarjan_step(struct tarjan *t)
{
	uint32_t v = t->path[t->path_cnt - 1], succ[2];
	int n = vs_successors(t->env, v, succ);

	if (!t->index[v]) {
		t->index[v] = t->low[v] = t->next_index++;
		t->open[t->open_cnt++] = v;
	}
	for (int i = 0; i < n; i++) {
		if (!t->index[succ[i]]) {
			t->path[t->path_cnt++] = succ[i];
			return;
		}
		if (t->low[succ[i]] < t->low[v])
			t->low[v] = t->low[succ[i]];
	}
	if (t->low[v] == t->index[v])
		close_component(t, v);
	t->path_cnt--;
}

int vs_compute_scc(struct vs_env *env)
{
	struct tarjan t = { .env = env, .next_index = 1, .next_scc = 1 };
	uint32_t *room = calloc((size_t)env->insn_cnt * 4, sizeof(*room));

	if (!room)
		return -ENOMEM;
	t.index = room;
	t.low = room + env->insn_cnt;
	t.open = room + (size_t)env->insn_cnt * 2;
	t.path = room + (size_t)env->insn_cnt * 3;
	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		if (t.index[i])
			continue;
		t.path[t.path_cnt++] = i;
		while (t.path_cnt)
			tarjan_step(&t);
	}
	free(room);
	env->scc_cnt = t.next_scc;
	env->scc_visits = calloc(t.next_scc, sizeof(*env->scc_visits));
	return env->scc_visits ? 0 : -ENOMEM;
}

/* --- registers read later ----------------------------------------------------- */

struct use_def {
	uint16_t use, def, in, out;
};

#define ARG_REGS	0x3eu		/* r1 - r5 */
#define CALLER_SAVED	0x3fu		/* r0 - r5 */

/* The argument registers a call reads, as far as its prototype is known. */
static uint16_t call_uses(struct vs_env *env, const struct bpf_insn *insn)
{
	struct vs_kfunc_meta meta;
	uint32_t args;

	if (tv_insn_is_helper_call(insn)) {
		const struct vs_helper *fn = vs_helper_find((uint32_t)insn->imm);

		if (!fn || !vs_helper_usable(env, fn))
			return ARG_REGS;
		for (args = 0; args < VS_ARGS_MAX && fn->args[args] != ARG_DONTCARE; args++)
			;
	} else if (tv_insn_is_kfunc_call(insn) && !vs_kfunc_meta(env, insn, &meta)) {
		args = btf_vlen(meta.proto);
	} else {
		return ARG_REGS;
	}
	if (args > VS_ARGS_MAX)
		args = VS_ARGS_MAX;
	return (uint16_t)(((1u << args) - 1) << 1);
}

static void atomic_use_def(const struct bpf_insn *insn, struct use_def *ud)
{
	uint16_t src = 1u << insn->src_reg, dst = 1u << insn->dst_reg;

	ud->use = src | dst;
	ud->def = insn->imm & BPF_FETCH ? src : 0;
	if (insn->imm == BPF_CMPXCHG) {
		ud->use |= 1;
		ud->def = 1;
	} else if (insn->imm == BPF_LOAD_ACQ) {
		ud->use = src;
		ud->def = dst;
	} else if (insn->imm == BPF_STORE_REL) {
		ud->def = 0;
	}
}

static void jump_use_def(struct vs_env *env, const struct bpf_insn *insn, struct use_def *ud)
{
	ud->use = ud->def = 0;
	switch (BPF_OP(insn->code)) {
	case BPF_JA:
	case BPF_JCOND:
		break;
	case BPF_EXIT:
		ud->use = 1;
		break;
	case BPF_CALL:
		ud->use = call_uses(env, insn);
		ud->def = CALLER_SAVED;
		break;
	default:
		ud->use = 1u << insn->dst_reg;
		if (BPF_SRC(insn->code) == BPF_X)
			ud->use |= 1u << insn->src_reg;
	}
}

static void insn_use_def(struct vs_env *env, const struct bpf_insn *insn, struct use_def *ud)
{
	uint16_t src = 1u << insn->src_reg, dst = 1u << insn->dst_reg;
	uint8_t mode = BPF_MODE(insn->code);

	/* what is not known to do less reads everything and writes nothing */
	ud->use = 0xffff;
	ud->def = 0;
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		if (tv_insn_is_ldimm64(insn)) {
			ud->use = 0;
			ud->def = dst;
		}
		break;
	case BPF_LDX:
		if (mode == BPF_MEM || mode == BPF_MEMSX) {
			ud->use = src;
			ud->def = dst;
		}
		break;
	case BPF_ST:
		if (mode == BPF_MEM)
			ud->use = dst;
		break;
	case BPF_STX:
		if (mode == BPF_MEM)
			ud->use = src | dst;
		else if (mode == BPF_ATOMIC)
			atomic_use_def(insn, ud);
		break;
	case BPF_ALU:
	case BPF_ALU64:
		ud->def = dst;
		ud->use = BPF_OP(insn->code) == BPF_MOV ? 0 : dst;
		if (BPF_SRC(insn->code) == BPF_X && BPF_OP(insn->code) != BPF_END)
			ud->use |= src;
		break;
	default:
		jump_use_def(env, insn, ud);
	}
}

static void print_live_regs(struct vs_env *env)
{
	vs_log(env, "Live regs before insn:\n");
	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		char regs[VS_FP + 1];

		for (int r = 0; r < VS_FP; r++)
			regs[r] = env->aux[i].live_regs >> r & 1 ? (char)('0' + r) : '.';
		regs[VS_FP] = 0;
		if (env->aux[i].scc)
			vs_log(env, "%3u ", env->aux[i].scc);
		else
			vs_log(env, "    ");
		vs_log(env, "%3u: %s ", i, regs);
		vs_log_insn(env, i);
		if (tv_insn_is_ldimm64(&env->insns[i]))
			i++;
	}
}

int vs_compute_live_regs(struct vs_env *env)
{
	struct use_def *all = calloc(env->insn_cnt, sizeof(*all));
	bool changed = true;
	uint32_t succ[2];

	if (!all)
		return -ENOMEM;
	for (uint32_t i = 0; i < env->insn_cnt; i++)
		insn_use_def(env, &env->insns[i], &all[i]);
	while (changed) {
		changed = false;
		for (uint32_t i = 0; i < env->postorder_cnt; i++) {
			struct use_def *ud = &all[env->postorder[i]];
			uint16_t out = 0, in;

			for (int s = 0, n = vs_successors(env, env->postorder[i], succ); s < n; s++)
				out |= all[succ[s]].in;
			in = (out & ~ud->def) | ud->use;
			changed |= out != ud->out || in != ud->in;
			ud->in = in;
			ud->out = out;
		}
	}
	for (uint32_t i = 0; i < env->insn_cnt; i++)
		env->aux[i].live_regs = all[i].in;
	free(all);
	if (vs_log_all(env) && env->rules->live_regs_table)
		print_live_regs(env);
	return 0;
}
