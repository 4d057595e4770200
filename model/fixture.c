// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Fixtures: the schema of docs/fixtures.md as tables for model/yaml_reader.h.
 * VMAs are made one by one as they are read, and loaded into the tree of
 * their task in bulk.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "model/fixture.h"
#include "model/intern.h"
#include "model/maps.h"
#include "model/mmap_lock.h"
#include "model/task.h"
#include "model/yaml_reader.h"

#define BITS_PER_LONG	(8 * sizeof(unsigned long))

struct fixture {
	struct tv_world *world;
	unsigned long *pids;		/* bitmap of those seen; NULL before "tasks" */
	struct tv_yaml_place task_size;
};

static int read_ulong(struct tv_yaml_reader *r, unsigned long *value)
{
	uint64_t number = 0;
	int err = tv_yaml_number(r, ULONG_MAX, &number);

	*value = number;
	return err;
}

/* --- VMAs -------------------------------------------------------------------- */

struct vma_node {
	struct tv_world *world;
	struct tv_vma_desc desc;
	unsigned long flags;
	bool has_flags;
	struct tv_yaml_place start, end, offset, flags_at;
};

static int vma_start(struct tv_yaml_reader *r, void *to)
{
	struct vma_node *vma = to;

	vma->start = tv_yaml_here(r);
	return read_ulong(r, &vma->desc.start);
}

static int vma_end(struct tv_yaml_reader *r, void *to)
{
	struct vma_node *vma = to;

	vma->end = tv_yaml_here(r);
	return read_ulong(r, &vma->desc.end);
}

static int vma_perms(struct tv_yaml_reader *r, void *to)
{
	static const char what[] = "permissions such as r-xp";
	struct vma_node *vma = to;
	char word[8];
	int err = tv_yaml_word(r, what, word, sizeof(word));

	if (!err && (strlen(word) != 4 || tv_vm_flags_from_perms(word, &vma->desc.vm_flags)))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected %s", what);
	return err;
}

static int vma_offset(struct tv_yaml_reader *r, void *to)
{
	struct vma_node *vma = to;

	vma->offset = tv_yaml_here(r);
	return tv_yaml_number(r, UINT64_MAX, &vma->desc.offset);
}

static int vma_dev(struct tv_yaml_reader *r, void *to)
{
	static const char what[] = "a device such as \"fe:00\"";
	struct tv_vma_desc *desc = &((struct vma_node *)to)->desc;
	char word[16];
	int err = tv_yaml_word(r, what, word, sizeof(word));

	if (!err && tv_maps_device(word, strlen(word), &desc->major, &desc->minor))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected %s", what);
	return err;
}

static int vma_inode(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_number(r, UINT64_MAX, &((struct vma_node *)to)->desc.ino);
}

static int vma_name(struct tv_yaml_reader *r, void *to)
{
	struct vma_node *vma = to;
	const char *text;
	int err = tv_yaml_text(r, TV_VMA_NAME_MAX, &text, &vma->desc.name_len);

	if (err)
		return err;
	/* the text goes with its event, the world's copy stays */
	vma->desc.name = tv_intern(vma->world, text, vma->desc.name_len);
	return vma->desc.name ? 0 : tv_yaml_out_of_memory(r);
}

static int vma_flags(struct tv_yaml_reader *r, void *to)
{
	static const char what[] = "words of VmFlags such as \"rd ex mr\"";
	char words[TV_VM_FLAGS_WORDS_MAX];
	struct vma_node *vma = to;
	size_t at;
	int err = tv_yaml_word(r, what, words, sizeof(words));

	vma->flags_at = tv_yaml_here(r);
	vma->has_flags = true;
	if (!err && (!words[0] ||
		     tv_vm_flags_from_words(words, strlen(words), &vma->flags, &at)))
		err = tv_yaml_bad(r, vma->flags_at, "expected %s", what);
	return err;
}

static const struct tv_yaml_shape vma_shape = {
	.what = "a VMA",
	.required = 1 << 0 | 1 << 1 | 1 << 2,
	.keys = {
		TV_YAML_KEY("start", vma_start),
		TV_YAML_KEY("end", vma_end),
		TV_YAML_KEY("perms", vma_perms),
		TV_YAML_KEY("offset", vma_offset),
		TV_YAML_KEY("dev", vma_dev),
		TV_YAML_KEY("inode", vma_inode),
		TV_YAML_KEY("name", vma_name),
		TV_YAML_KEY("flags", vma_flags),
	},
};

/* --- tasks ------------------------------------------------------------------- */

struct task_node {
	struct fixture *fixture;
	int pid, tgid;
	char comm[TASK_COMM_LEN];
	bool kthread, exited, has_tgid;
	enum tv_mmap_lock_state mmap_lock;
	struct tv_yaml_place mmap_lock_at, vmas_at;

	struct mm_struct *mm;		/* NULL: no key "vmas" yet */
	struct tv_vma_list vmas;
	struct tv_vma_desc prev;	/* the last of them */
};

/* perms and flags say the same of what maps shows. */
static int settle_flags(struct tv_yaml_reader *r, struct vma_node *vma)
{
	char perms[5], of_flags[5];

	if (!vma->has_flags)
		return 0;
	tv_vm_flags_to_perms(vma->desc.vm_flags, perms);
	tv_vm_flags_to_perms(vma->flags, of_flags);
	if (memcmp(perms, of_flags, sizeof(perms)))
		return tv_yaml_bad(r, vma->flags_at, "flags contradict perms: they mean %s, not %s",
			   of_flags, perms);
	vma->desc.vm_flags = vma->flags;
	return 0;
}

static int check_range(struct tv_yaml_reader *r, const struct task_node *task, const struct vma_node *vma)
{
	const char *what;
	char which;

	what = tv_vma_desc_check(&task->fixture->world->limits, task->vmas.nr ? &task->prev : NULL,
				 &vma->desc, &which);
	if (!what)
		return 0;
	return tv_yaml_bad(r, which == 's' ? vma->start : which == 'e' ? vma->end : vma->offset,
		   "%s", what);
}

static int read_vma(struct tv_yaml_reader *r, void *to)
{
	struct task_node *task = to;
	struct vma_node vma = { .world = task->fixture->world };
	struct vm_area_struct *area;
	int err;

	err = tv_yaml_mapping(r, &vma_shape, &vma);
	if (!err)
		err = settle_flags(r, &vma);
	if (!err)
		err = check_range(r, task, &vma);
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
	if (tv_mm_create(task->fixture->world, &task->mm))
		return tv_yaml_out_of_memory(r);
	return tv_yaml_sequence(r, "VMAs", read_vma, task);
}

static int get_pid(struct tv_yaml_reader *r, int *pid)
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
	int err = get_pid(r, &task->pid);

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
	return get_pid(r, &task->tgid);
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
		TV_YAML_KEY("vmas", task_vmas),
	},
};

/* Kernel threads and exited tasks have no address space; all others have one. */
static int check_space(struct tv_yaml_reader *r, const struct task_node *task, struct tv_yaml_place at)
{
	const char *without = task->kthread ? "kernel thread" : "exited task";

	if (!task->kthread && !task->exited)
		return task->mm ? 0 : tv_yaml_bad(r, at, "missing key \"vmas\" in a task");
	if (task->mm)
		return tv_yaml_bad(r, task->vmas_at, "\"vmas\" in a task without any: it is a%s %s",
			   task->kthread ? "" : "n", without);
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
	if (node->mm) {
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

static int root_schema(struct tv_yaml_reader *r, void *to)
{
	uint64_t version;
	int err = tv_yaml_number(r, UINT64_MAX, &version);

	if (!err && version != TV_FIXTURE_SCHEMA)
		err = tv_yaml_bad(r, tv_yaml_here(r), "schema %llu is not known here, only %d",
			  (unsigned long long)version, TV_FIXTURE_SCHEMA);
	return err;
}

/* What VMAs are checked against must be known before them. */
static int check_before_tasks(struct tv_yaml_reader *r, const struct fixture *fixture)
{
	if (!fixture->pids)
		return 0;
	return tv_yaml_bad(r, tv_yaml_key(r), "this key must stand before \"tasks\"");
}

static int root_page_size(struct tv_yaml_reader *r, void *to)
{
	struct fixture *fixture = to;
	unsigned long size = 0;
	int err = check_before_tasks(r, fixture);

	if (!err)
		err = read_ulong(r, &size);
	if (!err && (size < 4096 || size > 65536 || size & (size - 1)))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected a power of two from 4096 to 65536");
	fixture->world->limits.page_size = size;
	return err;
}

static int root_task_size(struct tv_yaml_reader *r, void *to)
{
	struct fixture *fixture = to;
	int err = check_before_tasks(r, fixture);

	fixture->task_size = tv_yaml_here(r);
	return err ? err : read_ulong(r, &fixture->world->limits.task_size);
}

static int root_context(struct tv_yaml_reader *r, void *to)
{
	static const char what[] = "process, softirq, irqs-off or nmi";
	struct fixture *fixture = to;
	char word[16];
	int err = tv_yaml_word(r, what, word, sizeof(word));

	if (!err && tv_context_parse(word, &fixture->world->context))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected %s", what);
	return err;
}

static int fault_fail_alloc(struct tv_yaml_reader *r, void *to)
{
	return read_ulong(r, &((struct tv_fault_plan *)to)->fail_alloc);
}

static int fault_irq_work(struct tv_yaml_reader *r, void *to)
{
	struct tv_fault_plan *faults = to;
	char word[8];
	int err = tv_yaml_word(r, "free or busy", word, sizeof(word));

	faults->irq_work_busy = !strcmp(word, "busy");
	if (!err && !faults->irq_work_busy && strcmp(word, "free"))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected free or busy");
	return err;
}

static const struct tv_yaml_shape faults_shape = {
	.what = "the faults",
	.keys = {
		TV_YAML_KEY("fail_alloc", fault_fail_alloc),
		TV_YAML_KEY("irq_work", fault_irq_work),
	},
};

static int root_faults(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_mapping(r, &faults_shape, &((struct fixture *)to)->world->faults);
}

static int root_tasks(struct tv_yaml_reader *r, void *to)
{
	struct fixture *fixture = to;
	unsigned long task_size = fixture->world->limits.task_size;

	/* the default need not fit a page size above 4096: VMAs end below it then */
	if (fixture->task_size.line &&
	    (!task_size || task_size % fixture->world->limits.page_size))
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
		TV_YAML_KEY("schema", root_schema),
		TV_YAML_KEY("page_size", root_page_size),
		TV_YAML_KEY("task_size", root_task_size),
		TV_YAML_KEY("context", root_context),
		TV_YAML_KEY("faults", root_faults),
		TV_YAML_KEY("tasks", root_tasks),
	},
};

static int read_root(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_mapping(r, &root_shape, to);
}

int tv_fixture_load(const char *path, struct tv_world **world, struct tv_diag *diag)
{
	struct fixture fixture = { 0 };
	struct tv_yaml_reader reader;
	int err;

	*world = NULL;
	tv_diag_init(diag, path);
	err = tv_yaml_open(&reader, path, diag);
	if (!err && tv_world_create(&fixture.world))
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
