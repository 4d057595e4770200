// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The reduced search reaches every outcome that plain enumeration reaches:
 * random small programs over shared words, counters and locks, explored both
 * ways, must end in the same set of final states, deadlocks included.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "model/dpor.h"

#define ACTORS	4
#define OPS	6
#define OBJECTS	3

enum op {
	OP_LOAD, OP_STORE, OP_COUNT, OP_LOCK, OP_SHARED, OP_UNLOCK, OP_LOCAL, OP_FLIP, OP_WIPE, OP_TRY, OP_NR,
	/* interrupts go off, and on again: nobody else of that CPU goes meanwhile, but for an NMI */
	OP_OFF = OP_NR, OP_ON, OP_ALL,
};

/* Each object is a group; these are its parts. OP_WIPE touches the whole. */
enum { PART_WORD = 1, PART_COUNT, PART_LOCK };

struct program {
	int nr_actors, nr_ops[ACTORS];
	uint8_t op[ACTORS][OPS], object[ACTORS][OPS];
	uint8_t cpu[ACTORS];
	bool nmi[ACTORS];	/* its OP_OFF comes in on top of others that have interrupts off */
};

struct machine {
	struct program program;
	/* the state, and what each actor has seen */
	int pc[ACTORS];
	uint32_t seen[ACTORS];
	uint32_t word[OBJECTS], count[OBJECTS];
	int8_t writer[OBJECTS];
	uint8_t readers[OBJECTS];
	int8_t owner[ACTORS], below[ACTORS];	/* who has the CPU, and whom it interrupted; -1: nobody */
	/* outcomes found */
	uint64_t *outcome;
	size_t nr, room;
};

static int machine_reset(void *arg)
{
	struct machine *m = arg;

	memset(m->pc, 0, sizeof(m->pc));
	memset(m->seen, 0, sizeof(m->seen));
	memset(m->word, 0, sizeof(m->word));
	memset(m->count, 0, sizeof(m->count));
	memset(m->writer, -1, sizeof(m->writer));
	memset(m->readers, 0, sizeof(m->readers));
	memset(m->owner, -1, sizeof(m->owner));
	memset(m->below, -1, sizeof(m->below));
	return 0;
}

static bool has_cpu(const struct machine *m, int actor, int op)
{
	int8_t owner = m->owner[m->program.cpu[actor]];

	return owner < 0 || owner == actor ||
	       (op == OP_OFF && m->program.nmi[actor] && !m->program.nmi[owner]);
}

static enum tv_actor_state machine_pending(void *arg, int actor, struct tv_step *step)
{
	static const uint8_t access[OP_ALL] = {
		[OP_LOAD] = TV_ACCESS_READ, [OP_STORE] = TV_ACCESS_WRITE,
		[OP_COUNT] = TV_ACCESS_ADD, [OP_LOCK] = TV_ACCESS_LOCK,
		[OP_SHARED] = TV_ACCESS_SHARED, [OP_UNLOCK] = TV_ACCESS_UNLOCK,
		[OP_WIPE] = TV_ACCESS_WRITE, [OP_TRY] = TV_ACCESS_TRY_SHARED,
	};
	static const uint8_t part[OP_ALL] = {
		[OP_LOAD] = PART_WORD, [OP_STORE] = PART_WORD, [OP_COUNT] = PART_COUNT,
		[OP_LOCK] = PART_LOCK, [OP_SHARED] = PART_LOCK, [OP_UNLOCK] = PART_LOCK,
		[OP_TRY] = PART_LOCK,
	};
	struct machine *m = arg;
	int pc = m->pc[actor], op, obj;

	if (pc == m->program.nr_ops[actor])
		return TV_ACTOR_DONE;
	op = m->program.op[actor][pc];
	obj = m->program.object[actor][pc];
	*step = (struct tv_step){
		.cpu = m->program.cpu[actor], .access = access[op], .takes_cpu = op >= OP_OFF,
	};
	if (op == OP_FLIP)
		step->choices = 2;
	if (op != OP_FLIP && op != OP_LOCAL && op < OP_OFF)
		step->object = TV_PARTS * (1 + obj) + part[op];
	if (op == OP_UNLOCK && m->writer[obj] != actor)
		step->access = TV_ACCESS_UNLOCK_SHARED;
	if (!has_cpu(m, actor, op))
		return TV_ACTOR_BLOCKED;
	if (op == OP_LOCK && (m->writer[obj] >= 0 || m->readers[obj]))
		return TV_ACTOR_BLOCKED;
	if (op == OP_SHARED && m->writer[obj] >= 0)
		return TV_ACTOR_BLOCKED;
	return TV_ACTOR_READY;
}

static bool machine_execute(void *arg, int actor, unsigned int choice)
{
	struct machine *m = arg;
	int pc = m->pc[actor]++, op = m->program.op[actor][pc], obj = m->program.object[actor][pc];

	switch (op) {
	case OP_LOAD:
		m->seen[actor] = m->seen[actor] * 31 + m->word[obj] + 1;
		break;
	case OP_STORE:
		m->word[obj] = (actor + 1) * 16 + pc;
		break;
	case OP_COUNT:
		m->count[obj]++;
		break;
	case OP_LOCK:
		m->writer[obj] = actor;
		break;
	case OP_SHARED:
		m->readers[obj]++;
		break;
	case OP_UNLOCK:
		if (m->writer[obj] == actor)
			m->writer[obj] = -1;
		else if (m->readers[obj])
			m->readers[obj]--;
		break;
	case OP_TRY:
		m->seen[actor] = m->seen[actor] * 31 + (m->writer[obj] < 0);
		m->readers[obj] += m->writer[obj] < 0;
		break;
	case OP_WIPE:
		m->word[obj] = 0;
		m->count[obj] *= 10;
		break;
	case OP_FLIP:
		m->seen[actor] = m->seen[actor] * 31 + 7 + choice;
		break;
	case OP_OFF:
		m->below[actor] = m->owner[m->program.cpu[actor]];
		m->owner[m->program.cpu[actor]] = actor;
		break;
	case OP_ON:
		m->owner[m->program.cpu[actor]] = m->below[actor];
		m->below[actor] = -1;
		break;
	}
	return false;
}

static bool machine_finish(void *arg, bool cut)
{
	struct machine *m = arg;
	uint64_t hash = 14695981039346656037ull;
	const uint8_t *bytes = (const uint8_t *)m->pc;
	size_t i, len = offsetof(struct machine, outcome) - offsetof(struct machine, pc);

	for (i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 1099511628211ull;
	for (i = 0; i < m->nr; i++) {
		if (m->outcome[i] == hash)
			return false;
	}
	if (m->nr == m->room) {
		m->room = m->room ? m->room * 2 : 64;
		m->outcome = realloc(m->outcome, m->room * sizeof(*m->outcome));
		assert_non_null(m->outcome);
	}
	m->outcome[m->nr++] = hash;
	return false;
}

static uint32_t rnd(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Locks are released by who took them, mostly; the rest makes deadlocks. */
static void make_program(struct program *p, uint32_t *seed)
{
	int actor, i;

	memset(p, 0, sizeof(*p));
	p->nr_actors = 2 + rnd(seed) % (ACTORS - 1);
	for (actor = 0; actor < p->nr_actors; actor++) {
		int max = p->nr_actors == 4 ? 2 : p->nr_actors == 3 ? 3 : OPS;
		int held = -1;

		p->nr_ops[actor] = 1 + rnd(seed) % max;
		for (i = 0; i < p->nr_ops[actor]; i++) {
			int op = rnd(seed) % OP_NR;
			int object = rnd(seed) % OBJECTS;

			if (op == OP_UNLOCK && held < 0)
				op = OP_STORE;
			if (op == OP_UNLOCK) {
				object = held;
				held = -1;
			} else if (op == OP_LOCK || op == OP_SHARED) {
				held = object;
			}
			p->op[actor][i] = op;
			p->object[actor][i] = object;
		}
	}
}

/* Two CPUs; some actors have interrupts off from one of their steps to another. */
static void add_cpus(struct program *p, uint32_t *seed)
{
	int actor, from;

	for (actor = 0; actor < p->nr_actors; actor++) {
		p->cpu[actor] = rnd(seed) % 3 == 0;
		p->nmi[actor] = rnd(seed) % 3 == 0;
		if (p->nr_ops[actor] < 3 || rnd(seed) % 3 == 0)
			continue;
		from = p->nmi[actor] ? 0 : rnd(seed) % (p->nr_ops[actor] - 2);
		p->op[actor][from] = OP_OFF;
		p->op[actor][p->nr_ops[actor] - 1] = OP_ON;
	}
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void explore(struct machine *m, bool plain, struct tv_explore_result *result)
{
	struct tv_system sys = {
		.arg = m, .nr_actors = m->program.nr_actors, .reset = machine_reset,
		.pending = machine_pending, .execute = machine_execute, .finish = machine_finish,
	};
	struct tv_explore_limits limits = { .plain = plain };

	assert_int_equal(tv_explore(&sys, &limits, result), 0);
	assert_true(result->exhausted);
	qsort(m->outcome, m->nr, sizeof(*m->outcome), by_value);
}

/* Programs made from seed 1 on, with or without CPUs to share. */
static void compare_with_plain(bool cpus)
{
	unsigned long reduced_runs = 0, plain_runs = 0;
	uint32_t seed = 1;
	int i, actor;

	for (i = 0; i < 1000; i++) {
		struct machine plain = { .nr = 0 }, reduced = { .nr = 0 };
		struct tv_explore_result plain_result, reduced_result;
		uint32_t this_seed = seed;

		make_program(&plain.program, &seed);
		for (actor = 0; actor < ACTORS; actor++)
			plain.program.cpu[actor] = actor;
		if (cpus)
			add_cpus(&plain.program, &seed);
		reduced.program = plain.program;
		explore(&plain, true, &plain_result);
		explore(&reduced, false, &reduced_result);
		if (plain.nr != reduced.nr ||
		    memcmp(plain.outcome, reduced.outcome, plain.nr * sizeof(*plain.outcome)))
			fail_msg("seed %u: %zu outcomes, %zu with reduction", this_seed,
				 plain.nr, reduced.nr);
		assert_true(reduced_result.executions <= plain_result.executions);
		reduced_runs += reduced_result.executions;
		plain_runs += plain_result.executions;
		free(plain.outcome);
		free(reduced.outcome);
	}
	print_message("%lu executions plain, %lu reduced\n", plain_runs, reduced_runs);
	assert_true(plain_runs > 3 * reduced_runs);
}

static void same_outcomes_as_plain(void **state)
{
	compare_with_plain(false);
}

static void same_outcomes_with_interrupts_off(void **state)
{
	compare_with_plain(true);
}

/* Writers of different words: one execution is enough. Of one word: all n! orders. */
static void counts_are_minimal(void **state)
{
	struct machine m = { .program = { .nr_actors = 4, .nr_ops = { 1, 1, 1, 1 } } };
	struct tv_explore_result result;
	int i;

	for (i = 0; i < 4; i++)
		m.program.op[i][0] = OP_COUNT;
	explore(&m, false, &result);
	assert_int_equal(result.executions, 1);
	for (i = 0; i < 4; i++)
		m.program.op[i][0] = OP_STORE;
	explore(&m, false, &result);
	assert_int_equal(result.executions, 24);
	free(m.outcome);
}

static void limits_are_honest(void **state)
{
	struct machine m = { .program = { .nr_actors = 4, .nr_ops = { 3, 3, 3, 3 } } };
	struct tv_system sys = {
		.arg = &m, .nr_actors = 4, .reset = machine_reset, .pending = machine_pending,
		.execute = machine_execute, .finish = machine_finish,
	};
	struct tv_explore_limits steps = { .max_steps = 100 }, depth = { .max_depth = 5 };
	struct tv_explore_result result;

	memset(m.program.op, OP_STORE, sizeof(m.program.op));
	assert_int_equal(tv_explore(&sys, &steps, &result), 0);
	assert_false(result.exhausted);
	assert_int_equal(tv_explore(&sys, &depth, &result), 0);
	assert_true(result.too_deep);
	assert_false(result.exhausted);
	free(m.outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_outcomes_as_plain),
		cmocka_unit_test(same_outcomes_with_interrupts_off),
		cmocka_unit_test(counts_are_minimal),
		cmocka_unit_test(limits_are_honest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
