// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma check: are these fixtures good, and does the model hold on them? */
#include <stdio.h>
#include "cli/cli.h"
#include "cli/leaks.h"
#include "model/world.h"

struct options {
	char **fixtures;
	int nr;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case ARGP_KEY_ARGS:
		opts->fixtures = state->argv + state->next;
		opts->nr = state->argc - state->next;
		break;
	case ARGP_KEY_NO_ARGS:
		cli_usage("check needs a fixture");
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.parser = parse_option,
	.args_doc = "FIXTURE...",
	.doc = "Reads each FIXTURE (- for standard input), validates its maple trees and the "
	       "counts kept beside them, takes all down and looks at the ledger."
	       "\vAll are checked, whatever is found. The exit status is 2 when a fixture is bad "
	       "input, 1 when an invariant of the model does not hold.",
};

struct totals {
	unsigned long tasks, vmas;
};

/* What is wrong with the tree of @mm, or NULL. Counts its VMAs. */
static const char *check_mm(struct mm_struct *mm, unsigned long *vmas)
{
	const struct vm_area_struct *vma;
	unsigned long end = 0, nr = 0;
	const char *reason = NULL;
	VMA_ITERATOR(vmi, mm, 0);

	if (mt_validate(&mm->mm_mt, &reason))
		return reason ? reason : "the maple tree is broken";
	for_each_vma(vmi, vma) {
		if (vma->vm_mm != mm)
			return "a VMA of another mm is in the tree";
		if (vma->vm_start < end || vma->vm_end <= vma->vm_start)
			return "VMAs of the tree do not ascend";
		end = vma->vm_end;
		nr++;
	}
	*vmas += nr;
	return nr == mm->map_count ? NULL : "map_count is not the number of VMAs in the tree";
}

static enum cli_status check_tasks(const char *file, const struct tv_world *world,
				   struct totals *totals)
{
	const struct task_struct *task;
	enum cli_status status = CLI_OK;
	const char *wrong;

	for (task = world->tasks; task; task = task->tv_next) {
		totals->tasks++;
		wrong = task->mm ? check_mm(task->mm, &totals->vmas) : NULL;
		if (!wrong)
			continue;
		cli_error("%s: task %d: %s", file, task->pid, wrong);
		status = CLI_NO;
	}
	return status;
}

static enum cli_status check_fixture(const char *file)
{
	struct cli_leaks leaks = { 0 };
	struct totals totals = { 0 };
	enum cli_status status;
	struct tv_world *world;

	status = cli_load(file, &world);
	if (status)
		return status;
	status = check_tasks(file, world, &totals);
	tv_world_teardown(world);
	if (!status && tv_world_ran_out(world)) {
		cli_error("%s: out of memory", file);
		status = CLI_CANNOT;
	} else if (cli_leaks_report(&leaks, world)) {
		cli_error("%s: not everything was given back", file);
		status = CLI_NO;
	}
	tv_world_destroy(world);
	if (!status)
		printf("%s: ok, %lu tasks, %lu VMAs\n", file, totals.tasks, totals.vmas);
	return status;
}

enum cli_status cli_check(int argc, char **argv)
{
	enum cli_status worst = CLI_OK, status;
	struct options opts = { 0 };
	int i;

	cli_parse(&argp, argc, argv, &opts);
	for (i = 0; i < opts.nr && worst != CLI_CANNOT; i++) {
		status = check_fixture(opts.fixtures[i]);
		if (status > worst)
			worst = status;
	}
	return worst;
}
