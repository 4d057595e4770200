/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Helper functions: what they take and return, who may call them. Included by internal.h. */
#ifndef TV_VERIFIER_HELPER_H
#define TV_VERIFIER_HELPER_H

/* Base types of arguments; modifiers of enum vs_type_flag are or-ed (Linux include/linux/bpf.h). */
enum vs_arg_base {
	ARG_DONTCARE,
	ARG_CONST_MAP_PTR,
	ARG_PTR_TO_MAP_KEY,
	ARG_PTR_TO_MAP_VALUE,
	ARG_PTR_TO_MEM,
	ARG_CONST_SIZE,			/* bytes of the memory in the argument before; not 0 */
	ARG_CONST_SIZE_OR_ZERO,
	ARG_PTR_TO_CTX,
	ARG_ANYTHING,
	ARG_PTR_TO_SPIN_LOCK,
	ARG_PTR_TO_SOCK_COMMON,
	ARG_PTR_TO_SOCKET,
	ARG_PTR_TO_BTF_ID,
	ARG_PTR_TO_RINGBUF_MEM,
	ARG_CONST_ALLOC_SIZE_OR_ZERO,
	ARG_PTR_TO_BTF_ID_SOCK_COMMON,
	ARG_PTR_TO_PERCPU_BTF_ID,
	ARG_PTR_TO_FUNC,
	ARG_PTR_TO_STACK,
	ARG_PTR_TO_CONST_STR,
	ARG_PTR_TO_TIMER,
	ARG_KPTR_XCHG_DEST,
	ARG_PTR_TO_DYNPTR,
	ARG_PTR_TO_ARENA,
	VS_ARG_BASE_COUNT,
};

enum vs_ret_base {
	RET_INTEGER,
	RET_VOID,
	RET_PTR_TO_MAP_VALUE,
	RET_PTR_TO_MEM,
	RET_PTR_TO_MEM_OR_BTF_ID,
	RET_PTR_TO_BTF_ID,
};

/* Who may call: bits of vs_helper.users, one for each program type that is modelled. */
enum vs_users {
	VS_USE_KPROBE		= 1u << 0,
	VS_USE_TRACEPOINT	= 1u << 1,
	VS_USE_PERF_EVENT	= 1u << 2,
	VS_USE_RAW_TP		= 1u << 3,
	VS_USE_TRACING		= 1u << 4,	/* fentry, fexit, tp_btf, ... */
	VS_USE_SYSCALL		= 1u << 5,
	VS_USE_SOCKET		= 1u << 6,
	VS_USE_CLS		= 1u << 7,	/* tc */
	VS_USE_SHARED_LATER	= 1u << 16,	/* network programs only since v6.16 */
};

struct vs_helper {
	int id;
	uint32_t users;
	bool gpl_only, might_sleep;
	uint32_t ret;			/* enum vs_ret_base | flags */
	uint32_t args[VS_ARGS_MAX];	/* enum vs_arg_base | flags */
	uint32_t arg_size[VS_ARGS_MAX];	/* bytes, for MEM_FIXED_SIZE */
	const char *arg_struct;		/* of its ARG_PTR_TO_BTF_ID: the kernel structure asked for */
	const char *ret_struct;
};

/* NULL: not modelled. */
const struct vs_helper *vs_helper_find(uint32_t id);
/* The user bit of a program type; 0: that type is not modelled. */
uint32_t vs_helper_user(uint32_t prog_type);

/* May a program of this type, attached as it is, call it? */
bool vs_helper_usable(const struct vs_env *env, const struct vs_helper *fn);

/* What one call has learnt from its arguments so far. */
struct vs_call_meta {
	uint32_t func;
	uint32_t map, map_uid;
	bool raw_mode;			/* memory is written without being read */
	uint32_t raw_reg, raw_size;	/* ... these bytes */
	uint32_t release_reg;
	uint32_t ref_obj_id;
	uint32_t dynptr_id;
	uint64_t mem_size;
	uint64_t size_max;
	uint32_t ret_btf_id;
	uint32_t subprog;
	bool has_const_key;
	uint64_t const_key;
};

int vs_check_helper(struct vs_env *env, const struct bpf_insn *insn);
int vs_check_arg(struct vs_env *env, uint32_t arg, struct vs_call_meta *meta,
		 const struct vs_helper *fn, uint32_t insn_idx);
int vs_check_reg_type(struct vs_env *env, uint32_t reg, uint32_t arg_type, uint32_t want_id,
		      uint32_t func);
/* May a pointer with an offset be passed as @arg_type? */
int vs_check_arg_off(struct vs_env *env, const struct vs_reg *reg, uint32_t regno,
		     uint32_t arg_type);
int vs_check_helper_mem(struct vs_env *env, uint32_t reg, int size, enum vs_access access,
			bool zero_ok, struct vs_call_meta *meta);
int vs_check_mem_size(struct vs_env *env, uint32_t size_reg, enum vs_access access, bool zero_ok,
		      struct vs_call_meta *meta);
/* Memory of a known size, readable and writable; NULL passes. */
int vs_check_mem_arg(struct vs_env *env, uint32_t reg, uint32_t size);
/* May a map of this type be used with this helper? */
int vs_check_map_compat(struct vs_env *env, uint32_t map, uint32_t func);
int vs_check_const_str(struct vs_env *env, const struct vs_reg *reg, uint32_t regno);

#endif
