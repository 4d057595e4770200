/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Open-coded iterators. Their state lives on the program's stack, one slot for each 8 bytes, and
 * nobody else may touch it there:
 *
 *	new		no iterator may stand there; now one does, active, with a reference of its own
 *	next		two futures: NULL (drained, for good) and an element (active, one deeper)
 *	destroy		the slots are empty again, the reference given back
 *
 * A program that forgets destroy holds a reference at its end, and is refused for that.
 */
#include <errno.h>
#include <string.h>

#include "verifier_sim/internal.h"

static struct vs_frame *frame_of(struct vs_env *env, const struct vs_reg *reg)
{
	return env->cur->frames[reg->frameno];
}

int vs_stack_object(struct vs_env *env, const struct vs_reg *reg, const char *kind, int slots)
{
	int off, spi;

	if (!tnum_is_const(reg->v.bits)) {
		vs_log(env, "%s has to be at a constant offset\n", kind);
		return -EINVAL;
	}
	off = reg->off + (int)reg->v.bits.value;
	spi = vs_slot_of(off);
	if (off % VS_SLOT || spi + 1 < slots) {
		vs_log(env, "cannot pass in %s at an offset=%d\n", kind, off);
		return -EINVAL;
	}
	/* the object's first slot is the one farthest from the frame pointer */
	if (spi - slots + 1 < 0 || (uint32_t)spi >= frame_of(env, reg)->slot_cnt)
		return -ERANGE;
	/* Linux v6.12 __get_spi(): -1 / 8 is 0 in C, so that the frame's end counts as its first slot */
	if (!off)
		vs_trace_hazard(env, VS_HAZARD_ABOVE_FRAME);
	return spi;
}

static bool slot_has_iter(const struct vs_slot *slot, bool whole)
{
	int count = 0;

	for (int i = 0; i < VS_SLOT; i++)
		count += slot->type[i] == STACK_ITER;
	return whole ? count == VS_SLOT : count > 0;
}

/* --- new ---------------------------------------------------------------------- */

static bool is_free(struct vs_env *env, const struct vs_reg *reg, uint32_t slots)
{
	int spi = vs_stack_object(env, reg, "iter", (int)slots);

	if (spi == -ERANGE)	/* never touched yet */
		return true;
	for (uint32_t i = 0; spi >= 0 && i < slots; i++)
		if (slot_has_iter(&frame_of(env, reg)->slots[(uint32_t)spi - i], false))
			return false;
	return spi >= 0;
}

/* Under which lock its elements stay valid, if it needs one. */
static uint32_t protection(struct vs_env *env, const struct vs_kfunc_meta *meta)
{
	if (!(meta->flags & KF_RCU_PROTECTED))
		return 0;
	return vs_in_rcu_cs(env) ? MEM_RCU : PTR_UNTRUSTED;
}

static int create(struct vs_env *env, uint32_t regno, uint32_t insn_idx,
		  const struct vs_kfunc_meta *meta, uint32_t type, uint32_t slots)
{
	const struct vs_reg *reg = &vs_regs(env)[regno];
	struct vs_frame *frame = frame_of(env, reg);
	int spi, id, err;

	if (!is_free(env, reg, slots)) {
		vs_log(env, "expected uninitialized iter_%s as arg #%u\n", vs_iter_name(env, type),
		       regno - 1);
		return -EINVAL;
	}
	for (uint32_t i = 0; i < slots; i++) {
		err = vs_check_mem(env, insn_idx, regno, (int)i * VS_SLOT, VS_SLOT, VS_WRITE, -1, false,
				   false);
		if (err)
			return err;
	}
	spi = vs_stack_object(env, reg, "iter", (int)slots);
	if (spi < 0)
		return spi;
	id = vs_acquire_ref(env, insn_idx);
	if (id < 0)
		return id;
	for (uint32_t i = 0; i < slots; i++) {
		struct vs_slot *slot = &frame->slots[(uint32_t)spi - i];

		vs_reg_pointer(&slot->reg, PTR_TO_STACK | protection(env, meta));
		slot->reg.ref_obj_id = i == 0 ? (uint32_t)id : 0;
		slot->reg.iter_type = type;
		slot->reg.iter_state = VS_ITER_ACTIVE;
		slot->reg.iter_depth = 0;
		memset(slot->type, STACK_ITER, sizeof(slot->type));
		vs_livestack_wrote(env, frame->frameno, UINT64_C(1) << ((uint32_t)spi - i));
		vs_scratch_slot(env, (uint32_t)spi - i);
	}
	return 0;
}

/* --- next, destroy ------------------------------------------------------------ */

static int check_valid(struct vs_env *env, const struct vs_reg *reg, uint32_t type, uint32_t slots)
{
	int spi = vs_stack_object(env, reg, "iter", (int)slots);

	if (spi < 0)
		return -EINVAL;
	for (uint32_t i = 0; i < slots; i++) {
		const struct vs_slot *slot = &frame_of(env, reg)->slots[(uint32_t)spi - i];

		if (slot->reg.type & PTR_UNTRUSTED)
			return -EPROTO;
		if (!slot_has_iter(slot, true) || !slot->reg.ref_obj_id == (i == 0) ||
		    slot->reg.iter_type != type)
			return -EINVAL;
	}
	return spi;
}

static void destroy(struct vs_env *env, struct vs_frame *frame, uint32_t spi, uint32_t slots)
{
	vs_release_ref(env, frame->slots[spi].reg.ref_obj_id);
	for (uint32_t i = 0; i < slots; i++) {
		struct vs_slot *slot = &frame->slots[spi - i];

		vs_reg_not_init(&slot->reg);
		memset(slot->type, STACK_INVALID, sizeof(slot->type));
		vs_livestack_wrote(env, frame->frameno, UINT64_C(1) << (spi - i));
		vs_scratch_slot(env, spi - i);
	}
}

static int use(struct vs_env *env, uint32_t regno, struct vs_kfunc_meta *meta, uint32_t type,
	       uint32_t slots)
{
	const struct vs_reg *reg = &vs_regs(env)[regno];
	struct vs_frame *frame = frame_of(env, reg);
	int spi = check_valid(env, reg, type, slots), err;

	if (spi == -EPROTO) {
		vs_log(env, "expected an RCU CS when using %s\n", meta->name);
		return spi;
	}
	if (spi < 0) {
		vs_log(env, "expected an initialized iter_%s as arg #%u\n", vs_iter_name(env, type),
		       regno - 1);
		return spi;
	}
	for (uint32_t i = 0; i < slots; i++) {
		err = vs_livestack_read(env, frame->frameno, UINT64_C(1) << ((uint32_t)spi - i));
		if (err)
			return err;
		vs_scratch_slot(env, (uint32_t)spi - i);
	}
	meta->iter_slot = (uint32_t)spi;
	meta->iter_frame = reg->frameno;
	meta->ref_obj_id = frame->slots[spi].reg.ref_obj_id;
	if (meta->flags & KF_ITER_DESTROY)
		destroy(env, frame, (uint32_t)spi, slots);
	return 0;
}

int vs_iter_arg(struct vs_env *env, uint32_t regno, uint32_t insn_idx, struct vs_kfunc_meta *meta)
{
	uint32_t slots;
	int type;

	if (vs_regs(env)[regno].type != PTR_TO_STACK) {
		vs_log(env, "arg#%u expected pointer to an iterator on stack\n", regno - 1);
		return -EINVAL;
	}
	type = vs_iter_arg_type(env, meta, regno - 1, &slots);
	if (type < 0) {
		vs_log(env, "expected valid iter pointer as arg #%u\n", regno - 1);
		return -EINVAL;
	}
	if (meta->flags & KF_ITER_NEW)
		return create(env, regno, insn_idx, meta, (uint32_t)type, slots);
	return use(env, regno, meta, (uint32_t)type, slots);
}

/*
 * The fork. The path with an element is put aside, with what changed since the last round widened;
 * the path without goes on at once, as it leaves the loop and says soonest what matters after it.
 */
int vs_iter_next(struct vs_env *env, uint32_t insn_idx, struct vs_kfunc_meta *meta)
{
	struct vs_state *cur = env->cur, *queued, *prev;
	struct vs_reg *iter = &cur->frames[meta->iter_frame]->slots[meta->iter_slot].reg, *other;

	if (iter->iter_state == VS_ITER_ACTIVE) {
		if (!cur->parent || cur->parent->insn_idx != insn_idx ||
		    !vs_same_callsites(cur->parent, cur)) {
			vs_log(env, "verifier bug: bad parent state for iter next call\n");
			return -EFAULT;
		}
		prev = vs_prev_entry(env, cur->parent, insn_idx);
		queued = vs_push_branch(env, insn_idx + 1, (int)insn_idx);
		if (!queued)
			return vs_push_error(env, VS_KERNEL_ENOMEM);
		other = &queued->frames[meta->iter_frame]->slots[meta->iter_slot].reg;
		other->iter_state = VS_ITER_ACTIVE;
		other->iter_depth++;
		if (prev)
			vs_widen(env, prev, queued);
		vs_reg_not_null(env, &vs_cur_frame(queued)->regs[BPF_REG_0]);
	}
	iter->iter_state = VS_ITER_DRAINED;
	vs_reg_zero(&vs_regs(env)[BPF_REG_0]);
	return 0;
}
