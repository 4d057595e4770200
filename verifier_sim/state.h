/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the verifier knows at one point of one path: registers and stack of each function on the
 * call chain, references and locks held, and how the path came here.
 */
#ifndef TV_VERIFIER_STATE_H
#define TV_VERIFIER_STATE_H

#include "verifier_sim/pool.h"
#include "verifier_sim/reg_type.h"
#include "verifier_sim/scalar.h"

#define VS_REGS		11
#define VS_FP		10	/* BPF_REG_FP */
#define VS_MAX_FRAMES	8
#define VS_MAX_STACK	512	/* bytes of one function */
#define VS_SLOT		8	/* bytes of a stack slot */
#define VS_MAIN_CALLSITE (-1)
/* In a scalar's id: it differs from those of the same id by the constant in @off. */
#define VS_ADD_CONST64	(1u << 31)
#define VS_ADD_CONST32	(1u << 30)
#define VS_ADD_CONST	(VS_ADD_CONST64 | VS_ADD_CONST32)

enum vs_iter_state {
	VS_ITER_INVALID,
	VS_ITER_ACTIVE,		/* next may return an element */
	VS_ITER_DRAINED,	/* next returned NULL and will again */
};

struct vs_reg {
	uint32_t type;		/* enum vs_reg_base | enum vs_type_flag */
	int32_t off;		/* fixed part of a pointer's offset; of a linked scalar the delta */
	union {			/* by type */
		struct { uint32_t map, map_uid; };	/* index into the environment's maps */
		uint32_t btf_id;	/* in the kernel's BTF */
		struct { uint32_t mem_size, dynptr_id; };
		struct { int32_t range; uint32_t pad; };/* packet: bytes known to be there */
		uint32_t subprog;
		struct { uint32_t iter_type, iter_state : 2, iter_depth : 30; };
		struct { uint32_t dynptr_type, dynptr_first; };
		uint64_t extra;
	};
	struct vs_scalar v;	/* the number, or the variable part of a pointer's offset */
	uint32_t id;		/* equal ids: equal numbers, or the same pointer of unknown nullness */
	uint32_t ref_obj_id;	/* reference that keeps it alive; 0: none */
	uint8_t frameno;	/* PTR_TO_STACK: whose stack */
	uint8_t precise;	/* the exact range mattered on some path from here */
	uint16_t owner;		/* the iterator it is an element of (vs_owner_of()); only for explanations */
};

enum vs_slot_type {
	STACK_INVALID,
	STACK_SPILL,	/* (part of) a register */
	STACK_MISC,	/* some data */
	STACK_ZERO,
	STACK_ITER,
};

/* type[0] is the byte at the highest address (fp-1 of slot 0), type[7] at the lowest (fp-8). */
struct vs_slot {
	struct vs_reg reg;
	uint8_t type[VS_SLOT];
};

struct vs_frame {
	int callsite;			/* instruction of the call; VS_MAIN_CALLSITE */
	uint32_t frameno, subprog;
	uint32_t callback_depth;
	int32_t ret_min, ret_max;	/* what a callback may return */
	bool in_callback;
	uint32_t slot_cnt, slot_cap;
	struct vs_slot *slots;		/* [0] is fp-8 */
	struct vs_reg regs[VS_REGS];
};

/* A step of the path worth remembering: a jump, a stack access, registers that share a number. */
#define VS_HIST_STACK		1u	/* reads or writes a spilled register */
#define VS_HIST_DST_STACK	2u	/* compares a stack pointer (destination register) */
#define VS_HIST_SRC_STACK	4u
#define VS_LINKED_MAX		6

struct vs_linked {
	uint8_t frameno, is_reg, index;	/* register number or slot */
};

struct vs_hist {
	uint32_t idx, prev_idx;
	uint8_t flags, frameno, spi, linked_cnt;
	struct vs_linked linked[VS_LINKED_MAX];
};

struct vs_ref {
	uint32_t id;
	uint32_t insn_idx;
	uint32_t callback_frame;	/* 6.12: the callback it was taken in; 0: none */
};

struct vs_state {
	struct vs_frame *frames[VS_MAX_FRAMES];
	uint32_t curframe;
	uint32_t branches;		/* paths from here not yet finished */
	struct vs_state *parent;	/* the checkpoint before */
	struct vs_state *loop_entry;	/* 6.12: an open state that paths from here came back to */
	struct vs_state *equal_state;	/* of a loop's back edge: what it was found equal to */
	uint32_t insn_idx;
	uint32_t first_insn_idx;	/* of the segment since the checkpoint */
	int last_insn_idx;
	uint32_t dfs_depth, callback_unroll_depth, may_goto_depth;

	uint32_t ref_cnt, ref_cap;
	struct vs_ref *refs;
	uint32_t active_preempt;	/* how often it was disabled */
	bool active_rcu;
	bool cleaned, used_as_loop_entry;

	uint32_t hist_cnt, hist_cap;
	struct vs_hist *hist;
};

static inline struct vs_frame *vs_cur_frame(const struct vs_state *st)
{
	return st->frames[st->curframe];
}

/* Instruction at which frame @i stands: its call, or the current one. */
static inline uint32_t vs_frame_insn(const struct vs_state *st, uint32_t i)
{
	return i == st->curframe ? st->insn_idx : (uint32_t)st->frames[i + 1]->callsite;
}

static inline bool vs_slot_is_spill(const struct vs_slot *slot)
{
	return slot->type[VS_SLOT - 1] == STACK_SPILL;
}

static inline bool vs_slot_is_scalar_spill(const struct vs_slot *slot)
{
	return vs_slot_is_spill(slot) && slot->reg.type == SCALAR_VALUE;
}

bool vs_same_callsites(const struct vs_state *a, const struct vs_state *b);

/* --- making registers --------------------------------------------------------- */

/* Everything forgotten: a number of which nothing is known. */
void vs_reg_unknown(struct vs_reg *reg);
void vs_reg_not_init(struct vs_reg *reg);
/* A known number; the type stays, all about pointers goes. */
void vs_reg_known(struct vs_reg *reg, uint64_t value);
/* The number 0, imprecise. */
void vs_reg_zero(struct vs_reg *reg);
/* A pointer of @type without offset. */
void vs_reg_pointer(struct vs_reg *reg, uint32_t type);

static inline bool vs_reg_is_null(const struct vs_reg *reg)
{
	return reg->type == SCALAR_VALUE && tnum_is_value(reg->v.bits, 0);
}

static inline bool vs_reg_is_const(const struct vs_reg *reg, bool low32)
{
	return reg->type == SCALAR_VALUE &&
	       tnum_is_const(low32 ? tnum_low32(reg->v.bits) : reg->v.bits);
}

static inline uint64_t vs_reg_const(const struct vs_reg *reg, bool low32)
{
	return low32 ? (uint32_t)reg->v.bits.value : reg->v.bits.value;
}

static inline void vs_reg_unlink(struct vs_reg *reg)
{
	reg->id = 0;
	reg->off = 0;
}

/* Bits the number needs: 0 for zero. */
static inline unsigned int vs_reg_width(const struct vs_reg *reg)
{
	return reg->v.umax ? 64 - (unsigned int)__builtin_clzll(reg->v.umax) : 0;
}

/* --- making states ------------------------------------------------------------ */

struct vs_frame *vs_frame_create(struct vs_pool *pool, int callsite, uint32_t frameno,
				 uint32_t subprog);
void vs_frame_destroy(struct vs_pool *pool, struct vs_frame *frame);
/* Room for @slots slots; new ones are STACK_INVALID. 0 or -ENOMEM. */
int vs_frame_grow(struct vs_pool *pool, struct vs_frame *frame, uint32_t slots);

/* What @st holds, not @st itself. */
void vs_state_fini(struct vs_pool *pool, struct vs_state *st);
/* @dst is zeroed or was a state before; its memory is used again. 0 or -ENOMEM. */
int vs_state_copy(struct vs_pool *pool, struct vs_state *dst, const struct vs_state *src);
int vs_state_add_hist(struct vs_pool *pool, struct vs_state *st, const struct vs_hist *entry);
int vs_state_add_ref(struct vs_pool *pool, struct vs_state *st, const struct vs_ref *ref);

/* --- all registers of a state ------------------------------------------------- */

struct vs_reg_walk {
	struct vs_state *st;
	uint32_t frame, next;
	uint32_t slot_mask;	/* 1 << enum vs_slot_type: slots to visit too */
};

/* Start with { .st = st, .slot_mask = ... }; NULL at the end. */
struct vs_reg *vs_reg_walk_next(struct vs_reg_walk *walk);
#define VS_WALK_SPILLS(state)	{ .st = (state), .slot_mask = 1u << STACK_SPILL }

#endif
