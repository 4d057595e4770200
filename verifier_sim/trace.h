/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What --explain needs and a verdict does not: the whole path to where the verifier stands, what
 * became of the iterators along it, how often each instruction was visited, and hazards. A program
 * to be explained is verified once more with a trace; without one nothing here costs anything.
 * Included by internal.h.
 */
#ifndef TV_VERIFIER_TRACE_H
#define TV_VERIFIER_TRACE_H

struct vs_env;

#define VS_TRACE_ITERS	16	/* iterators looked after at a time */
#define VS_TRACE_DIFFS	32	/* places in which visits of a loop head differ */
#define VS_TRACE_TEXT	160

/* What is wrong with an instruction that is accepted. */
#define VS_HAZARD_LATE_USE	1u	/* reads through a destroyed iterator's element */
#define VS_HAZARD_ABOVE_FRAME	2u	/* takes r10 itself for the iterator below it */

/* One iterator on the stack, as last seen. */
struct vs_iter_view {
	uint32_t frame, slot, type, ref, state, depth;
};

struct vs_note {
	uint32_t step;			/* after this many steps of the path */
	char text[VS_TRACE_TEXT];
};

/* A register or slot that two visits of the loop head have different. */
struct vs_place {
	uint32_t frame;
	bool is_slot;
	uint32_t index;
};

struct vs_diff {
	struct vs_place place;
	uint32_t times;
	int precise_by;			/* instruction that needed its exact number; -1: none */
	char before[VS_TRACE_TEXT], after[VS_TRACE_TEXT];
};

struct vs_trace {
	uint32_t *steps, step_cnt, step_cap;	/* instructions of the path */
	struct vs_note *notes;
	uint32_t note_cnt, note_cap;
	struct vs_iter_view iters[VS_TRACE_ITERS];
	uint32_t iter_cnt;
	uint32_t *visits;		/* [insn_cnt], of checkpoints that were compared */
	uint8_t *hazards;		/* [insn_cnt], of VS_HAZARD_* */
	int watch;			/* the loop head to compare visits of; -1: none */
	struct vs_diff diffs[VS_TRACE_DIFFS];
	uint32_t diff_cnt;
	bool failed;			/* out of memory */
};

struct vs_trace *vs_trace_create(uint32_t insn_cnt, int watch);
void vs_trace_destroy(struct vs_trace *trace);

/* An instruction is about to be simulated; and was. */
void vs_trace_step(struct vs_env *env);
void vs_trace_after(struct vs_env *env);
/* A branch put aside with this path is taken up again. */
struct vs_trace_mark { uint32_t steps, notes; };
struct vs_trace_mark vs_trace_mark(const struct vs_env *env);
void vs_trace_resume(struct vs_env *env, struct vs_trace_mark mark);
/* The current state is compared with one seen before, without success. */
void vs_trace_miss(struct vs_env *env, const struct vs_state *old);
/* A register or slot of a state seen before became precise. */
void vs_trace_precise(struct vs_env *env, const struct vs_state *st, struct vs_place place);
/* Memory is read through @reg. */
void vs_trace_read(struct vs_env *env, const struct vs_reg *reg);
/* The current instruction does what VS_HAZARD_* says. */
void vs_trace_hazard(struct vs_env *env, uint8_t hazard);
/* What an element of the iterator with reference @ref is to be known by; not 0. */
static inline uint16_t vs_owner_of(uint32_t ref)
{
	return (uint16_t)(ref % 65535 + 1);
}

#endif
