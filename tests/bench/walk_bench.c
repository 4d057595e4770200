// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * How long a walk takes, and a fixture to load.
 *
 * The walk is timed twice: the iterator alone over the model, and the whole
 * path to maps text. Beside them stands the running kernel's own walk, the
 * reading of /proc/PID/maps of a child with as many mappings.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/iter.h"
#include "model/maps.h"
#include "tests/bench/walk_bench.h"

#define WALK_ROUNDS	15
#define ROUND_VMAS	400000	/* at least so many VMAs a sample, or the clock shows */

static const size_t sizes[] = { 40, 1000, 65530, 1000000 };

#define NR_SIZES	(sizeof(sizes) / sizeof(sizes[0]))

/* --- measuring --- */

static void use(unsigned long value)
{
	asm volatile("" : : "r"(value));
}

/* new, next until NULL, destroy: what a program does that only looks at addresses. */
static size_t walk_iterator(struct tv_world *world, const struct tv_iter_design *design)
{
	struct tv_actor program = { .world = world, .cpu = &world->cpus[0], .name = "program" };
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;
	size_t seen = 0;

	tv_context_enter(&program, TV_CONTEXT_PROCESS);
	if (!design->iter_new(&it, tv_world_find_task(world, -1), 0)) {
		while ((vma = design->iter_next(&it))) {
			use(vma->vm_start);
			seen++;
		}
	}
	design->iter_destroy(&it);
	tv_context_leave(&program);
	return seen;
}

static int print_vma(void *out, const struct vm_area_struct *vma)
{
	return tv_maps_print(out, vma);
}

static size_t walk_to_text(struct tv_world *world, const struct tv_iter_design *design, FILE *out)
{
	unsigned long seen = 0;

	if (tv_iter_walk(world, design, TV_CONTEXT_PROCESS, tv_world_find_task(world, -1), 0,
			 print_vma, out, &seen))
		return 0;
	return seen;
}

/* One sample of each of the three, in nanoseconds a VMA. */
static int walk_sample(struct tv_world *world, const struct child *child, FILE *out,
		       size_t nr, struct samples sample[3])
{
	const struct tv_iter_design *design = tv_iter_designs[0];
	size_t times = nr < ROUND_VMAS ? ROUND_VMAS / nr : 1, i;
	double start = clock_ns(), middle, end;

	for (i = 0; i < times; i++) {
		if (walk_iterator(world, design) != nr)
			return -EIO;
	}
	middle = clock_ns();
	for (i = 0; i < times; i++) {
		if (walk_to_text(world, design, out) != nr)
			return -EIO;
	}
	end = clock_ns();
	samples_add(&sample[0], (middle - start) / (times * nr));
	samples_add(&sample[1], (end - middle) / (times * nr));
	if (!child->nr)
		return 0;

	/* the kernel's is slower: a tenth of the times is enough */
	times = times / 10 + 1;
	start = clock_ns();
	for (i = 0; i < times; i++) {
		if (child_read_maps(child) <= 0)
			return -EIO;
	}
	samples_add(&sample[2], (clock_ns() - start) / (times * child->nr));
	return 0;
}

static int walk_measure(size_t nr, struct walk_result *result)
{
	struct samples sample[3] = { 0 };
	struct tv_world *world = NULL;
	struct child child;
	FILE *out;
	int err, round;

	/* the child first: it would inherit the mappings of a large heap */
	err = child_start(&child, nr);
	if (err && err != -ENOMEM)
		return err;
	out = fopen("/dev/null", "w");
	err = out ? space_create(nr, &world) : -errno;
	for (round = 0; !err && round < WALK_ROUNDS; round++)
		err = walk_sample(world, &child, out, nr, sample);
	*result = (struct walk_result){
		.nr = nr,
		.iter_ns = samples_median(&sample[0]),
		.maps_ns = samples_median(&sample[1]),
		.proc_ns = samples_median(&sample[2]),
	};
	tv_world_destroy(world);
	if (out)
		fclose(out);
	child_end(&child);
	return err;
}

/* Fewer rounds where one takes seconds. */
static int load_rounds(size_t nr)
{
	return nr <= 1000 ? 31 : nr <= 65530 ? 9 : 3;
}

/* --- main --- */

static int usage(FILE *out, int status)
{
	fputs("usage: walk [--format text|csv] [--max VMAS]\n"
	      "       walk --memory FIXTURE\n"
	      "Times the walk and the fixture loader at 40 to 1,000,000 VMAs, or at most VMAS.\n"
	      "With --memory: the bytes that loading FIXTURE holds, and its peak.\n", out);
	return status;
}

static int walk_all(const struct printer *printer, size_t max)
{
	struct walk_result result;
	size_t i;
	int err;

	printer->walk_head();
	for (i = 0; i < NR_SIZES && sizes[i] <= max; i++) {
		err = walk_measure(sizes[i], &result);
		if (err)
			return err;
		printer->walk(&result);
		fflush(stdout);
	}
	return 0;
}

static int load_all(const struct printer *printer, size_t max)
{
	struct load_result result;
	size_t i;
	int err;

	printer->load_head();
	/* the smallest says little: a parser takes longer to start than to read it */
	for (i = 1; i < NR_SIZES && sizes[i] <= max; i++) {
		err = load_measure(sizes[i], load_rounds(sizes[i]), &result);
		if (err)
			return err;
		printer->load(&result);
		fflush(stdout);
	}
	return 0;
}

static int run(const struct printer *printer, size_t max)
{
	int err = walk_all(printer, max);

	if (!err)
		err = load_all(printer, max);
	if (err)
		fprintf(stderr, "taskvma bench: %s\n", strerror(-err));
	return err ? 1 : 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "max", required_argument, NULL, 'm' },
		{ "memory", required_argument, NULL, 'y' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	const struct printer *printer = &print_text;
	size_t max = SIZE_MAX;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			if (strcmp(optarg, "text") && strcmp(optarg, "csv"))
				return usage(stderr, 2);
			printer = strcmp(optarg, "csv") ? &print_text : &print_csv;
			break;
		case 'm':
			max = strtoul(optarg, NULL, 10);
			break;
		case 'y':
			return load_print_memory(optarg) ? 1 : 0;
		case 'h':
			return usage(stdout, 0);
		default:
			return usage(stderr, 2);
		}
	}
	return run(printer, max);
}
