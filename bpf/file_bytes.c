// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A file's bytes in memory (file_bytes.h). */
#include "bpf/file_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAP_FROM	(64ul << 20)
#define FIRST_READ	(256ul << 10)

/* Doubles the buffer until the file ends: a size that was announced may be wrong. */
static int read_all(struct file_bytes *file, int fd, size_t max)
{
	size_t room = 0;
	ssize_t got;

	do {
		if (file->size == room) {
			size_t more = room ? room * 2 : FIRST_READ;
			void *bigger = realloc(file->data, more);

			if (!bigger)
				return -ENOMEM;
			file->data = bigger;
			room = more;
		}
		got = read(fd, (char *)file->data + file->size, room - file->size);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			file->size += got;
		if (file->size > max)
			return -EFBIG;
	} while (got);
	return 0;
}

static int map_all(struct file_bytes *file, int fd, size_t size)
{
	void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (data == MAP_FAILED)
		return -errno;
	file->data = data;
	file->size = file->mapped = size;
	return 0;
}

int file_bytes_read(struct file_bytes *file, const char *path, size_t max,
		    struct tv_bpf_error *error)
{
	struct stat st;
	int fd, err;

	memset(file, 0, sizeof(*file));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return tv_bpf_error_set(error, -errno, NULL, TV_BPF_NOWHERE, "%s", strerror(errno));
	if (fstat(fd, &st))
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	else if (st.st_size > 0 && (size_t)st.st_size > max)
		err = -EFBIG;
	else if (S_ISREG(st.st_mode) && (size_t)st.st_size > MAP_FROM)
		err = map_all(file, fd, st.st_size);
	else
		err = read_all(file, fd, max);
	close(fd);
	if (!err)
		return 0;
	file_bytes_free(file);
	if (err == -EFBIG)
		return tv_bpf_error_set(error, err, NULL, TV_BPF_NOWHERE,
					"larger than %zu MiB", max >> 20);
	return tv_bpf_error_set(error, err, NULL, TV_BPF_NOWHERE, "%s", strerror(-err));
}

void file_bytes_free(struct file_bytes *file)
{
	if (file->mapped)
		munmap(file->data, file->mapped);
	else
		free(file->data);
	memset(file, 0, sizeof(*file));
}
