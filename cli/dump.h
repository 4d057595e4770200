/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What came of running a program, printed: as one JSON object, or as text for people. */
#ifndef TV_CLI_DUMP_H
#define TV_CLI_DUMP_H

#include <stdio.h>
#include "cli/outcome.h"
#include "cli/var.h"

/* Arrays up to this many elements are listed whole; of longer ones what is not all zero. */
#define DUMP_ARRAY_MAX	1024u

/* What is wanted of it. */
struct dump {
	struct cli_var *vars;
	size_t nr;
	uint32_t record_type;	/* of a ring buffer's records, in the object's BTF; 0: bytes */
};

/*
 * The @nr variables in @names (sections stand for all variables in them); with none every variable of
 * .bss and .data that is not static. 0; -EINVAL with one line in @why (of @size bytes), -ENOMEM.
 */
int dump_select(struct dump *dump, const struct tv_bpf_object *obj, const char *const *names, size_t nr,
		char *why, size_t size);
/* Records of ring buffers are of the type called @name: "struct event", a typedef, a number's. 0 or -EINVAL. */
int dump_set_record(struct dump *dump, const struct tv_bpf_object *obj, const char *name, char *why,
		    size_t size);
void dump_fini(struct dump *dump);

void dump_json(FILE *out, const struct dump *dump, const struct outcome *outcome);
void dump_text(FILE *out, const struct dump *dump, const struct outcome *outcome);

/* Whether row @i is listed (DUMP_ARRAY_MAX). */
bool dump_wants_row(const struct outcome_map *map, size_t i);
/* One record of a ring buffer as JSON: by its type, else a string of hexadecimal digits. */
void dump_record_json(FILE *out, const struct dump *dump, const struct outcome *outcome,
		      const struct outcome_map *map, const struct outcome_record *record);

#endif
