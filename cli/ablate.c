// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma ablate: the decisions of the iterator's designs, each with and without. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/ablate_scenarios.h"
#include "cli/cli.h"
#include "cli/explored.h"
#include "cli/output.h"
#include "cli/schedule.h"
#include "cli/text.h"
#include "model/ablation.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_NR };

static const char *const format_name[FORMAT_NR] = { "text", "json" };

struct options {
	const char *decision;		/* NULL: all, in short */
	const char *output;
	enum format format;
};

enum { KEY_FORMAT = 256 };

static const struct argp_option option_list[] = {
	{ "format", KEY_FORMAT, "NAME", 0, "text (default), or json (one object a decision)", 0 },
	{ "output", 'o', "FILE", 0, "write to FILE, whole or not at all", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case KEY_FORMAT:
		opts->format = cli_usage_choice("format", arg, format_name, FORMAT_NR);
		break;
	case 'o':
		opts->output = arg;
		break;
	case ARGP_KEY_ARG:
		cli_usage_operand("ablate", "decision", arg, &opts->decision);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "[DECISION]",
	.doc = "Explores where a design of the iterator holds with each of its decisions, and what "
	       "goes wrong without. With DECISION: in full, with a schedule that shows it.\v"
	       "The exit status is 0 when each decision shows nothing with it, and without it what "
	       "it is there to prevent.",
};

/* Beyond this nobody gets who gets on: the scenarios take less than a tenth of it. */
static const struct tv_explore_limits limits = { .max_states = 1000000, .max_depth = 1000 };

/* One decision, tried. */
struct trial {
	const struct tv_ablation *ablation;
	struct cli_explored with, without;	/* unless the ablation is one that is shown */
	const struct tv_finding *breakage;	/* of without; or NULL */
	struct tv_ablation_shown shown;
	bool holds;
};

/* --- trying it ----------------------------------------------------------------- */

static enum cli_status out_of_memory(void)
{
	cli_error("ablate: out of memory");
	return CLI_CANNOT;
}

static enum cli_status explore_side(const struct tv_ablation_side *side,
				    struct cli_explored *explored)
{
	const char **names = calloc(TV_MAX_ACTORS, sizeof(*names));
	struct tv_scenario *scenario;
	struct tv_diag diag;
	unsigned int nr;
	int err;

	*explored = (struct cli_explored){ .limits = &limits, .names = names };
	if (!names)
		return out_of_memory();
	err = cli_ablate_scenario(side->scenario, &scenario, &diag);
	if (err)
		return cli_bad_input(&diag, err);
	explored->scenario = scenario;
	explored->design = tv_ablation_design(side->design);
	if (tv_explore_actors(scenario, names, &nr) ||
	    tv_explore_scenario(scenario, explored->design, &limits, &explored->found))
		return out_of_memory();
	return CLI_OK;
}

static void side_fini(struct cli_explored *explored)
{
	tv_exploration_fini(&explored->found);
	tv_scenario_destroy((struct tv_scenario *)explored->scenario);
	free((void *)explored->names);
}

/* Fills @trial, to be given back by trial_fini() in any case. */
static enum cli_status trial_run(const struct tv_ablation *ablation, struct trial *trial)
{
	enum cli_status status;

	*trial = (struct trial){ .ablation = ablation };
	if (ablation->show) {
		if (ablation->show(&trial->shown))
			return out_of_memory();
		trial->holds = trial->shown.with_is_right && !trial->shown.without_is_right;
		return CLI_OK;
	}
	status = explore_side(&ablation->with, &trial->with);
	if (!status)
		status = explore_side(&ablation->without, &trial->without);
	if (status)
		return status;
	trial->breakage = tv_ablation_breakage(ablation, &trial->without.found);
	trial->holds = trial->with.found.search.exhausted && !trial->with.found.findings &&
		       !trial->with.found.incomplete && trial->breakage;
	return CLI_OK;
}

static void trial_fini(struct trial *trial)
{
	side_fini(&trial->with);
	side_fini(&trial->without);
}

/* --- text ---------------------------------------------------------------------- */

/* "nothing", or how many kinds of things there are to look at with DECISION. */
static const char *with_text(const struct trial *trial)
{
	if (trial->ablation->show)
		return trial->shown.with_is_right ? "right" : "wrong";
	if (trial->with.found.findings)
		return "hazards";
	return trial->with.found.search.exhausted ? "nothing" : "not exhausted";
}

static void print_row(FILE *out, const struct trial *trial)
{
	const struct tv_ablation *ablation = trial->ablation;
	const struct tv_finding *breakage = trial->breakage;

	fprintf(out, "%-19s %-7s %-14s ", ablation->name, ablation->since, with_text(trial));
	if (ablation->show)
		fprintf(out, "%s\n", trial->shown.without);
	else if (!breakage)
		fputs("nothing of what it is there to prevent\n", out);
	else
		fprintf(out, "%s in %u steps: %s\n", tv_hazard_text(breakage->hazard.kind),
			breakage->nr, breakage->hazard.text);
}

static void print_side(FILE *out, const char *which, const struct cli_explored *side)
{
	fprintf(out, "\n%s: scenario %s\n", which, side->scenario->title);
	cli_explored_text(out, side);
}

static void print_full(FILE *out, const struct trial *trial)
{
	const struct tv_ablation *ablation = trial->ablation;

	fprintf(out, "%s (%s)\n  with: %s\n  without: %s\n", ablation->name, ablation->since,
		ablation->decision, ablation->off);
	if (ablation->show) {
		fprintf(out, "\nwith\n  %s\n\nwithout\n  %s\n", trial->shown.with,
			trial->shown.without);
		return;
	}
	print_side(out, "with", &trial->with);
	print_side(out, "without", &trial->without);
}

/* --- JSON ---------------------------------------------------------------------- */

static void put_text(FILE *out, const char *key, const char *text)
{
	putc(',', out);
	cli_json_text(out, key, text, strlen(text));
}

static void put_finding(FILE *out, const struct cli_explored *side,
			const struct tv_finding *finding)
{
	putc('{', out);
	cli_json_text(out, "kind", tv_hazard_text(finding->hazard.kind),
		      strlen(tv_hazard_text(finding->hazard.kind)));
	put_text(out, "text", finding->hazard.text);
	fprintf(out, ",\"steps\":%u,\"schedule\":\"", finding->nr);
	cli_schedule_print(out, side->names, finding->moves, finding->nr);
	fputs("\"}", out);
}

static void put_side(FILE *out, const char *which, const struct tv_ablation_side *side,
		     const struct cli_explored *explored)
{
	const struct tv_finding *finding = explored->found.findings;

	fprintf(out, ",\"%s\":{", which);
	cli_json_text(out, "design", side->design, strlen(side->design));
	put_text(out, "scenario", side->scenario);
	fprintf(out, ",\"exhausted\":%s,\"states\":%lu,\"findings\":[",
		explored->found.search.exhausted ? "true" : "false", explored->found.search.states);
	for (; finding; finding = finding->next) {
		put_finding(out, explored, finding);
		fputs(finding->next ? "," : "", out);
	}
	fputs("]}", out);
}

static void print_json(FILE *out, const struct trial *trial)
{
	const struct tv_ablation *ablation = trial->ablation;

	putc('{', out);
	cli_json_text(out, "decision", ablation->name, strlen(ablation->name));
	put_text(out, "since", ablation->since);
	put_text(out, "what", ablation->decision);
	put_text(out, "off", ablation->off);
	fprintf(out, ",\"holds\":%s", trial->holds ? "true" : "false");
	if (ablation->show) {
		put_text(out, "with", trial->shown.with);
		put_text(out, "without", trial->shown.without);
	} else {
		put_side(out, "with", &ablation->with, &trial->with);
		put_side(out, "without", &ablation->without, &trial->without);
	}
	if (trial->breakage) {
		fputs(",\"breakage\":", out);
		put_finding(out, &trial->without, trial->breakage);
	}
	fputs("}\n", out);
}

/* --- one, or all --------------------------------------------------------------- */

static enum cli_status try_one(FILE *out, const struct options *opts,
			       const struct tv_ablation *ablation, enum cli_status *answer)
{
	struct trial trial;
	enum cli_status status = trial_run(ablation, &trial);

	if (!status) {
		if (opts->format == FORMAT_JSON)
			print_json(out, &trial);
		else if (opts->decision)
			print_full(out, &trial);
		else
			print_row(out, &trial);
		if (!trial.holds)
			*answer = CLI_NO;
	}
	trial_fini(&trial);
	return status;
}

static enum cli_status try_all(FILE *out, const struct options *opts, enum cli_status *answer)
{
	const struct tv_ablation *ablation;
	enum cli_status status = CLI_OK;

	if (opts->format == FORMAT_TEXT)
		fprintf(out, "%-19s %-7s %-14s %s\n", "decision", "since", "with it", "without it");
	for (ablation = tv_ablations; !status && ablation->name; ablation++)
		status = try_one(out, opts, ablation, answer);
	return status;
}

/* What the operand names; does not return when that is nothing. */
static const struct tv_ablation *named(const char *name)
{
	const char *names[32];
	unsigned int nr = 0;

	while (tv_ablations[nr].name) {
		names[nr] = tv_ablations[nr].name;
		nr++;
	}
	return &tv_ablations[cli_usage_choice("decision", name, names, nr)];
}

enum cli_status cli_ablate(int argc, char **argv)
{
	const struct tv_ablation *ablation = NULL;
	enum cli_status status, answer = CLI_OK;
	struct options opts = { 0 };
	struct cli_output out;

	cli_parse(&argp, argc, argv, &opts);
	if (opts.decision)
		ablation = named(opts.decision);
	status = cli_output_open(&out, opts.output);
	if (status)
		return status;
	status = ablation ? try_one(out.stream, &opts, ablation, &answer) :
			    try_all(out.stream, &opts, &answer);
	if (status) {
		cli_output_abort(&out);
		return status;
	}
	status = cli_output_commit(&out);
	return status ? status : answer;
}
