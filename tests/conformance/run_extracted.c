// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Runs the tests taken from the kernel's tools/testing/radix-tree/maple.c by extract.py, each in a
 * process of its own, so that one that crashes or hangs does not hide the others.
 *
 * The kernel's texts come in from the build folder and the kernel's sources; none stand here.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/maple_tree.h>
#include <linux/module.h>

#include "tests/conformance/hooks.h"
#include "tests/conformance/kernel_names.h"
#include "tests/differential/slab.h"

/* No child may outlive this; the slowest takes a minute, most of it sleeping. */
#define TEST_SECONDS 240
#define MAX_TRIES 3

/* The allocator's own test is about the kernel's test slab, not about the tree. */
static void test_kmem_cache_bulk(void) __attribute__((__unused__));
static void test_kmem_cache_bulk(void)
{
}

/* What a test process tells its parent, in memory that both see. */
struct result {
	unsigned int run, passed;
	unsigned long left;
	bool finished;
	int line;			/* of the first check that failed, 0 for none */
	char function[48], check[80];
};
static struct result *result;

/* Failing tests end at once: what follows a broken tree says nothing. */
static void first_failure(struct maple_tree *mt, const char *function, int line, const char *check)
{
	result->line = line;
	snprintf(result->function, sizeof(result->function), "%s", function);
	snprintf(result->check, sizeof(result->check), "%s", check);
	mt_dump(mt, mt_dump_hex);
	fflush(NULL);
	_exit(1);
}

#undef MT_BUG_ON
#define MT_BUG_ON(mt, failed) do {						\
	atomic_inc(&maple_tree_tests_run);					\
	if (failed)								\
		first_failure(mt, __func__, __LINE__, #failed);			\
	atomic_inc(&maple_tree_tests_passed);					\
} while (0)

#include "lib/test_maple_tree.c"
#include "extracted_tests.h"

#define RANGE 0
#define ALLOC MT_FLAGS_ALLOC_RANGE
#define VMA (MT_FLAGS_ALLOC_RANGE | MT_FLAGS_LOCK_EXTERN | MT_FLAGS_USE_RCU)
#define ALLOC_RCU (MT_FLAGS_ALLOC_RANGE | MT_FLAGS_USE_RCU)

static void spanning_store_regression(struct maple_tree *mt)
{
	test_spanning_store_regression();
}

static void vma_modification(struct maple_tree *mt)
{
	check_vma_modification(mt);
}

/* Flags and order are those of the kernel's own runner, farmer_tests(). */
static const struct test {
	const char *name;
	unsigned int flags;
	void (*run)(struct maple_tree *mt);
} tests[] = {
	{ "test_spanning_store_regression", RANGE, spanning_store_regression },
	{ "check_vma_modification", VMA, vma_modification },
	{ "check_bulk_rebalance", RANGE, check_bulk_rebalance },
	{ "check_locky", ALLOC, check_locky },
	{ "check_dfs_preorder", RANGE, check_dfs_preorder },
	{ "check_nomem_writer_race", ALLOC_RCU, check_nomem_writer_race },
	{ "check_spanning_write", ALLOC, check_spanning_write },
	{ "check_null_expand", ALLOC, check_null_expand },
	{ "check_mtree_dup", RANGE, check_mtree_dup },
	{ "check_erase_testset", RANGE, check_erase_testset },
	{ "check_rcu_simulated", ALLOC, check_rcu_simulated },
	{ "check_rcu_threaded", ALLOC, check_rcu_threaded },
	{ "check_erase2_sets", RANGE, check_erase2_sets },
	{ "check_nomem", RANGE, check_nomem },
};
#define NR_TESTS (sizeof(tests) / sizeof(tests[0]))

static void run_child(const struct test *test)
{
	struct maple_tree mt = MTREE_INIT(mt, 0);

	alarm(TEST_SECONDS);
	conformance_init();
	mt_init_flags(&mt, test->flags);
	test->run(&mt);
	mtree_destroy(&mt);
	rcu_barrier();
	result->run = atomic_read(&maple_tree_tests_run);
	result->passed = atomic_read(&maple_tree_tests_passed);
	result->left = slab_live(conformance_slab());
	result->finished = true;
	fflush(NULL);
	_exit(0);
}

/*
 * Some threaded tests demand that a reader saw an update in time. On a busy machine none may, with
 * any tree; such a run says nothing about the tree and is made again.
 */
static bool only_too_slow(void)
{
	return !strncmp(result->check, "!vals->seen_", strlen("!vals->seen_"));
}

/* One line on stderr: the trees' dumps, of which there are many, go to stdout. */
static bool report(const char *name, int status, double seconds)
{
	bool good = result->finished && result->run && result->run == result->passed &&
		    !result->left && WIFEXITED(status) && !WEXITSTATUS(status);

	fprintf(stderr, "  %-6s %-31s %10u run %10u passed %5.1f s", good ? "ok" :
		only_too_slow() ? "again" : "FAILED", name, result->run, result->passed, seconds);
	if (WIFSIGNALED(status))
		fprintf(stderr, "  %s", strsignal(WTERMSIG(status)));
	if (result->line)
		fprintf(stderr, "  %s: %s", result->function, result->check);
	if (result->finished && result->left)
		fprintf(stderr, "  %lu nodes leaked", result->left);
	fputc('\n', stderr);
	return good;
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

static bool run_once(const struct test *test)
{
	double start = now();
	int status;
	pid_t pid;

	memset(result, 0, sizeof(*result));
	fflush(NULL);
	pid = fork();
	if (!pid)
		run_child(test);
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("run_extracted");
		exit(3);
	}
	return report(test->name, status, now() - start);
}

int main(int argc, char **argv)
{
	unsigned int failed = 0, done = 0;
	unsigned long run = 0;

	result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (result == MAP_FAILED)
		return 3;
	for (size_t i = 0; i < NR_TESTS; i++) {
		int tries = MAX_TRIES;
		bool good;

		if (argc > 1 && strcmp(argv[1], tests[i].name))
			continue;
		do
			good = run_once(&tests[i]);
		while (!good && only_too_slow() && --tries);
		failed += !good;
		run += result->run;
		done++;
	}
	fprintf(stderr, "  extracted: %u tests, %u failed, %lu checks\n", done, failed, run);
	return failed || !done;
}
