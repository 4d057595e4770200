// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Open files, one for each (device, inode, path) of a world. */
#include <stdlib.h>
#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(file) (hashed = false)
#include <uthash.h>
#include "model/file.h"
#include "model/object.h"
#include "model/world.h"

_Static_assert(sizeof(struct tv_file_key) == 24 || sizeof(void *) != 8,
	       "hashed as bytes: no padding");

static bool same_key(const struct tv_file_key *a, const struct tv_file_key *b)
{
	return a->ino == b->ino && a->major == b->major && a->minor == b->minor &&
	       a->path == b->path;
}

static struct file *file_create(struct tv_world *world, const struct tv_file_key *key)
{
	struct file *file = tv_object_alloc(world, TV_TYPE_FILE, sizeof(*file), TV_SITE());
	bool hashed = true;

	if (!file)
		return NULL;
	file->tv_world = world;
	file->tv_key = *key;
	HASH_ADD(tv_hh, world->files, tv_key, sizeof(file->tv_key), file);
	if (!hashed) {
		tv_object_free(world, file, TV_SITE());
		return NULL;
	}
	tv_event(world, TV_ACQUIRE, TV_RES_FILE_MEM, file, TV_SITE());
	return file;
}

static void file_destroy(struct file *file, const struct tv_site *site)
{
	struct tv_world *world = file->tv_world;
	bool hashed;

	(void)hashed;
	tv_touch(file, TV_PART_ALL, TV_ACCESS_WRITE, "free file", site);
	HASH_DELETE(tv_hh, world->files, file);
	if (world->last_file == file)
		world->last_file = NULL;
	tv_event(world, TV_RELEASE, TV_RES_FILE_MEM, file, site);
	tv_object_free(world, file, site);
}

struct file *tv_file_open(struct tv_world *world, const struct tv_file_key *key)
{
	struct file *file = world->last_file;

	if (!file || !same_key(&file->tv_key, key)) {
		HASH_FIND(tv_hh, world->files, key, sizeof(*key), file);
		if (!file)
			file = file_create(world, key);
		if (!file)
			return NULL;
		world->last_file = file;
	}
	return get_file(file);
}

struct file *tv_get_file(struct file *file, const struct tv_site *site)
{
	if (!tv_touch(file, TV_PART_COUNT, TV_ACCESS_ADD, "get_file", site))
		return file;
	file->f_count++;
	tv_event(file->tv_world, TV_ACQUIRE, TV_RES_FILE_REF, file, site);
	return file;
}

void tv_fput(struct file *file, const struct tv_site *site)
{
	if (!tv_touch(file, TV_PART_COUNT, TV_ACCESS_WRITE, "fput", site))
		return;
	tv_event(file->tv_world, TV_RELEASE, TV_RES_FILE_REF, file, site);
	if (!--file->f_count)
		file_destroy(file, site);
}
