/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The end of a path: leaks and return values; and the end of all: is the stack deep enough? */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "verifier_sim/internal.h"

void vs_log_bad_range(struct vs_env *env, const struct vs_reg *reg, int32_t min, int32_t max,
		      const char *where, const char *name)
{
	char low[48] = "", high[48] = "";

	if (reg->v.smin > INT64_MIN)
		snprintf(low, sizeof(low), " smin=%" PRId64, reg->v.smin);
	if (reg->v.smax < INT64_MAX)
		snprintf(high, sizeof(high), " smax=%" PRId64, reg->v.smax);
	vs_log(env, "%s the register %s has%s%s%s should have been in [%d, %d]\n", where, name, low,
	       high, *low || *high ? "" : " unknown scalar value", min, max);
}

/* What a program of this type may return: false, anything. */
static bool return_range(const struct vs_env *env, int32_t *min, int32_t *max)
{
	const struct tv_bpf_prog *prog = env->prog;

	*min = *max = 0;
	return prog->type == BPF_PROG_TYPE_TRACING &&
	       (prog->attach_type == BPF_TRACE_FENTRY || prog->attach_type == BPF_TRACE_FEXIT);
}

int vs_check_return_code(struct vs_env *env, uint32_t regno, const char *name)
{
	const struct vs_frame *frame = env->cur->frames[0];
	const struct vs_reg *reg = &vs_regs(env)[regno];
	int32_t min, max;
	char word[128];
	int err = vs_check_src(env, regno);

	if (err)
		return err;
	vs_type_str(reg->type, word, sizeof(word));
	if (frame->subprog) {
		if (reg->type == SCALAR_VALUE)
			return 0;
		vs_log(env, "At subprogram exit the register R%u is not a scalar value (%s)\n", regno,
		       word);
		return -EINVAL;
	}
	if (!return_range(env, &min, &max))
		return 0;
	if (reg->type != SCALAR_VALUE) {
		vs_log(env, "At program exit the register R%u is not a known value (%s)\n", regno, word);
		return -EINVAL;
	}
	err = vs_mark_precise(env, (int)regno);
	if (err)
		return err;
	if (min <= reg->v.smin && reg->v.smax <= max)
		return 0;
	vs_log_bad_range(env, reg, min, max, "At program exit", name);
	return -EINVAL;
}

int vs_check_exit(struct vs_env *env, bool *print_state)
{
	bool main = !env->cur->curframe;
	int err = main && !env->rules->leak_summary ? vs_check_sections_left(env) : 0;

	if (!err)
		err = vs_check_leaks(env, main, "BPF_EXIT instruction in main prog", env->rules->leak_summary);
	if (err)
		return err;
	if (env->cur->curframe) {
		err = vs_leave_func(env, &env->insn_idx);
		if (!err)
			*print_state = true;
		return err;
	}
	err = vs_check_return_code(env, BPF_REG_0, "R0");
	return err ? err : VS_PATH_DONE;
}

/* --- stack depth -------------------------------------------------------------- */

#define PRIVATE_STACK_MIN	64	/* smaller frames stay on the common stack */
#define TAIL_CALL_STACK		256

enum stack_mode { STACK_UNKNOWN, STACK_COMMON, STACK_PRIVATE };

struct level {
	uint32_t subprog, next_insn;
	int added;			/* bytes of the common stack */
};

struct depth_walk {
	struct vs_env *env;
	uint8_t mode[VS_MAX_SUBPROGS];		/* enum stack_mode */
	/* deepest common stack with which a function was entered and found good, by level; -1: none */
	int16_t good[VS_MAX_SUBPROGS][VS_MAX_FRAMES];
	struct level levels[VS_MAX_FRAMES];
	uint32_t level;
	int depth;
	bool private_ok;
};

/* The JIT gives such programs a stack of their own for large frames. */
static bool has_private_stacks(const struct vs_env *env)
{
	if (!env->rules->private_stacks)
		return false;
	for (uint32_t i = 0; i < env->subprog_cnt; i++)
		if (env->subprogs[i].has_tail_call)
			return false;
	switch (env->prog->type) {
	case BPF_PROG_TYPE_KPROBE:
	case BPF_PROG_TYPE_TRACEPOINT:
	case BPF_PROG_TYPE_PERF_EVENT:
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
		return true;
	case BPF_PROG_TYPE_TRACING:
		return env->prog->attach_type != BPF_TRACE_ITER;
	default:
		return false;
	}
}

static bool known_good(const struct depth_walk *w, uint32_t subprog)
{
	for (uint32_t l = w->level; l < VS_MAX_FRAMES; l++)
		if (w->good[subprog][l] >= w->depth)
			return true;
	return false;
}

static int enter(struct depth_walk *w, uint32_t subprog)
{
	const struct vs_subprog *sub = &w->env->subprogs[subprog];
	struct level *level = &w->levels[w->level];
	int need = (int)((sub->stack_depth + 15) & ~15u);

	level->subprog = subprog;
	level->next_insn = sub->start;
	level->added = 0;
	if (!w->private_ok)
		w->mode[subprog] = STACK_COMMON;
	if (subprog && sub->has_tail_call && w->depth >= TAIL_CALL_STACK) {
		vs_log(w->env, "tail_calls are not allowed when call stack of previous frames is %d bytes. Too large\n",
		       w->depth);
		return -EACCES;
	}
	if (w->private_ok && w->mode[subprog] == STACK_UNKNOWN && need >= PRIVATE_STACK_MIN)
		w->mode[subprog] = STACK_PRIVATE;
	/* which no frame is too large for: no function has more than VS_MAX_STACK */
	if (w->mode[subprog] == STACK_PRIVATE)
		return 0;
	level->added = need;
	w->depth += need;
	if (w->depth <= VS_MAX_STACK)
		return 0;
	vs_log(w->env, "combined stack size of %u calls is %d. Too large\n", w->level + 1, w->depth);
	return -EACCES;
}

/* The next function that the current one calls, or passes the address of; -1: none is left. */
static int next_callee(struct depth_walk *w, struct level *level)
{
	struct vs_env *env = w->env;
	uint32_t end = env->subprogs[level->subprog + 1].start;

	while (level->next_insn < end) {
		uint32_t i = level->next_insn++;
		const struct bpf_insn *insn = &env->insns[i];

		if (!tv_insn_is_subprog_call(insn) && !tv_insn_is_func_addr(insn))
			continue;
		return vs_subprog_at(env, (uint32_t)((int)i + insn->imm + 1));
	}
	return -1;
}

static int walk_calls(struct depth_walk *w)
{
	int err;

	err = enter(w, 0);
	while (!err) {
		struct level *level = &w->levels[w->level];
		int callee = next_callee(w, level);

		if (callee < 0) {
			w->depth -= level->added;
			if (w->good[level->subprog][w->level] < w->depth)
				w->good[level->subprog][w->level] = (int16_t)w->depth;
			if (!w->level--)
				break;
			continue;
		}
		w->level++;
		if (w->level >= VS_MAX_FRAMES) {
			vs_log(w->env, "the call stack of %u frames is too deep !\n", w->level);
			return -E2BIG;
		}
		if (known_good(w, (uint32_t)callee)) {
			w->level--;
			continue;
		}
		err = enter(w, (uint32_t)callee);
	}
	return err;
}

int vs_check_stack_depth(struct vs_env *env)
{
	struct depth_walk *w = vs_pool_zalloc(&env->pool, sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	w->env = env;
	for (uint32_t i = 0; i < VS_MAX_SUBPROGS; i++)
		for (uint32_t l = 0; l < VS_MAX_FRAMES; l++)
			w->good[i][l] = -1;
	w->private_ok = has_private_stacks(env);
	err = walk_calls(w);
	vs_pool_free(&env->pool, w, sizeof(*w));
	return err;
}
