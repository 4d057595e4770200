/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a program is meant to be attached to: its prototype, and whether sleeping is allowed there. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verifier_sim/internal.h"

/* Of the types that are modelled; LSM and struct_ops programs may be, too. */
static bool may_be_sleepable(const struct tv_bpf_prog *prog)
{
	if (prog->type != BPF_PROG_TYPE_TRACING)
		return prog->type == BPF_PROG_TYPE_KPROBE;
	return prog->attach_type == BPF_TRACE_FENTRY || prog->attach_type == BPF_TRACE_FEXIT ||
	       prog->attach_type == BPF_MODIFY_RETURN || prog->attach_type == BPF_TRACE_ITER;
}

static const struct btf_type *func_proto(const struct tv_btf *btf, const struct btf_type *func)
{
	const struct btf_type *proto = func ? tv_btf_type(btf, func->type) : NULL;

	return proto && btf_is_func_proto(proto) ? proto : NULL;
}

/* The typedef "btf_trace_NAME" points to the tracepoint's prototype, whose parameters are unnamed. */
static int attach_trace(struct vs_env *env, const struct btf_type *t, const char *name)
{
	static const char prefix[] = "btf_trace_";
	char template[256];
	int func;

	if (!btf_is_typedef(t)) {
		vs_log(env, "attach_btf_id %u is not a typedef\n", env->prog->attach_btf_id);
		return -EINVAL;
	}
	if (strncmp(name, prefix, sizeof(prefix) - 1)) {
		vs_log(env, "attach_btf_id %u points to wrong type name %s\n",
		       env->prog->attach_btf_id, name);
		return -EINVAL;
	}
	env->attach_name = name + sizeof(prefix) - 1;
	env->attach_is_trace = true;
	snprintf(template, sizeof(template), "__bpf_trace_%s", env->attach_name);
	func = tv_btf_find(env->vmlinux, template, BTF_KIND_FUNC);
	if (func > 0) {
		env->attach_proto = func_proto(env->vmlinux, tv_btf_type(env->vmlinux, (uint32_t)func));
		return env->attach_proto ? 0 : -EINVAL;
	}
	t = tv_btf_type(env->vmlinux, t->type);
	if (!t || !btf_is_ptr(t))
		return -EINVAL;
	env->attach_proto = func_proto(env->vmlinux, t);
	return env->attach_proto ? 0 : -EINVAL;
}

static int attach_function(struct vs_env *env, const struct btf_type *t, const char *name)
{
	if (!btf_is_func(t)) {
		vs_log(env, "attach_btf_id %u is not a function\n", env->prog->attach_btf_id);
		return -EINVAL;
	}
	env->attach_name = name;
	env->attach_proto = func_proto(env->vmlinux, t);
	if (!env->attach_proto)
		return -EINVAL;
	if (env->sleepable)
		return vs_unsupported(env, "sleepable programs attached to functions");
	return 0;
}

static int attach_tracing(struct vs_env *env)
{
	const struct tv_bpf_prog *prog = env->prog;
	const struct btf_type *t;

	if (!prog->attach_btf_id) {
		vs_log(env, "Tracing programs must provide btf_id\n");
		return -EINVAL;
	}
	t = env->vmlinux ? tv_btf_type(env->vmlinux, prog->attach_btf_id) : NULL;
	if (!t) {
		vs_log(env, "attach_btf_id %u is invalid\n", prog->attach_btf_id);
		return -EINVAL;
	}
	switch (prog->attach_type) {
	case BPF_TRACE_RAW_TP:
		return attach_trace(env, t, tv_btf_str(env->vmlinux, t->name_off));
	case BPF_TRACE_FENTRY:
	case BPF_TRACE_FEXIT:
		return attach_function(env, t, tv_btf_str(env->vmlinux, t->name_off));
	case BPF_MODIFY_RETURN:
		return vs_unsupported(env, "fmod_ret programs");
	case BPF_TRACE_ITER:
		return vs_unsupported(env, "bpf_iter programs");
	default:
		return vs_unsupported(env, "tracing attach type %u", prog->attach_type);
	}
}

int vs_check_attach(struct vs_env *env)
{
	if (env->prog->type == BPF_PROG_TYPE_SYSCALL) {
		if (env->sleepable)
			return 0;
		vs_log(env, "Syscall programs can only be sleepable\n");
		return -EINVAL;
	}
	if (env->sleepable && !may_be_sleepable(env->prog)) {
		vs_log(env, "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can be sleepable\n");
		return -EINVAL;
	}
	return env->prog->type == BPF_PROG_TYPE_TRACING ? attach_tracing(env) : 0;
}
