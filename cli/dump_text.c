// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What came of running a program, as text for people (dump.h). */
#include <inttypes.h>
#include <string.h>
#include "bpf/prog_type.h"
#include "cli/dump.h"
#include "cli/text.h"
#include "cli/value.h"

#define LINE_WIDTH	200	/* characters of one value, about */

static void put_plain(FILE *out, const char *text)
{
	cli_plain_text(out, text, strlen(text));
}

static void put_head(FILE *out, const struct outcome *outcome)
{
	put_plain(out, outcome->prog->name);
	if (outcome->end == OUTCOME_DONE) {
		fprintf(out, ": returned %" PRIu32, outcome->retval);
	} else {
		fprintf(out, ": %s: ", outcome_end_name(outcome->end));
		put_plain(out, outcome->message ? outcome->message : "");
	}
	if (outcome->insns)
		fprintf(out, " (%" PRIu64 " instructions)", outcome->insns);
	putc('\n', out);
}

static void put_globals(FILE *out, const struct dump *dump, const struct outcome *outcome)
{
	const struct tv_btf *btf = outcome->obj->btf;

	for (size_t i = 0; i < dump->nr; i++) {
		const struct cli_var *var = &dump->vars[i];
		const uint8_t *data = outcome_data(outcome, var->map);

		if (!data)
			continue;
		if (!i)
			fputs("globals:\n", out);
		fputs("  ", out);
		put_plain(out, var->text);
		fputs(" = ", out);
		data += var->offset;
		if (var->bits)
			fprintf(out, "%" PRIu64, value_bits(data, var->size, var->bit, var->bits));
		else
			value_text(out, btf, var->type_id, data, var->size, LINE_WIDTH);
		putc('\n', out);
	}
}

static void put_row(FILE *out, const struct outcome *outcome, const struct outcome_map *map, size_t i)
{
	const uint8_t *at = map->rows + i * outcome_row_size(map);
	const struct tv_bpf_map *def = map->def;
	const struct tv_btf *btf = outcome->obj->btf;

	fputs("  ", out);
	if (map->key_size) {
		putc('[', out);
		value_text(out, btf, def->key_type_id, at, map->key_size, LINE_WIDTH);
		fputs("] = ", out);
	}
	at += map->key_size;
	for (uint32_t cpu = 0; cpu < map->nr_values; cpu++, at += map->value_size) {
		if (map->nr_values > 1)
			fprintf(out, "%scpu%" PRIu32 ": ", cpu ? ", " : "", cpu);
		value_text(out, btf, def->value_type_id, at, map->value_size, LINE_WIDTH);
	}
	putc('\n', out);
}

static void put_records(FILE *out, const struct dump *dump, const struct outcome *outcome,
			const struct outcome_map *map)
{
	for (size_t i = 0; i < map->nr_records; i++) {
		const struct outcome_record *record = &map->records[i];

		fputs("  ", out);
		if (dump->record_type)
			value_text(out, outcome->obj->btf, dump->record_type,
				   map->record_bytes + record->at, record->size, LINE_WIDTH);
		else
			dump_record_json(out, dump, outcome, map, record);
		putc('\n', out);
	}
}

static void put_map(FILE *out, const struct dump *dump, const struct outcome *outcome,
		    const struct outcome_map *map)
{
	const char *type = tv_map_type_name(map->def->type);
	bool ring = outcome_has_records(map->def);
	size_t nr = ring ? map->nr_records : map->nr;

	fputs("map ", out);
	put_plain(out, map->def->name);
	fprintf(out, " (%s", type ? type : "of a type without name");
	if (map->shown)
		fprintf(out, ", %zu %s%s):\n", nr, ring ? "record" : "element", nr == 1 ? "" : "s");
	else
		fputs("): not listed\n", out);
	put_records(out, dump, outcome, map);
	for (size_t i = 0; i < map->nr; i++)
		if (dump_wants_row(map, i))
			put_row(out, outcome, map, i);
}

static void put_hazard(FILE *out, const struct outcome_hazard *hazard)
{
	fprintf(out, "hazard: %s: ", hazard->kind);
	put_plain(out, hazard->text ? hazard->text : "");
	putc('\n', out);
	if (hazard->file) {
		fputs("  at ", out);
		put_plain(out, cli_base_name(hazard->file));
		fprintf(out, ":%" PRIu32 ": ", hazard->line);
		put_plain(out, hazard->source + strspn(hazard->source, " \t"));
		fprintf(out, " (instruction %ld)\n", hazard->insn);
	} else if (hazard->insn >= 0) {
		fprintf(out, "  at instruction %ld\n", hazard->insn);
	}
	if (hazard->cause) {
		fputs("  by ", out);
		put_plain(out, hazard->cause);
		putc('\n', out);
	}
}

void dump_text(FILE *out, const struct dump *dump, const struct outcome *outcome)
{
	put_head(out, outcome);
	put_globals(out, dump, outcome);
	for (uint32_t i = 0; outcome->maps && i < outcome->obj->map_cnt; i++)
		if (!tv_bpf_map_is_data(outcome->maps[i].def))
			put_map(out, dump, outcome, &outcome->maps[i]);
	for (size_t i = 0; i < outcome->nr_hazards; i++)
		put_hazard(out, &outcome->hazards[i]);
}
