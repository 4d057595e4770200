// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Bytes as values of a BTF type (value.h). */
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include "cli/text.h"
#include "cli/value.h"

/*
 * Types of an object may be anybody's: members may overlap and lie outside. What is printed stays in the
 * bytes there are, and takes at most this many steps for each.
 */
#define STEPS_PER_BYTE	16
#define STEPS_AT_LEAST	256

/* A value that is being printed. */
struct printing {
	FILE *out;
	const struct tv_btf *btf;
	const uint8_t *bytes;
	uint32_t size;
	uint64_t steps;		/* that are left */
	bool begun;		/* JSON: a comma is due */
	unsigned int used, width;	/* text: characters */
};

/* A part of it: its type, and where it begins, in bits. */
struct part {
	uint32_t type_id;
	uint64_t bit;
	uint32_t bits;		/* of a bit field; 0: as its type says */
};

uint64_t value_bits(const uint8_t *bytes, uint32_t size, unsigned int bit, unsigned int bits)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < bits && i < 64 && (bit + i) / 8 < size; i++)
		value |= (uint64_t)(bytes[(bit + i) / 8] >> (bit + i) % 8 & 1) << i;
	return value;
}

static uint64_t number_at(const struct printing *p, uint64_t at, uint32_t size)
{
	uint64_t value = 0;

	memcpy(&value, p->bytes + at, size);
	return value;
}

/* A number of the part: @index counts the 64-bit words of a longer one. False: it lies outside. */
static bool scalar(const struct printing *p, const struct part *part, uint32_t size, uint32_t index,
		   uint64_t *value)
{
	uint64_t at = part->bit / 8 + 8ULL * index;

	size -= 8 * index;
	if (size > 8)
		size = 8;
	if (part->bits) {
		if (part->bit + part->bits > (uint64_t)p->size * 8)
			return false;
		*value = value_bits(p->bytes + at, p->size - (uint32_t)at, part->bit % 8, part->bits);
		return true;
	}
	if (at + size > p->size)
		return false;
	*value = number_at(p, at, size);
	return true;
}

static bool member_part(const struct printing *p, const struct btf_type *t, uint32_t i,
			const struct part *whole, struct part *part)
{
	part->type_id = btf_members(t)[i].type;
	part->bit = whole->bit + btf_member_bit_offset(t, i);
	part->bits = btf_member_bitfield_size(t, i);
	/* what takes no bytes has no value: flexible arrays, empty structures */
	return part->bits || tv_btf_size(p->btf, part->type_id) > 0;
}

/* Members that count: all of a structure, one of a union. */
static uint32_t member_count(const struct btf_type *t)
{
	return btf_is_union(t) && btf_vlen(t) ? 1 : btf_vlen(t);
}

static bool step(struct printing *p)
{
	if (!p->steps)
		return false;
	p->steps--;
	return true;
}

static struct printing start(FILE *out, const struct tv_btf *btf, const uint8_t *bytes, uint32_t size)
{
	return (struct printing){
		.out = out, .btf = btf, .bytes = bytes, .size = size,
		.steps = STEPS_AT_LEAST + (uint64_t)size * STEPS_PER_BYTE,
	};
}

/* --- JSON ---------------------------------------------------------------------- */

static void put_number(struct printing *p, uint64_t value)
{
	fprintf(p->out, "%s%" PRIu64, p->begun ? "," : "", value);
	p->begun = true;
}

static void put_parts(struct printing *p, const struct part *whole)
{
	const struct btf_type *t = tv_btf_skip(p->btf, whole->type_id, NULL);
	struct part part = *whole;
	uint64_t value;
	int64_t size;

	if (!step(p))
		return;
	if (btf_is_array(t)) {
		part.type_id = btf_array(t)->type;
		size = tv_btf_size(p->btf, part.type_id);
		for (uint32_t i = 0; size > 0 && i < btf_array(t)->nelems && p->steps; i++) {
			put_parts(p, &part);
			part.bit += (uint64_t)size * 8;
		}
	} else if (btf_is_composite(t)) {
		for (uint32_t i = 0; i < member_count(t); i++)
			if (member_part(p, t, i, whole, &part))
				put_parts(p, &part);
	} else {
		size = tv_btf_size(p->btf, whole->type_id);
		for (uint32_t i = 0; 8LL * i < size; i++)
			if (scalar(p, whole, (uint32_t)size, i, &value))
				put_number(p, value);
	}
}

static void untyped_json(FILE *out, const uint8_t *bytes, uint32_t size)
{
	uint64_t value = 0;

	if (size && size <= 8 && !(size & (size - 1))) {
		memcpy(&value, bytes, size);
		fprintf(out, "%" PRIu64, value);
		return;
	}
	putc('[', out);
	for (uint32_t i = 0; i < size; i++)
		fprintf(out, "%s%u", i ? "," : "", bytes[i]);
	putc(']', out);
}

void value_json(FILE *out, const struct tv_btf *btf, uint32_t type_id, const uint8_t *bytes,
		uint32_t size)
{
	struct printing p = start(out, btf, bytes, size);
	const struct part whole = { .type_id = type_id };
	const struct btf_type *t;
	bool list;

	if (!type_id || !btf) {
		untyped_json(out, bytes, size);
		return;
	}
	t = tv_btf_skip(btf, type_id, NULL);
	list = btf_is_array(t) || btf_is_composite(t) || size > 8;
	if (list)
		putc('[', out);
	put_parts(&p, &whole);
	if (list)
		putc(']', out);
	else if (!p.begun)
		fputs("null", out);
}

/* --- text ---------------------------------------------------------------------- */

static bool is_full(const struct printing *p)
{
	return p->used >= p->width;
}

__attribute__((format(printf, 2, 3)))
static void say(struct printing *p, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfprintf(p->out, fmt, ap);
	va_end(ap);
	if (n > 0)
		p->used += (unsigned int)n;
}

static void say_integer(struct printing *p, uint64_t value, unsigned int bits, bool is_signed)
{
	if (is_signed && bits < 64 && value >> (bits - 1) & 1)
		value |= ~UINT64_C(0) << bits;
	if (is_signed)
		say(p, "%" PRId64, (int64_t)value);
	else if (value > UINT32_MAX)
		say(p, "0x%" PRIx64, value);
	else
		say(p, "%" PRIu64, value);
}

static void say_enum(struct printing *p, const struct btf_type *t, uint64_t value)
{
	for (uint32_t i = 0; btf_is_enum(t) && i < btf_vlen(t); i++) {
		const struct btf_enum *e = &btf_enum(t)[i];

		if ((uint32_t)e->val != (uint32_t)value)
			continue;
		say(p, "%s", tv_btf_str(p->btf, e->name_off));
		return;
	}
	say_integer(p, value, t->size * 8, btf_kflag(t));
}

static void say_scalar(struct printing *p, const struct btf_type *t, const struct part *part)
{
	int64_t size = tv_btf_size(p->btf, part->type_id);
	uint64_t value, high;

	if (size <= 0 || !scalar(p, part, (uint32_t)size, 0, &value))
		say(p, "?");
	else if (size > 8)
		say(p, "0x%" PRIx64 "%016" PRIx64,
		    scalar(p, part, (uint32_t)size, 1, &high) ? high : 0, value);
	else if (btf_is_ptr(t))
		say(p, "0x%" PRIx64, value);
	else if (btf_is_any_enum(t))
		say_enum(p, t, value);
	else
		say_integer(p, value, part->bits ? part->bits : (unsigned int)size * 8,
			    btf_is_int(t) && btf_int_encoding(t) & BTF_INT_SIGNED);
}

static bool is_char(const struct tv_btf *btf, uint32_t id)
{
	const struct btf_type *t = tv_btf_skip(btf, id, NULL);

	return btf_is_int(t) && t->size == 1 && !strcmp(tv_btf_str(btf, t->name_off), "char");
}

/* Bytes up to a NUL after which only NULs follow; false: they are no string. */
static bool say_string(struct printing *p, const struct part *part, uint32_t nr)
{
	const uint8_t *bytes = p->bytes + part->bit / 8;
	size_t len, i;

	if (part->bit / 8 + nr > p->size)
		return false;
	len = strnlen((const char *)bytes, nr);
	for (i = len; i < nr; i++)
		if (bytes[i])
			return false;
	putc('"', p->out);
	cli_plain_text(p->out, (const char *)bytes, len);
	putc('"', p->out);
	p->used += (unsigned int)len + 2;
	return true;
}

static bool all_zero(const struct printing *p, uint64_t from, uint64_t size)
{
	if (from + size > p->size)
		return false;
	while (size && !p->bytes[from])
		from++, size--;
	return !size;
}

static void say_part(struct printing *p, const struct part *part);

static void say_array(struct printing *p, const struct btf_type *t, const struct part *whole)
{
	struct part part = { .type_id = btf_array(t)->type, .bit = whole->bit };
	int64_t size = tv_btf_size(p->btf, part.type_id);
	uint32_t nr = btf_array(t)->nelems;

	if (is_char(p->btf, part.type_id) && say_string(p, &part, nr))
		return;
	say(p, "[");
	for (uint32_t i = 0; size > 0 && i < nr; i++) {
		uint64_t rest = (uint64_t)(nr - i) * (uint64_t)size;

		if (i && all_zero(p, part.bit / 8, rest)) {
			say(p, ", 0 ...");
			break;
		}
		if (is_full(p) || !p->steps) {
			say(p, ", ...");
			break;
		}
		say(p, "%s", i ? ", " : "");
		say_part(p, &part);
		part.bit += (uint64_t)size * 8;
	}
	say(p, "]");
}

static void say_members(struct printing *p, const struct btf_type *t, const struct part *whole)
{
	struct part part;
	bool first = true;

	say(p, "{");
	for (uint32_t i = 0; i < member_count(t) && p->steps; i++) {
		const char *name = tv_btf_str(p->btf, btf_members(t)[i].name_off);

		if (!member_part(p, t, i, whole, &part))
			continue;
		say(p, "%s", first ? "" : ", ");
		first = false;
		if (is_full(p)) {
			say(p, "...");
			break;
		}
		if (*name)
			say(p, ".%s = ", name);
		say_part(p, &part);
	}
	say(p, "}");
}

static void say_part(struct printing *p, const struct part *part)
{
	const struct btf_type *t = tv_btf_skip(p->btf, part->type_id, NULL);

	if (!step(p))
		return;
	if (btf_is_array(t))
		say_array(p, t, part);
	else if (btf_is_composite(t))
		say_members(p, t, part);
	else
		say_scalar(p, t, part);
}

void value_text(FILE *out, const struct tv_btf *btf, uint32_t type_id, const uint8_t *bytes,
		uint32_t size, unsigned int width)
{
	struct printing p = start(out, btf, bytes, size);
	const struct part whole = { .type_id = type_id };

	p.width = width;
	if (type_id && btf)
		say_part(&p, &whole);
	else
		untyped_json(out, bytes, size);
}
