// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reads its own maps byte by byte, and once the first of three adjacent VMAs
 * has been read makes one of them. Prints "overlap" when two lines are of the
 * same address, else "apart"; exit status 1, the reason on standard error,
 * when this cannot be tried.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define PROT_RW	(PROT_READ | PROT_WRITE)

/* The next line's range. 0 at the end. */
static int read_line(int fd, unsigned long *start, unsigned long *end)
{
	char line[512];
	size_t len = 0;

	while (len < sizeof(line) - 1 && read(fd, line + len, 1) == 1) {
		if (line[len++] == '\n')
			break;
	}
	line[len] = '\0';
	return sscanf(line, "%lx-%lx", start, end) == 2;
}

int main(void)
{
	unsigned long start, end, last = 0, page = sysconf(_SC_PAGESIZE);
	int fd = open("/proc/self/maps", O_RDONLY), overlap = 0;
	/* a hole on either side: nothing else is merged with it */
	char *hole = mmap(NULL, 5 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *vma;

	if (fd < 0 || hole == MAP_FAILED) {
		perror(fd < 0 ? "/proc/self/maps" : "mmap");
		return 1;
	}
	vma = hole + page;
	if (mprotect(vma, 3 * page, PROT_RW) || mprotect(vma + page, page, PROT_READ)) {
		perror("mprotect");
		return 1;
	}
	while (read_line(fd, &start, &end)) {
		overlap |= start < last;
		last = end;
		if (start == (unsigned long)vma)
			mprotect(vma + page, page, PROT_RW);
	}
	puts(overlap ? "overlap" : "apart");
	return 0;
}
