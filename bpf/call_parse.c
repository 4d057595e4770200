// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Helpers that read a number out of text: bpf_strtol() and bpf_strtoul(). */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "bpf/call.h"

#define BASE_MASK	0x1fu	/* Linux: BPF_STRTOX_BASE_MASK */
#define DIGITS_MAX	63u	/* characters behind the sign that are looked at */

/* A number in text, as it is read. */
struct number {
	const char *at, *end;
	uint64_t base;		/* 0: to be told by the text */
	uint64_t value;
	bool negative, overflows;
};

static char next_char(const struct number *n, size_t ahead)
{
	return (size_t)(n->end - n->at) > ahead ? n->at[ahead] : 0;
}

/* "0x" before a digit of it, or a leading 0. */
static void read_base(struct number *n)
{
	bool x = next_char(n, 0) == '0' && (next_char(n, 1) | 0x20) == 'x';

	if (!n->base && next_char(n, 0) != '0')
		n->base = 10;
	else if (!n->base)
		n->base = x && isxdigit((unsigned char)next_char(n, 2)) ? 16 : 8;
	if (n->base == 16 && x)
		n->at += 2;
}

/* The digit's value; 16: none. */
static uint32_t digit(char c)
{
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 : 16;
}

/* False: not one digit. */
static bool read_digits(struct number *n)
{
	const char *first = n->at;

	for (; n->at < n->end && digit(*n->at) < n->base; n->at++) {
		n->overflows |= __builtin_mul_overflow(n->value, n->base, &n->value);
		n->overflows |= __builtin_add_overflow(n->value, digit(*n->at), &n->value);
	}
	return n->at > first;
}

/* How many characters the number takes, or -errno. */
static int64_t read_number(struct number *n, const char *text, uint64_t size, uint64_t flags)
{
	n->base = flags & BASE_MASK;
	if (!size || (flags & ~(uint64_t)BASE_MASK) ||
	    (n->base && n->base != 8 && n->base != 10 && n->base != 16))
		return -EINVAL;
	n->end = text + size;
	for (n->at = text; n->at < n->end && isspace((unsigned char)*n->at); n->at++)
		;
	n->negative = next_char(n, 0) == '-';
	n->at += n->negative;
	if ((uint64_t)(n->end - n->at) > DIGITS_MAX)
		n->end = n->at + DIGITS_MAX;
	if (n->at == n->end)
		return -EINVAL;
	read_base(n);
	if (!read_digits(n))
		return n->overflows ? -ERANGE : -EINVAL;
	return n->overflows ? -ERANGE : n->at - text;
}

/* The text of a call in @n, and 0 where its result goes (*@to); false: the run was stopped. */
static bool begin(struct tv_machine *machine, const uint64_t args[5], struct number *n, void **to,
		  int64_t *len, const char *what)
{
	const char *text = machine_input(machine, args[0], args[1], 0, what);

	*to = text ? tv_machine_bytes(machine, args[3], sizeof(uint64_t), true, what) : NULL;
	if (!*to)
		return false;
	/* as the kernel: the result may stand where the text does */
	memset(*to, 0, sizeof(uint64_t));
	*len = read_number(n, text, args[1], args[2]);
	return true;
}

static uint64_t strtol_call(struct tv_machine *machine, const uint64_t args[5])
{
	struct number n = { 0 };
	int64_t len;
	void *to;

	if (!begin(machine, args, &n, &to, &len, "bpf_strtol"))
		return 0;
	if (len < 0)
		return len;
	if (n.value > (uint64_t)INT64_MAX + n.negative)
		return -ERANGE;
	n.value = n.negative ? -n.value : n.value;
	memcpy(to, &n.value, sizeof(n.value));
	return len;
}

static uint64_t strtoul_call(struct tv_machine *machine, const uint64_t args[5])
{
	struct number n = { 0 };
	int64_t len;
	void *to;

	if (!begin(machine, args, &n, &to, &len, "bpf_strtoul"))
		return 0;
	if (len >= 0 && n.negative)
		return -EINVAL;
	if (len >= 0)
		memcpy(to, &n.value, sizeof(n.value));
	return len;
}

const struct call_entry call_parse_list[] = {
	{ .id = BPF_FUNC_strtol, .call = strtol_call },
	{ .id = BPF_FUNC_strtoul, .call = strtoul_call },
	{ 0 },
};
