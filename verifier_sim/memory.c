/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Loads and stores: who may touch what through which pointer. */
#include <errno.h>

#include "verifier_sim/internal.h"

/* --- checks that many kinds of memory share ----------------------------------- */

static int refuse_range(struct vs_env *env, const struct vs_reg *reg, uint32_t regno, int off,
			int size, uint32_t mem_size)
{
	switch (reg->type) {
	case PTR_TO_MAP_KEY:
		vs_log(env, "invalid access to map key, key_size=%u off=%d size=%d\n", mem_size, off,
		       size);
		break;
	case PTR_TO_MAP_VALUE:
		vs_log(env, "invalid access to map value, value_size=%u off=%d size=%d\n", mem_size,
		       off, size);
		break;
	case PTR_TO_PACKET:
	case PTR_TO_PACKET_META:
		vs_log(env, "invalid access to packet, off=%d size=%d, R%u(id=%u,off=%d,r=%u)\n", off,
		       size, regno, reg->id, off, mem_size);
		break;
	default:
		vs_log(env, "invalid access to memory, mem_size=%u off=%d size=%d\n", mem_size, off,
		       size);
	}
	return -EACCES;
}

static int check_range(struct vs_env *env, uint32_t regno, int64_t off, int size, uint32_t mem_size,
		       bool zero_ok)
{
	/* the kernel's own 32-bit arithmetic: what wraps is refused as out of bounds */
	int at = (int)off;

	if (at >= 0 && (size > 0 || (size == 0 && zero_ok)) &&
	    (uint64_t)at + (uint64_t)size <= mem_size)
		return 0;
	return refuse_range(env, &vs_regs(env)[regno], regno, at, size, mem_size);
}

int vs_check_region(struct vs_env *env, uint32_t regno, int off, int size, uint32_t mem_size,
		    bool zero_ok)
{
	const struct vs_scalar *v = &vs_regs(env)[regno].v;
	int64_t low = v->smin + off;
	int err;

	if (v->smin < 0 && (v->smin == INT64_MIN || low != (int32_t)low || low < 0)) {
		vs_log(env, "R%u min value is negative, either use unsigned index or do a if (index >=0) check.\n",
		       regno);
		return -EACCES;
	}
	err = check_range(env, regno, low, size, mem_size, zero_ok);
	if (err) {
		vs_log(env, "R%u min value is outside of the allowed memory range\n", regno);
		return err;
	}
	if (v->umax >= (uint64_t)VS_MAX_VAR_OFF) {
		vs_log(env, "R%u unbounded memory access, make sure to bounds check any such access\n",
		       regno);
		return -EACCES;
	}
	err = check_range(env, regno, (int64_t)v->umax + off, size, mem_size, zero_ok);
	if (err)
		vs_log(env, "R%u max value is outside of the allowed memory range\n", regno);
	return err;
}

int vs_check_packet(struct vs_env *env, uint32_t regno, int off, int size, bool zero_ok)
{
	const struct vs_reg *reg = &vs_regs(env)[regno];
	int err;

	if (reg->v.smin < 0) {
		vs_log(env, "R%u min value is negative, either use unsigned index or do a if (index >=0) check.\n",
		       regno);
		return -EACCES;
	}
	err = reg->range < 0 ? -EINVAL
			     : check_range(env, regno, off, size, (uint32_t)reg->range, zero_ok);
	if (err)
		vs_log(env, "R%u offset is outside of the packet\n", regno);
	return err;
}

/* A tracepoint's buffer: how long it is shows when the program is attached. */
static int check_buffer(struct vs_env *env, const struct vs_reg *reg, uint32_t regno, int off, int size)
{
	char bits[64];

	if (off < 0) {
		vs_log(env, "R%u invalid tracepoint buffer access: off=%d, size=%d\n", regno, off, size);
		return -EACCES;
	}
	if (!tnum_is_value(reg->v.bits, 0)) {
		vs_print_tnum(bits, sizeof(bits), reg->v.bits);
		vs_log(env, "R%u invalid variable buffer offset: off=%d, var_off=%s\n", regno, off,
		       bits);
		return -EACCES;
	}
	return 0;
}

int vs_check_ptr_off(struct vs_env *env, const struct vs_reg *reg, uint32_t regno, bool fixed_ok)
{
	char word[128], bits[64];

	vs_type_str(reg->type, word, sizeof(word));
	if (reg->off < 0) {
		vs_log(env, "negative offset %s ptr R%u off=%d disallowed\n", word, regno, reg->off);
		return -EACCES;
	}
	if (!fixed_ok && reg->off) {
		vs_log(env, "dereference of modified %s ptr R%u off=%d disallowed\n", word, regno,
		       reg->off);
		return -EACCES;
	}
	if (!tnum_is_value(reg->v.bits, 0)) {
		vs_print_tnum(bits, sizeof(bits), reg->v.bits);
		vs_log(env, "variable %s access var_off=%s disallowed\n", word, bits);
		return -EACCES;
	}
	return 0;
}

static const char *alignment_word(uint32_t type)
{
	switch (type) {
	case PTR_TO_MAP_KEY:
		return "key ";
	case PTR_TO_MAP_VALUE:
		return "value ";
	case PTR_TO_CTX:
		return "context ";
	case PTR_TO_STACK:
		return "stack ";
	case PTR_TO_XDP_SOCK:
		return "xdp_sock ";
	default:
		return "";
	}
}

/* Only the stack has to be aligned always: spilled registers live there. */
int vs_check_alignment(struct vs_env *env, const struct vs_reg *reg, int off, int size,
		       bool strict_once)
{
	bool strict = env->strict_alignment || strict_once || reg->type == PTR_TO_STACK;
	int ip_align = vs_type_is_packet(reg->type) ? 2 : 0;
	struct tnum at;
	char bits[64];

	if (!strict || size == 1)
		return 0;
	at = tnum_add(reg->v.bits, tnum_const((uint64_t)((int64_t)ip_align + reg->off + off)));
	if (tnum_is_aligned(at, (uint64_t)size))
		return 0;
	vs_print_tnum(bits, sizeof(bits), reg->v.bits);
	if (ip_align)
		vs_log(env, "misaligned packet access off %d+%s+%d+%d size %d\n", ip_align, bits,
		       reg->off, off, size);
	else
		vs_log(env, "misaligned %saccess off %s+%d+%d size %d\n",
		       alignment_word(reg->type), bits, reg->off, off, size);
	return -EACCES;
}

/* --- by kind of pointer ------------------------------------------------------- */

static int refuse_type(struct vs_env *env, const char *fmt_head, uint32_t regno, uint32_t type)
{
	char word[128];

	vs_log(env, "R%u %s%s%s\n", regno, fmt_head, vs_type_str(type, word, sizeof(word)),
	       fmt_head[0] == 'i' ? "'" : "");
	return -EACCES;
}

static void load_unknown(struct vs_env *env, int value)
{
	if (value >= 0)
		vs_reg_unknown(&vs_regs(env)[value]);
}

static int access_mem(struct vs_env *env, struct vs_reg *reg, uint32_t regno, int off, int size,
		      enum vs_access access, int value)
{
	bool rdonly = reg->type & MEM_RDONLY;
	int err;

	if (vs_maybe_null(reg->type))
		return refuse_type(env, "invalid mem access '", regno, reg->type);
	if (access == VS_WRITE && rdonly)
		return refuse_type(env, "cannot write into ", regno, reg->type);
	/* reads of untrusted memory are guarded at run time */
	err = rdonly && reg->type & PTR_UNTRUSTED ? 0 :
		vs_check_region(env, regno, off, size, reg->mem_size, false);
	if (!err && (access == VS_READ || rdonly))
		load_unknown(env, value);
	return err;
}

static int access_buffer(struct vs_env *env, struct vs_reg *reg, uint32_t regno, int off, int size,
			 enum vs_access access, int value)
{
	int err = check_buffer(env, reg, regno, off, size);

	if (!err && access == VS_READ)
		load_unknown(env, value);
	return err;
}

static int access_key(struct vs_env *env, struct vs_reg *reg, uint32_t regno, int off, int size,
		      enum vs_access access, int value)
{
	int err;

	if (access == VS_WRITE) {
		vs_log(env, "write to change key R%u not allowed\n", regno);
		return -EACCES;
	}
	err = vs_check_region(env, regno, off, size, env->maps[reg->map].def->key_size, false);
	if (!err)
		load_unknown(env, value);
	return err;
}

/* Only programs that may write packets, too, find them in their context. */
static int access_packet(struct vs_env *env, uint32_t regno, int off, int size,
			 enum vs_access access, int value)
{
	int err = vs_check_packet(env, regno, off, size, false);

	if (!err && access == VS_READ)
		load_unknown(env, value);
	return err;
}

static int access_by_type(struct vs_env *env, uint32_t insn_idx, uint32_t regno, int off, int size,
			  enum vs_access access, int value, bool sign_extend)
{
	struct vs_reg *reg = &vs_regs(env)[regno];

	if (vs_base(reg->type) == PTR_TO_MEM)
		return access_mem(env, reg, regno, off, size, access, value);
	if (vs_base(reg->type) == PTR_TO_BTF_ID && !vs_maybe_null(reg->type))
		return vs_check_btf_ptr(env, regno, off, size, access, value);
	switch (reg->type) {
	case PTR_TO_MAP_KEY:
		return access_key(env, reg, regno, off, size, access, value);
	case PTR_TO_MAP_VALUE:
		return vs_check_map_load(env, regno, off, size, access, value, insn_idx, sign_extend);
	case PTR_TO_CTX:
		return vs_check_ctx(env, insn_idx, reg, regno, off, size, access, value, sign_extend);
	case PTR_TO_STACK:
		return vs_check_stack_access(env, regno, off, size, access, value, insn_idx);
	case PTR_TO_PACKET:
	case PTR_TO_PACKET_META:
		return access_packet(env, regno, off, size, access, value);
	case CONST_PTR_TO_MAP:
		return vs_check_map_ptr(env, regno, off, size, access, value);
	case PTR_TO_TP_BUFFER:
		return access_buffer(env, reg, regno, off, size, access, value);
	case PTR_TO_XDP_SOCK:
		return vs_unsupported(env, "memory access through xdp_sock");
	default:
		return refuse_type(env, "invalid mem access '", regno, reg->type);
	}
}

int vs_check_mem(struct vs_env *env, uint32_t insn_idx, uint32_t regno, int off, int size,
		 enum vs_access access, int value, bool strict_once, bool sign_extend)
{
	struct vs_reg *regs = vs_regs(env), *reg = &regs[regno];
	int err = vs_check_alignment(env, reg, off, size, strict_once);

	if (err)
		return err;
	off += reg->off;
	err = access_by_type(env, insn_idx, regno, off, size, access, value, sign_extend);
	if (err)
		return err;
	if (size < VS_SLOT && value >= 0 && access == VS_READ && regs[value].type == SCALAR_VALUE) {
		if (sign_extend)
			vs_scalar_sext64(&regs[value].v, (unsigned int)size);
		else
			vs_scalar_zext(&regs[value].v, (unsigned int)size, &env->rules->scalar);
	}
	return 0;
}

/* --- instructions ------------------------------------------------------------- */

static int access_size(const struct bpf_insn *insn)
{
	static const int sizes[] = { 4, 2, 1, 8 };

	return sizes[BPF_SIZE(insn->code) >> 3];
}

/* Loads through these are rewritten by the kernel, one way for each instruction. */
static bool fixed_kind(uint32_t type)
{
	return vs_base(type) == PTR_TO_CTX || vs_base(type) == PTR_TO_BTF_ID;
}

static bool mergeable(uint32_t type, const struct vs_rules *rules)
{
	return vs_base(type) == PTR_TO_BTF_ID ||
	       (vs_base(type) == PTR_TO_MEM && rules->kernel >= TV_KERNEL_6_18);
}

static int note_type(struct vs_env *env, uint32_t type, bool trust_may_differ)
{
	uint32_t *before = &env->aux[env->insn_idx].ptr_type, flags;

	if (*before == NOT_INIT) {
		*before = type;
		return 0;
	}
	if (type == *before || (!fixed_kind(type) && !fixed_kind(*before)))
		return 0;
	if (!trust_may_differ || !mergeable(type, env->rules) || !mergeable(*before, env->rules)) {
		vs_log(env, "same insn cannot be used with different pointers\n");
		return -EINVAL;
	}
	if (env->rules->kernel < TV_KERNEL_6_18) {
		*before = PTR_TO_BTF_ID | PTR_UNTRUSTED;
		return 0;
	}
	flags = (type | *before) & (PTR_UNTRUSTED | MEM_RDONLY);
	*before = (vs_base(type) == PTR_TO_MEM || vs_base(*before) == PTR_TO_MEM ? PTR_TO_MEM
										  : PTR_TO_BTF_ID) | flags;
	return 0;
}

int vs_check_load(struct vs_env *env, const struct bpf_insn *insn)
{
	uint32_t type;
	int err = vs_check_src(env, insn->src_reg);

	if (!err)
		err = vs_check_dst(env, insn->dst_reg, false);
	if (err)
		return err;
	type = vs_regs(env)[insn->src_reg].type;
	err = vs_check_mem(env, env->insn_idx, insn->src_reg, insn->off, access_size(insn), VS_READ,
			   insn->dst_reg, false, BPF_MODE(insn->code) == BPF_MEMSX);
	if (!err)
		err = note_type(env, type, true);
	return err ? err : vs_check_bounds(env, &vs_regs(env)[insn->dst_reg], "ldx");
}

int vs_check_store(struct vs_env *env, const struct bpf_insn *insn)
{
	bool by_reg = BPF_CLASS(insn->code) == BPF_STX;
	uint32_t type;
	int err;

	if (BPF_MODE(insn->code) != BPF_MEM || (by_reg ? insn->imm != 0 : insn->src_reg != 0)) {
		vs_log(env, "%s uses reserved fields\n", by_reg ? "BPF_STX" : "BPF_ST");
		return -EINVAL;
	}
	err = by_reg ? vs_check_src(env, insn->src_reg) : 0;
	if (!err)
		err = vs_check_src(env, insn->dst_reg);
	if (err)
		return err;
	type = vs_regs(env)[insn->dst_reg].type;
	err = vs_check_mem(env, env->insn_idx, insn->dst_reg, insn->off, access_size(insn), VS_WRITE,
			   by_reg ? insn->src_reg : -1, false, false);
	return err ? err : note_type(env, type, false);
}

/* --- atomics ------------------------------------------------------------------ */

static bool atomic_allowed(uint32_t type)
{
	return type != PTR_TO_CTX && !vs_type_is_packet(type) && type != PTR_TO_XDP_SOCK;
}

static int refuse_atomic(struct vs_env *env, const char *what, uint32_t regno)
{
	char word[128];

	vs_log(env, "%s R%u %s is not allowed\n", what, regno,
	       vs_type_str(vs_regs(env)[regno].type, word, sizeof(word)));
	return -EACCES;
}

static int check_rmw(struct vs_env *env, const struct bpf_insn *insn)
{
	int size = access_size(insn), load = -1, err;

	if (size < 4) {
		vs_log(env, "invalid atomic operand size\n");
		return -EINVAL;
	}
	err = vs_check_src(env, insn->src_reg);
	if (!err)
		err = vs_check_src(env, insn->dst_reg);
	if (!err && insn->imm == BPF_CMPXCHG)
		err = vs_check_src(env, BPF_REG_0);
	if (err)
		return err;
	if (!atomic_allowed(vs_regs(env)[insn->dst_reg].type))
		return refuse_atomic(env, "BPF_ATOMIC stores into", insn->dst_reg);
	if (insn->imm & BPF_FETCH) {
		load = insn->imm == BPF_CMPXCHG ? BPF_REG_0 : insn->src_reg;
		err = vs_check_dst(env, (uint32_t)load, true);
		if (err)
			return err;
	}
	/* once for whether it may be read at all, once for what is read */
	err = vs_check_mem(env, env->insn_idx, insn->dst_reg, insn->off, size, VS_READ, -1, true, false);
	if (!err && load >= 0)
		err = vs_check_mem(env, env->insn_idx, insn->dst_reg, insn->off, size, VS_READ, load,
				   true, false);
	if (!err)
		err = note_type(env, vs_regs(env)[insn->dst_reg].type, false);
	return err ? err : vs_check_mem(env, env->insn_idx, insn->dst_reg, insn->off, size, VS_WRITE,
					-1, true, false);
}

int vs_check_atomic(struct vs_env *env, const struct bpf_insn *insn)
{
	/* with or without BPF_FETCH */
	if (vs_one_of(insn->imm & ~BPF_FETCH, BPF_ADD, BPF_AND, BPF_OR, BPF_XOR) ||
	    vs_one_of(insn->imm, BPF_XCHG, BPF_CMPXCHG))
		return check_rmw(env, insn);
	if (vs_one_of(insn->imm, BPF_LOAD_ACQ, BPF_STORE_REL) &&
	    env->rules->kernel >= TV_KERNEL_6_18)
		return vs_unsupported(env, "load-acquire and store-release");
	vs_log(env, "BPF_ATOMIC uses invalid atomic opcode %02x\n", insn->imm);
	return -EINVAL;
}
