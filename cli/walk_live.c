// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The iterator of the running kernel, on a process (walk_live.h). */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/insns.h"
#include "cli/live_vma.h"
#include "cli/proc.h"
#include "cli/space.h"
#include "cli/target.h"
#include "cli/var.h"
#include "cli/verify_live.h"
#include "cli/walk_live.h"
#include "model/fixture.h"

#define RING_FIRST	(1u << 20)	/* bytes; doubled as long as the records do not fit */
#define RING_LAST	(1u << 28)
#define MAX_READINGS	8	/* of a process that keeps changing */
#define NAME_SIZE	16384
#define NO_TASK		(-ESRCH)

struct live_walk {
	int pid;
	uint64_t from;
	struct cli_target target;
	struct peek peek;
	struct live_vmas vmas;
	struct live_names *names;
};

/* --- the program --------------------------------------------------------------- */

/* What it needs of the kernel's types; all below 32768, or the kernel is none that we know. */
struct offsets {
	int16_t start, end, flags, pgoff, mm, ops, private_data, anon_name, file;
	int16_t inode, mnt, dentry, ino, sb, dev;
	bool has_anon_name;
	int task_from_pid, task_release, iter_new, iter_next, iter_destroy;	/* BTF ids */
};

static bool find_offset(const struct tv_btf *btf, const char *type, const char *path, int16_t *offset)
{
	int64_t at = cli_member_offset(btf, type, path);

	*offset = (int16_t)at;
	return at >= 0 && at <= INT16_MAX;
}

static bool find_kfunc(const struct tv_btf *btf, const char *name, int *id)
{
	*id = tv_btf_find(btf, name, BTF_KIND_FUNC);
	return *id > 0;
}

/* NULL, or what the kernel lacks. */
static const char *find_offsets(const struct tv_btf *btf, struct offsets *o)
{
	const struct {
		const char *type, *path;
		int16_t *offset;
	} members[] = {
		{ "vm_area_struct", "vm_start", &o->start }, { "vm_area_struct", "vm_end", &o->end },
		{ "vm_area_struct", "vm_flags", &o->flags }, { "vm_area_struct", "vm_pgoff", &o->pgoff },
		{ "vm_area_struct", "vm_mm", &o->mm }, { "vm_area_struct", "vm_ops", &o->ops },
		{ "vm_area_struct", "vm_private_data", &o->private_data },
		{ "vm_area_struct", "vm_file", &o->file }, { "file", "f_inode", &o->inode },
		{ "file", "f_path.mnt", &o->mnt }, { "file", "f_path.dentry", &o->dentry },
		{ "inode", "i_ino", &o->ino }, { "inode", "i_sb", &o->sb }, { "super_block", "s_dev", &o->dev },
	};
	const struct {
		const char *name;
		int *id;
	} kfuncs[] = {
		{ "bpf_task_from_pid", &o->task_from_pid }, { "bpf_task_release", &o->task_release },
		{ "bpf_iter_task_vma_new", &o->iter_new }, { "bpf_iter_task_vma_next", &o->iter_next },
		{ "bpf_iter_task_vma_destroy", &o->iter_destroy },
	};

	for (size_t i = 0; i < sizeof(kfuncs) / sizeof(kfuncs[0]); i++)
		if (!find_kfunc(btf, kfuncs[i].name, kfuncs[i].id))
			return kfuncs[i].name;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!find_offset(btf, members[i].type, members[i].path, members[i].offset))
			return members[i].path;
	/* only with CONFIG_ANON_VMA_NAME */
	o->has_anon_name = find_offset(btf, "vm_area_struct", "anon_name", &o->anon_name);
	return NULL;
}

#define RECORD(member)	offsetof(struct live_vma, member)
#define ITER		(-8)		/* the iterator, in the stack */
#define MAX_INSNS	96

/* Instructions that are being written; jumps are to marks that are set later. */
struct code {
	struct bpf_insn insns[MAX_INSNS];
	int nr;
};

static void emit(struct code *code, const struct bpf_insn *insns, size_t nr)
{
	memcpy(&code->insns[code->nr], insns, nr * sizeof(*insns));
	code->nr += (int)nr;
}

#define EMIT(code, ...) \
	do { \
		const struct bpf_insn insns_[] = { __VA_ARGS__ }; \
		emit(code, insns_, sizeof(insns_) / sizeof(insns_[0])); \
	} while (0)

/* The jump at @from leads here. */
static void land(struct code *code, int from)
{
	code->insns[from].off = (int16_t)(code->nr - from - 1);
}

/* r9: the record. Copies the 8 bytes at r8 + @from to it. */
static void emit_copy(struct code *code, int from, size_t to)
{
	EMIT(code, INSN_LOAD(BPF_DW, 1, 8, (int16_t)from), INSN_STORE(BPF_DW, 9, (int16_t)to, 1));
}

/* What is known of r8->vm_file, as long as it is held. */
static void emit_file(struct code *code, const struct offsets *o)
{
	int none;

	for (size_t at = RECORD(ino); at < sizeof(struct live_vma); at += 8)
		EMIT(code, INSN_STORE_IMM(BPF_DW, 9, (int16_t)at, 0));
	EMIT(code, INSN_LOAD(BPF_DW, 1, 8, o->file), INSN_STORE(BPF_DW, 9, RECORD(file), 1));
	none = code->nr;
	EMIT(code, INSN_JUMP(BPF_JEQ, 1, 0, 0),
	     INSN_LOAD(BPF_DW, 2, 1, o->mnt), INSN_STORE(BPF_DW, 9, RECORD(mnt), 2),
	     INSN_LOAD(BPF_DW, 2, 1, o->dentry), INSN_STORE(BPF_DW, 9, RECORD(dentry), 2),
	     INSN_LOAD(BPF_DW, 2, 1, o->inode),
	     INSN_LOAD(BPF_DW, 3, 2, o->ino), INSN_STORE(BPF_DW, 9, RECORD(ino), 3),
	     INSN_LOAD(BPF_DW, 3, 2, o->sb),
	     INSN_LOAD(BPF_W, 4, 3, o->dev), INSN_STORE(BPF_DW, 9, RECORD(dev), 4));
	land(code, none);
}

static void emit_record(struct code *code, const struct offsets *o)
{
	emit_copy(code, o->start, RECORD(start));
	emit_copy(code, o->end, RECORD(end));
	emit_copy(code, o->flags, RECORD(flags));
	emit_copy(code, o->pgoff, RECORD(pgoff));
	emit_copy(code, o->mm, RECORD(mm));
	emit_copy(code, o->ops, RECORD(ops));
	emit_copy(code, o->private_data, RECORD(private_data));
	if (o->has_anon_name)
		emit_copy(code, o->anon_name, RECORD(anon_name));
	else
		EMIT(code, INSN_STORE_IMM(BPF_DW, 9, RECORD(anon_name), 0));
	emit_file(code, o);
}

/*
 * task = bpf_task_from_pid(pid) or return -ESRCH; tell who asks; new; for each VMA a record; destroy; release.
 * r6 is the task, r7 what is returned: the errno of new, or -ENOSPC when the ring buffer was full.
 */
static void write_program(struct code *code, const struct offsets *o, const struct live_walk *walk, int ring,
			  int reader)
{
	int found, loop, end, full;

	code->nr = 0;
	EMIT(code, INSN_CALL(BPF_FUNC_get_current_task), INSN_MAP_VALUE(1, reader),
	     INSN_STORE(BPF_DW, 1, 0, 0), INSN_IMM(BPF_MOV, 1, walk->pid), INSN_KFUNC(o->task_from_pid));
	found = code->nr;
	EMIT(code, INSN_JUMP(BPF_JNE, 0, 0, 0), INSN_IMM(BPF_MOV, 0, NO_TASK), INSN_EXIT);
	land(code, found);
	EMIT(code, INSN_REG(BPF_MOV, 6, 0), INSN_REG(BPF_MOV, 1, 10), INSN_IMM(BPF_ADD, 1, ITER),
	     INSN_REG(BPF_MOV, 2, 6), INSN_IMM64(3, walk->from), INSN_KFUNC(o->iter_new),
	     INSN_REG(BPF_MOV, 7, 0));
	loop = code->nr;
	EMIT(code, INSN_REG(BPF_MOV, 1, 10), INSN_IMM(BPF_ADD, 1, ITER), INSN_KFUNC(o->iter_next));
	end = code->nr;
	EMIT(code, INSN_JUMP(BPF_JEQ, 0, 0, 0), INSN_REG(BPF_MOV, 8, 0), INSN_MAP(1, ring),
	     INSN_IMM(BPF_MOV, 2, sizeof(struct live_vma)), INSN_IMM(BPF_MOV, 3, 0),
	     INSN_CALL(BPF_FUNC_ringbuf_reserve));
	full = code->nr;
	EMIT(code, INSN_JUMP(BPF_JEQ, 0, 0, 0), INSN_REG(BPF_MOV, 9, 0));
	emit_record(code, o);
	EMIT(code, INSN_REG(BPF_MOV, 1, 9), INSN_IMM(BPF_MOV, 2, BPF_RB_NO_WAKEUP),
	     INSN_CALL(BPF_FUNC_ringbuf_submit), INSN_GOTO((int16_t)(loop - code->nr - 4)));
	land(code, full);
	EMIT(code, INSN_IMM(BPF_MOV, 7, -ENOSPC));
	land(code, end);
	EMIT(code, INSN_REG(BPF_MOV, 1, 10), INSN_IMM(BPF_ADD, 1, ITER), INSN_KFUNC(o->iter_destroy),
	     INSN_REG(BPF_MOV, 1, 6), INSN_KFUNC(o->task_release), INSN_REG(BPF_MOV, 0, 7), INSN_EXIT);
}

/* --- one walk ------------------------------------------------------------------ */

static int add_vma(void *arg, void *data, size_t size)
{
	struct live_vmas *list = arg;

	if (list->nr == list->room) {
		size_t room = list->room ? 2 * list->room : 256;
		struct live_vma *more = realloc(list->vmas, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		list->vmas = more;
		list->room = room;
	}
	memcpy(&list->vmas[list->nr++], data, sizeof(*list->vmas));
	return 0;
}

static int fetch(int ring, int reader, struct live_vmas *list)
{
	struct ring_buffer *buffer = ring_buffer__new(ring, add_vma, list, NULL);
	const uint32_t key = 0;
	int err;

	if (!buffer)
		return -errno;
	list->nr = 0;
	err = ring_buffer__consume(buffer);
	ring_buffer__free(buffer);
	return err < 0 ? err : bpf_map_lookup_elem(reader, &key, &list->reader);
}

/* Loads the program and runs it. 0 with what it returned in *@ret, or -errno of bpf(2). */
static int run_program(const struct live_walk *walk, const struct offsets *o, int ring, int reader, int *ret)
{
	struct code code;
	int fd, err;

	LIBBPF_OPTS(bpf_prog_load_opts, load, .prog_flags = BPF_F_SLEEPABLE);
	LIBBPF_OPTS(bpf_test_run_opts, run);

	write_program(&code, o, walk, ring, reader);
	fd = bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "taskvma_walk", "GPL", code.insns, (size_t)code.nr, &load);
	if (fd < 0)
		return fd;
	err = bpf_prog_test_run_opts(fd, &run);
	close(fd);
	*ret = (int32_t)run.retval;
	return err;
}

static int walk_once(const struct live_walk *walk, const struct offsets *o, uint32_t ring_size,
		     struct live_vmas *list, int *ret)
{
	int reader = bpf_map_create(BPF_MAP_TYPE_ARRAY, "taskvma_reader", sizeof(uint32_t), sizeof(uint64_t), 1,
				    NULL);
	int ring = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "taskvma_walk", 0, 0, ring_size, NULL);
	int err = reader < 0 ? reader : ring < 0 ? ring : 0;

	if (!err)
		err = run_program(walk, o, ring, reader, ret);
	if (!err && !*ret)
		err = fetch(ring, reader, list);
	if (ring >= 0)
		close(ring);
	if (reader >= 0)
		close(reader);
	return err;
}

static int walk_all(const struct live_walk *walk, const struct offsets *o, struct live_vmas *list, int *ret)
{
	uint32_t size = RING_FIRST;
	int err;

	do {
		err = walk_once(walk, o, size, list, ret);
		size *= 2;
	} while (!err && *ret == -ENOSPC && size <= RING_LAST);
	return err;
}

/* --- as a world ---------------------------------------------------------------- */

static int add_desc(struct live_walk *walk, const struct live_vma *vma, struct mm_struct *mm,
		    struct tv_vma_list *vmas)
{
	static char name[NAME_SIZE];
	int len = live_name(walk->names, vma, name, sizeof(name));
	const struct tv_vma_desc desc = {
		.start = vma->start, .end = vma->end, .vm_flags = vma->flags,
		.offset = vma->file ? vma->pgoff * (uint64_t)sysconf(_SC_PAGESIZE) : 0,
		/* Linux include/linux/kdev_t.h */
		.major = (unsigned int)(vma->dev >> 20), .minor = (unsigned int)vma->dev & 0xfffff,
		.ino = vma->ino, .name = name, .name_len = len < 0 ? 0 : (size_t)len,
	};
	struct vm_area_struct *made;
	int err;

	if (len == -ENOTSUP)
		cli_error("walk --live: %lx-%lx: its name is known to a function of the kernel only",
			  desc.start, desc.end);
	else if (len < 0)
		return len;
	err = tv_vma_create(mm, &desc, &made);
	if (err)
		return err;
	err = tv_vma_list_add(vmas, made);
	if (err)
		tv_vma_destroy(made);
	return err;
}

static int fill(void *arg, struct mm_struct *mm, struct tv_vma_list *vmas)
{
	struct live_walk *walk = arg;
	int err = 0;

	for (size_t i = 0; !err && i < walk->vmas.nr; i++)
		err = add_desc(walk, &walk->vmas.vmas[i], mm, vmas);
	return err;
}

static int make_world(struct live_walk *walk, struct tv_world **world)
{
	struct cli_space space = {
		.pid = walk->pid, .limits.page_size = (unsigned long)sysconf(_SC_PAGESIZE),
		.fill = fill, .arg = walk,
	};
	struct cli_proc proc;
	int err = cli_proc_identity(walk->pid, &proc);

	if (err)
		return err;
	space.tgid = proc.tgid;
	space.comm = proc.comm;
	return cli_space_create(&space, world);
}

/* --- all ----------------------------------------------------------------------- */

static bool same(const struct live_vmas *a, const struct live_vmas *b)
{
	return a->nr == b->nr && (!a->nr || !memcmp(a->vmas, b->vmas, a->nr * sizeof(*a->vmas)));
}

static enum cli_status refused(const struct live_walk *walk, int ret)
{
	if (ret == NO_TASK) {
		cli_error("walk --live: there is no process %d", walk->pid);
		return CLI_BAD;
	}
	cli_error("walk --live: pid %d: bpf_iter_task_vma_new: -%s: %s", walk->pid, tv_errno_name(ret),
		  strerror(-ret));
	return CLI_NO;
}

static enum cli_status cannot(const char *what, int err)
{
	cli_error("walk --live: %s: %s", what, strerror(-err));
	return CLI_CANNOT;
}

/* Names are read after the walk: they count when a second walk finds all as it was. */
static enum cli_status read_names(struct live_walk *walk, const struct offsets *o, struct tv_world **world)
{
	struct live_vmas again = { 0 };
	int err, ret = 0;
	bool settled = false;

	for (int reading = 0; !settled && reading < MAX_READINGS; reading++) {
		tv_world_destroy(*world);
		*world = NULL;
		err = make_world(walk, world);
		if (!err)
			err = walk_all(walk, o, &again, &ret);
		if (err || ret)
			break;
		settled = same(&walk->vmas, &again);
		if (!settled) {
			struct live_vmas old = walk->vmas;

			walk->vmas = again;
			again = old;
		}
	}
	free(again.vmas);
	if (ret)
		return refused(walk, ret);
	if (err)
		return cannot("names", err);
	if (!settled)
		cli_error("walk --live: process %d kept changing while it was read", walk->pid);
	return CLI_OK;
}

static enum cli_status walk_kernel(struct live_walk *walk, struct tv_world **world)
{
	struct offsets offsets;
	const char *missing;
	int err, ret = 0;

	missing = find_offsets(walk->target.vmlinux, &offsets);
	if (missing) {
		cli_error("walk --live: this kernel has no %s", missing);
		return CLI_CANNOT;
	}
	err = walk_all(walk, &offsets, &walk->vmas, &ret);
	if (err)
		return cannot("bpf(2)", err);
	if (ret)
		return refused(walk, ret);
	err = peek_open(&walk->peek);
	if (!err)
		err = live_names_create(walk->target.vmlinux, &walk->peek, walk->vmas.reader, &walk->names);
	return err ? cannot("names", err) : read_names(walk, &offsets, world);
}

enum cli_status walk_live(int pid, uint64_t from, struct tv_world **world)
{
	struct live_walk walk = { .pid = pid, .from = from, .peek = { -1, -1, -1 } };
	enum cli_status status;

	*world = NULL;
	status = verify_live_ready();
	if (!status)
		status = cli_target_open(&walk.target, "running", 6, 18);
	if (!status)
		status = walk_kernel(&walk, world);
	if (status) {
		tv_world_destroy(*world);
		*world = NULL;
	}
	live_names_destroy(walk.names);
	peek_close(&walk.peek);
	free(walk.vmas.vmas);
	cli_target_close(&walk.target);
	return status;
}
