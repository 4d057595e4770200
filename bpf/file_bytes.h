/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A file's bytes in memory. Private to bpf/. */
#ifndef TV_BPF_FILE_BYTES_H
#define TV_BPF_FILE_BYTES_H

#include <stddef.h>

#include "bpf/error.h"

struct file_bytes {
	void *data;
	size_t size;
	size_t mapped;	/* not 0: mmap()ed, that many bytes */
};

/*
 * Regular files are mapped privately, others (sysfs says a size, but is not mappable everywhere;
 * pipes) are read. -EFBIG past @max bytes, or errno. A file that shrinks while it is mapped can
 * still kill the reader with SIGBUS, so objects are read; only images past 64 MiB are mapped.
 */
int file_bytes_read(struct file_bytes *file, const char *path, size_t max,
		    struct tv_bpf_error *error);
void file_bytes_free(struct file_bytes *file);

#endif
