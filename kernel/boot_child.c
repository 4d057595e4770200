// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Processes in the booted kernel whose address spaces are walked (boot_child.h). */
#include "kernel/boot_child.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE		4096ul
#define LAST_PAGE	(0x7ffffffff000ul - PAGE)	/* of user space, four levels of pages */

int boot_shape_plain(long arg)
{
	return 0;
}

int boot_shape_many(long arg)
{
	char *base = mmap(NULL, arg * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base == MAP_FAILED)
		return -errno;
	for (long i = 0; i < arg; i += 2)
		if (mprotect(base + i * PAGE, PAGE, PROT_READ | PROT_WRITE))
			return -errno;
	return 0;
}

/* Maps @len bytes at @addr, of the file @fd where it is not -1. */
static int map_at(unsigned long addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	if (fd < 0)
		flags |= MAP_ANONYMOUS;
	return mmap((void *)addr, len, prot, flags | MAP_FIXED, fd, offset) == MAP_FAILED;
}

int boot_shape_mixed(long arg)
{
	const unsigned long base = 0x100000000000ul;
	int fd = open("/tmp/mapped", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int err;

	if (fd < 0 || ftruncate(fd, 64 * PAGE))
		return -errno;
	err = map_at(base, 4 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	/* neighbours of one file that do not merge, and do: the offset decides */
	err |= map_at(base + 4 * PAGE, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 8 * PAGE);
	err |= map_at(base + 6 * PAGE, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 10 * PAGE);
	err |= map_at(base + 8 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 63 * PAGE);
	err |= map_at(base + 16 * PAGE, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	err |= map_at(base + 32 * PAGE, 8 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_NORESERVE, -1, 0);
	err |= map_at(base + 64 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, -1, 0);
	err |= map_at(0, PAGE, PROT_READ, MAP_PRIVATE, -1, 0);
	err |= map_at(LAST_PAGE, PAGE, PROT_READ, MAP_PRIVATE, -1, 0);
	/* a mapping outlives its file's name */
	unlink("/tmp/mapped");
	close(fd);
	return err ? -EINVAL : 0;
}

/* Ready: one byte. Then nothing, until it is killed. */
static void rest(int ready)
{
	if (write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* A fork that may run on any CPU, beside its parent. */
static pid_t fork_unbound(void)
{
	cpu_set_t cpus;
	pid_t pid = fork();

	if (!pid) {
		memset(&cpus, 0xff, sizeof(cpus));
		sched_setaffinity(0, sizeof(cpus), &cpus);
	}
	return pid;
}

/* Forks a child that runs @work(@arg) and then rests; returns when it does. */
static pid_t start(boot_shape work, long arg)
{
	int ready[2];
	ssize_t got;
	pid_t pid;
	char byte;

	if (pipe(ready))
		return -errno;
	pid = fork_unbound();
	if (pid < 0)
		return -errno;
	if (!pid) {
		close(ready[0]);
		if (work(arg))
			_exit(1);
		rest(ready[1]);
	}
	close(ready[1]);
	got = read(ready[0], &byte, 1);
	close(ready[0]);
	if (got == 1)
		return pid;
	boot_child_end(pid);
	return -ECHILD;
}

pid_t boot_child(boot_shape shape, long arg)
{
	return start(shape, arg);
}

/* Starts @work, which never ends by itself, without waiting for anything. */
static pid_t start_endless(boot_shape shape, long arg, void (*work)(void))
{
	pid_t pid = fork_unbound();

	if (pid)
		return pid < 0 ? -errno : pid;
	if (shape(arg))
		_exit(1);
	for (;;)
		work();
}

static void fork_once(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

pid_t boot_child_forking(long arg)
{
	return start_endless(boot_shape_many, arg, fork_once);
}

static void churn_once(void)
{
	static unsigned int round;
	size_t len = (1 + round++ % 7) * PAGE;
	char *at = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return;
	at[len] = 1;
	mprotect(at, len, PROT_READ);
	if (round % 3 == 0)
		fork_once();
	munmap(at + PAGE, len);
	munmap(at, 8 * PAGE);
}

pid_t boot_child_churning(void)
{
	return start_endless(boot_shape_many, 200, churn_once);
}

pid_t boot_child_zombie(void)
{
	siginfo_t info;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	if (pid < 0 || waitid(P_PID, pid, &info, WEXITED | WNOWAIT))
		return -errno;
	return pid;
}

void boot_child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
