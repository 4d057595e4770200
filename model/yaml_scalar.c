// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What an unquoted YAML scalar means. */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "model/yaml_scalar.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* 1 more than the value of a hexadecimal digit; 0 for what is none. */
static const unsigned char digit_table[256] = {
	['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	['a'] = 11, 12, 13, 14, 15, 16,
	['A'] = 11, 12, 13, 14, 15, 16,
};

/* 0..15, or -1 */
static int digit_value(char c)
{
	return digit_table[(unsigned char)c] - 1;
}

static size_t count_digits(const char *text, size_t len, int base)
{
	size_t n = 0;

	while (n < len && digit_value(text[n]) >= 0 && digit_value(text[n]) < base)
		n++;
	return n;
}

/* Whether @text is one of @words, in any mix of cases. */
static bool is_one_of(const char *text, size_t len, const char *const *words)
{
	for (; *words; words++) {
		if (strlen(*words) == len && !strncasecmp(text, *words, len))
			return true;
	}
	return false;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_decimal(const char *s, size_t len)
{
	const char *end = s + len;
	size_t whole, fraction = 0;

	if (s < end && (*s == '-' || *s == '+'))
		s++;
	whole = count_digits(s, end - s, 10);
	s += whole;
	if (s < end && *s == '.') {
		s++;
		fraction = count_digits(s, end - s, 10);
		s += fraction;
	}
	if (!whole && !fraction)
		return false;
	if (s < end && (*s == 'e' || *s == 'E')) {
		s++;
		if (s < end && (*s == '-' || *s == '+'))
			s++;
		if (s == end)
			return false;
		s += count_digits(s, end - s, 10);
	}
	return s == end;
}

static bool is_number(const char *s, size_t len)
{
	static const char *const not_finite[] = {
		".inf", "-.inf", "+.inf", ".nan", NULL
	};

	if (len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'o'))
		return count_digits(s + 2, len - 2, s[1] == 'x' ? 16 : 8) == len - 2;
	return is_decimal(s, len) || is_one_of(s, len, not_finite);
}

bool tv_yaml_plain_is_text(const char *plain, size_t len)
{
	static const char *const words[] = { "", "~", "null", "true", "false", NULL };

	return !is_one_of(plain, len, words) && !is_number(plain, len);
}

/* Both: 0, -EINVAL at what is no digit, -ERANGE above 64 bits when all are digits. */
static int get_hexadecimal(const char *p, const char *end, uint64_t *value)
{
	uint64_t number = 0, lost = 0;
	int digit;

	for (; p < end; p++) {
		digit = digit_value(*p);
		if (digit < 0)
			return -EINVAL;
		lost |= number >> 60;
		number = number << 4 | digit;
	}
	*value = number;
	return lost ? -ERANGE : 0;
}

static int get_decimal(const char *p, const char *end, uint64_t *value)
{
	uint64_t number = 0;
	bool lost = false;

	for (; p < end; p++) {
		if (!is_digit(*p))
			return -EINVAL;
		lost |= __builtin_mul_overflow(number, 10, &number) ||
			__builtin_add_overflow(number, *p - '0', &number);
	}
	*value = number;
	return lost ? -ERANGE : 0;
}

int tv_yaml_plain_number(const char *plain, size_t len, uint64_t max, uint64_t *value)
{
	const char *end = plain + len;
	int err;

	if (len > 2 && plain[0] == '0' && plain[1] == 'x')
		err = get_hexadecimal(plain + 2, end, value);
	else if (len == 1 || (len && plain[0] != '0'))
		err = get_decimal(plain, end, value);
	else
		err = -EINVAL;
	if (err)
		return err;
	return *value > max ? -ERANGE : 0;
}

bool tv_yaml_may_be_plain(const char *text, size_t len)
{
	/* what YAML 1.1 reads as booleans, and more */
	static const char *const words[] = {
		"y", "n", "yes", "no", "on", "off", "true", "false", "null", NULL
	};
	size_t i;

	if (!len || !(is_letter(text[0]) || text[0] == '/'))
		return false;
	for (i = 0; i < len; i++) {
		if (!is_letter(text[i]) && !is_digit(text[i]) &&
		    (!text[i] || !strchr("/._-+=@~", text[i])))
			return false;
	}
	return !is_one_of(text, len, words);
}
