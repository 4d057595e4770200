// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Two outcomes of a program side by side, printed (diff_print.h). */
#include <string.h>
#include "cli/diff_print.h"
#include "cli/text.h"

#define WIDEST	60	/* characters of a column that others are aligned behind */

static const char *const verdict_word[] = {
	[DIFF_EQUAL] = "equal", [DIFF_DIFFERENT] = "different", [DIFF_MASKED] = "masked",
};

/* --- text ---------------------------------------------------------------------- */

/* Rows that are not shown: equal ones of a map after the first few. */
struct folding {
	const char *group;	/* of the row before */
	size_t equal;		/* shown of it, and not */
};

/* Whether the row is shown; in *@folded how many are left out before it. */
static bool shows(struct folding *f, const struct diff_row *row, size_t *folded)
{
	bool same = f->group && !strcmp(f->group, row->group);

	*folded = 0;
	if (same && row->verdict == DIFF_EQUAL && *row->group)
		return f->equal++ < DIFF_EQUAL_SHOWN;
	if (f->equal > DIFF_EQUAL_SHOWN) {
		*folded = f->equal - DIFF_EQUAL_SHOWN;
		f->equal = DIFF_EQUAL_SHOWN;
	}
	if (!same)
		f->equal = row->verdict == DIFF_EQUAL;
	f->group = row->group;
	return true;
}

static void widen(int *width, size_t len)
{
	if (len > (size_t)*width && len <= WIDEST)
		*width = (int)len;
}

static const char *shown(const char *value)
{
	return value ? value : "-";
}

/* "counts[3]", "retval" */
static size_t name_len(const struct diff_row *row)
{
	return strlen(shown(row->what)) + (*row->group ? strlen(row->group) + 2 : 0);
}

static void put_column(FILE *out, const char *text, size_t len, int width)
{
	cli_plain_text(out, text, len);
	fprintf(out, "%*s", (size_t)width > len ? width - (int)len + 2 : 2, "");
}

static void put_row(FILE *out, const struct diff_row *row, int name, int model, int kernel)
{
	const char *what = shown(row->what);

	fputs("  ", out);
	if (*row->group) {
		cli_plain_text(out, row->group, strlen(row->group));
		putc('[', out);
		cli_plain_text(out, what, strlen(what));
		putc(']', out);
	} else {
		cli_plain_text(out, what, strlen(what));
	}
	fprintf(out, "%*s", (size_t)name > name_len(row) ? name - (int)name_len(row) + 2 : 2, "");
	put_column(out, shown(row->model), strlen(shown(row->model)), model);
	put_column(out, shown(row->kernel), strlen(shown(row->kernel)), kernel);
	fprintf(out, "%s\n", verdict_word[row->verdict]);
}

static void print_text(FILE *out, const char *file, const char *prog, const struct diff_rows *rows)
{
	int name = 4, model = 5, kernel = 6;
	struct folding folding = { 0 };
	size_t folded;

	cli_plain_text(out, cli_base_name(file), strlen(cli_base_name(file)));
	fputs(": ", out);
	cli_plain_text(out, prog, strlen(prog));
	fprintf(out, ": %s\n", rows->different ? "different" : "equal");
	for (size_t i = 0; i < rows->nr; i++) {
		widen(&name, name_len(&rows->rows[i]));
		widen(&model, strlen(shown(rows->rows[i].model)));
		widen(&kernel, strlen(shown(rows->rows[i].kernel)));
	}
	fprintf(out, "  %-*s  %-*s  %-*s\n", name, "", model, "model", kernel, "kernel");
	for (size_t i = 0; i < rows->nr; i++) {
		bool show = shows(&folding, &rows->rows[i], &folded);

		if (folded)
			fprintf(out, "  ... %zu more, equal\n", folded);
		if (show)
			put_row(out, &rows->rows[i], name, model, kernel);
	}
	if (folding.equal > DIFF_EQUAL_SHOWN)
		fprintf(out, "  ... %zu more, equal\n", folding.equal - DIFF_EQUAL_SHOWN);
}

/* --- JSON, CSV ----------------------------------------------------------------- */

static void put_json_row(FILE *out, const struct diff_row *row)
{
	if (*row->group) {
		fputs("{\"map\":", out);
		cli_json_string(out, row->group, strlen(row->group));
		/* the key as JSON already */
		fprintf(out, ",\"key\":%s", row->what ? row->what : "null");
	} else {
		fputs("{\"what\":", out);
		cli_json_string(out, shown(row->what), strlen(shown(row->what)));
	}
	fprintf(out, ",\"model\":%s,\"kernel\":%s,\"verdict\":\"%s\"}", row->model ? row->model : "null",
		row->kernel ? row->kernel : "null", verdict_word[row->verdict]);
}

static void print_json(FILE *out, const char *file, const char *prog, const struct diff_rows *rows)
{
	fputs("{\"file\":", out);
	cli_json_string(out, file, strlen(file));
	fputs(",\"prog\":", out);
	cli_json_string(out, prog, strlen(prog));
	fprintf(out, ",\"equal\":%s,\"rows\":[", rows->different ? "false" : "true");
	for (size_t i = 0; i < rows->nr; i++) {
		if (i)
			putc(',', out);
		put_json_row(out, &rows->rows[i]);
	}
	fputs("]}\n", out);
}

static void put_csv(FILE *out, const char *text)
{
	cli_csv_text(out, text ? text : "", text ? strlen(text) : 0);
	putc(',', out);
}

static void print_csv(FILE *out, const char *file, const char *prog, const struct diff_rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++) {
		const struct diff_row *row = &rows->rows[i];

		put_csv(out, cli_base_name(file));
		put_csv(out, prog);
		put_csv(out, row->group);
		put_csv(out, row->what);
		put_csv(out, row->model);
		put_csv(out, row->kernel);
		fprintf(out, "%s\n", verdict_word[row->verdict]);
	}
}

/* --- any ----------------------------------------------------------------------- */

void diff_print_head(FILE *out, enum diff_format format)
{
	if (format == DIFF_CSV)
		fputs("file_name,prog_name,map,what,model,kernel,verdict\n", out);
}

void diff_print(FILE *out, enum diff_format format, const char *file, const char *prog,
		const struct diff_rows *rows)
{
	if (format == DIFF_JSON)
		print_json(out, file, prog, rows);
	else if (format == DIFF_CSV)
		print_csv(out, file, prog, rows);
	else
		print_text(out, file, prog, rows);
}

void diff_print_sum(FILE *out, enum diff_format format, unsigned long nr, unsigned long different)
{
	if (format == DIFF_TEXT)
		fprintf(out, "%lu programs: %lu equal, %lu different\n", nr, nr - different, different);
}
