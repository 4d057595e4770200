// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Fixtures: the schema of docs/fixtures.md as tables for model/yaml_reader.h.
 * VMAs (model/fixture_vma.c) are made one by one as they are read, and loaded
 * into the tree of their task in bulk.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "model/fixture.h"
#include "model/fixture_read.h"
#include "model/mmap_lock.h"
#include "model/task.h"

#define BITS_PER_LONG	(8 * sizeof(unsigned long))

/* --- tasks ------------------------------------------------------------------- */

struct task_node {
	struct tv_fixture_reader *fixture;
	int pid, tgid;
	char comm[TASK_COMM_LEN];
	bool kthread, exited, has_tgid, shares_mm;
	enum tv_mmap_lock_state mmap_lock;
	struct tv_yaml_place mmap_lock_at, vmas_at, mm_of_at;

	struct mm_struct *mm;		/* NULL: no key "vmas" or "mm_of" yet */
	struct tv_vma_list vmas;
	struct tv_vma_desc prev;	/* the last of them */
};

static const struct tv_yaml_shape vma_shape = {
	.what = "a VMA",
	.required = TV_FIXTURE_VMA_REQUIRED,
	.keys = { TV_FIXTURE_VMA_KEYS },
};

static int read_vma(struct tv_yaml_reader *r, void *to)
{
	struct task_node *task = to;
	struct tv_fixture_vma vma = { .world = task->fixture->world };
	struct vm_area_struct *area;
	int err;

	err = tv_yaml_mapping(r, &vma_shape, &vma);
	if (!err)
		err = tv_fixture_vma_check(r, &vma, task->vmas.nr ? &task->prev : NULL);
	if (err)
		return err;
	if (tv_vma_create(task->mm, &vma.desc, &area))
		return tv_yaml_out_of_memory(r);
	if (tv_vma_list_add(&task->vmas, area)) {
		tv_vma_destroy(area);
		return tv_yaml_out_of_memory(r);
	}
	task->prev = vma.desc;
	return 0;
}

static int task_vmas(struct tv_yaml_reader *r, void *to)
{
	struct task_node *task = to;

	task->vmas_at = tv_yaml_key(r);
	if (task->mm)
		return tv_yaml_bad(r, task->vmas_at, "\"vmas\" in a task that has another's");
	if (tv_mm_create(task->fixture->world, &task->mm))
		return tv_yaml_out_of_memory(r);
	return tv_yaml_sequence(r, "VMAs", read_vma, task);
}

int tv_fixture_pid(struct tv_yaml_reader *r, int *pid)
{
	uint64_t number;
	int err = tv_yaml_number(r, TV_PID_LIMIT - 1, &number);

	if (!err)
		*pid = number;
	return err;
}

static int task_pid(struct tv_yaml_reader *r, void *to)
{
	struct task_node *task = to;
	unsigned long *word, bit;
	int err = tv_fixture_pid(r, &task->pid);

	if (err)
		return err;
	word = &task->fixture->pids[task->pid / BITS_PER_LONG];
	bit = 1UL << task->pid % BITS_PER_LONG;
	if (*word & bit)
		return tv_yaml_bad(r, tv_yaml_here(r), "duplicate pid %d", task->pid);
	*word |= bit;
	return 0;
}

static int task_tgid(struct tv_yaml_reader *r, void *to)
{
	struct task_node *task = to;

	task->has_tgid = true;
	return tv_fixture_pid(r, &task->tgid);
}

/* A thread: it has the address space of a task that stands before it. */
static int task_mm_of(struct tv_yaml_reader *r, void *to)
{
	struct task_node *task = to;
	const struct task_struct *other;
	int pid = 0, err = tv_fixture_pid(r, &pid);

	if (err)
		return err;
	task->mm_of_at = tv_yaml_key(r);
	if (task->mm)
		return tv_yaml_bad(r, task->mm_of_at, "\"mm_of\" in a task with \"vmas\"");
	other = tv_world_find_task(task->fixture->world, pid);
	if (!other || !other->mm)
		return tv_yaml_bad(r, tv_yaml_here(r), "no task %d with an address space stands "
				   "before this one", pid);
	task->shares_mm = true;
	task->mm = other->mm;
	mmget(task->mm);
	return 0;
}

static int task_comm(struct tv_yaml_reader *r, void *to)
{
	struct task_node *task = to;
	const char *text;
	size_t len;
	int err = tv_yaml_text(r, TASK_COMM_LEN - 1, &text, &len);

	if (err)
		return err;
	memcpy(task->comm, text, len);
	task->comm[len] = '\0';
	return 0;
}

static int task_kthread(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_bool(r, &((struct task_node *)to)->kthread);
}

static int task_exited(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_bool(r, &((struct task_node *)to)->exited);
}

static int task_mmap_lock(struct tv_yaml_reader *r, void *to)
{
	static const char what[] = "free, read, write or write-waiting";
	struct task_node *task = to;
	char word[16];
	int err = tv_yaml_word(r, what, word, sizeof(word));

	if (err)
		return err;
	task->mmap_lock_at = tv_yaml_key(r);
	if (tv_mmap_lock_state_parse(word, &task->mmap_lock))
		return tv_yaml_bad(r, tv_yaml_here(r), "expected %s", what);
	return 0;
}

static const struct tv_yaml_shape task_shape = {
	.what = "a task",
	.required = 1 << 0,
	.keys = {
		TV_YAML_KEY("pid", task_pid),
		TV_YAML_KEY("tgid", task_tgid),
		TV_YAML_KEY("comm", task_comm),
		TV_YAML_KEY("kthread", task_kthread),
		TV_YAML_KEY("exited", task_exited),
		TV_YAML_KEY("mmap_lock", task_mmap_lock),
		TV_YAML_KEY("mm_of", task_mm_of),
		TV_YAML_KEY("vmas", task_vmas),
	},
};

/* Kernel threads and exited tasks have no address space; all others have one. */
static int check_space(struct tv_yaml_reader *r, const struct task_node *task, struct tv_yaml_place at)
{
	const char *without = task->kthread ? "kernel thread" : "exited task";

	if (task->shares_mm && task->mmap_lock_at.line)
		return tv_yaml_bad(r, task->mmap_lock_at, "\"mmap_lock\" belongs to the task whose "
				   "address space this is");
	if (!task->kthread && !task->exited)
		return task->mm ? 0 : tv_yaml_bad(r, at, "missing key \"vmas\" in a task");
	if (task->mm)
		return tv_yaml_bad(r, task->shares_mm ? task->mm_of_at : task->vmas_at,
				   "\"%s\" in a task without any: it is a%s %s",
			   task->shares_mm ? "mm_of" : "vmas", task->kthread ? "" : "n", without);
	if (task->mmap_lock != TV_MMAP_FREE)
		return tv_yaml_bad(r, task->mmap_lock_at, "\"mmap_lock\" in a task without one: it is a%s %s",
			   task->kthread ? "" : "n", without);
	return 0;
}

/* The task itself. It takes over the mm. */
static int create_task(struct tv_yaml_reader *r, struct task_node *node)
{
	struct task_struct *task;

	if (node->mm && tv_vma_list_load(&node->vmas, node->mm))
		return tv_yaml_out_of_memory(r);
	if (tv_task_create(node->fixture->world, node->pid, node->comm, &task))
		return tv_yaml_out_of_memory(r);
	if (node->has_tgid)
		task->tgid = node->tgid;
	if (node->kthread)
		task->flags |= PF_KTHREAD;
	if (node->exited)
		task->flags |= PF_EXITING;
	if (node->shares_mm) {
		task->mm = node->mm;
		node->mm = NULL;
	} else if (node->mm) {
		tv_task_set_mm(task, node->mm);
		tv_mmap_lock_set_state(node->mm, node->mmap_lock);
		node->mm = NULL;
	}
	return 0;
}

static int read_task(struct tv_yaml_reader *r, void *to)
{
	struct task_node task = { .fixture = to };
	struct tv_yaml_place at = tv_yaml_here(r);
	int err;

	err = tv_yaml_mapping(r, &task_shape, &task);
	if (!err)
		err = check_space(r, &task, at);
	if (!err)
		err = create_task(r, &task);
	tv_vma_list_fini(&task.vmas);
	if (task.mm)
		mmput(task.mm);
	return err;
}

/* --- the root ---------------------------------------------------------------- */

int tv_fixture_schema(struct tv_yaml_reader *r, void *to)
{
	uint64_t version;
	int err = tv_yaml_number(r, UINT64_MAX, &version);

	if (!err && version != TV_FIXTURE_SCHEMA)
		err = tv_yaml_bad(r, tv_yaml_here(r), "schema %llu is not known here, only %d",
			  (unsigned long long)version, TV_FIXTURE_SCHEMA);
	return err;
}

/* What VMAs are checked against must be known before them. */
static int check_before_tasks(struct tv_yaml_reader *r, const struct tv_fixture_reader *fixture)
{
	if (!fixture->pids)
		return 0;
	return tv_yaml_bad(r, tv_yaml_key(r), "this key must stand before \"tasks\"");
}

int tv_fixture_page_size(struct tv_yaml_reader *r, void *to)
{
	struct tv_fixture_reader *fixture = to;
	unsigned long size = 0;
	int err = check_before_tasks(r, fixture);

	if (!err)
		err = tv_fixture_ulong(r, &size);
	if (!err && !tv_page_size_is_valid(size))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected a power of two from %lu to %lu",
				  TV_DEFAULT_PAGE_SIZE, TV_MAX_PAGE_SIZE);
	fixture->world->limits.page_size = size;
	return err;
}

int tv_fixture_task_size(struct tv_yaml_reader *r, void *to)
{
	struct tv_fixture_reader *fixture = to;
	int err = check_before_tasks(r, fixture);

	fixture->task_size = tv_yaml_here(r);
	return err ? err : tv_fixture_ulong(r, &fixture->world->limits.task_size);
}

int tv_fixture_context(struct tv_yaml_reader *r, enum tv_context *context)
{
	static const char what[] = "process, softirq, irqs-off or nmi";
	char word[16];
	int err = tv_yaml_word(r, what, word, sizeof(word));

	if (!err && tv_context_parse(word, context))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected %s", what);
	return err;
}

static int root_context(struct tv_yaml_reader *r, void *to)
{
	return tv_fixture_context(r, &((struct tv_fixture_reader *)to)->world->context);
}

static const struct tv_yaml_shape faults_shape = {
	.what = "the faults",
	.keys = { TV_FIXTURE_FAULT_KEYS },
};

static int root_faults(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_mapping(r, &faults_shape, &((struct tv_fixture_reader *)to)->world->faults);
}

int tv_fixture_tasks(struct tv_yaml_reader *r, void *to)
{
	struct tv_fixture_reader *fixture = to;
	struct tv_space_limits *limits = &fixture->world->limits;

	if (!fixture->task_size.line)
		limits->task_size = tv_default_task_size(limits->page_size);
	else if (!limits->task_size || limits->task_size % limits->page_size)
		return tv_yaml_bad(r, fixture->task_size, "task_size is no multiple of page_size");
	fixture->pids = calloc(TV_PID_LIMIT / BITS_PER_LONG, sizeof(*fixture->pids));
	if (!fixture->pids)
		return tv_yaml_out_of_memory(r);
	return tv_yaml_sequence(r, "tasks", read_task, fixture);
}

static const struct tv_yaml_shape root_shape = {
	.what = "a fixture",
	.required = 1 << 0 | 1 << 5,
	.first_is_first = true,
	.keys = {
		TV_YAML_KEY("schema", tv_fixture_schema),
		TV_YAML_KEY("page_size", tv_fixture_page_size),
		TV_YAML_KEY("task_size", tv_fixture_task_size),
		TV_YAML_KEY("context", root_context),
		TV_YAML_KEY("faults", root_faults),
		TV_YAML_KEY("tasks", tv_fixture_tasks),
	},
};

static int read_root(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_mapping(r, &root_shape, to);
}

static int load(const char *path, int (*create)(struct tv_world **world), struct tv_world **world,
		struct tv_diag *diag)
{
	struct tv_fixture_reader fixture = { 0 };
	struct tv_yaml_reader reader;
	int err;

	*world = NULL;
	tv_diag_init(diag, path);
	err = tv_yaml_open(&reader, path, diag);
	if (!err && create(&fixture.world))
		err = tv_yaml_out_of_memory(&reader);
	if (!err)
		err = tv_yaml_document(&reader, read_root, &fixture);
	tv_yaml_close(&reader);
	free(fixture.pids);
	if (err)
		tv_world_destroy(fixture.world);
	else
		*world = fixture.world;
	return err;
}

int tv_fixture_load(const char *path, struct tv_world **world, struct tv_diag *diag)
{
	return load(path, tv_world_create, world, diag);
}

int tv_fixture_load_watched(const char *path, struct tv_world **world, struct tv_diag *diag)
{
	return load(path, tv_world_create_watched, world, diag);
}
