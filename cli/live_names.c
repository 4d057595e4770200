// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What VMAs of the running kernel are called (live_vma.h), from its memory: Linux fs/proc/task_mmu.c
 * get_vma_name(), fs/d_path.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/live_vma.h"
#include "cli/target.h"
#include "cli/var.h"

#define MAX_STEPS	512	/* directories and mounts of a path */

/* Members that are followed, by what they are in. */
#define MEMBERS(X) \
	X(vm_operations_struct, name) X(vm_special_mapping, name) \
	X(mm_struct, brk) X(mm_struct, start_brk) X(mm_struct, start_stack) \
	X(dentry, d_parent) X(dentry, d_op) X(dentry_operations, d_dname) \
	X(vfsmount, mnt_root) X(mount, mnt) X(mount, mnt_parent) X(mount, mnt_mountpoint) \
	X(task_struct, fs)

struct live_names {
	const struct peek *peek;
#define X(type, member) uint64_t type##_##member;
	MEMBERS(X)
#undef X
	uint64_t dentry_name, dentry_pprev;	/* d_name.name, d_hash.pprev */
	uint64_t anon_vma_name_name;
	uint64_t root_mnt, root_dentry;		/* where the reader's paths begin */
	/* functions, as far as they are known; 0: not */
	uint64_t special_mapping_name, simple_dname, anon_inodefs_dname;
};

static int find_members(struct live_names *n, const struct tv_btf *btf)
{
	int64_t at;

#define X(type, member) \
	at = cli_member_offset(btf, #type, #member); \
	if (at < 0) \
		return -ENOENT; \
	n->type##_##member = (uint64_t)at;
	MEMBERS(X)
#undef X
	/* missing without CONFIG_ANON_VMA_NAME: then there are no such names either */
	at = cli_member_offset(btf, "anon_vma_name", "name");
	n->anon_vma_name_name = at < 0 ? 0 : (uint64_t)at;
	at = cli_member_offset(btf, "dentry", "d_name.name");
	n->dentry_name = (uint64_t)at;
	if (at >= 0)
		at = cli_member_offset(btf, "dentry", "d_hash.pprev");
	n->dentry_pprev = (uint64_t)at;
	return at < 0 ? -ENOENT : 0;
}

/* The pointer or number at @addr. */
static int word_at(const struct live_names *n, uint64_t addr, uint64_t *value)
{
	return peek_bytes(n->peek, addr, value, sizeof(*value));
}

static int find_root(struct live_names *n, const struct tv_btf *btf, uint64_t reader)
{
	int64_t root = cli_member_offset(btf, "fs_struct", "root");
	int64_t mnt = cli_member_offset(btf, "path", "mnt"), dentry = cli_member_offset(btf, "path", "dentry");
	uint64_t fs;
	int err;

	if (root < 0 || mnt < 0 || dentry < 0)
		return -ENOENT;
	err = word_at(n, reader + n->task_struct_fs, &fs);
	if (!err)
		err = word_at(n, fs + (uint64_t)(root + mnt), &n->root_mnt);
	return err ? err : word_at(n, fs + (uint64_t)(root + dentry), &n->root_dentry);
}

int live_names_create(const struct tv_btf *vmlinux, const struct peek *peek, uint64_t reader,
		      struct live_names **names)
{
	struct live_names *n = calloc(1, sizeof(*n));
	int err;

	if (!n)
		return -ENOMEM;
	n->peek = peek;
	err = find_members(n, vmlinux);
	if (!err)
		err = find_root(n, vmlinux, reader);
	if (err) {
		free(n);
		return err;
	}
	/* what is not there stays 0 */
	if (cli_target_symbol("special_mapping_name", &n->special_mapping_name) == -ENOMEM ||
	    cli_target_symbol("simple_dname", &n->simple_dname) == -ENOMEM ||
	    cli_target_symbol("anon_inodefs_dname", &n->anon_inodefs_dname) == -ENOMEM) {
		free(n);
		return -ENOMEM;
	}
	*names = n;
	return 0;
}

void live_names_destroy(struct live_names *names)
{
	free(names);
}

/* --- paths --------------------------------------------------------------------- */

/* A text that grows at its front. */
struct path {
	char *buf;
	size_t at;		/* where it begins */
};

static int put_before(struct path *path, const char *text)
{
	size_t len = strlen(text);

	if (len > path->at)
		return -ENAMETOOLONG;
	path->at -= len;
	memcpy(path->buf + path->at, text, len);
	return 0;
}

static int put_name(const struct live_names *n, struct path *path, uint64_t dentry)
{
	char name[PEEK_MAX];
	uint64_t addr;
	int err;

	err = word_at(n, dentry + n->dentry_name, &addr);
	if (!err)
		err = peek_text(n->peek, addr, name);
	if (!err)
		err = put_before(path, name);
	return err ? err : put_before(path, "/");
}

/* One step to the root: a directory up, or off the root of a mount. 1: the path is complete. */
static int step_up(const struct live_names *n, struct path *path, uint64_t *mnt, uint64_t *dentry)
{
	uint64_t mnt_root, mount = *mnt - n->mount_mnt, parent;
	int err;

	if (*mnt == n->root_mnt && *dentry == n->root_dentry)
		return 1;
	err = word_at(n, *mnt + n->vfsmount_mnt_root, &mnt_root);
	if (err)
		return err;
	if (*dentry == mnt_root) {
		err = word_at(n, mount + n->mount_mnt_parent, &parent);
		if (err || parent == mount)
			return err ? err : 1;
		*mnt = parent + n->mount_mnt;
		return word_at(n, mount + n->mount_mnt_mountpoint, dentry);
	}
	err = word_at(n, *dentry + n->dentry_d_parent, &parent);
	if (err || parent == *dentry)
		return err ? err : 1;
	err = put_name(n, path, *dentry);
	*dentry = parent;
	return err;
}

static int path_of(const struct live_names *n, uint64_t mnt, uint64_t dentry, struct path *path)
{
	size_t end = path->at;

	for (int i = 0; i < MAX_STEPS; i++) {
		int err = step_up(n, path, &mnt, &dentry);

		if (err < 0)
			return err;
		if (err)
			return path->at == end ? put_before(path, "/") : 0;
	}
	return -ELOOP;
}

/* The function that names a dentry of no directory; 0: none does. */
static int dname_of(const struct live_names *n, uint64_t dentry, uint64_t *dname)
{
	uint64_t ops;
	int err = word_at(n, dentry + n->dentry_d_op, &ops);

	*dname = 0;
	return err || !ops ? err : word_at(n, ops + n->dentry_operations_d_dname, dname);
}

static int pseudo_name(const struct live_names *n, uint64_t dname, uint64_t dentry, struct path *path)
{
	int err;

	if (dname == n->simple_dname) {
		err = put_before(path, " (deleted)");
		return err ? err : put_name(n, path, dentry);
	}
	if (dname != n->anon_inodefs_dname)
		return -ENOTSUP;
	err = put_name(n, path, dentry);
	/* that put a slash, which these have not */
	path->at += !err;
	return err ? err : put_before(path, "anon_inode:");
}

static int file_name(const struct live_names *n, const struct live_vma *vma, struct path *path)
{
	uint64_t dname, pprev;
	int err;

	err = dname_of(n, vma->dentry, &dname);
	if (err)
		return err;
	if (dname)
		return pseudo_name(n, dname, vma->dentry, path);
	err = word_at(n, vma->dentry + n->dentry_pprev, &pprev);
	if (!err && !pprev)
		err = put_before(path, " (deleted)");
	return err ? err : path_of(n, vma->mnt, vma->dentry, path);
}

/* --- other names --------------------------------------------------------------- */

/* What a mapping of the kernel's own making is called: vm_ops->name(). 0: it says nothing. */
static int special_name(const struct live_names *n, const struct live_vma *vma, char text[PEEK_MAX])
{
	uint64_t name = 0;
	int err = vma->ops ? word_at(n, vma->ops + n->vm_operations_struct_name, &name) : 0;

	if (err || !name)
		return err;
	if (name != n->special_mapping_name)
		return -ENOTSUP;
	err = word_at(n, vma->private_data + n->vm_special_mapping_name, &name);
	if (!err)
		err = peek_text(n->peek, name, text);
	return err ? err : 1;
}

/* [heap] and [stack] are where the mm says. 0: neither. */
static int place_name(const struct live_names *n, const struct live_vma *vma, char text[PEEK_MAX])
{
	uint64_t brk, start_brk, stack;
	int err = word_at(n, vma->mm + n->mm_struct_brk, &brk);

	if (!err)
		err = word_at(n, vma->mm + n->mm_struct_start_brk, &start_brk);
	if (!err)
		err = word_at(n, vma->mm + n->mm_struct_start_stack, &stack);
	if (err)
		return err;
	if (vma->start < brk && vma->end > start_brk)
		strcpy(text, "[heap]");
	else if (vma->start <= stack && vma->end >= stack)
		strcpy(text, "[stack]");
	return *text != '\0';
}

static int given_name(const struct live_names *n, const struct live_vma *vma, const char *prefix,
		      struct path *path)
{
	char text[PEEK_MAX];
	int err = peek_text(n->peek, vma->anon_name + n->anon_vma_name_name, text);

	if (!err)
		err = put_before(path, "]");
	if (!err)
		err = put_before(path, text);
	return err ? err : put_before(path, prefix);
}

static int other_name(const struct live_names *n, const struct live_vma *vma, struct path *path)
{
	char text[PEEK_MAX] = "";
	int found = special_name(n, vma, text);

	if (!found)
		found = place_name(n, vma, text);
	if (found < 0)
		return found;
	if (found)
		return put_before(path, text);
	return vma->anon_name ? given_name(n, vma, "[anon:", path) : 0;
}

int live_name(struct live_names *names, const struct live_vma *vma, char *buf, size_t size)
{
	struct path path = { buf, size };
	int err;

	if (vma->file && vma->anon_name)
		err = given_name(names, vma, "[anon_shmem:", &path);
	else if (vma->file)
		err = file_name(names, vma, &path);
	else
		err = other_name(names, vma, &path);
	if (err)
		return err;
	memmove(buf, buf + path.at, size - path.at);
	return (int)(size - path.at);
}
