// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What exploring gave, for people. */
#include "cli/explored.h"
#include "cli/schedule.h"

static void print_site(FILE *out, const char *before, const struct tv_site *site)
{
	if (site)
		fprintf(out, "%s%s:%d", before, site->file, site->line);
}

static void print_hazards(FILE *out, const char *before, unsigned int hazards)
{
	const char *comma = "";
	int kind;

	fputs(before, out);
	for (kind = 0; kind < TV_HAZARD_NR; kind++) {
		if (!(hazards & 1U << kind))
			continue;
		fprintf(out, "%s%s", comma, tv_hazard_text(kind));
		comma = ", ";
	}
	fputs(hazards ? "" : "nothing", out);
}

static void print_counts(FILE *out, const struct cli_explored *explored)
{
	const struct tv_explore_result *search = &explored->found.search;
	char buf[128];

	if (explored->replayed) {
		fprintf(out, "design %s: one schedule, %lu steps\n", explored->design->name,
			search->steps);
		return;
	}
	fprintf(out, "design %s: %lu executions, %lu cut short, %lu steps, %lu states, depth %u, ",
		explored->design->name, search->executions, search->redundant, search->steps,
		search->states, search->deepest);
	if (search->exhausted)
		fputs("exhausted\n", out);
	else
		fprintf(out, "not exhausted: %s\n", cli_explored_why(explored, buf, sizeof(buf)));
	if (explored->found.incomplete)
		fputs("  some walks were not checked: the address space changed too often\n", out);
}

static void print_outcomes(FILE *out, const struct cli_explored *explored)
{
	const struct tv_outcome *outcome;

	for (outcome = explored->found.outcomes; outcome; outcome = outcome->next)
		fprintf(out, "  %s: %s, %lu times\n", outcome->call, outcome->text, outcome->times);
}

static void print_steps(FILE *out, const struct tv_trace_step *steps, unsigned int nr)
{
	unsigned int i;
	char buf[160];

	for (i = 0; i < nr; i++) {
		fprintf(out, "    %3u %-10s %s", i + 1, steps[i].actor,
			cli_step_text(&steps[i], buf, sizeof(buf)));
		print_site(out, " (", steps[i].site);
		fputs(steps[i].site ? ")\n" : "\n", out);
	}
}

static void print_finding(FILE *out, const struct cli_explored *explored,
			  const struct tv_finding *finding, unsigned int n)
{
	const struct tv_hazard *hazard = &finding->hazard;

	fprintf(out, "  %u. %s: %s: %s", n, tv_hazard_text(hazard->kind), hazard->actor,
		hazard->text);
	print_site(out, ", at ", hazard->site);
	print_site(out, ", because of ", hazard->cause);
	fprintf(out, "; executions: %lu\n", finding->times);
	if (finding->detail[0])
		fprintf(out, "    %s\n", finding->detail);
	print_steps(out, finding->steps, finding->nr);
	fputs("    schedule: ", out);
	cli_schedule_print(out, explored->names, finding->moves, finding->nr);
	putc('\n', out);
}

static void print_verdict(FILE *out, const struct cli_explored *explored)
{
	print_hazards(out, "  found: ", tv_exploration_hazards(&explored->found));
	if (explored->replayed) {
		putc('\n', out);
		return;
	}
	if (explored->expect)
		print_hazards(out, "; expected: ", explored->expect->hazards);
	if (explored->missing)
		print_hazards(out, "; not found: ", explored->missing);
	if (explored->surplus)
		print_hazards(out, "; not expected: ", explored->surplus);
	putc('\n', out);
}

void cli_explored_text(FILE *out, const struct cli_explored *explored)
{
	const struct tv_finding *finding;
	unsigned int n = 0;

	print_counts(out, explored);
	print_outcomes(out, explored);
	for (finding = explored->found.findings; finding; finding = finding->next)
		print_finding(out, explored, finding, ++n);
	print_steps(out, explored->found.steps, explored->found.nr_steps);
	print_verdict(out, explored);
}
