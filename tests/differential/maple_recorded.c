// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The kernel's tree goes through the episodes of tests/unit/maple_episodes.h and must do what is
 * written there. With --make COUNT it prints that many rows instead, of episodes in which it leaves
 * every state where it belongs: from a false place, what comes next is chance.
 *
 * Exit 0: all is as written; 1: it is not.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <urcu/urcu-memb.h>

#include "tests/differential/episode_digest.h"
#include "tests/unit/maple_episodes.h"

#define SECONDS 60

static struct episode_digest *shared;

static void child(unsigned long number)
{
	struct episode episode;

	alarm(SECONDS);
	urcu_memb_register_thread();
	side_kernel.init();
	episode_make(&episode, number, RECORDED_CALLS);
	*shared = episode_digest(&side_kernel, &episode);
	urcu_memb_barrier();
	_exit(0);
}

/* In a process of its own: the kernel's code may crash (episode_run.c). False: it did. */
static bool kernel_digest(unsigned long number)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		child(number);
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("maple_recorded");
		exit(3);
	}
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void make(unsigned int count)
{
	unsigned long number;

	for (number = 1; count; number++) {
		if (!kernel_digest(number) || shared->false_place)
			continue;
		printf("\t{ %lu, 0x%016lx, 0x%016lx },\n", number, shared->calls, shared->trees);
		count--;
	}
}

static int check(void)
{
	const struct recorded_episode *e;
	unsigned int wrong = 0;

	for (e = recorded_episodes; e < recorded_episodes + NR_RECORDED; e++) {
		if (kernel_digest(e->number) && !shared->false_place && shared->calls == e->calls &&
		    shared->trees == e->trees)
			continue;
		printf("episode %lu is not recorded as the kernel's tree goes through it\n", e->number);
		wrong++;
	}
	printf("%zu recorded episodes, %u wrong\n", NR_RECORDED, wrong);
	return wrong != 0;
}

int main(int argc, char **argv)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		return 3;
	if (argc == 3 && !strcmp(argv[1], "--make")) {
		make(atoi(argv[2]));
		return 0;
	}
	return check();
}
