/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the verifier lets pass and is wrong, or may be, all the same. */
#include "verifier_sim/explain.h"

#include <string.h>

#define MAX_LOOPS	(INT64_C(8) << 20)	/* bpf_iter_num_new() and bpf_loop() take no more */

static void tell(FILE *out, const struct vs_env *env, uint32_t insn, const char *what)
{
	fputs("Hazard: ", out);
	vs_explain_line(out, env, insn);
	fprintf(out, "\n  %s\n", what);
}

static const char *kfunc_name(const struct vs_env *env, uint32_t insn)
{
	const struct btf_type *t;

	if (!tv_insn_is_kfunc_call(&env->insns[insn]) || !env->vmlinux)
		return "";
	t = tv_btf_type(env->vmlinux, (uint32_t)env->insns[insn].imm);
	return t ? tv_btf_str(env->vmlinux, t->name_off) : "";
}

/* Walks whose start can fail while the program runs, for reasons outside of it. */
static bool start_may_fail(const char *name)
{
	static const char *const names[] = { "bpf_iter_task_vma_new", "bpf_iter_css_task_new",
					     "bpf_iter_bits_new" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static void ignored_failures(FILE *out, const struct vs_env *env)
{
	for (uint32_t i = 0; i + 1 < env->insn_cnt; i++)
		if (env->aux[i].seen && start_may_fail(kfunc_name(env, i)) &&
		    !(env->aux[i + 1].live_regs & 1))
			tell(out, env, i, "new may fail (mmap_lock is taken, no memory), and its result is not looked at: next then "
					  "returns NULL at once, and a walk that never began looks like an empty one");
}

static void seen_on_the_way(FILE *out, const struct vs_env *env)
{
	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		if (env->trace->hazards[i] & VS_HAZARD_LATE_USE)
			tell(out, env, i, "reads an element of an iterator after destroy: nothing keeps it alive any more "
					  "(the lock is dropped, the copy freed). The verifier does not tie the two together");
		if (env->trace->hazards[i] & VS_HAZARD_ABOVE_FRAME)
			tell(out, env, i, "passes r10 for an iterator: the verifier takes that for the one at r10 - 8, but "
					  "the kernel will read and write above the program's stack");
	}
}

/* The number that a register has before @insn when it is set to one there and then; false: unknown. */
static bool constant_before(const struct vs_env *env, uint32_t insn, uint32_t reg, int64_t *value)
{
	for (uint32_t i = insn; i-- > 0 && insn - i < 8; ) {
		const struct bpf_insn *p = &env->insns[i];
		uint8_t class = BPF_CLASS(p->code);

		if (class == BPF_JMP || class == BPF_JMP32 || env->aux[i + 1].jump_target)
			return false;
		if (p->dst_reg != reg || (class != BPF_ALU64 && class != BPF_ALU && class != BPF_LDX &&
					  class != BPF_LD))
			continue;
		*value = p->imm;
		return (class == BPF_ALU64 || class == BPF_ALU) && BPF_OP(p->code) == BPF_MOV &&
		       BPF_SRC(p->code) == BPF_K;
	}
	return false;
}

static void ranges_too_large(FILE *out, const struct vs_env *env)
{
	int64_t start, end;

	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		if (!env->aux[i].seen || strcmp(kfunc_name(env, i), "bpf_iter_num_new") ||
		    !constant_before(env, i, BPF_REG_2, &start) ||
		    !constant_before(env, i, BPF_REG_3, &end))
			continue;
		if (end - start > MAX_LOOPS)
			tell(out, env, i, "a range of more than 8388608 numbers: new fails with E2BIG, and the loop never runs");
		else if (end < start)
			tell(out, env, i, "the range ends before it starts: new fails with EINVAL, and the loop never runs");
	}
}

/* Is every way out of the loop @scc a may_goto? */
static bool only_limited(const struct vs_env *env, uint32_t scc, uint32_t *may_goto)
{
	bool found = false;

	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		uint32_t succ[2];
		int n;

		if (env->aux[i].scc != scc)
			continue;
		if (vs_is_may_goto(&env->insns[i])) {
			*may_goto = i;
			found = true;
			continue;
		}
		n = vs_successors(env, i, succ);
		for (int k = 0; k < n; k++)
			if (succ[k] < env->insn_cnt && env->aux[succ[k]].scc != scc)
				return false;
	}
	return found;
}

static void loops_without_end(FILE *out, const struct vs_env *env)
{
	uint32_t may_goto;

	for (uint32_t scc = 1; scc < env->scc_cnt; scc++)
		if (only_limited(env, scc, &may_goto))
			tell(out, env, may_goto, "this loop has no other end than may_goto's limit: it runs millions of rounds, "
						 "or until its time is up");
}

void vs_explain_hazards(FILE *out, const struct vs_env *env)
{
	seen_on_the_way(out, env);
	ignored_failures(out, env);
	ranges_too_large(out, env);
	loops_without_end(out, env);
}
