/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier_sim/internal.h"

struct vs_trace *vs_trace_create(uint32_t insn_cnt, int watch)
{
	struct vs_trace *trace = calloc(1, sizeof(*trace));

	if (!trace)
		return NULL;
	trace->watch = watch;
	trace->visits = calloc(insn_cnt, sizeof(*trace->visits));
	trace->hazards = calloc(insn_cnt, sizeof(*trace->hazards));
	if (trace->visits && trace->hazards)
		return trace;
	vs_trace_destroy(trace);
	return NULL;
}

void vs_trace_destroy(struct vs_trace *trace)
{
	if (!trace)
		return;
	free(trace->steps);
	free(trace->notes);
	free(trace->visits);
	free(trace->hazards);
	free(trace);
}

/* Room for one more element of @size; NULL: no memory, the trace is lost. */
static void *more(struct vs_trace *trace, void *array, uint32_t cnt, uint32_t *cap, size_t size)
{
	void *bigger;

	if (cnt < *cap)
		return array;
	bigger = realloc(array, (size_t)(*cap ? *cap * 2 : 64) * size);
	if (!bigger) {
		trace->failed = true;
		return NULL;
	}
	*cap = *cap ? *cap * 2 : 64;
	return bigger;
}

void vs_trace_step(struct vs_env *env)
{
	struct vs_trace *trace = env->trace;
	uint32_t *steps = more(trace, trace->steps, trace->step_cnt, &trace->step_cap, sizeof(*steps));

	if (!steps)
		return;
	trace->steps = steps;
	steps[trace->step_cnt++] = env->insn_idx;
}

/* --- iterators ---------------------------------------------------------------- */

static void note(struct vs_env *env, const struct vs_iter_view *it, const char *what)
{
	struct vs_trace *trace = env->trace;
	struct vs_note *notes = more(trace, trace->notes, trace->note_cnt, &trace->note_cap,
				     sizeof(*notes));

	if (!notes)
		return;
	trace->notes = notes;
	notes += trace->note_cnt++;
	notes->step = trace->step_cnt;
	snprintf(notes->text, sizeof(notes->text), "iter_%s at fp-%u: %s",
		 vs_iter_name(env, it->type), (it->slot + 1) * VS_SLOT, what);
}

static uint32_t look(const struct vs_state *st, struct vs_iter_view views[VS_TRACE_ITERS])
{
	uint32_t n = 0;

	for (uint32_t fr = 0; fr <= st->curframe; fr++) {
		const struct vs_frame *frame = st->frames[fr];

		for (uint32_t i = 0; i < frame->slot_cnt && n < VS_TRACE_ITERS; i++) {
			const struct vs_slot *slot = &frame->slots[i];

			if (slot->type[0] != STACK_ITER || !slot->reg.ref_obj_id)
				continue;
			views[n++] = (struct vs_iter_view){
				fr, i, slot->reg.iter_type, slot->reg.ref_obj_id,
				slot->reg.iter_state, slot->reg.iter_depth,
			};
		}
	}
	return n;
}

static const struct vs_iter_view *find(const struct vs_iter_view *views, uint32_t cnt, uint32_t ref)
{
	for (uint32_t i = 0; i < cnt; i++)
		if (views[i].ref == ref)
			return &views[i];
	return NULL;
}

static bool holds_ref(const struct vs_state *st, uint32_t ref)
{
	for (uint32_t i = 0; i < st->ref_cnt; i++)
		if (st->refs[i].id == ref)
			return true;
	return false;
}

static void note_state(struct vs_env *env, const struct vs_iter_view *it)
{
	char text[64];

	if (it->state == VS_ITER_DRAINED) {
		note(env, it, "drained: next returned NULL");
		return;
	}
	snprintf(text, sizeof(text), "active: next returned element %u", it->depth);
	note(env, it, text);
}

void vs_trace_after(struct vs_env *env)
{
	struct vs_trace *trace = env->trace;
	struct vs_iter_view now[VS_TRACE_ITERS];
	uint32_t cnt = look(env->cur, now);
	char text[96];

	for (uint32_t i = 0; i < cnt; i++) {
		const struct vs_iter_view *was = find(trace->iters, trace->iter_cnt, now[i].ref);

		if (was && (was->state != now[i].state || was->depth != now[i].depth))
			note_state(env, &now[i]);
		if (was)
			continue;
		snprintf(text, sizeof(text), "initialised by new, active; reference %u", now[i].ref);
		note(env, &now[i], text);
	}
	for (uint32_t i = 0; i < trace->iter_cnt; i++) {
		if (find(now, cnt, trace->iters[i].ref))
			continue;
		if (!holds_ref(env->cur, trace->iters[i].ref)) {
			note(env, &trace->iters[i], "destroyed");
			continue;
		}
		snprintf(text, sizeof(text), "overwritten, or its function returned: reference %u is still held",
			 trace->iters[i].ref);
		note(env, &trace->iters[i], text);
	}
	memcpy(trace->iters, now, sizeof(now));
	trace->iter_cnt = cnt;
}

/* --- branches ----------------------------------------------------------------- */

struct vs_trace_mark vs_trace_mark(const struct vs_env *env)
{
	return env->trace ? (struct vs_trace_mark){ env->trace->step_cnt, env->trace->note_cnt }
			  : (struct vs_trace_mark){ 0, 0 };
}

void vs_trace_resume(struct vs_env *env, struct vs_trace_mark mark)
{
	struct vs_trace *trace = env->trace;

	/* without a current state the rest is only being thrown away */
	if (!trace || !env->cur)
		return;
	trace->step_cnt = mark.steps < trace->step_cnt ? mark.steps : trace->step_cnt;
	trace->note_cnt = mark.notes < trace->note_cnt ? mark.notes : trace->note_cnt;
	trace->iter_cnt = look(env->cur, trace->iters);
	/* the other way out of next: which of them it was shows in its number of elements */
	if (!trace->step_cnt || !env->aux[trace->steps[trace->step_cnt - 1]].is_iter_next)
		return;
	for (uint32_t i = trace->iter_cnt; i-- > 0; ) {
		if (trace->iters[i].state != VS_ITER_ACTIVE || !trace->iters[i].depth)
			continue;
		note_state(env, &trace->iters[i]);
		break;
	}
}

/* --- hazards ------------------------------------------------------------------ */

void vs_trace_read(struct vs_env *env, const struct vs_reg *reg)
{
	if (!env->trace || !reg->owner)
		return;
	for (uint32_t i = 0; i < env->cur->ref_cnt; i++)
		if (vs_owner_of(env->cur->refs[i].id) == reg->owner)
			return;
	vs_trace_hazard(env, VS_HAZARD_LATE_USE);
}

void vs_trace_hazard(struct vs_env *env, uint8_t hazard)
{
	if (env->trace)
		env->trace->hazards[env->insn_idx] |= hazard;
}

/* --- two visits of one instruction -------------------------------------------- */

static struct vs_diff *diff_of(struct vs_trace *trace, struct vs_place place)
{
	for (uint32_t i = 0; i < trace->diff_cnt; i++) {
		const struct vs_place *p = &trace->diffs[i].place;

		if (p->frame == place.frame && p->is_slot == place.is_slot && p->index == place.index)
			return &trace->diffs[i];
	}
	if (trace->diff_cnt == VS_TRACE_DIFFS)
		return NULL;
	trace->diffs[trace->diff_cnt] = (struct vs_diff){ .place = place, .precise_by = -1 };
	return &trace->diffs[trace->diff_cnt++];
}

/* What the log would say of a register; taken out of the log again. */
static void text_of(struct vs_env *env, const struct vs_state *st, struct vs_place place,
		    char text[VS_TRACE_TEXT])
{
	const struct vs_frame *frame = st->frames[place.frame];
	const struct vs_reg *reg;
	uint64_t pos = vs_log_pos(env);

	if (place.is_slot && place.index >= frame->slot_cnt) {
		snprintf(text, VS_TRACE_TEXT, "nothing");
		return;
	}
	reg = place.is_slot ? &frame->slots[place.index].reg : &frame->regs[place.index];
	if (place.is_slot && !vs_slot_is_spill(&frame->slots[place.index])) {
		static const char *const words[] = { "nothing", "part of a register", "some bytes",
						     "zero", "an iterator" };

		snprintf(text, VS_TRACE_TEXT, "%s", words[frame->slots[place.index].type[VS_SLOT - 1]]);
		return;
	}
	if (reg->type == NOT_INIT) {
		snprintf(text, VS_TRACE_TEXT, "nothing");
		return;
	}
	vs_print_reg(env, frame, reg);
	if (!env->log.failed)
		snprintf(text, VS_TRACE_TEXT, "%s", env->log.text + (pos - env->log.dropped));
	vs_log_reset(env, pos);
}

void vs_trace_miss(struct vs_env *env, const struct vs_state *old)
{
	struct vs_trace *trace = env->trace;
	struct vs_diff *diff;

	trace->visits[env->insn_idx]++;
	if (trace->watch != (int)env->insn_idx || !vs_same_callsites(old, env->cur) ||
	    vs_states_equal(env, old, env->cur, VS_RANGE_WITHIN) || !env->differs_known)
		return;
	diff = diff_of(trace, env->differs);
	if (!diff)
		return;
	/* the first few, then ever more rarely: texts take time */
	diff->times++;
	if (!(diff->times & (diff->times - 1))) {
		text_of(env, old, env->differs, diff->before);
		text_of(env, env->cur, env->differs, diff->after);
	}
}

void vs_trace_precise(struct vs_env *env, const struct vs_state *st, struct vs_place place)
{
	struct vs_diff *diff;

	if (env->trace->watch < 0 || (int)st->insn_idx != env->trace->watch)
		return;
	diff = diff_of(env->trace, place);
	if (diff && diff->precise_by < 0)
		diff->precise_by = (int)env->insn_idx;
}
