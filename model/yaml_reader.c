// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* YAML read by tables, over the events of libfyaml. */
#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>
#include "model/base64.h"
#include "model/yaml_reader.h"
#include "model/yaml_scalar.h"

/* A scalar as it stands in its event. */
struct scalar {
	const char *text;
	size_t len;
	bool plain;	/* not in quotes, no block */
	bool binary;	/* tagged !!binary */
};

static bool is_quoted(struct fy_event *event)
{
	enum fy_scalar_style style;

	if (event->type != FYET_SCALAR || !event->scalar.value)
		return false;
	style = fy_token_scalar_style(event->scalar.value);
	return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

static struct tv_yaml_place event_place(struct fy_event *event)
{
	const struct fy_mark *mark = event ? fy_event_start_mark(event) : NULL;

	/* what is only implied, as the start of a document, has no place */
	if (!mark || mark->line < 0)
		return (struct tv_yaml_place){ 1, 1 };
	/* marks count from 0, and stand behind an opening quote */
	return (struct tv_yaml_place){ mark->line + 1, mark->column + !is_quoted(event) };
}

struct tv_yaml_place tv_yaml_here(const struct tv_yaml_reader *r)
{
	const struct fy_mark *mark = r->event ? fy_event_start_mark(r->event) : NULL;

	/* a value that is only implied stands behind its key */
	return event_place(mark && mark->line >= 0 ? r->event : r->before);
}

struct tv_yaml_place tv_yaml_key(const struct tv_yaml_reader *r)
{
	return event_place(r->before);
}

#define bad_here(r, ...)	tv_yaml_bad(r, tv_yaml_here(r), __VA_ARGS__)

int tv_yaml_out_of_memory(struct tv_yaml_reader *r)
{
	bad_here(r, "out of memory");
	return -ENOMEM;
}

/*
 * libfyaml 0.7.12 does not tell "no memory" from "no YAML", nor from an empty text. The allocator does, by
 * errno, which is cleared before libfyaml is called.
 */
static bool ran_out(void)
{
	return errno == ENOMEM;
}

/* --- the parser -------------------------------------------------------------- */

int tv_yaml_open(struct tv_yaml_reader *r, const char *path, struct tv_diag *diag)
{
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
	};
	struct fy_diag_cfg diag_cfg;
	int err;

	*r = (struct tv_yaml_reader){ .diag = diag };
	err = tv_yaml_source_open(&r->source, path, diag);
	if (err)
		return err;
	/* the library's messages are collected, never printed */
	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	diag_cfg.output_fn = NULL;
	r->fy_diag = fy_diag_create(&diag_cfg);
	if (!r->fy_diag)
		return tv_yaml_out_of_memory(r);
	fy_diag_set_collect_errors(r->fy_diag, true);
	cfg.diag = r->fy_diag;
	r->parser = fy_parser_create(&cfg);
	if (!r->parser ||
	    fy_parser_set_input_callback(r->parser, &r->source, tv_yaml_source_read))
		return tv_yaml_out_of_memory(r);
	return 0;
}

void tv_yaml_close(struct tv_yaml_reader *r)
{
	free(r->copy);
	if (r->before)
		fy_parser_event_free(r->parser, r->before);
	if (r->event)
		fy_parser_event_free(r->parser, r->event);
	if (r->parser)
		fy_parser_destroy(r->parser);
	if (r->fy_diag)
		fy_diag_destroy(r->fy_diag);
	tv_yaml_source_close(&r->source);
	*r = (struct tv_yaml_reader){ .source.fd = -1 };
}

/* --- events ------------------------------------------------------------------ */

/* Why the parser has no next event; the last one is still at hand. */
static int no_event(struct tv_yaml_reader *r)
{
	struct fy_diag_error *error;
	void *iterator = NULL;

	/* the source knows why */
	if (r->diag->text[0])
		return -EINVAL;
	if (r->source.too_far)
		return bad_here(r, "what follows here does not end within %lu bytes",
				TV_YAML_LOOKAHEAD_MAX);
	error = fy_diag_errors_iterate(r->fy_diag, &iterator);
	if (error)
		return tv_diag_set(r->diag, error->line, error->column, "%s", error->msg);
	/* some errors libfyaml 0.7.12 finds but has no words for */
	if (!ran_out() && fy_parser_get_stream_error(r->parser))
		return bad_here(r, "what follows here is not YAML");
	return tv_yaml_out_of_memory(r);
}

/* Nothing that the tables have no use for. */
static int check_event(struct tv_yaml_reader *r)
{
	struct fy_token *anchor = NULL, *tag = NULL;

	switch (r->event->type) {
	case FYET_ALIAS:
		return bad_here(r, "aliases are not allowed");
	case FYET_SCALAR:
		anchor = r->event->scalar.anchor;
		break;
	case FYET_MAPPING_START:
		anchor = r->event->mapping_start.anchor;
		tag = r->event->mapping_start.tag;
		break;
	case FYET_SEQUENCE_START:
		anchor = r->event->sequence_start.anchor;
		tag = r->event->sequence_start.tag;
		break;
	default:
		break;
	}
	if (anchor)
		return bad_here(r, "anchors are not allowed");
	return tag ? bad_here(r, "no tag but !!binary is allowed") : 0;
}

/* On to the next event. */
static int advance(struct tv_yaml_reader *r)
{
	struct fy_event *event;

	errno = 0;
	event = fy_parser_parse(r->parser);
	/* a source that stopped short looks to the parser like the end of the file */
	if (!event || r->source.too_far || r->diag->text[0]) {
		if (event)
			fy_parser_event_free(r->parser, event);
		return no_event(r);
	}
	if (r->before)
		fy_parser_event_free(r->parser, r->before);
	r->before = r->event;
	r->event = event;
	tv_yaml_source_event(&r->source);
	return check_event(r);
}

static const char *kind(const struct tv_yaml_reader *r)
{
	switch (r->event->type) {
	case FYET_MAPPING_START:
		return "a mapping";
	case FYET_SEQUENCE_START:
		return "a sequence";
	default:
		return "a single value";
	}
}

int tv_yaml_document(struct tv_yaml_reader *r, tv_yaml_read_fn read, void *to)
{
	int err;

	err = advance(r);			/* the stream starts, */
	if (!err)
		err = advance(r);		/* and a document */
	if (!err && r->event->type == FYET_STREAM_END)
		err = bad_here(r, "nothing but comments");
	if (!err)
		err = advance(r);
	if (!err)
		err = read(r, to);
	if (!err)
		err = advance(r);		/* the document ends */
	if (!err)
		err = advance(r);
	if (!err && r->event->type != FYET_STREAM_END)
		err = bad_here(r, "only one document is allowed, this is a second one");
	return err;
}

/* --- scalars ----------------------------------------------------------------- */

/* NULL: no memory. */
static const char *token_text(struct fy_token *token, size_t *len)
{
	const char *text;

	errno = 0;
	text = fy_token_get_text(token, len);
	return !*len && ran_out() ? NULL : text;
}

static int check_tag(struct tv_yaml_reader *r, struct fy_token *tag)
{
	static const char binary[] = "tag:yaml.org,2002:binary";
	size_t len = 0;
	const char *text = token_text(tag, &len);

	if (!text)
		return tv_yaml_out_of_memory(r);
	if (len != strlen(binary) || memcmp(text, binary, len))
		return bad_here(r, "no tag but !!binary is allowed");
	return 0;
}

/* Room in @r->copy for @len bytes. */
static char *copy_room(struct tv_yaml_reader *r, size_t len, size_t *room)
{
	char *more;

	if (len <= *room)
		return r->copy;
	*room = len < 128 ? 256 : 2 * len;
	more = realloc(r->copy, *room);
	if (more)
		r->copy = more;
	return more;
}

/* What a doubled quote stands for. */
static bool is_quote(const struct fy_iter_chunk *chunk)
{
	return chunk->len == 1 && chunk->str[0] == '\'';
}

/*
 * The text of a single-quoted scalar, chunk by chunk: on doubled quotes
 * libfyaml 0.7.12 loses memory in fy_token_get_text(), and
 * fy_token_iter_read() writes every chunk to the same place. Where two stand
 * in a row the chunks are wrong as well: that is refused.
 */
static int copy_text(struct tv_yaml_reader *r, struct fy_token *value, struct scalar *scalar)
{
	struct fy_token_iter *iter = fy_token_iter_create(value);
	const struct fy_iter_chunk *chunk = NULL;
	size_t len = 0, room = 0;
	bool quote = false, row = false;
	int err = 0;

	if (!iter || !copy_room(r, 1, &room))
		err = -ENOMEM;
	while (!err && (chunk = fy_token_iter_chunk_next(iter, chunk, &err))) {
		if (!copy_room(r, len + chunk->len, &room)) {
			err = -ENOMEM;
			break;
		}
		row |= quote && is_quote(chunk);
		quote = is_quote(chunk);
		memcpy(r->copy + len, chunk->str, chunk->len);
		len += chunk->len;
	}
	fy_token_iter_destroy(iter);
	scalar->text = r->copy;
	scalar->len = len;
	if (err)
		return tv_yaml_out_of_memory(r);
	return row ? bad_here(r, "two '' in a row need double quotes around the text") : 0;
}

static int get_scalar(struct tv_yaml_reader *r, const char *what, struct scalar *scalar)
{
	struct fy_token *value, *tag;
	enum fy_scalar_style style;
	int err;

	if (r->event->type != FYET_SCALAR)
		return bad_here(r, "expected %s, found %s", what, kind(r));
	value = r->event->scalar.value;
	tag = r->event->scalar.tag;
	err = tag ? check_tag(r, tag) : 0;
	if (err)
		return err;
	*scalar = (struct scalar){ .text = "", .plain = !value, .binary = tag };
	if (!value)
		return 0;
	style = fy_token_scalar_style(value);
	if (style == FYSS_SINGLE_QUOTED)
		return copy_text(r, value, scalar);
	scalar->plain = style == FYSS_PLAIN;
	scalar->text = token_text(value, &scalar->len);
	return scalar->text ? 0 : tv_yaml_out_of_memory(r);
}

int tv_yaml_number(struct tv_yaml_reader *r, uint64_t max, uint64_t *value)
{
	struct scalar scalar;
	int err = get_scalar(r, "a number", &scalar);

	if (err)
		return err;
	if (!scalar.plain || scalar.binary)
		return bad_here(r, "expected a number, found a text");
	err = tv_yaml_plain_number(scalar.text, scalar.len, max, value);
	if (err == -ERANGE)
		return bad_here(r, "number is above %llu", (unsigned long long)max);
	return err ? bad_here(r, "expected a number, decimal or 0x...") : 0;
}

static bool scalar_is(const struct scalar *scalar, const char *word)
{
	return scalar->len == strlen(word) && !memcmp(scalar->text, word, scalar->len);
}

int tv_yaml_bool(struct tv_yaml_reader *r, bool *value)
{
	static const char what[] = "true or false";
	struct scalar scalar;
	int err = get_scalar(r, what, &scalar);

	if (err)
		return err;
	*value = scalar_is(&scalar, "true");
	if (!scalar.plain || scalar.binary || (!*value && !scalar_is(&scalar, "false")))
		return bad_here(r, "expected %s", what);
	return 0;
}

int tv_yaml_word(struct tv_yaml_reader *r, const char *what, char *word, size_t size)
{
	struct scalar scalar;
	int err = get_scalar(r, what, &scalar);

	word[0] = '\0';
	if (err || scalar.len >= size || scalar.binary || memchr(scalar.text, '\0', scalar.len))
		return err;
	memcpy(word, scalar.text, scalar.len);
	word[scalar.len] = '\0';
	return 0;
}

/* The bytes that a !!binary stands for. */
static int decode(struct tv_yaml_reader *r, struct scalar *scalar)
{
	char *bytes = malloc(TV_BASE64_ROOM(scalar->len));
	size_t len;

	if (!bytes)
		return tv_yaml_out_of_memory(r);
	if (tv_base64_decode(scalar->text, scalar->len, bytes, &len)) {
		free(bytes);
		return bad_here(r, "not base64");
	}
	free(r->copy);
	r->copy = bytes;
	scalar->text = bytes;
	scalar->len = len;
	return 0;
}

int tv_yaml_text(struct tv_yaml_reader *r, size_t max, const char **text, size_t *len)
{
	struct scalar scalar;
	int err = get_scalar(r, "a text", &scalar);

	if (!err && scalar.binary)
		err = decode(r, &scalar);
	if (err)
		return err;
	if (scalar.plain && !scalar.binary && !tv_yaml_plain_is_text(scalar.text, scalar.len))
		return bad_here(r, "expected a text: this one needs quotes");
	if (memchr(scalar.text, '\0', scalar.len))
		return bad_here(r, "NUL in a text");
	if (scalar.len > max)
		return bad_here(r, "text is longer than %zu bytes", max);
	*text = scalar.text;
	*len = scalar.len;
	return 0;
}

/* --- mappings and sequences -------------------------------------------------- */

/* The number of the key at hand, looked for from @guess on; -EINVAL when there is none. */
static int find_key(struct tv_yaml_reader *r, const struct tv_yaml_shape *shape, int guess)
{
	const struct tv_yaml_key *key;
	struct scalar scalar;
	int err = get_scalar(r, "a key", &scalar);

	if (err)
		return err;
	for (key = shape->keys + guess; key->name; key++) {
		if (key->len == scalar.len && !memcmp(key->name, scalar.text, key->len))
			return key - shape->keys;
	}
	for (key = shape->keys; key < shape->keys + guess; key++) {
		if (key->len == scalar.len && !memcmp(key->name, scalar.text, key->len))
			return key - shape->keys;
	}
	return bad_here(r, "unknown key \"%.*s\" in %s", scalar.len < 64 ? (int)scalar.len : 64,
			scalar.text, shape->what);
}

static int read_pair(struct tv_yaml_reader *r, const struct tv_yaml_shape *shape, void *to,
		     unsigned int *seen)
{
	/* keys come mostly in the order of the table */
	int guess = *seen ? 32 - __builtin_clz(*seen) : 0;
	int key = find_key(r, shape, guess);
	int err;

	if (key < 0)
		return key;
	if (*seen & 1U << key)
		return bad_here(r, "duplicate key \"%s\" in %s", shape->keys[key].name,
				shape->what);
	if (shape->first_is_first && key && !*seen)
		return bad_here(r, "the first key must be \"%s\"", shape->keys[0].name);
	*seen |= 1U << key;
	err = advance(r);
	return err ? err : shape->keys[key].read(r, to);
}

int tv_yaml_mapping(struct tv_yaml_reader *r, const struct tv_yaml_shape *shape, void *to)
{
	struct tv_yaml_place at = tv_yaml_here(r);
	unsigned int seen = 0, missing;
	int err;

	if (r->event->type != FYET_MAPPING_START)
		return tv_yaml_bad(r, at, "expected %s, a mapping; found %s", shape->what, kind(r));
	while (!(err = advance(r)) && r->event->type != FYET_MAPPING_END) {
		err = read_pair(r, shape, to, &seen);
		if (err)
			return err;
	}
	missing = shape->required & ~seen;
	if (!err && missing)
		err = tv_yaml_bad(r, at, "missing key \"%s\" in %s",
				  shape->keys[__builtin_ctz(missing)].name, shape->what);
	return err;
}

int tv_yaml_sequence(struct tv_yaml_reader *r, const char *what, tv_yaml_read_fn read, void *to)
{
	int err;

	if (r->event->type != FYET_SEQUENCE_START)
		return bad_here(r, "expected %s, a sequence; found %s", what, kind(r));
	while (!(err = advance(r)) && r->event->type != FYET_SEQUENCE_END) {
		err = read(r, to);
		if (err)
			break;
	}
	return err;
}

bool tv_yaml_is_mapping(const struct tv_yaml_reader *r)
{
	return r->event->type == FYET_MAPPING_START;
}

int tv_yaml_dictionary(struct tv_yaml_reader *r, const char *what,
		       int (*read)(struct tv_yaml_reader *r, const char *key, void *to), void *to)
{
	char key[TV_YAML_WORD];
	int err;

	if (!tv_yaml_is_mapping(r))
		return bad_here(r, "expected %s, a mapping; found %s", what, kind(r));
	while (!(err = advance(r)) && r->event->type != FYET_MAPPING_END) {
		err = tv_yaml_word(r, "a key", key, sizeof(key));
		if (!err)
			err = advance(r);
		if (!err)
			err = read(r, key, to);
		if (err)
			break;
	}
	return err;
}
