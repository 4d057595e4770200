// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The time of every operation on maple/, beside the kernel's own lib/maple_tree.c in the same
 * process and three other structures.
 *
 * usage: maple_bench [--format text|csv] [--sizes N,N,...] [--reps N] [--only TEXT] [--no-others]
 *                    [--side NAME]
 * Samples of all structures alternate, so that what disturbs the machine disturbs all; a figure is
 * the median of its samples. A line whose ratio ours/kernel is above 1 is marked. --only picks the
 * lines with TEXT in their name; with --side one structure runs alone, to be profiled.
 */
#include "tests/bench/maple_bench.h"

#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <urcu/urcu-memb.h>

#define MAX_REPS 31
#define MAX_SIZES 8

static const struct bench_side *const sides[] = {
	&bench_ours, &bench_kernel, &bench_rbtree, &bench_judy, &bench_array,
};
#define NR_SIDES (sizeof(sides) / sizeof(sides[0]))

static const char *const op_names[] = {
#define BENCH_TEXT(name, text) text,
	BENCH_OPS(BENCH_TEXT)
#undef BENCH_TEXT
};

struct options {
	bool csv, others;
	size_t sizes[MAX_SIZES], nr_sizes;
	int reps;
	const char *only;
	const char *side;		/* NULL: all */
};

/* --- shared with the timed loops --- */

double bench_clock(void)
{
	struct timespec at;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
	return at.tv_sec * 1e9 + at.tv_nsec;
}

size_t bench_rounds(const struct bench_keys *keys)
{
	return keys->count >= 20000 ? 1 : 20000 / keys->count;
}

void bench_use(const void *result)
{
	__asm__ __volatile__("" : : "r"(result) : "memory");
}

/* --- figures --- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *samples, int count)
{
	qsort(samples, count, sizeof(*samples), by_value);
	return count % 2 ? samples[count / 2]
			 : (samples[count / 2 - 1] + samples[count / 2]) / 2;
}

static size_t nr_sides(const struct options *options)
{
	return options->others ? NR_SIDES : 2;
}

static bool runs(const struct options *options, size_t side)
{
	return !options->side || !strcmp(options->side, sides[side]->name);
}

/* All sides by turns, in an order that turns as well; the first of each warms up and is dropped. */
static void measure(const struct options *options, enum bench_op op, const struct bench_keys *keys,
		    double *figures)
{
	double samples[NR_SIDES][MAX_REPS];
	size_t sides_used = nr_sides(options);

	for (int rep = -1; rep < options->reps; rep++) {
		for (size_t turn = 0; turn < sides_used; turn++) {
			size_t side = (turn + rep + 1) % sides_used;

			samples[side][rep < 0 ? 0 : rep] = runs(options, side)
							   ? sides[side]->run(op, keys) : -1;
		}
	}
	for (size_t side = 0; side < sides_used; side++)
		figures[side] = median(samples[side], options->reps);
}

static void print_head(const struct options *options, size_t size)
{
	if (options->csv)
		return;
	printf("\n%zu entries%*s", size, (int)(28 - snprintf(NULL, 0, "%zu entries", size)), "");
	for (size_t side = 0; side < nr_sides(options); side++) {
		printf("%10s", sides[side]->name);
		if (side == 1)
			printf("%8s  ", "ratio");
	}
	printf("\n");
}

static void print_line(const struct options *options, size_t size, const char *what,
		       const double *figures)
{
	bool both = figures[0] >= 0 && figures[1] >= 0;
	double ratio = figures[0] / figures[1];

	if (options->csv) {
		printf("%zu,%s", size, what);
		for (size_t side = 0; side < nr_sides(options); side++) {
			if (figures[side] < 0)
				printf(",");
			else
				printf(",%.2f", figures[side]);
			if (side == 1 && both)
				printf(",%.3f", ratio);
			else if (side == 1)
				printf(",");
		}
		printf("\n");
		return;
	}
	printf("%-28s", what);
	for (size_t side = 0; side < nr_sides(options); side++) {
		if (figures[side] < 0)
			printf("%10s", "-");
		else
			printf("%10.1f", figures[side]);
		if (side == 1 && both)
			printf("%8.2f %c", ratio, ratio > 1 ? '!' : ' ');
		else if (side == 1)
			printf("%8s  ", "-");
	}
	printf("\n");
	fflush(stdout);
}

/* --- a size: all its lines, and what they come to --- */

struct mean {
	double log_sum;
	int count, above;
};

static void take_in(struct mean *mean, double ratio)
{
	mean->log_sum += log(ratio);
	mean->count++;
	mean->above += ratio > 1;
}

static void print_mean(const struct options *options, const char *of, const struct mean *mean)
{
	if (!mean->count)
		return;
	if (options->csv)
		printf("%s,geometric mean,,,%.3f\n", of, exp(mean->log_sum / mean->count));
	else
		printf("%s: geometric mean of the ratios %.3f, %d of %d above 1\n", of,
		       exp(mean->log_sum / mean->count), mean->above, mean->count);
}

/*
 * How the loads of all readers grow with a second reader, while a writer runs: @one and @two are
 * what a load costs each reader of its own time. So it does not matter how many of the threads have
 * a core just now.
 */
static void print_growth(const struct options *options, size_t size, const double *one,
			 const double *two)
{
	double ours = 2 * one[0] / two[0], kernel = 2 * one[1] / two[1];

	if (options->csv)
		printf("%zu,loads of 2 readers to those of 1,%.2f,%.2f,\n", size, ours, kernel);
	else
		printf("with a core each, two readers load %.2f times as much as one beside the writer "
		       "(kernel: %.2f)\n", ours, kernel);
}

/* A name that is a line's in full means that line and none else. */
static bool is_full_name(const char *text)
{
	for (int op = 0; op < NR_BENCH_OPS; op++)
		if (!strcmp(op_names[op], text))
			return true;
	return false;
}

static bool wanted(const struct options *options, const char *name)
{
	if (!options->only)
		return true;
	return is_full_name(options->only) ? !strcmp(name, options->only)
					   : !!strstr(name, options->only);
}

static void bench_memory(const struct options *options, const struct bench_keys *keys)
{
	static const char *const names[] = { "bytes an entry, rising", "bytes an entry, random" };
	double figures[NR_SIDES];

	for (int random = 0; random < 2; random++) {
		if (options->side || !wanted(options, names[random]))
			continue;
		for (size_t side = 0; side < nr_sides(options); side++)
			figures[side] = sides[side]->bytes(keys, random);
		print_line(options, keys->count, names[random], figures);
	}
}

static void bench_size(const struct options *options, const struct bench_keys *keys,
		       struct mean *all)
{
	double figures[NR_SIDES], one_reader[NR_SIDES] = { 0 };
	struct mean mean = { 0 };
	char of[32];

	print_head(options, keys->count);
	for (int op = 0; op < NR_BENCH_OPS; op++) {
		if (!wanted(options, op_names[op]))
			continue;
		measure(options, op, keys, figures);
		print_line(options, keys->count, op_names[op], figures);
		if (options->side)
			continue;
		take_in(&mean, figures[0] / figures[1]);
		take_in(all, figures[0] / figures[1]);
		if (op == BENCH_READ_1)
			memcpy(one_reader, figures, sizeof(one_reader));
		else if (op == BENCH_READ_2 && one_reader[0] > 0)
			print_growth(options, keys->count, one_reader, figures);
	}
	bench_memory(options, keys);
	snprintf(of, sizeof(of), options->csv ? "%zu" : "%zu entries", keys->count);
	print_mean(options, of, &mean);
}

/* The same order each time, on every machine. */
static unsigned int *random_order(size_t count)
{
	unsigned int *order = malloc(count * sizeof(*order));
	unsigned long dice = 88172645463325252ul;

	if (!order)
		exit(3);
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t i = count - 1; i > 0; i--) {
		unsigned int swap = order[i];
		size_t with;

		dice ^= dice << 13;
		dice ^= dice >> 7;
		dice ^= dice << 17;
		with = dice % (i + 1);
		order[i] = order[with];
		order[with] = swap;
	}
	return order;
}

static void usage(void)
{
	fputs("usage: maple_bench [--format text|csv] [--sizes N,N,...] [--reps N] [--only TEXT]\n"
	      "                   [--no-others] [--side NAME]\n", stderr);
	exit(2);
}

static void parse_sizes(struct options *options, char *list)
{
	options->nr_sizes = 0;
	for (char *word = strtok(list, ","); word; word = strtok(NULL, ",")) {
		char *end;
		unsigned long n = strtoul(word, &end, 10);

		if (*end || n < 2 || n > 100000000 || options->nr_sizes == MAX_SIZES)
			usage();
		options->sizes[options->nr_sizes++] = n;
	}
}

static struct options parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "sizes", required_argument, NULL, 's' },
		{ "reps", required_argument, NULL, 'r' },
		{ "only", required_argument, NULL, 'o' },
		{ "no-others", no_argument, NULL, 'n' },
		{ "side", required_argument, NULL, 'i' },
		{ 0 }
	};
	struct options options = {
		.others = true, .reps = 7, .nr_sizes = 4, .sizes = { 40, 1000, 65530, 1000000 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'f' && (!strcmp(optarg, "text") || !strcmp(optarg, "csv")))
			options.csv = !strcmp(optarg, "csv");
		else if (c == 's')
			parse_sizes(&options, optarg);
		else if (c == 'r')
			options.reps = atoi(optarg);
		else if (c == 'o')
			options.only = optarg;
		else if (c == 'n')
			options.others = false;
		else if (c == 'i')
			options.side = optarg;
		else
			usage();
	}
	if (optind < argc || options.reps < 1 || options.reps > MAX_REPS || !options.nr_sizes)
		usage();
	return options;
}

int main(int argc, char **argv)
{
	struct options options = parse(argc, argv);
	struct mean all = { 0 };

	urcu_memb_register_thread();
	for (size_t side = 0; side < nr_sides(&options); side++)
		if (sides[side]->init)
			sides[side]->init();
	if (options.csv)
		printf("entries,operation,ours_ns,kernel_ns,ratio%s\n",
		       options.others ? ",rbtree_ns,judy_ns,array_ns" : "");
	else
		printf("nanoseconds an operation, median of %d; ratio is ours to the kernel's, ! above 1\n",
		       options.reps);
	for (size_t i = 0; i < options.nr_sizes; i++) {
		struct bench_keys keys = { options.sizes[i], random_order(options.sizes[i]) };

		bench_size(&options, &keys, &all);
		free((void *)keys.order);
	}
	print_mean(&options, "all", &all);
	return 0;
}
