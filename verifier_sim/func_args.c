/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Arguments of the program's own functions, from their BTF. A global function is verified for any
 * arguments its prototype allows, and calls of it only have to pass such (Linux kernel/bpf/btf.c:
 * btf_prepare_func_args).
 */
#include <errno.h>
#include <string.h>

#include "bpf/tags.h"
#include "verifier_sim/internal.h"

/* The name of a program type's context structure; "" when it has none. */
static const char *context_name(uint32_t prog_type)
{
	switch (prog_type) {
	case BPF_PROG_TYPE_SOCKET_FILTER:
	case BPF_PROG_TYPE_SCHED_CLS:
		return "__sk_buff";
	case BPF_PROG_TYPE_KPROBE:
		return "pt_regs";
	case BPF_PROG_TYPE_TRACEPOINT:
		return "__u64";
	case BPF_PROG_TYPE_PERF_EVENT:
		return "bpf_perf_event_data";
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
		return "bpf_raw_tracepoint_args";
	default:
		return "";
	}
}

/* Does @ptr point to what this program type has as its context? */
static bool is_context(struct vs_env *env, const struct btf_type *ptr)
{
	const char *want = context_name(env->prog->type), *name;
	uint32_t id = ptr->type;
	const struct btf_type *t = tv_btf_skip_mods(env->btf, id, &id);

	if (env->prog->type == BPF_PROG_TYPE_KPROBE && btf_is_typedef(t) &&
	    !strcmp(tv_btf_str(env->btf, t->name_off), "bpf_user_pt_regs_t"))
		return true;
	t = tv_btf_skip(env->btf, id, NULL);
	name = tv_btf_str(env->btf, t->name_off);
	if (!btf_is_composite(t) || !*want || !*name)
		return false;
	if (env->prog->type == BPF_PROG_TYPE_KPROBE && !strcmp(name, "bpf_user_pt_regs_t"))
		return true;	/* as a structure: what programs for old kernels define */
	return !strcmp(name, want) || (!strcmp(want, "__sk_buff") && !strcmp(name, "sk_buff"));
}

static int bad_tags(struct vs_env *env, uint32_t arg, const char *what)
{
	vs_log(env, "arg#%u %s\n", arg, what);
	return -EINVAL;
}

/* A pointer argument of a global function that has no other meaning: memory of the type's size. */
static int memory_arg(struct vs_env *env, uint32_t arg, const struct btf_type *ptr, unsigned int tags,
		      struct vs_arg *out)
{
	uint32_t id;
	const struct btf_type *t = tv_btf_skip(env->btf, ptr->type, &id);
	int64_t size = tv_btf_size(env->btf, id);

	if (tags & TV_ARG_NULLABLE)
		return bad_tags(env, arg, "has invalid combination of tags");
	if (size < 0) {
		vs_log(env, "arg#%u reference type('%s %s') size cannot be determined: %d\n", arg,
		       vs_kind_word(t), tv_btf_str(env->btf, t->name_off), -EINVAL);
		return -EINVAL;
	}
	out->type = ARG_PTR_TO_MEM | (tags & TV_ARG_NONNULL ? 0 : PTR_MAYBE_NULL);
	out->mem_size = (uint32_t)size;
	return 0;
}

/* 0: settled; 1: to be treated like a number; -errno. */
static int pointer_arg(struct vs_env *env, uint32_t arg, const struct btf_type *ptr,
		       unsigned int tags, bool global, struct vs_arg *out)
{
	const struct btf_type *target = tv_btf_skip(env->btf, ptr->type, NULL);

	if (tags & TV_ARG_CTX || is_context(env, ptr)) {
		if (tags & ~TV_ARG_CTX)
			return bad_tags(env, arg, "has invalid combination of tags");
		out->type = ARG_PTR_TO_CTX;
		return 0;
	}
	if (btf_is_struct(target) && !strcmp(tv_btf_str(env->btf, target->name_off), "bpf_dynptr")) {
		if (global)
			return vs_unsupported(env, "dynptr arguments of functions");
		out->type = ARG_PTR_TO_DYNPTR | MEM_RDONLY;
		return 0;
	}
	if (tags & (TV_ARG_TRUSTED | TV_ARG_ARENA | TV_ARG_UNTRUSTED))
		return vs_unsupported(env, "tags of function arguments (trusted, untrusted, arena)");
	return global ? memory_arg(env, arg, ptr, tags, out) : 1;
}

static int one_arg(struct vs_env *env, const struct vs_subprog *sub, uint32_t arg,
		   const struct btf_param *param, struct vs_arg *out)
{
	const struct btf_type *t = tv_btf_skip(env->btf, param->type, NULL);
	unsigned int tags = tv_bpf_arg_tags(env->btf, sub->func_id, (int)arg);
	int ret;

	memset(out, 0, sizeof(*out));
	if (tags && !sub->is_global) {
		vs_log(env, "arg#%u type tag is not supported in static functions\n", arg);
		return -EOPNOTSUPP;
	}
	if (tags & TV_ARG_OTHER) {
		vs_log(env, "arg#%u has unsupported set of tags\n", arg);
		return -EOPNOTSUPP;
	}
	if (btf_is_ptr(t)) {
		ret = pointer_arg(env, arg, t, tags, sub->is_global, out);
		if (ret <= 0)
			return ret;
	} else if (tags) {
		return bad_tags(env, arg, "has pointer tag, but is not a pointer type");
	}
	if (btf_is_int(t) || btf_is_any_enum(t)) {
		out->type = ARG_ANYTHING;
		return 0;
	}
	if (sub->is_global)
		vs_log(env, "Arg#%u type %s in %s() is not supported yet.\n", arg, vs_kind_word(t),
		       sub->name);
	return -EINVAL;
}

int vs_func_prepare_args(struct vs_env *env, uint32_t subprog)
{
	struct vs_subprog *sub = &env->subprogs[subprog];
	const struct btf_type *proto, *ret;
	uint32_t count;
	int err;

	if (sub->args_cached)
		return 0;
	if (!sub->func_id || !env->btf)
		return -EINVAL;
	proto = tv_btf_type(env->btf, tv_btf_type(env->btf, sub->func_id)->type);
	count = btf_vlen(proto);
	if (count > VS_ARGS_MAX) {
		if (sub->is_global)
			vs_log(env, "Global function %s() with %u > %d args. Buggy compiler.\n", sub->name,
			       count, VS_ARGS_MAX);
		return -EINVAL;
	}
	ret = tv_btf_skip(env->btf, proto->type, NULL);
	if (!btf_is_int(ret) && !btf_is_any_enum(ret)) {
		if (sub->is_global)
			vs_log(env, "Global function %s() doesn't return scalar. Only those are supported.\n",
			       sub->name);
		return -EINVAL;
	}
	for (uint32_t i = 0; i < count; i++) {
		err = one_arg(env, sub, i, &btf_params(proto)[i], &sub->args[i]);
		if (err)
			return err;
	}
	sub->arg_cnt = count;
	sub->args_cached = true;
	return 0;
}

static int match_one(struct vs_env *env, uint32_t arg, const struct vs_arg *want, struct vs_reg *reg)
{
	uint32_t regno = arg + 1;
	int err;

	if (want->type == ARG_ANYTHING) {
		if (reg->type == SCALAR_VALUE)
			return 0;
		vs_log(env, "R%u is not a scalar\n", regno);
		return -EINVAL;
	}
	err = vs_check_arg_off(env, reg, regno, ARG_DONTCARE);
	if (err)
		return err;
	if (want->type == ARG_PTR_TO_CTX) {
		if (reg->type == PTR_TO_CTX)
			return 0;
		vs_log(env, "arg#%u expects pointer to ctx\n", arg);
		return -EINVAL;
	}
	if (vs_base(want->type) == ARG_PTR_TO_DYNPTR) {
		if (reg->type == PTR_TO_STACK || reg->type == CONST_PTR_TO_DYNPTR)
			return vs_unsupported(env, "dynptr arguments of functions");
		vs_log(env, "arg#%u expected pointer to stack or const struct bpf_dynptr\n", arg);
		return -EINVAL;
	}
	err = vs_check_mem_arg(env, regno, want->mem_size);
	if (err)
		return err == VS_UNSUPPORTED ? err : -EINVAL;
	if (!(want->type & PTR_MAYBE_NULL) && vs_maybe_null(reg->type)) {
		vs_log(env, "arg#%u is expected to be non-NULL\n", arg);
		return -EINVAL;
	}
	return 0;
}

int vs_func_match_args(struct vs_env *env, uint32_t subprog, struct vs_reg *regs)
{
	struct vs_subprog *sub = &env->subprogs[subprog];
	int err;

	if (!sub->func_id || sub->unreliable)
		return -EINVAL;
	err = vs_func_prepare_args(env, subprog);
	for (uint32_t i = 0; !err && i < sub->arg_cnt; i++)
		err = match_one(env, i, &sub->args[i], &regs[i + 1]);
	if (err)
		sub->unreliable = true;
	return err;
}

int vs_func_entry_regs(struct vs_env *env, uint32_t subprog, struct vs_reg *regs)
{
	const struct vs_subprog *sub = &env->subprogs[subprog];

	for (uint32_t i = 0; i < sub->arg_cnt; i++) {
		const struct vs_arg *arg = &sub->args[i];
		struct vs_reg *reg = &regs[i + 1];

		switch (vs_base(arg->type)) {
		case ARG_PTR_TO_CTX:
			vs_reg_pointer(reg, PTR_TO_CTX);
			break;
		case ARG_ANYTHING:
			vs_reg_unknown(reg);
			break;
		case ARG_PTR_TO_MEM:
			vs_reg_pointer(reg, PTR_TO_MEM | (arg->type & PTR_MAYBE_NULL));
			reg->mem_size = arg->mem_size;
			if (arg->type & PTR_MAYBE_NULL)
				reg->id = ++env->id_gen;
			break;
		default:
			return -EFAULT;
		}
	}
	return 0;
}
