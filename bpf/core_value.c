// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The numbers of CO-RE relocations (core_value.h). Rules and constants: libbpf's relo_core.c. */
#include "bpf/core_value.h"

#include <errno.h>
#include <limits.h>

/* imm of a poisoned instruction: "invalid func unknown#195896080" is what the verifier says. */
#define POISON	195896080

/* --- numbers ------------------------------------------------------------------ */

/* Where a member lies. For a bit field: the smallest aligned integer that holds all of it. */
struct extent {
	uint32_t byte_off, byte_size;
	uint32_t bit_off, bit_size;
	uint32_t type_id;
	bool bitfield;
};

static int extent_of_bits(struct extent *e, uint32_t unit)
{
	if (!unit)
		return -EINVAL;
	for (;; unit *= 2) {
		e->byte_size = unit;
		e->byte_off = e->bit_off / 8 / unit * unit;
		if (e->bit_off + e->bit_size - e->byte_off * 8 <= unit * 8)
			return 0;
		if (unit >= 8)
			return -E2BIG;
	}
}

static int extent_of(const struct core_path *path, struct extent *e)
{
	const struct core_turn *last = &path->turns[path->cnt - 1];
	const struct btf_type *t;
	int64_t size;

	*e = (struct extent){ .bit_off = path->bit_offset, .type_id = last->type_id };
	if (last->name) {
		t = tv_btf_type(path->btf, last->type_id);
		e->bit_size = btf_member_bitfield_size(t, last->index);
		e->bitfield = e->bit_size > 0;
		t = tv_btf_skip(path->btf, btf_members(t)[last->index].type, &e->type_id);
		if (e->bitfield)
			return extent_of_bits(e, btf_is_int(t) || btf_is_any_enum(t) ? t->size : 0);
	}
	size = tv_btf_size(path->btf, e->type_id);
	if (size < 0)
		return -EINVAL;
	e->byte_off = path->bit_offset / 8;
	e->byte_size = size;
	e->bit_size = e->byte_size * 8;
	return 0;
}

static bool is_signed(const struct tv_btf *btf, uint32_t type_id)
{
	const struct btf_type *t = tv_btf_type(btf, type_id);

	if (btf_is_any_enum(t))
		return btf_kflag(t);
	return btf_is_int(t) && btf_int_encoding(t) & BTF_INT_SIGNED;
}

/* One side's answer. @size and @type_id stay 0 where the access's width does not matter. */
struct answer {
	uint64_t number;
	uint32_t size, type_id;
	bool exact;		/* the compiler must have come to the same for its own types */
};

static int field_answer(uint32_t kind, const struct core_path *path, struct answer *a)
{
	bool is_index = !path->turns[path->cnt - 1].name;
	struct extent e;
	int err;

	a->exact = true;
	if (kind == BPF_CORE_FIELD_EXISTS) {
		a->number = 1;
		return 0;
	}
	err = extent_of(path, &e);
	if (err)
		return err;
	a->exact = !e.bitfield;
	switch (kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		a->number = e.byte_off;
		if (!e.bitfield) {
			a->size = e.byte_size;
			a->type_id = e.type_id;
		}
		return 0;
	case BPF_CORE_FIELD_BYTE_SIZE:
		a->number = e.byte_size;
		return 0;
	}
	/* signedness and shifts are asked of members only */
	if (is_index)
		return -EINVAL;
	switch (kind) {
	case BPF_CORE_FIELD_SIGNED:
		a->number = is_signed(path->btf, e.type_id);
		a->exact = true;
		return 0;
	case BPF_CORE_FIELD_LSHIFT_U64:
		a->number = 64 - (e.bit_off + e.bit_size - e.byte_off * 8);
		return 0;
	default:
		a->number = 64 - e.bit_size;
		a->exact = true;
		return 0;
	}
}

static int type_answer(uint32_t kind, const struct core_path *path, struct answer *a)
{
	int64_t size;

	a->exact = true;
	switch (kind) {
	case BPF_CORE_TYPE_ID_TARGET:
		a->number = path->root_id;
		a->exact = false;
		return 0;
	case BPF_CORE_TYPE_SIZE:
		size = tv_btf_size(path->btf, path->root_id);
		a->number = size;
		return size < 0 ? -EINVAL : 0;
	case BPF_CORE_TYPE_EXISTS: case BPF_CORE_TYPE_MATCHES:
		a->number = 1;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int enumerator_answer(uint32_t kind, const struct core_path *path, struct answer *a)
{
	const struct core_turn *turn = &path->turns[0];
	const struct btf_type *t = tv_btf_type(path->btf, turn->type_id);

	a->exact = true;
	if (kind == BPF_CORE_ENUMVAL_EXISTS)
		a->number = 1;
	else if (btf_is_enum(t))
		a->number = (int64_t)btf_enum(t)[turn->index].val;
	else
		a->number = btf_enum64_value(&btf_enum64(t)[turn->index]);
	return 0;
}

static int answer_of(uint32_t kind, const struct core_path *path, struct answer *a)
{
	if (core_is_field(kind))
		return field_answer(kind, path, a);
	if (core_is_type(kind))
		return type_answer(kind, path, a);
	if (core_is_enumerator(kind))
		return enumerator_answer(kind, path, a);
	return -EOPNOTSUPP;
}

/* Questions that have an answer, zero, when the kernel has no such thing. */
static bool absence_is_zero(uint32_t kind)
{
	return core_is_type(kind) || kind == BPF_CORE_FIELD_EXISTS || kind == BPF_CORE_ENUMVAL_EXISTS;
}

/*
 * Another width is fine for pointers (a 32-bit kernel's) and for unsigned integers, which loads
 * extend with zeros.
 */
static bool width_may_change(const struct core_path *local, uint32_t old_id,
			     const struct core_path *target, uint32_t new_id)
{
	const struct btf_type *old = tv_btf_type(local->btf, old_id);
	const struct btf_type *new = tv_btf_type(target->btf, new_id);

	if (btf_is_ptr(old) && btf_is_ptr(new))
		return true;
	return btf_is_int(old) && btf_is_int(new) && btf_int_encoding(old) != BTF_INT_SIGNED &&
	       btf_int_encoding(new) != BTF_INT_SIGNED;
}

int core_value_compute(struct core_value *value, uint32_t kind, const struct core_path *local,
		       const struct core_path *target)
{
	struct answer old = { 0 }, new = { 0 };
	int err;

	*value = (struct core_value){ 0 };
	if (kind == BPF_CORE_TYPE_ID_LOCAL) {
		value->old = value->new = local->root_id;
		return 0;
	}
	err = answer_of(kind, local, &old);
	if (!err && target)
		err = answer_of(kind, target, &new);
	if (err)
		return err;
	value->absent = !target && !absence_is_zero(kind);
	value->check_old = old.exact;
	value->old = old.number;
	if (value->absent)
		return 0;
	value->new = new.number;
	value->old_size = old.size;
	value->new_size = new.size;
	value->size_differs = old.size != new.size &&
			      !width_may_change(local, old.type_id, target, new.type_id);
	return 0;
}

/* --- instructions ------------------------------------------------------------- */

/* Unreachable, it goes with dead code; reached, the verifier names it. */
static void poison(struct bpf_insn *insn)
{
	int i, slots = tv_insn_is_ldimm64(insn) ? 2 : 1;

	for (i = 0; i < slots; i++)
		insn[i] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .imm = POISON };
}

/* The size bits of an access of that many bytes; -1. */
static int size_bits(uint32_t bytes)
{
	switch (bytes) {
	case 1:
		return BPF_B;
	case 2:
		return BPF_H;
	case 4:
		return BPF_W;
	case 8:
		return BPF_DW;
	default:
		return -1;
	}
}

static int patch_immediate(const struct core_value *value, struct bpf_insn *insn, const char **why)
{
	*why = "arithmetic with a register, or another immediate than its type says";
	if (BPF_SRC(insn->code) != BPF_K)
		return -EINVAL;
	if (value->check_old && (uint64_t)(int64_t)insn->imm != value->old)
		return -EINVAL;
	insn->imm = value->new;
	return 0;
}

static int patch_access(const struct core_value *value, struct bpf_insn *insn, const char **why)
{
	int bits;

	*why = "access at another offset than its type says";
	if (value->check_old && (uint64_t)(int64_t)insn->off != value->old)
		return -EINVAL;
	*why = "offset too big for an access";
	if (value->new > SHRT_MAX)
		return -ERANGE;
	if (value->size_differs) {
		poison(insn);
		return 0;
	}
	insn->off = value->new;
	if (value->new_size == value->old_size)
		return 0;
	*why = "access of another width than its type says";
	if (BPF_SIZE(insn->code) != size_bits(value->old_size))
		return -EINVAL;
	bits = size_bits(value->new_size);
	if (bits < 0)
		return -EINVAL;
	insn->code = BPF_MODE(insn->code) | bits | BPF_CLASS(insn->code);
	return 0;
}

static int patch_wide(const struct core_value *value, struct bpf_insn *insn, const char **why)
{
	uint64_t held = (uint32_t)insn[0].imm | (uint64_t)(uint32_t)insn[1].imm << 32;

	*why = "64-bit immediate load of an unexpected form or value";
	if (!tv_insn_is_ldimm64(insn) || insn[0].src_reg || insn[0].off || insn[1].code ||
	    insn[1].dst_reg || insn[1].src_reg || insn[1].off)
		return -EINVAL;
	if (value->check_old && held != value->old)
		return -EINVAL;
	insn[0].imm = value->new;
	insn[1].imm = value->new >> 32;
	return 0;
}

int core_value_patch(const struct core_value *value, struct bpf_insn *insn, uint32_t room,
		     const char **why)
{
	*why = "cut short";
	if (tv_insn_is_ldimm64(insn) && room < 2)
		return -EINVAL;
	if (value->absent) {
		poison(insn);
		return 0;
	}
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU: case BPF_ALU64:
		return patch_immediate(value, insn, why);
	case BPF_LDX: case BPF_ST: case BPF_STX:
		return patch_access(value, insn, why);
	case BPF_LD:
		return patch_wide(value, insn, why);
	default:
		*why = "neither arithmetic nor an access";
		return -EINVAL;
	}
}
