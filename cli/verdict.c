// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Verdicts as text, as veristat's CSV, and as JSON (verdict.h). */
#include <inttypes.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/text.h"
#include "cli/verdict.h"

const char *const verdict_format_name[VERDICT_FORMATS] = { "text", "csv", "json" };

static const char *const verdict_word[] = {
	[TV_ACCEPT] = "accept", [TV_REJECT] = "reject", [TV_UNSUPPORTED] = "unsupported",
};

/* --- CSV ----------------------------------------------------------------------- */

/* veristat reads two verdicts and stops at a third: what is unsupported has no row. */
static void print_csv(FILE *out, const struct verdict *v)
{
	/* veristat names a file without its folders, and matches rows of two runs by that */
	const char *file = cli_base_name(v->file);

	if (v->verdict == TV_UNSUPPORTED) {
		cli_error("%s: %s: unsupported: %s", v->file, v->prog, v->message);
		return;
	}
	cli_csv_text(out, file, strlen(file));
	putc(',', out);
	cli_csv_text(out, v->prog, strlen(v->prog));
	fprintf(out, ",%s,%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 "\n",
		v->verdict == TV_ACCEPT ? "success" : "failure", v->duration_us, v->total_insns,
		v->total_states, v->peak_states);
}

/* --- JSON ---------------------------------------------------------------------- */

static void put_text(FILE *out, const char *key, const char *text)
{
	putc(',', out);
	cli_json_text(out, key, text, strlen(text));
}

static void print_json(FILE *out, const struct verdict *v)
{
	putc('{', out);
	cli_json_text(out, "file", v->file, strlen(v->file));
	put_text(out, "prog", v->prog);
	put_text(out, "verdict", verdict_word[v->verdict]);
	fprintf(out, ",\"errno\":%d", v->err);
	put_text(out, "message", v->message);
	fprintf(out, ",\"total_insns\":%" PRIu32 ",\"max_states_per_insn\":%" PRIu32
		",\"total_states\":%" PRIu32 ",\"peak_states\":%" PRIu32 ",\"duration_us\":%" PRIu64,
		v->total_insns, v->max_states_per_insn, v->total_states, v->peak_states,
		v->duration_us);
	if (v->log)
		put_text(out, "log", v->log);
	if (v->explanation)
		put_text(out, "explanation", v->explanation);
	fputs("}\n", out);
}

/* --- text ---------------------------------------------------------------------- */

/* Each line of @text, indented. */
static void put_indented(FILE *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len)
			fputs("      ", out);
		cli_plain_text(out, text, len);
		putc('\n', out);
		text += len + (text[len] == '\n');
	}
}

static void print_row(FILE *out, const struct verdict *v, int width)
{
	int len = (int)strlen(v->prog);

	fputs("  ", out);
	cli_plain_text(out, v->prog, (size_t)len);
	fprintf(out, "%*s  %-11s %8" PRIu32 " %7" PRIu32 " %7" PRIu32 " %9" PRIu64 "\n",
		width > len ? width - len : 0, "", verdict_word[v->verdict], v->total_insns,
		v->total_states, v->peak_states, v->duration_us);
	if (v->verdict == TV_REJECT)
		put_indented(out, *v->message ? v->message : strerror(-v->err));
	else if (v->verdict == TV_UNSUPPORTED)
		put_indented(out, v->message);
	if (v->explanation)
		put_indented(out, v->explanation);
}

/* The log as it is: other tools read it. Several are told apart as veristat does. */
static void print_log(FILE *out, const struct verdict *v, bool alone)
{
	if (!alone)
		fprintf(out, "PROCESSING %s/%s, DURATION US: %" PRIu64 ", VERDICT: %s, VERIFIER LOG:\n",
			cli_base_name(v->file), v->prog, v->duration_us,
			v->verdict == TV_ACCEPT ? "success" :
			v->verdict == TV_REJECT ? "failure" : "unsupported");
	fputs(v->log, out);
	if (!alone)
		putc('\n', out);
	if (v->verdict == TV_UNSUPPORTED)
		cli_error("%s: %s: unsupported: %s", v->file, v->prog, v->message);
	if (v->explanation)
		fputs(v->explanation, out);
}

/* --- any ----------------------------------------------------------------------- */

void verdict_print_head(FILE *out, enum verdict_format format)
{
	if (format == VERDICT_CSV)
		fputs("file_name,prog_name,verdict,duration,total_insns,total_states,peak_states\n",
		      out);
}

void verdict_print_file(FILE *out, enum verdict_format format, const char *file, int width)
{
	if (format != VERDICT_TEXT)
		return;
	cli_plain_text(out, file, strlen(file));
	fprintf(out, "\n  %-*s  %-11s %8s %7s %7s %9s\n", width, "program", "verdict", "insns",
		"states", "peak", "us");
}

void verdict_print(FILE *out, enum verdict_format format, const struct verdict *v, int width,
		   bool alone)
{
	if (format == VERDICT_CSV)
		print_csv(out, v);
	else if (format == VERDICT_JSON)
		print_json(out, v);
	else if (v->log)
		print_log(out, v, alone);
	else
		print_row(out, v, width);
}

void verdict_print_sum(FILE *out, enum verdict_format format, const struct verdict_counts *sum)
{
	if (format == VERDICT_TEXT)
		fprintf(out, "%lu programs: %lu accepted, %lu rejected, %lu unsupported\n",
			sum->accepted + sum->rejected + sum->unsupported, sum->accepted,
			sum->rejected, sum->unsupported);
}
