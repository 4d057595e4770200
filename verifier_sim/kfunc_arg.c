/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Arguments of kernel functions: what their types and the endings of their names ask for (Linux
 * Documentation/bpf/kfuncs.rst).
 */
#include <errno.h>
#include <string.h>

#include "verifier_sim/internal.h"

struct arg {
	struct vs_env *env;
	struct vs_kfunc_meta *meta;
	uint32_t i, regno;
	const struct btf_param *param;
	struct vs_reg *reg;
	const struct btf_type *target;	/* what the pointer points to, modifiers skipped */
	uint32_t target_id;
};

bool vs_param_has_suffix(const struct tv_btf *btf, const struct btf_param *param,
			 const char *suffix)
{
	const char *name = tv_btf_str(btf, param->name_off);
	size_t len = strlen(name), end = strlen(suffix);

	return len > end && !strcmp(name + len - end, suffix);
}

static bool has_suffix(const struct arg *a, const char *suffix)
{
	return vs_param_has_suffix(a->env->vmlinux, a->param, suffix);
}

int vs_iter_arg_type(struct vs_env *env, const struct vs_kfunc_meta *meta, uint32_t arg,
		     uint32_t *slots)
{
	const struct btf_type *t;
	uint32_t id;

	if (arg >= btf_vlen(meta->proto))
		return -EINVAL;
	t = tv_btf_skip(env->vmlinux, btf_params(meta->proto)[arg].type, NULL);
	if (!btf_is_ptr(t))
		return -EINVAL;
	t = tv_btf_skip(env->vmlinux, t->type, &id);
	if (!btf_is_composite(t) || strncmp(tv_btf_str(env->vmlinux, t->name_off), "bpf_iter_", 9))
		return -EINVAL;
	*slots = t->size / VS_SLOT;
	return (int)id;
}

/* --- numbers ------------------------------------------------------------------ */

static int check_number(const struct arg *a)
{
	if (a->reg->type == SCALAR_VALUE)
		return 0;
	vs_log(a->env, "R%u is not a scalar\n", a->regno);
	return -EINVAL;
}

/* --- pointers to kernel structures -------------------------------------------- */

static int check_trust(struct arg *a)
{
	uint32_t flags = a->meta->flags;
	bool rcu_ok = flags & KF_RCU;

	if (!(flags & (KF_TRUSTED_ARGS | KF_RELEASE | KF_RCU)) || vs_reg_is_trusted(a->reg))
		return 0;
	if (rcu_ok && a->reg->type & MEM_RCU)
		return 0;
	if (rcu_ok)
		vs_log(a->env, "R%u must be a rcu pointer\n", a->regno);
	else
		vs_log(a->env, "R%u must be referenced or trusted\n", a->regno);
	return -EINVAL;
}

static int check_struct(struct arg *a)
{
	struct vs_env *env = a->env;
	const struct vs_reg *reg = a->reg;
	uint32_t unsafe = reg->type & ~(VS_BASE_MASK | VS_TRUSTED_FLAGS);
	bool strict = a->meta->flags & KF_RELEASE && reg->ref_obj_id;
	const struct btf_type *have;
	char word[128], want[128];

	if (vs_base(reg->type) != PTR_TO_BTF_ID || (unsafe && !(reg->type & MEM_RCU))) {
		vs_log(env, "arg#%u is %s expected %s or socket\n", a->i,
		       vs_type_str(reg->type, word, sizeof(word)),
		       vs_type_str(vs_base(reg->type) | (reg->type & VS_TRUSTED_FLAGS), want,
				   sizeof(want)));
		return -EINVAL;
	}
	if (vs_btf_ids_match(env, reg->btf_id, reg->off, a->target_id, strict))
		return 0;
	have = tv_btf_skip(env->vmlinux, reg->btf_id, NULL);
	vs_log(env, "kernel function %s args#%u expected pointer to %s %s but R%u has a pointer to %s %s\n",
	       a->meta->name, a->i, vs_kind_word(a->target),
	       tv_btf_str(env->vmlinux, a->target->name_off), a->regno, vs_kind_word(have),
	       tv_btf_str(env->vmlinux, have->name_off));
	return -EINVAL;
}

/* --- memory ------------------------------------------------------------------- */

/* Structures of numbers only, and not too deeply nested ones. */
static bool is_plain_struct(const struct tv_btf *btf, const struct btf_type *t, int depth)
{
	if (!btf_is_composite(t) || depth > 3)
		return false;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_type *m = tv_btf_skip(btf, btf_members(t)[i].type, NULL);

		if (btf_is_array(m) && btf_array(m)->nelems)
			m = tv_btf_skip(btf, btf_array(m)->type, NULL);
		else if (btf_is_composite(m) && is_plain_struct(btf, m, depth + 1))
			continue;
		if (!btf_is_int(m) && !btf_is_any_enum(m))
			return false;
	}
	return true;
}

/* Does the argument behind it say how large the memory is? */
static bool has_size(const struct arg *a)
{
	return a->i + 1 < btf_vlen(a->meta->proto) && a->reg[1].type == SCALAR_VALUE &&
	       vs_param_has_suffix(a->env->vmlinux, a->param + 1, "__sz");
}

static int check_sized_memory(struct arg *a)
{
	struct vs_reg saved = *a->reg;
	struct vs_call_meta meta = { 0 };
	int err;

	if (vs_maybe_null(a->reg->type))
		vs_reg_not_null(a->env, a->reg);
	err = vs_check_mem_size(a->env, a->regno + 1, VS_READ, true, &meta);
	if (!err)
		err = vs_check_mem_size(a->env, a->regno + 1, VS_WRITE, true, &meta);
	*a->reg = saved;
	if (err && err != VS_UNSUPPORTED)
		vs_log(a->env, "arg#%u arg#%u memory, len pair leads to invalid memory access\n", a->i,
		       a->i + 1);
	return err;
}

static int check_memory(struct arg *a)
{
	struct vs_env *env = a->env;
	bool sized = has_size(a);
	int64_t size;
	int err;

	if (!btf_is_int(a->target) && !btf_is_any_enum(a->target) &&
	    !is_plain_struct(env->vmlinux, a->target, 0) && !(sized && !a->target_id)) {
		vs_log(env, "arg#%u pointer type %s %s must point to %sscalar, or struct with scalar\n",
		       a->i, vs_kind_word(a->target), tv_btf_str(env->vmlinux, a->target->name_off),
		       sized ? "void, " : "");
		return -EINVAL;
	}
	err = vs_check_arg_off(env, a->reg, a->regno, ARG_DONTCARE);
	if (err)
		return err;
	if (sized)
		return check_sized_memory(a);
	size = tv_btf_size(env->vmlinux, a->target_id);
	if (size < 0) {
		vs_log(env, "arg#%u reference type('%s %s') size cannot be determined: %lld\n", a->i,
		       vs_kind_word(a->target), tv_btf_str(env->vmlinux, a->target->name_off),
		       (long long)size);
		return -EINVAL;
	}
	return vs_check_mem_arg(env, a->regno, (uint32_t)size);
}

/* --- one argument ------------------------------------------------------------- */

static void note_reference(struct arg *a)
{
	if (!a->reg->ref_obj_id)
		return;
	a->meta->ref_obj_id = a->reg->ref_obj_id;
	if (a->meta->flags & KF_RELEASE)
		a->meta->release_reg = a->regno;
}

static int check_iter(struct arg *a, uint32_t insn_idx)
{
	int err = vs_check_arg_off(a->env, a->reg, a->regno, ARG_DONTCARE);

	if (err)
		return err;
	/* it takes locks that only some programs may wait for */
	if (a->meta->func->special == VS_KF_CSS_TASK_NEW && !vs_in_sleepable(a->env) &&
	    a->env->prog->type != BPF_PROG_TYPE_LSM) {
		vs_log(a->env, "css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable progs\n");
		return -EINVAL;
	}
	return vs_iter_arg(a->env, a->regno, insn_idx, a->meta);
}

static bool is_iter(const struct arg *a)
{
	return a->meta->flags & KF_ITER_ANY && a->i == 0;
}

/* Is NULL refused at once, whatever else is asked of the pointer? */
static bool refuses_null(const struct arg *a)
{
	if (has_suffix(a, "__nullable"))
		return false;
	return a->meta->flags & (KF_TRUSTED_ARGS | KF_RELEASE | KF_RCU) ||
	       (a->env->rules->iter_not_null && is_iter(a));
}

static int check_pointer(struct arg *a, const struct btf_type *ptr, uint32_t insn_idx)
{
	uint32_t flags = a->meta->flags;
	int err;

	if (refuses_null(a) && (vs_reg_is_null(a->reg) || vs_maybe_null(a->reg->type))) {
		vs_log(a->env, "Possibly NULL pointer passed to trusted arg%u\n", a->i);
		return -EACCES;
	}
	note_reference(a);
	a->target = tv_btf_skip(a->env->vmlinux, ptr->type, &a->target_id);
	if (has_suffix(a, "__nullable") && vs_reg_is_null(a->reg))
		return 0;
	if (is_iter(a))
		return check_iter(a, insn_idx);
	if (vs_base(a->reg->type) != PTR_TO_BTF_ID)
		return check_memory(a);
	if (!btf_is_composite(a->target)) {
		vs_log(a->env, "kernel function %s args#%u pointer type %s %s is not supported\n",
		       a->meta->name, a->i, vs_kind_word(a->target),
		       tv_btf_str(a->env->vmlinux, a->target->name_off));
		return -EINVAL;
	}
	err = check_trust(a);
	if (!err)
		err = vs_check_arg_off(a->env, a->reg, a->regno,
				       flags & KF_RELEASE && a->reg->ref_obj_id ? OBJ_RELEASE
										 : ARG_DONTCARE);
	return err ? err : check_struct(a);
}

int vs_check_kfunc_args(struct vs_env *env, struct vs_kfunc_meta *meta, uint32_t insn_idx)
{
	uint32_t count = btf_vlen(meta->proto);
	int err = 0;

	if (count > VS_ARGS_MAX) {
		vs_log(env, "Function %s has %u > %d args\n", meta->name, count, VS_ARGS_MAX);
		return -EINVAL;
	}
	for (uint32_t i = 0; i < count && !err; i++) {
		struct arg a = {
			.env = env, .meta = meta, .i = i, .regno = i + 1,
			.param = &btf_params(meta->proto)[i], .reg = &vs_regs(env)[i + 1],
		};
		const struct btf_type *t = tv_btf_skip(env->vmlinux, a.param->type, NULL);

		if (has_suffix(&a, "__ign"))
			continue;
		if (btf_is_int(t) || btf_is_any_enum(t)) {
			err = check_number(&a);
		} else if (btf_is_ptr(t)) {
			err = check_pointer(&a, t, insn_idx);
		} else {
			vs_log(env, "Unrecognized arg#%u type %s\n", i, vs_kind_word(t));
			err = -EINVAL;
		}
	}
	if (!err && meta->flags & KF_RELEASE && !meta->release_reg) {
		vs_log(env, "release kernel function %s expects refcounted PTR_TO_BTF_ID\n", meta->name);
		err = -EINVAL;
	}
	return err;
}
