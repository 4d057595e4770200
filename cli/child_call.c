// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* System calls that a stopped child makes for us, and its memory (child.h). */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/child.h"
#include "cli/child_regs.h"

/* --- memory -------------------------------------------------------------------- */

/* /proc/PID/mem rather than process_vm_writev(2): it writes where the child itself may not. */
static int open_memory(const struct child *child, int flags)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)child->pid);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int child_write(const struct child *child, uint64_t addr, const void *from, size_t size)
{
	int fd = open_memory(child, O_WRONLY), err = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	n = pwrite(fd, from, size, (off_t)addr);
	if (n != (ssize_t)size)
		err = n < 0 ? -errno : -EFAULT;
	close(fd);
	return err;
}

int child_read(const struct child *child, uint64_t addr, void *to, size_t size)
{
	struct iovec local = { to, size }, remote = { (void *)(uintptr_t)addr, size };
	ssize_t n = process_vm_readv(child->pid, &local, 1, &remote, 1, 0);

	return n == (ssize_t)size ? 0 : n < 0 ? -errno : -EFAULT;
}

/* --- calls --------------------------------------------------------------------- */

/* To the next stop at the entry or the return of a call. Signals are dropped: it is never to run again. */
static int to_call_stop(struct child *child)
{
	int status;
	pid_t pid;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, child->pid, NULL, NULL))
			return -errno;
		do {
			pid = waitpid(child->pid, &status, __WALL);
		} while (pid < 0 && errno == EINTR);
		if (pid < 0)
			return -errno;
		if (!WIFSTOPPED(status)) {
			/* nobody else may get its number from us any more */
			child->pid = 0;
			return -ESRCH;
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			return 0;
	}
}

int child_call(struct child *child, long nr, const uint64_t args[6], int64_t *ret)
{
	int err;

	err = child_regs_call(child->pid, child->gadget, nr, args);
	if (!err)
		err = to_call_stop(child);
	if (!err)
		err = to_call_stop(child);
	return err ? err : child_regs_result(child->pid, ret);
}

/* --- gadget and room ----------------------------------------------------------- */

FILE *child_maps_open(const struct child *child)
{
	char path[64];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)child->pid);
	maps = fopen(path, "re");
	if (!maps)
		cli_error("--live: %s: %s", path, strerror(errno));
	return maps;
}

bool child_maps_next(FILE *maps, struct child_mapping *m)
{
	char line[8192];
	int rest;

	if (!fgets(line, sizeof(line), maps))
		return false;
	m->name[0] = '\0';
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*s %*s %*s %63[^\n]", &m->start, &m->end, m->perms,
		   m->name) < 3)
		return false;
	/* the rest of a name that is longer than a line here */
	for (rest = strchr(line, '\n') ? '\n' : 0; rest != '\n' && rest != EOF; )
		rest = getc(maps);
	return true;
}

/* The first syscall instruction in a mapping, or 0. */
static uint64_t find_insn(const struct child *child, const struct child_mapping *m)
{
	uint64_t size = m->end - m->start, addr = 0;
	uint8_t *bytes, *found;

	if (size > 4u << 20)
		size = 4u << 20;
	bytes = malloc(size);
	if (bytes && !child_read(child, m->start, bytes, size)) {
		found = memmem(bytes, size, child_syscall_insn, child_syscall_insn_size);
		if (found)
			addr = m->start + (uint64_t)(found - bytes);
	}
	free(bytes);
	return addr;
}

/* Below the stack pointer and its red zone, as far as the stack is mapped. */
static void room_in_stack(struct child *child, const struct child_mapping *m, uint64_t sp)
{
	uint64_t top = (sp - 256) & ~UINT64_C(63);

	if (child->room || sp < m->start || sp > m->end || m->perms[1] != 'w' || top <= m->start)
		return;
	child->room_size = top - m->start < CHILD_ROOM ? top - m->start : CHILD_ROOM;
	child->room = top - child->room_size;
}

enum cli_status child_settle(struct child *child)
{
	struct child_mapping m;
	uint64_t sp = 0, other = 0;
	FILE *maps;

	if (!child_regs_known()) {
		cli_error("--live: system calls of another process are not known on this machine");
		return CLI_CANNOT;
	}
	if (child_regs_stack(child->pid, &sp)) {
		cli_error("--live: ptrace: %s", strerror(errno));
		return CLI_CANNOT;
	}
	maps = child_maps_open(child);
	if (!maps)
		return CLI_CANNOT;
	while (child_maps_next(maps, &m)) {
		room_in_stack(child, &m, sp);
		if (m.perms[0] != 'r' || m.perms[2] != 'x')
			continue;
		/* that one can be moved about */
		if (!strcmp(m.name, "[vdso]"))
			child->gadget = find_insn(child, &m);
		else if (!other)
			other = find_insn(child, &m);
	}
	fclose(maps);
	if (!child->gadget)
		child->gadget = other;
	if (child->gadget && child->room)
		return CLI_OK;
	cli_error("--live: no %s found in process %d", child->gadget ? "room" : "system call",
		  (int)child->pid);
	return CLI_CANNOT;
}
