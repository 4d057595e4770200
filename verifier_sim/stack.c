/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Loads from and stores to the stack, with the spilled registers, and iterators on it. */
#include <errno.h>
#include <string.h>

#include "verifier_sim/internal.h"

/* Byte @off (below 0) of a frame: its slot, and where in the slot's types. */
int vs_slot_of(int off)
{
	return (-off - 1) / VS_SLOT;
}

static uint8_t *byte_at(struct vs_frame *frame, int off)
{
	int i = -off - 1;

	return &frame->slots[i / VS_SLOT].type[i % VS_SLOT];
}

static bool is_special(const struct vs_slot *slot)
{
	uint8_t type = slot->type[VS_SLOT - 1];

	return type == STACK_SPILL || type == STACK_ITER;
}

/* --- bounds ------------------------------------------------------------------- */

int vs_stack_within(struct vs_env *env, uint32_t regno, int off, int size, bool by_helper,
		    enum vs_access access)
{
	const struct vs_reg *reg = &vs_regs(env)[regno];
	struct vs_frame *frame = env->cur->frames[reg->frameno];
	const char *what = by_helper && !env->rules->helper_reads ? " indirect access to" :
			   access == VS_READ ? " read from" : " write to";
	bool fixed = tnum_is_const(reg->v.bits);
	int64_t first, end;
	char bits[64];
	int err = 0;

	if (fixed) {
		first = (int64_t)reg->v.bits.value + off;
		end = first + size;
	} else {
		if (reg->v.smax >= VS_MAX_VAR_OFF || reg->v.smin <= -VS_MAX_VAR_OFF) {
			vs_log(env, "invalid unbounded variable-offset%s stack R%u\n", what, regno);
			return -EACCES;
		}
		first = reg->v.smin + off;
		end = reg->v.smax + off + size;
	}
	if (first < -VS_MAX_STACK || first > -1)
		err = -EACCES;
	else if (end > 0)
		err = -EINVAL;
	else if (size < 0)
		err = -EFAULT;
	if (err) {
		vs_print_tnum(bits, sizeof(bits), reg->v.bits);
		if (fixed)
			vs_log(env, "invalid%s stack R%u off=%d size=%d\n", what, regno, off, size);
		else
			vs_log(env, "invalid variable-offset%s stack R%u var_off=%s off=%d size=%d\n",
			       what, regno, bits, off, size);
		return err;
	}
	size = (int)((-first + VS_SLOT - 1) / VS_SLOT);
	if (vs_frame_grow(&env->pool, frame, (uint32_t)size))
		return -ENOMEM;
	if (env->subprogs[frame->subprog].stack_depth < (uint32_t)size * VS_SLOT)
		env->subprogs[frame->subprog].stack_depth = (uint32_t)size * VS_SLOT;
	return 0;
}

/* --- stores ------------------------------------------------------------------- */

/* Unwritten bytes stay invalid where they read as anything anyway. */
static void to_misc(uint8_t *type)
{
	if (*type != STACK_ZERO && *type != STACK_INVALID)
		*type = STACK_MISC;
}

/* A register into the slot's upper @size bytes; the rest is what partial overwriting leaves. */
static void spill(struct vs_slot *slot, const struct vs_reg *reg, int size)
{
	slot->reg = *reg;
	for (int i = VS_SLOT - 1; i >= 0; i--) {
		if (i >= VS_SLOT - size)
			slot->type[i] = STACK_SPILL;
		else
			to_misc(&slot->type[i]);
	}
}

/* Whatever object was there is one no more. */
static void break_object(struct vs_slot *slot)
{
	bool special = is_special(slot);

	slot->reg.type = NOT_INIT;
	for (int i = 0; special && i < VS_SLOT; i++)
		if (slot->type[i] != STACK_INVALID)
			slot->type[i] = STACK_MISC;
}

static bool stores_imm(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_ST && BPF_MODE(insn->code) == BPF_MEM;
}

static bool stores_zero(const struct vs_reg *value, const struct bpf_insn *insn)
{
	return value ? vs_reg_is_null(value) : stores_imm(insn) && insn->imm == 0;
}

static int store_bytes(struct vs_env *env, struct vs_frame *frame, int off, int size,
		       const struct vs_reg *value, int value_reg, const struct bpf_insn *insn)
{
	uint8_t type = STACK_MISC;
	int err;

	break_object(&frame->slots[vs_slot_of(off)]);
	if (stores_zero(value, insn)) {
		/* going back does not follow zero bytes: the number has to be precise here */
		err = vs_mark_precise(env, value_reg);
		if (err)
			return err;
		type = STACK_ZERO;
	}
	for (int i = 0; i < size; i++)
		*byte_at(frame, off + i) = type;
	return 0;
}

static int store_fixed(struct vs_env *env, struct vs_frame *frame, int off, int size, int value_reg,
		       uint32_t insn_idx)
{
	struct vs_frame *cur = vs_cur_frame(env->cur);
	const struct bpf_insn *insn = &env->insns[insn_idx];
	struct vs_reg *value = value_reg >= 0 ? &cur->regs[value_reg] : NULL;
	uint32_t spi = (uint32_t)vs_slot_of(off);
	struct vs_slot *slot = &frame->slots[spi];
	bool aligned = off % VS_SLOT == 0, fits;

	if (aligned && size == VS_SLOT)
		vs_livestack_wrote(env, frame->frameno, UINT64_C(1) << spi);
	vs_scratch_slot(env, spi);
	if (value && aligned && value->type == SCALAR_VALUE) {
		fits = vs_reg_width(value) <= (unsigned int)size * 8;
		if (fits)
			vs_give_id(env, value);
		spill(slot, value, size);
		if (!fits)
			slot->reg.id = 0;
	} else if (!value && aligned && stores_imm(insn)) {
		struct vs_reg *imm = &env->fake[0];

		memset(imm, 0, sizeof(*imm));
		vs_reg_known(imm, (uint64_t)(int64_t)insn->imm);
		imm->type = SCALAR_VALUE;
		spill(slot, imm, size);
	} else if (value && vs_type_is_spillable(value->type)) {
		if (size != VS_SLOT) {
			vs_log_line(env, insn_idx, "; ");
			vs_log(env, "invalid size of register spill\n");
			return -EACCES;
		}
		if (frame != cur && value->type == PTR_TO_STACK) {
			vs_log(env, "cannot spill pointers to stack into stack frame of the caller\n");
			return -EINVAL;
		}
		spill(slot, value, size);
	} else {
		return store_bytes(env, frame, off, size, value, value_reg, insn);
	}
	return vs_push_hist(env, env->cur, VS_HIST_STACK, frame->frameno, spi, NULL, 0);
}

/* Somewhere in a range: each byte of it may have been written, or not. */
static int store_variable(struct vs_env *env, struct vs_frame *frame, const struct vs_reg *ptr,
			  int off, int size, int value_reg, uint32_t insn_idx)
{
	const struct vs_reg *value = value_reg >= 0 ? &vs_regs(env)[value_reg] : NULL;
	int first = (int)ptr->v.smin + off, end = (int)ptr->v.smax + off + size;
	bool zero = stores_zero(value, &env->insns[insn_idx]), relied_on_zero = false;

	for (int i = first; i < end; i++) {
		struct vs_slot *slot = &frame->slots[vs_slot_of(i)];
		uint8_t *type = byte_at(frame, i);
		bool was_zero = *type == STACK_ZERO;

		vs_scratch_slot(env, (uint32_t)vs_slot_of(i));
		if (zero && *type == STACK_SPILL && vs_slot_is_scalar_spill(slot) &&
		    tnum_is_value(slot->reg.v.bits, 0)) {
			relied_on_zero = true;
			continue;
		}
		break_object(slot);
		*type = zero && was_zero ? STACK_ZERO : STACK_MISC;
		relied_on_zero |= zero && was_zero;
	}
	return relied_on_zero ? vs_mark_precise(env, value_reg) : 0;
}

/* --- loads -------------------------------------------------------------------- */

/* Plain bytes: zero if all of them are, else anything. */
static void load_bytes(struct vs_env *env, struct vs_frame *frame, int first, int end, int dst)
{
	bool zero = true;

	for (int i = first; i < end && zero; i++) {
		vs_scratch_slot(env, (uint32_t)vs_slot_of(i));
		zero = *byte_at(frame, i) == STACK_ZERO;
	}
	if (zero)
		vs_reg_zero(&vs_regs(env)[dst]);
	else
		vs_reg_unknown(&vs_regs(env)[dst]);
}

static int refuse_load(struct vs_env *env, int off, int i, int size)
{
	vs_log(env, "invalid read from stack off %d+%d size %d\n", off, i, size);
	return -EACCES;
}

static bool byte_readable(uint8_t type)
{
	/* uninitialised bytes may be read by root */
	return type == STACK_MISC || type == STACK_ZERO || type == STACK_INVALID;
}

/* Part of a spilled number. @restores: the register is made of the spilled one. */
static int load_part(struct vs_env *env, struct vs_frame *frame, int off, int size, int spill_size,
		     int dst, bool *restores)
{
	struct vs_slot *slot = &frame->slots[vs_slot_of(off)];
	struct vs_reg *reg = &vs_regs(env)[dst];
	int spilled = 0, zeros = 0;

	/* on little endian the lower bytes of a number come first */
	if (size <= spill_size && off % VS_SLOT == 0) {
		*reg = slot->reg;
		if (vs_reg_width(&slot->reg) > (unsigned int)size * 8)
			vs_reg_unlink(reg);
		*restores = true;
		return 0;
	}
	for (int i = 0; i < size; i++) {
		uint8_t type = *byte_at(frame, off + i);

		if (type != STACK_SPILL && !byte_readable(type))
			return refuse_load(env, off, i, size);
		spilled += type == STACK_SPILL;
		zeros += type == STACK_ZERO;
	}
	*restores = spilled == size && tnum_is_value(slot->reg.v.bits, 0);
	if (*restores || zeros == size)
		vs_reg_zero(reg);
	else
		vs_reg_unknown(reg);
	return 0;
}

static int load_spill(struct vs_env *env, struct vs_frame *frame, int off, int size, int dst,
		      bool *restores)
{
	struct vs_slot *slot = &frame->slots[vs_slot_of(off)];
	int spill_size = 1;

	for (int i = VS_SLOT - 1; i > 0 && slot->type[i - 1] == STACK_SPILL; i--)
		spill_size++;
	if (size == VS_SLOT && spill_size == VS_SLOT) {
		*restores = true;
		if (dst < 0)
			return 0;
		vs_regs(env)[dst] = slot->reg;
		return 0;
	}
	*restores = false;
	if (slot->reg.type != SCALAR_VALUE) {
		vs_log_line(env, env->insn_idx, "; ");
		vs_log(env, "invalid size of register fill\n");
		return -EACCES;
	}
	return dst < 0 ? 0 : load_part(env, frame, off, size, spill_size, dst, restores);
}

static int load_fixed(struct vs_env *env, struct vs_frame *frame, int off, int size, int dst)
{
	uint32_t spi = (uint32_t)vs_slot_of(off);
	bool restores;
	int err;

	vs_scratch_slot(env, spi);
	err = vs_livestack_read(env, frame->frameno, UINT64_C(1) << spi);
	if (err)
		return err;
	if (vs_slot_is_spill(&frame->slots[spi])) {
		err = load_spill(env, frame, off, size, dst, &restores);
		if (err || !restores)
			return err;
		return vs_push_hist(env, env->cur, VS_HIST_STACK, frame->frameno, spi, NULL, 0);
	}
	for (int i = 0; i < size; i++)
		if (!byte_readable(*byte_at(frame, off + i)))
			return refuse_load(env, off, i, size);
	if (dst >= 0)
		load_bytes(env, frame, off, off + size, dst);
	return 0;
}

int vs_check_stack_access(struct vs_env *env, uint32_t regno, int off, int size,
			  enum vs_access access, int value, uint32_t insn_idx)
{
	struct vs_reg *reg = &vs_regs(env)[regno];
	struct vs_frame *frame = env->cur->frames[reg->frameno];
	bool fixed = tnum_is_const(reg->v.bits);
	struct vs_reg ptr = *reg;	/* a load may overwrite the pointer */
	char bits[64];
	int err = vs_stack_within(env, regno, off, size, false, access);

	if (err)
		return err;
	if (fixed && access == VS_WRITE)
		return store_fixed(env, frame, off + (int)ptr.v.bits.value, size, value, insn_idx);
	if (access == VS_WRITE)
		return store_variable(env, frame, &ptr, off, size, value, insn_idx);
	if (fixed)
		return load_fixed(env, frame, off + (int)ptr.v.bits.value, size, value);
	if (value < 0) {
		vs_print_tnum(bits, sizeof(bits), ptr.v.bits);
		vs_log(env, "variable offset stack pointer cannot be passed into helper function; var_off=%s off=%d size=%d\n",
		       bits, off, size);
		return -EACCES;
	}
	err = vs_check_stack_range(env, regno, off, size, false, false, VS_READ, NULL);
	if (!err)
		load_bytes(env, frame, (int)ptr.v.smin + off, (int)ptr.v.smax + off + size, value);
	return err;
}

/* --- a range handed to a helper ----------------------------------------------- */

/* One byte that may be read, and written when @clobber. False: it may not. */
static bool pass_byte(struct vs_slot *slot, uint8_t *type, bool clobber)
{
	if (*type == STACK_MISC)
		return true;
	if (*type == STACK_ZERO || *type == STACK_INVALID) {
		if (clobber)
			*type = STACK_MISC;
		return true;
	}
	if (!vs_slot_is_spill(slot))
		return false;
	if (clobber) {
		vs_reg_unknown(&slot->reg);
		for (int i = 0; i < VS_SLOT; i++)
			if (slot->type[i] != STACK_INVALID)
				slot->type[i] = STACK_MISC;
	}
	return true;
}

int vs_check_stack_range(struct vs_env *env, uint32_t regno, int off, int size, bool zero_ok,
			 bool by_helper, enum vs_access access, struct vs_call_meta *meta)
{
	const struct vs_reg *reg = &vs_regs(env)[regno];
	struct vs_frame *frame = env->cur->frames[reg->frameno];
	bool fixed = tnum_is_const(reg->v.bits);
	bool clobber = access == VS_WRITE || (by_helper && !env->rules->helper_reads);
	const char *indirect = by_helper && !env->rules->helper_reads ? " indirect" : "";
	int first, end, err;
	char bits[64];

	if (!size && !zero_ok) {
		vs_log(env, "invalid zero-sized read\n");
		return -EACCES;
	}
	err = vs_stack_within(env, regno, off, size, by_helper, access);
	if (err)
		return err;
	first = (fixed ? (int)reg->v.bits.value : (int)reg->v.smin) + off;
	end = (fixed ? first : (int)reg->v.smax + off) + size;
	/* memory that the helper only writes: nothing has to be there yet */
	if (meta && meta->raw_mode && fixed) {
		meta->raw_reg = regno;
		meta->raw_size = (uint32_t)size;
		return 0;
	}
	for (int i = first; i < end; i++) {
		uint32_t spi = (uint32_t)vs_slot_of(i);

		if (!pass_byte(&frame->slots[spi], byte_at(frame, i), clobber)) {
			vs_print_tnum(bits, sizeof(bits), reg->v.bits);
			if (fixed)
				vs_log(env, "invalid%s read from stack R%u off %d+%d size %d\n",
				       indirect, regno, first, i - first, size);
			else
				vs_log(env, "invalid%s read from stack R%u var_off %s+%d size %d\n",
				       indirect, regno, bits, i - first, size);
			return -EACCES;
		}
		err = vs_livestack_read(env, frame->frameno, UINT64_C(1) << spi);
		if (err)
			return err;
	}
	return 0;
}
