// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What exploring gave, as JSON. */
#include <string.h>
#include "cli/explored.h"
#include "cli/schedule.h"
#include "cli/text.h"

static void put_text(FILE *out, const char *key, const char *text)
{
	putc(',', out);
	cli_json_text(out, key, text, strlen(text));
}

static void put_site(FILE *out, const char *key, const struct tv_site *site)
{
	char text[256];

	if (!site)
		return;
	snprintf(text, sizeof(text), "%s:%d", site->file, site->line);
	put_text(out, key, text);
}

/* The hazards of a bit set; their texts need no escapes. */
static void put_hazards(FILE *out, const char *key, unsigned int hazards)
{
	const char *comma = "";
	int kind;

	fprintf(out, ",\"%s\":[", key);
	for (kind = 0; kind < TV_HAZARD_NR; kind++) {
		if (!(hazards & 1U << kind))
			continue;
		fprintf(out, "%s\"%s\"", comma, tv_hazard_text(kind));
		comma = ",";
	}
	putc(']', out);
}

static void put_outcomes(FILE *out, const char *call, const struct tv_outcome *outcome)
{
	const char *comma = "";

	fprintf(out, ",\"%s\":[", call);
	for (; outcome; outcome = outcome->next) {
		if (strcmp(outcome->call, call))
			continue;
		fprintf(out, "%s{\"times\":%lu", comma, outcome->times);
		put_text(out, "result", outcome->text);
		putc('}', out);
		comma = ",";
	}
	putc(']', out);
}

static void put_design(FILE *out, const struct cli_explored *explored)
{
	const struct tv_exploration *found = &explored->found;
	const struct tv_explore_result *search = &found->search;
	char why[128];

	putc('{', out);
	cli_json_text(out, "design", explored->design->name, strlen(explored->design->name));
	put_text(out, "title", explored->scenario->title);
	fprintf(out, ",\"replayed\":%s,\"executions\":%lu,\"cut_short\":%lu,\"steps\":%lu",
		explored->replayed ? "true" : "false", search->executions, search->redundant,
		search->steps);
	fprintf(out, ",\"states\":%lu,\"depth\":%u,\"walks\":%lu,\"vmas\":%lu,\"exhausted\":%s",
		search->states, search->deepest, found->walks, found->vmas,
		search->exhausted ? "true" : "false");
	if (!explored->replayed && cli_explored_why(explored, why, sizeof(why)))
		put_text(out, "not_exhausted", why);
	fprintf(out, ",\"all_checked\":%s", found->incomplete ? "false" : "true");
	put_outcomes(out, "new", found->outcomes);
	if (explored->design->approach)
		put_outcomes(out, "next", found->outcomes);
	put_hazards(out, "found", tv_exploration_hazards(found));
	if (explored->expect)
		put_hazards(out, "expected", explored->expect->hazards);
	fputs("}\n", out);
}

static void put_step(FILE *out, const struct tv_trace_step *step)
{
	putc('{', out);
	cli_json_text(out, "actor", step->actor, strlen(step->actor));
	put_text(out, "what", step->what);
	if (step->object[0])
		put_text(out, "object", step->object);
	put_site(out, "site", step->site);
	fprintf(out, ",\"choice\":%u}", step->choice);
}

static void put_finding(FILE *out, const struct cli_explored *explored,
			const struct tv_finding *finding, unsigned int n)
{
	const struct tv_hazard *hazard = &finding->hazard;
	unsigned int i;

	fprintf(out, "{\"finding\":%u", n);
	put_text(out, "design", explored->design->name);
	put_text(out, "kind", tv_hazard_text(hazard->kind));
	put_text(out, "text", hazard->text);
	put_text(out, "actor", hazard->actor);
	put_site(out, "site", hazard->site);
	put_site(out, "cause", hazard->cause);
	if (finding->detail[0])
		put_text(out, "detail", finding->detail);
	/* names of actors are letters, digits, '_', '-' and '/' */
	fprintf(out, ",\"executions\":%lu,\"schedule\":\"", finding->times);
	cli_schedule_print(out, explored->names, finding->moves, finding->nr);
	fputs("\",\"steps\":[", out);
	for (i = 0; i < finding->nr; i++) {
		fputs(i ? "," : "", out);
		put_step(out, &finding->steps[i]);
	}
	fputs("]}\n", out);
}

void cli_explored_json(FILE *out, const struct cli_explored *explored)
{
	const struct tv_finding *finding;
	unsigned int n = 0;

	put_design(out, explored);
	for (finding = explored->found.findings; finding; finding = finding->next)
		put_finding(out, explored, finding, ++n);
}
