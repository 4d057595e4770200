// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What run.c must notice: a program that does one thing wrong when it is out of memory.
 *
 *	planted DEFECT [FILE]
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CANNOT	3

static const char *defect;

static int is(const char *name)
{
	return !strcmp(defect, name);
}

static int out_of_memory(void)
{
	fputs(is("silent") ? "taskvma: something failed\n" : "taskvma: out of memory\n", stderr);
	return is("status") ? 2 : CANNOT;
}

/* A file that is there though the rest fails. */
static void begin_file(const char *path)
{
	char beside[4096];
	int fd;

	snprintf(beside, sizeof(beside), "%s%s", path, is("temporary") ? ".part" : "");
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, "half", 4) != 4)
		exit(1);
	close(fd);
}

static void end_file(const char *path)
{
	char beside[4096];
	FILE *out;

	snprintf(beside, sizeof(beside), "%s.part", path);
	if (is("temporary"))
		(void)rename(beside, path);
	out = fopen(path, "w");
	if (!out || fputs("all\n", out) < 0 || fclose(out))
		exit(1);
}

int main(int argc, char **argv)
{
	char *volatile first, *volatile second;

	if (argc < 2)
		return 1;
	defect = argv[1];
	setbuf(stdout, NULL);
	first = malloc(1000);
	if (!first && !is("crash"))
		return is("ignored") ? 0 : out_of_memory();
	first[0] = 'x';
	if (argc > 2)
		begin_file(argv[2]);
	second = malloc(2000);
	if (!second && is("hang"))
		for (;;)
			;
	if (!second) {
		if (!is("lost"))
			free(first);
		return out_of_memory();
	}
	free(second);
	free(first);
	if (argc > 2)
		end_file(argv[2]);
	puts("all is well");
	return 0;
}
