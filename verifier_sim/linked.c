/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Registers and slots that hold the same number (equal ids), or that number plus a constant
 * (VS_ADD_CONST): what a comparison says of one, it says of all.
 */
#include "verifier_sim/internal.h"

static void collect(struct vs_linked_set *set, struct vs_reg *reg, uint32_t id,
		    struct vs_linked where)
{
	if (reg->type != SCALAR_VALUE || (reg->id & ~VS_ADD_CONST) != id)
		return;
	if (set->cnt < VS_LINKED_MAX)
		set->e[set->cnt++] = where;
	else
		reg->id = 0;	/* too many: this one stays behind */
}

void vs_collect_linked(struct vs_env *env, struct vs_state *st, uint32_t id,
		       struct vs_linked_set *set)
{
	id &= ~VS_ADD_CONST;
	for (int fr = (int)st->curframe; fr >= 0; fr--) {
		struct vs_frame *frame = st->frames[fr];
		uint32_t live = env->rules->link_live_only ?
			env->aux[vs_frame_insn(st, (uint32_t)fr)].live_regs : ~0u;

		for (uint32_t i = 0; i < VS_FP; i++)
			if (live >> i & 1)
				collect(set, &frame->regs[i], id,
					(struct vs_linked){ (uint8_t)fr, true, (uint8_t)i });
		for (uint32_t i = 0; i < frame->slot_cnt; i++)
			if (vs_slot_is_spill(&frame->slots[i]))
				collect(set, &frame->slots[i].reg, id,
					(struct vs_linked){ (uint8_t)fr, false, (uint8_t)i });
	}
}

/* reg = known + (difference of their constants) */
static void follow_at_distance(struct vs_env *env, struct vs_reg *reg, const struct vs_reg *known)
{
	struct vs_scalar delta = VS_UNBOUNDED;
	uint32_t id = reg->id;
	int32_t off = reg->off;

	vs_scalar_set(&delta, (uint64_t)((int64_t)off - known->off));
	*reg = *known;
	reg->off = off;
	reg->id = id;
	vs_scalar_add(&reg->v, &delta, &env->rules->scalar);
	/* the sum was made of 32 bits */
	if ((id | known->id) & VS_ADD_CONST32)
		vs_scalar_zext32(&reg->v);
	if (env->rules->sync_linked_bounds)
		vs_scalar_sync(&reg->v, &env->rules->scalar);
}

void vs_sync_linked(struct vs_env *env, struct vs_state *st, const struct vs_reg *known,
		    const struct vs_linked_set *set)
{
	for (uint32_t i = 0; i < set->cnt; i++) {
		const struct vs_linked *l = &set->e[i];
		struct vs_frame *frame = st->frames[l->frameno];
		struct vs_reg *reg = l->is_reg ? &frame->regs[l->index]
					       : &frame->slots[l->index].reg;

		if (reg->type != SCALAR_VALUE || reg == known ||
		    (reg->id & ~VS_ADD_CONST) != (known->id & ~VS_ADD_CONST))
			continue;
		/* a 32-bit sum says nothing of a 64-bit one */
		if (((reg->id ^ known->id) & VS_ADD_CONST) == VS_ADD_CONST)
			continue;
		if ((!(reg->id & VS_ADD_CONST) && !(known->id & VS_ADD_CONST)) ||
		    reg->off == known->off)
			*reg = *known;
		else
			follow_at_distance(env, reg, known);
	}
}
