// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the model knows of the kernel's structures, under the kernel's names. What is not here is not
 * known to it, and programs that read it are told so.
 */
#include "model/bpf_view.h"

#define GETTER(name, type, expression) \
	static const char *name(struct tv_bpf_view *view, const void *object, uint64_t *value) \
	{ \
		const struct type *o = object; \
\
		(void)view; \
		*value = (uint64_t)(expression); \
		return NULL; \
	}

#define ADDRESS(object)	tv_bpf_view_address(view, object)
#define DERIVED(nr)	tv_bpf_view_derived(view, nr)

/* --- tasks --------------------------------------------------------------------- */

GETTER(task_pid, task_struct, (unsigned int)o->pid)
GETTER(task_tgid, task_struct, (unsigned int)o->tgid)
GETTER(task_flags, task_struct, o->flags)
GETTER(task_mm, task_struct, ADDRESS(o->mm))

/* A kernel thread borrows whatever mm was there. */
static const char *task_active_mm(struct tv_bpf_view *view, const void *object, uint64_t *value)
{
	const struct task_struct *task = object;

	*value = ADDRESS(task->mm);
	return task->mm ? NULL : " of a task without mm";
}

static const char *task_group_leader(struct tv_bpf_view *view, const void *object, uint64_t *value)
{
	const struct task_struct *task = object;

	*value = ADDRESS(tv_world_find_task(view->world, task->tgid));
	return *value ? NULL : " of a thread whose leader is not there";
}

/* Linux __state: 0 for who runs. */
static const char *task_state(struct tv_bpf_view *view, const void *object, uint64_t *value)
{
	*value = 0;
	return object == view->current_task ? NULL : " of another than the current task";
}

static const char *task_exit_state(struct tv_bpf_view *view, const void *object, uint64_t *value)
{
	const struct task_struct *task = object;

	*value = 0;
	return task->flags & PF_EXITING ? " of a task that exits" : NULL;
}

static const void *task_comm(struct tv_bpf_view *view, const void *object, uint32_t *known)
{
	*known = TASK_COMM_LEN;
	return ((const struct task_struct *)object)->comm;
}

static const struct tv_bpf_fact task_facts[] = {
	{ .path = "pid", .get = task_pid },
	{ .path = "tgid", .get = task_tgid },
	{ .path = "flags", .get = task_flags },
	{ .path = "mm", .get = task_mm },
	{ .path = "active_mm", .get = task_active_mm },
	{ .path = "group_leader", .get = task_group_leader },
	{ .path = "__state", .get = task_state },
	{ .path = "exit_state", .get = task_exit_state },
	{ .path = "comm", .bytes = task_comm, .of = "" },
};

/* --- address spaces ------------------------------------------------------------ */

GETTER(mm_users, mm_struct, o->mm_users)
GETTER(mm_count, mm_struct, o->mm_count)
GETTER(mm_map_count, mm_struct, o->map_count)
GETTER(mm_task_size, mm_struct, o->tv_world->limits.task_size)

static const struct tv_bpf_fact mm_facts[] = {
	{ .path = "mm_users.counter", .get = mm_users },
	{ .path = "mm_count.counter", .get = mm_count },
	{ .path = "map_count", .get = mm_map_count },
	{ .path = "task_size", .get = mm_task_size },
};

/* --- VMAs ---------------------------------------------------------------------- */

GETTER(vma_start, vm_area_struct, o->vm_start)
GETTER(vma_end, vm_area_struct, o->vm_end)
GETTER(vma_mm, vm_area_struct, ADDRESS(o->vm_mm))
GETTER(vma_file, vm_area_struct, ADDRESS(o->vm_file))

/* Sealed memory: bit 63 in Linux 6.10, and so in a struct vm_area_struct here; 42 from 6.18 on. */
#define SEALED_HERE	(UINT64_C(1) << 63)
#define SEALED_6_18	(UINT64_C(1) << 42)

static const char *vma_flags(struct tv_bpf_view *view, const void *object, uint64_t *value)
{
	const struct vm_area_struct *vma = object;

	*value = vma->vm_flags;
	if (view->kernel >= TV_KERNEL_6_18 && (*value & SEALED_HERE))
		*value ^= SEALED_HERE | SEALED_6_18;
	return NULL;
}

static bool name_is(const struct vm_area_struct *vma, const char *prefix)
{
	return vma->tv_name && !strncmp(vma->tv_name, prefix, strlen(prefix));
}

/* What the kernel puts there itself: [vdso], [vvar], ... */
static bool is_special_mapping(const struct vm_area_struct *vma)
{
	return name_is(vma, "[") && !name_is(vma, "[heap]") && !name_is(vma, "[stack") &&
	       !name_is(vma, "[anon:");
}

/*
 * Anonymous memory has an offset as well, which maps does not show. Linux v6.12 do_mmap(),
 * do_brk_flags(), insert_vm_struct(): the number of its page, and so it stays when it is split,
 * grows or moves; a stack begins its life at the very top, before it is moved to where it stands.
 * Special mappings have 0.
 */
static uint64_t anonymous_pgoff(const struct tv_space_limits *limits,
				const struct vm_area_struct *vma)
{
	uint64_t start = vma->vm_start;

	if (is_special_mapping(vma))
		return 0;
	if (name_is(vma, "[stack"))
		start = limits->task_size - (vma->vm_end - vma->vm_start);
	return start / limits->page_size;
}

GETTER(vma_pgoff, vm_area_struct,
       o->vm_file ? o->vm_pgoff : anonymous_pgoff(&view->world->limits, o))

static const struct tv_bpf_fact vma_facts[] = {
	{ .path = "vm_start", .get = vma_start },
	{ .path = "vm_end", .get = vma_end },
	{ .path = "vm_mm", .get = vma_mm },
	{ .path = "vm_flags", .get = vma_flags },
	{ .path = "vm_pgoff", .get = vma_pgoff },
	{ .path = "vm_file", .get = vma_file },
};

/* --- files, and what they lead to ---------------------------------------------- */

#define FILE_GETTER(name, member) \
	static const char *name(struct tv_bpf_view *view, const void *object, uint64_t *value) \
	{ \
		const struct tv_bpf_file_view *file = tv_bpf_view_file(view, object); \
\
		*value = file ? DERIVED(file->member) : 0; \
		return NULL; \
	}

FILE_GETTER(file_dentry, dentry)
FILE_GETTER(file_mount, mount)
FILE_GETTER(file_inode, inode)

static const struct tv_bpf_fact file_facts[] = {
	{ .path = "f_path.dentry", .get = file_dentry },
	{ .path = "f_path.mnt", .get = file_mount },
	{ .path = "f_inode", .get = file_inode },
};

#define NO_NAME		" of a file whose name maps does not tell"

/* Files without a path, sockets above all, have a name that maps does not show. */
static bool is_named(const struct tv_bpf_derived *dentry)
{
	return dentry->key.name && tv_bpf_path_is_known(dentry->key.name);
}

/* Names that are short enough lie in the dentry itself. */
static bool is_inline(const struct tv_bpf_view *view, const struct tv_bpf_derived *dentry)
{
	return is_named(dentry) && strlen(dentry->key.name) < view->inline_name.size;
}

static const char *dentry_name(struct tv_bpf_view *view, const void *object, uint64_t *value)
{
	const struct tv_bpf_derived *dentry = object;

	*value = DERIVED(dentry->nr) +
		 (is_inline(view, dentry) ? view->inline_name.offset : TV_VIEW_NAME);
	return is_named(dentry) ? NULL : NO_NAME;
}

/* With its NUL, and nothing behind: the kernel does not write there. */
static const void *dentry_inline_name(struct tv_bpf_view *view, const void *object,
				      uint32_t *known)
{
	const struct tv_bpf_derived *dentry = object;

	*known = is_inline(view, dentry) ? strlen(dentry->key.name) + 1 : 0;
	return dentry->key.name;
}

static const char *dentry_len(struct tv_bpf_view *view, const void *object, uint64_t *value)
{
	const struct tv_bpf_derived *dentry = object;

	*value = dentry->key.name ? strlen(dentry->key.name) : 0;
	return is_named(dentry) ? NULL : NO_NAME;
}

static const char *dentry_inode(struct tv_bpf_view *view, const void *object, uint64_t *value)
{
	const struct tv_bpf_derived *dentry = object;

	*value = DERIVED((uint32_t)dentry->key.number);
	return *value ? NULL : " of a directory";
}

static const char *dentry_super_block(struct tv_bpf_view *view, const void *object, uint64_t *value)
{
	const struct tv_bpf_derived *dentry = object;

	*value = DERIVED(dentry->super_block);
	return *value ? NULL : " of a directory";
}

/* The top is its own parent. */
GETTER(dentry_parent, tv_bpf_derived, DERIVED(o->key.above ? o->key.above : o->nr))

static const struct tv_bpf_fact dentry_facts[] = {
	{ .path = "d_name.name", .get = dentry_name },
	{ .path = "d_name.len", .get = dentry_len },
	/* until Linux 6.14, and since */
	{ .path = "d_iname", .bytes = dentry_inline_name, .of = " behind the name, or of a long one," },
	{ .path = "d_shortname.string", .bytes = dentry_inline_name,
	  .of = " behind the name, or of a long one," },
	{ .path = "d_parent", .get = dentry_parent },
	{ .path = "d_inode", .get = dentry_inode },
	{ .path = "d_sb", .get = dentry_super_block },
};

GETTER(derived_number, tv_bpf_derived, o->key.number)
GETTER(derived_above, tv_bpf_derived, DERIVED(o->key.above))

static const struct tv_bpf_fact inode_facts[] = {
	{ .path = "i_ino", .get = derived_number },
	{ .path = "i_sb", .get = derived_above },
};

static const struct tv_bpf_fact super_block_facts[] = {
	{ .path = "s_dev", .get = derived_number },
};

static const struct tv_bpf_fact mount_facts[] = {
	{ .path = "mnt_sb", .get = derived_above },
};

#define FACTS(of, is_needed)	.needed = is_needed, .facts = of, .nr = sizeof(of) / sizeof(of[0])

const struct tv_bpf_facts tv_bpf_facts[TV_VIEW_NR] = {
	[TV_VIEW_TASK] = { .type = "task_struct", FACTS(task_facts, true) },
	[TV_VIEW_MM] = { .type = "mm_struct", FACTS(mm_facts, true) },
	[TV_VIEW_VMA] = { .type = "vm_area_struct", FACTS(vma_facts, true) },
	[TV_VIEW_FILE] = { .type = "file", FACTS(file_facts, true) },
	[TV_VIEW_DENTRY] = { .type = "dentry", FACTS(dentry_facts, false) },
	[TV_VIEW_INODE] = { .type = "inode", FACTS(inode_facts, false) },
	[TV_VIEW_SUPER_BLOCK] = { .type = "super_block", FACTS(super_block_facts, false) },
	[TV_VIEW_MOUNT] = { .type = "vfsmount", FACTS(mount_facts, false) },
	[TV_VIEW_REGS] = { .type = "pt_regs" },
};
