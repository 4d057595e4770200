// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A process whose address space is as the tests want it.
 *
 * mapper [-c COMM] [-n NR] [-z] [-d] [FILE...]: takes the name COMM, maps NR
 * pages that are NR mappings, and each FILE; with -d the files are deleted
 * then. With -z it has a child that is a zombie, and says "zombie PID".
 * Says "ready" and stays until it is killed, or its parent ends.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Neighbours differ in what they allow, so the kernel can't merge them. */
static void map_pages(long nr)
{
	long page = sysconf(_SC_PAGESIZE), i;
	char *base = mmap(NULL, nr * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			  -1, 0);

	if (base == MAP_FAILED)
		fail("mmap");
	for (i = 1; i < nr; i += 2) {
		if (mprotect(base + i * page, page, PROT_NONE))
			fail("mprotect");
	}
}

static void map_file(const char *path)
{
	long page = sysconf(_SC_PAGESIZE);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, 4 * page))
		fail(path);
	if (mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 2 * page) == MAP_FAILED ||
	    mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0) == MAP_FAILED)
		fail(path);
	close(fd);
}

/* A child that has ended and that nobody waits for. */
static void make_zombie(void)
{
	siginfo_t info;
	pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (!child)
		_exit(0);
	if (waitid(P_PID, child, &info, WEXITED | WNOWAIT))
		fail("waitid");
	printf("zombie %d\n", (int)child);
}

int main(int argc, char **argv)
{
	int remove_files = 0, opt, i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while ((opt = getopt(argc, argv, "c:n:zd")) != -1) {
		if (opt == 'c')
			prctl(PR_SET_NAME, optarg);
		else if (opt == 'n')
			map_pages(atol(optarg));
		else if (opt == 'z')
			make_zombie();
		else if (opt == 'd')
			remove_files = 1;
		else
			return 2;
	}
	for (i = optind; i < argc; i++)
		map_file(argv[i]);
	for (i = optind; remove_files && i < argc; i++)
		unlink(argv[i]);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
