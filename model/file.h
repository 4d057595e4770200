/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Open files, one for each (device, inode, path) of a world. */
#ifndef TV_MODEL_FILE_H
#define TV_MODEL_FILE_H

#include "model/event.h"
#include "model/mm_types.h"

/*
 * The file that @key names, opened when it is not yet, with one reference
 * more for the caller. @key->path is interned. NULL when memory is out.
 */
struct file *tv_file_open(struct tv_world *world, const struct tv_file_key *key);

/* Linux get_file()/fput(): the last fput() closes the file. */
struct file *tv_get_file(struct file *file, const struct tv_site *site);
void tv_fput(struct file *file, const struct tv_site *site);

#define get_file(file)	tv_get_file(file, TV_SITE())
#define fput(file)	tv_fput(file, TV_SITE())

#endif
