/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * YAML read by tables: a mapping by the table of its keys, and each key's
 * value by the key's function, event by event. No document is kept, nothing
 * nests deeper than the tables say, and every error has its place.
 *
 * Aliases, anchors, directives, further documents and tags (but !!binary on
 * a text) are refused: nothing here needs them.
 *
 * Functions that read a node are called with its first event at hand and
 * leave its last there. All return 0; -EINVAL or -ENOMEM with the diag filled.
 */
#ifndef TV_MODEL_YAML_READER_H
#define TV_MODEL_YAML_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/diag.h"
#include "model/yaml_source.h"

struct fy_event;

/* From 1, as in tv_diag; columns count characters. */
struct tv_yaml_place {
	int line, column;
};

struct tv_yaml_reader {
	struct tv_yaml_source source;
	struct fy_diag *fy_diag;
	struct fy_parser *parser;
	struct fy_event *event;		/* at hand */
	struct fy_event *before;	/* the one before it; NULL at the start */
	char *copy;			/* of a text that does not stand in its event as such */
	struct tv_diag *diag;
};

typedef int (*tv_yaml_read_fn)(struct tv_yaml_reader *r, void *to);

/* Opens @path ("-": standard input). tv_yaml_close() is due even after a failure. */
int tv_yaml_open(struct tv_yaml_reader *r, const char *path, struct tv_diag *diag);
void tv_yaml_close(struct tv_yaml_reader *r);

/* The whole stream: one document, whose root @read reads. */
int tv_yaml_document(struct tv_yaml_reader *r, tv_yaml_read_fn read, void *to);

struct tv_yaml_key {
	const char *name;
	size_t len;
	tv_yaml_read_fn read;
};

#define TV_YAML_KEY(name, read)	{ name, sizeof(name) - 1, read }

#define TV_YAML_MAX_KEYS	15

struct tv_yaml_shape {
	const char *what;		/* "a VMA", for messages */
	unsigned int required;		/* bits, by number of the key */
	bool first_is_first;		/* key 0 must come before all others */
	struct tv_yaml_key keys[TV_YAML_MAX_KEYS + 1];	/* ends with a NULL name */
};

int tv_yaml_mapping(struct tv_yaml_reader *r, const struct tv_yaml_shape *shape, void *to);
/* @read is called for each item; @what says for messages what they are. */
int tv_yaml_sequence(struct tv_yaml_reader *r, const char *what, tv_yaml_read_fn read, void *to);

/*
 * A mapping whose keys are no fixed set: @read is called for each, with the
 * key (up to TV_YAML_WORD bytes) and its value at hand. @what as above.
 */
#define TV_YAML_WORD	64
int tv_yaml_dictionary(struct tv_yaml_reader *r, const char *what,
		       int (*read)(struct tv_yaml_reader *r, const char *key, void *to), void *to);

/* Is the node at hand a mapping? */
bool tv_yaml_is_mapping(const struct tv_yaml_reader *r);

/* A number from 0 to @max, decimal or 0x. */
int tv_yaml_number(struct tv_yaml_reader *r, uint64_t max, uint64_t *value);
int tv_yaml_bool(struct tv_yaml_reader *r, bool *value);

/*
 * A text of up to @max bytes, NUL not among them, valid until the next
 * event. What unquoted means null, a boolean or a number is none.
 */
int tv_yaml_text(struct tv_yaml_reader *r, size_t max, const char **text, size_t *len);

/*
 * A word of some notation of its own, quoted or not, NUL-terminated into
 * @word; "" when it does not fit. @what is expected, for messages.
 */
int tv_yaml_word(struct tv_yaml_reader *r, const char *what, char *word, size_t size);

/* Where the node at hand begins. */
struct tv_yaml_place tv_yaml_here(const struct tv_yaml_reader *r);
/* Where its key stands: only for the function of a key, before it reads on. */
struct tv_yaml_place tv_yaml_key(const struct tv_yaml_reader *r);

int tv_yaml_out_of_memory(struct tv_yaml_reader *r);

/* The error at @place, a printf-like message; -EINVAL. */
#define tv_yaml_bad(r, place, ...) \
	tv_diag_set((r)->diag, (place).line, (place).column, __VA_ARGS__)

#endif
