// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The bytes of a YAML file, checked before the YAML library sees them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "model/fixture.h"
#include "model/yaml_source.h"

static int bad_file(struct tv_yaml_source *src, const char *what)
{
	return tv_diag_set(src->diag, 0, 0, "%s", what);
}

static int too_large(struct tv_yaml_source *src)
{
	return tv_diag_set(src->diag, 0, 0, "larger than %lu bytes", TV_FIXTURE_MAX_BYTES);
}

static int bad_byte(struct tv_yaml_source *src, const char *what, unsigned int value)
{
	return tv_diag_set(src->diag, src->line, src->column, "%s 0x%02x", what, value);
}

static int check_kind(struct tv_yaml_source *src)
{
	struct stat st;

	if (fstat(src->fd, &st))
		return bad_file(src, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return bad_file(src, strerror(EISDIR));
	if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > TV_FIXTURE_MAX_BYTES)
		return too_large(src);
	return 0;
}

int tv_yaml_source_open(struct tv_yaml_source *src, const char *path, struct tv_diag *diag)
{
	int err;

	*src = (struct tv_yaml_source){ .diag = diag, .line = 1, .column = 1 };
	src->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (src->fd < 0)
		return bad_file(src, strerror(errno));
	err = check_kind(src);
	if (err)
		tv_yaml_source_close(src);
	return err;
}

void tv_yaml_source_close(struct tv_yaml_source *src)
{
	if (src->fd > STDIN_FILENO)
		close(src->fd);
	src->fd = -1;
}

/* YAML 1.2 production [1], c-printable. */
static bool is_printable(uint32_t code)
{
	if (code < 0x80)
		return (code >= ' ' && code < 0x7f) || code == '\t' || code == '\n' || code == '\r';
	return code == 0x85 || (code >= 0xa0 && code != 0xfffe && code != 0xffff);
}

/* A line ends with LF, CR LF or CR. */
static void end_line(struct tv_yaml_source *src, unsigned char c)
{
	if (c != '\n' || !src->after_cr)
		src->line++;
	src->column = 1;
	src->after_cr = c == '\r';
}

static int check_character(struct tv_yaml_source *src, uint32_t c)
{
	if (!is_printable(c))
		return bad_byte(src, "YAML allows no character", c);
	if (c == '\n' || c == '\r') {
		end_line(src, c);
		return 0;
	}
	/* a byte order mark at the start is no part of the first line */
	if (c == 0xfeff && src->line == 1 && src->column == 1)
		return 0;
	/* directives: never needed, and libfyaml 0.7.12 does not return from some */
	if (c == '%' && src->column == 1)
		return tv_diag_set(src->diag, src->line, src->column,
				   "a line may not begin with '%%'");
	src->column++;
	src->after_cr = false;
	return 0;
}

static int check_byte(struct tv_yaml_source *src, unsigned char c)
{
	int done = tv_utf8_push(&src->character, c);

	if (done < 0)
		return bad_byte(src, "not UTF-8: byte", c);
	return done ? check_character(src, src->character.code) : 0;
}

/* Whether one of 8 bytes is a control character, DEL or no ASCII: the high bit tells. */
static bool has_special(uint64_t bytes)
{
	const uint64_t ones = 0x0101010101010101;

	/* no borrow or carry reaches a neighbour unless a high bit is set already */
	return ((bytes - ones * ' ') | bytes | (bytes + ones)) & ones * 0x80;
}

/* As many bytes at @s as are plain ASCII in the middle of a line. */
static size_t plain_run(const struct tv_yaml_source *src, const unsigned char *s, size_t len)
{
	uint64_t bytes;
	size_t n;

	if (src->character.more || src->column == 1)
		return 0;
	for (n = 0; n + sizeof(bytes) <= len; n += sizeof(bytes)) {
		memcpy(&bytes, s + n, sizeof(bytes));
		if (has_special(bytes))
			break;
	}
	while (n < len && s[n] >= ' ' && s[n] < 0x7f)
		n++;
	return n;
}

static int check_bytes(struct tv_yaml_source *src, const unsigned char *s, size_t len)
{
	size_t run;
	int err = 0;

	while (len && !err) {
		run = plain_run(src, s, len);
		if (run) {
			src->column += run;
		} else {
			err = check_byte(src, s[0]);
			run = 1;
		}
		s += run;
		len -= run;
	}
	return err;
}

static int check_end(struct tv_yaml_source *src)
{
	if (!src->read)
		return bad_file(src, "the file is empty");
	if (src->character.more)
		return tv_diag_set(src->diag, src->line, src->column,
				   "not UTF-8: the file ends within a character");
	return 0;
}

static ssize_t read_some(int fd, void *buf, size_t size)
{
	ssize_t n;

	do
		n = read(fd, buf, size);
	while (n < 0 && errno == EINTR);
	return n;
}

ssize_t tv_yaml_source_read(void *arg, void *buf, size_t size)
{
	struct tv_yaml_source *src = arg;
	ssize_t n;
	int err;

	/* libfyaml asks again after an error; an end it takes for what it is */
	src->too_far |= src->read - src->needed > TV_YAML_LOOKAHEAD_MAX;
	if (src->too_far || src->diag->text[0])
		return 0;
	n = read_some(src->fd, buf, size);
	if (n < 0)
		err = bad_file(src, strerror(errno));
	else if (!n)
		err = check_end(src);
	else if (src->read + n > TV_FIXTURE_MAX_BYTES)
		err = too_large(src);
	else
		err = check_bytes(src, buf, n);
	if (err)
		return 0;
	src->read += n;
	return n;
}
