/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "verifier_sim/internal.h"

int vs_unsupported(struct vs_env *env, const char *fmt, ...)
{
	va_list ap;

	if (env->unsupported)
		return VS_UNSUPPORTED;
	va_start(ap, fmt);
	if (vasprintf(&env->unsupported, fmt, ap) < 0)
		env->unsupported = NULL;
	va_end(ap);
	return VS_UNSUPPORTED;
}

struct vs_subprog *vs_subprog_containing(struct vs_env *env, uint32_t insn)
{
	uint32_t low = 0, high = env->subprog_cnt;

	if (insn >= env->insn_cnt || !high)
		return NULL;
	while (high - low > 1) {
		uint32_t middle = (low + high) / 2;

		if (env->subprogs[middle].start <= insn)
			low = middle;
		else
			high = middle;
	}
	return &env->subprogs[low];
}

int vs_subprog_at(struct vs_env *env, uint32_t insn)
{
	struct vs_subprog *sub = vs_subprog_containing(env, insn);

	return sub && sub->start == insn ? (int)(sub - env->subprogs) : -ENOENT;
}

int vs_successors(const struct vs_env *env, uint32_t insn, uint32_t succ[2])
{
	const struct bpf_insn *i = &env->insns[insn];
	uint8_t class = BPF_CLASS(i->code), op = BPF_OP(i->code);
	int n = 0;

	if (class != BPF_JMP && class != BPF_JMP32) {
		succ[0] = insn + (tv_insn_is_ldimm64(i) ? 2 : 1);
		return 1;
	}
	if (op == BPF_EXIT)
		return 0;
	if (op != BPF_JA)
		succ[n++] = insn + 1;
	if (op != BPF_CALL)
		succ[n++] = insn + 1 + (uint32_t)(i->code == (BPF_JMP32 | BPF_JA) ? i->imm : i->off);
	return n;
}

bool vs_is_sync_callback_call(const struct vs_env *env, const struct bpf_insn *insn)
{
	if (!tv_insn_is_helper_call(insn))
		return false;
	switch (insn->imm) {
	case BPF_FUNC_for_each_map_elem:
	case BPF_FUNC_find_vma:
	case BPF_FUNC_loop:
	case BPF_FUNC_user_ringbuf_drain:
		return true;
	default:
		return false;
	}
}

bool vs_is_async_callback_call(const struct vs_env *env, const struct bpf_insn *insn)
{
	return tv_insn_is_helper_call(insn) && insn->imm == BPF_FUNC_timer_set_callback;
}
