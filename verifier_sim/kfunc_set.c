/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Kernel functions that programs may call, with the flags the kernel registers them with (Linux
 * kernel/bpf/helpers.c, cpumask.c, task_iter.c): BTF has their prototypes but not these.
 */
#include <errno.h>
#include <string.h>

#include "verifier_sim/internal.h"

#define ALL	0xffu
/* Those registered for tracing; tracepoint and perf event programs share that set. */
#define TRACING	(VS_USE_TRACING | VS_USE_TRACEPOINT | VS_USE_PERF_EVENT | VS_USE_SYSCALL)
#define GENERIC	(TRACING | VS_USE_CLS)

#define GET	(KF_ACQUIRE | KF_RET_NULL)
#define NEXT	(KF_ITER_NEXT | KF_RET_NULL)
#define TASKS	(KF_ITER_NEW | KF_TRUSTED_ARGS | KF_RCU_PROTECTED)

/* clang-format off */
static const struct vs_kfunc kfuncs[] = {
	{ "bpf_iter_num_new", KF_ITER_NEW, VS_KF_PLAIN, ALL },
	{ "bpf_iter_num_next", NEXT, VS_KF_PLAIN, ALL },
	{ "bpf_iter_num_destroy", KF_ITER_DESTROY, VS_KF_PLAIN, ALL },
	{ "bpf_iter_bits_new", KF_ITER_NEW, VS_KF_PLAIN, ALL },
	{ "bpf_iter_bits_next", NEXT, VS_KF_PLAIN, ALL },
	{ "bpf_iter_bits_destroy", KF_ITER_DESTROY, VS_KF_PLAIN, ALL },
	{ "bpf_iter_task_vma_new", KF_ITER_NEW | KF_RCU, VS_KF_PLAIN, ALL },
	{ "bpf_iter_task_vma_next", NEXT, VS_KF_PLAIN, ALL },
	{ "bpf_iter_task_vma_destroy", KF_ITER_DESTROY, VS_KF_PLAIN, ALL },
	{ "bpf_iter_task_new", TASKS, VS_KF_PLAIN, ALL },
	{ "bpf_iter_task_next", NEXT, VS_KF_PLAIN, ALL },
	{ "bpf_iter_task_destroy", KF_ITER_DESTROY, VS_KF_PLAIN, ALL },
	{ "bpf_iter_css_new", TASKS, VS_KF_PLAIN, ALL },
	{ "bpf_iter_css_next", NEXT, VS_KF_PLAIN, ALL },
	{ "bpf_iter_css_destroy", KF_ITER_DESTROY, VS_KF_PLAIN, ALL },
	{ "bpf_iter_css_task_new", KF_ITER_NEW | KF_TRUSTED_ARGS, VS_KF_CSS_TASK_NEW, ALL },
	{ "bpf_iter_css_task_next", NEXT, VS_KF_PLAIN, ALL },
	{ "bpf_iter_css_task_destroy", KF_ITER_DESTROY, VS_KF_PLAIN, ALL },

	{ "bpf_rcu_read_lock", 0, VS_KF_RCU_LOCK, ALL },
	{ "bpf_rcu_read_unlock", 0, VS_KF_RCU_UNLOCK, ALL },
	{ "bpf_preempt_disable", 0, VS_KF_PREEMPT_DISABLE, ALL },
	{ "bpf_preempt_enable", 0, VS_KF_PREEMPT_ENABLE, ALL },
	{ "bpf_copy_from_user_str", KF_SLEEPABLE | VS_KF_TRUSTED_6_18, VS_KF_PLAIN, ALL },
	{ "bpf_cast_to_kern_ctx", 0, VS_KF_CAST_TO_KERN_CTX, ALL },
	{ "bpf_rdonly_cast", 0, VS_KF_RDONLY_CAST, ALL },

	{ "bpf_task_acquire", GET | KF_RCU, VS_KF_PLAIN, GENERIC },
	{ "bpf_task_release", KF_RELEASE, VS_KF_PLAIN, GENERIC },
	{ "bpf_task_from_pid", GET, VS_KF_PLAIN, GENERIC },
	{ "bpf_task_from_vpid", GET, VS_KF_PLAIN, GENERIC },
	{ "bpf_cgroup_acquire", GET | KF_RCU, VS_KF_PLAIN, GENERIC },
	{ "bpf_cgroup_release", KF_RELEASE, VS_KF_PLAIN, GENERIC },
	{ "bpf_cgroup_ancestor", GET | KF_RCU, VS_KF_PLAIN, GENERIC },
	{ "bpf_cgroup_from_id", GET, VS_KF_PLAIN, GENERIC },
	{ "bpf_task_under_cgroup", KF_RCU, VS_KF_PLAIN, GENERIC },
	{ "bpf_task_get_cgroup1", GET | KF_RCU, VS_KF_PLAIN, GENERIC },
	{ "bpf_cpumask_create", GET, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_release", KF_RELEASE, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_acquire", KF_ACQUIRE | KF_TRUSTED_ARGS, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_first", KF_RCU, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_first_zero", KF_RCU, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_set_cpu", KF_RCU, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_clear_cpu", KF_RCU, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_test_cpu", KF_RCU, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_setall", KF_RCU, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_clear", KF_RCU, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_empty", KF_RCU, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_full", KF_RCU, VS_KF_PLAIN, TRACING },
	{ "bpf_cpumask_weight", KF_RCU, VS_KF_PLAIN, TRACING },
};
/* clang-format on */

const struct vs_kfunc *vs_kfunc_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kfuncs) / sizeof(kfuncs[0]); i++)
		if (!strcmp(kfuncs[i].name, name))
			return &kfuncs[i];
	return NULL;
}

int vs_kfunc_meta(struct vs_env *env, const struct bpf_insn *insn, struct vs_kfunc_meta *meta)
{
	const struct btf_type *func;

	memset(meta, 0, sizeof(*meta));
	if (!env->vmlinux || !insn->imm)
		return -EINVAL;
	func = tv_btf_type(env->vmlinux, (uint32_t)insn->imm);
	if (!func || !btf_is_func(func))
		return -EINVAL;
	meta->id = (uint32_t)insn->imm;
	meta->name = tv_btf_str(env->vmlinux, func->name_off);
	meta->proto = tv_btf_type(env->vmlinux, func->type);
	meta->func = vs_kfunc_find(meta->name);
	if (!meta->func || !(meta->func->users & vs_helper_user(env->prog->type)))
		return -EACCES;
	meta->flags = meta->func->flags;
	if (meta->flags & VS_KF_TRUSTED_6_18 && env->rules->kernel >= TV_KERNEL_6_18)
		meta->flags |= KF_TRUSTED_ARGS;
	return 0;
}
