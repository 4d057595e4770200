/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * States seen before. At instructions where paths meet, the current state is compared with those
 * kept from earlier visits; a covering one ends the path. Otherwise it may be kept itself, as a
 * checkpoint (Linux kernel/bpf/verifier.c: is_state_visited, with its thresholds).
 */
#include <errno.h>
#include <string.h>

#include "verifier_sim/internal.h"

#define HIST_MAX		40	/* steps between checkpoints, at most */
#define EVICT_AFTER		3	/* misses for each hit (plus as many at first) */
#define EVICT_AFTER_LOOP	64	/* the same for states that iterators need to converge */

static struct vs_checkpoint **bucket(struct vs_env *env, const struct vs_state *cur, uint32_t insn)
{
	uint32_t callsite = (uint32_t)vs_cur_frame(cur)->callsite;

	return &env->explored[(insn ^ callsite) % env->insn_cnt];
}

void vs_update_peak(struct vs_env *env)
{
	uint32_t now = env->explored_size + env->free_list_size + env->num_backedges;

	if (env->rules->scc_loops && now > env->peak_states)
		env->peak_states = now;
}

static void unlink_checkpoint(struct vs_checkpoint **list, struct vs_checkpoint *cp)
{
	if (cp->next)
		cp->next->prev = cp->prev;
	if (cp->prev)
		cp->prev->next = cp->next;
	else
		*list = cp->next;
}

static void link_checkpoint(struct vs_checkpoint **list, struct vs_checkpoint *cp)
{
	cp->next = *list;
	cp->prev = NULL;
	if (cp->next)
		cp->next->prev = cp;
	*list = cp;
}

static void destroy_checkpoint(struct vs_env *env, struct vs_checkpoint *cp)
{
	vs_state_fini(&env->pool, &cp->state);
	vs_pool_free(&env->pool, cp, sizeof(*cp));
}

/* Of a state all of whose paths have ended: in its loop there are open ones. */
static bool in_open_loop(struct vs_env *env, struct vs_state *st)
{
	return env->rules->scc_loops ? vs_scc_incomplete(env, st) : vs_loop_entry_open(st);
}

/* May others still refer to it? 6.12 decides once, when the state is evicted. */
static bool is_needed(struct vs_env *env, const struct vs_state *st)
{
	if (env->rules->scc_loops)
		return st->branches || vs_scc_incomplete(env, st);
	return !st->cleaned || st->used_as_loop_entry;
}

/* An evicted state goes when no path from it is left and its loop needs it no more. */
static void maybe_destroy(struct vs_env *env, struct vs_checkpoint *cp)
{
	if (!cp->in_free_list || is_needed(env, &cp->state))
		return;
	unlink_checkpoint(&env->free_list, cp);
	destroy_checkpoint(env, cp);
	env->free_list_size--;
	if (!env->rules->scc_loops)
		env->peak_states--;
}

static int finish_state(struct vs_env *env, struct vs_state *st)
{
	if (env->rules->scc_loops)
		return vs_scc_exit(env, st);
	vs_loop_entry_finish(st);
	return 0;
}

/* A path has ended: tell the checkpoints it came through. */
int vs_finish_branch(struct vs_env *env, struct vs_state *st)
{
	struct vs_checkpoint *ended = NULL;

	while (st && --st->branches == 0) {
		struct vs_state *parent = st->parent;
		int err = finish_state(env, st);

		if (err)
			return err;
		if (ended)
			maybe_destroy(env, ended);
		ended = (struct vs_checkpoint *)parent;
		st = parent;
	}
	return 0;
}

static void free_list(struct vs_env *env, struct vs_checkpoint **list)
{
	while (*list) {
		struct vs_checkpoint *cp = *list;

		*list = cp->next;
		destroy_checkpoint(env, cp);
	}
}

/* Between one function verified on its own and the next. */
void vs_free_checkpoints(struct vs_env *env)
{
	free_list(env, &env->free_list);
	env->free_list_size = 0;
	vs_scc_free(env);
	for (uint32_t i = 0; env->explored && i < env->insn_cnt; i++)
		free_list(env, &env->explored[i]);
}

struct vs_state *vs_prev_entry(struct vs_env *env, const struct vs_state *cur, uint32_t insn)
{
	struct vs_checkpoint *cp;

	for (cp = *bucket(env, env->cur, insn); cp; cp = cp->next)
		if (cp->state.insn_idx == insn && cp->state.branches &&
		    cp->state.dfs_depth < cur->dfs_depth && vs_same_callsites(&cp->state, cur))
			return &cp->state;
	return NULL;
}

/* --- widening ----------------------------------------------------------------- */

static void widen_reg(struct vs_env *env, const struct vs_reg *old, struct vs_reg *cur)
{
	if (old->type == SCALAR_VALUE && cur->type == SCALAR_VALUE && !old->precise &&
	    !cur->precise && !vs_regs_exact(env, old, cur))
		vs_reg_unknown(cur);
}

/*
 * Numbers that changed since the last visit, and that nobody needed exactly so far, are forgotten:
 * so a loop that only counts converges.
 */
void vs_widen(struct vs_env *env, const struct vs_state *old, struct vs_state *cur)
{
	vs_idmap_reset(env);
	for (int fr = (int)old->curframe; fr >= 0; fr--) {
		const struct vs_frame *a = old->frames[fr];
		struct vs_frame *b = cur->frames[fr];
		uint32_t slots = a->slot_cnt < b->slot_cnt ? a->slot_cnt : b->slot_cnt;

		for (uint32_t i = 0; i < VS_REGS; i++)
			widen_reg(env, &a->regs[i], &b->regs[i]);
		for (uint32_t i = 0; i < slots; i++)
			if (vs_slot_is_spill(&a->slots[i]) && vs_slot_is_spill(&b->slots[i]))
				widen_reg(env, &a->slots[i].reg, &b->slots[i].reg);
	}
}

/* --- forgetting what is dead -------------------------------------------------- */

static void clean_state(struct vs_env *env, struct vs_state *st)
{
	st->cleaned = true;
	for (uint32_t fr = 0; fr <= st->curframe; fr++) {
		struct vs_frame *frame = st->frames[fr];
		uint32_t live = env->aux[vs_frame_insn(st, fr)].live_regs;

		for (uint32_t i = 0; i < VS_FP; i++)
			if (!(live >> i & 1))
				vs_reg_not_init(&frame->regs[i]);
		for (uint32_t i = 0; i < frame->slot_cnt; i++) {
			if (vs_livestack_alive(env, st, frame->frameno, i))
				continue;
			vs_reg_not_init(&frame->slots[i].reg);
			memset(frame->slots[i].type, STACK_INVALID, sizeof(frame->slots[i].type));
		}
	}
}

/* Once all paths from a state are known, so is what they read. */
static int clean_finished(struct vs_env *env, uint32_t insn)
{
	struct vs_checkpoint *cp;
	int err;

	for (cp = *bucket(env, env->cur, insn); cp; cp = cp->next) {
		struct vs_state *st = &cp->state;

		if (st->branches || st->insn_idx != insn || !vs_same_callsites(st, env->cur) ||
		    st->cleaned || in_open_loop(env, st))
			continue;
		err = vs_livestack_query(env, st);
		if (err)
			return err;
		clean_state(env, st);
	}
	return 0;
}

static void forget_precision(struct vs_state *st)
{
	struct vs_reg_walk walk = VS_WALK_SPILLS(st);
	struct vs_reg *reg;

	while ((reg = vs_reg_walk_next(&walk)))
		if (reg->type == SCALAR_VALUE)
			reg->precise = false;
}

/* --- one visit ---------------------------------------------------------------- */

struct visit {
	uint32_t insn;
	bool force_new, add_new;
	bool loop;		/* of the state looked at last: it is still being explored */
};

enum match { MISS, SKIP_LOOP_CHECK, HIT };

/* The same registers, at a glance; a hint that the program may loop without progress. */
static bool may_loop(const struct vs_state *old, const struct vs_state *cur)
{
	const struct vs_reg *a, *b;

	if (old->curframe != cur->curframe)
		return false;
	a = vs_cur_frame(old)->regs;
	b = vs_cur_frame(cur)->regs;
	for (int i = 0; i < VS_REGS; i++)
		if (a[i].type != b[i].type || a[i].off != b[i].off || a[i].extra != b[i].extra ||
		    a[i].id != b[i].id || a[i].ref_obj_id != b[i].ref_obj_id ||
		    memcmp(&a[i].v, &b[i].v, sizeof(a[i].v)))
			return false;
	return true;
}

/* Another round of some iterator in between means that there was progress after all. */
static bool iterator_advanced(const struct vs_state *old, const struct vs_state *cur)
{
	for (uint32_t fr = 0; fr <= old->curframe; fr++) {
		const struct vs_frame *frame = old->frames[fr];

		for (uint32_t i = 0; i < frame->slot_cnt; i++) {
			const struct vs_slot *slot = &frame->slots[i];

			if (slot->type[0] == STACK_ITER && slot->reg.iter_state == VS_ITER_ACTIVE &&
			    cur->frames[fr]->slots[i].reg.iter_depth != slot->reg.iter_depth)
				return true;
		}
	}
	return false;
}

static bool iterator_is_active(const struct vs_state *cur)
{
	const struct vs_reg *arg = &vs_cur_frame(cur)->regs[BPF_REG_1];
	int slot = vs_slot_of(arg->off + (int)arg->v.bits.value);

	return cur->frames[arg->frameno]->slots[slot].reg.iter_state == VS_ITER_ACTIVE;
}

static void log_infinite_loop(struct vs_env *env, const struct vs_state *old, uint32_t insn)
{
	vs_log_line(env, insn, "; ");
	vs_log(env, "infinite loop detected at insn %u\n", insn);
	vs_log(env, "cur state:");
	vs_print_state(env, env->cur, env->cur->curframe, true);
	vs_log(env, "old state:");
	vs_print_state(env, old, env->cur->curframe, true);
}

/*
 * Comparing with a state from which paths are still open: this path came through it. Being equal
 * is convergence where progress is known to end (iterators, callbacks, may_goto), else an endless
 * loop. Marks are not final there, so nothing is taken for unimportant. Returns enum match or -errno.
 */
static int match_open(struct vs_env *env, struct visit *v, struct vs_state *old)
{
	struct vs_state *cur = env->cur;
	const struct vs_aux *aux = &env->aux[v->insn];

	if (aux->is_iter_next || aux->calls_callback ||
	    (vs_is_may_goto(&env->insns[v->insn]) && old->may_goto_depth != cur->may_goto_depth)) {
		if (vs_states_equal(env, old, cur, VS_RANGE_WITHIN) &&
		    (!aux->is_iter_next || iterator_is_active(cur))) {
			if (!aux->calls_callback)
				v->loop = true;
			return HIT;
		}
		if (aux->is_iter_next || aux->calls_callback)
			return SKIP_LOOP_CHECK;
	}
	if (may_loop(old, cur) && vs_states_equal(env, old, cur, VS_EXACT) &&
	    !iterator_advanced(old, cur) && old->may_goto_depth == cur->may_goto_depth &&
	    old->callback_unroll_depth == cur->callback_unroll_depth) {
		log_infinite_loop(env, old, v->insn);
		return -EINVAL;
	}
	return SKIP_LOOP_CHECK;
}

static bool recently_added(const struct vs_env *env)
{
	return env->jmps_processed - env->prev_jmps_processed < 20 &&
	       env->insn_processed - env->prev_insn_processed < 100;
}

static int match_state(struct vs_env *env, struct visit *v, struct vs_checkpoint *cp)
{
	enum vs_exact exact;
	int ret;

	if (cp->state.branches) {
		ret = match_open(env, v, &cp->state);
		/* in a loop, states of many iterations would only get in each other's way */
		if (ret == SKIP_LOOP_CHECK && !v->force_new && recently_added(env))
			v->add_new = false;
		return ret;
	}
	v->loop = in_open_loop(env, &cp->state);
	exact = v->loop ? VS_RANGE_WITHIN : VS_NOT_EXACT;
	return vs_states_equal(env, &cp->state, env->cur, exact) ? HIT : MISS;
}

static int keep_backedge(struct vs_env *env, struct vs_checkpoint *cp, uint32_t insn)
{
	struct vs_backedge *edge = vs_pool_zalloc(&env->pool, sizeof(*edge));
	int err;

	if (!edge)
		return -ENOMEM;
	err = vs_state_copy(&env->pool, &edge->state, env->cur);
	if (!err) {
		edge->state.equal_state = &cp->state;
		edge->state.insn_idx = insn;
		err = vs_scc_add_backedge(env, &cp->state, edge);
	}
	if (err) {
		vs_state_fini(&env->pool, &edge->state);
		vs_pool_free(&env->pool, edge, sizeof(*edge));
	}
	return err;
}

static int take_hit(struct vs_env *env, struct visit *v, struct vs_checkpoint *cp)
{
	int err = 0;

	cp->hit_cnt++;
	if (env->aux[env->insn_idx].jmp_point)
		err = vs_push_hist(env, env->cur, 0, 0, 0, NULL, 0);
	if (!err)
		err = vs_propagate_precision(env, &cp->state, env->cur, NULL);
	if (err || !v->loop)
		return err;
	if (env->rules->scc_loops)
		return keep_backedge(env, cp, v->insn);
	vs_loop_entry_hit(env->cur, &cp->state);
	return 0;
}

/* A state that never helps is in the way. */
static void take_miss(struct vs_env *env, struct visit *v, struct vs_checkpoint **list,
		      struct vs_checkpoint *cp)
{
	uint32_t patience = EVICT_AFTER;

	if (v->add_new)
		cp->miss_cnt++;
	if (env->aux[v->insn].force_checkpoint && cp->state.branches)
		patience = EVICT_AFTER_LOOP;
	if (cp->miss_cnt <= cp->hit_cnt * patience + patience)
		return;
	unlink_checkpoint(list, cp);
	cp->in_free_list = true;
	link_checkpoint(&env->free_list, cp);
	env->free_list_size++;
	env->explored_size--;
	maybe_destroy(env, cp);
}

static int add_checkpoint(struct vs_env *env, uint32_t insn)
{
	struct vs_checkpoint *cp = vs_pool_zalloc(&env->pool, sizeof(*cp));
	struct vs_state *cur = env->cur;
	int err;

	if (!cp)
		return -ENOMEM;
	env->total_states++;
	env->explored_size++;
	vs_update_peak(env);
	if (!env->rules->scc_loops)
		env->peak_states++;
	env->prev_jmps_processed = env->jmps_processed;
	env->prev_insn_processed = env->insn_processed;
	/* precision was for the way up to here; what needs it from here on will say so */
	forget_precision(cur);
	err = vs_state_copy(&env->pool, &cp->state, cur);
	if (!err) {
		cp->state.insn_idx = insn;
		if (env->rules->scc_loops)
			err = vs_scc_enter(env, &cp->state);
	}
	if (err) {
		destroy_checkpoint(env, cp);
		return err;
	}
	cur->parent = &cp->state;
	cur->first_insn_idx = insn;
	cur->dfs_depth = cp->state.dfs_depth + 1;
	cur->hist_cnt = 0;
	link_checkpoint(bucket(env, cur, insn), cp);
	return 0;
}

int vs_state_visited(struct vs_env *env, uint32_t insn)
{
	struct vs_checkpoint **list = bucket(env, env->cur, insn), *cp, *next;
	struct visit v = { .insn = insn };
	uint32_t states = 0;
	int err;

	v.force_new = env->test_state_freq || env->aux[insn].force_checkpoint ||
		      env->cur->hist_cnt > HIST_MAX;
	v.add_new = v.force_new || (env->jmps_processed - env->prev_jmps_processed >= 2 &&
				    env->insn_processed - env->prev_insn_processed >= 8);
	err = clean_finished(env, insn);
	if (err)
		return err;
	for (cp = *list; cp; cp = next) {
		int match;

		next = cp->next;
		states++;
		if (cp->state.insn_idx != insn)
			continue;
		/* Linux v6.18 is_state_visited(): what was found of one state is kept for the next */
		if (!env->rules->scc_loops)
			v.loop = false;
		match = match_state(env, &v, cp);
		if (match < 0)
			return match;
		if (match == HIT) {
			err = take_hit(env, &v, cp);
			return err ? err : 1;
		}
		if (env->trace)
			vs_trace_miss(env, &cp->state);
		take_miss(env, &v, list, cp);
	}
	if (env->max_states_per_insn < states)
		env->max_states_per_insn = states;
	return v.add_new ? add_checkpoint(env, insn) : 0;
}
