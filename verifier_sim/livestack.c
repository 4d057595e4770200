/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which stack slots may be read later. While paths are followed, each instruction collects the
 * slots that it read on some path and those that it wrote on all of them, separately for each chain
 * of calls that leads to its function; from time to time a backward data flow spreads that over the
 * function, and from a callee's first instruction to the call. Slots that are dead at a kept state
 * are then left out of comparisons (Linux v6.18 kernel/bpf/liveness.c).
 *
 *	live(i) = (live of i's successors, less what i surely wrote) + what i may have read
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verifier_sim/internal.h"

#define BUCKETS 64

/* For one instruction and one frame's stack, a bit for each slot. */
struct marks {
	uint64_t may_read, must_write;
	uint64_t will_write;	/* written by it or surely later in the function */
	uint64_t live;
};

/* A function as called through one chain. */
struct instance {
	struct instance *next;
	uint32_t depth;				/* frames above it */
	uint32_t callsites[VS_MAX_FRAMES];	/* [depth]: the function's first instruction */
	uint32_t starts[VS_MAX_FRAMES];		/* of the functions on the chain */
	uint32_t insn_cnt;
	bool updated, write_lost;
	bool *visited;				/* [insn_cnt]: must_write is set */
	struct marks *frames[VS_MAX_FRAMES];	/* [insn_cnt] each, once needed */
};

struct vs_livestack {
	struct instance *buckets[BUCKETS];
	struct instance *cur;			/* of the current instruction; NULL: to be found */
	uint32_t insn;				/* whose writes are being collected */
	uint64_t wrote[VS_MAX_FRAMES];
	struct instance *query[VS_MAX_FRAMES];
};

int vs_livestack_init(struct vs_env *env)
{
	env->livestack = vs_pool_zalloc(&env->pool, sizeof(*env->livestack));
	return env->livestack ? 0 : -ENOMEM;
}

/* All of it lives in the pool. */
void vs_livestack_fini(struct vs_env *env)
{
	env->livestack = NULL;
}

void vs_livestack_forget_chain(struct vs_env *env)
{
	env->livestack->cur = NULL;
}

/* --- instances ---------------------------------------------------------------- */

static uint32_t bucket_of(const struct instance *key)
{
	uint32_t hash = key->depth;

	for (uint32_t i = 0; i <= key->depth; i++)
		hash = hash * 31 + key->callsites[i];
	return hash % BUCKETS;
}

static bool same_chain(const struct instance *a, const struct instance *b)
{
	return a->depth == b->depth &&
	       !memcmp(a->callsites, b->callsites, (a->depth + 1) * sizeof(a->callsites[0]));
}

/* Finds the instance that has @key's chain, or makes it. NULL: out of memory. */
static struct instance *instance_of(struct vs_env *env, const struct instance *key)
{
	struct instance **list = &env->livestack->buckets[bucket_of(key)], *inst;
	const struct vs_subprog *sub;

	for (inst = *list; inst; inst = inst->next)
		if (same_chain(inst, key))
			return inst;
	sub = vs_subprog_containing(env, key->starts[key->depth]);
	inst = vs_pool_zalloc(&env->pool, sizeof(*inst));
	if (!inst)
		return NULL;
	inst->insn_cnt = sub[1].start - sub->start;
	inst->visited = vs_pool_zalloc(&env->pool, inst->insn_cnt);
	if (!inst->visited)
		return NULL;
	inst->depth = key->depth;
	memcpy(inst->callsites, key->callsites, sizeof(inst->callsites));
	memcpy(inst->starts, key->starts, sizeof(inst->starts));
	inst->next = *list;
	*list = inst;
	return inst;
}

static struct instance *instance_at(struct vs_env *env, const struct vs_state *st, uint32_t depth)
{
	struct instance key = { .depth = depth };

	for (uint32_t i = 0; i <= depth; i++) {
		key.starts[i] = env->subprogs[st->frames[i]->subprog].start;
		key.callsites[i] = i < depth ? (uint32_t)st->frames[i + 1]->callsite : key.starts[i];
	}
	return instance_of(env, &key);
}

static struct instance *current(struct vs_env *env)
{
	struct vs_livestack *ls = env->livestack;

	if (!ls->cur)
		ls->cur = instance_at(env, env->cur, env->cur->curframe);
	return ls->cur;
}

static struct marks *marks_at(const struct instance *inst, uint32_t frame, uint32_t insn)
{
	if (!inst->frames[frame])
		return NULL;
	return &inst->frames[frame][insn - inst->starts[inst->depth]];
}

static struct marks *make_marks(struct vs_env *env, struct instance *inst, uint32_t frame,
				uint32_t insn)
{
	if (!inst->frames[frame])
		inst->frames[frame] = vs_pool_zalloc(&env->pool,
						     inst->insn_cnt * sizeof(struct marks));
	return marks_at(inst, frame, insn);
}

/* --- collecting --------------------------------------------------------------- */

static int add_read(struct vs_env *env, struct instance *inst, uint32_t frame, uint32_t insn,
		    uint64_t slots)
{
	struct marks *m = make_marks(env, inst, frame, insn);

	if (!m)
		return -ENOMEM;
	if ((m->may_read | slots) != m->may_read && ((m->may_read | slots) & ~m->live))
		inst->updated = true;
	m->may_read |= slots;
	return 0;
}

int vs_livestack_read(struct vs_env *env, uint32_t frame, uint64_t slots)
{
	struct instance *inst = current(env);

	return inst ? add_read(env, inst, frame, env->insn_idx, slots) : -ENOMEM;
}

static void begin_writes(struct vs_livestack *ls, uint32_t insn)
{
	ls->insn = insn;
	memset(ls->wrote, 0, sizeof(ls->wrote));
}

int vs_livestack_begin_insn(struct vs_env *env, uint32_t insn)
{
	if (!current(env))
		return -ENOMEM;
	begin_writes(env->livestack, insn);
	return 0;
}

void vs_livestack_wrote(struct vs_env *env, uint32_t frame, uint64_t slots)
{
	env->livestack->wrote[frame] |= slots;
}

/* What this visit wrote, and all visits before. */
static int end_writes(struct vs_env *env, struct instance *inst)
{
	struct vs_livestack *ls = env->livestack;
	bool *visited = &inst->visited[ls->insn - inst->starts[inst->depth]];

	for (uint32_t frame = 0; frame <= inst->depth; frame++) {
		uint64_t slots = ls->wrote[frame], before;
		struct marks *m;

		if (!slots && !*visited)
			continue;
		m = make_marks(env, inst, frame, ls->insn);
		if (!m)
			return -ENOMEM;
		before = m->must_write;
		if (*visited)
			slots &= before;
		if (before != slots)
			inst->updated = true;
		if (before & ~slots)
			inst->write_lost = true;
		m->must_write = slots;
	}
	*visited = true;
	return 0;
}

int vs_livestack_end_insn(struct vs_env *env)
{
	struct vs_livestack *ls = env->livestack;

	/* a call or exit has moved to another function: the call gets its marks from the callee */
	return ls->cur ? end_writes(env, ls->cur) : 0;
}

/* --- spreading ---------------------------------------------------------------- */

static void log_chain(struct vs_env *env, const struct instance *inst)
{
	vs_log(env, "(");
	for (uint32_t i = 0; i <= inst->depth; i++)
		vs_log(env, "%s%u", i ? "," : "", inst->callsites[i]);
	vs_log(env, ")");
}

static void log_slots(struct vs_env *env, char sign, const char *what, uint64_t slots)
{
	const char *sep = "";

	if (!slots)
		return;
	vs_log(env, "%c%s ", sign, what);
	for (int i = 0; i < 64; i++) {
		if (!(slots >> i & 1))
			continue;
		vs_log(env, "%s%d", sep, -(i + 1) * VS_SLOT);
		sep = ",";
	}
	if (sign == '+')
		vs_log(env, " ");
}

static void log_change(struct vs_env *env, const struct instance *inst, const char *what,
		       uint32_t frame, uint32_t insn, uint64_t before, uint64_t after)
{
	if (before == after)
		return;
	log_chain(env, inst);
	vs_log(env, " frame %u insn %u ", frame, insn);
	log_slots(env, '+', what, after & ~before);
	log_slots(env, '-', what, before & ~after);
	vs_log(env, "\n");
}

/* True: something changed. */
static bool flow_insn(struct vs_env *env, struct instance *inst, uint32_t frame, uint32_t insn)
{
	struct marks *m = marks_at(inst, frame, insn);
	uint64_t live = 0, will_write = UINT64_MAX;
	uint32_t succ[2];
	int n = vs_successors(env, insn, succ);
	bool changed;

	if (!n)
		return false;
	for (int i = 0; i < n; i++) {
		const struct marks *next = marks_at(inst, frame, succ[i]);

		live |= next->live;
		will_write &= next->will_write;
	}
	live = (live & ~m->must_write) | m->may_read;
	will_write |= m->must_write;
	changed = live != m->live || will_write != m->will_write;
	if (changed && vs_log_all(env) &&
	    (m->may_read || m->must_write || insn == inst->starts[inst->depth] ||
	     env->aux[insn].prune_point)) {
		log_change(env, inst, "live", frame, insn, m->live, live);
		log_change(env, inst, "written", frame, insn, m->will_write, will_write);
	}
	m->live = live;
	m->will_write = will_write;
	return changed;
}

/* Reads of the callers' stacks, and writes to them, are the call instruction's. */
static int tell_caller(struct vs_env *env, const struct instance *inst)
{
	struct vs_livestack *ls = env->livestack;
	uint32_t call = inst->callsites[inst->depth - 1], start = inst->starts[inst->depth];
	struct instance key = *inst, *outer;
	int err;

	key.depth--;
	key.callsites[key.depth] = key.starts[key.depth];
	outer = instance_of(env, &key);
	if (!outer)
		return -ENOMEM;
	begin_writes(ls, call);
	for (uint32_t frame = 0; frame < inst->depth; frame++) {
		const struct marks *m = marks_at(inst, frame, start);

		if (!m)
			continue;
		ls->wrote[frame] |= m->will_write;
		err = add_read(env, outer, frame, call, m->live);
		if (err)
			return err;
	}
	return end_writes(env, outer);
}

static void restart_writes(struct instance *inst)
{
	for (uint32_t frame = 0; frame <= inst->depth; frame++)
		for (uint32_t i = 0; inst->frames[frame] && i < inst->insn_cnt; i++)
			inst->frames[frame][i].will_write = 0;
}

static int spread(struct vs_env *env, struct instance *inst)
{
	const struct vs_subprog *sub = vs_subprog_containing(env, inst->starts[inst->depth]);
	bool changed = true;
	int rounds = 0;

	if (inst->write_lost)
		restart_writes(inst);
	while (changed) {
		changed = false;
		rounds++;
		for (uint32_t frame = 0; frame <= inst->depth; frame++)
			for (uint32_t i = sub->postorder_start;
			     inst->frames[frame] && i < sub[1].postorder_start; i++)
				changed |= flow_insn(env, inst, frame, env->postorder[i]);
	}
	if (vs_log_all(env)) {
		log_chain(env, inst);
		vs_log(env, " live stack update done in %d iterations\n", rounds);
	}
	return inst->depth ? tell_caller(env, inst) : 0;
}

int vs_livestack_update(struct vs_env *env)
{
	vs_livestack_forget_chain(env);
	for (int frame = (int)env->cur->curframe; frame >= 0; frame--) {
		struct instance *inst = instance_at(env, env->cur, (uint32_t)frame);
		int err;

		if (!inst)
			return -ENOMEM;
		if (!inst->updated)
			continue;
		err = spread(env, inst);
		if (err)
			return err;
		inst->updated = false;
		inst->write_lost = false;
	}
	return 0;
}

/* --- asking ------------------------------------------------------------------- */

int vs_livestack_query(struct vs_env *env, const struct vs_state *st)
{
	for (uint32_t frame = 0; frame <= st->curframe; frame++) {
		env->livestack->query[frame] = instance_at(env, st, frame);
		if (!env->livestack->query[frame])
			return -ENOMEM;
	}
	return 0;
}

static bool live_at(const struct instance *inst, uint32_t insn, uint32_t frame, uint32_t slot)
{
	const struct marks *m = marks_at(inst, frame, insn);

	return m && m->live >> slot & 1;
}

/* Read in the current function, or after return in one of those that called it. */
bool vs_livestack_alive(struct vs_env *env, const struct vs_state *st, uint32_t frame,
			uint32_t slot)
{
	struct instance **query = env->livestack->query;
	const struct instance *inst = query[st->curframe];

	if (live_at(inst, st->insn_idx, frame, slot))
		return true;
	for (uint32_t i = frame; i < st->curframe; i++) {
		uint32_t call = inst->callsites[i];

		/* a callback may be called again: the call itself comes next */
		if (live_at(query[i], env->aux[call].calls_callback ? call : call + 1, frame, slot))
			return true;
	}
	return false;
}
