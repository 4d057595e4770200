// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Formats (format_table.h). */
#include "tests/conformance/format_table.h"

#include <errno.h>
#include <stddef.h>

/* the text, then the format and its arguments */
#define F(text, fmt, ...)							\
	{ fmt, FORMAT_OUT, sizeof((uint64_t[]){ 0, ##__VA_ARGS__ }) / 8 - 1, { __VA_ARGS__ }, NULL,	\
	  sizeof(text), text },
/* into @size bytes: what stands there, and how long it would have been */
#define CUT(size, text, whole, fmt, ...)					\
	{ fmt, size, sizeof((uint64_t[]){ 0, ##__VA_ARGS__ }) / 8 - 1, { __VA_ARGS__ }, NULL,	\
	  sizeof(whole), text },
/* with an argument that points to @bytes */
#define M(text, bytes, fmt, ...)						\
	{ fmt, FORMAT_OUT, sizeof((uint64_t[]){ 0, ##__VA_ARGS__ }) / 8 - 1, { __VA_ARGS__ }, bytes,	\
	  sizeof(text), text },
/* no format */
#define BAD(fmt, ...)								\
	{ fmt, FORMAT_OUT, sizeof((uint64_t[]){ 0, ##__VA_ARGS__ }) / 8 - 1, { __VA_ARGS__ }, NULL,	\
	  -EINVAL, "" },

const struct format_row format_rows[] = {
	F("", "")
	F("plain\ttext\n", "plain\ttext\n")
	F("100%", "100%%")
	F("-5 5", "%d %i", -5, 5)
	F("5", "%d", 0x100000005)
	F("-2147483648", "%d", 0x80000000)
	F("4294967295", "%u", -1)
	F("ffffffff FFFFFFFF", "%x %X", -1, -1)
	F("-1 18446744073709551615", "%ld %lu", -1, -1)
	F("-9223372036854775808", "%lld", 1ULL << 63)
	F("123456789abcdef0", "%llx", 0x123456789abcdef0)
	F("123456789ABCDEF0", "%lX", 0x123456789abcdef0)
	F("   42|42   |00042", "%5d|%-5d|%05d", 42, 42, 42)
	F("+42 -42  42", "%+d %+d % d", 42, -42, 42)
	F("-0042|+0042| 0042", "%05d|%+05d|% 05d", -42, 42, 42)
	F("42   |42   ", "%-05d|%0-5d", 42, 42)
	F("+42|+42|+42", "%+ d|% +d|%++d", 42, 42, 42)
	F("2a|2a|2a", "%+x|% x|%-x", 42, 42, 42)
	F("0000002a|                  2a", "%08x|%20llx", 42, 42)
	F("0", "%d", 0)
	F("A|  A|A  |", "%c|%3c|%-3c|", 'A', 'A', 'A')
	F("A", "%c", 0x141)
	F("0000000000001234", "%px", 0x1234)
	F("ffffffffffffffff", "%px", -1)
	F("0000000000000000", "%px", 0)
	F("1", "%d", 1, 2)
	F("1 2 3 4 5", "%d %d %d %d %d", 1, 2, 3, 4, 5)
	F("", "%s", 0)
	M("hello", "hello", "%s", AT_MEMORY)
	M("<hello>", "hello", "<%s>", AT_MEMORY)
	M("     hello|hello     |", "hello", "%10s|%-10s|", AT_MEMORY, AT_MEMORY)
	M("hello", "hello", "%2s", AT_MEMORY)
	M("hello hello", "hello", "%s %pks", AT_MEMORY, AT_MEMORY)
	M("hello, 5", "hello", "%s, %d", AT_MEMORY, 5)
	M("192.168.0.1", "\xc0\xa8\x00\x01", "%pI4", AT_MEMORY)
	M("192.168.000.001", "\xc0\xa8\x00\x01", "%pi4", AT_MEMORY)
	M("2001:0db8:0000:0000:0000:0000:0000:0001", "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", "%pI6", AT_MEMORY)
	M("20010db8000000000000000000000001", "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", "%pi6", AT_MEMORY)
	F("0.0.0.0", "%pI4", 0)
	CUT(4, "hel", "hello", "hello")
	CUT(6, "hello", "hello", "hello")
	CUT(5, "hell", "hello", "hello")
	CUT(1, "", "hello", "hello")
	CUT(0, "", "hello", "hello")
	CUT(4, "123", "12345", "%d", 12345)
	CUT(4, "   ", "    42", "%6d", 42)
	CUT(4, "42 ", "42    ", "%-6d", 42)
	BAD("%d")
	BAD("%d %d", 1)
	BAD("100%")
	BAD("%", 1)
	BAD("%5", 1)
	BAD("%hd", 1)
	BAD("%llld", 1)
	BAD("%zd", 1)
	BAD("%#x", 1)
	BAD("%.2d", 1)
	BAD("%.2s", AT_MEMORY)
	BAD("%*d", 1, 1)
	BAD("%f", 1)
	BAD("%n", AT_MEMORY)
	BAD("%o", 1)
	BAD("%sd", AT_MEMORY)
	BAD("%px4")
	BAD("%pI5", AT_MEMORY)
	BAD("%pI", AT_MEMORY)
	BAD("%pksx", AT_MEMORY)
	BAD("%pz", 1)
	BAD("bell \a")
	BAD("\x01")
	BAD("\x7f")
	{ 0 },
};
