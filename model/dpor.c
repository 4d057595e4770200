// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The search. A frame is one step of the execution under way: who took it and
 * who else should be tried there. When an execution ends, the deepest frame
 * with somebody left to try gets its next move, and the system runs again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "model/dpor.h"

#define DEFAULT_MAX_DEPTH	10000
#define CLOCK_CHECK_MASK	0x3ff	/* executions between two looks at the clock */

typedef uint32_t actor_set;	/* a bit for each actor */

/* For each actor, how many of its steps happened before. */
struct vclock {
	uint16_t of[TV_MAX_ACTORS];
};

struct frame {
	struct tv_step step;
	uint8_t actor;
	uint8_t choice;
	struct vclock clock;	/* what happened before this step, itself included */
	actor_set ready;	/* could have gone */
	actor_set backtrack;	/* should be tried here */
	actor_set done;		/* were tried, all ways */
	actor_set sleep;	/* need not be tried: a sibling branch covers them */
};

/* What touched an object so far, by kind of access. */
struct history {
	struct vclock by[TV_ACCESS_NR];
};

struct tv_explorer {
	const struct tv_system *sys;
	struct tv_explore_limits limits;
	struct tv_explore_result *result;
	double deadline;

	struct frame *frames;
	struct tv_move *moves;
	unsigned int depth;		/* frames of the execution under way */
	unsigned int fresh_from;	/* frames below are a replay */

	struct tv_step pending[TV_MAX_ACTORS];
	actor_set ready, alive;
	struct vclock clock[TV_MAX_ACTORS];
	struct history *objects;	/* by object number */
	uint8_t *touched;		/* the same: bits of the accesses that its history has */
	unsigned int nr_objects, objects_used;
	struct vclock cpu_steps[TV_MAX_ACTORS];		/* all steps on that CPU */
	struct vclock cpu_takers[TV_MAX_ACTORS];	/* those that took it */
};

static __thread struct tv_explorer *running;

/* --- dependence ---------------------------------------------------------------- */

#define SHARERS	(1 << TV_ACCESS_SHARED | 1 << TV_ACCESS_TRY_SHARED | 1 << TV_ACCESS_UNLOCK_SHARED)

/* [a] has the bits of the accesses that do not commute with a. */
static const uint8_t conflicts[TV_ACCESS_NR] = {
	[TV_ACCESS_READ] = 0xff & ~(1 << TV_ACCESS_READ),
	[TV_ACCESS_WRITE] = 0xff,
	[TV_ACCESS_ADD] = 0xff & ~(1 << TV_ACCESS_ADD),
	[TV_ACCESS_LOCK] = 0xff,
	[TV_ACCESS_SHARED] = 0xff & ~SHARERS,
	[TV_ACCESS_TRY_SHARED] = 0xff & ~SHARERS,
	[TV_ACCESS_UNLOCK] = 0xff,
	[TV_ACCESS_UNLOCK_SHARED] = 0xff & ~SHARERS,
};

static bool on_one_cpu(const struct tv_step *a, const struct tv_step *b)
{
	return (a->takes_cpu || b->takes_cpu) && a->cpu == b->cpu;
}

static bool is_group(uint32_t object)
{
	return object % TV_PARTS == 0;
}

static bool on_one_object(const struct tv_step *a, const struct tv_step *b)
{
	if (!a->object || !(conflicts[a->access] >> b->access & 1))
		return false;
	return a->object == b->object ||
	       (a->object / TV_PARTS == b->object / TV_PARTS &&
		(is_group(a->object) || is_group(b->object)));
}

static bool dependent(const struct tv_step *a, const struct tv_step *b)
{
	return on_one_object(a, b) || on_one_cpu(a, b);
}

static bool is_unlock(const struct tv_step *step)
{
	return step->access == TV_ACCESS_UNLOCK || step->access == TV_ACCESS_UNLOCK_SHARED;
}

static bool can_block(const struct tv_step *step)
{
	return step->access == TV_ACCESS_LOCK || step->access == TV_ACCESS_SHARED;
}

/*
 * @next was not taken before @past. Could it have been? Not when @past is
 * the unlock that a waiting @next needed: then the race is with the lock.
 */
static bool could_swap(const struct tv_step *past, const struct tv_step *next)
{
	if (on_one_cpu(past, next))
		return true;
	return on_one_object(past, next) &&
	       !(is_unlock(past) && can_block(next));
}

/* --- happens-before ------------------------------------------------------------ */

static void vclock_join(struct vclock *to, const struct vclock *from)
{
	int i;

	for (i = 0; i < TV_MAX_ACTORS; i++)
		to->of[i] = to->of[i] > from->of[i] ? to->of[i] : from->of[i];
}

/* Room for the history of @object and all of its group. 0 or -ENOMEM. */
static int make_history(struct tv_explorer *ex, uint32_t object)
{
	unsigned int needed = (object / TV_PARTS + 1) * TV_PARTS;

	if (needed > ex->nr_objects) {
		unsigned int nr = needed + needed / 2;
		struct history *objects = realloc(ex->objects, nr * sizeof(*objects));
		uint8_t *touched;

		if (!objects)
			return -ENOMEM;
		ex->objects = objects;
		touched = realloc(ex->touched, nr);
		if (!touched)
			return -ENOMEM;
		memset(touched + ex->nr_objects, 0, nr - ex->nr_objects);
		ex->touched = touched;
		ex->nr_objects = nr;
	}
	if (needed > ex->objects_used)
		ex->objects_used = needed;
	return 0;
}

/* @clock comes to know all earlier steps on @object that @access depends on. */
static void join_history(const struct tv_explorer *ex, struct vclock *clock, uint32_t object,
			 int access)
{
	unsigned int past = conflicts[access] & ex->touched[object];

	for (; past; past &= past - 1)
		vclock_join(clock, &ex->objects[object].by[__builtin_ctz(past)]);
}

/* What is known of @object's @access from now on. */
static void add_history(struct tv_explorer *ex, uint32_t object, int access,
			const struct vclock *clock)
{
	struct vclock *past = &ex->objects[object].by[access];

	if (ex->touched[object] >> access & 1)
		vclock_join(past, clock);
	else
		*past = *clock;
	ex->touched[object] |= 1 << access;
}

/* The actor's clock after @step, and what the step leaves for later ones. */
static int order_step(struct tv_explorer *ex, int actor, const struct tv_step *step)
{
	struct vclock *clock = &ex->clock[actor];
	uint32_t group = step->object - step->object % TV_PARTS, part;

	if (step->object) {
		if (make_history(ex, step->object))
			return -ENOMEM;
		join_history(ex, clock, group, step->access);
		for (part = group + 1; part < group + TV_PARTS; part++) {
			if (part == step->object || step->object == group)
				join_history(ex, clock, part, step->access);
		}
	}
	vclock_join(clock, step->takes_cpu ? &ex->cpu_steps[step->cpu] : &ex->cpu_takers[step->cpu]);
	clock->of[actor]++;
	if (step->object)
		add_history(ex, step->object, step->access, clock);
	vclock_join(&ex->cpu_steps[step->cpu], clock);
	if (step->takes_cpu)
		vclock_join(&ex->cpu_takers[step->cpu], clock);
	return 0;
}

/* Does @clock know the step of @past? */
static bool knows(const struct vclock *clock, const struct frame *past)
{
	return past->clock.of[past->actor] <= clock->of[past->actor];
}

unsigned int tv_explore_schedule(const struct tv_move **moves)
{
	*moves = running->moves;
	return running->depth;
}

bool tv_explore_before(unsigned int a, unsigned int b)
{
	return a && b && a != b && knows(&running->frames[b - 1].clock, &running->frames[a - 1]);
}

unsigned int tv_explore_needed(const unsigned int *marks, unsigned int nr_marks,
			       struct tv_move *moves)
{
	const struct frame *frames = running->frames;
	struct vclock taken = { { 0 } };
	unsigned int nr = 0, m, i;

	for (m = 0; m < nr_marks; m++) {
		const struct vclock *clock = &frames[marks[m] - 1].clock;

		for (i = 0; i < running->depth; i++) {
			if (knows(clock, &frames[i]) && !knows(&taken, &frames[i]))
				moves[nr++] = running->moves[i];
		}
		vclock_join(&taken, clock);
	}
	return nr;
}

/* --- races --------------------------------------------------------------------- */

/*
 * Those who could go first at frame @i on a way that brings the next step of
 * @actor before that frame's: the actors of the steps after @i that do not
 * depend on @i, as far as nothing else among these must come before them.
 */
static actor_set initials(const struct tv_explorer *ex, unsigned int i, int actor)
{
	const struct frame *base = &ex->frames[i];
	uint16_t first[TV_MAX_ACTORS] = { 0 };	/* each actor's first step on that way */
	bool actor_first = true;
	actor_set result = 0;
	unsigned int j;
	int other;

	for (j = i + 1; j < ex->depth; j++) {
		const struct frame *frame = &ex->frames[j];
		bool is_first = !first[frame->actor];

		if (knows(&frame->clock, base))
			continue;
		for (other = 0; is_first && other < ex->sys->nr_actors; other++)
			is_first = !first[other] || first[other] > frame->clock.of[other];
		if (is_first)
			result |= 1u << frame->actor;
		if (!first[frame->actor])
			first[frame->actor] = frame->clock.of[frame->actor];
		if (knows(&ex->clock[actor], frame) || dependent(&frame->step, &ex->pending[actor]))
			actor_first = false;
	}
	return actor_first ? result | 1u << actor : result;
}

/*
 * @actor's next step races with frame @i: somebody must be tried there who
 * brings it about first. When nobody fits, all must.
 */
static void turn_round(struct tv_explorer *ex, unsigned int i, int actor)
{
	struct frame *frame = &ex->frames[i];
	actor_set first = initials(ex, i, actor);

	if (first & (frame->backtrack | frame->sleep))
		return;
	first &= frame->ready;
	frame->backtrack |= first ? first & -first : frame->ready;
}

/*
 * All steps that @actor's next one races with: it depends on them, and no
 * step between orders the two.
 *
 * A step that can block is not always possible where an earlier one on its
 * object stood: the unlock it waited for, one reader of several, a trylock
 * that failed. Only the lock held alone is known to have found the object
 * free, so only that hides the races before it. And who was kept off its CPU
 * all along has not been held against what came before.
 */
static void find_races(struct tv_explorer *ex, int actor)
{
	const struct tv_step *next = &ex->pending[actor];
	struct vclock ordered = ex->clock[actor];
	unsigned int i = ex->depth;

	while (i--) {
		const struct frame *past = &ex->frames[i];

		if (knows(&ordered, past) || !could_swap(&past->step, next))
			continue;
		turn_round(ex, i, actor);
		if (!(past->ready >> actor & 1))
			continue;
		if (!can_block(next) || past->step.access == TV_ACCESS_LOCK)
			vclock_join(&ordered, &past->clock);
	}
}

/* --- one execution ------------------------------------------------------------- */

static void look_at(struct tv_explorer *ex, int actor)
{
	enum tv_actor_state state = ex->sys->pending(ex->sys->arg, actor, &ex->pending[actor]);

	ex->ready &= ~(1u << actor);
	ex->alive &= ~(1u << actor);
	if (state != TV_ACTOR_DONE)
		ex->alive |= 1u << actor;
	if (state == TV_ACTOR_READY)
		ex->ready |= 1u << actor;
}

static void look_at_all(struct tv_explorer *ex)
{
	int actor;

	for (actor = 0; actor < ex->sys->nr_actors; actor++)
		look_at(ex, actor);
}

static int begin_execution(struct tv_explorer *ex)
{
	int err = ex->sys->reset(ex->sys->arg);

	if (err)
		return err;
	ex->depth = 0;
	memset(ex->clock, 0, sizeof(ex->clock));
	memset(ex->cpu_steps, 0, sizeof(ex->cpu_steps));
	memset(ex->cpu_takers, 0, sizeof(ex->cpu_takers));
	if (ex->touched)
		memset(ex->touched, 0, ex->objects_used);
	ex->objects_used = 0;
	look_at_all(ex);
	return 0;
}

/* Those of the frame's sleepers that @frame's own step leaves asleep. */
static actor_set still_asleep(const struct tv_explorer *ex, const struct frame *frame)
{
	actor_set asleep = 0, candidates = frame->sleep | frame->done;
	int actor;

	for (actor = 0; actor < ex->sys->nr_actors; actor++) {
		if ((candidates >> actor & 1) && actor != frame->actor &&
		    !dependent(&frame->step, &ex->pending[actor]))
			asleep |= 1u << actor;
	}
	return asleep;
}

/* A new frame at the end: who goes first there. False: only sleepers could. */
static bool open_frame(struct tv_explorer *ex, actor_set asleep)
{
	struct frame *frame = &ex->frames[ex->depth];
	actor_set awake = ex->ready & ~asleep;

	if (!awake)
		return false;
	*frame = (struct frame){
		.ready = ex->ready, .sleep = asleep,
		.actor = __builtin_ctz(awake),
	};
	/* keep going with the same actor: fewer switches, shorter schedules */
	if (ex->depth && (awake >> frame[-1].actor & 1))
		frame->actor = frame[-1].actor;
	frame->backtrack = ex->limits.plain ? ex->ready : 1u << frame->actor;
	ex->result->states++;
	return true;
}

/* Takes the step that the frame at the end says. 1: the execution is over. */
static int take_step(struct tv_explorer *ex)
{
	struct frame *frame = &ex->frames[ex->depth];
	int actor = frame->actor, err;
	bool over;

	/* what a replay repeats was looked at when it was new */
	if (!ex->limits.plain && ex->depth + 1 >= ex->fresh_from)
		find_races(ex, actor);
	frame->step = ex->pending[actor];
	err = order_step(ex, actor, &frame->step);
	if (err)
		return err;
	frame->clock = ex->clock[actor];
	ex->moves[ex->depth] = (struct tv_move){ actor, frame->choice };
	ex->depth++;
	ex->result->steps++;
	over = ex->sys->execute(ex->sys->arg, actor, frame->choice);
	look_at_all(ex);
	return over;
}

/*
 * The execution ends with steps of @actors still pending. They would have
 * raced as well, and those that stayed blocked are seen nowhere else.
 */
static void find_races_of_the_rest(struct tv_explorer *ex, actor_set actors)
{
	int actor;

	for (actor = 0; !ex->limits.plain && actor < ex->sys->nr_actors; actor++) {
		if (actors >> actor & 1)
			find_races(ex, actor);
	}
}

/* Runs to the end: first along the frames that stand, then into new ones. */
static int run_execution(struct tv_explorer *ex, bool *stop)
{
	unsigned int replay = ex->fresh_from, max = ex->limits.max_depth;
	bool cut = false;
	actor_set asleep;
	int err;

	err = begin_execution(ex);
	if (err)
		return err;
	for (;;) {
		if (ex->depth >= replay) {
			asleep = ex->depth && !ex->limits.plain ?
				 still_asleep(ex, &ex->frames[ex->depth - 1]) : 0;
			if (!ex->ready)
				break;
			cut = ex->depth == max;
			if (cut)
				break;
			if (!open_frame(ex, asleep)) {
				find_races_of_the_rest(ex, ex->alive & ~ex->ready);
				ex->result->redundant++;
				return 0;
			}
		}
		err = take_step(ex);
		if (err < 0)
			return err;
		if (err)
			break;
	}
	find_races_of_the_rest(ex, ex->alive);
	ex->result->executions++;
	if (ex->depth > ex->result->deepest)
		ex->result->deepest = ex->depth;
	ex->result->too_deep |= cut;
	*stop = ex->sys->finish(ex->sys->arg, cut);
	return 0;
}

/* --- the search ---------------------------------------------------------------- */

/* Turns to the deepest frame with something left to try. False: there is none. */
static bool next_branch(struct tv_explorer *ex)
{
	while (ex->depth) {
		struct frame *frame = &ex->frames[ex->depth - 1];
		actor_set left;

		if (frame->choice + 1 < frame->step.choices) {
			frame->choice++;
			break;
		}
		frame->done |= 1u << frame->actor;
		left = frame->backtrack & ~frame->done & ~frame->sleep;
		if (left) {
			frame->actor = __builtin_ctz(left);
			frame->choice = 0;
			break;
		}
		ex->depth--;
	}
	ex->fresh_from = ex->depth;
	return ex->depth;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static bool limit_reached(const struct tv_explorer *ex)
{
	const struct tv_explore_result *result = ex->result;

	if (ex->limits.max_steps && result->steps >= ex->limits.max_steps)
		return true;
	if (ex->limits.max_states && result->states >= ex->limits.max_states)
		return true;
	return ex->deadline && !(result->executions & CLOCK_CHECK_MASK) && now() > ex->deadline;
}

static int search(struct tv_explorer *ex)
{
	bool stop = false;
	int err;

	do {
		err = run_execution(ex, &stop);
		if (err)
			return err;
		if (stop || limit_reached(ex))
			return 0;
	} while (next_branch(ex));
	ex->result->exhausted = !ex->result->too_deep;
	return 0;
}

int tv_explore(const struct tv_system *sys, const struct tv_explore_limits *limits,
	       struct tv_explore_result *result)
{
	struct tv_explorer ex = { .sys = sys, .limits = *limits, .result = result };
	struct tv_explorer *outer = running;
	int err = -ENOMEM;

	*result = (struct tv_explore_result){ 0 };
	if (!ex.limits.max_depth || ex.limits.max_depth > UINT16_MAX)
		ex.limits.max_depth = DEFAULT_MAX_DEPTH;
	if (ex.limits.max_seconds)
		ex.deadline = now() + ex.limits.max_seconds;
	ex.frames = calloc(ex.limits.max_depth, sizeof(*ex.frames));
	ex.moves = calloc(ex.limits.max_depth, sizeof(*ex.moves));
	running = &ex;
	if (ex.frames && ex.moves)
		err = search(&ex);
	running = outer;
	free(ex.objects);
	free(ex.touched);
	free(ex.moves);
	free(ex.frames);
	return err;
}
