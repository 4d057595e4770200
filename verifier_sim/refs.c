/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* References a program holds, RCU and preemption sections, and what must be given back at exit. */
#include <errno.h>

#include "verifier_sim/internal.h"

int vs_acquire_ref(struct vs_env *env, uint32_t insn_idx)
{
	const struct vs_frame *frame = vs_cur_frame(env->cur);
	struct vs_ref ref = {
		.id = ++env->id_gen, .insn_idx = insn_idx,
		.callback_frame = frame->in_callback ? frame->frameno : 0,
	};

	if (vs_state_add_ref(&env->pool, env->cur, &ref))
		return -ENOMEM;
	return (int)ref.id;
}

int vs_drop_ref(struct vs_env *env, struct vs_state *st, uint32_t id)
{
	const struct vs_frame *frame = vs_cur_frame(st);

	for (uint32_t i = 0; i < st->ref_cnt; i++) {
		if (st->refs[i].id != id)
			continue;
		/* before v6.14 a callback could only give back what it took itself */
		if (!env->rules->refs_per_state && frame->in_callback &&
		    st->refs[i].callback_frame != frame->frameno)
			return -EINVAL;
		/* the last one takes its place, or the rest moves up: the order shows in the log */
		if (env->rules->refs_keep_order)
			for (uint32_t j = i; j + 1 < st->ref_cnt; j++)
				st->refs[j] = st->refs[j + 1];
		else
			st->refs[i] = st->refs[st->ref_cnt - 1];
		st->ref_cnt--;
		return 0;
	}
	return -EINVAL;
}

int vs_release_ref(struct vs_env *env, uint32_t id)
{
	struct vs_reg_walk walk = VS_WALK_SPILLS(env->cur);
	struct vs_reg *reg;
	int err = vs_drop_ref(env, env->cur, id);

	if (err)
		return err;
	while ((reg = vs_reg_walk_next(&walk)))
		if (reg->ref_obj_id == id)
			vs_reg_unknown(reg);
	return 0;
}

/* Is the end of this function the end of what it holds? */
static bool checks_leaks(const struct vs_env *env, const struct vs_frame *frame)
{
	return !frame->frameno || (!env->rules->refs_per_state && frame->in_callback);
}

int vs_check_leaks(struct vs_env *env, bool check_sections, const char *what, bool summary)
{
	const struct vs_state *st = env->cur;
	const struct vs_frame *frame = vs_cur_frame(st);
	bool leak = false;

	for (uint32_t i = 0; checks_leaks(env, frame) && i < st->ref_cnt; i++) {
		if (!env->rules->refs_per_state && frame->in_callback &&
		    st->refs[i].callback_frame != frame->frameno)
			continue;
		vs_log(env, "Unreleased reference id=%u alloc_insn=%u\n", st->refs[i].id,
		       st->refs[i].insn_idx);
		leak = true;
	}
	if (leak) {
		if (summary)
			vs_log(env, "%s would lead to reference leak\n", what);
		return -EINVAL;
	}
	if (check_sections && st->active_rcu) {
		vs_log(env, "%s cannot be used inside bpf_rcu_read_lock-ed region\n", what);
		return -EINVAL;
	}
	if (check_sections && st->active_preempt) {
		vs_log(env, "%s cannot be used inside bpf_preempt_disable-ed region\n", what);
		return -EINVAL;
	}
	return 0;
}

int vs_check_sections_left(struct vs_env *env)
{
	uint32_t off = env->cur->active_preempt;

	if (env->cur->active_rcu)
		vs_log(env, "bpf_rcu_read_unlock is missing\n");
	else if (off)
		vs_log(env, "%u bpf_preempt_enable%s missing\n", off, off == 1 ? " is" : "(s) are");
	else
		return 0;
	return -EINVAL;
}

/* Pointers that only the section kept valid are stale after it. */
static void leave_rcu(struct vs_env *env)
{
	struct vs_reg_walk walk = {
		.st = env->cur, .slot_mask = 1u << STACK_SPILL | 1u << STACK_ITER,
	};
	struct vs_reg *reg;

	while ((reg = vs_reg_walk_next(&walk))) {
		if (!(reg->type & MEM_RCU))
			continue;
		reg->type &= ~(MEM_RCU | PTR_MAYBE_NULL);
		reg->type |= PTR_UNTRUSTED;
	}
}

int vs_rcu_lock(struct vs_env *env, const char *func, bool lock, bool unlock, bool sleepable)
{
	struct vs_state *st = env->cur;

	if (lock) {
		if (st->active_rcu) {
			vs_log(env, "nested rcu read lock (kernel function %s)\n", func);
			return -EINVAL;
		}
		st->active_rcu = true;
	} else if (unlock) {
		if (!st->active_rcu) {
			vs_log(env, "unmatched rcu read unlock (kernel function %s)\n", func);
			return -EINVAL;
		}
		st->active_rcu = false;
		leave_rcu(env);
	} else if (sleepable && st->active_rcu) {
		vs_log(env, "kernel func %s is sleepable within rcu_read_lock region\n", func);
		return -EACCES;
	}
	return 0;
}

int vs_preempt(struct vs_env *env, const char *func, bool disable, bool enable, bool sleepable)
{
	struct vs_state *st = env->cur;

	if (disable) {
		st->active_preempt++;
	} else if (enable) {
		if (!st->active_preempt) {
			vs_log(env, "unmatched attempt to enable preemption (kernel function %s)\n", func);
			return -EINVAL;
		}
		st->active_preempt--;
	} else if (sleepable && st->active_preempt) {
		vs_log(env, "kernel func %s is sleepable within non-preemptible region\n", func);
		return -EACCES;
	}
	return 0;
}
