// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Address spaces as /proc shows them, as worlds (captured.h). */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/captured.h"
#include "cli/proc.h"
#include "cli/space.h"
#include "model/fixture.h"
#include "model/maps.h"
#include "model/task.h"

/* maps text on its way into an mm. */
struct source {
	const char *text;
	size_t len;
	struct tv_diag diag;
};

static int fill_from_maps(void *arg, struct mm_struct *mm, struct tv_vma_list *vmas)
{
	struct source *source = arg;

	return tv_maps_parse(source->text, source->len, mm, vmas, &source->diag);
}

/* A live process without any mapping: there is no text to parse. */
static int fill_nothing(void *arg, struct mm_struct *mm, struct tv_vma_list *vmas)
{
	return 0;
}

static enum cli_status create(const struct cli_space *space, const struct source *source,
			      struct tv_world **world)
{
	int err = cli_space_create(space, world);

	if (err == -ENOMEM) {
		cli_error("capture: out of memory");
		return CLI_CANNOT;
	}
	return err ? cli_bad_input(&source->diag, err) : CLI_OK;
}

/* What /proc/@pid/task/@tid tells of a thread's name; "" when it is gone. 0 or -ENOMEM. */
static int thread_comm(int pid, int tid, char *comm, int size)
{
	char path[64];
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", pid, tid);
	in = fopen(path, "r");
	if (!in && errno == ENOMEM)
		return -ENOMEM;
	size = in ? fread(comm, 1, size - 1, in) : 0;
	if (in)
		fclose(in);
	/* the last newline is the file's, others may be the name's */
	comm[size ? size - 1 : 0] = '\0';
	return 0;
}

static int add_thread(struct task_struct *leader, int tid)
{
	struct task_struct *thread;
	char comm[64];
	int err;

	err = thread_comm(leader->pid, tid, comm, sizeof(comm));
	if (!err)
		err = tv_task_create(leader->tv_world, tid, comm, &thread);
	if (err)
		return err;
	thread->tgid = leader->tgid;
	thread->mm = leader->mm;
	mmget(thread->mm);
	return 0;
}

/* The other threads, in the order the kernel lists them: that of bpf_iter_task, too. */
static enum cli_status add_threads(struct task_struct *leader)
{
	struct dirent *entry;
	char path[64];
	int err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", leader->pid);
	dir = opendir(path);
	/* a process that is gone has none */
	if (!dir && errno == ENOMEM)
		err = -ENOMEM;
	while (dir && !err && (entry = readdir(dir))) {
		int tid = atoi(entry->d_name);

		if (tid && tid != leader->pid)
			err = add_thread(leader, tid);
	}
	if (dir)
		closedir(dir);
	if (!err)
		return CLI_OK;
	cli_error("capture: out of memory");
	return CLI_CANNOT;
}

static enum cli_status no_process(int pid, int err)
{
	switch (err) {
	case -ESRCH:
		cli_error("capture: there is no process %d", pid);
		return CLI_BAD;
	case -EACCES:
	case -EPERM:
		cli_error("capture: /proc/%d may not be read: ptrace access to the process is needed",
			  pid);
		return CLI_CANNOT;
	default:
		cli_error("capture: /proc/%d: %s", pid, strerror(-err));
		return CLI_CANNOT;
	}
}

enum cli_status captured_process(int pid, bool watched, struct tv_world **world)
{
	struct cli_space space = {
		.pid = pid, .limits.page_size = (unsigned long)sysconf(_SC_PAGESIZE), .watched = watched,
	};
	enum cli_status status;
	struct source source;
	struct cli_proc proc;
	char name[64];
	int err;

	err = cli_proc_read(pid, &proc);
	if (err)
		return no_process(pid, err);
	if (!proc.settled)
		cli_error("capture: process %d kept changing while it was read", pid);
	snprintf(name, sizeof(name), "/proc/%d/maps", pid);
	source = (struct source){ .text = proc.maps.bytes, .len = proc.maps.len };
	tv_diag_init(&source.diag, name);
	space.tgid = proc.tgid;
	space.comm = proc.comm;
	space.arg = &source;
	if (proc.kthread)
		space.flags = PF_KTHREAD;
	else if (proc.exited)
		space.flags = PF_EXITING;
	else
		space.fill = proc.maps.len ? fill_from_maps : fill_nothing;
	status = create(&space, &source, world);
	if (!status && watched && space.fill) {
		status = add_threads(tv_world_find_task(*world, pid));
		if (status) {
			tv_world_destroy(*world);
			*world = NULL;
		}
	}
	cli_proc_fini(&proc);
	return status;
}

static unsigned long page_size_of(const struct captured_text *saved, const struct source *source)
{
	unsigned long told = saved->page_size ? saved->page_size : tv_maps_page_size(source->text, source->len);

	return told ? told : TV_DEFAULT_PAGE_SIZE;
}

enum cli_status captured_text(const struct captured_text *saved, struct tv_world **world)
{
	struct source source = { 0 };
	struct cli_space space = {
		.pid = saved->pid, .tgid = saved->pid, .comm = saved->comm, .fill = fill_from_maps,
		.arg = &source,
	};
	enum cli_status status;
	struct cli_text text;
	int err;

	tv_diag_init(&source.diag, saved->path);
	err = cli_read_file(saved->path, TV_FIXTURE_MAX_BYTES, &text);
	if (err) {
		tv_diag_set(&source.diag, 0, 0, "%s", strerror(-err));
		return cli_bad_input(&source.diag, err);
	}
	source.text = text.bytes;
	source.len = text.len;
	space.limits.page_size = page_size_of(saved, &source);
	status = create(&space, &source, world);
	cli_text_fini(&text);
	return status;
}
