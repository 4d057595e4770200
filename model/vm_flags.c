// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* vm_flags as the letters of maps and the words of smaps. */
#include <errno.h>
#include <string.h>
#include "model/maps.h"

/*
 * The words of Linux v6.12 on x86-64, fs/proc/task_mmu.c, by bit of
 * vm_flags, and gu of later ones. Bits without one (protection keys among
 * them) are not shown by the kernel, so no capture has them.
 */
#define VM_FLAG_WORDS(X) \
	X('r', 'd', 0) X('w', 'r', 1) X('e', 'x', 2) X('s', 'h', 3) \
	X('m', 'r', 4) X('m', 'w', 5) X('m', 'e', 6) X('m', 's', 7) \
	X('g', 'd', 8) X('u', 'm', 9) X('p', 'f', 10) X('g', 'u', 11) X('u', 'w', 12) \
	X('l', 'o', 13) X('i', 'o', 14) X('s', 'r', 15) X('r', 'r', 16) \
	X('d', 'c', 17) X('d', 'e', 18) X('l', 'f', 19) X('a', 'c', 20) \
	X('n', 'r', 21) X('h', 't', 22) X('s', 'f', 23) X('a', 'r', 24) \
	X('w', 'f', 25) X('d', 'd', 26) X('s', 'd', 27) X('m', 'm', 28) \
	X('h', 'g', 29) X('n', 'h', 30) X('m', 'g', 31) X('s', 's', 37) \
	X('u', 'i', 38) X('d', 'p', 40) X('s', 'l', 63)

/*
 * What other kernels and machines print: dw and nl before 5.15 and 4.0, mp
 * before 5.6, bt and mt on arm64. They have no bit of their own on x86-64
 * from 6.12 on, so they are understood and mean none.
 */
#define FOREIGN_WORDS(X) \
	X('d', 'w') X('n', 'l') X('m', 'p') X('b', 't') X('m', 't')

#define WORD(a, b)	(((a) - 'a') * 26 + ((b) - 'a'))

enum { UNKNOWN, FOREIGN, FIRST_BIT };

/* By word: UNKNOWN, FOREIGN, or FIRST_BIT and the number of the bit. */
static const unsigned char meaning[26 * 26] = {
#define X(a, b, bit) [WORD(a, b)] = FIRST_BIT + (bit),
	VM_FLAG_WORDS(X)
#undef X
#define X(a, b) [WORD(a, b)] = FOREIGN,
	FOREIGN_WORDS(X)
#undef X
};

static const char word_of_bit[64][2] = {
#define X(a, b, bit) [bit] = { a, b },
	VM_FLAG_WORDS(X)
#undef X
};

static int letter(char c, char set, unsigned long bits, unsigned long *vm_flags)
{
	if (c == set)
		*vm_flags |= bits;
	return c == set || c == '-' ? 0 : -EINVAL;
}

int tv_vm_flags_from_perms(const char perms[4], unsigned long *vm_flags)
{
	unsigned long flags = 0;

	if (letter(perms[0], 'r', VM_READ, &flags) || letter(perms[1], 'w', VM_WRITE, &flags) ||
	    letter(perms[2], 'x', VM_EXEC, &flags))
		return -EINVAL;
	if (perms[3] == 's')
		flags |= VM_MAYSHARE | VM_SHARED;
	else if (perms[3] != 'p')
		return -EINVAL;
	*vm_flags = flags;
	return 0;
}

void tv_vm_flags_to_perms(unsigned long vm_flags, char perms[5])
{
	/* VM_MAYSHARE, not VM_SHARED: a shared mapping of a read-only file has only that */
	perms[0] = vm_flags & VM_READ ? 'r' : '-';
	perms[1] = vm_flags & VM_WRITE ? 'w' : '-';
	perms[2] = vm_flags & VM_EXEC ? 'x' : '-';
	perms[3] = vm_flags & VM_MAYSHARE ? 's' : 'p';
	perms[4] = '\0';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* The bits of the two-letter word at @text; -EINVAL for one that nobody prints. */
static int word_bits(const char *text, unsigned long *bits)
{
	unsigned char what;

	*bits = 0;
	/* a bit for which that kernel had no word */
	if (text[0] == '?' && text[1] == '?')
		return 0;
	if (!is_lower(text[0]) || !is_lower(text[1]))
		return -EINVAL;
	what = meaning[WORD(text[0], text[1])];
	if (what >= FIRST_BIT)
		*bits = 1UL << (what - FIRST_BIT);
	return what == UNKNOWN ? -EINVAL : 0;
}

int tv_vm_flags_from_words(const char *text, size_t len, unsigned long *vm_flags, size_t *at)
{
	unsigned long flags = 0, bits;
	size_t i = 0;

	while (i < len) {
		if (text[i] == ' ') {
			i++;
			continue;
		}
		*at = i;
		if (len - i < 2 || (len - i > 2 && text[i + 2] != ' ') ||
		    word_bits(text + i, &bits))
			return -EINVAL;
		flags |= bits;
		i += 2;
	}
	*vm_flags = flags;
	return 0;
}

size_t tv_vm_flags_to_words(unsigned long vm_flags, char *buf, size_t size)
{
	size_t len = 0;
	int bit;

	for (; vm_flags; vm_flags &= vm_flags - 1) {
		bit = __builtin_ctzl(vm_flags);
		if (!word_of_bit[bit][0] || len + 4 > size)
			continue;
		if (len)
			buf[len++] = ' ';
		memcpy(buf + len, word_of_bit[bit], 2);
		len += 2;
	}
	if (size)
		buf[len] = '\0';
	return len;
}
