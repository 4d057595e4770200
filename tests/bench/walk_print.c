// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The results: a table each for people, a line a figure for programs. */
#include <stdio.h>
#include "tests/bench/walk_bench.h"

/* --- text --- */

static void text_walk_head(void)
{
	printf("Walk, ns of CPU time per VMA\n\n%9s %15s %15s %22s\n",
	       "VMAs", "iterator alone", "to maps text", "kernel, /proc/PID/maps");
}

static void text_walk(const struct walk_result *r)
{
	printf("%9zu %15.1f %15.1f ", r->nr, r->iter_ns, r->maps_ns);
	if (r->proc_ns)
		printf("%22.1f\n", r->proc_ns);
	else
		printf("not allowed here (max_map_count %lu)\n", max_map_count());
}

static void text_load_head(void)
{
	printf("\nLoad a fixture, beside libfyaml alone; memory in bytes per VMA\n\n"
	       "%9s %14s %13s %12s %6s %10s %10s\n",
	       "VMAs", "file, B/VMA", "libfyaml, ms", "load, ms", "times", "held", "peak");
}

static void text_load(const struct load_result *r)
{
	printf("%9zu %14.0f %13.2f %12.2f %6.2f %10.0f %10.0f\n", r->nr,
	       (double)r->file_bytes / r->nr, r->fyaml_ns / 1e6, r->load_ns / 1e6, r->ratio,
	       r->held / r->nr, r->peak / r->nr);
}

const struct printer print_text = {
	.walk_head = text_walk_head,
	.walk = text_walk,
	.load_head = text_load_head,
	.load = text_load,
};

/* --- csv --- */

static void csv_value(const char *what, size_t nr, double value, const char *unit)
{
	printf("%s,%zu,%.3f,%s\n", what, nr, value, unit);
}

static void csv_walk_head(void)
{
	printf("what,vmas,value,unit\n");
}

static void csv_walk(const struct walk_result *r)
{
	csv_value("iterator", r->nr, r->iter_ns, "ns/VMA");
	csv_value("walk", r->nr, r->maps_ns, "ns/VMA");
	if (r->proc_ns)
		csv_value("proc", r->nr, r->proc_ns, "ns/VMA");
}

/* One header stands for both kinds of line. */
static void csv_load_head(void)
{
}

static void csv_load(const struct load_result *r)
{
	csv_value("file", r->nr, (double)r->file_bytes / r->nr, "bytes/VMA");
	csv_value("fyaml", r->nr, r->fyaml_ns / 1e6, "ms");
	csv_value("load", r->nr, r->load_ns / 1e6, "ms");
	csv_value("ratio", r->nr, r->ratio, "times");
	csv_value("held", r->nr, r->held / r->nr, "bytes/VMA");
	csv_value("peak", r->nr, r->peak / r->nr, "bytes/VMA");
}

const struct printer print_csv = {
	.walk_head = csv_walk_head,
	.walk = csv_walk,
	.load_head = csv_load_head,
	.load = csv_load,
};
