/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Loops being explored. A path that reaches a state of its own loop ends there (a back edge), at a
 * time when that state has not been marked with all that later paths out of the loop depend on. So
 * the path's end is kept, and when the last path that started in the loop is finished, precision is
 * carried over all kept ends until nothing changes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verifier_sim/internal.h"

#define MAX_ROUNDS	64

/*
 * The outermost frame that stands in a loop, and the calls that lead to it. False: no frame does.
 */
static bool chain_of(const struct vs_env *env, const struct vs_state *st, struct vs_callchain *chain)
{
	memset(chain, 0, sizeof(*chain));
	for (uint32_t i = 0; i <= st->curframe; i++) {
		uint32_t insn = vs_frame_insn(st, i);

		chain->scc = env->aux[insn].scc;
		if (chain->scc)
			return true;
		if (i < st->curframe)
			chain->callsites[i] = insn;
	}
	return false;
}

static struct vs_scc_visit *find_visit(const struct vs_env *env, const struct vs_callchain *chain)
{
	struct vs_scc_visit *visit = env->scc_visits[chain->scc];

	while (visit && memcmp(&visit->chain, chain, sizeof(*chain)))
		visit = visit->next;
	return visit;
}

/* The kernel's "(CALLSITE,...,SCC)". */
static void log_chain(struct vs_env *env, const char *what, const struct vs_callchain *chain)
{
	if (!vs_log_all(env))
		return;
	vs_log(env, "SCC %s (", what);
	for (int i = 0; i < VS_MAX_FRAMES - 1 && chain->callsites[i]; i++)
		vs_log(env, "%u,", chain->callsites[i]);
	vs_log(env, "%u)\n", chain->scc);
}

int vs_scc_enter(struct vs_env *env, struct vs_state *st)
{
	struct vs_callchain chain;
	struct vs_scc_visit *visit;

	if (!chain_of(env, st, &chain))
		return 0;
	visit = find_visit(env, &chain);
	if (!visit) {
		visit = vs_pool_zalloc(&env->pool, sizeof(*visit));
		if (!visit)
			return -ENOMEM;
		visit->chain = chain;
		visit->next = env->scc_visits[chain.scc];
		env->scc_visits[chain.scc] = visit;
	}
	if (!visit->entry_state) {
		visit->entry_state = st;
		log_chain(env, "enter", &chain);
	}
	return 0;
}

static void drop_backedges(struct vs_env *env, struct vs_scc_visit *visit)
{
	while (visit->backedges) {
		struct vs_backedge *edge = visit->backedges;

		visit->backedges = edge->next;
		vs_state_fini(&env->pool, &edge->state);
		vs_pool_free(&env->pool, edge, sizeof(*edge));
	}
}

static int propagate_backedges(struct vs_env *env, struct vs_scc_visit *visit)
{
	struct vs_backedge *edge;
	bool changed = true;
	int rounds = 0, err;

	while (changed) {
		if (rounds++ > MAX_ROUNDS) {
			if (vs_log_all(env))
				vs_log(env, "propagate_backedges: too many iterations\n");
			for (edge = visit->backedges; edge; edge = edge->next)
				vs_force_precise(env, &edge->state);
			break;
		}
		changed = false;
		for (edge = visit->backedges; edge; edge = edge->next) {
			err = vs_propagate_precision(env, edge->state.equal_state, &edge->state,
						     &changed);
			if (err)
				return err;
		}
	}
	drop_backedges(env, visit);
	return 0;
}

int vs_scc_exit(struct vs_env *env, struct vs_state *st)
{
	struct vs_callchain chain;
	struct vs_scc_visit *visit;

	if (!chain_of(env, st, &chain))
		return 0;
	visit = find_visit(env, &chain);
	if (!visit) {
		vs_log(env, "verifier bug: scc exit: no visit info\n");
		return -EFAULT;
	}
	if (visit->entry_state != st)
		return 0;
	log_chain(env, "exit", &chain);
	visit->entry_state = NULL;
	env->num_backedges -= visit->num_backedges;
	visit->num_backedges = 0;
	vs_update_peak(env);
	return propagate_backedges(env, visit);
}

int vs_scc_add_backedge(struct vs_env *env, struct vs_state *found, struct vs_backedge *edge)
{
	struct vs_callchain chain;
	struct vs_scc_visit *visit = NULL;

	if (chain_of(env, found, &chain))
		visit = find_visit(env, &chain);
	if (!visit) {
		vs_log(env, "verifier bug: add backedge: no visit info\n");
		return -EFAULT;
	}
	log_chain(env, "backedge", &chain);
	edge->next = visit->backedges;
	visit->backedges = edge;
	visit->num_backedges++;
	env->num_backedges++;
	vs_update_peak(env);
	return 0;
}

bool vs_scc_incomplete(struct vs_env *env, const struct vs_state *st)
{
	struct vs_callchain chain;
	struct vs_scc_visit *visit;

	if (!chain_of(env, st, &chain))
		return false;
	visit = find_visit(env, &chain);
	return visit && visit->backedges;
}

void vs_scc_free(struct vs_env *env)
{
	for (uint32_t i = 0; env->scc_visits && i < env->scc_cnt; i++) {
		while (env->scc_visits[i]) {
			struct vs_scc_visit *visit = env->scc_visits[i];

			env->scc_visits[i] = visit->next;
			drop_backedges(env, visit);
			vs_pool_free(&env->pool, visit, sizeof(*visit));
		}
	}
}
