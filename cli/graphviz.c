// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Pictures through Graphviz's dot, as a child process between two temporary
 * files: neither side ever waits for the other's pipe, and a dot that fails
 * half-way leaves nothing behind.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/graphviz.h"

extern char **environ;

static int spawn_dot(int in, int out, pid_t *child)
{
	static char *const argv[] = { "dot", "-Tsvg", NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t ours;
	int err;

	/* this process ignores SIGPIPE; dot shall not inherit that */
	sigemptyset(&ours);
	sigaddset(&ours, SIGPIPE);
	err = posix_spawnattr_init(&attr);
	if (err)
		return -err;
	err = posix_spawn_file_actions_init(&files);
	if (err)
		goto out_attr;
	posix_spawnattr_setsigdefault(&attr, &ours);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	err = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	if (!err)
		err = posix_spawnp(child, argv[0], &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
out_attr:
	posix_spawnattr_destroy(&attr);
	return -err;
}

/* 0 when the child ended well, else -EIO. */
static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

static void copy(FILE *from, FILE *to)
{
	char buf[65536];
	size_t got;

	rewind(from);
	while ((got = fread(buf, 1, sizeof(buf), from)) > 0)
		fwrite(buf, 1, got, to);
}

enum cli_status cli_graphviz_svg(FILE *graph, FILE *out)
{
	enum cli_status status = CLI_CANNOT;
	FILE *svg = tmpfile();
	pid_t child;
	int err;

	if (!svg || fflush(graph) || lseek(fileno(graph), 0, SEEK_SET)) {
		cli_error("temporary file: %s", strerror(errno));
		goto out_close;
	}
	err = spawn_dot(fileno(graph), fileno(svg), &child);
	if (err == -ENOENT)
		cli_error("dot is not installed: it is part of Graphviz");
	else if (err)
		cli_error("dot could not be started: %s", strerror(-err));
	else if (wait_for(child))
		cli_error("dot failed");
	else
		status = CLI_OK;
	if (!status)
		copy(svg, out);

out_close:
	if (svg)
		fclose(svg);
	return status;
}
