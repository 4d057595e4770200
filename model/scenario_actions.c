// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What actors do, as scenarios write it: "name: {what it is done to}", or the
 * name alone. docs/scenarios.md lists the actions.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/maps.h"
#include "model/scenario_read.h"

/* One action while it is read. */
struct action_node {
	struct tv_fixture_vma vma;	/* first: keys of VMAs get it */
	struct tv_scenario_reader *root;
	struct tv_action *action;
	struct tv_action_needs *needs;
	unsigned int depth;
	struct tv_yaml_place at;	/* of the item */
	unsigned int named;		/* actions that it names */
};

/* --- keys ---------------------------------------------------------------------- */

static int action_task(struct tv_yaml_reader *r, void *to)
{
	struct action_node *node = to;
	int err = tv_fixture_pid(r, &node->action->task);

	if (!err && !tv_scenario_task(node->root->scenario, node->action->task))
		err = tv_yaml_bad(r, tv_yaml_here(r), "there is no task %d", node->action->task);
	return err;
}

static int walk_from(struct tv_yaml_reader *r, void *to)
{
	return tv_fixture_ulong(r, &((struct action_node *)to)->vma.desc.start);
}

static int walk_limit(struct tv_yaml_reader *r, void *to)
{
	struct action_node *node = to;
	uint64_t limit = 0;
	int err = tv_yaml_number(r, 1000, &limit);

	node->action->limit = limit;
	return err;
}

static int walk_pointer(struct tv_yaml_reader *r, void *to)
{
	static const char *const names[TV_POINTER_NR] = { "held", "rcu", "bare" };
	struct tv_action *walk = ((struct action_node *)to)->action;
	char word[TV_YAML_WORD];
	int err = tv_yaml_word(r, "held, rcu or bare", word, sizeof(word));

	while (!err && walk->pointer < TV_POINTER_NR && strcmp(word, names[walk->pointer]))
		walk->pointer++;
	if (walk->pointer == TV_POINTER_NR)
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected held, rcu or bare");
	return err;
}

static int walk_inside(struct tv_yaml_reader *r, void *to)
{
	struct action_node *node = to;
	struct tv_action *walk = node->action;

	if (node->depth == TV_SCENARIO_DEPTH)
		return tv_yaml_bad(r, tv_yaml_key(r), "more than %d walks inside of each other",
				   TV_SCENARIO_DEPTH);
	walk->inside = calloc(TV_SCENARIO_ACTIONS, sizeof(*walk->inside));
	if (!walk->inside)
		return tv_yaml_out_of_memory(r);
	return tv_scenario_actions(r, node->root, walk->inside, &walk->nr_inside, node->depth + 1,
				   node->needs);
}

/* The bits that mprotect(2) takes: the first three letters of what maps shows. */
static int access_perms(struct tv_yaml_reader *r, void *to)
{
	static const char what[] = "access such as rw-";
	struct action_node *node = to;
	char word[8];
	int err = tv_yaml_word(r, what, word, sizeof(word));

	if (err)
		return err;
	if (strlen(word) != 3 ||
	    tv_vm_flags_from_perms(strcat(word, "p"), &node->vma.desc.vm_flags))
		return tv_yaml_bad(r, tv_yaml_here(r), "expected %s", what);
	return 0;
}

/* --- what each needs ----------------------------------------------------------- */

static int check_range(struct tv_yaml_reader *r, struct action_node *node)
{
	return tv_fixture_vma_check(r, &node->vma, NULL);
}

static int check_edge(struct tv_yaml_reader *r, const struct action_node *node,
		      struct tv_yaml_place at, unsigned long edge)
{
	const struct tv_space_limits *limits = &node->root->scenario->space->limits;

	if (edge & (limits->page_size - 1))
		return tv_yaml_bad(r, at, "address is not page aligned");
	return edge > limits->task_size ? tv_yaml_bad(r, at, "address is above the task size") : 0;
}

static int check_resize(struct tv_yaml_reader *r, struct action_node *node)
{
	const struct tv_fixture_vma *vma = &node->vma;
	int err = check_edge(r, node, vma->start, vma->desc.start);

	if (!err)
		err = check_edge(r, node, vma->end, vma->desc.end);
	if (!err && vma->desc.start == vma->desc.end)
		err = tv_yaml_bad(r, vma->end, "from and to are the same address");
	return err;
}

/* A task exits, and execs, by itself: two actors cannot both be it. */
static int check_life(struct tv_yaml_reader *r, struct action_node *node)
{
	const struct tv_scenario *scenario = node->root->scenario;
	const struct tv_task_plan *task = tv_scenario_task(scenario, node->action->task);
	unsigned int *actor = &node->root->lives[task - scenario->tasks];

	if (*actor && *actor != node->needs->actor)
		return tv_yaml_bad(r, node->at, "task %d exits or execs in actor \"%s\" already",
				   node->action->task, scenario->actors[*actor - 1].name);
	*actor = node->needs->actor;
	return 0;
}

#define TASK_KEY	TV_YAML_KEY("task", action_task)

static const struct tv_yaml_shape task_shape = {
	.what = "what it is done to", .required = 1 << 0, .keys = { TASK_KEY },
};

static const struct tv_yaml_shape walk_shape = {
	.what = "a walk",
	.required = 1 << 0,
	.keys = {
		TASK_KEY,
		TV_YAML_KEY("from", walk_from),
		TV_YAML_KEY("limit", walk_limit),
		TV_YAML_KEY("pointer", walk_pointer),
		TV_YAML_KEY("inside", walk_inside),
	},
};

static const struct tv_yaml_shape mmap_shape = {
	.what = "an mmap",
	.required = TV_FIXTURE_VMA_REQUIRED | 1 << 8,
	.keys = { TV_FIXTURE_VMA_KEYS, TASK_KEY },
};

static const struct tv_yaml_shape munmap_shape = {
	.what = "a munmap",
	.required = 1 << 0 | 1 << 1 | 1 << 2,
	.keys = {
		TASK_KEY,
		TV_YAML_KEY("start", tv_fixture_vma_start),
		TV_YAML_KEY("end", tv_fixture_vma_end),
	},
};

static const struct tv_yaml_shape mprotect_shape = {
	.what = "an mprotect",
	.required = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3,
	.keys = {
		TASK_KEY,
		TV_YAML_KEY("start", tv_fixture_vma_start),
		TV_YAML_KEY("end", tv_fixture_vma_end),
		TV_YAML_KEY("perms", access_perms),
	},
};

static const struct tv_yaml_shape resize_shape = {
	.what = "a resize",
	.required = 1 << 0 | 1 << 1 | 1 << 2,
	.keys = {
		TASK_KEY,
		TV_YAML_KEY("from", tv_fixture_vma_start),
		TV_YAML_KEY("to", tv_fixture_vma_end),
	},
};

static const struct tv_yaml_shape find_vma_shape = {
	.what = "a find_vma", .required = 1 << 0, .keys = { TV_YAML_KEY("addr", walk_from) },
};

/* --- the actions --------------------------------------------------------------- */

enum {
	INSIDE = 1,	/* done to the VMA or the task of the walk around it */
	SLEEPS = 2,	/* done by processes to themselves: in process context only */
};

static const struct verb {
	const char *name;
	enum tv_action_kind kind;
	unsigned int flags;
	const struct tv_yaml_shape *shape;	/* NULL: the name is all */
	int (*check)(struct tv_yaml_reader *r, struct action_node *node);
} verbs[] = {
	{ "walk", TV_DO_WALK, 0, &walk_shape, NULL },
	{ "mmap", TV_DO_MMAP, SLEEPS, &mmap_shape, check_range },
	{ "munmap", TV_DO_MUNMAP, SLEEPS, &munmap_shape, check_range },
	{ "mprotect", TV_DO_MPROTECT, SLEEPS, &mprotect_shape, check_range },
	{ "resize_end", TV_DO_RESIZE_END, SLEEPS, &resize_shape, check_resize },
	{ "resize_start", TV_DO_RESIZE_START, SLEEPS, &resize_shape, check_resize },
	{ "fork", TV_DO_FORK, SLEEPS, &task_shape, NULL },
	{ "exec", TV_DO_EXEC, SLEEPS, &task_shape, check_life },
	{ "exit", TV_DO_EXIT, SLEEPS, &task_shape, check_life },
	{ "read", TV_DO_READ, INSIDE, NULL, NULL },
	{ "keep", TV_DO_KEEP, INSIDE, NULL, NULL },
	{ "read_kept", TV_DO_READ_KEPT, 0, NULL, NULL },
	{ "copy_from_user", TV_DO_COPY_FROM_USER, INSIDE, NULL, NULL },
	{ "find_vma", TV_DO_FIND_VMA, INSIDE, &find_vma_shape, NULL },
	{ "read_task", TV_DO_READ_TASK, INSIDE, NULL, NULL },
};

#define NR_VERBS	(sizeof(verbs) / sizeof(verbs[0]))

/* Writes down what the actor must be for @verb, to be held against what it is. */
static void note_needs(struct tv_action_needs *needs, const struct verb *verb,
		       struct tv_yaml_place at)
{
	if (verb->flags & SLEEPS && !needs->process) {
		needs->process = true;
		needs->process_at = at;
		needs->process_what = verb->name;
	}
	if (verb->kind == TV_DO_KEEP)
		needs->keeps = true;
	if (verb->kind == TV_DO_READ_KEPT && !needs->kept) {
		needs->kept = true;
		needs->kept_at = at;
	}
}

static int unknown_verb(struct tv_yaml_reader *r, struct tv_yaml_place at, const char *name)
{
	const struct verb *verb;
	char list[256];
	size_t len = 0;

	for (verb = verbs; verb < verbs + NR_VERBS; verb++)
		len += snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "", verb->name);
	return tv_yaml_bad(r, at, "unknown action \"%s\"; there are: %s", name, list);
}

/* The action called @name may stand @at. */
static int find_verb(struct tv_yaml_reader *r, struct action_node *node, const char *name,
		     struct tv_yaml_place at, const struct verb **out)
{
	const struct verb *verb = verbs;

	while (verb < verbs + NR_VERBS && strcmp(verb->name, name))
		verb++;
	if (verb == verbs + NR_VERBS)
		return unknown_verb(r, at, name);
	if (verb->flags & INSIDE && !node->depth)
		return tv_yaml_bad(r, at, "\"%s\" is done inside of a walk only", name);
	note_needs(node->needs, verb, at);
	node->action->kind = verb->kind;
	*out = verb;
	return 0;
}

static int read_named(struct tv_yaml_reader *r, const char *name, void *to)
{
	struct action_node *node = to;
	const struct verb *verb = NULL;
	int err;

	if (node->named++)
		return tv_yaml_bad(r, tv_yaml_key(r), "\"%s\" is a second action: it needs an item "
				   "of its own", name);
	err = find_verb(r, node, name, tv_yaml_key(r), &verb);
	if (!err && !verb->shape)
		err = tv_yaml_bad(r, tv_yaml_here(r), "\"%s\" stands alone, nothing follows it",
				  name);
	if (!err)
		err = tv_yaml_mapping(r, verb->shape, node);
	if (!err && verb->check)
		err = verb->check(r, node);
	return err;
}

static int read_bare(struct tv_yaml_reader *r, struct action_node *node)
{
	const struct verb *verb = NULL;
	char name[TV_YAML_WORD];
	int err = tv_yaml_word(r, "an action", name, sizeof(name));

	if (!err)
		err = find_verb(r, node, name, tv_yaml_here(r), &verb);
	if (!err && verb->shape)
		err = tv_yaml_bad(r, tv_yaml_here(r), "\"%s\" needs to know what it is done to, as "
				  "in \"%s: {%s: ...}\"", name, name, verb->shape->keys[0].name);
	return err;
}

/* --- a sequence of them -------------------------------------------------------- */

struct action_list {
	struct tv_scenario_reader *root;
	struct tv_action *actions;
	unsigned int *nr;
	unsigned int depth;
	struct tv_action_needs *needs;
};

static int read_action(struct tv_yaml_reader *r, void *to)
{
	struct action_list *list = to;
	struct action_node node = {
		.vma.world = list->root->scenario->space, .root = list->root,
		.needs = list->needs, .depth = list->depth, .at = tv_yaml_here(r),
	};
	int err;

	if (*list->nr == TV_SCENARIO_ACTIONS)
		return tv_yaml_bad(r, node.at, "more than %d actions", TV_SCENARIO_ACTIONS);
	/* counted before it is read, so that what it owns is freed with the others */
	node.action = &list->actions[(*list->nr)++];
	if (!tv_yaml_is_mapping(r))
		return read_bare(r, &node);
	err = tv_yaml_dictionary(r, "an action", read_named, &node);
	if (!err && !node.named)
		err = tv_yaml_bad(r, node.at, "no action in this item");
	node.action->desc = node.vma.desc;
	return err;
}

int tv_scenario_actions(struct tv_yaml_reader *r, struct tv_scenario_reader *root,
			struct tv_action *actions, unsigned int *nr, unsigned int depth,
			struct tv_action_needs *needs)
{
	struct action_list list = {
		.root = root, .actions = actions, .nr = nr, .depth = depth, .needs = needs,
	};

	return tv_yaml_sequence(r, "actions", read_action, &list);
}
