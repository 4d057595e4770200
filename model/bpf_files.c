// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What files lead to: their names, directories, inodes, superblocks and mounts, from the device, the
 * inode and the path that maps shows. Equal ones are one object.
 *
 * Where mounts begin is not to be seen in a path: names go up to the root as if there was one.
 */
#include <errno.h>
#include <stdlib.h>
#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(derived) (hashed = false)
#include "model/bpf_view.h"
#include "model/intern.h"
#include "model/object.h"

#define DELETED		" (deleted)"

static int make_room(struct tv_bpf_view *view)
{
	uint32_t room = view->room ? view->room * 2 : 64;
	struct tv_bpf_derived **by_nr;

	if (view->nr_derived < view->room)
		return 0;
	if (room > TV_VIEW_MAX_DERIVED)
		return -1;
	by_nr = reallocarray(view->by_nr, room, sizeof(*by_nr));
	if (!by_nr)
		return -1;
	view->by_nr = by_nr;
	view->room = room;
	return 0;
}

int tv_bpf_files_init(struct tv_bpf_view *view)
{
	if (make_room(view))
		return -ENOMEM;
	view->by_nr[0] = calloc(1, sizeof(**view->by_nr));
	if (!view->by_nr[0])
		return -ENOMEM;
	view->by_nr[0]->key.type = TV_VIEW_REGS;
	view->nr_derived = 1;
	return 0;
}

static struct tv_bpf_derived *derived_add(struct tv_bpf_view *view,
					  const struct tv_bpf_derived_key *key)
{
	struct tv_bpf_derived *derived = NULL;
	bool hashed = true;

	if (!make_room(view))
		derived = calloc(1, sizeof(*derived));
	if (!derived)
		return NULL;
	derived->key = *key;
	derived->nr = view->nr_derived;
	HASH_ADD(hh, view->index, key, sizeof(derived->key), derived);
	if (!hashed) {
		free(derived);
		return NULL;
	}
	view->by_nr[view->nr_derived++] = derived;
	return derived;
}

/* The object with that key, made when there is none. NULL: out of memory. */
static struct tv_bpf_derived *derived_get(struct tv_bpf_view *view, enum tv_view_type type,
					  uint32_t above, uint64_t number, const char *name)
{
	const struct tv_bpf_derived_key key = {
		.type = type, .above = above, .number = number, .name = name,
	};
	struct tv_bpf_derived *derived;

	HASH_FIND(hh, view->index, &key, sizeof(key), derived);
	return derived ? derived : derived_add(view, &key);
}

_Static_assert(sizeof(struct tv_bpf_derived_key) == 24 || sizeof(void *) != 8,
	       "hashed as bytes: no padding");

static bool begins(const char *text, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && !memcmp(text, with, n);
}

/* What d_path() adds to the path of a file that was unlinked is no part of its name. */
static size_t without_deleted(const char *path, size_t len, bool *deleted)
{
	size_t n = strlen(DELETED);

	*deleted = len > n && !memcmp(path + len - n, DELETED, n);
	return *deleted ? len - n : len;
}

/*
 * Files of the kernel's own mounts, which have no directories: their whole path is the name. 0: it
 * is not one; else how many bytes of the path stand before the name.
 */
static size_t pseudo_prefix(const char *path, size_t len, bool deleted)
{
	if (begins(path, len, "anon_inode:"))
		return strlen("anon_inode:");
	if (!deleted)
		return 0;
	if (begins(path, len, "/memfd:") || begins(path, len, "/SYSV") ||
	    (len == strlen("/dev/zero") && begins(path, len, "/dev/zero")))
		return 1;
	return 0;
}

/* A dentry by its name. NULL: out of memory. */
static struct tv_bpf_derived *dentry_get(struct tv_bpf_view *view, uint32_t above, uint32_t inode,
					 const char *name, size_t len)
{
	const char *interned = tv_intern(view->world, name, len);

	return interned ? derived_get(view, TV_VIEW_DENTRY, above, inode, interned) : NULL;
}

/* The dentry at the end of a path that begins with a slash, and those above it. */
static struct tv_bpf_derived *path_get(struct tv_bpf_view *view, uint32_t inode, const char *path,
				       size_t len)
{
	struct tv_bpf_derived *dentry = dentry_get(view, 0, 0, "/", 1);
	size_t from = 1, to;

	for (; dentry && from < len; from = to + 1) {
		const char *slash = memchr(path + from, '/', len - from);

		to = slash ? (size_t)(slash - path) : len;
		dentry = dentry_get(view, dentry->nr, slash ? 0 : inode, path + from, to - from);
	}
	return dentry;
}

bool tv_bpf_path_is_known(const char *path)
{
	return *path && !strstr(path, "\\012");
}

static struct tv_bpf_derived *file_dentry(struct tv_bpf_view *view, const char *path,
					  uint32_t inode)
{
	bool deleted;
	size_t len = without_deleted(path, strlen(path), &deleted);
	size_t prefix = pseudo_prefix(path, len, deleted);

	if (prefix)
		return dentry_get(view, 0, inode, path + prefix, len - prefix);
	if (path[0] == '/')
		return path_get(view, inode, path, len);
	return derived_get(view, TV_VIEW_DENTRY, 0, inode, NULL);
}

static int fill(struct tv_bpf_view *view, const struct tv_file_key *key,
		struct tv_bpf_file_view *file)
{
	/* Linux MKDEV() */
	uint64_t dev = (uint64_t)key->major << 20 | key->minor;
	struct tv_bpf_derived *sb, *inode, *mount, *dentry;

	sb = derived_get(view, TV_VIEW_SUPER_BLOCK, 0, dev, NULL);
	if (!sb)
		return -1;
	inode = derived_get(view, TV_VIEW_INODE, sb->nr, key->ino, NULL);
	mount = derived_get(view, TV_VIEW_MOUNT, sb->nr, 0, NULL);
	dentry = inode ? file_dentry(view, key->path, inode->nr) : NULL;
	if (!dentry || !mount)
		return -1;
	dentry->super_block = sb->nr;
	*file = (struct tv_bpf_file_view){
		.dentry = dentry->nr, .inode = inode->nr, .super_block = sb->nr, .mount = mount->nr,
	};
	return 0;
}

const struct tv_bpf_file_view *tv_bpf_view_file(struct tv_bpf_view *view, const struct file *file)
{
	struct tv_bpf_file_view *found;
	struct tv_place place;

	if (!tv_object_place(file, &place))
		return NULL;
	found = &view->files[place.slot];
	if (!found->dentry && fill(view, &file->tv_key, found)) {
		view->no_memory(view->arg);
		return NULL;
	}
	return found;
}

uint64_t tv_bpf_view_derived(const struct tv_bpf_view *view, uint32_t nr)
{
	return nr ? view->derived.addr + ((uint64_t)nr << TV_VIEW_SHIFT) : 0;
}

void tv_bpf_files_fini(struct tv_bpf_view *view)
{
	uint32_t i;

	HASH_CLEAR(hh, view->index);
	for (i = 0; i < view->nr_derived; i++)
		free(view->by_nr[i]);
	free(view->by_nr);
	view->by_nr = NULL;
	view->nr_derived = view->room = 0;
}
