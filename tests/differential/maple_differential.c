// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * maple/ against the kernel's own lib/maple_tree.c: recorded histories, then random episodes.
 *
 * usage: maple_differential [--seed N] [--ops N] [--episode N] [--histories | --random] [--replay FILE]
 * Exit 0: no difference; 1: some, each shown with the shortest episode that still shows it;
 * 2: bad usage; 3: this machine can't.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/differential/episode.h"

#define EPISODE_SECONDS 120
#define MAX_FAILURES 3

struct options {
	unsigned long seed, ops, episode;
	bool histories, random;
	const char *replay;
};

static struct tally *shared;
static unsigned int failures;

/* Returns false once enough has been seen to fail. */
static bool try_episode(struct episode *episode)
{
	if (episode_agrees(episode, shared, EPISODE_SECONDS))
		return true;
	printf("\nDIFFERENCE in %s, operation %zu of %zu: %s\n", episode->name, shared->at,
	       episode->count, shared->what);
	fflush(stdout);
	episode_shrink(episode, shared);
	printf("shortest form, %zu operations (--replay it): %s\n", episode->count, shared->what);
	episode_write(episode, stdout);
	printf("\n");
	return ++failures < MAX_FAILURES;
}

static bool run_histories(void)
{
	struct episode episode;
	bool go = true;

	for (unsigned int flags = 0; go && flags < 4; flags++) {
		for (unsigned int i = 0; go && i < episode_histories(); i++) {
			episode_history(&episode, i, flags);
			go = try_episode(&episode);
			episode_free(&episode);
		}
	}
	printf("%u histories, each in 4 kinds of tree: %lu operations\n", episode_histories(),
	       shared->ops);
	return go;
}

static bool run_random(const struct options *options)
{
	unsigned long target = shared->ops + options->ops, number = options->seed;
	struct episode episode;
	bool go = true;

	for (; go && shared->ops < target; number++) {
		episode_make(&episode, number, options->episode);
		go = try_episode(&episode);
		episode_free(&episode);
	}
	printf("seeds %lu to %lu, %lu calls an episode\n", options->seed, number - 1,
	       options->episode);
	return go;
}

static int run_replay(const char *path)
{
	struct episode episode;
	FILE *file = fopen(path, "r");
	int line;

	if (!file) {
		fprintf(stderr, "maple_differential: %s: %s\n", path, strerror(errno));
		return 2;
	}
	line = episode_read(&episode, file);
	fclose(file);
	if (line) {
		fprintf(stderr, "maple_differential: %s:%d: not an episode\n", path, line);
		return 2;
	}
	try_episode(&episode);
	return 0;
}

static void summary(void)
{
	static const char *const names[] = {
#define OP_NAME(name) #name,
		OPS(OP_NAME)
#undef OP_NAME
	};

	printf("calls of each kind:");
	for (int kind = 0; kind < NR_OP_KINDS; kind++)
		printf("%s %s %lu", kind % 6 ? "," : "\n ", names[kind], shared->per_kind[kind]);
	printf("\nstates in the same node: %.2f %% of %lu; trees of the same nodes: %.2f %% of %lu\n",
	       100.0 * shared->same_node / (shared->places + !shared->places), shared->places,
	       100.0 * shared->same_shape / (shared->shapes + !shared->shapes), shared->shapes);
	printf("places that the kernel's code left false, and both were made to forget: %lu\n",
	       shared->forgotten);
	printf("worst height: %+d; worst node count: %.1f %% of the kernel's (trees of %d nodes and more), on average %.2f %%\n",
	       shared->worst_height, 100 * shared->worst_nodes, RATIO_NODES,
	       100.0 * shared->nodes_ours / (shared->nodes_kernel + !shared->nodes_kernel));
	if (shared->beyond)
		printf("%lu episodes ended early, where the kernel's own code crashes\n",
		       shared->beyond);
	printf("%lu operations, %lu comparisons, %lu differences\n", shared->ops,
	       shared->comparisons, shared->differences);
}

static unsigned long number_or_exit(const char *text)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 0);
	if (errno || end == text || *end) {
		fprintf(stderr, "maple_differential: '%s' is not a number\n", text);
		exit(2);
	}
	return n;
}

static struct options parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "ops", required_argument, NULL, 'o' },
		{ "episode", required_argument, NULL, 'e' },
		{ "histories", no_argument, NULL, 'h' },
		{ "random", no_argument, NULL, 'r' },
		{ "replay", required_argument, NULL, 'f' },
		{ 0 }
	};
	struct options options = { .seed = 1, .ops = 1000000, .episode = 4000 };
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (c) {
		case 's':
			options.seed = number_or_exit(optarg);
			break;
		case 'o':
			options.ops = number_or_exit(optarg);
			break;
		case 'e':
			options.episode = number_or_exit(optarg);
			break;
		case 'h':
			options.histories = true;
			break;
		case 'r':
			options.random = true;
			break;
		case 'f':
			options.replay = optarg;
			break;
		default:
			exit(2);
		}
	}
	if (!options.episode || optind < argc) {
		fputs("usage: maple_differential [--seed N] [--ops N] [--episode N] [--histories | --random] [--replay FILE]\n",
		      stderr);
		exit(2);
	}
	return options;
}

int main(int argc, char **argv)
{
	struct options options = parse(argc, argv);
	int status = 0;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		return 3;
	if (options.replay)
		status = run_replay(options.replay);
	else if ((options.random || run_histories()) && !options.histories)
		run_random(&options);
	if (status)
		return status;
	summary();
	return shared->differences != 0;
}
