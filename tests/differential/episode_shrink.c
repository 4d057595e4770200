// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Episodes in processes of their own, and delta debugging of those that fail. */
#include "tests/differential/episode.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <urcu/urcu-memb.h>

#define TRIAL_SECONDS 20
#define MAX_TRIALS 4000

static void child(const struct episode *episode, struct tally *shared, unsigned int seconds)
{
	alarm(seconds);
	urcu_memb_register_thread();
	side_kernel.init();
	side_ours.init();
	if (!episode_run(episode, shared))
		_exit(1);
	urcu_memb_barrier();
	if (side_ours.live() != side_kernel.live()) {
		shared->differences++;
		snprintf(shared->what, sizeof(shared->what), "nodes left when all was destroyed: ours %lu, kernel %lu",
			 side_ours.live(), side_kernel.live());
		_exit(1);
	}
	_exit(0);
}

bool episode_agrees(const struct episode *episode, struct tally *shared, unsigned int seconds)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		child(episode, shared, seconds);
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("differential");
		exit(3);
	}
	if (WIFSIGNALED(status)) {
		shared->differences++;
		snprintf(shared->what, sizeof(shared->what), "the process died: %s",
			 strsignal(WTERMSIG(status)));
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Does the episode without the operations [from, from + length) still fail? */
static bool fails_without(const struct episode *episode, size_t from, size_t length,
			  struct tally *scratch)
{
	struct episode less = *episode;
	bool fails;

	less.count = episode->count - length;
	less.ops = calloc(less.count + 1, sizeof(struct op));
	if (!less.ops)
		abort();
	memcpy(less.ops, episode->ops, from * sizeof(struct op));
	memcpy(less.ops + from, episode->ops + from + length,
	       (episode->count - from - length) * sizeof(struct op));
	fails = !episode_agrees(&less, scratch, TRIAL_SECONDS);
	free(less.ops);
	return fails;
}

static void drop(struct episode *episode, size_t from, size_t length)
{
	memmove(episode->ops + from, episode->ops + from + length,
		(episode->count - from - length) * sizeof(struct op));
	episode->count -= length;
}

void episode_shrink(struct episode *episode, struct tally *shared)
{
	struct tally before = *shared;
	unsigned int trials = 0;

	if (shared->at + 1 < episode->count)
		episode->count = shared->at + 1;
	for (size_t length = episode->count / 2; length; length /= 2) {
		for (size_t from = 0; from + length <= episode->count && trials < MAX_TRIALS;) {
			trials++;
			if (fails_without(episode, from, length, shared))
				drop(episode, from, length);
			else
				from += length;
		}
	}
	/* Tell what the short form shows, which may be plainer than the first sight. */
	*shared = before;
	shared->what[0] = 0;
	episode_agrees(episode, shared, TRIAL_SECONDS);
	before.at = shared->at;
	memcpy(before.what, shared->what, sizeof(before.what));
	*shared = before;
}
