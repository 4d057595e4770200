/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A process of our own in which BPF programs are run on the running kernel: it is started by us, stopped,
 * made to do single system calls, and killed. No other process is ever touched.
 *
 *	child_start(&child, NULL);		forks, so that its pid is known
 *	child_give(&child, prog_fd);		it has the program, and is stopped
 *	child_call(&child, SYS_bpf, args, &ret);
 *	child_end(&child);
 */
#ifndef TV_CLI_CHILD_H
#define TV_CLI_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include "cli/cli.h"

struct child {
	pid_t pid;		/* 0: none */
	int socket;		/* ours, by which it gets the program; -1 */
	int prog_fd;		/* the program's descriptor in the child */
	uint64_t gadget;	/* a syscall instruction in the child */
	uint64_t room;		/* bytes there that nobody needs: arguments of calls */
	uint64_t room_size;
};

/* Bytes of room at least. */
#define CHILD_ROOM	(128u << 10)

/*
 * Forks. The child becomes @command (argv of a program, its standard output being standard error), or with
 * NULL stays a copy of this process. It runs on CPU 0. Failures of these have been told.
 */
enum cli_status child_start(struct child *child, char *const *command);

/* Where a child is stopped, if not at a system call. */
#define CHILD_STAYS	(-2L)	/* it is no command */
#define CHILD_AT_EXEC	(-1L)	/* right after execve(2) */

/*
 * The child gets @prog_fd and runs on until it is stopped: where it enters system call @stop_at for the
 * first time (which is not made then), or as above.
 */
enum cli_status child_give(struct child *child, int prog_fd, long stop_at);

/* Finds gadget and room in a child that was stopped. Failures have been told. */
enum cli_status child_settle(struct child *child);

/* One system call in the stopped child. 0 with its result in *@ret (-errno as the kernel gives it), or -errno of ptrace(2). */
int child_call(struct child *child, long nr, const uint64_t args[6], int64_t *ret);
/* Memory of the child. 0 or -errno. */
int child_write(const struct child *child, uint64_t addr, const void *from, size_t size);
int child_read(const struct child *child, uint64_t addr, void *to, size_t size);

/* A line of its maps, as far as it matters here. */
struct child_mapping {
	uint64_t start, end;
	char perms[5];
	char name[64];		/* the beginning */
};

/* NULL with the reason told. Close it with fclose(). */
FILE *child_maps_open(const struct child *child);
bool child_maps_next(FILE *maps, struct child_mapping *m);

/* Kills it and waits for its end. */
void child_end(struct child *child);

#endif
