/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The paths still to be followed, and the history of the current one. */
#include <errno.h>
#include <string.h>

#include "verifier_sim/internal.h"

static struct vs_pending *push(struct vs_env *env, uint32_t insn, int prev_insn)
{
	struct vs_pending *p = vs_pool_zalloc(&env->pool, sizeof(*p));

	if (!p)
		return NULL;
	p->insn_idx = insn;
	p->prev_insn_idx = prev_insn;
	p->log_pos = vs_log_pos(env);
	p->trace = vs_trace_mark(env);
	p->next = env->pending;
	env->pending = p;
	env->pending_cnt++;
	return p;
}

struct vs_state *vs_push_branch(struct vs_env *env, uint32_t insn, int prev_insn)
{
	struct vs_pending *p = push(env, insn, prev_insn);

	if (!p || vs_state_copy(&env->pool, &p->st, env->cur))
		return NULL;
	if (env->pending_cnt > VS_MAX_PENDING) {
		vs_log(env, "The sequence of %u jumps is too complex.\n", env->pending_cnt);
		return NULL;
	}
	if (p->st.parent)
		p->st.parent->branches++;
	return &p->st;
}

int vs_push_error(const struct vs_env *env, int full)
{
	if (env->pending_cnt <= VS_MAX_PENDING)
		return -ENOMEM;
	return env->rules->queue_errno ? -E2BIG : full;
}

int vs_pop_branch(struct vs_env *env, int *prev_insn, uint32_t *insn, bool reset_log)
{
	struct vs_pending *p = env->pending;

	if (!p)
		return -ENOENT;
	if (env->cur) {
		/* its memory is taken over rather than copied */
		vs_state_fini(&env->pool, env->cur);
		*env->cur = p->st;
		memset(&p->st, 0, sizeof(p->st));
	} else {
		vs_state_fini(&env->pool, &p->st);
	}
	if (reset_log)
		vs_log_reset(env, p->log_pos);
	vs_trace_resume(env, p->trace);
	if (insn)
		*insn = p->insn_idx;
	if (prev_insn)
		*prev_insn = p->prev_insn_idx;
	env->pending = p->next;
	env->pending_cnt--;
	vs_pool_free(&env->pool, p, sizeof(*p));
	return 0;
}

int vs_push_hist(struct vs_env *env, struct vs_state *st, uint32_t flags, uint32_t frame,
		 uint32_t spi, const struct vs_linked *linked, uint32_t linked_cnt)
{
	struct vs_hist entry = {
		.idx = env->insn_idx, .prev_idx = (uint32_t)env->prev_insn_idx,
		.flags = (uint8_t)flags, .frameno = (uint8_t)frame, .spi = (uint8_t)spi,
		.linked_cnt = (uint8_t)linked_cnt,
	};

	if (linked_cnt)
		memcpy(entry.linked, linked, linked_cnt * sizeof(*linked));
	if (env->cur_hist) {
		/* one entry an instruction: later facts are added to it */
		env->cur_hist->flags |= entry.flags;
		if (flags & VS_HIST_STACK) {
			env->cur_hist->frameno = entry.frameno;
			env->cur_hist->spi = entry.spi;
		}
		env->cur_hist->linked_cnt = entry.linked_cnt;
		memcpy(env->cur_hist->linked, entry.linked, sizeof(entry.linked));
		return 0;
	}
	if (vs_state_add_hist(&env->pool, st, &entry))
		return -ENOMEM;
	env->cur_hist = &st->hist[st->hist_cnt - 1];
	return 0;
}
