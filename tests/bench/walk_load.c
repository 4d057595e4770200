// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The fixture loader beside libfyaml alone, and the memory it takes. */
#include <errno.h>
#include <fcntl.h>
#include <libfyaml.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "model/fixture.h"
#include "tests/bench/walk_bench.h"

/* Parses the file and throws its events away; CPU nanoseconds, or below 0. */
static double time_fyaml(const char *path)
{
	static const struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET };
	double start = clock_ns();
	struct fy_parser *parser = fy_parser_create(&cfg);
	struct fy_event *event;
	bool ended = false;

	if (parser && !fy_parser_set_input_file(parser, path)) {
		while ((event = fy_parser_parse(parser))) {
			ended = event->type == FYET_STREAM_END;
			fy_parser_event_free(parser, event);
		}
	}
	fy_parser_destroy(parser);
	return ended ? clock_ns() - start : -1;
}

/* tv_fixture_load(), which says on stderr what was wrong. */
static struct tv_world *load(const char *path)
{
	struct tv_world *world = NULL;
	struct tv_diag diag;

	if (tv_fixture_load(path, &world, &diag))
		fprintf(stderr, "taskvma bench: %s:%d:%d: %s\n", path, diag.line, diag.column,
			diag.text);
	return world;
}

/* Loads the file; CPU nanoseconds, or below 0. Freeing the world is not counted. */
static double time_load(const char *path)
{
	double start = clock_ns(), spent;
	struct tv_world *world = load(path);

	spent = clock_ns() - start;
	if (!world)
		return -1;
	tv_world_destroy(world);
	return spent;
}

/* Turn and turn about, so that a slow moment of the machine hits both. */
static int measure_time(const char *path, int rounds, struct load_result *result)
{
	struct samples fyaml = { .nr = 0 }, load = { .nr = 0 }, ratio = { .nr = 0 };

	while (rounds--) {
		double alone = time_fyaml(path), ours = time_load(path);

		if (alone < 0 || ours < 0)
			return -EIO;
		samples_add(&fyaml, alone);
		samples_add(&load, ours);
		samples_add(&ratio, ours / alone);
	}
	result->fyaml_ns = samples_median(&fyaml);
	result->load_ns = samples_median(&load);
	result->ratio = samples_median(&ratio);
	return 0;
}

/* A "Vm...: N kB" line of /proc/self/status, in bytes. */
static double status_bytes(const char *key)
{
	FILE *in = fopen("/proc/self/status", "r");
	unsigned long kb = 0;
	char line[256];

	while (in && fgets(line, sizeof(line), in)) {
		if (!strncmp(line, key, strlen(key)))
			kb = strtoul(line + strlen(key) + 1, NULL, 10);
	}
	if (in)
		fclose(in);
	return kb * 1024.0;
}

static double heap_bytes(void)
{
	struct mallinfo2 info = mallinfo2();

	return (double)info.uordblks + info.hblkhd;
}

int load_print_memory(const char *path)
{
	double heap = heap_bytes(), resident = status_bytes("VmRSS");
	struct tv_world *world = load(path);

	if (!world)
		return -EINVAL;
	printf("%.0f %.0f\n", heap_bytes() - heap, status_bytes("VmHWM") - resident);
	tv_world_destroy(world);
	return fflush(stdout) ? -errno : 0;
}

/* A new process: here the tree's slab and the heap may have room already. */
static int measure_memory(const char *path, struct load_result *result)
{
	int answer[2], status, fields = 0;
	pid_t pid;
	FILE *in;

	if (pipe2(answer, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid) {
		dup2(answer[1], STDOUT_FILENO);
		execl("/proc/self/exe", "walk", "--memory", path, NULL);
		_exit(127);
	}
	close(answer[1]);
	in = fdopen(answer[0], "r");
	if (in) {
		fields = fscanf(in, "%lf %lf", &result->held, &result->peak);
		fclose(in);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status || fields != 2)
		return -ECHILD;
	return 0;
}

int load_measure(size_t nr, int rounds, struct load_result *result)
{
	char path[] = "/tmp/taskvma-bench-XXXXXX";
	int fd = mkstemp(path), err = 0;
	ssize_t size;

	if (fd < 0)
		return -errno;
	close(fd);
	size = space_write(path, nr);
	if (size < 0) {
		err = size;
		goto out_unlink;
	}
	*result = (struct load_result){ .nr = nr, .file_bytes = size };
	err = measure_memory(path, result);
	if (!err)
		err = measure_time(path, rounds, result);
out_unlink:
	unlink(path);
	return err;
}
