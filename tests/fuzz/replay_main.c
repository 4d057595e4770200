// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A fuzzer without an engine: runs the inputs in the files and folders named, or the one on
 * standard input. Any compiler builds it. It ends as the fuzzer does: by a signal or a sanitizer's
 * report, after the name of the input on standard error; else with 0 and "N inputs".
 */
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

#pragma weak LLVMFuzzerInitialize

static unsigned long inputs;

/* Reads to the end; NULL: memory is out. */
static uint8_t *read_all(FILE *f, size_t *size)
{
	size_t room = 1 << 12;
	uint8_t *data = malloc(room), *more;

	for (*size = 0; data; data = more) {
		*size += fread(data + *size, 1, room - *size, f);
		if (*size < room)
			return data;
		more = realloc(data, room *= 2);
		if (!more)
			free(data);
	}
	return NULL;
}

static int run_stream(FILE *f, const char *name)
{
	uint8_t *data, *exact;
	size_t size;

	data = read_all(f, &size);
	/* an allocation of just that size, so that a read behind its end is seen */
	exact = data ? malloc(size ? size : 1) : NULL;
	if (!exact) {
		fprintf(stderr, "%s: out of memory\n", name);
		free(data);
		return -ENOMEM;
	}
	memcpy(exact, data, size);
	free(data);
	fprintf(stderr, "%s\n", name);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	inputs++;
	return 0;
}

static int run_path(const char *path);

static int run_folder(const char *path, DIR *dir)
{
	char inside[4096];
	struct dirent *entry;
	int err = 0;

	while (!err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name);
		err = run_path(inside);
	}
	return err;
}

static int run_path(const char *path)
{
	DIR *dir = opendir(path);
	FILE *f;
	int err;

	if (dir) {
		err = run_folder(path, dir);
		closedir(dir);
		return err;
	}
	f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -errno;
	}
	err = run_stream(f, path);
	fclose(f);
	return err;
}

/* Mutators are linked and never called. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	return size;
}

int main(int argc, char **argv)
{
	int i, err = 0;

	if (LLVMFuzzerInitialize)
		LLVMFuzzerInitialize(&argc, &argv);
	if (argc < 2)
		err = run_stream(stdin, "standard input");
	for (i = 1; i < argc && !err; i++)
		err = run_path(argv[i]);
	if (!err)
		printf("%lu inputs\n", inputs);
	return err ? 2 : 0;
}
