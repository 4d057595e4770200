/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Kernel functions: prototypes come from BTF, flags from a table. Included by internal.h. */
#ifndef TV_VERIFIER_KFUNC_H
#define TV_VERIFIER_KFUNC_H

/* Linux include/linux/btf.h */
enum vs_kfunc_flag {
	KF_ACQUIRE	= 1u << 0,
	KF_RELEASE	= 1u << 1,
	KF_RET_NULL	= 1u << 2,
	KF_TRUSTED_ARGS	= 1u << 3,
	KF_SLEEPABLE	= 1u << 4,
	KF_DESTRUCTIVE	= 1u << 5,
	KF_RCU		= 1u << 6,
	KF_RCU_PROTECTED = 1u << 7,
	KF_ITER_NEW	= 1u << 8,
	KF_ITER_NEXT	= 1u << 9,
	KF_ITER_DESTROY	= 1u << 10,
	VS_KF_TRUSTED_6_18 = 1u << 31,	/* KF_TRUSTED_ARGS, but not yet in 6.12 */
};

#define KF_ITER_ANY	(KF_ITER_NEW | KF_ITER_NEXT | KF_ITER_DESTROY)

/* Kernel functions with rules of their own. */
enum vs_kfunc_special {
	VS_KF_PLAIN,
	VS_KF_RCU_LOCK,
	VS_KF_RCU_UNLOCK,
	VS_KF_PREEMPT_DISABLE,
	VS_KF_PREEMPT_ENABLE,
	VS_KF_CAST_TO_KERN_CTX,
	VS_KF_RDONLY_CAST,
	VS_KF_CSS_TASK_NEW,
};

struct vs_kfunc {
	const char *name;
	uint32_t flags;
	enum vs_kfunc_special special;
	uint32_t users;			/* enum vs_users */
};

struct vs_kfunc_meta {
	const struct vs_kfunc *func;
	uint32_t id;			/* FUNC in vmlinux BTF */
	const char *name;
	const struct btf_type *proto;
	uint32_t flags;
	uint32_t ref_obj_id, release_reg;
	uint32_t iter_frame, iter_slot;
};

/* NULL: not in any set that is modelled. */
const struct vs_kfunc *vs_kfunc_find(const char *name);
/* Fills @meta; -EACCES: not allowed for this program type. Logs nothing. */
int vs_kfunc_meta(struct vs_env *env, const struct bpf_insn *insn, struct vs_kfunc_meta *meta);
int vs_check_kfunc(struct vs_env *env, const struct bpf_insn *insn);
int vs_check_kfunc_args(struct vs_env *env, struct vs_kfunc_meta *meta, uint32_t insn_idx);
bool vs_param_has_suffix(const struct tv_btf *btf, const struct btf_param *param,
			 const char *suffix);
/* Kernel's type id of an iterator argument ("struct bpf_iter_num"), or -EINVAL. */
int vs_iter_arg_type(struct vs_env *env, const struct vs_kfunc_meta *meta, uint32_t arg,
		     uint32_t *slots);

#endif
