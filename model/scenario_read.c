// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Scenarios: the schema of docs/scenarios.md as tables for model/yaml_reader.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>
#include "model/ablation.h"
#include "model/scenario_read.h"

/* --- actors -------------------------------------------------------------------- */

struct actor_node {
	struct tv_scenario_reader *root;
	struct tv_actor_plan *plan;
	struct tv_action_needs needs;
	struct tv_yaml_place interrupts_at;
};

/* Names stand in schedules, between blanks and '*' and '/'. */
static bool is_name(const char *name)
{
	return name[0] && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
					     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")];
}

/* Those that the explorer adds, and what stands for all actors. */
static bool is_taken(const char *name)
{
	static const char *const taken[] = { "kernel", "kworker", "rcu", "rcu_tasks_trace", "irq_work", "all"
	};
	size_t i;

	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		if (!strcmp(name, taken[i]))
			return true;
	}
	return false;
}

static int actor_name(struct tv_yaml_reader *r, void *to)
{
	struct actor_node *node = to;
	struct tv_actor_plan *plan = node->plan, *other = node->root->scenario->actors;
	int err = tv_yaml_word(r, "a name", plan->name, sizeof(plan->name));

	if (err)
		return err;
	if (!is_name(plan->name))
		return tv_yaml_bad(r, tv_yaml_here(r), "expected a name: up to %zu letters, digits, "
				   "'_' and '-'", sizeof(plan->name) - 1);
	if (is_taken(plan->name))
		return tv_yaml_bad(r, tv_yaml_here(r), "\"%s\" is an actor of the kernel's",
				   plan->name);
	while (strcmp(other->name, plan->name))
		other++;
	return other == plan ? 0 : tv_yaml_bad(r, tv_yaml_here(r), "duplicate actor \"%s\"",
					       plan->name);
}

static int actor_cpu(struct tv_yaml_reader *r, void *to)
{
	uint64_t cpu = 0;
	int err = tv_yaml_number(r, TV_CPU_WORK - 1, &cpu);

	((struct actor_node *)to)->plan->cpu = cpu;
	return err;
}

static int actor_context(struct tv_yaml_reader *r, void *to)
{
	return tv_fixture_context(r, &((struct actor_node *)to)->plan->context);
}

static int actor_interrupts(struct tv_yaml_reader *r, void *to)
{
	struct actor_node *node = to;

	node->interrupts_at = tv_yaml_key(r);
	return tv_yaml_bool(r, &node->plan->interrupts);
}

static int actor_do(struct tv_yaml_reader *r, void *to)
{
	struct actor_node *node = to;

	return tv_scenario_actions(r, node->root, node->plan->actions, &node->plan->nr, 0,
				   &node->needs);
}

static const struct tv_yaml_shape actor_shape = {
	.what = "an actor",
	.required = 1 << 0 | 1 << 4,
	.keys = {
		TV_YAML_KEY("name", actor_name),
		TV_YAML_KEY("cpu", actor_cpu),
		TV_YAML_KEY("context", actor_context),
		TV_YAML_KEY("interrupts", actor_interrupts),
		TV_YAML_KEY("do", actor_do),
	},
};

/* What it does fits where it runs. */
static int check_actor(struct tv_yaml_reader *r, const struct actor_node *node)
{
	const struct tv_actor_plan *plan = node->plan;
	const struct tv_action_needs *needs = &node->needs;

	if (plan->interrupts && plan->context == TV_CONTEXT_PROCESS)
		return tv_yaml_bad(r, node->interrupts_at, "what interrupts runs in softirq, "
				   "irqs-off or nmi context, not in process context");
	if (needs->process && plan->context != TV_CONTEXT_PROCESS)
		return tv_yaml_bad(r, needs->process_at, "\"%s\" is done in process context, not in %s",
				   needs->process_what, tv_context_name(plan->context));
	if (needs->kept && !needs->keeps)
		return tv_yaml_bad(r, needs->kept_at, "nothing is kept that could be read");
	return 0;
}

static int read_actor(struct tv_yaml_reader *r, void *to)
{
	struct tv_scenario_reader *root = to;
	struct tv_scenario *scenario = root->scenario;
	struct actor_node node = { .root = root };
	int err;

	if (scenario->nr_actors == TV_SCENARIO_ACTORS)
		return tv_yaml_bad(r, tv_yaml_here(r), "more than %d actors", TV_SCENARIO_ACTORS);
	/* counted before it is read, so that what it owns is freed with the others */
	node.plan = &scenario->actors[scenario->nr_actors++];
	node.needs.actor = scenario->nr_actors;
	err = tv_yaml_mapping(r, &actor_shape, &node);
	return err ? err : check_actor(r, &node);
}

/* --- expectations -------------------------------------------------------------- */

static int read_hazard(struct tv_yaml_reader *r, void *to)
{
	unsigned int *hazards = to;
	char word[TV_YAML_WORD];
	enum tv_hazard_kind kind;
	int err = tv_yaml_word(r, "a hazard", word, sizeof(word));

	if (err)
		return err;
	kind = tv_hazard_parse(word);
	if (kind == TV_HAZARD_NR)
		return tv_yaml_bad(r, tv_yaml_here(r), "there is no hazard \"%s\"", word);
	*hazards |= 1U << kind;
	return 0;
}

static int read_expectation(struct tv_yaml_reader *r, const char *name, void *to)
{
	struct tv_scenario *scenario = ((struct tv_scenario_reader *)to)->scenario;
	const struct tv_iter_design *design = tv_ablation_design(name);
	struct tv_expectation *expect;

	if (!design)
		return tv_yaml_bad(r, tv_yaml_key(r), "there is no design \"%s\"", name);
	if (tv_scenario_expectation(scenario, name))
		return tv_yaml_bad(r, tv_yaml_key(r), "duplicate key \"%s\" in what is expected",
				   name);
	if (scenario->nr_expect == TV_SCENARIO_EXPECT)
		return tv_yaml_bad(r, tv_yaml_key(r), "more than %d designs", TV_SCENARIO_EXPECT);
	expect = &scenario->expect[scenario->nr_expect++];
	expect->design = design->name;
	return tv_yaml_sequence(r, "hazards", read_hazard, &expect->hazards);
}

/* --- the root ------------------------------------------------------------------ */

static int root_title(struct tv_yaml_reader *r, void *to)
{
	struct tv_scenario *scenario = ((struct tv_scenario_reader *)to)->scenario;
	const char *text;
	size_t len;
	int err = tv_yaml_text(r, sizeof(scenario->title) - 1, &text, &len);

	if (!err)
		memcpy(scenario->title, text, len);
	return err;
}

static int fault_any_alloc(struct tv_yaml_reader *r, void *to)
{
	uint64_t number = 0;
	int err = tv_yaml_number(r, 8, &number);

	((struct tv_fault_plan *)to)->any_alloc = number;
	return err;
}

static const struct tv_yaml_shape faults_shape = {
	.what = "the faults",
	.keys = { TV_FIXTURE_FAULT_KEYS, TV_YAML_KEY("any_alloc", fault_any_alloc) },
};

static int root_faults(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_mapping(r, &faults_shape,
			       &((struct tv_scenario_reader *)to)->scenario->faults);
}

/* The VMAs of @task as data. False: more than a scenario has room for. */
static bool plan_vmas(const struct task_struct *task, struct tv_task_plan *plan)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, task->mm, 0);

	for_each_vma(vmi, vma) {
		if (plan->nr_vmas == TV_SCENARIO_VMAS)
			return false;
		tv_vma_describe(vma, &plan->vmas[plan->nr_vmas++]);
	}
	return true;
}

/* The plan before @plan whose task has the same address space; NULL: none. */
static const struct tv_task_plan *plan_of_mm(const struct tv_scenario *scenario,
					     const struct tv_task_plan *plan)
{
	const struct tv_task_plan *other = scenario->tasks;

	while (other->task->mm != plan->task->mm)
		other++;
	return other == plan ? NULL : other;
}

/* Tasks are read as those of a fixture, then kept as plans for worlds to come. */
static int root_tasks(struct tv_yaml_reader *r, void *to)
{
	struct tv_scenario_reader *root = to;
	struct tv_scenario *scenario = root->scenario;
	struct tv_yaml_place at = tv_yaml_key(r);
	const struct task_struct *task;
	int err = tv_fixture_tasks(r, to);

	if (err)
		return err;
	DL_FOREACH2(scenario->space->tasks, task, tv_next) {
		struct tv_task_plan *plan = &scenario->tasks[scenario->nr_tasks];

		if (scenario->nr_tasks == TV_SCENARIO_TASKS)
			return tv_yaml_bad(r, at, "more than %d tasks", TV_SCENARIO_TASKS);
		scenario->nr_tasks++;
		plan->task = task;
		if (!task->mm)
			continue;
		plan->mm_of = plan_of_mm(scenario, plan);
		if (plan->mm_of)
			continue;
		plan->mmap_lock = tv_mmap_lock_get_state(task->mm);
		if (!plan_vmas(task, plan))
			return tv_yaml_bad(r, at, "more than %d VMAs in task %d", TV_SCENARIO_VMAS,
					   task->pid);
	}
	return 0;
}

static int root_actors(struct tv_yaml_reader *r, void *to)
{
	struct tv_scenario_reader *root = to;
	struct tv_yaml_place at = tv_yaml_key(r);
	int err;

	if (!root->fixture.pids)
		return tv_yaml_bad(r, at, "\"tasks\" must stand before this key");
	err = tv_yaml_sequence(r, "actors", read_actor, root);
	if (!err && !root->scenario->nr_actors)
		err = tv_yaml_bad(r, at, "no actors: nothing would happen");
	return err;
}

static int root_expect(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_dictionary(r, "what is expected", read_expectation, to);
}

static const struct tv_yaml_shape root_shape = {
	.what = "a scenario",
	.required = 1 << 0 | 1 << 5 | 1 << 6,
	.first_is_first = true,
	.keys = {
		TV_YAML_KEY("schema", tv_fixture_schema),
		TV_YAML_KEY("title", root_title),
		TV_YAML_KEY("page_size", tv_fixture_page_size),
		TV_YAML_KEY("task_size", tv_fixture_task_size),
		TV_YAML_KEY("faults", root_faults),
		TV_YAML_KEY("tasks", root_tasks),
		TV_YAML_KEY("actors", root_actors),
		TV_YAML_KEY("expect", root_expect),
	},
};

static int read_root(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_mapping(r, &root_shape, to);
}

/* A scenario without anything, but with a world to read tasks into. */
static int create_scenario(struct tv_scenario_reader *root)
{
	struct tv_scenario *scenario = calloc(1, sizeof(*scenario));

	if (!scenario)
		return -ENOMEM;
	root->scenario = scenario;
	if (tv_world_create(&scenario->space))
		return -ENOMEM;
	root->fixture.world = scenario->space;
	return 0;
}

int tv_scenario_load(const char *path, struct tv_scenario **scenario, struct tv_diag *diag)
{
	struct tv_actor *current = tv_current;
	struct tv_scenario_reader root = { 0 };
	struct tv_yaml_reader reader;
	int err;

	*scenario = NULL;
	tv_diag_init(diag, path);
	err = tv_yaml_open(&reader, path, diag);
	if (!err && create_scenario(&root))
		err = tv_yaml_out_of_memory(&reader);
	if (!err)
		err = tv_yaml_document(&reader, read_root, &root);
	tv_yaml_close(&reader);
	free(root.fixture.pids);
	tv_current = current;
	if (err)
		tv_scenario_destroy(root.scenario);
	else
		*scenario = root.scenario;
	return err;
}
