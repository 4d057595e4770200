/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Packet pointers: a comparison with the packet's end says how many bytes are there. */
#include "verifier_sim/internal.h"

#define MAX_PACKET_OFF	0xffff

/* Instead of a number of bytes: how the pointer compares with the end. */
#define AT_PKT_END	(-1)
#define BEYOND_PKT_END	(-2)

static void note_range(struct vs_state *st, const struct vs_reg *ptr, uint32_t type, bool open)
{
	struct vs_reg_walk walk = VS_WALK_SPILLS(st);
	uint32_t id = ptr->id;
	struct vs_reg *reg;
	int range;

	if (ptr->off < 0 || (ptr->off == 0 && open) || ptr->v.umax > MAX_PACKET_OFF ||
	    ptr->v.umax + (uint64_t)ptr->off > MAX_PACKET_OFF)
		return;
	range = ptr->off + open;
	while ((reg = vs_reg_walk_next(&walk)))
		if (reg->type == type && reg->id == id && reg->range < range)
			reg->range = range;
}

static void note_end(struct vs_state *st, uint32_t regno, bool open)
{
	struct vs_reg *reg = &vs_cur_frame(st)->regs[regno];

	if (reg->type == PTR_TO_PACKET)
		reg->range = open ? BEYOND_PKT_END : AT_PKT_END;
}

/* As it came out of the context. */
static bool is_start(const struct vs_reg *reg)
{
	return reg->type == PTR_TO_PACKET && reg->id == 0 && reg->off == 0 &&
	       tnum_is_value(reg->v.bits, 0);
}

/* data against data_end, or data_meta against data */
static bool bounded_by(const struct vs_reg *ptr, const struct vs_reg *end)
{
	return (ptr->type == PTR_TO_PACKET && end->type == PTR_TO_PACKET_END) ||
	       (ptr->type == PTR_TO_PACKET_META && is_start(end));
}

bool vs_refine_packet(const struct bpf_insn *insn, const struct vs_reg *dst,
		      const struct vs_reg *src, struct vs_state *this_branch,
		      struct vs_state *other_branch)
{
	uint8_t op = BPF_OP(insn->code);
	bool reversed, above, strict;
	const struct vs_reg *ptr = dst;
	uint32_t regno = insn->dst_reg;

	if (BPF_SRC(insn->code) != BPF_X || BPF_CLASS(insn->code) == BPF_JMP32 ||
	    (op != BPF_JGT && op != BPF_JLT && op != BPF_JGE && op != BPF_JLE))
		return false;
	reversed = !bounded_by(dst, src);
	if (reversed) {
		if (!bounded_by(src, dst))
			return false;
		ptr = src;
		regno = insn->src_reg;
		op = vs_flip_op(op);
	}
	/* "ptr op end" jumps: where is ptr <= end, and is ptr == end known on that side? */
	above = op == BPF_JGT || op == BPF_JGE;
	strict = op == BPF_JLT || op == BPF_JGE;
	/* the branch on which the bytes before ptr are there */
	note_range(above ? this_branch : other_branch, ptr, ptr->type, strict);
	note_end(above ? other_branch : this_branch, regno, !strict);
	return true;
}

int vs_packet_taken(const struct vs_reg *a, const struct vs_reg *b, uint8_t op)
{
	const struct vs_reg *ptr = a;

	if (b->type != PTR_TO_PACKET_END) {
		if (a->type != PTR_TO_PACKET_END)
			return -1;
		ptr = b;
		op = vs_flip_op(op);
	}
	if (ptr->range >= 0)
		return -1;
	if ((op == BPF_JLE || op == BPF_JGT) && ptr->range == BEYOND_PKT_END)
		return op == BPF_JGT;
	if (op == BPF_JLT || op == BPF_JGE)
		return op == BPF_JGE;
	return -1;
}

void vs_forget_packets(struct vs_env *env)
{
	struct vs_reg_walk walk = VS_WALK_SPILLS(env->cur);
	struct vs_reg *reg;

	while ((reg = vs_reg_walk_next(&walk)))
		if (vs_type_is_packet_any(reg->type))
			vs_reg_unknown(reg);
}
