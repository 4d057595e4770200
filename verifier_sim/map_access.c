/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Map values: bounds, special fields, constants of frozen maps. */
#include <errno.h>
#include <string.h>

#include "bpf/field.h"
#include "verifier_sim/internal.h"

#ifndef BPF_F_RDONLY_PROG
#define BPF_F_RDONLY_PROG (1U << 7)
#endif
#ifndef BPF_F_WRONLY_PROG
#define BPF_F_WRONLY_PROG (1U << 8)
#endif

int vs_check_map_type(struct vs_env *env, uint32_t regno, int off, int size, enum vs_access access)
{
	const struct tv_bpf_map *map = env->maps[vs_regs(env)[regno].map].def;
	uint32_t barred = access == VS_WRITE ? BPF_F_RDONLY_PROG : BPF_F_WRONLY_PROG;

	if (!(map->flags & barred))
		return 0;
	vs_log(env, "%s map forbidden, value_size=%u off=%d size=%d\n",
	       access == VS_WRITE ? "write into" : "read from", map->value_size, off, size);
	return -EACCES;
}

static bool is_kptr(const struct tv_bpf_field *field)
{
	return field->kind == TV_FIELD_KPTR_UNREF || field->kind == TV_FIELD_KPTR_REF ||
	       field->kind == TV_FIELD_KPTR_PERCPU || field->kind == TV_FIELD_UPTR;
}

/* A special field that the access touches. */
static int touch_field(struct vs_env *env, const struct vs_reg *reg, int off, int size,
		       bool by_helper, const struct tv_bpf_field *field)
{
	unsigned long long at;

	if (!is_kptr(field)) {
		vs_log(env, "%s cannot be accessed directly by load/store\n", tv_field_name(field->kind));
		return -EACCES;
	}
	if (by_helper) {
		vs_log(env, "kptr cannot be accessed indirectly by helper\n");
		return -EACCES;
	}
	if (!tnum_is_const(reg->v.bits)) {
		vs_log(env, "kptr access cannot have variable offset\n");
		return -EACCES;
	}
	at = (uint64_t)(int64_t)off + reg->v.bits.value;
	if (field->offset != at) {
		vs_log(env, "kptr access misaligned expected=%u off=%llu\n", field->offset, at);
		return -EACCES;
	}
	if (size != 8) {
		vs_log(env, "kptr access size must be BPF_DW\n");
		return -EACCES;
	}
	return 0;
}

int vs_check_map_value(struct vs_env *env, uint32_t regno, int off, int size, bool zero_ok,
		       bool by_helper)
{
	const struct vs_reg *reg = &vs_regs(env)[regno];
	const struct tv_bpf_map *map = env->maps[reg->map].def;
	int err = vs_check_region(env, regno, off, size, map->value_size, zero_ok);

	for (uint32_t i = 0; i < map->field_cnt && !err; i++) {
		const struct tv_bpf_field *field = &map->fields[i];

		if (reg->v.smin + off < (int64_t)field->offset + field->size &&
		    (int64_t)field->offset < (int64_t)reg->v.umax + off + size)
			err = touch_field(env, reg, off, size, by_helper, field);
	}
	return err;
}

/* What stands in a map that nobody can change any more. */
static bool read_constant(const struct tv_bpf_map *map, int64_t off, int size, bool sign_extend,
			  uint64_t *value)
{
	uint64_t bytes = 0;

	if (!tv_bpf_map_is_frozen(map))
		return false;
	memcpy(&bytes, map->data + off, (size_t)size);
	if (sign_extend)
		bytes = (uint64_t)((int64_t)(bytes << (64 - size * 8)) >> (64 - size * 8));
	*value = bytes;
	return true;
}

int vs_check_map_load(struct vs_env *env, uint32_t regno, int off, int size, enum vs_access access,
		      int value, uint32_t insn_idx, bool sign_extend)
{
	struct vs_reg *regs = vs_regs(env), *reg = &regs[regno];
	const struct tv_bpf_map *map = env->maps[reg->map].def;
	bool fixed = tnum_is_const(reg->v.bits);
	int64_t at = (int64_t)reg->v.bits.value + off;
	uint64_t constant;
	int err = vs_check_map_type(env, regno, off, size, access);

	if (!err)
		err = vs_check_map_value(env, regno, off, size, false, false);
	if (err)
		return err;
	for (uint32_t i = 0; fixed && i < map->field_cnt; i++)
		if (is_kptr(&map->fields[i]) && map->fields[i].offset == at)
			return vs_unsupported(env, "kernel pointers in map values (kptr)");
	if (access == VS_WRITE || value < 0)
		return 0;
	if (fixed && read_constant(map, at, size, sign_extend, &constant)) {
		regs[value].type = SCALAR_VALUE;
		vs_reg_known(&regs[value], constant);
	} else {
		vs_reg_unknown(&regs[value]);
	}
	return 0;
}

int vs_check_map_ptr(struct vs_env *env, uint32_t regno, int off, int size, enum vs_access access,
		     int value)
{
	return vs_unsupported(env, "reading a map's own structure");
}
