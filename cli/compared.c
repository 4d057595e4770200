// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What comparing gave, as text, CSV and JSON. */
#include <string.h>
#include "cli/compared.h"
#include "cli/text.h"

bool cli_compared_is_whole(const struct tv_comparison *row)
{
	return row->found.search.exhausted && !row->found.incomplete;
}

bool cli_compared_deadlocks(const struct tv_comparison *row)
{
	return tv_exploration_hazards(&row->found) & 1U << TV_HAZARD_DEADLOCK;
}

/* What is tallied, in the order in which every format shows it. */
static const struct column {
	const char *name;
	size_t at;		/* of the struct tv_tally in a struct tv_measure */
} columns[] = {
	{ "missed", offsetof(struct tv_measure, missed) },
	{ "repeated", offsetof(struct tv_measure, repeated) },
	{ "stale", offsetof(struct tv_measure, stale) },
	{ "refused", offsetof(struct tv_measure, refused) },
	{ "cut", offsetof(struct tv_measure, cut) },
	{ "delays", offsetof(struct tv_measure, waits) },
};

#define NR_COLUMNS	(sizeof(columns) / sizeof(columns[0]))

static const struct tv_tally *tally_of(const struct tv_comparison *row, size_t column)
{
	return (const struct tv_tally *)((const char *)&row->measure + columns[column].at);
}

static double per_vma(const struct tv_comparison *row, unsigned long nr)
{
	return row->vmas ? (double)nr / row->vmas : 0;
}

/* --- text ---------------------------------------------------------------------- */

/* "never" is said only where nothing was left to explore. */
static void print_tally(FILE *out, const struct tv_comparison *row, const struct tv_tally *tally)
{
	char cell[48];

	if (tally->executions && tally->most > 1)
		snprintf(cell, sizeof(cell), "%lu (%lu)", tally->executions, tally->most);
	else
		snprintf(cell, sizeof(cell), "%lu", tally->executions);
	fprintf(out, " %10s", tally->executions || !cli_compared_is_whole(row) ? cell : "never");
}

static void print_counts(FILE *out, const struct tv_comparison *row)
{
	size_t i;

	fprintf(out, "%-12s %10lu", row->design->name, row->measure.executions);
	for (i = 0; i < NR_COLUMNS; i++)
		print_tally(out, row, tally_of(row, i));
	fprintf(out, " %6lu %6lu %8s%s\n", row->measure.waited_hold, row->measure.hold,
		cli_compared_deadlocks(row) ? "yes" : "no",
		cli_compared_is_whole(row) ? "" : "  not exhausted");
}

static void print_costs(FILE *out, const struct tv_comparison *row)
{
	int context;

	fprintf(out, "%-12s %9.2f %9.2f %6lu", row->design->name, per_vma(row, row->calls),
		per_vma(row, row->allocs), row->hold);
	for (context = 0; context < TV_CONTEXT_NR; context++)
		fprintf(out, " %8s", tv_support_name(row->contexts[context].support));
	putc('\n', out);
}

static void print_hazards(FILE *out, const struct tv_comparison *row)
{
	unsigned int hazards = tv_exploration_hazards(&row->found);
	const char *comma = "";
	int kind;

	fprintf(out, "%-12s ", row->design->name);
	for (kind = 0; kind < TV_HAZARD_NR; kind++) {
		if (!(hazards & 1U << kind))
			continue;
		fprintf(out, "%s%s", comma, tv_hazard_text(kind));
		comma = ", ";
	}
	fputs(hazards ? "\n" : "nothing\n", out);
}

static void print_rows(FILE *out, const struct cli_compared *table,
		       void (*print)(FILE *out, const struct tv_comparison *row))
{
	unsigned int i;

	for (i = 0; i < table->nr; i++)
		print(out, &table->rows[i]);
}

void cli_compared_text(FILE *out, const struct cli_compared *table)
{
	int context;
	size_t i;

	fprintf(out, "%s\n\nexecutions that show it (how often at most, when more than once)\n",
		table->scenario->title);
	fprintf(out, "%-12s %10s", "", "executions");
	for (i = 0; i < NR_COLUMNS; i++)
		fprintf(out, " %10s", columns[i].name);
	fprintf(out, " %6s %6s %8s\n", "delay", "hold", "deadlock");
	print_rows(out, table, print_counts);

	fprintf(out, "\none undisturbed walk\n%-12s %9s %9s %6s", "", "calls/VMA", "alloc/VMA", "hold");
	for (context = 0; context < TV_CONTEXT_NR; context++)
		fprintf(out, " %8s", tv_context_name(context));
	putc('\n', out);
	print_rows(out, table, print_costs);

	fputs("\nhazards\n", out);
	print_rows(out, table, print_hazards);
}

/* --- CSV ----------------------------------------------------------------------- */

static void put_csv_row(FILE *out, const struct tv_comparison *row)
{
	const struct tv_measure *measure = &row->measure;
	size_t i;
	int context;

	fprintf(out, "%s,%lu", row->design->name, measure->executions);
	for (i = 0; i < NR_COLUMNS; i++)
		fprintf(out, ",%lu,%lu", tally_of(row, i)->executions, tally_of(row, i)->most);
	fprintf(out, ",%lu,%lu,%s,%.2f,%.2f,%lu", measure->waited_hold, measure->hold,
		cli_compared_deadlocks(row) ? "yes" : "no", per_vma(row, row->calls),
		per_vma(row, row->allocs), row->hold);
	for (context = 0; context < TV_CONTEXT_NR; context++)
		fprintf(out, ",%s", tv_support_name(row->contexts[context].support));
	fprintf(out, ",%s\n", cli_compared_is_whole(row) ? "yes" : "no");
}

void cli_compared_csv(FILE *out, const struct cli_compared *table)
{
	size_t i;

	fputs("design,executions", out);
	for (i = 0; i < NR_COLUMNS; i++)
		fprintf(out, ",%s,%s_most", columns[i].name, columns[i].name);
	fputs(",delay,hold,deadlock,calls_per_vma,allocs_per_vma,quiet_hold,process,softirq,"
	      "irqs_off,nmi,exhausted\n", out);
	print_rows(out, table, put_csv_row);
}

/* --- JSON ---------------------------------------------------------------------- */

static void put_text(FILE *out, const char *key, const char *text)
{
	putc(',', out);
	cli_json_text(out, key, text, strlen(text));
}

static void put_contexts(FILE *out, const struct tv_comparison *row)
{
	int i;

	fputs(",\"contexts\":{", out);
	for (i = 0; i < TV_CONTEXT_NR; i++) {
		fprintf(out, "%s\"%s\":{\"support\":\"%s\"", i ? "," : "", tv_context_name(i),
			tv_support_name(row->contexts[i].support));
		if (row->contexts[i].why[0])
			put_text(out, "why", row->contexts[i].why);
		putc('}', out);
	}
	putc('}', out);
}

/* Texts of hazards need no escapes. */
static void put_found(FILE *out, unsigned int hazards)
{
	const char *comma = "";
	int kind;

	fputs(",\"found\":[", out);
	for (kind = 0; kind < TV_HAZARD_NR; kind++) {
		if (hazards & 1U << kind) {
			fprintf(out, "%s\"%s\"", comma, tv_hazard_text(kind));
			comma = ",";
		}
	}
	putc(']', out);
}

static void put_json_row(FILE *out, const struct tv_comparison *row)
{
	size_t i;

	putc('{', out);
	cli_json_text(out, "design", row->design->name, strlen(row->design->name));
	put_text(out, "summary", row->design->summary);
	fprintf(out, ",\"approach\":%s,\"executions\":%lu,\"states\":%lu",
		row->design->approach ? "true" : "false", row->measure.executions,
		row->found.search.states);
	for (i = 0; i < NR_COLUMNS; i++)
		fprintf(out, ",\"%s\":{\"executions\":%lu,\"most\":%lu}", columns[i].name,
			tally_of(row, i)->executions, tally_of(row, i)->most);
	fprintf(out, ",\"delay\":%lu,\"hold\":%lu,\"deadlock\":%s", row->measure.waited_hold,
		row->measure.hold, cli_compared_deadlocks(row) ? "true" : "false");
	fprintf(out, ",\"quiet\":{\"vmas\":%lu,\"calls\":%lu,\"allocs\":%lu,\"hold\":%lu}", row->vmas,
		row->calls, row->allocs, row->hold);
	put_contexts(out, row);
	put_found(out, tv_exploration_hazards(&row->found));
	fprintf(out, ",\"exhausted\":%s,\"all_checked\":%s}\n",
		row->found.search.exhausted ? "true" : "false",
		row->found.incomplete ? "false" : "true");
}

void cli_compared_json(FILE *out, const struct cli_compared *table)
{
	print_rows(out, table, put_json_row);
}
