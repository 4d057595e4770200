// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What came of running a program, as one JSON object (dump.h). */
#include <inttypes.h>
#include <string.h>
#include "cli/dump.h"
#include "cli/text.h"
#include "cli/value.h"

/* "NAME": after a comma unless it is the first. */
static void put_key(FILE *out, const char *name, bool *begun)
{
	if (*begun)
		putc(',', out);
	*begun = true;
	cli_json_string(out, name, strlen(name));
	putc(':', out);
}

static void put_text_or_null(FILE *out, const char *text)
{
	if (text)
		cli_json_string(out, text, strlen(text));
	else
		fputs("null", out);
}

static void put_globals(FILE *out, const struct dump *dump, const struct outcome *outcome)
{
	const struct tv_btf *btf = outcome->obj->btf;
	bool begun = false;

	for (size_t i = 0; i < dump->nr; i++) {
		const struct cli_var *var = &dump->vars[i];
		const uint8_t *data = outcome_data(outcome, var->map);

		if (!data)
			continue;
		put_key(out, var->text, &begun);
		data += var->offset;
		if (var->bits)
			fprintf(out, "%" PRIu64, value_bits(data, var->size, var->bit, var->bits));
		else
			value_json(out, btf, var->type_id, data, var->size);
	}
}

/* --- maps ---------------------------------------------------------------------- */

static void put_row(FILE *out, const struct outcome *outcome, const struct outcome_map *map, size_t i)
{
	const uint8_t *at = map->rows + i * outcome_row_size(map);
	const struct tv_bpf_map *def = map->def;
	const struct tv_btf *btf = outcome->obj->btf;
	bool percpu = outcome_is_percpu(def);

	putc('{', out);
	if (map->key_size) {
		fputs("\"key\":", out);
		value_json(out, btf, def->key_type_id, at, map->key_size);
		putc(',', out);
	}
	at += map->key_size;
	fputs(percpu ? "\"values\":[" : "\"value\":", out);
	for (uint32_t cpu = 0; cpu < map->nr_values; cpu++, at += map->value_size) {
		if (cpu)
			putc(',', out);
		value_json(out, btf, def->value_type_id, at, map->value_size);
	}
	fputs(percpu ? "]}" : "}", out);
}

static void put_maps(FILE *out, const struct outcome *outcome)
{
	bool begun = false, row;

	for (uint32_t i = 0; outcome->maps && i < outcome->obj->map_cnt; i++) {
		const struct outcome_map *map = &outcome->maps[i];

		if (tv_bpf_map_is_data(map->def) || outcome_has_records(map->def))
			continue;
		put_key(out, map->def->name, &begun);
		if (!map->shown) {
			fputs("null", out);
			continue;
		}
		putc('[', out);
		row = false;
		for (size_t j = 0; j < map->nr; j++) {
			if (!dump_wants_row(map, j))
				continue;
			if (row)
				putc(',', out);
			row = true;
			put_row(out, outcome, map, j);
		}
		putc(']', out);
	}
}

void dump_record_json(FILE *out, const struct dump *dump, const struct outcome *outcome,
		      const struct outcome_map *map, const struct outcome_record *record)
{
	const uint8_t *bytes = map->record_bytes + record->at;
	uint32_t size = record->size;

	if (dump->record_type) {
		value_json(out, outcome->obj->btf, dump->record_type, bytes, size);
		return;
	}
	putc('"', out);
	for (uint32_t i = 0; i < size; i++)
		fprintf(out, "%02x", bytes[i]);
	putc('"', out);
}

static void put_ringbufs(FILE *out, const struct dump *dump, const struct outcome *outcome)
{
	bool begun = false;

	for (uint32_t i = 0; outcome->maps && i < outcome->obj->map_cnt; i++) {
		const struct outcome_map *map = &outcome->maps[i];

		if (!outcome_has_records(map->def))
			continue;
		put_key(out, map->def->name, &begun);
		putc('[', out);
		for (size_t j = 0; j < map->nr_records; j++) {
			if (j)
				putc(',', out);
			dump_record_json(out, dump, outcome, map, &map->records[j]);
		}
		putc(']', out);
	}
}

/* --- the rest ------------------------------------------------------------------ */

static void put_hazard(FILE *out, const struct outcome_hazard *hazard)
{
	fputs("{\"kind\":", out);
	put_text_or_null(out, hazard->kind);
	fputs(",\"text\":", out);
	put_text_or_null(out, hazard->text);
	if (hazard->insn >= 0)
		fprintf(out, ",\"insn\":%ld", hazard->insn);
	else
		fputs(",\"insn\":null", out);
	if (hazard->line)
		fprintf(out, ",\"line\":%" PRIu32, hazard->line);
	else
		fputs(",\"line\":null", out);
	fputs(",\"file\":", out);
	put_text_or_null(out, hazard->file);
	fputs(",\"cause\":", out);
	put_text_or_null(out, hazard->cause);
	putc('}', out);
}

static void put_end(FILE *out, const struct outcome *outcome)
{
	fputs("{\"prog\":", out);
	put_text_or_null(out, outcome->prog->name);
	fprintf(out, ",\"end\":\"%s\"", outcome_end_name(outcome->end));
	if (outcome->end != OUTCOME_DONE) {
		fputs(",\"message\":", out);
		put_text_or_null(out, outcome->message);
		fputs(",\"retval\":null", out);
	} else {
		fprintf(out, ",\"retval\":%" PRIu32, outcome->retval);
	}
	if (outcome->insns)
		fprintf(out, ",\"insns\":%" PRIu64, outcome->insns);
	else
		fputs(",\"insns\":null", out);
}

void dump_json(FILE *out, const struct dump *dump, const struct outcome *outcome)
{
	put_end(out, outcome);
	fputs(",\"globals\":{", out);
	put_globals(out, dump, outcome);
	fputs("},\"maps\":{", out);
	put_maps(out, outcome);
	fputs("},\"ringbuf\":{", out);
	put_ringbufs(out, dump, outcome);
	fputs("},\"hazards\":[", out);
	for (size_t i = 0; i < outcome->nr_hazards; i++) {
		if (i)
			putc(',', out);
		put_hazard(out, &outcome->hazards[i]);
	}
	fputs("]}\n", out);
}
