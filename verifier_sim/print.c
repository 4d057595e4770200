/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* States in the words of the kernel's log (Linux kernel/bpf/log.c: what is printed, and when). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "verifier_sim/internal.h"

/* Numbers of up to 16 bits are decimal, larger ones hexadecimal. */
static void format_unsigned(char *buf, size_t size, uint64_t n)
{
	snprintf(buf, size, n <= UINT16_MAX ? "%" PRIu64 : "0x%" PRIx64, n);
}

static void format_signed(char *buf, size_t size, int64_t n)
{
	if (n >= INT16_MIN && n <= INT16_MAX)
		snprintf(buf, size, "%" PRId64, n);
	else
		snprintf(buf, size, "0x%" PRIx64, (uint64_t)n);
}

void vs_print_tnum(char *buf, size_t size, struct tnum t)
{
	if (tnum_is_const(t)) {
		format_unsigned(buf, size, t.value);
		return;
	}
	snprintf(buf, size, "(0x%" PRIx64 "; 0x%" PRIx64 ")", t.value, t.mask);
}

const char *vs_iter_name(const struct vs_env *env, uint32_t btf_id)
{
	const char *name = btf_id && env->vmlinux ? tv_btf_name(env->vmlinux, btf_id) : "";
	static const char prefix[] = "bpf_iter_";

	if (strncmp(name, prefix, sizeof(prefix) - 1))
		return "<invalid>";
	return name + sizeof(prefix) - 1;
}

const char *vs_kind_word(const struct btf_type *t)
{
	static const char *const words[] = {
		"UNKNOWN", "INT", "PTR", "ARRAY", "STRUCT", "UNION", "ENUM", "FWD", "TYPEDEF",
		"VOLATILE", "CONST", "RESTRICT", "FUNC", "FUNC_PROTO", "VAR", "DATASEC", "FLOAT",
		"DECL_TAG", "TYPE_TAG", "ENUM64",
	};

	return btf_kind(t) < sizeof(words) / sizeof(words[0]) ? words[btf_kind(t)] : "?";
}

const char *vs_name_or_anon(const struct tv_btf *btf, uint32_t name_off)
{
	return name_off ? tv_btf_str(btf, name_off) : "(anon)";
}

/* --- attributes in parentheses ------------------------------------------------ */

/* "a=1,b=2": a comma before each but the first. */
struct attrs {
	struct vs_env *env;
	const char *sep;
};

static void attr(struct attrs *a, const char *name, const char *value)
{
	vs_log(a->env, "%s%s=%s", a->sep, name, value);
	a->sep = ",";
}

static void attr_u(struct attrs *a, const char *name, uint64_t n)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "%" PRIu64, n);
	attr(a, name, buf);
}

static void attr_short(struct attrs *a, const char *name, bool is_signed, uint64_t n)
{
	char buf[32];

	if (is_signed)
		format_signed(buf, sizeof(buf), (int64_t)n);
	else
		format_unsigned(buf, sizeof(buf), n);
	attr(a, name, buf);
}

/* A 32-bit end as 64-bit number: small ones keep their sign, others show their 32 bits. */
static uint64_t widen32(int32_t n)
{
	return n >= INT16_MIN && n <= INT16_MAX ? (uint64_t)(int64_t)n : (uint32_t)n;
}

/* Ends that say nothing are left out; equal ones share a value: "smin=umin=5". */
static void print_ranges(struct attrs *a, const struct vs_scalar *v)
{
	struct {
		const char *name;
		uint64_t value;
		bool done;
	} ends[] = {
		{ "smin", (uint64_t)v->smin, v->smin == INT64_MIN },
		{ "smax", (uint64_t)v->smax, v->smax == INT64_MAX },
		{ "umin", v->umin, v->umin == 0 },
		{ "umax", v->umax, v->umax == UINT64_MAX },
		{ "smin32", widen32(v->smin32), v->smin32 == INT32_MIN },
		{ "smax32", widen32(v->smax32), v->smax32 == INT32_MAX },
		{ "umin32", v->umin32, v->umin32 == 0 },
		{ "umax32", v->umax32, v->umax32 == UINT32_MAX },
	};
	const size_t count = sizeof(ends) / sizeof(ends[0]);

	for (size_t i = 0; i < count; i++) {
		bool is_signed = ends[i].name[0] == 's', negative;
		char names[64];

		if (ends[i].done)
			continue;
		negative = is_signed && (int64_t)ends[i].value < 0;
		snprintf(names, sizeof(names), "%s", ends[i].name);
		for (size_t j = i + 2; j < count; j += 2) {
			bool other = ends[j].name[0] == 's' && (int64_t)ends[j].value < 0;

			if (ends[j].done || ends[j].value != ends[i].value || other != negative)
				continue;
			ends[j].done = true;
			strncat(names, "=", sizeof(names) - strlen(names) - 1);
			strncat(names, ends[j].name, sizeof(names) - strlen(names) - 1);
		}
		attr_short(a, names, is_signed, ends[i].value);
	}
}

static void print_value(struct attrs *a, const struct vs_scalar *v)
{
	char bits[64];

	if (tnum_is_const(v->bits)) {
		if (v->bits.value)
			attr_short(a, "imm", true, v->bits.value);
		return;
	}
	print_ranges(a, v);
	if (tnum_is_unknown(v->bits))
		return;
	vs_print_tnum(bits, sizeof(bits), v->bits);
	attr(a, "var_off", bits);
}

static void print_map(struct attrs *a, const struct vs_map *map)
{
	if (map->name[0])
		attr(a, "map", map->name);
	attr_u(a, "ks", map->def->key_size);
	attr_u(a, "vs", map->def->value_size);
}

static void print_attrs(struct vs_env *env, const struct vs_reg *reg)
{
	struct attrs a = { env, "" };

	if (reg->id)
		attr_u(&a, "id", reg->id & ~VS_ADD_CONST);
	if (reg->id & VS_ADD_CONST)
		vs_log(env, "%+d", reg->off);
	if (reg->ref_obj_id)
		attr_u(&a, "ref_obj_id", reg->ref_obj_id);
	if (reg->type & NON_OWN_REF) {
		vs_log(env, "%snon_own_ref", a.sep);
		a.sep = ",";
	}
	if (vs_type_is_map(reg->type))
		print_map(&a, &env->maps[reg->map]);
	if (reg->type != SCALAR_VALUE && reg->off)
		attr_short(&a, "off", true, (uint64_t)(int64_t)reg->off);
	if (vs_type_is_packet(reg->type))
		attr_short(&a, "r", false, (uint64_t)(int64_t)reg->range);
	if (vs_base(reg->type) == PTR_TO_MEM)
		attr_short(&a, "sz", false, reg->mem_size);
	if (reg->type == CONST_PTR_TO_DYNPTR)
		attr(&a, "type", "local");	/* of user-space ring buffers, the only ones modelled */
	print_value(&a, &reg->v);
}

void vs_print_reg(struct vs_env *env, const struct vs_frame *frame, const struct vs_reg *reg)
{
	char buf[128];

	if (reg->type == SCALAR_VALUE) {
		if (reg->precise)
			vs_log(env, "P");
		if (tnum_is_const(reg->v.bits)) {
			format_signed(buf, sizeof(buf), (int64_t)reg->v.bits.value);
			vs_log(env, "%s", buf);
			return;
		}
	}
	vs_log(env, "%s", vs_type_str(reg->type, buf, sizeof(buf)));
	if (reg->type == PTR_TO_STACK) {
		if (frame->frameno != reg->frameno)
			vs_log(env, "[%d]", reg->frameno);
		if (tnum_is_const(reg->v.bits)) {
			format_signed(buf, sizeof(buf), (int64_t)reg->v.bits.value + reg->off);
			vs_log(env, "%s", buf);
			return;
		}
	}
	if (vs_base(reg->type) == PTR_TO_BTF_ID)
		vs_log(env, "%s", tv_btf_name(env->vmlinux, reg->btf_id));
	vs_log(env, "(");
	print_attrs(env, reg);
	vs_log(env, ")");
}

/* --- stack -------------------------------------------------------------------- */

static bool slot_in_use(const struct vs_slot *slot)
{
	for (int i = 0; i < VS_SLOT; i++)
		if (slot->type[i] != STACK_INVALID)
			return true;
	return false;
}

static void print_iter(struct vs_env *env, const struct vs_reg *reg)
{
	static const char *const states[] = { "<invalid>", "active", "drained", "<unknown>" };

	vs_log(env, "=iter_%s(ref_id=%u,state=%s,depth=%u)", vs_iter_name(env, reg->iter_type),
	       reg->ref_obj_id, states[reg->iter_state], reg->iter_depth);
}

/* Prints slot @i; returns the last slot that the object there takes. */
static uint32_t print_slot(struct vs_env *env, const struct vs_frame *frame, uint32_t i)
{
	static const char letters[] = { '?', 'r', 'm', '0', 'i' };
	const struct vs_slot *slot = &frame->slots[i];
	char types[VS_SLOT + 1];
	int spill = VS_SLOT;

	for (int j = VS_SLOT - 1; j >= 0; j--) {
		types[j] = letters[slot->type[j]];
		if (slot->type[j] == STACK_SPILL)
			spill = j;
	}
	types[VS_SLOT] = 0;
	switch (slot->type[VS_SLOT - 1]) {
	case STACK_SPILL:
		types[spill] = 0;
		vs_log(env, " fp%d=%s", -(int)(i + 1) * VS_SLOT, types);
		vs_print_reg(env, frame, &slot->reg);
		return i;
	case STACK_ITER:
		/* only the first slot has the reference */
		if (slot->reg.ref_obj_id) {
			vs_log(env, " fp%d", -(int)(i + 1) * VS_SLOT);
			print_iter(env, &slot->reg);
		}
		return i;
	default:
		vs_log(env, " fp%d=%s", -(int)(i + 1) * VS_SLOT, types);
		return i;
	}
}

static void print_refs(struct vs_env *env, const struct vs_state *st)
{
	const char *sep = " refs=";

	if (!st->ref_cnt || !st->refs[0].id)
		return;
	for (uint32_t i = 0; i < st->ref_cnt; i++) {
		if (!st->refs[i].id)
			continue;
		vs_log(env, "%s%u", sep, st->refs[i].id);
		sep = ",";
	}
}

void vs_print_state(struct vs_env *env, const struct vs_state *st, uint32_t frameno, bool all)
{
	const struct vs_frame *frame = st->frames[frameno];

	if (frame->frameno)
		vs_log(env, " frame%u:", frame->frameno);
	for (uint32_t i = 0; i < VS_REGS; i++) {
		if (frame->regs[i].type == NOT_INIT || !(all || env->scratched_regs >> i & 1))
			continue;
		vs_log(env, " R%u=", i);
		vs_print_reg(env, frame, &frame->regs[i]);
	}
	for (uint32_t i = 0; i < frame->slot_cnt; i++)
		if ((all || (i < 64 && env->scratched_slots >> i & 1)) &&
		    slot_in_use(&frame->slots[i]))
			i = print_slot(env, frame, i);
	print_refs(env, st);
	if (frame->in_callback)
		vs_log(env, " cb");
	vs_log(env, "\n");
	if (!all) {
		env->scratched_regs = 0;
		env->scratched_slots = 0;
	}
}

/* States start in column 40, or at the next multiple of 8 past a longer instruction. */
static unsigned int state_column(unsigned int used)
{
	unsigned int column = used + 4 > 40 ? used + 4 : 40;

	return ((column + 7) & ~7u) - used - 1;
}

void vs_print_insn_state(struct vs_env *env, const struct vs_state *st, uint32_t frame)
{
	if (env->prev_log_pos && env->prev_log_pos == vs_log_pos(env)) {
		/* right behind the instruction: take its newline back */
		vs_log_reset(env, env->prev_log_pos - 1);
		vs_log(env, "%*c;", (int)state_column(env->prev_insn_print_len), ' ');
	} else {
		vs_log(env, "%u:", env->insn_idx);
	}
	vs_print_state(env, st, frame, false);
}
