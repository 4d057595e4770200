// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma tree: the maple tree of an address space. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/graphviz.h"
#include "cli/output.h"
#include "cli/tree_nodes.h"
#include "model/world.h"

/* dot takes a second for this many nodes, and minutes for ten times as many. */
#define MAX_PICTURE_NODES	1000

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_DOT, FORMAT_SVG, FORMAT_NR };

static const char *const format_name[FORMAT_NR] = { "text", "json", "dot", "svg" };

struct options {
	const char *fixture;
	const char *output;
	enum format format;
	int pid;
	unsigned int max_depth;
};

enum { KEY_PID = 256, KEY_FORMAT, KEY_DEPTH };

static const struct argp_option option_list[] = {
	{ "pid", KEY_PID, "N", 0, "the task whose tree is shown (default: the first)", 0 },
	{ "format", KEY_FORMAT, "NAME", 0, "text (default), json (one object a node), dot, or svg "
	  "(needs Graphviz)", 0 },
	{ "depth", KEY_DEPTH, "N", 0, "leave out nodes deeper than N; the root is at 0", 0 },
	{ "output", 'o', "FILE", 0, "write to FILE, whole or not at all", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case KEY_PID:
		opts->pid = cli_usage_number("--pid", arg, INT_MAX);
		break;
	case KEY_FORMAT:
		opts->format = cli_usage_choice("format", arg, format_name, FORMAT_NR);
		break;
	case KEY_DEPTH:
		opts->max_depth = cli_usage_number("--depth", arg, UINT_MAX);
		break;
	case 'o':
		opts->output = arg;
		break;
	case ARGP_KEY_ARG:
		cli_usage_operand("tree", "fixture", arg, &opts->fixture);
		break;
	case ARGP_KEY_NO_ARGS:
		cli_usage("tree needs a fixture");
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "FIXTURE",
	.doc = "Shows the maple tree of a task of FIXTURE (- for standard input): its nodes with "
	       "their types, ranges, slots, and the largest gap below each slot where the node "
	       "keeps it.",
};

static enum cli_status print_svg(FILE *out, const struct cli_tree *tree,
				 const struct task_struct *task)
{
	enum cli_status status;
	FILE *graph;

	if (tree->nr > MAX_PICTURE_NODES) {
		cli_error("tree: %zu nodes are too many for a picture (%d at most): choose a "
			  "smaller --depth", tree->nr, MAX_PICTURE_NODES);
		return CLI_BAD;
	}
	graph = tmpfile();
	if (!graph) {
		cli_error("temporary file: %s", strerror(errno));
		return CLI_CANNOT;
	}
	cli_tree_dot(graph, tree, task);
	status = cli_graphviz_svg(graph, out);
	fclose(graph);
	return status;
}

static enum cli_status print_tree(const struct options *opts, const struct cli_tree *tree,
				  const struct task_struct *task)
{
	enum cli_status status = CLI_OK;
	struct cli_output out;

	status = cli_output_open(&out, opts->output);
	if (status)
		return status;
	if (opts->format == FORMAT_TEXT)
		cli_tree_text(out.stream, tree, task);
	else if (opts->format == FORMAT_JSON)
		cli_tree_json(out.stream, tree, task);
	else if (opts->format == FORMAT_DOT)
		cli_tree_dot(out.stream, tree, task);
	else
		status = print_svg(out.stream, tree, task);
	if (status) {
		cli_output_abort(&out);
		return status;
	}
	return cli_output_commit(&out);
}

static enum cli_status show_tree(const struct options *opts, const struct task_struct *task)
{
	enum cli_status status;
	struct cli_tree tree;
	int err;

	if (!task->mm) {
		cli_error("tree: task %d has no mm, and so no tree", task->pid);
		return CLI_NO;
	}
	err = cli_tree_read(&task->mm->mm_mt, opts->max_depth, &tree);
	if (err == -ENOMEM) {
		cli_error("tree: out of memory");
		status = CLI_CANNOT;
	} else if (err) {
		cli_error("tree: the maple tree of task %d is broken", task->pid);
		status = CLI_NO;
	} else {
		status = print_tree(opts, &tree, task);
	}
	cli_tree_fini(&tree);
	return status;
}

enum cli_status cli_tree(int argc, char **argv)
{
	struct options opts = { .pid = -1, .max_depth = UINT_MAX };
	struct task_struct *task;
	enum cli_status status;

	cli_parse(&argp, argc, argv, &opts);
	status = cli_load_task(opts.fixture, opts.pid, &task);
	if (status)
		return status;
	status = show_tree(&opts, task);
	tv_world_destroy(task->tv_world);
	return status;
}
