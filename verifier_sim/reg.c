/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What instructions of all kinds do with registers: reading, writing, linking, NULL checks. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "verifier_sim/internal.h"

int vs_check_src(struct vs_env *env, uint32_t regno)
{
	if (regno >= VS_REGS) {
		vs_log(env, "R%u is invalid\n", regno);
		return -EINVAL;
	}
	vs_scratch_reg(env, regno);
	if (vs_regs(env)[regno].type == NOT_INIT) {
		vs_log(env, "R%u !read_ok\n", regno);
		return -EACCES;
	}
	return 0;
}

int vs_check_dst(struct vs_env *env, uint32_t regno, bool mark_unknown)
{
	if (regno >= VS_REGS) {
		vs_log(env, "R%u is invalid\n", regno);
		return -EINVAL;
	}
	vs_scratch_reg(env, regno);
	if (regno == VS_FP) {
		vs_log(env, "frame pointer is read only\n");
		return -EACCES;
	}
	if (mark_unknown)
		vs_reg_unknown(&vs_regs(env)[regno]);
	return 0;
}

int vs_check_bounds(struct vs_env *env, struct vs_reg *reg, const char *where)
{
	const struct vs_scalar *v = &reg->v;
	const char *broken = vs_scalar_broken(v);
	char head[96];

	if (!broken)
		return 0;
	snprintf(head, sizeof(head), "REG INVARIANTS VIOLATION (%s): %s", where, broken);
	vs_log(env, "verifier bug: %s u64=[0x%" PRIx64 ", 0x%" PRIx64 "] s64=[0x%" PRIx64 ", 0x%" PRIx64
	       "] u32=[0x%x, 0x%x] s32=[0x%x, 0x%x] var_off=(0x%" PRIx64 ", 0x%" PRIx64 ")\n", head,
	       v->umin, v->umax, (uint64_t)v->smin, (uint64_t)v->smax, v->umin32, v->umax32,
	       (uint32_t)v->smin32, (uint32_t)v->smax32, v->bits.value, v->bits.mask);
	if (env->test_reg_invariants)
		return -EFAULT;
	vs_scalar_unbound(&reg->v);
	return 0;
}

/* A number about to be copied gets an id, so that the copies learn from each other. */
void vs_give_id(struct vs_env *env, struct vs_reg *reg)
{
	if (reg->type != SCALAR_VALUE)
		return;
	if (reg->id & VS_ADD_CONST)
		vs_reg_unlink(reg);
	if (!reg->id && !tnum_is_const(reg->v.bits))
		reg->id = ++env->id_gen;
}

void vs_clear_caller_saved(struct vs_env *env, struct vs_reg *regs)
{
	for (uint32_t i = BPF_REG_0; i <= BPF_REG_5; i++) {
		vs_reg_not_init(&regs[i]);
		vs_scratch_reg(env, i);
	}
}

bool vs_reg_is_trusted(const struct vs_reg *reg)
{
	uint32_t flags = reg->type & ~VS_BASE_MASK, base = vs_base(reg->type);

	if (reg->ref_obj_id)
		return true;
	if (base == PTR_TO_SOCKET || base == PTR_TO_SOCK_COMMON || base == PTR_TO_TCP_SOCK ||
	    base == CONST_PTR_TO_MAP)
		return !(flags & ~VS_TRUSTED_FLAGS);
	return (flags & VS_TRUSTED_FLAGS) && !(flags & ~VS_TRUSTED_FLAGS);
}

bool vs_reg_is_surely_not_null(const struct vs_reg *reg)
{
	if (vs_maybe_null(reg->type) || reg->v.smin <= -VS_MAX_VAR_OFF ||
	    reg->v.smax >= VS_MAX_VAR_OFF)
		return false;
	switch (vs_base(reg->type)) {
	case PTR_TO_SOCKET:
	case PTR_TO_TCP_SOCK:
	case PTR_TO_XDP_SOCK:
	case PTR_TO_BUF:
	case PTR_TO_MAP_VALUE:
	case PTR_TO_MAP_KEY:
	case PTR_TO_SOCK_COMMON:
	case CONST_PTR_TO_MAP:
		return true;
	case PTR_TO_MEM:
		return !(reg->type & PTR_UNTRUSTED);
	case PTR_TO_BTF_ID:
		return vs_reg_is_trusted(reg);
	default:
		return false;
	}
}

void vs_reg_not_null(struct vs_env *env, struct vs_reg *reg)
{
	if (vs_base(reg->type) == PTR_TO_MAP_VALUE) {
		const struct vs_map *map = &env->maps[reg->map];

		if (map->inner) {
			/* the value of an outer map is a map; its id tells inner maps apart */
			reg->type = CONST_PTR_TO_MAP;
			reg->map = map->inner;
			if (env->maps[map->inner].has_async_field)
				reg->map_uid = reg->id;
			return;
		}
		if (map->def->type == BPF_MAP_TYPE_XSKMAP)
			reg->type = PTR_TO_XDP_SOCK;
		else if (map->def->type == BPF_MAP_TYPE_SOCKMAP ||
			 map->def->type == BPF_MAP_TYPE_SOCKHASH)
			reg->type = PTR_TO_SOCKET;
		else
			reg->type = PTR_TO_MAP_VALUE;
		return;
	}
	reg->type &= ~PTR_MAYBE_NULL;
}

static bool may_hold_lock(const struct vs_env *env, const struct vs_reg *reg)
{
	return reg->type == PTR_TO_MAP_VALUE && env->maps[reg->map].has_lock;
}

static void mark_one(struct vs_env *env, struct vs_reg *reg, uint32_t id, bool is_null)
{
	if (!vs_maybe_null(reg->type) || reg->id != id || (!reg->id && !(reg->type & MEM_RCU)))
		return;
	/* arithmetic on them is refused, so this cannot be (allocated objects aside) */
	if (reg->v.smin || reg->v.smax || !tnum_is_value(reg->v.bits, 0))
		return;
	if (!(reg->type & (MEM_ALLOC | NON_OWN_REF)) && reg->off)
		return;
	if (is_null) {
		reg->type = SCALAR_VALUE;
		reg->id = 0;
		reg->ref_obj_id = 0;
		return;
	}
	vs_reg_not_null(env, reg);
	if (!may_hold_lock(env, reg))
		reg->id = 0;
}

/* All copies of register @regno learn that it is NULL, or that it is not. */
void vs_mark_null_checked(struct vs_env *env, struct vs_state *st, uint32_t regno, bool is_null)
{
	const struct vs_reg *reg = &vs_cur_frame(st)->regs[regno];
	uint32_t id = reg->id, ref = reg->ref_obj_id;
	struct vs_reg_walk walk = VS_WALK_SPILLS(st);
	struct vs_reg *other;

	/* nothing was acquired then */
	if (ref && ref == id && is_null)
		vs_drop_ref(env, st, id);
	while ((other = vs_reg_walk_next(&walk)))
		mark_one(env, other, id, is_null);
}
