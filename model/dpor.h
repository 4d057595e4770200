/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every interleaving of a few actors, one of each kind.
 *
 * Two executions in which only independent steps changed places end alike, so
 * one of them is enough. The search is stateless: it runs the system from the
 * start again and again, choosing who goes next; while it runs it looks for
 * races, and each race it could turn round becomes a branch to take later.
 *
 * Source: source sets with sleep sets, P. Abdulla, S. Aronis, B. Jonsson,
 * K. Sagonas, "Optimal dynamic partial order reduction", POPL 2014, after
 * C. Flanagan, P. Godefroid, POPL 2005.
 */
#ifndef TV_MODEL_DPOR_H
#define TV_MODEL_DPOR_H

#include <stdbool.h>
#include <stdint.h>

#define TV_MAX_ACTORS	16

/*
 * Objects are numbered in groups of TV_PARTS. The parts of a group are
 * independent of each other; the first number of a group means all of it.
 */
#define TV_PARTS	8

/*
 * How a step touches its object. Two steps on one object commute only when
 * both are READ, both ADD, or each is one of SHARED, TRY_SHARED, UNLOCK_SHARED.
 */
enum tv_access {
	TV_ACCESS_READ,
	TV_ACCESS_WRITE,
	TV_ACCESS_ADD,		/* counts up without looking */
	TV_ACCESS_LOCK,		/* waits until it can have the object alone */
	TV_ACCESS_SHARED,	/* waits until it can have the object with others like it */
	TV_ACCESS_TRY_SHARED,	/* the same, or fails at once */
	TV_ACCESS_UNLOCK,	/* after LOCK */
	TV_ACCESS_UNLOCK_SHARED,
	TV_ACCESS_NR,
};

struct tv_step {
	uint32_t object;	/* small number, the same in every execution; 0: nobody else's business */
	uint8_t access;		/* enum tv_access */
	uint8_t cpu;		/* on which the actor runs, below TV_MAX_ACTORS */
	uint8_t choices;	/* ways the step can go, each is taken once; 0 counts as 1 */
	bool takes_cpu;		/* entry or exit of an interrupt: orders all steps of this CPU */
	const void *note;	/* the system's own */
};

enum tv_actor_state {
	TV_ACTOR_READY,		/* the step can be taken */
	TV_ACTOR_BLOCKED,	/* it waits for somebody */
	TV_ACTOR_IDLE,		/* it waits for work that need not come */
	TV_ACTOR_DONE,		/* it has no step */
};

/* What is explored. It must behave the same whenever the same choices are made. */
struct tv_system {
	void *arg;
	int nr_actors;
	/* Back to the initial state. 0 or -errno, which ends the search. */
	int (*reset)(void *arg);
	enum tv_actor_state (*pending)(void *arg, int actor, struct tv_step *step);
	/* Takes the actor's step in way @choice. True: the execution is over, here. */
	bool (*execute)(void *arg, int actor, unsigned int choice);
	/*
	 * Nobody can go on, or execute() said so, or (@cut) the execution has
	 * reached max_depth. True: the search is over, too.
	 */
	bool (*finish)(void *arg, bool cut);
};

/* Who goes, and which way: one entry of a schedule. */
struct tv_move {
	uint8_t actor;
	uint8_t choice;
};

struct tv_explore_limits {
	unsigned long max_steps;	/* in all executions together; 0: none */
	unsigned long max_states;	/* reached for the first time; 0: none */
	double max_seconds;		/* 0: none */
	unsigned int max_depth;		/* steps of one execution, at most 65535; 0: 10000 */
	unsigned long max_tries;	/* executions to shorten what was found by; 0: no limit */
	bool plain;			/* every interleaving, no reduction */
};

struct tv_explore_result {
	unsigned long executions;	/* complete ones */
	unsigned long redundant;	/* given up: only sleeping actors were left */
	unsigned long steps;		/* taken, those of replayed prefixes counted */
	unsigned long states;		/* reached for the first time */
	unsigned int deepest;
	bool exhausted;			/* nothing is left to explore */
	bool too_deep;			/* an execution reached max_depth */
};

/*
 * Explores @sys until all is seen, a limit is reached or finish() says stop.
 * 0, -ENOMEM, or the error of reset().
 */
int tv_explore(const struct tv_system *sys, const struct tv_explore_limits *limits,
	       struct tv_explore_result *result);

/*
 * For use in execute() and finish(), of the execution under way. Moves are
 * numbered from 1; there is no move 0.
 */
unsigned int tv_explore_schedule(const struct tv_move **moves);

/*
 * Does move @a come before move @b in every execution that differs from this
 * one only in the order of independent steps?
 */
bool tv_explore_before(unsigned int a, unsigned int b);

/*
 * The moves that must come before those of @marks, themselves included: each
 * mark as early as can be after the one before it. This is as short as a
 * schedule with these steps can be. @moves has room for all of the schedule.
 * Returns how many they are.
 */
unsigned int tv_explore_needed(const unsigned int *marks, unsigned int nr_marks,
			       struct tv_move *moves);

#endif
