// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Results are written whole or not at all, and a failure to write is never silent. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli/cli.h"
#include "cli/output.h"

static const int fatal_signals[] = { SIGHUP, SIGINT, SIGTERM };

/* The one unfinished file; a signal handler removes it. */
static const char *volatile unfinished;

static void remove_unfinished(int sig)
{
	const char *temp = unfinished;

	if (temp)
		unlink(temp);
	/* SA_RESETHAND: the second time it ends the process */
	raise(sig);
}

static void set_unfinished(const char *temp)
{
	sigset_t fatal, before;
	size_t i;

	sigemptyset(&fatal);
	for (i = 0; i < sizeof(fatal_signals) / sizeof(fatal_signals[0]); i++)
		sigaddset(&fatal, fatal_signals[i]);
	sigprocmask(SIG_BLOCK, &fatal, &before);
	unfinished = temp;
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void catch_fatal_signals(void)
{
	struct sigaction act = { .sa_handler = remove_unfinished, .sa_flags = SA_RESETHAND };
	struct sigaction old;
	size_t i;

	for (i = 0; i < sizeof(fatal_signals) / sizeof(fatal_signals[0]); i++) {
		/* nohup and its like want it ignored */
		if (!sigaction(fatal_signals[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(fatal_signals[i], &act, NULL);
	}
}

/* Help and version texts, which argp prints and does not look after. */
static void check_stdout_at_exit(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return;
	cli_error("standard output: %s", strerror(errno));
	_exit(CLI_BAD);
}

void cli_output_init(void)
{
	int fd;

	/*
	 * A standard stream that the caller closed is opened the wrong way
	 * round: using it fails, and no file opened later gets its number.
	 */
	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			_exit(CLI_CANNOT);
	}
	/* a reader that went away is reported like a full disk */
	signal(SIGPIPE, SIG_IGN);
	catch_fatal_signals();
	if (atexit(check_stdout_at_exit))
		_exit(CLI_CANNOT);
}

static enum cli_status output_failed(struct cli_output *out, int err)
{
	cli_error("%s: %s", out->name, strerror(err));
	cli_output_abort(out);
	return err == ENOMEM ? CLI_CANNOT : CLI_BAD;
}

/* A new file beside @out->target, with the permissions the target has or would get. */
static int open_temp(struct cli_output *out, const struct stat *old)
{
	mode_t mode = umask(0);
	int fd;

	umask(mode);
	mode = old ? old->st_mode & 07777 : 0666 & ~mode;
	if (asprintf(&out->temp, "%s.XXXXXX", out->target) < 0) {
		out->temp = NULL;
		return -ENOMEM;
	}
	fd = mkostemp(out->temp, O_CLOEXEC);
	if (fd < 0) {
		fd = -errno;
		free(out->temp);
		out->temp = NULL;
		return fd;
	}
	set_unfinished(out->temp);
	if (fchmod(fd, mode) || !(out->stream = fdopen(fd, "w"))) {
		int err = errno;

		close(fd);
		return -err;
	}
	return 0;
}

static int open_file(struct cli_output *out, const char *path)
{
	struct stat st;
	bool exists = !stat(path, &st);

	if (!exists && errno != ENOENT)
		return -errno;
	if (exists && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (exists && !S_ISREG(st.st_mode)) {
		out->stream = fopen(path, "we");
		return out->stream ? 0 : -errno;
	}
	if (exists && access(path, W_OK))
		return -errno;
	/* a symbolic link stays one: the file it points to is replaced */
	out->target = exists ? realpath(path, NULL) : strdup(path);
	if (!out->target)
		return -errno;
	return open_temp(out, exists ? &st : NULL);
}

enum cli_status cli_output_open(struct cli_output *out, const char *path)
{
	int err;

	*out = (struct cli_output){ .name = path ? path : "standard output" };
	if (!path) {
		out->stream = stdout;
		return CLI_OK;
	}
	err = open_file(out, path);
	return err ? output_failed(out, -err) : CLI_OK;
}

/* Hands everything to the kernel and lets go of the stream. 0 or an errno. */
static int finish_stream(struct cli_output *out)
{
	FILE *stream = out->stream;
	int err = 0;

	errno = 0;
	if (fflush(stream) || ferror(stream))
		err = errno ? errno : EIO;
	if (stream == stdout) {
		if (err) {
			/* it has been reported: not a second time at exit */
			__fpurge(stream);
			clearerr(stream);
		}
	} else if (fclose(stream) && !err) {
		err = errno;
	}
	out->stream = NULL;
	return err;
}

enum cli_status cli_output_commit(struct cli_output *out)
{
	int err = finish_stream(out);

	if (!err && out->temp && rename(out->temp, out->target))
		err = errno;
	if (err)
		return output_failed(out, err);
	set_unfinished(NULL);
	free(out->temp);
	free(out->target);
	*out = (struct cli_output){ 0 };
	return CLI_OK;
}

void cli_output_abort(struct cli_output *out)
{
	if (out->stream == stdout)
		__fpurge(stdout);
	else if (out->stream)
		fclose(out->stream);
	if (out->temp)
		unlink(out->temp);
	set_unfinished(NULL);
	free(out->temp);
	free(out->target);
	*out = (struct cli_output){ 0 };
}
