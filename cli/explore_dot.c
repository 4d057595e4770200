// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A finding as a Graphviz sequence diagram: each row is a rank, each actor a
 * chain of points from rank to rank, and the step of a row the one box in it.
 */
#include <string.h>
#include "cli/explored.h"

/* The actors that take part, in the order of their first steps. */
struct columns {
	const char *actor[TV_MAX_ACTORS];
	unsigned int nr;
};

static unsigned int column_of(struct columns *columns, const char *actor)
{
	unsigned int i;

	for (i = 0; i < columns->nr; i++) {
		if (!strcmp(columns->actor[i], actor))
			return i;
	}
	columns->actor[columns->nr++] = actor;
	return i;
}

/* Texts are ASCII words, but for quotes and backslashes. */
static void put_label(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			putc('\\', out);
		putc(c < ' ' || c >= 0x7f ? '?' : c, out);
	}
}

static void put_heads(FILE *out, const struct columns *columns)
{
	unsigned int i;

	fputs("\t{ rank=same;", out);
	for (i = 0; i < columns->nr; i++)
		fprintf(out, " r0c%u [shape=box, style=filled, fillcolor=lightgrey, label=\"%s\"];",
			i, columns->actor[i]);
	fputs(" }\n", out);
	/* invisible edges keep the columns in this order */
	for (i = 1; i < columns->nr; i++)
		fprintf(out, "\tr0c%u -> r0c%u [style=invis];\n", i - 1, i);
}

static void put_box(FILE *out, const struct tv_trace_step *step, unsigned int n, bool last)
{
	char buf[160];

	fprintf(out, " [shape=box, label=\"%u. ", n);
	put_label(out, cli_step_text(step, buf, sizeof(buf)));
	if (step->site) {
		fputs("\\n", out);
		put_label(out, step->site->file);
		fprintf(out, ":%d", step->site->line);
	}
	fprintf(out, "\"%s];", last ? ", color=red, fontcolor=red" : "");
}

static void put_row(FILE *out, const struct columns *columns, unsigned int row,
		    const struct tv_trace_step *step, unsigned int actor, bool last)
{
	unsigned int i;

	fputs("\t{ rank=same;", out);
	for (i = 0; i < columns->nr; i++) {
		fprintf(out, " r%uc%u", row, i);
		if (i == actor)
			put_box(out, step, row, last);
		else
			fputs(" [shape=point, width=0.03, label=\"\"];", out);
	}
	fputs(" }\n", out);
	for (i = 0; i < columns->nr; i++)
		fprintf(out, "\tr%uc%u -> r%uc%u [style=dotted, arrowhead=none, weight=100];\n",
			row - 1, i, row, i);
}

void cli_finding_dot(FILE *out, const struct cli_explored *explored,
		     const struct tv_finding *finding)
{
	const struct tv_trace_step *steps = finding->steps;
	struct columns columns = { .nr = 0 };
	unsigned int i, actor, before = 0;

	for (i = 0; i < finding->nr; i++)
		column_of(&columns, steps[i].actor);
	fputs("digraph schedule {\n\tgraph [label=\"design ", out);
	put_label(out, explored->design->name);
	fprintf(out, ": %s: ", tv_hazard_text(finding->hazard.kind));
	put_label(out, finding->hazard.text);
	fputs("\\n", out);
	put_label(out, finding->detail);
	fputs("\", nodesep=0.3, ranksep=0.15];\n"
	      "\tnode [fontname=\"monospace\", fontsize=9, height=0.2, margin=\"0.05,0.03\"];\n",
	      out);
	put_heads(out, &columns);
	for (i = 0; i < finding->nr; i++) {
		actor = column_of(&columns, steps[i].actor);
		put_row(out, &columns, i + 1, &steps[i], actor, i + 1 == finding->nr);
		if (i && actor != before)
			fprintf(out, "\tr%uc%u -> r%uc%u [constraint=false, color=blue];\n", i,
				before, i + 1, actor);
		before = actor;
	}
	fputs("}\n", out);
}
