// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma explore: every interleaving of a scenario's actors, or one schedule of them. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/explored.h"
#include "cli/graphviz.h"
#include "cli/output.h"
#include "cli/schedule.h"
#include "model/ablation.h"

/* Enough for what is small by intention, and minutes of work: no run is endless by default. */
#define DEFAULT_MAX_STATES	100000000

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_DOT, FORMAT_SVG, FORMAT_NR };

static const char *const format_name[FORMAT_NR] = { "text", "json", "dot", "svg" };

struct options {
	const char *scenario;
	const char *output;
	const char *schedule;			/* NULL: all of them */
	const struct tv_iter_design *design;	/* NULL: all */
	struct tv_explore_limits limits;
	enum format format;
	unsigned int finding;			/* for pictures, from 1 */
};

enum { KEY_DESIGN = 256, KEY_FORMAT, KEY_STATES, KEY_TIME, KEY_SCHEDULE, KEY_PLAIN, KEY_FINDING };

static const struct argp_option option_list[] = {
	{ "design", KEY_DESIGN, "NAME", 0, "design of the iterator (default mmap_lock), or all", 0 },
	{ "format", KEY_FORMAT, "NAME", 0, "text (default), json (one object a design and one a "
	  "finding), dot or svg (a finding's schedule as a sequence diagram)", 0 },
	{ "finding", KEY_FINDING, "N", 0, "the finding to draw (default 1)", 0 },
	{ "max-states", KEY_STATES, "N", 0, "stop after so many states (default 100000000; 0: never)",
	  0 },
	{ "time", KEY_TIME, "SECONDS", 0, "stop after so long", 0 },
	{ "schedule", KEY_SCHEDULE, "FILE", 0, "replay the schedule in FILE (- for standard input) "
	  "step by step", 0 },
	{ "plain", KEY_PLAIN, NULL, 0, "no reduction: also interleavings that cannot differ", 0 },
	{ "output", 'o', "FILE", 0, "write to FILE, whole or not at all", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case KEY_DESIGN:
		opts->design = tv_ablation_design(arg);
		if (!opts->design && strcmp(arg, "all"))
			opts->design = cli_usage_approach(arg);
		break;
	case KEY_FORMAT:
		opts->format = cli_usage_choice("format", arg, format_name, FORMAT_NR);
		break;
	case KEY_FINDING:
		opts->finding = cli_usage_number("--finding", arg, UINT_MAX);
		if (!opts->finding)
			cli_usage("findings are numbered from 1");
		break;
	case KEY_STATES:
		opts->limits.max_states = cli_usage_number("--max-states", arg, ULONG_MAX);
		break;
	case KEY_TIME:
		opts->limits.max_seconds = cli_usage_seconds("--time", arg);
		break;
	case KEY_SCHEDULE:
		opts->schedule = arg;
		break;
	case KEY_PLAIN:
		opts->limits.plain = true;
		break;
	case 'o':
		opts->output = arg;
		break;
	case ARGP_KEY_ARG:
		cli_usage_operand("explore", "scenario", arg, &opts->scenario);
		break;
	case ARGP_KEY_NO_ARGS:
		cli_usage("explore needs a scenario");
	case ARGP_KEY_END:
		if (!opts->design && (opts->schedule || opts->format >= FORMAT_DOT))
			cli_usage("a schedule, and a picture, is of one design");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "SCENARIO",
	.doc = "Runs the actors of SCENARIO (- for standard input) in every order that can make a "
	       "difference, and tells what goes wrong, with a shortest schedule that shows it.\v"
	       "The exit status is 0 when nothing is left to explore and what was found is what the "
	       "scenario expects of the design (nothing, when it does not say).",
};

/* --- one design ---------------------------------------------------------------- */

static enum cli_status out_of_memory(void)
{
	cli_error("explore: out of memory");
	return CLI_CANNOT;
}

/* Holds what was found against what the scenario expects. */
static void judge(struct cli_explored *explored)
{
	unsigned int found = tv_exploration_hazards(&explored->found), expected;

	explored->expect = tv_scenario_expectation(explored->scenario, explored->design->name);
	expected = explored->expect ? explored->expect->hazards : 0;
	explored->missing = expected & ~found;
	explored->surplus = found & ~expected;
}

static enum cli_status draw(FILE *out, const struct options *opts,
			    const struct cli_explored *explored)
{
	const struct tv_finding *finding = cli_explored_finding(explored, opts->finding);
	enum cli_status status = CLI_OK;
	FILE *graph;

	if (!finding) {
		cli_error("explore: there is no finding %u to draw", opts->finding);
		return CLI_NO;
	}
	if (opts->format == FORMAT_DOT) {
		cli_finding_dot(out, explored, finding);
		return CLI_OK;
	}
	if (finding->nr > CLI_PICTURE_STEPS) {
		cli_error("explore: %u steps are too many for a picture (%d at most)", finding->nr,
			  CLI_PICTURE_STEPS);
		return CLI_BAD;
	}
	graph = tmpfile();
	if (!graph) {
		cli_error("temporary file: %s", strerror(errno));
		return CLI_CANNOT;
	}
	cli_finding_dot(graph, explored, finding);
	status = cli_graphviz_svg(graph, out);
	fclose(graph);
	return status;
}

/* Not to be shown at all: what cannot be drawn. *@answer is what was asked. */
static enum cli_status show(FILE *out, const struct options *opts, struct cli_explored *explored,
			    enum cli_status *answer)
{
	enum cli_status status = CLI_OK;

	judge(explored);
	if (opts->format == FORMAT_TEXT)
		cli_explored_text(out, explored);
	else if (opts->format == FORMAT_JSON)
		cli_explored_json(out, explored);
	else
		status = draw(out, opts, explored);
	if (explored->replayed ? !!explored->found.findings :
	    !explored->found.search.exhausted || explored->found.incomplete ||
	    explored->missing || explored->surplus)
		*answer = CLI_NO;
	return status;
}

/* --- all, or one schedule ------------------------------------------------------ */

static enum cli_status explore_design(FILE *out, const struct options *opts,
				      struct cli_explored *explored, enum cli_status *answer)
{
	enum cli_status status;

	if (tv_explore_scenario(explored->scenario, explored->design, &opts->limits,
				&explored->found))
		status = out_of_memory();
	else
		status = show(out, opts, explored, answer);
	tv_exploration_fini(&explored->found);
	return status;
}

static enum cli_status explore(FILE *out, const struct options *opts,
			       struct cli_explored *explored, enum cli_status *answer)
{
	const struct tv_iter_design *const *design;
	enum cli_status status = CLI_OK;

	explored->design = opts->design;
	if (opts->design)
		return explore_design(out, opts, explored, answer);
	for (design = tv_iter_designs; !status && *design; design++) {
		explored->design = *design;
		status = explore_design(out, opts, explored, answer);
	}
	return status;
}

/* The move at which a schedule got stuck, by its place in the file. */
static enum cli_status bad_move(const struct options *opts, const struct cli_explored *explored,
				const struct cli_schedule *schedule, unsigned int at)
{
	struct tv_diag diag;

	tv_diag_init(&diag, opts->schedule);
	tv_diag_set(&diag, schedule->places[at].line, schedule->places[at].column,
		    "%s cannot take this step, number %u: it waits, or has ended, or has no such "
		    "way to go", explored->names[schedule->moves[at].actor], at + 1);
	return cli_bad_input(&diag, -EINVAL);
}

static enum cli_status replay(FILE *out, const struct options *opts,
			      struct cli_explored *explored, unsigned int nr_names,
			      enum cli_status *answer)
{
	struct cli_schedule schedule;
	enum cli_status status;
	struct tv_diag diag;
	unsigned int at;
	int err;

	err = cli_schedule_read(opts->schedule, explored->names, nr_names, &schedule, &diag);
	if (err)
		return cli_bad_input(&diag, err);
	explored->design = opts->design;
	explored->replayed = true;
	err = tv_explore_replay(explored->scenario, opts->design, schedule.moves, schedule.nr,
				&explored->found, &at);
	if (err == -EINVAL)
		status = bad_move(opts, explored, &schedule, at);
	else if (err)
		status = out_of_memory();
	else
		status = show(out, opts, explored, answer);
	tv_exploration_fini(&explored->found);
	cli_schedule_fini(&schedule);
	return status;
}

static enum cli_status run(const struct options *opts, const struct tv_scenario *scenario)
{
	const char *names[TV_MAX_ACTORS];
	struct cli_explored explored = {
		.scenario = scenario, .names = names, .limits = &opts->limits,
	};
	enum cli_status status, answer = CLI_OK;
	struct cli_output out;
	unsigned int nr_names;

	if (tv_explore_actors(scenario, names, &nr_names))
		return out_of_memory();
	status = cli_output_open(&out, opts->output);
	if (status)
		return status;
	if (opts->schedule)
		status = replay(out.stream, opts, &explored, nr_names, &answer);
	else
		status = explore(out.stream, opts, &explored, &answer);
	if (status) {
		cli_output_abort(&out);
		return status;
	}
	status = cli_output_commit(&out);
	return status ? status : answer;
}

enum cli_status cli_explore(int argc, char **argv)
{
	struct options opts = {
		.design = tv_iter_designs[0], .limits.max_states = DEFAULT_MAX_STATES, .finding = 1,
	};
	struct tv_scenario *scenario;
	enum cli_status status;
	struct tv_diag diag;
	int err;

	cli_parse(&argp, argc, argv, &opts);
	err = tv_scenario_load(opts.scenario, &scenario, &diag);
	if (err)
		return cli_bad_input(&diag, err);
	status = run(&opts, scenario);
	tv_scenario_destroy(scenario);
	return status;
}
