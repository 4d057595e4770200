// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Formats of BPF programs (format.h). What the kernel takes is less than its printf():
 * [0 +-]*[width] and then d i u x X with l or ll, c, s, or p with K x s S B i4 I4 i6 I6 ks us
 * (v6.12 kernel/bpf/helpers.c: bpf_bprintf_prepare()). The kernel judges the whole format, and gathers what
 * the arguments lead to, before any text is made; so do we, in two passes.
 */
#include "bpf/format.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GATHERED	512u		/* bytes for all arguments: MAX_BPRINTF_BIN_ARGS */
#define WIDTH_MAX	8388607		/* FIELD_WIDTH_MAX */
#define FORMAT_COPY	2		/* number of the machine's copy */
#define NULL_PAGE	4096u
#define USER_END	UINT64_C(0x7ffffffff000)	/* x86-64, four levels */

enum kind { KIND_NUMBER, KIND_CHAR, KIND_STRING, KIND_USER_STRING, KIND_POINTER, KIND_SYMBOL, KIND_ADDRESS };

/* A conversion, from its '%'. */
struct spec {
	enum kind kind;
	char flags[8];		/* of "0+- ", each once */
	int width;
	char letter;		/* the last one: d, x, K, 4, ... */
	bool wide;		/* 8 bytes, where the number alone would take 4 */
	bool upper;		/* the letter before the last one is a capital: %pI4 */
	const char *end;	/* behind it */
};

/* An argument that leads to memory: what was found there. */
struct gathered {
	char bytes[GATHERED];
	uint32_t used;
};

struct out {
	char *to;
	uint64_t size, len;
};

static bool ends_pointer(char c)
{
	return !c || isspace((unsigned char)c) || ispunct((unsigned char)c);
}

static void parse_flags(const char **at, struct spec *spec)
{
	size_t cnt = 0;

	for (; **at && strchr("0+- ", **at); (*at)++)
		if (!strchr(spec->flags, **at) && cnt < sizeof(spec->flags) - 1)
			spec->flags[cnt++] = **at;
	for (; **at >= '0' && **at <= '9'; (*at)++)
		spec->width = spec->width > WIDTH_MAX ? WIDTH_MAX : spec->width * 10 + **at - '0';
	if (spec->width > WIDTH_MAX)
		spec->width = WIDTH_MAX;
}

/* What stands behind 'p'. */
static int parse_pointer(const char *at, struct spec *spec)
{
	spec->kind = KIND_POINTER;
	spec->letter = *at;
	spec->end = at + 1;
	if (ends_pointer(*at)) {
		spec->letter = 'K';
		spec->end = at;
		return 0;
	}
	if ((*at == 'k' || *at == 'u') && at[1] == 's') {
		spec->kind = *at == 'u' ? KIND_USER_STRING : KIND_STRING;
		spec->end = at + 2;
		return ends_pointer(*spec->end) ? 0 : -EINVAL;
	}
	if (*at == 'K' || *at == 'x')
		return 0;
	if (*at == 's' || *at == 'S' || *at == 'B') {
		spec->kind = KIND_SYMBOL;
		return 0;
	}
	if ((*at != 'i' && *at != 'I') || (at[1] != '4' && at[1] != '6'))
		return -EINVAL;
	spec->kind = KIND_ADDRESS;
	spec->upper = *at == 'I';
	spec->letter = at[1];
	spec->end = at + 2;
	return 0;
}

static int parse_number(const char *at, struct spec *spec)
{
	int longs = 0;

	for (; *at == 'l' && longs < 2; at++)
		longs++;
	if (!*at || !strchr("iduxX", *at))
		return -EINVAL;
	spec->kind = KIND_NUMBER;
	spec->wide = longs > 0;
	spec->letter = *at;
	spec->end = at + 1;
	return 0;
}

/* @at: behind the '%'. 0 or -EINVAL. */
static int parse(const char *at, struct spec *spec)
{
	*spec = (struct spec){ 0 };
	parse_flags(&at, spec);
	spec->letter = *at;
	spec->end = at + 1;
	switch (*at) {
	case 'p':
		return parse_pointer(at + 1, spec);
	case 's':
		spec->kind = KIND_STRING;
		return ends_pointer(at[1]) ? 0 : -EINVAL;
	case 'c':
		spec->kind = KIND_CHAR;
		return 0;
	default:
		return parse_number(at, spec);
	}
}

/* --- the first pass: is it a format, and what do its arguments lead to ------------- */

/* Linux v6.12 kernel/trace/bpf_trace.c and kernel/bpf/helpers.c: an address below TASK_SIZE is a user's. */
static bool is_user_address(const struct tv_machine *machine, uint64_t addr)
{
	const struct tv_env *env = machine->opts.env;

	return addr < (env && env->user_end ? env->user_end : USER_END);
}

/*
 * A string of memory, cut to what is left, with its end; what cannot be read is "". User memory has
 * no known content.
 */
static int gather_string(struct tv_machine *machine, struct gathered *g, const struct spec *spec,
			 uint64_t addr)
{
	uint32_t start = g->used;

	if (start == GATHERED)
		return -ENOSPC;
	if (addr >= NULL_PAGE && is_user_address(machine, addr)) {
		tv_machine_stop(machine, TV_RUN_UNSUPPORTED, "a string in user memory (0x%" PRIx64 ")", addr);
		return -EINVAL;
	}
	for (; g->used < GATHERED - 1; addr++) {
		char *c = &g->bytes[g->used];

		if (spec->kind == KIND_USER_STRING ||
		    tv_memory_read(machine->memory, addr, c, 1, true, NULL, 0)) {
			g->used = start;
			break;
		}
		if (!*c)
			break;
		g->used++;
	}
	g->bytes[g->used++] = 0;
	return 0;
}

/* An IP address is kept as its text, as the kernel does. */
static int gather_address(struct tv_machine *machine, struct gathered *g, const struct spec *spec,
			  uint64_t addr)
{
	uint32_t size = spec->letter == '4' ? 4 : 16, i, left = GATHERED - g->used;
	char *to = g->bytes + g->used;
	uint8_t ip[16];
	int len = 0;

	if (left < size)
		return -ENOSPC;
	if (tv_memory_read(machine->memory, addr, ip, size, true, NULL, 0))
		memset(ip, 0, sizeof(ip));
	to[0] = 0;
	for (i = 0; i < size && (uint32_t)len < left; i++) {
		if (size == 4)
			len += snprintf(to + len, left - len, spec->upper ? "%s%u" : "%s%03u",
					i ? "." : "", ip[i]);
		else
			len += snprintf(to + len, left - len, "%s%02x",
					i && i % 2 == 0 && spec->upper ? ":" : "", ip[i]);
	}
	g->used += (uint32_t)len + 1 < left ? (uint32_t)len + 1 : left;
	return 0;
}

/* Bytes that a plain argument takes; 4-aligned, as u32s are. */
static int gather_plain(struct gathered *g, uint32_t size)
{
	uint32_t start = size == 1 ? g->used : (g->used + 3) & ~3u;

	if (start > GATHERED || GATHERED - start < size)
		return -ENOSPC;
	g->used = start + size;
	return 0;
}

static int gather(struct tv_machine *machine, struct gathered *g, const struct spec *spec, uint64_t arg)
{
	switch (spec->kind) {
	case KIND_STRING:
	case KIND_USER_STRING:
		return gather_string(machine, g, spec, arg);
	case KIND_ADDRESS:
		return gather_address(machine, g, spec, arg);
	case KIND_CHAR:
		return gather_plain(g, 1);
	case KIND_NUMBER:
		return gather_plain(g, spec->wide ? 8 : 4);
	default:
		return gather_plain(g, 8);
	}
}

static bool is_text(char c)
{
	return (unsigned char)c >= 0x80 || isprint((unsigned char)c) || isspace((unsigned char)c);
}

/* @texts[i]: where what argument i leads to stands in @g. */
static int first_pass(struct tv_machine *machine, const char *fmt, const uint64_t *args, uint32_t cnt,
		      struct gathered *g, uint32_t *texts)
{
	struct spec spec;
	uint32_t nr = 0;
	int err;

	while (*fmt) {
		if (!is_text(*fmt))
			return -EINVAL;
		if (*fmt++ != '%')
			continue;
		if (*fmt == '%') {
			fmt++;
			continue;
		}
		if (nr == cnt || parse(fmt, &spec))
			return -EINVAL;
		texts[nr] = g->used;
		err = gather(machine, g, &spec, args[nr++]);
		if (err)
			return err;
		fmt = spec.end;
	}
	return 0;
}

/* --- the second pass: text ---------------------------------------------------------- */

/* How many of @len more bytes are kept. */
static uint64_t kept(const struct out *out, uint64_t len)
{
	uint64_t room = out->len < out->size ? out->size - out->len : 0;

	return len < room ? len : room;
}

static void put(struct out *out, const char *text, uint64_t len)
{
	uint64_t n = kept(out, len);

	if (n)
		memcpy(out->to + out->len, text, n);
	out->len += len;
}

static void fill(struct out *out, char c, uint64_t len)
{
	uint64_t n = kept(out, len);

	if (n)
		memset(out->to + out->len, c, n);
	out->len += len;
}

static void put_padded(struct out *out, const struct spec *spec, const char *text)
{
	uint64_t len = strlen(text), pad = (uint64_t)spec->width > len ? (uint64_t)spec->width - len : 0;
	bool left = strchr(spec->flags, '-');

	if (left)
		put(out, text, len);
	fill(out, ' ', pad);
	if (!left)
		put(out, text, len);
}

static void put_char(struct out *out, const struct spec *spec, char c)
{
	char text[2] = { c ? c : 1, 0 };
	uint64_t at;

	put_padded(out, spec, text);
	/* a 0 is a character like others */
	at = strchr(spec->flags, '-') && spec->width > 1 ? out->len - (uint64_t)spec->width : out->len - 1;
	if (!c && at < out->size)
		out->to[at] = 0;
}

static void put_number(struct out *out, const struct spec *spec, uint64_t arg)
{
	bool is_signed = spec->letter == 'd' || spec->letter == 'i', left = strchr(spec->flags, '-');
	bool zeros = !left && strchr(spec->flags, '0');
	int64_t number = spec->wide ? (int64_t)arg : (int32_t)arg;
	const char *sign = "";
	char digits[32];
	uint64_t len, pad;

	if (is_signed) {
		sign = number < 0 ? "-" : strchr(spec->flags, '+') ? "+" : strchr(spec->flags, ' ') ? " " : "";
		snprintf(digits, sizeof(digits), "%" PRIu64, number < 0 ? -(uint64_t)number : (uint64_t)number);
	} else {
		uint64_t bits = spec->wide ? arg : (uint32_t)arg;

		snprintf(digits, sizeof(digits), spec->letter == 'u' ? "%" PRIu64 :
			 spec->letter == 'x' ? "%" PRIx64 : "%" PRIX64, bits);
	}
	len = strlen(digits) + strlen(sign);
	pad = (uint64_t)spec->width > len ? (uint64_t)spec->width - len : 0;
	fill(out, ' ', left || zeros ? 0 : pad);
	put(out, sign, strlen(sign));
	fill(out, '0', zeros ? pad : 0);
	put(out, digits, strlen(digits));
	fill(out, ' ', left ? pad : 0);
}

/* The kernel hides pointers behind a hash with a random key; ours has a fixed one. */
static uint64_t hidden(uint64_t pointer)
{
	/* NULL and error numbers are shown */
	if (!pointer || pointer >= (uint64_t)-4095)
		return pointer;
	pointer *= UINT64_C(0x9e3779b97f4a7c15);
	return pointer >> 32;
}

static void put_pointer(struct out *out, struct spec *spec, uint64_t arg)
{
	char text[40];

	snprintf(text, sizeof(text), "%016" PRIx64, spec->letter == 'x' ? arg : hidden(arg));
	put_padded(out, spec, text);
}

/* No address of a program has a name. */
static void put_symbol(struct out *out, const struct spec *spec, uint64_t arg)
{
	char text[40];

	snprintf(text, sizeof(text), "0x%" PRIx64, arg);
	put_padded(out, spec, text);
}

static void put_spec(struct out *out, struct spec *spec, uint64_t arg, const char *text)
{
	switch (spec->kind) {
	case KIND_NUMBER:
		put_number(out, spec, arg);
		break;
	case KIND_CHAR:
		put_char(out, spec, (char)arg);
		break;
	case KIND_POINTER:
		put_pointer(out, spec, arg);
		break;
	case KIND_SYMBOL:
		put_symbol(out, spec, arg);
		break;
	default:
		put_padded(out, spec, text);
		break;
	}
}

/* @fmt has been judged, and nobody changes it meanwhile. */
static void second_pass(struct out *out, const char *fmt, const uint64_t *args, const struct gathered *g,
			const uint32_t *texts)
{
	struct spec spec;
	uint32_t nr = 0;

	while (*fmt) {
		const char *plain = fmt;

		fmt += strcspn(fmt, "%");
		put(out, plain, (uint64_t)(fmt - plain));
		if (!*fmt++)
			break;
		if (*fmt == '%') {
			put(out, fmt++, 1);
			continue;
		}
		parse(fmt, &spec);
		put_spec(out, &spec, args[nr], g->bytes + texts[nr]);
		nr++;
		fmt = spec.end;
	}
}

int64_t format_text(struct tv_machine *machine, char *to, uint64_t size, const char *fmt,
		    const uint64_t *args, uint32_t cnt)
{
	struct out out = { .to = to, .size = size ? size - 1 : 0 };
	struct gathered gathered = { .used = 0 };
	uint32_t texts[FORMAT_ARGS] = { 0 };
	int err;

	/* a program may ask for the text where the format stands */
	fmt = machine_keep(machine, fmt, strlen(fmt) + 1, FORMAT_COPY);
	if (!fmt)
		return 0;
	err = first_pass(machine, fmt, args, cnt, &gathered, texts);
	if (err)
		return err;
	second_pass(&out, fmt, args, &gathered, texts);
	if (size)
		to[out.len < out.size ? out.len : out.size] = 0;
	return (int64_t)out.len;
}
