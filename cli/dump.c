// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which variables are printed (dump.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/dump.h"

static int add_var(struct dump *dump, const struct cli_var *var)
{
	/* doubled at each power of two */
	if (!(dump->nr & (dump->nr - 1))) {
		size_t room = dump->nr ? 2 * dump->nr : 1;
		struct cli_var *vars = realloc(dump->vars, room * sizeof(*vars));

		if (!vars)
			return -ENOMEM;
		dump->vars = vars;
	}
	dump->vars[dump->nr++] = *var;
	return 0;
}

static int add_section(struct dump *dump, struct tv_bpf_map *map, bool statics)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < map->var_cnt; i++) {
		const struct tv_bpf_var *v = &map->vars[i];
		const struct cli_var var = {
			.text = v->name, .map = map, .offset = v->offset, .size = v->size,
			.type_id = v->type_id,
		};

		if (statics || !v->is_static)
			err = add_var(dump, &var);
	}
	return err;
}

static int add_named(struct dump *dump, const struct tv_bpf_object *obj, const char *name, char *why,
		     size_t size)
{
	struct cli_var var;
	int err;

	err = cli_var_find(obj, name, &var, why, size);
	if (err)
		return err;
	return var.type_id ? add_var(dump, &var) : add_section(dump, var.map, true);
}

int dump_set_record(struct dump *dump, const struct tv_bpf_object *obj, const char *name, char *why,
		    size_t size)
{
	static const struct {
		const char *word;
		int kind;
	} kinds[] = {
		{ "struct ", BTF_KIND_STRUCT }, { "union ", BTF_KIND_UNION },
		{ "enum ", BTF_KIND_ENUM }, { "", BTF_KIND_TYPEDEF }, { "", BTF_KIND_INT },
		{ "", BTF_KIND_STRUCT },
	};

	for (size_t i = 0; obj->btf && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i].word);
		int id;

		if (strncmp(name, kinds[i].word, len))
			continue;
		id = tv_btf_find(obj->btf, name + len, kinds[i].kind);
		if (id > 0) {
			dump->record_type = (uint32_t)id;
			return 0;
		}
	}
	snprintf(why, size, "the object has no type '%s'", name);
	return -EINVAL;
}

int dump_select(struct dump *dump, const struct tv_bpf_object *obj, const char *const *names, size_t nr,
		char *why, size_t size)
{
	int err = 0;

	*dump = (struct dump){ 0 };
	for (size_t i = 0; !err && i < nr; i++)
		err = add_named(dump, obj, names[i], why, size);
	for (uint32_t i = 0; !err && !nr && i < obj->map_cnt; i++) {
		if (obj->maps[i].origin == TV_MAP_DATA || obj->maps[i].origin == TV_MAP_BSS)
			err = add_section(dump, &obj->maps[i], false);
	}
	if (err)
		dump_fini(dump);
	return err;
}

void dump_fini(struct dump *dump)
{
	free(dump->vars);
	*dump = (struct dump){ 0 };
}

bool dump_wants_row(const struct outcome_map *map, size_t i)
{
	size_t row = outcome_row_size(map);
	const uint8_t *at = map->rows + i * row + map->key_size, *end = map->rows + (i + 1) * row;

	if (map->def->type != BPF_MAP_TYPE_ARRAY && map->def->type != BPF_MAP_TYPE_PERCPU_ARRAY)
		return true;
	if (map->def->max_entries <= DUMP_ARRAY_MAX)
		return true;
	while (at < end && !*at)
		at++;
	return at < end;
}
