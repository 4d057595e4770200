/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * When an older state, from which all paths were found safe, covers a newer one: each register and
 * slot of the new state has to allow no more than the old one's did, and what was the same thing
 * twice in the old state has to be so in the new.
 */
#include <string.h>

#include "verifier_sim/internal.h"

void vs_idmap_reset(struct vs_env *env)
{
	env->idmap.tmp_id_gen = env->id_gen;
	env->idmap.cnt = 0;
}

/* Each id of the old state stands for one of the new state, and each of the new for one old. */
static bool ids_match(struct vs_env *env, uint32_t old, uint32_t cur)
{
	struct vs_idmap *map = &env->idmap;

	if (!old || !cur)
		return old == cur;
	for (uint32_t i = 0; i < map->cnt; i++)
		if (map->pairs[i].old == old || map->pairs[i].cur == cur)
			return map->pairs[i].old == old && map->pairs[i].cur == cur;
	if (map->cnt == VS_ID_MAP_SIZE)
		return false;
	map->pairs[map->cnt].old = old;
	map->pairs[map->cnt++].cur = cur;
	return true;
}

/*
 * Numbers without an id were on their own in the old state: more links do no harm. A new number
 * without one gets one of its own, so that two of them do not pass for one.
 */
static bool scalar_ids_match(struct vs_env *env, uint32_t old, uint32_t cur)
{
	if (!old)
		return true;
	if (!cur)
		cur = ++env->idmap.tmp_id_gen;
	if (!ids_match(env, old, cur))
		return false;
	return !(old & VS_ADD_CONST) || ids_match(env, old & ~VS_ADD_CONST, cur & ~VS_ADD_CONST);
}

static bool same_shape(const struct vs_reg *a, const struct vs_reg *b)
{
	return a->type == b->type && a->off == b->off && a->extra == b->extra;
}

bool vs_regs_exact(struct vs_env *env, const struct vs_reg *old, const struct vs_reg *cur)
{
	return same_shape(old, cur) && !memcmp(&old->v, &cur->v, sizeof(old->v)) &&
	       ids_match(env, old->id, cur->id) &&
	       ids_match(env, old->ref_obj_id, cur->ref_obj_id);
}

static bool scalar_covers(struct vs_env *env, const struct vs_reg *old, const struct vs_reg *cur,
			  enum vs_exact exact)
{
	bool old_const = old->id & VS_ADD_CONST, cur_const = cur->id & VS_ADD_CONST;

	if (!old->precise && exact == VS_NOT_EXACT)
		return true;
	if (old->id && old_const != cur_const)
		return false;
	if (old_const && old->off != cur->off)
		return false;
	return scalar_ids_match(env, old->id, cur->id) && vs_scalar_contains(&old->v, &cur->v);
}

static bool packet_covers(struct vs_env *env, const struct vs_reg *old, const struct vs_reg *cur)
{
	return old->range <= cur->range && old->off == cur->off &&
	       ids_match(env, old->id, cur->id) && vs_scalar_contains(&old->v, &cur->v);
}

static bool reg_covers(struct vs_env *env, const struct vs_reg *old, const struct vs_reg *cur,
		       enum vs_exact exact)
{
	if (exact == VS_EXACT)
		return vs_regs_exact(env, old, cur);
	/* in a loop what was not set may yet be used: not so with a number in its place (until v7.0) */
	if (old->type == NOT_INIT && (exact == VS_NOT_EXACT || cur->type == NOT_INIT))
		return true;
	if (old->type != cur->type)
		return false;
	switch (vs_base(old->type)) {
	case SCALAR_VALUE:
		return scalar_covers(env, old, cur, exact);
	case PTR_TO_MAP_KEY:
	case PTR_TO_MAP_VALUE:
	case PTR_TO_MEM:
	case PTR_TO_BUF:
	case PTR_TO_TP_BUFFER:
		return same_shape(old, cur) && vs_scalar_contains(&old->v, &cur->v) &&
		       ids_match(env, old->id, cur->id) &&
		       ids_match(env, old->ref_obj_id, cur->ref_obj_id);
	case PTR_TO_PACKET_META:
	case PTR_TO_PACKET:
		return packet_covers(env, old, cur);
	case PTR_TO_STACK:
		return vs_regs_exact(env, old, cur) && old->frameno == cur->frameno;
	default:
		return vs_regs_exact(env, old, cur);
	}
}

/* --- stack -------------------------------------------------------------------- */

static const struct vs_reg unbound = {
	.type = SCALAR_VALUE,
	.v = {
		.bits = { 0, UINT64_MAX },
		.smin = INT64_MIN, .smax = INT64_MAX, .umin = 0, .umax = UINT64_MAX,
		.smin32 = INT32_MIN, .smax32 = INT32_MAX, .umin32 = 0, .umax32 = UINT32_MAX,
	},
};

/* The number a load of the whole slot would give; NULL when it is no plain number. */
static const struct vs_reg *slot_as_scalar(const struct vs_slot *slot)
{
	if (slot->type[0] == STACK_SPILL && slot->reg.type == SCALAR_VALUE)
		return &slot->reg;
	for (int i = 0; i < VS_SLOT; i++)
		if (slot->type[i] != STACK_MISC && slot->type[i] != STACK_INVALID)
			return NULL;
	return &unbound;
}

static bool object_covers(struct vs_env *env, const struct vs_slot *old, const struct vs_slot *cur,
			  enum vs_exact exact)
{
	const struct vs_reg *a = &old->reg, *b = &cur->reg;

	switch (old->type[VS_SLOT - 1]) {
	case STACK_SPILL:
		return reg_covers(env, a, b, exact);
	case STACK_ITER:
		/* not the depth: it only tells iterations apart */
		return a->type == b->type && a->iter_type == b->iter_type &&
		       a->iter_state == b->iter_state &&
		       ids_match(env, a->ref_obj_id, b->ref_obj_id);
	default:
		return true;
	}
}

/* Byte by byte, as far as the old state cares. False: not covered. */
static bool bytes_cover(const struct vs_slot *old, const struct vs_slot *cur, bool *all_same)
{
	*all_same = true;
	for (int i = 0; i < VS_SLOT; i++) {
		uint8_t o = old->type[i], c = cur->type[i];

		if (o == STACK_INVALID || o == STACK_MISC) {
			/* nothing was there, or anything would do (as root reads what it likes) */
			*all_same = i != VS_SLOT - 1 && *all_same;
			continue;
		}
		if (o != c)
			return false;
	}
	return true;
}

static bool slot_covers(struct vs_env *env, const struct vs_slot *old, const struct vs_slot *cur,
			enum vs_exact exact)
{
	const struct vs_reg *a, *b;
	bool has_object;

	if (exact != VS_NOT_EXACT && memcmp(old->type, cur->type, sizeof(old->type)))
		return false;
	if (old->type[0] != STACK_INVALID && old->type[0] != STACK_MISC) {
		a = slot_as_scalar(old);
		b = slot_as_scalar(cur);
		if (a && b)
			return reg_covers(env, a, b, exact);
	}
	return bytes_cover(old, cur, &has_object) &&
	       (!has_object || object_covers(env, old, cur, exact));
}

/* Does the old state care for anything in the slot? */
static bool slot_matters(const struct vs_slot *old)
{
	for (int i = 0; i < VS_SLOT; i++)
		if (old->type[i] != STACK_INVALID && old->type[i] != STACK_MISC)
			return true;
	return false;
}

/* Remembers the first place that was not covered. Returns false. */
static bool differ(struct vs_env *env, const struct vs_frame *frame, bool is_slot, uint32_t index)
{
	env->differs = (struct vs_place){ frame->frameno, is_slot, index };
	env->differs_known = true;
	return false;
}

static bool stack_covers(struct vs_env *env, const struct vs_frame *old,
			 const struct vs_frame *cur, enum vs_exact exact)
{
	for (uint32_t i = 0; i < old->slot_cnt; i++) {
		if (i >= cur->slot_cnt) {
			if (exact != VS_NOT_EXACT || slot_matters(&old->slots[i]))
				return differ(env, old, true, i);
			continue;
		}
		if (!slot_covers(env, &old->slots[i], &cur->slots[i], exact))
			return differ(env, old, true, i);
	}
	return true;
}

/* --- references, frames, states ----------------------------------------------- */

static bool refs_match(struct vs_env *env, const struct vs_state *old, const struct vs_state *cur)
{
	if (old->ref_cnt != cur->ref_cnt || old->active_preempt != cur->active_preempt ||
	    old->active_rcu != cur->active_rcu)
		return false;
	for (uint32_t i = 0; i < old->ref_cnt; i++)
		if (!ids_match(env, old->refs[i].id, cur->refs[i].id))
			return false;
	return true;
}

/*
 * The registers to compare. By 6.12's rules what is read later is known of a finished state only:
 * in a loop that is still explored, dead registers have to fit as well.
 */
static uint32_t regs_that_matter(const struct vs_env *env, uint32_t insn, enum vs_exact exact)
{
	if (!env->rules->static_liveness && exact != VS_NOT_EXACT)
		return (1u << VS_REGS) - 1;
	return env->aux[insn].live_regs;
}

static bool frame_covers(struct vs_env *env, const struct vs_frame *old,
			 const struct vs_frame *cur, uint32_t insn, enum vs_exact exact)
{
	uint32_t live = regs_that_matter(env, insn, exact);

	if (old->callback_depth > cur->callback_depth)
		return false;
	for (uint32_t i = 0; i < VS_REGS; i++)
		if (live >> i & 1 && !reg_covers(env, &old->regs[i], &cur->regs[i], exact))
			return differ(env, old, false, i);
	return stack_covers(env, old, cur, exact);
}

bool vs_states_equal(struct vs_env *env, const struct vs_state *old, const struct vs_state *cur,
		     enum vs_exact exact)
{
	env->differs_known = false;
	if (old->curframe != cur->curframe)
		return false;
	vs_idmap_reset(env);
	if (!refs_match(env, old, cur))
		return false;
	for (uint32_t i = 0; i <= old->curframe; i++) {
		if (old->frames[i]->callsite != cur->frames[i]->callsite)
			return false;
		if (!frame_covers(env, old->frames[i], cur->frames[i], vs_frame_insn(old, i), exact))
			return false;
	}
	return true;
}
