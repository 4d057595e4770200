// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* taskvma compare: one scenario, every design and every approach of before, side by side. */
#include <limits.h>
#include "cli/cli.h"
#include "cli/compared.h"
#include "cli/output.h"
#include "model/approach.h"

/* Of one design: enough for most of the project's scenarios, and seconds of work. */
#define DEFAULT_MAX_STATES	300000

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_NR };

static const char *const format_name[FORMAT_NR] = { "text", "json", "csv" };

struct options {
	const char *scenario;
	const char *output;
	struct tv_explore_limits limits;
	enum format format;
};

enum { KEY_FORMAT = 256, KEY_STATES, KEY_TIME };

static const struct argp_option option_list[] = {
	{ "format", KEY_FORMAT, "NAME", 0, "text (default), json (one object a design) or csv", 0 },
	{ "max-states", KEY_STATES, "N", 0, "stop each design after so many states (default 300000; "
	  "0: never)", 0 },
	{ "time", KEY_TIME, "SECONDS", 0, "stop each design after so long", 0 },
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
	case KEY_STATES:
		opts->limits.max_states = cli_usage_number("--max-states", arg, ULONG_MAX);
		break;
	case KEY_TIME:
		opts->limits.max_seconds = cli_usage_seconds("--time", arg);
		break;
	case 'o':
		opts->output = arg;
		break;
	case ARGP_KEY_ARG:
		cli_usage_operand("compare", "scenario", arg, &opts->scenario);
		break;
	case ARGP_KEY_NO_ARGS:
		cli_usage("compare needs a scenario");
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = option_list,
	.parser = parse_option,
	.args_doc = "SCENARIO",
	.doc = "Runs SCENARIO (- for standard input) with every design of the iterator, and with what "
	       "came before it, and shows side by side what each gives and costs.\v"
	       "The exit status is 0 when every one of them was explored to its end, else 1.",
};

static enum cli_status out_of_memory(void)
{
	cli_error("compare: out of memory");
	return CLI_CANNOT;
}

/* All of @designs into @table. */
static int add_rows(struct cli_compared *table, const struct tv_iter_design *const *designs)
{
	int err = 0;

	for (; !err && *designs && table->nr < CLI_COMPARED_ROWS; designs++)
		err = tv_compare(table->scenario, *designs, table->limits,
				 &table->rows[table->nr++]);
	return err;
}

static void print(FILE *out, const struct options *opts, const struct cli_compared *table)
{
	if (opts->format == FORMAT_JSON)
		cli_compared_json(out, table);
	else if (opts->format == FORMAT_CSV)
		cli_compared_csv(out, table);
	else
		cli_compared_text(out, table);
}

static enum cli_status compare(const struct options *opts, struct cli_compared *table)
{
	enum cli_status status, answer = CLI_OK;
	struct cli_output out;
	unsigned int i;

	status = cli_output_open(&out, opts->output);
	if (status)
		return status;
	if (add_rows(table, tv_iter_designs) || add_rows(table, tv_approaches)) {
		cli_output_abort(&out);
		return out_of_memory();
	}
	print(out.stream, opts, table);
	for (i = 0; i < table->nr; i++) {
		if (!cli_compared_is_whole(&table->rows[i]))
			answer = CLI_NO;
	}
	status = cli_output_commit(&out);
	return status ? status : answer;
}

static enum cli_status run(const struct options *opts, const struct tv_scenario *scenario)
{
	struct cli_compared *table;
	enum cli_status status;
	unsigned int i;

	if (tv_compare_task(scenario) < 0) {
		cli_error("%s: no actor walks, there is nothing to compare", opts->scenario);
		return CLI_BAD;
	}
	table = calloc(1, sizeof(*table));
	if (!table)
		return out_of_memory();
	table->scenario = scenario;
	table->limits = &opts->limits;
	status = compare(opts, table);
	for (i = 0; i < table->nr; i++)
		tv_exploration_fini(&table->rows[i].found);
	free(table);
	return status;
}

enum cli_status cli_compare(int argc, char **argv)
{
	struct options opts = { .limits.max_states = DEFAULT_MAX_STATES };
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
