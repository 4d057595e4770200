/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Calls of helpers: arguments, side effects, what comes back in r0. */
#include <errno.h>
#include <string.h>

#include "verifier_sim/internal.h"

#define MAX_ERRNO	4095

/* --- may it be called at all? ------------------------------------------------- */

static bool has_trampoline(const struct vs_env *env)
{
	return env->prog->attach_type == BPF_TRACE_FENTRY || env->prog->attach_type == BPF_TRACE_FEXIT ||
	       env->prog->attach_type == BPF_MODIFY_RETURN;
}

bool vs_helper_usable(const struct vs_env *env, const struct vs_helper *fn)
{
	uint32_t user = vs_helper_user(env->prog->type);

	if (!(fn->users & user))
		return false;
	if (fn->users & VS_USE_SHARED_LATER && user & (VS_USE_SOCKET | VS_USE_CLS))
		return env->rules->helpers_for_all;
	if (env->prog->type != BPF_PROG_TYPE_TRACING)
		return true;
	switch (fn->id) {
	case BPF_FUNC_get_func_arg:
	case BPF_FUNC_get_func_arg_cnt:
	case BPF_FUNC_get_func_ret:
		return has_trampoline(env);
	case BPF_FUNC_get_attach_cookie:
		return has_trampoline(env) || env->prog->attach_type == BPF_TRACE_RAW_TP;
	default:
		return true;
	}
}

static int check_allowed(struct vs_env *env, const struct vs_helper *fn, uint32_t func)
{
	const char *name = tv_helper_name((int)func);

	if (!vs_helper_usable(env, fn)) {
		vs_log(env, "program of this type cannot use helper %s#%u\n", name, func);
		return -EINVAL;
	}
	if (fn->gpl_only && !env->gpl_compatible) {
		vs_log(env, "cannot call GPL-restricted function from non-GPL compatible program\n");
		return -EINVAL;
	}
	if (!fn->might_sleep)
		return 0;
	if (!vs_in_sleepable(env)) {
		vs_log(env, "helper call might sleep in a non-sleepable prog\n");
		return -EINVAL;
	}
	if (env->cur->active_rcu || env->cur->active_preempt) {
		vs_log(env, "sleepable helper %s#%u in %s region\n", name, func,
		       env->cur->active_rcu ? "rcu_read_lock" : "non-preemptible");
		return -EINVAL;
	}
	return 0;
}

/* --- effects ------------------------------------------------------------------ */

static bool needs_map(uint32_t func)
{
	switch (func) {
	case BPF_FUNC_tail_call:
	case BPF_FUNC_map_lookup_elem:
	case BPF_FUNC_map_update_elem:
	case BPF_FUNC_map_delete_elem:
	case BPF_FUNC_map_push_elem:
	case BPF_FUNC_map_pop_elem:
	case BPF_FUNC_map_peek_elem:
	case BPF_FUNC_for_each_map_elem:
	case BPF_FUNC_map_lookup_percpu_elem:
		return true;
	default:
		return false;
	}
}

static int check_map_use(struct vs_env *env, const struct vs_call_meta *meta)
{
	const struct tv_bpf_map *map = env->maps[meta->map].def;
	bool writes = meta->func == BPF_FUNC_map_delete_elem ||
		      meta->func == BPF_FUNC_map_update_elem ||
		      meta->func == BPF_FUNC_map_push_elem || meta->func == BPF_FUNC_map_pop_elem;
	const struct vs_reg *index = &vs_regs(env)[BPF_REG_3];

	if (!needs_map(meta->func))
		return 0;
	if (writes && map->flags & (1u << 7)) {	/* BPF_F_RDONLY_PROG */
		vs_log(env, "write into map forbidden\n");
		return -EACCES;
	}
	/* a tail call through a known index is made a direct jump */
	if (meta->func == BPF_FUNC_tail_call && vs_reg_is_const(index, false) &&
	    index->v.bits.value < map->max_entries)
		return vs_mark_precise(env, BPF_REG_3);
	return 0;
}

static int release(struct vs_env *env, const struct vs_call_meta *meta)
{
	int err;

	if (!meta->release_reg)
		return 0;
	err = vs_release_ref(env, meta->ref_obj_id);
	if (err)
		vs_log(env, "func %s#%u reference has not been acquired before\n",
		       tv_helper_name((int)meta->func), meta->func);
	return err;
}

/* Memory that the helper fills: byte for byte, as if the program wrote something there. */
static int write_raw(struct vs_env *env, uint32_t insn_idx, const struct vs_call_meta *meta)
{
	for (uint32_t i = 0; i < meta->raw_size; i++) {
		int err = vs_check_mem(env, insn_idx, meta->raw_reg, (int)i, 1, VS_WRITE, -1, false, false);

		if (err)
			return err;
	}
	return 0;
}

static int special_effects(struct vs_env *env, uint32_t insn_idx, struct vs_call_meta *meta)
{
	switch (meta->func) {
	case BPF_FUNC_tail_call:
		/* when the jump succeeds, control never comes back to this function */
		return vs_check_leaks(env, true, "tail_call", true);
	case BPF_FUNC_snprintf:
		return vs_unsupported(env, "format strings of bpf_snprintf");
	case BPF_FUNC_per_cpu_ptr:
	case BPF_FUNC_this_cpu_ptr:
		if (vs_regs(env)[BPF_REG_1].type & MEM_RCU)
			return vs_unsupported(env, "per-CPU allocated objects");
		return 0;
	default:
		return vs_helper_callback(env, meta->func, insn_idx, meta);
	}
}

/* --- r0 ----------------------------------------------------------------------- */

static int return_map_value(struct vs_env *env, struct vs_reg *r0, uint32_t flags,
			    const struct vs_call_meta *meta)
{
	const struct vs_map *map = &env->maps[meta->map];

	/* elements of arrays exist */
	if (meta->has_const_key && meta->func == BPF_FUNC_map_lookup_elem &&
	    meta->const_key < map->def->max_entries)
		flags &= ~PTR_MAYBE_NULL;
	vs_reg_pointer(r0, PTR_TO_MAP_VALUE | flags);
	r0->map = meta->map;
	r0->map_uid = meta->map_uid;
	if (!(flags & PTR_MAYBE_NULL) && map->has_lock)
		r0->id = ++env->id_gen;
	return 0;
}

static int return_kernel_var(struct vs_env *env, struct vs_reg *r0, uint32_t flags,
			     const struct vs_call_meta *meta)
{
	const struct btf_type *t = tv_btf_skip(env->vmlinux, meta->ret_btf_id, NULL);
	int64_t size;

	if (btf_is_composite(t)) {
		vs_reg_pointer(r0, PTR_TO_BTF_ID | (flags & ~MEM_RDONLY));
		r0->btf_id = meta->ret_btf_id;
		return 0;
	}
	size = tv_btf_size(env->vmlinux, meta->ret_btf_id);
	if (size < 0) {
		vs_log(env, "unable to resolve the size of type '%s': %lld\n",
		       tv_btf_str(env->vmlinux, t->name_off), (long long)size);
		return -EINVAL;
	}
	vs_reg_pointer(r0, PTR_TO_MEM | flags);
	r0->mem_size = (uint32_t)size;
	return 0;
}

static int return_struct(struct vs_env *env, struct vs_reg *r0, uint32_t flags, const char *name)
{
	int id = env->vmlinux ? tv_btf_find(env->vmlinux, name, BTF_KIND_STRUCT) : -1;

	if (id < 0)
		return vs_unsupported(env, "kernel type %s (not in BTF)", name);
	vs_reg_pointer(r0, PTR_TO_BTF_ID | flags);
	r0->btf_id = (uint32_t)id;
	return 0;
}

/* Results whose range is known. */
static int return_integer(struct vs_env *env, struct vs_reg *r0, const struct vs_call_meta *meta)
{
	struct vs_scalar *v = &r0->v;

	vs_reg_unknown(r0);
	switch (meta->func) {
	case BPF_FUNC_get_stack:
	case BPF_FUNC_get_task_stack:
	case BPF_FUNC_probe_read_str:
	case BPF_FUNC_probe_read_kernel_str:
	case BPF_FUNC_probe_read_user_str:
		v->smax = (int64_t)meta->size_max;
		v->smax32 = (int32_t)meta->size_max;
		v->smin = v->smin32 = -MAX_ERRNO;
		break;
	case BPF_FUNC_get_smp_processor_id:
		v->umin = v->umin32 = 0;
		v->smin = v->smin32 = 0;
		v->umax = v->umax32 = env->nr_cpus - 1;
		v->smax = v->smax32 = (int32_t)env->nr_cpus - 1;
		break;
	default:
		return 0;
	}
	vs_scalar_sync(v, &env->rules->scalar);
	return vs_check_bounds(env, r0, "retval");
}

static int return_value(struct vs_env *env, uint32_t insn_idx, const struct vs_helper *fn,
			const struct vs_call_meta *meta)
{
	struct vs_reg *r0 = &vs_regs(env)[BPF_REG_0];
	uint32_t flags = fn->ret & ~VS_BASE_MASK;
	int err = 0, id;

	switch (vs_base(fn->ret)) {
	case RET_INTEGER:
		return return_integer(env, r0, meta);
	case RET_VOID:
		return 0;
	case RET_PTR_TO_MAP_VALUE:
		err = return_map_value(env, r0, flags, meta);
		break;
	case RET_PTR_TO_MEM:
		vs_reg_pointer(r0, PTR_TO_MEM | flags);
		r0->mem_size = (uint32_t)meta->mem_size;
		break;
	case RET_PTR_TO_MEM_OR_BTF_ID:
		err = return_kernel_var(env, r0, flags, meta);
		break;
	case RET_PTR_TO_BTF_ID:
		err = return_struct(env, r0, flags, fn->ret_struct);
		break;
	}
	if (err)
		return err;
	if (vs_maybe_null(r0->type))
		r0->id = ++env->id_gen;
	if (meta->func == BPF_FUNC_ringbuf_reserve) {
		id = vs_acquire_ref(env, insn_idx);
		if (id < 0)
			return id;
		r0->id = r0->ref_obj_id = (uint32_t)id;
	}
	return 0;
}

/*
 * A tail call out of a function that was called: what it jumps to returns to that function's caller,
 * with any number. Where there is no program to jump to it goes on behind the call.
 */
static int tail_call_returns(struct vs_env *env)
{
	int err;

	vs_scratch_reg(env, BPF_REG_0);
	if (!vs_push_branch(env, env->insn_idx + 1, (int)env->insn_idx))
		return vs_push_error(env, -EFAULT);
	vs_forget_packets(env);
	vs_reg_unknown(&vs_regs(env)[BPF_REG_0]);
	err = vs_leave_func(env, &env->insn_idx);
	env->insn_idx--;
	return err;
}

/* Only where there is a function that the program is attached to. */
static int check_func_ip(struct vs_env *env)
{
	const char *name = tv_helper_name(BPF_FUNC_get_func_ip);

	if (env->prog->type == BPF_PROG_TYPE_KPROBE || has_trampoline(env))
		return 0;
	if (env->prog->type == BPF_PROG_TYPE_TRACING)
		vs_log(env, "func %s#%u supported only for fentry/fexit/fmod_ret programs\n", name,
		       BPF_FUNC_get_func_ip);
	else
		vs_log(env, "func %s#%u not supported for program type %u\n", name,
		       BPF_FUNC_get_func_ip, env->prog->type);
	return -VS_ENOTSUPP;
}

int vs_check_helper(struct vs_env *env, const struct bpf_insn *insn)
{
	struct vs_call_meta meta = { .func = (uint32_t)insn->imm };
	const struct vs_helper *fn = vs_helper_find(meta.func);
	uint32_t insn_idx = env->insn_idx;
	int err;

	if (meta.func >= TV_HELPER_COUNT) {
		vs_log(env, "invalid func %s#%d\n", tv_helper_name(insn->imm), insn->imm);
		return -EINVAL;
	}
	if (!fn)
		return vs_unsupported(env, "helper %s", tv_helper_name(insn->imm));
	err = check_allowed(env, fn, meta.func);
	for (uint32_t i = 0; i < VS_ARGS_MAX && !err; i++)
		err = vs_check_arg(env, i, &meta, fn, insn_idx);
	if (!err)
		err = check_map_use(env, &meta);
	if (!err)
		err = write_raw(env, insn_idx, &meta);
	if (!err)
		err = release(env, &meta);
	if (!err)
		err = special_effects(env, insn_idx, &meta);
	if (err)
		return err;
	vs_clear_caller_saved(env, vs_regs(env));
	err = return_value(env, insn_idx, fn, &meta);
	if (!err)
		err = vs_check_map_compat(env, meta.map, meta.func);
	if (!err && meta.func == BPF_FUNC_get_func_ip)
		err = check_func_ip(env);
	if (!err && meta.func == BPF_FUNC_tail_call && env->cur->curframe &&
	    env->rules->tail_call_returns)
		return tail_call_returns(env);
	/* 6.12 takes packets for changed even where the call fails */
	if (!err && meta.func == BPF_FUNC_tail_call && !env->rules->tail_call_returns)
		vs_forget_packets(env);
	return err;
}
