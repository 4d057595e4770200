// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A live process as /proc shows it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/proc.h"
#include "model/fixture.h"

/* How often an address space that keeps changing is read again. */
#define MAX_READINGS	8

#define PROC_MAX_BYTES	TV_FIXTURE_MAX_BYTES

static int read_proc(int pid, const char *name, struct cli_text *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return cli_read_file(path, PROC_MAX_BYTES, text);
}

/*
 * maps or smaps; empty for a task without mm, where kernels differ: some
 * give an empty file, newer ones ESRCH (Linux 6.14 fs/proc/task_mmu.c,
 * proc_maps_open()). A task that is not there at all shows in its status.
 */
static int read_space(int pid, const char *name, struct cli_text *text)
{
	int err = read_proc(pid, name, text);

	if (err != -ESRCH && err != -ENOENT)
		return err;
	*text = (struct cli_text){ .bytes = calloc(1, 1) };
	return text->bytes ? 0 : -ENOMEM;
}

static bool same_text(const struct cli_text *a, const struct cli_text *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* The value of "@key:\tvalue\n" in @status, or NULL. */
static const char *status_value(const char *status, const char *key)
{
	size_t len = strlen(key);
	const char *line = status;

	while (line && (strncmp(line, key, len) || line[len] != ':')) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	if (!line)
		return NULL;
	line += len + 1;
	/* one tab only: a name may begin with blanks */
	return *line == '\t' ? line + 1 : line;
}

/* Linux fs/proc/array.c proc_task_name(): only \n and \\ are escaped. */
static void unescape_comm(const char *value, char *comm, size_t size)
{
	size_t len = 0;

	for (; *value && *value != '\n' && len + 1 < size; value++) {
		if (value[0] == '\\' && (value[1] == '\\' || value[1] == 'n'))
			comm[len++] = *++value == 'n' ? '\n' : '\\';
		else
			comm[len++] = *value;
	}
	comm[len] = '\0';
}

/* Kernels before 6.8 have no Kthread line: PF_KTHREAD in stat tells. 0 or -ENOMEM. */
static int stat_says_kthread(int pid, bool *kthread)
{
	const unsigned long pf_kthread = 0x00200000;
	unsigned long flags = 0;
	struct cli_text stat;
	const char *after_comm;
	int err;

	*kthread = false;
	err = read_proc(pid, "stat", &stat);
	if (err)
		return err == -ENOMEM ? err : 0;
	after_comm = strrchr(stat.bytes, ')');
	/* state ppid pgrp session tty_nr tpgid flags */
	if (!after_comm || sscanf(after_comm, ") %*c %*d %*d %*d %*d %*d %lu", &flags) != 1)
		flags = 0;
	cli_text_fini(&stat);
	*kthread = flags & pf_kthread;
	return 0;
}

static int read_status(int pid, struct cli_proc *proc)
{
	const char *name, *tgid, *kthread;
	struct cli_text status;
	int err;

	err = read_proc(pid, "status", &status);
	if (err)
		return err == -ENOENT ? -ESRCH : err;
	/* the name comes first, and its newlines are escaped: no line is forged */
	name = status_value(status.bytes, "Name");
	tgid = status_value(status.bytes, "Tgid");
	kthread = status_value(status.bytes, "Kthread");
	if (name)
		unescape_comm(name, proc->comm, sizeof(proc->comm));
	proc->tgid = tgid ? atoi(tgid) : pid;
	if (kthread)
		proc->kthread = *kthread == '1';
	else
		err = stat_says_kthread(pid, &proc->kthread);
	/* the Vm lines are printed from the mm: none, no mm */
	proc->exited = !proc->kthread && !status_value(status.bytes, "VmSize");
	cli_text_fini(&status);
	return err;
}

/* One reading of maps, and of smaps when @smaps is given, before the next. */
static int read_until_settled(int pid, struct cli_proc *proc, struct cli_text *maps,
			      struct cli_text *smaps)
{
	struct cli_text again;
	int reading, err;

	err = read_space(pid, "maps", maps);
	for (reading = 1; !err && reading < MAX_READINGS && !proc->settled; reading++) {
		cli_text_fini(smaps);
		err = read_space(pid, "smaps", smaps);
		if (err)
			break;
		err = read_space(pid, "maps", &again);
		if (err)
			break;
		proc->settled = same_text(maps, &again);
		cli_text_fini(maps);
		*maps = again;
	}
	return err;
}

int cli_proc_read(int pid, struct cli_proc *proc)
{
	struct cli_text maps = { 0 }, smaps = { 0 };
	int err;

	*proc = (struct cli_proc){ 0 };
	err = read_until_settled(pid, proc, &maps, &smaps);
	/* after maps: a process that ended meanwhile has a maps that breaks off */
	if (!err)
		err = read_status(pid, proc);
	if (!err)
		err = cli_maps_add_flags(&maps, &smaps, &proc->maps);
	cli_text_fini(&maps);
	cli_text_fini(&smaps);
	return err;
}

int cli_proc_identity(int pid, struct cli_proc *proc)
{
	*proc = (struct cli_proc){ 0 };
	return read_status(pid, proc);
}

void cli_proc_fini(struct cli_proc *proc)
{
	cli_text_fini(&proc->maps);
}
