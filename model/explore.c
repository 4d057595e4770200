// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The explorer. Each actor of the scenario is a fibre; beside them run those
 * who serve the others: RCU callbacks, a kworker, and irq_work on each CPU.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/explore.h"
#include "model/explore_internal.h"
#include "model/fiber.h"
#include "model/history.h"
#include "model/measure.h"
#include "model/mmap_lock.h"
#include "model/object.h"
#include "model/program.h"
#include "model/step.h"

#define STACK_SIZE	(64 << 10)
#define SLOTS		512
#define MAX_DEPTH	1000	/* scenarios are small: beyond that somebody turns in a circle */

/* --- actors -------------------------------------------------------------------- */

static void run_plan(void *arg)
{
	struct tv_run_actor *self = arg;
	bool alone = self->plan->context != TV_CONTEXT_PROCESS;

	if (alone)
		tv_step_cpu("starts", TV_SITE());
	self->started = true;
	tv_program_run(&self->program);
	if (alone)
		tv_step_cpu("ends", TV_SITE());
	self->done = true;
}

static bool rcu_due(const void *arg)
{
	return tv_rcu_is_due(arg, TV_RCU);
}

static void run_rcu(void *arg)
{
	struct tv_run_actor *self = arg;

	for (;;) {
		tv_step_idle(rcu_due, self->actor.world, TV_NUMBER_RCU, false, "grace period over",
			     TV_SITE());
		tv_rcu_run(self->actor.world, TV_RCU);
	}
}

static bool rcu_tasks_trace_due(const void *arg)
{
	return tv_rcu_is_due(arg, TV_RCU_TASKS_TRACE);
}

static void run_rcu_tasks_trace(void *arg)
{
	struct tv_run_actor *self = arg;

	for (;;) {
		tv_step_idle(rcu_tasks_trace_due, self->actor.world, TV_NUMBER_RCU_TASKS_TRACE, false,
			     "RCU tasks trace grace period over", TV_SITE());
		tv_rcu_run(self->actor.world, TV_RCU_TASKS_TRACE);
	}
}

static bool work_due(const void *arg)
{
	return tv_work_is_due(arg);
}

static void run_kworker(void *arg)
{
	struct tv_run_actor *self = arg;

	for (;;) {
		tv_step_idle(work_due, self->actor.world, TV_NUMBER_WORK, false, "takes work",
			     TV_SITE());
		tv_work_run(self->actor.world);
	}
}

static bool irq_work_due(const void *arg)
{
	return tv_irq_work_is_due(arg);
}

/* An interrupt that the CPU sends itself: it comes as soon as interrupts are on. */
static void run_irq_work(void *arg)
{
	struct tv_run_actor *self = arg;
	struct tv_cpu *cpu = self->actor.cpu;

	for (;;) {
		self->started = false;
		tv_step_idle(irq_work_due, cpu, cpu->tv_number, true, "irq_work", TV_SITE());
		self->started = true;
		tv_irq_work_run(cpu);
		tv_step_cpu("irq_work ends", TV_SITE());
	}
}

/* --- who may go ---------------------------------------------------------------- */

/* Has @a its CPU to itself, so that only what interrupts it gets in? */
static bool owns_cpu(const struct tv_run_actor *a)
{
	return a->started && !a->done &&
	       (a->actor.context != TV_CONTEXT_PROCESS || a->actor.irqs_saved);
}

/*
 * May @a come in on top of @below? An NMI may on all but an NMI; an interrupt
 * where they are on; a softirq on processes only.
 */
static bool may_interrupt(const struct tv_run_actor *a, const struct tv_run_actor *below)
{
	if (!a->interrupts || a->started)
		return false;
	if (a->actor.context == TV_CONTEXT_NMI)
		return below->actor.context != TV_CONTEXT_NMI;
	if (below->actor.context >= TV_CONTEXT_IRQS_OFF || below->actor.irqs_saved)
		return false;
	return a->actor.context == TV_CONTEXT_IRQS_OFF ||
	       below->actor.context == TV_CONTEXT_PROCESS;
}

/* Somebody has @a's CPU and keeps @a off it. */
static bool kept_off(const struct tv_run *run, const struct tv_run_actor *a)
{
	unsigned int i;

	for (i = 0; i < run->nr; i++) {
		const struct tv_run_actor *other = &run->actors[i];

		if (other == a || other->actor.cpu != a->actor.cpu || !owns_cpu(other))
			continue;
		/* whoever came later is on top: it may go, the others wait for it */
		if (a->started && owns_cpu(a) && a->since > other->since)
			continue;
		if (!may_interrupt(a, other))
			return true;
	}
	return false;
}

static enum tv_actor_state run_pending(void *arg, int actor, struct tv_step *step)
{
	const struct tv_run *run = arg;
	const struct tv_run_actor *a = &run->actors[actor];
	const struct tv_point *point = a->actor.point;

	if (a->done || !point)
		return TV_ACTOR_DONE;
	*step = point->step;
	/* what it waits for may be freed: then it goes on, to touch it and be told */
	if (point->can && !tv_object_is_dead(point->object) && !point->can(point->arg))
		return point->idle ? TV_ACTOR_IDLE : TV_ACTOR_BLOCKED;
	return kept_off(run, a) ? TV_ACTOR_BLOCKED : TV_ACTOR_READY;
}

/* --- one execution ------------------------------------------------------------- */

/* Are interrupts ever off there? */
static bool needs_irq_work(const struct tv_scenario *scenario, unsigned int cpu)
{
	unsigned int i;

	for (i = 0; i < scenario->nr_actors; i++) {
		if (scenario->actors[i].cpu == cpu &&
		    scenario->actors[i].context >= TV_CONTEXT_IRQS_OFF)
			return true;
	}
	return false;
}

static void resume(struct tv_run_actor *a)
{
	tv_current = &a->actor;
	tv_fiber_resume(a->fiber);
}

static void count_outcome(void *arg, const char *call, const struct task_struct *task, int err)
{
	struct tv_run *run = arg;
	const char *why = err == -ENOENT ? NULL : tv_current->refusal;
	char text[160];

	if (err)
		snprintf(text, sizeof(text), "-%s: %s", tv_errno_name(err),
			 why ? why : tv_iter_failure_reason(run->world, task, err));
	tv_run_outcome(run, call, err ? text : "0");
}

static int start_actor(struct tv_run *run, struct tv_run_actor *a)
{
	void (*fn)(void *arg) = a->fn;

	a->actor = (struct tv_actor){
		.world = run->world, .cpu = &run->world->cpus[a->cpu], .name = a->name,
		.context = a->context, .explored = true,
	};
	a->started = a->done = false;
	if (a->plan)
		tv_program_reset(&a->program);
	tv_fiber_start(a->fiber, fn, a);
	/* up to its first step nobody sees what it does */
	resume(a);
	return 0;
}

/* Without the search, nobody knows more of two moves than which came first. */
static bool in_order(unsigned int a, unsigned int b)
{
	return a < b;
}

static int begin(struct tv_run *run)
{
	struct mm_struct *mm;
	unsigned int i;
	int err;

	tv_world_destroy(run->world);
	run->world = NULL;
	tv_slots_reset(run->slots);
	err = tv_world_create(&run->world);
	if (err)
		return err;
	run->world->slots = run->slots;
	run->world->lockdep = &run->lockdep;
	run->world->measure = run->measure;
	if (run->measure) {
		tv_measure_begin_execution(run->measure);
		run->world->sink = tv_measure_event;
		run->world->sink_arg = run->measure;
	}
	run->world->keeps_vm_next = run->design->reads_vm_next;
	run->lockdep.here = (struct tv_lock_order){ 0 };
	run->world->told = tv_run_told;
	run->world->told_arg = run;
	run->world->happened_before = run->mode == TV_RUN_SEARCH ? tv_explore_before : in_order;
	run->nr_told = 0;
	run->over = false;
	err = tv_scenario_populate(run->scenario, run->world);
	if (err)
		return err;
	run->nr_histories = 0;
	for (mm = run->world->mms; mm && run->nr_histories < TV_RUN_HISTORIES; mm = mm->tv_next) {
		tv_history_init(&run->histories[run->nr_histories], mm);
		run->nr_histories++;
	}
	for (i = 0; i < TV_NR_CPUS; i++) {
		run->world->cpus[i].mmap_unlock_work.tv_stuck = run->world->faults.irq_work_busy;
		run->world->cpus[i].cache_matters = needs_irq_work(run->scenario, i) ||
						    run->world->faults.bpf_cache.given;
	}
	run->now = 0;
	run->nr_steps = 0;
	for (i = 0; i < run->nr; i++)
		start_actor(run, &run->actors[i]);
	tv_current = &run->world->kernel;
	return 0;
}

bool tv_run_ran_out(const struct tv_run *run)
{
	return run->out_of_memory || (run->world && tv_world_ran_out(run->world));
}

int tv_run_reset(void *arg)
{
	struct tv_run *run = arg;
	int err;

	run->out_of_memory = tv_run_ran_out(run);
	err = run->out_of_memory ? -ENOMEM : begin(run);
	run->out_of_memory |= err == -ENOMEM;
	return err;
}

static bool run_execute(void *arg, int actor, unsigned int choice)
{
	struct tv_run *run = arg;
	struct tv_run_actor *a = &run->actors[actor];

	if (run->tracing)
		tv_run_trace(run, a, choice);
	if (a->actor.point->step.takes_cpu)
		a->since = ++run->now;
	a->actor.choice = choice;
	a->actor.steps += !tv_measure_is_own(a->actor.point);
	run->world->move++;
	resume(a);
	tv_current = &run->world->kernel;
	return run->over;
}

/* --- when nobody can go on ----------------------------------------------------- */

static bool finish_deadlock(struct tv_run *run)
{
	struct tv_step step;
	unsigned int i;

	for (i = 0; i < run->nr; i++) {
		if (run_pending(run, i, &step) == TV_ACTOR_BLOCKED)
			break;
	}
	if (i == run->nr)
		return false;
	tv_run_describe_deadlock(run);
	tv_hazard(TV_HAZARD_DEADLOCK, run->actors[i].actor.point->site, NULL, "nobody can go on");
	return true;
}

static int first_held(void *arg, const struct tv_held *held)
{
	*(struct tv_held *)arg = *held;
	return 1;
}

/* What nobody may still have once all have done what they had to. */
static int first_left(void *arg, const struct tv_held *held)
{
	switch (held->res) {
	case TV_RES_MMAP_READ:
	case TV_RES_MMAP_WRITE:
	case TV_RES_VMA_READ:
	case TV_RES_VMA_REF:
	case TV_RES_SPINLOCK:
	case TV_RES_RCU_READ:
	case TV_RES_BPF_MEM:
	case TV_RES_IRQ_WORK:
	case TV_RES_KMALLOC:
		/* the world itself holds what the scenario says is held */
		return strcmp(held->actor, tv_current->world->kernel.name) ? first_held(arg, held)
									   : 0;
	default:
		return 0;
	}
}

static void tell_leak(const struct tv_held *held)
{
	char object[64];

	tv_object_text(held->res, held->object, object, sizeof(object));
	tv_hazard(TV_HAZARD_LEAK, held->site, NULL, "%s%s%s, held by %s",
		  tv_resource_text(held->res), object[0] ? ": " : "", object,
		  held->actor ? held->actor : "nobody");
}

/*
 * The world is taken down by the book; what is left then was leaked. Locks
 * and such are looked for before that: the book would wait for them.
 */
static void finish_ledger(struct tv_run *run)
{
	struct tv_ledger *ledger = &run->world->ledger;
	struct tv_held held = { .count = 0 };

	tv_ledger_for_each_held(ledger, first_left, &held);
	if (held.site) {
		tell_leak(&held);
		return;
	}
	tv_world_teardown(run->world);
	if (ledger->unmatched)
		tv_hazard(TV_HAZARD_UNBALANCED, ledger->first_unmatched.site, NULL, "%s",
			  tv_resource_text(ledger->first_unmatched.res));
	else if (tv_ledger_for_each_held(ledger, first_held, &held))
		tell_leak(&held);
}

/* Still going after so many steps: most of the last ones were somebody's who turns in a circle. */
static void finish_cut(struct tv_run *run)
{
	const struct tv_run_actor *last;
	const struct tv_move *moves;
	unsigned int nr = tv_explore_schedule(&moves);
	struct tv_actor teller;

	last = &run->actors[moves[nr - 1].actor];
	teller = (struct tv_actor){ .world = run->world, .cpu = last->actor.cpu, .name = last->name };
	tv_current = &teller;
	tv_hazard(TV_HAZARD_NO_PROGRESS, last->actor.point ? last->actor.point->site : NULL, NULL,
		  "still going after %u steps", nr);
	tv_current = &run->world->kernel;
}

/* What programs saw, as far as it is decided. */
static void judge(struct tv_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr; i++) {
		tv_current = &run->actors[i].actor;
		if (run->actors[i].plan)
			tv_program_judge(&run->actors[i].program);
	}
	tv_current = &run->world->kernel;
	for (i = 0; i < run->nr_histories; i++)
		run->found->incomplete |= run->histories[i].full;
	/* what is told from here on is of the whole execution */
	run->world->move = 0;
}

void tv_run_end(struct tv_run *run)
{
	/* what is told from here on is of taking the world down */
	run->world->sink = NULL;
	if (run->measure)
		tv_measure_end_execution(run->measure);
	judge(run);
	if (!run->over && tv_run_is_stuck(run) && !finish_deadlock(run))
		finish_ledger(run);
}

static bool run_finish(void *arg, bool cut)
{
	struct tv_run *run = arg;

	if (cut) {
		judge(run);
		finish_cut(run);
	} else {
		tv_run_end(run);
	}
	return false;
}

const struct tv_system *tv_run_system(struct tv_run *run)
{
	run->system = (struct tv_system){
		.arg = run, .nr_actors = run->nr, .reset = tv_run_reset, .pending = run_pending,
		.execute = run_execute, .finish = run_finish,
	};
	return &run->system;
}

/* --- setting up ---------------------------------------------------------------- */

static int add_actor(struct tv_run *run, const char *name, unsigned int cpu,
		     enum tv_context context, void (*fn)(void *arg))
{
	struct tv_run_actor *a = &run->actors[run->nr];

	a->name = name;
	a->cpu = cpu;
	a->context = context;
	a->fn = fn;
	run->nr++;
	return tv_fiber_create(STACK_SIZE, &a->fiber);
}

static int add_servants(struct tv_run *run)
{
	static const char *const names[TV_NR_CPUS] = {
		"irq_work/0", "irq_work/1", "irq_work/2", "irq_work/3",
	};
	unsigned int cpu;
	int err;

	for (cpu = 0; cpu < TV_CPU_WORK; cpu++) {
		if (!needs_irq_work(run->scenario, cpu))
			continue;
		run->actors[run->nr].interrupts = true;
		err = add_actor(run, names[cpu], cpu, TV_CONTEXT_IRQS_OFF, run_irq_work);
		if (err)
			return err;
	}
	err = add_actor(run, "kworker", TV_CPU_WORK, TV_CONTEXT_PROCESS, run_kworker);
	if (!err)
		err = add_actor(run, "rcu", TV_CPU_RCU, TV_CONTEXT_SOFTIRQ, run_rcu);
	if (!err && run->scenario->faults.bpf_cache.given)
		err = add_actor(run, "rcu_tasks_trace", TV_CPU_RCU, TV_CONTEXT_PROCESS,
				run_rcu_tasks_trace);
	return err;
}

int tv_run_init(struct tv_run *run, const struct tv_scenario *scenario,
		const struct tv_iter_design *design, struct tv_exploration *found)
{
	unsigned int i;
	int err;

	*found = (struct tv_exploration){ 0 };
	*run = (struct tv_run){ .scenario = scenario, .design = design, .found = found };
	run->slots = tv_slots_create(SLOTS);
	run->histories = calloc(TV_RUN_HISTORIES, sizeof(*run->histories));
	run->needed = calloc(UINT16_MAX, sizeof(*run->needed));
	if (!run->slots || !run->histories || !run->needed)
		return -ENOMEM;
	for (i = 0; i < scenario->nr_actors; i++) {
		const struct tv_actor_plan *plan = &scenario->actors[i];
		struct tv_run_actor *a = &run->actors[run->nr];

		a->plan = plan;
		a->interrupts = plan->interrupts;
		a->program = (struct tv_program){
			.design = design, .plan = plan, .told = count_outcome, .arg = run,
		};
		err = add_actor(run, plan->name, plan->cpu, plan->context, run_plan);
		if (err)
			return err;
	}
	return add_servants(run);
}

void tv_run_count(struct tv_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr; i++) {
		if (run->actors[i].plan) {
			run->found->walks += run->actors[i].program.walks;
			run->found->vmas += run->actors[i].program.vmas;
		}
	}
}

void tv_run_fini(struct tv_run *run)
{
	unsigned int i;

	tv_world_destroy(run->world);
	for (i = 0; i < run->nr; i++)
		tv_fiber_destroy(run->actors[i].fiber);
	tv_slots_destroy(run->slots);
	free(run->histories);
	free(run->needed);
}

int tv_run_moves(struct tv_run *run, const struct tv_move *moves, unsigned int nr,
		 unsigned int *at)
{
	const struct tv_system *sys = tv_run_system(run);
	struct tv_step step;
	int err = sys->reset(run);

	for (*at = 0; !err && *at < nr; ++*at) {
		const struct tv_move *move = &moves[*at];

		if (move->actor >= run->nr ||
		    run_pending(run, move->actor, &step) != TV_ACTOR_READY)
			return -EINVAL;
		if (run_execute(run, move->actor, move->choice)) {
			++*at;
			return 1;
		}
	}
	return err;
}

bool tv_run_is_stuck(struct tv_run *run)
{
	struct tv_step step;
	unsigned int i;

	for (i = 0; i < run->nr; i++) {
		if (run_pending(run, i, &step) == TV_ACTOR_READY)
			return false;
	}
	return true;
}

/* The search itself; @measure may be NULL. With it there is no schedule that explore could replay. */
static int search(const struct tv_scenario *scenario, const struct tv_iter_design *design,
		  const struct tv_explore_limits *limits, struct tv_exploration *found,
		  struct tv_measure *measure)
{
	struct tv_explore_limits with_depth = *limits;
	struct tv_run run;
	int err;

	if (!with_depth.max_depth)
		with_depth.max_depth = MAX_DEPTH;
	err = tv_run_init(&run, scenario, design, found);
	run.measure = measure;
	if (!err)
		err = tv_explore(tv_run_system(&run), &with_depth, &found->search);
	tv_run_count(&run);
	run.mode = TV_RUN_AFTER;
	if (!err && !(tv_exploration_hazards(found) >> TV_HAZARD_LOCK_ORDER & 1))
		tv_lockdep_ever_inverted(&run.lockdep);
	if (!err && !measure)
		err = tv_run_shorten(&run, limits->max_tries ? limits->max_tries : ULONG_MAX);
	if (!err && tv_run_ran_out(&run))
		err = -ENOMEM;
	tv_run_fini(&run);
	return err;
}

int tv_explore_scenario(const struct tv_scenario *scenario, const struct tv_iter_design *design,
			const struct tv_explore_limits *limits, struct tv_exploration *found)
{
	return search(scenario, design, limits, found, NULL);
}

int tv_explore_measured(const struct tv_scenario *scenario, const struct tv_iter_design *design,
			const struct tv_explore_limits *limits, struct tv_exploration *found,
			struct tv_measure *measure)
{
	*measure = (struct tv_measure){ 0 };
	return search(scenario, design, limits, found, measure);
}
