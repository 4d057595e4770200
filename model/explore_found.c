// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What an exploration gathers: outcomes of new, and findings, each with the
 * shortest schedule that shows it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/explore_internal.h"
#include "model/step.h"

void tv_run_outcome(struct tv_run *run, const char *call, const char *text)
{
	struct tv_outcome **link = &run->found->outcomes, *outcome;

	if (run->mode != TV_RUN_SEARCH)
		return;
	for (; *link; link = &(*link)->next) {
		if (!strcmp((*link)->call, call) && !strcmp((*link)->text, text)) {
			(*link)->times++;
			return;
		}
	}
	outcome = calloc(1, sizeof(*outcome));
	if (!outcome) {
		run->out_of_memory = true;
		return;
	}
	snprintf(outcome->text, sizeof(outcome->text), "%s", text);
	outcome->call = call;
	outcome->times = 1;
	*link = outcome;
}

/* --- findings ------------------------------------------------------------------ */

static bool same_hazard(const struct tv_hazard *a, const struct tv_hazard *b)
{
	return a->kind == b->kind && a->site == b->site && !strcmp(a->text, b->text) &&
	       !strcmp(a->actor, b->actor);
}

static unsigned int count_switches(const struct tv_move *moves, unsigned int nr)
{
	unsigned int i, switches = 0;

	for (i = 1; i < nr; i++)
		switches += moves[i].actor != moves[i - 1].actor;
	return switches;
}

/* Shorter, or as short with fewer switches. */
static bool is_better(const struct tv_finding *finding, unsigned int nr, unsigned int switches)
{
	return !finding->moves || nr < finding->nr ||
	       (nr == finding->nr && switches < finding->switches);
}

static void set_moves(struct tv_run *run, struct tv_finding *finding, const struct tv_move *moves,
		      unsigned int nr)
{
	struct tv_move *copy = malloc((nr + !nr) * sizeof(*copy));

	if (!copy) {
		run->out_of_memory = true;
		return;
	}
	memcpy(copy, moves, nr * sizeof(*copy));
	free(finding->moves);
	finding->moves = copy;
	finding->nr = nr;
	finding->switches = count_switches(moves, nr);
}

static struct tv_finding *finding_of(struct tv_run *run, const struct tv_hazard *hazard)
{
	struct tv_finding **link = &run->found->findings, *finding;

	for (; *link && (*link)->hazard.kind <= hazard->kind; link = &(*link)->next) {
		if (same_hazard(&(*link)->hazard, hazard))
			return *link;
	}
	finding = calloc(1, sizeof(*finding));
	if (!finding) {
		run->out_of_memory = true;
		return NULL;
	}
	finding->hazard = *hazard;
	finding->next = *link;
	*link = finding;
	return finding;
}

/* The schedule that makes @hazard, from the execution under way. Returns its length. */
static unsigned int moves_of(struct tv_run *run, const struct tv_hazard *hazard,
			     const struct tv_move **moves)
{
	unsigned int nr = 0;

	if (run->mode == TV_RUN_AFTER)
		return 0;
	while (nr < TV_HAZARD_MARKS && hazard->marks[nr])
		nr++;
	if (!nr)
		return tv_explore_schedule(moves);
	*moves = run->needed;
	return tv_explore_needed(hazard->marks, nr, run->needed);
}

static void gather(struct tv_run *run, const struct tv_hazard *hazard)
{
	struct tv_finding *finding = finding_of(run, hazard);
	const struct tv_move *moves = run->needed;
	unsigned int nr;

	if (!finding)
		return;
	finding->times++;
	nr = moves_of(run, hazard, &moves);
	if (!is_better(finding, nr, count_switches(moves, nr)))
		return;
	set_moves(run, finding, moves, nr);
	snprintf(finding->detail, sizeof(finding->detail), "%s",
		 hazard->kind == TV_HAZARD_DEADLOCK ? run->deadlock : "");
}

void tv_run_told(void *arg, const struct tv_hazard *hazard)
{
	struct tv_run *run = arg;
	unsigned int i;

	run->over |= tv_hazard_is_fatal(hazard->kind);
	for (i = 0; i < run->nr_told; i++) {
		if (same_hazard(&run->told[i], hazard))
			return;
	}
	if (i == TV_RUN_TOLD)
		return;
	run->told[i] = *hazard;
	run->told_at[i] = run->world->move;
	run->nr_told++;
	if (run->mode != TV_RUN_CHECK)
		gather(run, hazard);
}

/* --- deadlocks ----------------------------------------------------------------- */

struct search {
	const void *object;
	const char *except;
	const char *holder;
};

static int holder_of(void *arg, const struct tv_held *held)
{
	struct search *search = arg;
	bool is_lock = held->res == TV_RES_MMAP_READ || held->res == TV_RES_MMAP_WRITE ||
		       held->res == TV_RES_VMA_READ || held->res == TV_RES_SPINLOCK;

	if (!is_lock || held->object != search->object || !strcmp(held->actor, search->except))
		return 0;
	search->holder = held->actor;
	return 1;
}

/* Whom @a waits for: who holds what it wants, else who queued for it before. */
static const char *waits_for(const struct tv_run *run, const struct tv_run_actor *a)
{
	struct search search = { .object = a->actor.point->object, .except = a->name };
	unsigned int i;

	if (!a->actor.point->can)
		return "its CPU";
	tv_ledger_for_each_held(&run->world->ledger, holder_of, &search);
	if (search.holder)
		return search.holder;
	for (i = 0; i < run->nr; i++) {
		const struct tv_run_actor *other = &run->actors[i];
		const struct tv_point *point = other->actor.point;

		if (other != a && point && point->can && !point->idle &&
		    point->object == search.object)
			return other->name;
	}
	return "itself";
}

static const char *object_text(const void *object, char *buf, size_t size)
{
	const struct task_struct *task;
	const struct mm_struct *mm;

	buf[0] = '\0';
	for (task = tv_current->world->tasks; task; task = task->tv_next) {
		if (task == object)
			snprintf(buf, size, "task %d", task->pid);
	}
	for (mm = tv_current->world->mms; mm; mm = mm->tv_next) {
		const struct vm_area_struct *vma = object;
		VMA_ITERATOR(vmi, (struct mm_struct *)mm, 0);

		if (mm == object)
			snprintf(buf, size, "mm of task %d", mm->tv_pid);
		for_each_vma(vmi, vma) {
			if (vma == object)
				snprintf(buf, size, "VMA %lx-%lx", vma->vm_start, vma->vm_end);
		}
	}
	return buf;
}

void tv_run_describe_deadlock(struct tv_run *run)
{
	struct tv_step step;
	char text[64];
	size_t len = 0;
	unsigned int i;

	run->deadlock[0] = '\0';
	for (i = 0; i < run->nr && len < sizeof(run->deadlock); i++) {
		const struct tv_run_actor *a = &run->actors[i];

		if (run->system.pending(run, i, &step) != TV_ACTOR_BLOCKED)
			continue;
		len += snprintf(run->deadlock + len, sizeof(run->deadlock) - len,
				"%s%s in %s of %s waits for %s", len ? "; " : "", a->name,
				a->actor.point->what,
				object_text(a->actor.point->object, text, sizeof(text)),
				waits_for(run, a));
	}
}

/* --- schedules ----------------------------------------------------------------- */

void tv_run_trace(struct tv_run *run, const struct tv_run_actor *a, unsigned int choice)
{
	const struct tv_point *point = a->actor.point;
	struct tv_trace_step *step;

	if (run->nr_steps == TV_RUN_STEPS)
		return;
	step = &run->steps[run->nr_steps++];
	*step = (struct tv_trace_step){
		.actor = a->name, .what = point->what, .site = point->site, .choice = choice,
	};
	object_text(point->object, step->object, sizeof(step->object));
}

/*
 * Runs @moves. After how many of them does the execution show @hazard? -1:
 * it does not. What is told at the end takes all moves.
 */
static int shown_after(struct tv_run *run, const struct tv_hazard *hazard,
		       const struct tv_move *moves, unsigned int nr)
{
	unsigned int at, i;
	int err = tv_run_moves(run, moves, nr, &at);

	if (err < 0)
		return -1;
	tv_run_end(run);
	for (i = 0; i < run->nr_told; i++) {
		if (same_hazard(&run->told[i], hazard))
			return run->told_at[i] ? run->told_at[i] : at;
	}
	return -1;
}

static bool shows(struct tv_run *run, const struct tv_hazard *hazard, const struct tv_move *moves,
		  unsigned int nr)
{
	if (!run->tries)
		return false;
	run->tries--;
	return shown_after(run, hazard, moves, nr) == (int)nr;
}

/* Leaves out, from the last to the first, each move without which the hazard still shows. */
static void drop_moves(struct tv_run *run, struct tv_finding *finding)
{
	struct tv_move *moves = malloc((finding->nr + 1) * sizeof(*moves));
	unsigned int i = finding->nr, nr;

	run->out_of_memory |= !moves;
	while (moves && i--) {
		nr = finding->nr - 1;
		memcpy(moves, finding->moves, i * sizeof(*moves));
		memcpy(moves + i, finding->moves + i + 1, (nr - i) * sizeof(*moves));
		if (shows(run, &finding->hazard, moves, nr))
			set_moves(run, finding, moves, nr);
	}
	free(moves);
}

/* Swaps a lone move with its neighbour when that saves a switch. */
static void drop_switches(struct tv_run *run, struct tv_finding *finding)
{
	struct tv_move *moves = malloc((finding->nr + 1) * sizeof(*moves));
	bool better = true;
	unsigned int i;

	run->out_of_memory |= !moves;
	while (moves && better) {
		better = false;
		for (i = 0; i + 1 < finding->nr; i++) {
			memcpy(moves, finding->moves, finding->nr * sizeof(*moves));
			moves[i] = finding->moves[i + 1];
			moves[i + 1] = finding->moves[i];
			if (count_switches(moves, finding->nr) < finding->switches &&
			    shows(run, &finding->hazard, moves, finding->nr)) {
				set_moves(run, finding, moves, finding->nr);
				better = true;
			}
		}
	}
	free(moves);
}

/* Runs the schedule once more and writes down its steps. */
static int fill_steps(struct tv_run *run, struct tv_finding *finding)
{
	unsigned int at;

	run->tracing = true;
	tv_run_moves(run, finding->moves, finding->nr, &at);
	run->tracing = false;
	finding->steps = calloc(run->nr_steps + !run->nr_steps, sizeof(*finding->steps));
	if (!finding->steps)
		return -ENOMEM;
	memcpy(finding->steps, run->steps, run->nr_steps * sizeof(*run->steps));
	finding->nr = run->nr_steps;
	return 0;
}

int tv_run_shorten(struct tv_run *run, unsigned long tries)
{
	struct tv_finding *finding;
	int err = 0;

	run->mode = TV_RUN_CHECK;
	run->tries = tries;
	run->steps = calloc(TV_RUN_STEPS, sizeof(*run->steps));
	if (!run->steps)
		return -ENOMEM;
	for (finding = run->found->findings; finding && !err; finding = finding->next) {
		/* of a circle of many turns nothing can be left out */
		if (finding->hazard.kind != TV_HAZARD_NO_PROGRESS) {
			drop_moves(run, finding);
			drop_switches(run, finding);
		}
		err = fill_steps(run, finding);
	}
	free(run->steps);
	run->steps = NULL;
	return err;
}

/* What was told along the one schedule, each with the steps that led there. */
static int gather_told(struct tv_run *run, const struct tv_move *moves, unsigned int nr)
{
	struct tv_finding *finding;
	unsigned int i, steps;

	for (i = 0; i < run->nr_told; i++) {
		finding = finding_of(run, &run->told[i]);
		if (!finding)
			return -ENOMEM;
		finding->times = 1;
		steps = run->told_at[i] ? run->told_at[i] : nr;
		set_moves(run, finding, moves, steps);
		finding->steps = calloc(steps + !steps, sizeof(*finding->steps));
		if (!finding->moves || !finding->steps)
			return -ENOMEM;
		memcpy(finding->steps, run->steps, steps * sizeof(*finding->steps));
		if (finding->hazard.kind == TV_HAZARD_DEADLOCK)
			snprintf(finding->detail, sizeof(finding->detail), "%s", run->deadlock);
	}
	return 0;
}

int tv_explore_replay(const struct tv_scenario *scenario, const struct tv_iter_design *design,
		      const struct tv_move *moves, unsigned int nr, struct tv_exploration *found,
		      unsigned int *at)
{
	struct tv_run run;
	int err;

	*at = 0;
	err = tv_run_init(&run, scenario, design, found);
	run.steps = calloc(TV_RUN_STEPS, sizeof(*run.steps));
	if (!err && !run.steps)
		err = -ENOMEM;
	if (err)
		goto out_fini;
	run.mode = TV_RUN_CHECK;
	run.tracing = true;
	err = tv_run_moves(&run, moves, nr < TV_RUN_STEPS ? nr : TV_RUN_STEPS, at);
	if (err < 0)
		goto out_fini;
	tv_run_end(&run);
	found->search.executions = 1;
	found->search.steps = run.nr_steps;
	tv_run_count(&run);
	err = gather_told(&run, moves, *at);
	if (!err && tv_run_ran_out(&run))
		err = -ENOMEM;
	if (!found->findings) {
		found->steps = run.steps;
		found->nr_steps = run.nr_steps;
		run.steps = NULL;
	}
out_fini:
	free(run.steps);
	tv_run_fini(&run);
	return err;
}

void tv_exploration_fini(struct tv_exploration *found)
{
	struct tv_finding *finding;
	struct tv_outcome *outcome;

	while ((finding = found->findings)) {
		found->findings = finding->next;
		free(finding->moves);
		free(finding->steps);
		free(finding);
	}
	while ((outcome = found->outcomes)) {
		found->outcomes = outcome->next;
		free(outcome);
	}
	free(found->steps);
	found->steps = NULL;
}

unsigned int tv_exploration_hazards(const struct tv_exploration *found)
{
	const struct tv_finding *finding;
	unsigned int hazards = 0;

	for (finding = found->findings; finding; finding = finding->next)
		hazards |= 1u << finding->hazard.kind;
	return hazards;
}
