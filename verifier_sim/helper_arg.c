/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One argument of a helper: is what the register holds what the prototype asks for? */
#include <errno.h>
#include <string.h>

#include "verifier_sim/internal.h"

/* --- types -------------------------------------------------------------------- */

#define ACCEPT_MAX 10

/* What fits each kind of argument, in the order in which the kernel lists it; ends with 0. */
static const uint32_t memory_types[ACCEPT_MAX] = {
	PTR_TO_STACK, PTR_TO_PACKET, PTR_TO_PACKET_META, PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE,
	PTR_TO_MEM, PTR_TO_MEM | MEM_RINGBUF, PTR_TO_BUF, PTR_TO_BTF_ID | PTR_TRUSTED,
};
static const uint32_t scalar_types[ACCEPT_MAX] = { SCALAR_VALUE };
static const uint32_t map_types[ACCEPT_MAX] = { CONST_PTR_TO_MAP };
static const uint32_t ctx_types[ACCEPT_MAX] = { PTR_TO_CTX };
static const uint32_t record_types[ACCEPT_MAX] = { PTR_TO_MEM | MEM_RINGBUF };
static const uint32_t func_types[ACCEPT_MAX] = { PTR_TO_FUNC };
static const uint32_t stack_types[ACCEPT_MAX] = { PTR_TO_STACK };
static const uint32_t value_types[ACCEPT_MAX] = { PTR_TO_MAP_VALUE };
static const uint32_t btf_types[ACCEPT_MAX] = {
	PTR_TO_BTF_ID, PTR_TO_BTF_ID | PTR_TRUSTED, PTR_TO_BTF_ID | MEM_RCU,
};
static const uint32_t percpu_types[ACCEPT_MAX] = {
	PTR_TO_BTF_ID | MEM_PERCPU, PTR_TO_BTF_ID | MEM_PERCPU | MEM_RCU,
	PTR_TO_BTF_ID | MEM_PERCPU | PTR_TRUSTED,
};

static const uint32_t *accepted(uint32_t arg_type)
{
	switch (vs_base(arg_type)) {
	case ARG_PTR_TO_MAP_KEY:
	case ARG_PTR_TO_MAP_VALUE:
	case ARG_PTR_TO_MEM:
		return memory_types;
	case ARG_CONST_SIZE:
	case ARG_CONST_SIZE_OR_ZERO:
	case ARG_CONST_ALLOC_SIZE_OR_ZERO:
		return scalar_types;
	case ARG_CONST_MAP_PTR:
		return map_types;
	case ARG_PTR_TO_CTX:
		return ctx_types;
	case ARG_PTR_TO_RINGBUF_MEM:
		return record_types;
	case ARG_PTR_TO_FUNC:
		return func_types;
	case ARG_PTR_TO_STACK:
		return stack_types;
	case ARG_PTR_TO_CONST_STR:
		return value_types;
	case ARG_PTR_TO_BTF_ID:
		return btf_types;
	default:	/* ARG_PTR_TO_PERCPU_BTF_ID */
		return percpu_types;
	}
}

static int refuse_type(struct vs_env *env, uint32_t regno, const uint32_t *types)
{
	char word[128];

	vs_log(env, "R%u type=%s expected=", regno,
	       vs_type_str(vs_regs(env)[regno].type, word, sizeof(word)));
	for (int i = 0; types[i]; i++)
		vs_log(env, "%s%s", i ? ", " : "", vs_type_str(types[i], word, sizeof(word)));
	vs_log(env, "\n");
	return -EACCES;
}

/* A pointer to a kernel structure: of the right one? */
static int check_struct(struct vs_env *env, const struct vs_reg *reg, uint32_t regno,
			uint32_t arg_type, uint32_t want_id, const uint32_t *types, uint32_t func)
{
	if (types == memory_types) {
		if (arg_type & MEM_RDONLY)
			return 0;
		vs_log(env, "%s() may write into memory pointed by R%u type=%s\n",
		       tv_helper_name((int)func), regno, "trusted_ptr_");
		return -EACCES;
	}
	if (reg->type & MEM_PERCPU)
		return 0;
	if (vs_btf_ids_match(env, reg->btf_id, reg->off, want_id, false))
		return 0;
	vs_log(env, "R%u is of type %s but %s is expected\n", regno,
	       tv_btf_name(env->vmlinux, reg->btf_id),
	       tv_btf_name(env->vmlinux, want_id));
	return -EACCES;
}

int vs_check_reg_type(struct vs_env *env, uint32_t regno, uint32_t arg_type, uint32_t want_id,
		      uint32_t func)
{
	const struct vs_reg *reg = &vs_regs(env)[regno];
	const uint32_t *types = accepted(arg_type);
	uint32_t type = reg->type;
	int i = 0;

	type &= ~(arg_type & (MEM_RDONLY | PTR_MAYBE_NULL));
	while (types[i] && types[i] != type)
		i++;
	if (!types[i])
		return refuse_type(env, regno, types);
	if (vs_base(reg->type) != PTR_TO_BTF_ID)
		return 0;
	return check_struct(env, reg, regno, arg_type, want_id, types, func);
}

int vs_check_arg_off(struct vs_env *env, const struct vs_reg *reg, uint32_t regno, uint32_t arg_type)
{
	if (arg_type & OBJ_RELEASE) {
		if (!reg->off)
			return vs_check_ptr_off(env, reg, regno, false);
		vs_log(env, "R%u must have zero offset when passed to release func or trusted arg to kfunc\n",
		       regno);
		return -EINVAL;
	}
	if (vs_one_of(reg->type, SCALAR_VALUE, PTR_TO_STACK, PTR_TO_MAP_KEY, PTR_TO_MAP_VALUE,
		      PTR_TO_MEM, PTR_TO_MEM | MEM_RDONLY, PTR_TO_MEM | MEM_RINGBUF,
		      PTR_TO_PACKET, PTR_TO_PACKET_META))
		return 0;
	return vs_check_ptr_off(env, reg, regno,
				vs_one_of(reg->type, PTR_TO_BTF_ID, PTR_TO_BTF_ID | PTR_TRUSTED,
					  PTR_TO_BTF_ID | MEM_RCU));
}

/* --- memory ------------------------------------------------------------------- */

static int refuse_write(struct vs_env *env, const struct vs_reg *reg, uint32_t regno)
{
	char word[128];

	vs_log(env, "R%u cannot write into %s\n", regno, vs_type_str(reg->type, word, sizeof(word)));
	return -EACCES;
}

int vs_check_helper_mem(struct vs_env *env, uint32_t regno, int size, enum vs_access access,
			bool zero_ok, struct vs_call_meta *meta)
{
	const struct vs_reg *reg = &vs_regs(env)[regno];
	bool rdonly = reg->type & MEM_RDONLY;
	char word[128], stack[16];

	switch (vs_base(reg->type)) {
	case PTR_TO_PACKET:
	case PTR_TO_PACKET_META:
		return vs_check_packet(env, regno, reg->off, size, zero_ok);
	case PTR_TO_MAP_KEY:
		if (access == VS_WRITE)
			return refuse_write(env, reg, regno);
		return vs_check_region(env, regno, reg->off, size, env->maps[reg->map].def->key_size,
				       false);
	case PTR_TO_MAP_VALUE:
		if (vs_check_map_type(env, regno, reg->off, size, access))
			return -EACCES;
		return vs_check_map_value(env, regno, reg->off, size, zero_ok, true);
	case PTR_TO_MEM:
		if (rdonly && access == VS_WRITE)
			return refuse_write(env, reg, regno);
		return vs_check_region(env, regno, reg->off, size, reg->mem_size, zero_ok);
	case PTR_TO_STACK:
		return vs_check_stack_range(env, regno, reg->off, size, zero_ok, true, access, meta);
	case PTR_TO_BTF_ID:
		return vs_check_btf_ptr(env, regno, reg->off, size,
					env->rules->no_struct_writes ? access : VS_READ, -1);
	case PTR_TO_CTX:
		/* contexts that are plain memory: the last byte says it all */
		if (env->prog->type == BPF_PROG_TYPE_SOCKET_FILTER ||
		    env->prog->type == BPF_PROG_TYPE_PERF_EVENT)
			break;
		if (!size)
			return zero_ok ? 0 : -EACCES;
		return vs_check_mem(env, env->insn_idx, regno, size - 1, 1, access, -1, false, false);
	}
	if (zero_ok && !size && vs_reg_is_null(reg))
		return 0;
	vs_log(env, "R%u type=%s expected=%s\n", regno, vs_type_str(reg->type, word, sizeof(word)),
	       vs_type_str(PTR_TO_STACK, stack, sizeof(stack)));
	return -EACCES;
}

int vs_check_mem_size(struct vs_env *env, uint32_t regno, enum vs_access access, bool zero_ok,
		      struct vs_call_meta *meta)
{
	const struct vs_scalar *size = &vs_regs(env)[regno].v;
	int err;

	meta->size_max = size->umax;
	if (!tnum_is_const(size->bits))
		meta = NULL;	/* perhaps not all of it is written */
	if (size->smin < 0) {
		vs_log(env, "R%u min value is negative, either use unsigned or 'var &= const'\n", regno);
		return -EACCES;
	}
	if (!size->umin && !zero_ok) {
		vs_log(env, "R%u invalid zero-sized read: u64=[%lld,%lld]\n", regno,
		       (long long)size->umin, (long long)size->umax);
		return -EACCES;
	}
	if (size->umax >= VS_MAX_VAR_SIZE) {
		vs_log(env, "R%u unbounded memory access, use 'var &= const' or 'if (var < const)'\n",
		       regno);
		return -EACCES;
	}
	err = vs_check_helper_mem(env, regno - 1, (int)size->umax, access, zero_ok, meta);
	return err ? err : vs_mark_precise(env, (int)regno);
}

int vs_check_mem_arg(struct vs_env *env, uint32_t regno, uint32_t size)
{
	struct vs_reg *reg = &vs_regs(env)[regno], saved = *reg;
	bool maybe_null = vs_maybe_null(reg->type);
	int err;

	if (vs_reg_is_null(reg))
		return 0;
	if (maybe_null)
		vs_reg_not_null(env, reg);
	err = vs_check_helper_mem(env, regno, (int)size, VS_READ, true, NULL);
	if (!err)
		err = vs_check_helper_mem(env, regno, (int)size, VS_WRITE, true, NULL);
	if (maybe_null)
		*reg = saved;
	return err;
}

int vs_check_const_str(struct vs_env *env, const struct vs_reg *reg, uint32_t regno)
{
	const struct tv_bpf_map *map = env->maps[reg->map].def;
	int64_t at = reg->off + (int64_t)reg->v.bits.value;
	int err;

	if (!tv_bpf_map_is_frozen(map)) {
		vs_log(env, "R%u does not point to a readonly map'\n", regno);
		return -EACCES;
	}
	if (!tnum_is_const(reg->v.bits)) {
		vs_log(env, "R%u is not a constant address'\n", regno);
		return -EACCES;
	}
	err = vs_check_map_value(env, regno, reg->off, (int)map->value_size - reg->off, false, true);
	if (err)
		return err;
	if (!memchr(map->data + at, 0, map->value_size - (size_t)at)) {
		vs_log(env, "string is not zero-terminated\n");
		return -EINVAL;
	}
	return 0;
}

/* --- a map's key -------------------------------------------------------------- */

/* The number that stands on the stack as key, when it is known. -1: it is not; -errno otherwise. */
static int constant_key(struct vs_env *env, const struct vs_reg *reg, uint32_t key_size,
			struct vs_call_meta *meta)
{
	int off = reg->off + (int)reg->v.bits.value, first, size = 0, err;
	struct vs_slot *slot;

	if (reg->type != PTR_TO_STACK || !tnum_is_const(reg->v.bits))
		return 0;
	slot = &env->cur->frames[reg->frameno]->slots[vs_slot_of(off)];
	first = (-off - 1) % VS_SLOT;
	for (int i = first; i >= 0 && slot->type[i] == STACK_ZERO; i--)
		size++;
	if (size >= (int)key_size) {
		meta->has_const_key = true;
		meta->const_key = 0;
		return 0;
	}
	size = 0;
	for (int i = first; i >= 0 && slot->type[i] == STACK_SPILL; i--)
		size++;
	if (!vs_slot_is_scalar_spill(slot) || size != (int)key_size ||
	    !tnum_is_const(slot->reg.v.bits))
		return 0;
	env->bt.slots[reg->frameno] |= UINT64_C(1) << vs_slot_of(off);
	err = vs_mark_precise(env, -1);
	if (err)
		return err;
	meta->has_const_key = true;
	meta->const_key = slot->reg.v.bits.value;
	return 0;
}

static int check_key(struct vs_env *env, uint32_t regno, struct vs_call_meta *meta)
{
	const struct tv_bpf_map *map = env->maps[meta->map].def;
	int err;

	err = vs_check_helper_mem(env, regno, (int)map->key_size, VS_READ, false, NULL);
	if (err || !env->rules->const_key_lookup ||
	    (map->type != BPF_MAP_TYPE_ARRAY && map->type != BPF_MAP_TYPE_PERCPU_ARRAY))
		return err;
	return constant_key(env, &vs_regs(env)[regno], map->key_size, meta);
}

/* --- the whole argument ------------------------------------------------------- */

static int note_reference(struct vs_env *env, const struct vs_reg *reg, uint32_t regno,
			  uint32_t arg_type, struct vs_call_meta *meta)
{
	if (arg_type & OBJ_RELEASE) {
		meta->release_reg = regno;
	}
	if (reg->ref_obj_id) {
		if (meta->ref_obj_id) {
			bool later = env->rules->kernel >= TV_KERNEL_6_18;

			vs_log(env, "%smore than one arg with ref_obj_id R%u %u %u%s",
			       later ? "" : "verifier internal error: ", regno, reg->ref_obj_id,
			       meta->ref_obj_id, later ? "" : "\n");
			return later ? -EACCES : -EFAULT;
		}
		meta->ref_obj_id = reg->ref_obj_id;
	}
	return 0;
}

static int check_value(struct vs_env *env, uint32_t regno, uint32_t arg_type,
		       struct vs_call_meta *meta)
{
	if (vs_maybe_null(arg_type) && vs_reg_is_null(&vs_regs(env)[regno]))
		return 0;
	/* v6.12 kernel/bpf/verifier.c: resolve_map_arg_type: a bloom filter reads the value it looks for */
	if (meta->func == BPF_FUNC_map_peek_elem &&
	    env->maps[meta->map].def->type == BPF_MAP_TYPE_BLOOM_FILTER)
		arg_type = ARG_PTR_TO_MAP_VALUE;
	meta->raw_mode = arg_type & MEM_UNINIT;
	return vs_check_helper_mem(env, regno, (int)env->maps[meta->map].def->value_size,
				   arg_type & MEM_WRITE ? VS_WRITE : VS_READ, false, meta);
}

static int check_fixed(struct vs_env *env, uint32_t regno, uint32_t arg_type, uint32_t size,
		       struct vs_call_meta *meta)
{
	int err;

	meta->raw_mode = arg_type & MEM_UNINIT;
	if (!(arg_type & MEM_FIXED_SIZE))
		return 0;
	err = vs_check_helper_mem(env, regno, (int)size, arg_type & MEM_WRITE ? VS_WRITE : VS_READ,
				  false, meta);
	if (!err && arg_type & MEM_ALIGNED)
		err = vs_check_alignment(env, &vs_regs(env)[regno], 0, (int)size, true);
	return err;
}

static int check_by_kind(struct vs_env *env, uint32_t arg, struct vs_call_meta *meta,
			 const struct vs_helper *fn)
{
	uint32_t regno = arg + 1, arg_type = fn->args[arg];
	struct vs_reg *reg = &vs_regs(env)[regno];
	enum vs_access access;

	switch (vs_base(arg_type)) {
	case ARG_CONST_MAP_PTR:
		meta->map = reg->map;
		meta->map_uid = reg->map_uid;
		return 0;
	case ARG_PTR_TO_MAP_KEY:
		return check_key(env, regno, meta);
	case ARG_PTR_TO_MAP_VALUE:
		return check_value(env, regno, arg_type, meta);
	case ARG_PTR_TO_PERCPU_BTF_ID:
		meta->ret_btf_id = reg->btf_id;
		return 0;
	case ARG_PTR_TO_FUNC:
		meta->subprog = reg->subprog;
		return 0;
	case ARG_PTR_TO_MEM:
		return check_fixed(env, regno, arg_type, fn->arg_size[arg], meta);
	case ARG_CONST_SIZE:
	case ARG_CONST_SIZE_OR_ZERO:
		access = fn->args[arg - 1] & MEM_WRITE ? VS_WRITE : VS_READ;
		return vs_check_mem_size(env, regno, access,
					 vs_base(arg_type) == ARG_CONST_SIZE_OR_ZERO, meta);
	case ARG_CONST_ALLOC_SIZE_OR_ZERO:
		if (!tnum_is_const(reg->v.bits)) {
			vs_log(env, "R%u is not a known constant'\n", regno);
			return -EACCES;
		}
		meta->mem_size = reg->v.bits.value;
		return vs_mark_precise(env, (int)regno);
	case ARG_PTR_TO_CONST_STR:
		return vs_check_const_str(env, reg, regno);
	default:
		return 0;
	}
}

int vs_check_arg(struct vs_env *env, uint32_t arg, struct vs_call_meta *meta,
		 const struct vs_helper *fn, uint32_t insn_idx)
{
	uint32_t regno = arg + 1, arg_type = fn->args[arg];
	struct vs_reg *reg = &vs_regs(env)[regno];
	int want = 0, err;

	if (arg_type == ARG_DONTCARE)
		return 0;
	err = vs_check_src(env, regno);
	if (err || arg_type == ARG_ANYTHING)
		return err;
	if (vs_type_is_packet(reg->type))
		return vs_unsupported(env, "packet pointers passed to helpers");
	if (vs_reg_is_null(reg) && vs_maybe_null(arg_type)) {
		err = env->rules->null_args_precise ? vs_mark_precise(env, (int)regno) : 0;
	} else {
		if (vs_base(arg_type) == ARG_PTR_TO_BTF_ID) {
			want = env->vmlinux ? tv_btf_find(env->vmlinux, fn->arg_struct, BTF_KIND_STRUCT) : -1;
			if (want < 0)
				return vs_unsupported(env, "kernel type %s (not in BTF)", fn->arg_struct);
		}
		err = vs_check_reg_type(env, regno, arg_type, (uint32_t)want, meta->func);
		if (!err)
			err = vs_check_arg_off(env, reg, regno, arg_type);
	}
	if (!err)
		err = note_reference(env, reg, regno, arg_type, meta);
	return err ? err : check_by_kind(env, arg, meta, fn);
}
