// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What boot_guest leaves of each case (boot_case.h). */
#include "kernel/boot_case.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* flags of struct vm_area_struct, which are part of no header */
#define VM_READ		0x1ull
#define VM_WRITE	0x2ull
#define VM_EXEC		0x4ull
#define VM_MAYSHARE	0x80ull

const char *boot_case_dir;

void boot_read_maps(pid_t pid, char *text)
{
	char path[64];
	size_t len = 0;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	fd = open(path, O_RDONLY);
	while (fd >= 0 && (got = read(fd, text + len, BOOT_MAPS_SIZE - 1 - len)) > 0)
		len += got;
	text[len] = 0;
	if (fd >= 0)
		close(fd);
}

static FILE *open_in(const char *name, const char *file)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", boot_case_dir, name);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", boot_case_dir, name, file);
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

static void put_text(const char *name, const char *file, const char *text)
{
	FILE *f = open_in(name, file);

	fputs(text, f);
	fclose(f);
}

void boot_case_begin(const char *name, const char *maps, const char *asked)
{
	put_text(name, "maps", maps);
	put_text(name, "asked", asked);
}

FILE *boot_case_answer(const char *name, int err)
{
	FILE *f = open_in(name, "answer");
	const char *known = strerrorname_np(-err);

	if (known)
		fprintf(f, "%s\n", known);
	else
		fprintf(f, "%d\n", err);
	return f;
}

void boot_case_vma(FILE *answer, const struct boot_vma *vma)
{
	fprintf(answer, "%08llx-%08llx %c%c%c%c %08llx %02x:%02x %llu\n", vma->start, vma->end,
		vma->flags & VM_READ ? 'r' : '-', vma->flags & VM_WRITE ? 'w' : '-',
		vma->flags & VM_EXEC ? 'x' : '-', vma->flags & VM_MAYSHARE ? 's' : 'p',
		vma->offset, vma->device >> 20, vma->device & 0xfffff, vma->inode);
}
