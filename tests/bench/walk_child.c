// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The running kernel's walk: /proc/PID/maps of a child with as many mappings. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/bench/walk_bench.h"

/* Static: a buffer that moved mappings about would change what it counts. */
static char buffer[1 << 16];

/* Reads @fd from its start to its end and counts lines. 0 or -errno. */
static int count_lines(int fd, size_t *lines)
{
	off_t at = 0;
	ssize_t got;

	*lines = 0;
	while ((got = pread(fd, buffer, sizeof(buffer), at)) > 0) {
		const char *end = buffer + got, *nl = buffer;

		while ((nl = memchr(nl, '\n', end - nl))) {
			++*lines;
			nl++;
		}
		at += got;
	}
	return got < 0 ? -errno : 0;
}

int map_pages(size_t nr)
{
	size_t page = sysconf(_SC_PAGESIZE), i;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	char *base;

	if (fd < 0)
		return -errno;
	base = mmap(NULL, nr * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (base == MAP_FAILED)
		return -errno;
	/* a page of the file between two of memory, so that none can be merged */
	for (i = 0; i < nr; i++) {
		bool file = i % 2;
		void *at = mmap(base + i * page, page, file ? PROT_READ : PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_FIXED | (file ? 0 : MAP_ANONYMOUS),
				file ? fd : -1, 0);

		if (at == MAP_FAILED)
			return -errno;
	}
	close(fd);
	return 0;
}

/* The child's whole life: maps, tells how that went, waits for its end. */
static void __attribute__((noreturn)) child_main(size_t nr, int answer)
{
	int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC), err;
	size_t have;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	err = maps < 0 ? -errno : count_lines(maps, &have);
	if (!err && have < nr)
		err = map_pages(nr - have);
	if (write(answer, &err, sizeof(err)) != sizeof(err))
		_exit(1);
	close(answer);
	for (;;)
		pause();
}

/* Waits for the child's answer, then counts what it has. 0 or -errno. */
static int child_ready(struct child *child, int answer)
{
	char path[64];
	int err;

	if (read(answer, &err, sizeof(err)) != sizeof(err))
		return -ECHILD;
	if (err)
		return err;
	snprintf(path, sizeof(path), "/proc/%d/maps", child->pid);
	child->maps_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (child->maps_fd < 0)
		return -errno;
	return count_lines(child->maps_fd, &child->nr);
}

int child_start(struct child *child, size_t nr)
{
	int answer[2], err;

	*child = (struct child){ .maps_fd = -1 };
	if (pipe2(answer, O_CLOEXEC))
		return -errno;
	child->pid = fork();
	if (!child->pid)
		child_main(nr, answer[1]);
	err = child->pid < 0 ? -errno : 0;
	close(answer[1]);
	if (!err)
		err = child_ready(child, answer[0]);
	close(answer[0]);
	if (err)
		child_end(child);
	return err;
}

ssize_t child_read_maps(const struct child *child)
{
	ssize_t got, total = 0;

	while ((got = pread(child->maps_fd, buffer, sizeof(buffer), total)) > 0)
		total += got;
	return got < 0 ? -errno : total;
}

void child_end(struct child *child)
{
	if (child->maps_fd >= 0)
		close(child->maps_fd);
	if (child->pid > 0) {
		kill(child->pid, SIGKILL);
		waitpid(child->pid, NULL, 0);
	}
	*child = (struct child){ .maps_fd = -1 };
}

unsigned long max_map_count(void)
{
	FILE *in = fopen("/proc/sys/vm/max_map_count", "r");
	unsigned long count = 0;

	if (!in)
		return 0;
	if (fscanf(in, "%lu", &count) != 1)
		count = 0;
	fclose(in);
	return count;
}
