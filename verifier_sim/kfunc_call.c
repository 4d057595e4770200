/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Calls of kernel functions: sections they open and close, references, what comes back in r0. */
#include <errno.h>

#include "verifier_sim/internal.h"

static int sections(struct vs_env *env, const struct vs_kfunc_meta *meta)
{
	enum vs_kfunc_special special = meta->func->special;
	bool sleepable = meta->flags & KF_SLEEPABLE;
	int err = vs_rcu_lock(env, meta->name, special == VS_KF_RCU_LOCK, special == VS_KF_RCU_UNLOCK,
			      sleepable);

	return err ? err : vs_preempt(env, meta->name, special == VS_KF_PREEMPT_DISABLE,
				      special == VS_KF_PREEMPT_ENABLE, sleepable);
}

/* The state of the iterator that this call of next is about. */
static const struct vs_reg *iterator(const struct vs_env *env, const struct vs_kfunc_meta *meta)
{
	return &env->cur->frames[meta->iter_frame]->slots[meta->iter_slot].reg;
}

static void return_struct(struct vs_env *env, struct vs_reg *r0, const struct vs_kfunc_meta *meta,
			  uint32_t id)
{
	uint32_t flags = 0;

	if (meta->flags & KF_ITER_NEXT)
		flags = iterator(env, meta)->type & MEM_RCU ? MEM_RCU : PTR_TRUSTED;
	vs_reg_pointer(r0, PTR_TO_BTF_ID | flags);
	if (meta->flags & KF_ITER_NEXT && flags & PTR_TRUSTED)
		r0->owner = vs_owner_of(iterator(env, meta)->ref_obj_id);
	r0->btf_id = id;
}

static int return_memory(struct vs_env *env, struct vs_reg *r0, const struct vs_kfunc_meta *meta,
			 const struct btf_type *t, uint32_t id)
{
	int64_t size = tv_btf_size(env->vmlinux, id);

	if (size <= 0) {
		vs_log(env, "kernel function %s returns pointer type %s %s is not supported\n",
		       meta->name, vs_kind_word(t), tv_btf_str(env->vmlinux, t->name_off));
		return -EINVAL;
	}
	vs_reg_pointer(r0, PTR_TO_MEM | MEM_RDONLY);
	r0->mem_size = (uint32_t)size;
	r0->ref_obj_id = meta->ref_obj_id;
	return 0;
}

static int return_pointer(struct vs_env *env, uint32_t insn_idx, const struct vs_kfunc_meta *meta,
			  const struct btf_type *ptr)
{
	struct vs_reg *r0 = &vs_regs(env)[BPF_REG_0];
	uint32_t id_of;
	const struct btf_type *t = tv_btf_skip(env->vmlinux, ptr->type, &id_of);
	int err = 0, id;

	if (btf_is_composite(t))
		return_struct(env, r0, meta, id_of);
	else
		err = return_memory(env, r0, meta, t, id_of);
	if (err)
		return err;
	if (meta->flags & KF_RET_NULL) {
		r0->type |= PTR_MAYBE_NULL;
		r0->id = ++env->id_gen;
	}
	if (!(meta->flags & KF_ACQUIRE))
		return 0;
	id = vs_acquire_ref(env, insn_idx);
	if (id < 0)
		return id;
	if (meta->flags & KF_RET_NULL)
		r0->id = (uint32_t)id;
	r0->ref_obj_id = (uint32_t)id;
	return 0;
}

static int return_value(struct vs_env *env, uint32_t insn_idx, const struct vs_kfunc_meta *meta)
{
	const struct btf_type *t = tv_btf_skip(env->vmlinux, meta->proto->type, NULL);

	if (btf_is_ptr(t))
		return return_pointer(env, insn_idx, meta, t);
	if (btf_is_int(t) || btf_is_any_enum(t))
		vs_reg_unknown(&vs_regs(env)[BPF_REG_0]);
	return 0;
}

/* Types looked at as other types: what comes back is only as good as the cast. */
static int cast(struct vs_env *env, const struct vs_kfunc_meta *meta)
{
	return vs_unsupported(env, "kernel function %s", meta->name);
}

int vs_check_kfunc(struct vs_env *env, const struct bpf_insn *insn)
{
	uint32_t insn_idx = env->insn_idx;
	struct vs_kfunc_meta meta;
	int err;

	if (!insn->imm)		/* weak, and missing: never reached when the program checks for it */
		return 0;
	err = vs_kfunc_meta(env, insn, &meta);
	if (err == -EACCES && !meta.func)
		return vs_unsupported(env, "kernel function %s", meta.name);
	if (err == -EACCES)
		vs_log(env, "calling kernel function %s is not allowed\n", meta.name);
	if (err)
		return err;
	env->aux[insn_idx].is_iter_next = meta.flags & KF_ITER_NEXT;
	if (meta.flags & KF_SLEEPABLE && !vs_in_sleepable(env)) {
		vs_log(env, "program must be sleepable to call sleepable kfunc %s\n", meta.name);
		return -EACCES;
	}
	if (meta.func->special == VS_KF_CAST_TO_KERN_CTX || meta.func->special == VS_KF_RDONLY_CAST)
		return cast(env, &meta);
	err = vs_check_kfunc_args(env, &meta, insn_idx);
	if (!err)
		err = sections(env, &meta);
	if (err)
		return err;
	if (env->rules->rcu_protected_results && meta.flags & KF_RCU_PROTECTED &&
	    !vs_in_rcu_cs(env)) {
		vs_log(env, "kernel func %s requires RCU critical section protection\n", meta.name);
		return -EACCES;
	}
	if (meta.release_reg) {
		err = vs_release_ref(env, vs_regs(env)[meta.release_reg].ref_obj_id);
		if (err) {
			vs_log(env, "kfunc %s#%u reference has not been acquired before\n", meta.name,
			       meta.id);
			return err;
		}
	}
	for (uint32_t i = BPF_REG_0; i <= BPF_REG_5; i++)
		vs_reg_not_init(&vs_regs(env)[i]);
	err = return_value(env, insn_idx, &meta);
	if (!err && meta.flags & KF_ITER_NEXT)
		err = vs_iter_next(env, insn_idx, &meta);
	return err;
}
