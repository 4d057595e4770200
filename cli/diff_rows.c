// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Two outcomes of one program, value by value (diff_rows.h). */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "cli/diff_rows.h"
#include "cli/value.h"

#define VALUE_WIDTH	60	/* characters of a value as text, about */

/* --- masks --------------------------------------------------------------------- */

static int mask_map(struct diff_masks *masks, const struct tv_bpf_map *map)
{
	const struct tv_bpf_map **more = realloc(masks->maps, (masks->nr_maps + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	masks->maps = more;
	more[masks->nr_maps++] = map;
	return 0;
}

static int mask_var(struct diff_masks *masks, const struct cli_var *var)
{
	struct cli_var *more = realloc(masks->vars, (masks->nr_vars + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	masks->vars = more;
	more[masks->nr_vars++] = *var;
	return 0;
}

int diff_masks_find(struct diff_masks *masks, const struct tv_bpf_object *obj, const struct cli_texts *names,
		    char *why, size_t size)
{
	int err = 0;

	*masks = (struct diff_masks){ 0 };
	for (size_t i = 0; !err && i < names->nr; i++) {
		const struct tv_bpf_map *map = tv_bpf_object_map(obj, names->texts[i]);
		struct cli_var var;

		if (map && !tv_bpf_map_is_data(map)) {
			err = mask_map(masks, map);
			continue;
		}
		err = cli_var_find(obj, names->texts[i], &var, why, size);
		if (!err)
			err = mask_var(masks, &var);
	}
	if (err)
		diff_masks_fini(masks);
	return err;
}

void diff_masks_fini(struct diff_masks *masks)
{
	free(masks->vars);
	free(masks->maps);
	*masks = (struct diff_masks){ 0 };
}

static bool is_masked(const struct diff_masks *masks, const struct tv_bpf_map *map)
{
	for (size_t i = 0; i < masks->nr_maps; i++)
		if (masks->maps[i] == map)
			return true;
	return false;
}

static bool overlaps(const struct cli_var *a, const struct cli_var *b)
{
	return a->map == b->map && a->offset < b->offset + b->size && b->offset < a->offset + a->size;
}

static void clear_masked(const struct diff_masks *masks, struct outcome *outcome)
{
	for (size_t i = 0; i < masks->nr_vars; i++) {
		const struct cli_var *var = &masks->vars[i];
		uint8_t *data = (uint8_t *)outcome_data(outcome, var->map);

		/* of a bit field all bytes it touches */
		if (data)
			memset(data + var->offset, 0, var->size);
	}
}

/* --- rows ---------------------------------------------------------------------- */

/* A text that is being written; what could not be written is NULL. */
struct text {
	FILE *out;
	char *bytes;
	size_t len;
};

static FILE *text_begin(struct text *text)
{
	*text = (struct text){ 0 };
	text->out = open_memstream(&text->bytes, &text->len);
	return text->out;
}

static char *text_end(struct diff_rows *rows, struct text *text)
{
	bool failed = !text->out || ferror(text->out);

	/* that it lacks memory at the end fclose() does not say */
	if (!text->out || fclose(text->out) || failed || !text->bytes) {
		rows->err = -ENOMEM;
		free(text->bytes);
		return NULL;
	}
	return text->bytes;
}

static char *value(struct diff_rows *rows, const struct outcome *outcome, uint32_t type_id,
		   const uint8_t *bytes, uint32_t size)
{
	const struct tv_btf *btf = outcome->obj->btf;
	struct text text;

	if (!text_begin(&text))
		return text_end(rows, &text);
	if (rows->json)
		value_json(text.out, btf, type_id, bytes, size);
	else
		value_text(text.out, btf, type_id, bytes, size, VALUE_WIDTH);
	return text_end(rows, &text);
}

__attribute__((format(printf, 2, 3)))
static char *word(struct diff_rows *rows, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0) {
		rows->err = -ENOMEM;
		text = NULL;
	}
	va_end(ap);
	return text;
}

/* Takes over the texts. */
static void add(struct diff_rows *rows, const char *group, char *what, char *model, char *kernel,
		enum diff_verdict verdict)
{
	if (rows->nr == rows->room) {
		size_t room = rows->room ? 2 * rows->room : 64;
		struct diff_row *more = realloc(rows->rows, room * sizeof(*more));

		if (!more) {
			rows->err = -ENOMEM;
			free(what);
			free(model);
			free(kernel);
			return;
		}
		rows->rows = more;
		rows->room = room;
	}
	rows->different += verdict == DIFF_DIFFERENT;
	rows->rows[rows->nr++] = (struct diff_row){
		.group = word(rows, "%s", group), .what = what, .model = model, .kernel = kernel,
		.verdict = verdict,
	};
}

void diff_rows_fini(struct diff_rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++) {
		free(rows->rows[i].group);
		free(rows->rows[i].what);
		free(rows->rows[i].model);
		free(rows->rows[i].kernel);
	}
	free(rows->rows);
	*rows = (struct diff_rows){ 0 };
}

/* --- what is compared ---------------------------------------------------------- */

static char *end_text(struct diff_rows *rows, const struct outcome *outcome)
{
	const char *quote = rows->json ? "\"" : "";
	bool unknown = outcome->end == OUTCOME_DONE || !outcome->message;

	/* in JSON the message would have to be escaped, and it is told on standard error */
	if (unknown || rows->json)
		return word(rows, "%s%s%s", quote, outcome_end_name(outcome->end), quote);
	return word(rows, "%s: %s", outcome_end_name(outcome->end), outcome->message);
}

/* How it ended; false: there is nothing more to compare. */
static bool compare_end(struct diff_rows *rows, const struct outcome *model, const struct outcome *kernel)
{
	bool same = model->end == kernel->end;

	if (model->end == OUTCOME_REFUSED)
		same = same && model->err == kernel->err;
	/* what neither could judge has not been compared */
	if (model->end == OUTCOME_UNVERIFIED)
		same = false;
	add(rows, "", word(rows, "end"), end_text(rows, model), end_text(rows, kernel),
	    same ? DIFF_EQUAL : DIFF_DIFFERENT);
	if (!same || model->end != OUTCOME_DONE)
		return false;
	add(rows, "", word(rows, "retval"), word(rows, "%" PRIu32, model->retval),
	    word(rows, "%" PRIu32, kernel->retval),
	    model->retval == kernel->retval ? DIFF_EQUAL : DIFF_DIFFERENT);
	return true;
}

static void compare_var(struct diff_rows *rows, const struct diff_masks *masks, const struct cli_var *var,
			const struct outcome *model, const struct outcome *kernel)
{
	const uint8_t *a = outcome_data(model, var->map), *b = outcome_data(kernel, var->map);
	enum diff_verdict verdict = DIFF_EQUAL;

	if (!a || !b)
		return;
	a += var->offset;
	b += var->offset;
	for (size_t i = 0; i < masks->nr_vars; i++)
		if (overlaps(&masks->vars[i], var))
			verdict = DIFF_MASKED;
	if (memcmp(a, b, var->size))
		verdict = DIFF_DIFFERENT;
	add(rows, "", word(rows, "%s", var->text), value(rows, model, var->type_id, a, var->size),
	    value(rows, kernel, var->type_id, b, var->size), verdict);
}

/* All values of a row, one a CPU. */
static char *row_text(struct diff_rows *rows, const struct outcome *outcome, const struct outcome_map *map,
		      const uint8_t *row)
{
	struct text text;

	if (!row)
		return NULL;
	row += map->key_size;
	if (map->nr_values == 1)
		return value(rows, outcome, map->def->value_type_id, row, map->value_size);
	if (!text_begin(&text))
		return text_end(rows, &text);
	for (uint32_t cpu = 0; cpu < map->nr_values; cpu++, row += map->value_size) {
		char *one = value(rows, outcome, map->def->value_type_id, row, map->value_size);

		fprintf(text.out, "%s%s", cpu ? "," : rows->json ? "[" : "", one ? one : "");
		free(one);
	}
	if (rows->json)
		putc(']', text.out);
	return text_end(rows, &text);
}

static void compare_row(struct diff_rows *rows, const struct outcome *model, const struct outcome *kernel,
			uint32_t index, const uint8_t *a, const uint8_t *b)
{
	const struct outcome_map *map = &model->maps[index];
	const uint8_t *either = a ? a : b;
	bool same = a && b && !memcmp(a, b, outcome_row_size(map));
	char *what;

	if (map->key_size)
		what = value(rows, model, map->def->key_type_id, either, map->key_size);
	else
		what = word(rows, "%zu", (size_t)(either - map->rows) / outcome_row_size(map));
	add(rows, map->def->name, what, row_text(rows, model, map, a),
	    row_text(rows, kernel, &kernel->maps[index], b), same ? DIFF_EQUAL : DIFF_DIFFERENT);
}

static const uint8_t *row_at(const struct outcome_map *map, size_t i)
{
	return i < map->nr ? map->rows + i * outcome_row_size(map) : NULL;
}

static bool both_zero(const struct outcome_map *a, size_t i, const struct outcome_map *b, size_t j)
{
	return !dump_wants_row(a, i) && !dump_wants_row(b, j);
}

/* Both are in the order of their keys. */
static void compare_elements(struct diff_rows *rows, const struct outcome *model,
			     const struct outcome *kernel, uint32_t index)
{
	const struct outcome_map *a = &model->maps[index], *b = &kernel->maps[index];
	size_t i = 0, j = 0;

	while (i < a->nr || j < b->nr) {
		const uint8_t *left = row_at(a, i), *right = row_at(b, j);
		int order = !left ? 1 : !right ? -1 : outcome_key_order(left, right, a->key_size);

		if (order || !both_zero(a, i, b, j))
			compare_row(rows, model, kernel, index, order <= 0 ? left : NULL,
				    order >= 0 ? right : NULL);
		i += order <= 0;
		j += order >= 0;
	}
}

static char *record_text(struct diff_rows *rows, const struct dump *dump, const struct outcome *outcome,
			 const struct outcome_map *map, size_t i, bool same)
{
	struct text text;

	if (i >= map->nr_records)
		return NULL;
	/* people look at what differs */
	if (!rows->json && !dump->record_type && same && map->records[i].size > VALUE_WIDTH / 2)
		return word(rows, "%u bytes", map->records[i].size);
	if (!rows->json && dump->record_type)
		return value(rows, outcome, dump->record_type, map->record_bytes + map->records[i].at,
			     map->records[i].size);
	if (text_begin(&text))
		dump_record_json(text.out, dump, outcome, map, &map->records[i]);
	return text_end(rows, &text);
}

static void compare_records(struct diff_rows *rows, const struct dump *dump, const struct outcome *model,
			    const struct outcome *kernel, uint32_t index)
{
	const struct outcome_map *a = &model->maps[index], *b = &kernel->maps[index];
	size_t nr = a->nr_records > b->nr_records ? a->nr_records : b->nr_records;

	for (size_t i = 0; i < nr; i++) {
		bool same = i < a->nr_records && i < b->nr_records &&
			    a->records[i].size == b->records[i].size &&
			    !memcmp(a->record_bytes + a->records[i].at,
				    b->record_bytes + b->records[i].at, a->records[i].size);

		add(rows, a->def->name, word(rows, "%zu", i), record_text(rows, dump, model, a, i, same),
		    record_text(rows, dump, kernel, b, i, same), same ? DIFF_EQUAL : DIFF_DIFFERENT);
	}
}

static void compare_map(struct diff_rows *rows, const struct dump *dump, const struct diff_masks *masks,
			const struct outcome *model, const struct outcome *kernel, uint32_t index)
{
	const struct outcome_map *a = &model->maps[index], *b = &kernel->maps[index];

	if (tv_bpf_map_is_data(a->def) || !a->shown)
		return;
	if (is_masked(masks, a->def))
		add(rows, a->def->name, word(rows, "elements"), word(rows, "%zu", a->nr + a->nr_records),
		    word(rows, "%zu", b->nr + b->nr_records), DIFF_MASKED);
	else if (outcome_has_records(a->def))
		compare_records(rows, dump, model, kernel, index);
	else
		compare_elements(rows, model, kernel, index);
}

int diff_compare(struct diff_rows *rows, const struct dump *dump, const struct diff_masks *masks,
		 struct outcome *model, struct outcome *kernel)
{
	if (!compare_end(rows, model, kernel))
		return rows->err;
	clear_masked(masks, model);
	clear_masked(masks, kernel);
	for (size_t i = 0; i < dump->nr; i++)
		compare_var(rows, masks, &dump->vars[i], model, kernel);
	for (uint32_t i = 0; i < model->obj->map_cnt; i++)
		compare_map(rows, dump, masks, model, kernel, i);
	return rows->err;
}
