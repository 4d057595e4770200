/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The walk benchmark: what its files share. */
#ifndef TV_TESTS_WALK_BENCH_H
#define TV_TESTS_WALK_BENCH_H

#include <stddef.h>
#include <sys/types.h>
#include "model/world.h"

/* --- walk_clock.c: time and medians --- */

/*
 * CPU nanoseconds of this thread, user and system. Not wall-clock time:
 * other users of the machine would be measured too.
 */
double clock_ns(void);

#define SAMPLES_MAX	64

struct samples {
	double value[SAMPLES_MAX];
	int nr;
};

void samples_add(struct samples *samples, double value);
double samples_median(const struct samples *samples);

/* --- walk_space.c: address spaces of any size --- */

/*
 * A world with one task of @nr VMAs, a page each without gaps: private memory
 * and file pages by turns, over 64 files. 0 or -ENOMEM.
 */
int space_create(size_t nr, struct tv_world **world);
/* The same as a fixture in the file @path. Returns its size in bytes, or -errno. */
ssize_t space_write(const char *path, size_t nr);

/* --- walk_child.c: the running kernel's walk --- */

/* A child process with mappings like space_create()'s. */
struct child {
	pid_t pid;
	int maps_fd;		/* its /proc/PID/maps */
	size_t nr;		/* lines there */
};

/* Returns 0; or -errno, -ENOMEM where the machine does not allow @nr mappings. */
int child_start(struct child *child, size_t nr);
/* Reads the maps once from the start; returns its bytes, or -errno. */
ssize_t child_read_maps(const struct child *child);
void child_end(struct child *child);

/* Maps @nr pages in this process that are @nr mappings, file and memory by turns. 0 or -errno. */
int map_pages(size_t nr);

/* vm.max_map_count, or 0 where it cannot be read. */
unsigned long max_map_count(void);

struct walk_result {
	size_t nr;		/* VMAs */
	double iter_ns;		/* the iterator alone, per VMA */
	double maps_ns;		/* with maps text, per VMA */
	double proc_ns;		/* the child's maps, per VMA; 0: not measured */
};

/* --- walk_load.c: fixtures --- */

struct load_result {
	size_t nr;		/* VMAs */
	size_t file_bytes;
	double fyaml_ns;	/* libfyaml alone, all events of the file; median */
	double load_ns;		/* tv_fixture_load() of it; median */
	double ratio;		/* load_ns / fyaml_ns, median of the rounds */
	double held;		/* heap bytes of the loaded world */
	double peak;		/* highest growth of resident memory while loading, bytes */
};

/* Measures with a generated fixture of @nr VMAs, @rounds times. 0 or -errno. */
int load_measure(size_t nr, int rounds, struct load_result *result);

/*
 * Loads the fixture @path in this process, which must be fresh, and prints
 * two numbers: bytes held, and the peak. 0 or -errno.
 */
int load_print_memory(const char *path);

/* --- walk_print.c: the results --- */

struct printer {
	void (*walk_head)(void);
	void (*walk)(const struct walk_result *result);
	void (*load_head)(void);
	void (*load)(const struct load_result *result);
};

extern const struct printer print_text, print_csv;

#endif
