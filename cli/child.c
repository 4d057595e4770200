// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A process of our own, started, stopped, and ended (child.h). */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>
#endif
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/child.h"
#include "cli/child_regs.h"

/* Statuses with which the child ends before it is what it should be. */
enum { CHILD_ORPHAN = 120, CHILD_NO_PTRACE, CHILD_NO_EXEC };

/* Where a child that is a copy of us has room: the same address in both. */
static uint8_t room_of_copy[CHILD_ROOM] __attribute__((aligned(4096)));

/* --- in the child -------------------------------------------------------------- */

/* One descriptor from the parent, kept over execve(2). */
static int receive_fd(int socket)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *head;
	int fd;

	if (recvmsg(socket, &msg, 0) != 1)
		return -1;
	head = CMSG_FIRSTHDR(&msg);
	if (!head || head->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(head), sizeof(fd));
	return fd;
}

static void run_on_cpu0(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	/* where that CPU is not ours, it is another that is the same all the time */
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

/*
 * The kernel writes into a thread's restartable sequence area whenever it is switched to: memory that is
 * going to be unmapped.
 */
static void leave_rseq(void)
{
#ifdef RSEQ_SIG
	char *area = (char *)__builtin_thread_pointer() + __rseq_offset;

	if (__rseq_size)
		syscall(SYS_rseq, area, sizeof(struct rseq), RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
#endif
}

static void be_child(int socket, char *const *command) __attribute__((noreturn));
static void be_child(int socket, char *const *command)
{
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_DFL);
	run_on_cpu0();
	fd = receive_fd(socket);
	if (fd < 0)
		_exit(CHILD_ORPHAN);
	/* by its number the parent knows it */
	if (send(socket, &fd, sizeof(fd), MSG_NOSIGNAL) != sizeof(fd))
		_exit(CHILD_ORPHAN);
	close(socket);
	if (!command)
		leave_rseq();
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(CHILD_NO_PTRACE);
	raise(SIGSTOP);
	if (command) {
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(command[0], command);
	}
	_exit(CHILD_NO_EXEC);
}

/* --- in the parent ------------------------------------------------------------- */

enum cli_status child_start(struct child *child, char *const *command)
{
	int sockets[2];

	*child = (struct child){ .socket = -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets)) {
		cli_error("--live: socketpair: %s", strerror(errno));
		return CLI_CANNOT;
	}
	child->pid = fork();
	if (!child->pid) {
		close(sockets[0]);
		be_child(sockets[1], command);
	}
	close(sockets[1]);
	if (child->pid < 0) {
		cli_error("--live: fork: %s", strerror(errno));
		child->pid = 0;
		close(sockets[0]);
		return CLI_CANNOT;
	}
	child->socket = sockets[0];
	return CLI_OK;
}

static int send_fd(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	return sendmsg(socket, &msg, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* The child is gone or has ended: it is no child any more. */
static enum cli_status tell_end(struct child *child, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	child->pid = 0;
	if (code == CHILD_NO_PTRACE)
		cli_error("--live: ptrace(2) is not allowed here, not even of an own child");
	else if (code == CHILD_NO_EXEC)
		cli_error("--live: the program cannot be started");
	else if (WIFEXITED(status))
		cli_error("--live: the program ended with status %d before it could be stopped", code);
	else
		cli_error("--live: the program ended by signal %d before it could be stopped",
			  WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	return code == CHILD_NO_EXEC || !(code == CHILD_NO_PTRACE || code == CHILD_ORPHAN) ?
	       CLI_BAD : CLI_CANNOT;
}

/* Until it stops or ends. */
static enum cli_status wait_stop(struct child *child, int *status)
{
	pid_t pid;

	do {
		pid = waitpid(child->pid, status, __WALL);
	} while (pid < 0 && errno == EINTR);
	if (pid == child->pid && WIFSTOPPED(*status))
		return CLI_OK;
	if (pid == child->pid)
		return tell_end(child, *status);
	cli_error("--live: waitpid: %s", strerror(errno));
	return CLI_CANNOT;
}

static enum cli_status resume(struct child *child, int request, int sig, int *status)
{
	if (ptrace(request, child->pid, NULL, sig)) {
		cli_error("--live: ptrace: %s", strerror(errno));
		return CLI_CANNOT;
	}
	return wait_stop(child, status);
}

/* A signal that would have come to it anyway; 0 for stops that are ptrace's own. */
static int signal_of(int status)
{
	int sig = WSTOPSIG(status);

	return status >> 16 || sig == (SIGTRAP | 0x80) ? 0 : sig;
}

static enum cli_status run_to_exec(struct child *child)
{
	int status = 0, sig = 0;
	enum cli_status end;

	do {
		end = resume(child, PTRACE_CONT, sig, &status);
		if (end)
			return end;
		sig = signal_of(status);
	} while (status >> 8 != (SIGTRAP | PTRACE_EVENT_EXEC << 8));
	/* to where execve(2) returns */
	return resume(child, PTRACE_SYSCALL, 0, &status);
}

static enum cli_status run_to_call(struct child *child, long nr)
{
	int status = 0, sig = 0;
	enum cli_status end;
	long at = -1;

	do {
		end = resume(child, PTRACE_SYSCALL, sig, &status);
		if (end)
			return end;
		sig = signal_of(status);
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			at = child_regs_entered(child->pid);
	} while (at != nr);
	/* it is not made, but left at once */
	if (child_regs_skip(child->pid)) {
		cli_error("--live: ptrace: %s", strerror(errno));
		return CLI_CANNOT;
	}
	return resume(child, PTRACE_SYSCALL, 0, &status);
}

enum cli_status child_give(struct child *child, int prog_fd, long stop_at)
{
	const int options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC;
	bool command = stop_at != CHILD_STAYS;
	enum cli_status end;
	int status, err;

	err = send_fd(child->socket, prog_fd);
	if (!err && recv(child->socket, &child->prog_fd, sizeof(int), 0) != sizeof(int))
		err = -EPIPE;
	if (err) {
		cli_error("--live: the child did not get the program: %s", strerror(-err));
		return CLI_CANNOT;
	}
	end = wait_stop(child, &status);
	if (!end && ptrace(PTRACE_SETOPTIONS, child->pid, NULL, options)) {
		cli_error("--live: ptrace: %s", strerror(errno));
		end = CLI_CANNOT;
	}
	if (!end && command)
		end = run_to_exec(child);
	if (!end && command && stop_at != CHILD_AT_EXEC)
		end = run_to_call(child, stop_at);
	if (end)
		return end;
	child->room = command ? 0 : (uintptr_t)room_of_copy;
	child->room_size = CHILD_ROOM;
	return child_settle(child);
}

void child_end(struct child *child)
{
	if (child->pid > 0) {
		kill(child->pid, SIGKILL);
		while (waitpid(child->pid, NULL, __WALL) < 0 && errno == EINTR)
			;
	}
	if (child->socket >= 0)
		close(child->socket);
	*child = (struct child){ .socket = -1 };
}
