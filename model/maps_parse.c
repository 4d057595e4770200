// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The text of /proc/PID/maps and /proc/PID/smaps, read strictly.
 *
 * A line is parsed only once its newline is found. That newline stops every
 * scan, as it is part of no field, so fields need no bounds of their own.
 */
#include <errno.h>
#include <string.h>
#include "model/maps.h"

/* Linux include/linux/kdev_t.h: 12 bits of major, 20 of minor. */
#define MAJOR_MAX	0xfffU
#define MINOR_MAX	0xfffffU

struct maps_text {
	const char *at;		/* what is looked at */
	const char *line;	/* its line */
	const char *eol;	/* the newline of that */
	const char *text, *end;	/* the whole */
	int line_nr;		/* from 1 */
	bool crlf_known, crlf;	/* every line ends in "\r\n" */

	struct mm_struct *mm;
	struct tv_vma_list *vmas;
	struct tv_vma_desc desc;	/* of the last header */
	struct vm_area_struct *vma;	/* made from it; NULL: it was [vsyscall] */
	struct tv_vma_desc prev;	/* of the last VMA made */
	bool has_prev;
	struct tv_diag *diag;
};

/* Columns count bytes here: maps text has no encoding. */
static int bad(const struct maps_text *t, const char *at, const char *what)
{
	return tv_diag_set(t->diag, t->line_nr, at - t->line + 1, "%s", what);
}

static int out_of_memory(const struct maps_text *t)
{
	bad(t, t->line, "out of memory");
	return -ENOMEM;
}

/* On to the next line: 1 when there is one, 0 at the end, -EINVAL for half a line. */
static int next_line(struct maps_text *t)
{
	t->line = t->eol ? t->eol + 1 : t->text;
	t->line_nr++;
	t->at = t->line;
	if (t->line == t->end)
		return 0;
	t->eol = memchr(t->line, '\n', t->end - t->line);
	if (!t->eol)
		return bad(t, t->end, "the text ends in the middle of a line");
	return 1;
}

/* 0..15, or -1; the kernel prints lower case. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int get_hex(struct maps_text *t, const char *what, uint64_t *value)
{
	const char *first = t->at;
	int digit;

	*value = 0;
	for (; (digit = hex_digit(*t->at)) >= 0; t->at++) {
		if (*value >> 60)
			return bad(t, first, what);
		*value = *value << 4 | digit;
	}
	return t->at == first ? bad(t, first, what) : 0;
}

static int get_decimal(struct maps_text *t, const char *what, uint64_t *value)
{
	const char *first = t->at;

	*value = 0;
	for (; *t->at >= '0' && *t->at <= '9'; t->at++) {
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, *t->at - '0', value))
			return bad(t, first, what);
	}
	return t->at == first ? bad(t, first, what) : 0;
}

static int skip(struct maps_text *t, char c, const char *what)
{
	if (*t->at != c)
		return bad(t, t->at, what);
	t->at++;
	return 0;
}

static int get_perms(struct maps_text *t, unsigned long *vm_flags)
{
	if (t->eol - t->at < 4 || tv_vm_flags_from_perms(t->at, vm_flags))
		return bad(t, t->at, "expected permissions such as r-xp");
	t->at += 4;
	return 0;
}

/* Lower case hexadecimal up to @max that ends before @end; where it ends, or NULL. */
static const char *device_number(const char *at, const char *end, unsigned int max,
				 unsigned int *number)
{
	const char *first = at;

	for (*number = 0; at < end && hex_digit(*at) >= 0; at++) {
		*number = *number << 4 | hex_digit(*at);
		if (*number > max)
			return NULL;
	}
	return at > first ? at : NULL;
}

int tv_maps_device(const char *text, size_t len, unsigned int *major, unsigned int *minor)
{
	const char *end = text + len, *at;

	at = device_number(text, end, MAJOR_MAX, major);
	if (!at || at == end || *at != ':')
		return -EINVAL;
	return device_number(at + 1, end, MINOR_MAX, minor) == end ? 0 : -EINVAL;
}

static int get_device(struct maps_text *t, struct tv_vma_desc *desc)
{
	const char *first = t->at;

	while (*t->at != ' ' && *t->at != '\n')
		t->at++;
	if (tv_maps_device(first, t->at - first, &desc->major, &desc->minor))
		return bad(t, first, "expected a device such as fe:00");
	return 0;
}

static bool all_lines_crlf(const struct maps_text *t)
{
	const char *at = t->text, *eol;

	for (; at < t->end; at = eol + 1) {
		eol = memchr(at, '\n', t->end - at);
		if (!eol || eol == at || eol[-1] != '\r')
			return false;
	}
	return true;
}

/*
 * The name of a file may end in a carriage return, and a text may have been
 * through an editor that puts one on every line: told apart by the others.
 */
static int check_crlf(struct maps_text *t, const struct tv_vma_desc *desc)
{
	if (t->eol[-1] != '\r')
		return 0;
	if (!t->crlf_known)
		t->crlf = all_lines_crlf(t);
	t->crlf_known = true;
	if (t->crlf || desc->name_len == 1)
		return bad(t, t->eol - 1, "lines end in CR LF: the kernel prints LF alone");
	return 0;
}

/* What follows the inode: nothing, or blanks up to the name's column and the name. */
static int get_name(struct maps_text *t, struct tv_vma_desc *desc)
{
	const char *column = t->at + 2, *nul;

	if (t->at < t->eol && *t->at != ' ')
		return bad(t, t->at, "expected a blank after the inode");
	/* 32-bit kernels pad less */
	if (column < t->line + TV_MAPS_NAME_COLUMN)
		column = t->line + TV_MAPS_NAME_COLUMN;
	while (t->at < column && *t->at == ' ')
		t->at++;
	desc->name = t->at;
	desc->name_len = t->eol - t->at;
	if (desc->name_len > TV_VMA_NAME_MAX)
		return bad(t, t->at, "name is too long");
	nul = memchr(t->at, '\0', desc->name_len);
	if (nul)
		return bad(t, nul, "NUL in a name");
	return check_crlf(t, desc);
}

/* Where on the line the fields stand that a VMA may be refused for. */
struct header_places {
	const char *start, *end, *offset;
};

static int parse_header(struct maps_text *t, struct tv_vma_desc *desc,
			struct header_places *places)
{
	uint64_t start, end;

	*desc = (struct tv_vma_desc){ 0 };
	places->start = t->at;
	if (get_hex(t, "expected a start address in hexadecimal", &start) ||
	    skip(t, '-', "expected '-' after the start address"))
		return -EINVAL;
	places->end = t->at;
	if (get_hex(t, "expected an end address in hexadecimal", &end) ||
	    skip(t, ' ', "expected a blank after the end address") ||
	    get_perms(t, &desc->vm_flags) ||
	    skip(t, ' ', "expected a blank after the permissions"))
		return -EINVAL;
	places->offset = t->at;
	if (get_hex(t, "expected an offset in hexadecimal", &desc->offset) ||
	    skip(t, ' ', "expected a blank after the offset") ||
	    get_device(t, desc) ||
	    skip(t, ' ', "expected a blank after the device") ||
	    get_decimal(t, "expected an inode number", &desc->ino) ||
	    get_name(t, desc))
		return -EINVAL;
	desc->start = start;
	desc->end = end;
	return 0;
}

static bool is_named(const struct tv_vma_desc *desc, const char *name)
{
	return desc->name_len == strlen(name) && !memcmp(desc->name, name, desc->name_len);
}

static int check_header(const struct maps_text *t, const struct header_places *places)
{
	const char *what;
	char which;

	/* no file's: those are paths */
	if (is_named(&t->desc, "[rollup]"))
		return bad(t, t->desc.name, "smaps_rollup does not show single VMAs");
	what = tv_vma_desc_check(&t->mm->tv_world->limits, t->has_prev ? &t->prev : NULL,
				 &t->desc, &which);
	if (!what)
		return 0;
	return bad(t, which == 's' ? places->start : which == 'e' ? places->end : places->offset,
		   what);
}

static int add_vma(struct maps_text *t)
{
	if (tv_vma_create(t->mm, &t->desc, &t->vma))
		return out_of_memory(t);
	if (tv_vma_list_add(t->vmas, t->vma)) {
		tv_vma_destroy(t->vma);
		return out_of_memory(t);
	}
	t->prev = t->desc;
	t->has_prev = true;
	return 0;
}

static int parse_mapping(struct maps_text *t)
{
	struct header_places places;
	int err;

	t->vma = NULL;
	err = parse_header(t, &t->desc, &places);
	/* [vsyscall] is a page of the kernel's, no VMA, and lies above every limit */
	if (err || is_named(&t->desc, "[vsyscall]"))
		return err;
	err = check_header(t, &places);
	return err ? err : add_vma(t);
}

static int get_vm_flags(struct maps_text *t)
{
	char maps[5], smaps[5];
	unsigned long flags;
	size_t at;

	if (tv_vm_flags_from_words(t->at, t->eol - t->at, &flags, &at))
		return bad(t, t->at + at, "unknown word in VmFlags");
	tv_vm_flags_to_perms(t->desc.vm_flags, maps);
	tv_vm_flags_to_perms(flags, smaps);
	if (memcmp(maps, smaps, sizeof(maps)))
		return bad(t, t->line, "VmFlags contradict the permissions above them");
	if (t->vma)
		t->vma->vm_flags = flags;
	return 0;
}

/* "Rss:      12 kB" and the like: nothing that the model keeps. */
static int skip_number(struct maps_text *t)
{
	uint64_t ignored;

	if (get_decimal(t, "expected a number", &ignored))
		return -EINVAL;
	if (t->eol - t->at == 3 && !memcmp(t->at, " kB", 3))
		t->at += 3;
	return t->at == t->eol ? 0 : bad(t, t->at, "garbage after the number");
}

/* Headers begin with a lower case digit, attributes with a capital letter. */
static bool is_attribute(const struct maps_text *t)
{
	return *t->at >= 'A' && *t->at <= 'Z';
}

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* "Key: value" below a header. */
static int parse_attribute(struct maps_text *t)
{
	const char *key = t->at;
	size_t len;

	if (t->line_nr == 1)
		return bad(t, key, "attribute before the first mapping");
	while (is_key_char(*t->at))
		t->at++;
	len = t->at - key;
	if (skip(t, ':', "expected ':' after the name of an attribute"))
		return -EINVAL;
	while (*t->at == ' ')
		t->at++;
	if (len == strlen("VmFlags") && !memcmp(key, "VmFlags", len))
		return get_vm_flags(t);
	return skip_number(t);
}

unsigned long tv_maps_page_size(const char *text, size_t len)
{
	static const char key[] = "\nKernelPageSize:";
	const char *at = text, *end = text + len;
	unsigned long least = TV_MAX_PAGE_SIZE / 1024 + 1;

	/* huge pages are bigger than any machine's own */
	while ((at = memmem(at, end - at, key, sizeof(key) - 1))) {
		unsigned long kib = 0;

		for (at += sizeof(key) - 1; at < end && *at == ' ';)
			at++;
		for (; at < end && *at >= '0' && *at <= '9' && kib <= TV_MAX_PAGE_SIZE; at++)
			kib = kib * 10 + (*at - '0');
		if (kib && kib < least)
			least = kib;
	}
	return tv_page_size_is_valid(least * 1024) ? least * 1024 : 0;
}

int tv_maps_parse(const char *text, size_t len, struct mm_struct *mm,
		  struct tv_vma_list *vmas, struct tv_diag *diag)
{
	struct maps_text t = {
		.text = text, .end = text + len, .mm = mm, .vmas = vmas, .diag = diag,
	};
	int err;

	if (!len)
		return tv_diag_set(diag, 1, 1, "the text is empty");
	while ((err = next_line(&t)) > 0) {
		err = is_attribute(&t) ? parse_attribute(&t) : parse_mapping(&t);
		if (err)
			return err;
	}
	return err;
}
