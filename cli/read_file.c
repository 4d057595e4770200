// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Whole files as text. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/read_file.h"

#define FIRST_ROOM	(1UL << 20)

static int text_grow(struct cli_text *text, size_t *room)
{
	size_t bigger = *room ? *room * 2 : FIRST_ROOM;
	char *bytes = realloc(text->bytes, bigger + 1);

	if (!bytes)
		return -ENOMEM;
	text->bytes = bytes;
	*room = bigger;
	return 0;
}

static int read_all(int fd, size_t max, struct cli_text *text)
{
	size_t room = 0;
	ssize_t got;
	int err;

	do {
		if (text->len > max)
			return -EFBIG;
		if (text->len == room) {
			err = text_grow(text, &room);
			if (err)
				return err;
		}
		got = read(fd, text->bytes + text->len, room - text->len);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			text->len += got;
	} while (got);
	text->bytes[text->len] = '\0';
	return 0;
}

int cli_read_file(const char *path, size_t max, struct cli_text *text)
{
	int fd = STDIN_FILENO, err;

	*text = (struct cli_text){ 0 };
	if (strcmp(path, "-"))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = read_all(fd, max, text);
	if (fd != STDIN_FILENO)
		close(fd);
	if (err)
		cli_text_fini(text);
	return err;
}

void cli_text_fini(struct cli_text *text)
{
	free(text->bytes);
	*text = (struct cli_text){ 0 };
}
