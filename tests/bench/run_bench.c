// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * run_bench WALK LOOPS: how long programs take in the interpreter, and compiled on the running kernel,
 * in one run, by turns. WALK is fixtures/programs/vma_count.bpf.o, LOOPS tests/bench/run_loops.bpf.o.
 *
 * Walks are over the very process that measures, mapped full first; beside them stands the reading of
 * /proc/self/maps. Exit 1 when the two count differently, 3 where bpf(2) is missing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/bench/run_bench.h"
#include "tests/bench/walk_bench.h"

#define ROUNDS		15
#define ROUND_VMAS	200000	/* at least so many VMAs a sample */

static const size_t sizes[] = { 1000, 60000 };
static const char *const walks[] = { "count", "size" };
static const char *const designs[] = { "snapshot", "mmap_lock" };
static const char *const loops[] = { "alu", "memory", "branches", "array_lookups", "hash_lookups" };

#define NR(array)	(sizeof(array) / sizeof((array)[0]))

static char maps_text[1 << 16];

static void read_maps(void)
{
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && read(fd, maps_text, sizeof(maps_text)) > 0)
		;
	close(fd);
}

/* One program, in the interpreter by each design, and in the kernel. */
struct bench {
	struct kernel_runs *kernel;
	struct model_runs *models[NR(designs)];
	const char *prog;
	unsigned int repeats;		/* runs a sample */
	struct samples kernel_ns, maps_ns, model_ns[NR(designs)];
	uint64_t insns;			/* of one run */
	uint32_t retval;
	int err;
};

static void sample_kernel(struct bench *bench)
{
	double began = clock_ns();
	uint32_t retval = 0;
	unsigned int i;

	for (i = 0; !bench->err && i < bench->repeats; i++)
		bench->err = kernel_runs_run(bench->kernel, bench->prog, &retval);
	samples_add(&bench->kernel_ns, (clock_ns() - began) / bench->repeats);
	bench->retval = retval;
}

static void sample_model(struct bench *bench, unsigned int which)
{
	double began = clock_ns();
	uint32_t retval = 0;
	unsigned int i;

	for (i = 0; !bench->err && i < bench->repeats; i++)
		bench->err = model_runs_run(bench->models[which], bench->prog, &retval, &bench->insns);
	samples_add(&bench->model_ns[which], (clock_ns() - began) / bench->repeats);
	if (!bench->err && retval != bench->retval) {
		fprintf(stderr, "bench-run: %s returned %u on the model, %u on the kernel\n", bench->prog,
			retval, bench->retval);
		bench->err = -EBADMSG;
	}
}

static void sample_maps(struct bench *bench)
{
	double began = clock_ns();
	unsigned int i;

	for (i = 0; i < bench->repeats; i++)
		read_maps();
	samples_add(&bench->maps_ns, (clock_ns() - began) / bench->repeats);
}

static int measure(struct bench *bench, bool walk)
{
	unsigned int round, which;

	for (round = 0; !bench->err && round < ROUNDS; round++) {
		sample_kernel(bench);
		for (which = 0; which < NR(designs) && bench->models[which]; which++)
			sample_model(bench, which);
		if (walk)
			sample_maps(bench);
	}
	return bench->err;
}

/* --- walks --- */

static int open_walk(struct bench *bench, const char *object)
{
	unsigned int which;
	int err;

	err = kernel_runs_open(object, &bench->kernel);
	for (which = 0; !err && which < NR(designs); which++)
		err = model_runs_open(object, designs[which], &bench->models[which]);
	return err;
}

static void close_bench(struct bench *bench)
{
	unsigned int which;

	if (bench->kernel)
		kernel_runs_close(bench->kernel);
	for (which = 0; which < NR(designs); which++) {
		if (bench->models[which])
			model_runs_close(bench->models[which]);
	}
}

static void print_walk(const struct bench *bench, size_t kernel_nr, size_t model_nr)
{
	printf("%-6s %8zu %10.1f %12.1f %12.1f %14.1f %10.2f\n", bench->prog, kernel_nr,
	       samples_median(&bench->kernel_ns) / kernel_nr,
	       samples_median(&bench->model_ns[0]) / model_nr,
	       samples_median(&bench->model_ns[1]) / model_nr,
	       samples_median(&bench->maps_ns) / kernel_nr, (double)bench->insns / model_nr);
}

/*
 * The model has this process as it was when it was opened, the kernel as it is now: a handful of
 * mappings more, of the model's own memory.
 */
static int check_counts(size_t kernel_nr, size_t model_nr)
{
	if (model_nr && kernel_nr && kernel_nr < model_nr + 64 && model_nr < kernel_nr + 64)
		return 0;
	fprintf(stderr, "bench-run: %zu VMAs on the model, %zu on the kernel\n", model_nr, kernel_nr);
	return -EBADMSG;
}

static int bench_walk(const char *object, const char *prog, size_t nr)
{
	struct bench bench = { .prog = prog, .repeats = ROUND_VMAS / nr + 1 };
	uint64_t insns, kernel_nr, model_nr;
	uint32_t retval;
	int err;

	err = open_walk(&bench, object);
	if (!err)
		err = kernel_runs_run(bench.kernel, "count", &retval);
	if (!err)
		err = model_runs_run(bench.models[0], "count", &retval, &insns);
	if (!err) {
		kernel_nr = kernel_runs_global(bench.kernel, "vmas");
		model_nr = model_runs_global(bench.models[0], "vmas");
		err = check_counts(kernel_nr, model_nr);
	}
	if (!err)
		err = measure(&bench, true);
	if (!err)
		print_walk(&bench, kernel_nr, model_nr);
	close_bench(&bench);
	return err;
}

/* In a process of its own, since it is mapped full. */
static int bench_walks(const char *object, size_t nr)
{
	int status, err;
	pid_t pid;
	size_t i;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		err = map_pages(nr);
		for (i = 0; !err && i < NR(walks); i++)
			err = bench_walk(object, walks[i], nr);
		fflush(stdout);
		_exit(-err & 255);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -ECHILD;
	return -WEXITSTATUS(status);
}

/* --- loops --- */

static int bench_loop(const char *object, const char *prog)
{
	struct bench bench = { .prog = prog, .repeats = 4 };
	double model_ns, kernel_ns;
	int err;

	err = kernel_runs_open(object, &bench.kernel);
	if (!err)
		err = model_runs_open(object, designs[0], &bench.models[0]);
	if (!err)
		err = measure(&bench, false);
	if (!err && kernel_runs_global(bench.kernel, "result") != model_runs_global(bench.models[0], "result")) {
		fprintf(stderr, "bench-run: %s: the results differ\n", prog);
		err = -EBADMSG;
	}
	if (!err) {
		model_ns = samples_median(&bench.model_ns[0]) / bench.insns;
		kernel_ns = samples_median(&bench.kernel_ns) / bench.insns;
		printf("%-14s %10lu %10.2f %10.2f %8.1f\n", prog, (unsigned long)bench.insns, kernel_ns, model_ns,
		       model_ns / kernel_ns);
	}
	close_bench(&bench);
	return err;
}

static int bench_all(const char *walk_object, const char *loop_object)
{
	int err = 0;
	size_t i;

	printf("a walk, ns per VMA\n%-6s %8s %10s %12s %12s %14s %10s\n", "prog", "VMAs", "kernel",
	       "snapshot", "mmap_lock", "/proc/*/maps", "insns");
	for (i = 0; !err && i < NR(sizes); i++)
		err = bench_walks(walk_object, sizes[i]);
	if (err)
		return err;
	printf("\nloops, ns per instruction\n%-14s %10s %10s %10s %8s\n", "prog", "insns", "kernel",
	       "model", "times");
	for (i = 0; !err && i < NR(loops); i++)
		err = bench_loop(loop_object, loops[i]);
	return err;
}

int main(int argc, char **argv)
{
	int err;

	if (argc != 3) {
		fprintf(stderr, "usage: run_bench WALK LOOPS\n");
		return 2;
	}
	err = bench_all(argv[1], argv[2]);
	if (err == -EOPNOTSUPP)
		return 3;
	if (err)
		fprintf(stderr, "bench-run: %s\n", strerror(-err));
	return err ? 1 : 0;
}
