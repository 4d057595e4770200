// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * shapes SHAPE [N]: takes an address space of that shape, and ends with exit_group(2), where whoever
 * traces it can stop it. `shapes` alone lists the shapes. Files it makes lie in $TMPDIR and are deleted.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE	4096UL
#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef SYS_mseal
#define SYS_mseal	462	/* of all machines */
#endif

static void fail(const char *what)
{
	fprintf(stderr, "shapes: %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *map(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	char *got = mmap(at, size, prot, flags, fd, offset);

	if (got == MAP_FAILED)
		fail("mmap");
	return got;
}

/* A new file of @size bytes called @name in $TMPDIR. */
static int new_file(const char *name, off_t size, char path[512])
{
	const char *dir = getenv("TMPDIR");
	int fd;

	snprintf(path, 512, "%s/shapes-%d-%s", dir ? dir : "/tmp", getpid(), name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0700);
	if (fd < 0 || ftruncate(fd, size))
		fail(path);
	return fd;
}

/* @nr pages, each a mapping of its own, since neighbours allow different things. */
static void shape_many(unsigned long nr)
{
	char *base = map(NULL, nr * PAGE, PROT_READ, ANON, -1, 0);
	unsigned long i;

	for (i = 1; i < nr; i += 2) {
		if (mprotect(base + i * PAGE, PAGE, PROT_NONE))
			fail("mprotect");
	}
}

/* Each file stays until the process ends, in a state of being deleted: maps says so behind its name. */
static void map_name(const char *name)
{
	char path[512];
	int fd = new_file(name, 4 * PAGE, path);

	map(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	map(NULL, 2 * PAGE, RW, MAP_SHARED, fd, PAGE);
	close(fd);
	unlink(path);
}

static void shape_names(unsigned long nr)
{
	static const char *const names[] = {
		"with space", "new\nline", "tab\there", "back\\slash", "\\012", "[heap]", "(deleted)",
		"ends (deleted)", "gr\xc3\xbc\xc3\x9f", "\xff\xfe not utf-8", "{yaml: [1, 2]} # no",
		"'quoted' \"twice\"", "-dash", "%s%n", "\x01\x1b[31m",
	};
	char longest[200];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		map_name(names[i]);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	map_name(longest);
}

/* One file, mapped before it is deleted and replaced by another of the same name. */
static void shape_deleted(unsigned long nr)
{
	char path[512];
	int fd = new_file("library.so", 8 * PAGE, path);

	map(NULL, 3 * PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, PAGE);
	unlink(path);
	map(NULL, PAGE, RW, MAP_PRIVATE, fd, 7 * PAGE);
	close(fd);
	fd = new_file("library.so", 4 * PAGE, path);
	map(NULL, 4 * PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	unlink(path);
}

static void shape_shared(unsigned long nr)
{
	int id = shmget(IPC_PRIVATE, 3 * PAGE, IPC_CREAT | 0600), zero = open("/dev/zero", O_RDWR);

	map(NULL, 5 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	map(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (id < 0 || shmat(id, NULL, 0) == (void *)-1 || shmat(id, NULL, SHM_RDONLY) == (void *)-1)
		fail("shmat");
	shmctl(id, IPC_RMID, NULL);
	if (zero < 0)
		fail("/dev/zero");
	map(NULL, 2 * PAGE, RW, MAP_SHARED, zero, 0);
	map(NULL, 2 * PAGE, RW, MAP_PRIVATE, zero, PAGE);
}

static void shape_memfd(unsigned long nr)
{
	int fd = memfd_create("first", MFD_CLOEXEC | MFD_ALLOW_SEALING), other = memfd_create("", 0);

	if (fd < 0 || other < 0 || ftruncate(fd, 16 * PAGE) || ftruncate(other, PAGE))
		fail("memfd_create");
	map(NULL, 16 * PAGE, RW, MAP_SHARED, fd, 0);
	map(NULL, 4 * PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 8 * PAGE);
	map(NULL, PAGE, RW, MAP_PRIVATE, fd, 15 * PAGE);
	map(NULL, PAGE, PROT_READ, MAP_SHARED, other, 0);
	fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
}

/* Offsets of more than 32 bits of pages. */
static void shape_far(unsigned long nr)
{
	int fd = memfd_create("far", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, 1L << 62))
		fail("memfd_create");
	map(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 1L << 44);
	map(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 1L << 61);
	map(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, (1L << 62) - PAGE);
}

static void *wait_for_ever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void shape_threads(unsigned long nr)
{
	pthread_t thread;

	while (nr--) {
		if (pthread_create(&thread, NULL, wait_for_ever, NULL))
			fail("pthread_create");
	}
}

static void shape_guards(unsigned long nr)
{
	unsigned long i;
	char *at;

	for (i = 0; i < 16; i++) {
		at = map(NULL, 6 * PAGE, RW, ANON, -1, 0);
		at[0] = 1;
		if (mprotect(at, PAGE, PROT_NONE) || mprotect(at + 5 * PAGE, PAGE, PROT_NONE))
			fail("mprotect");
		/* guards that are no mappings of their own; older kernels have none */
		madvise(at + 2 * PAGE, PAGE, MADV_GUARD_INSTALL);
	}
}

static void shape_reserved(unsigned long nr)
{
	char *at = map(NULL, 1UL << 42, PROT_NONE, ANON, -1, 0);

	if (mprotect(at + (1UL << 41), PAGE, RW) || munmap(at + (1UL << 40), PAGE))
		fail("mprotect");
}

static unsigned long deep(unsigned long depth)
{
	volatile char frame[PAGE];

	frame[depth % PAGE] = 1;
	return depth ? deep(depth - 1) + frame[depth % PAGE] : 0;
}

static void shape_stacks(unsigned long nr)
{
	char *at = map(NULL, 64 * PAGE, RW, ANON | MAP_GROWSDOWN | MAP_STACK, -1, 0);

	if (munmap(at, 32 * PAGE))
		fail("munmap");
	/* grows down to there */
	((volatile char *)at)[31 * PAGE] = 1;
	deep(256);
}

static void shape_code(unsigned long nr)
{
	char path[512];
	int fd = new_file("code", 4 * PAGE, path);

	map(NULL, 2 * PAGE, RW | PROT_EXEC, ANON, -1, 0);
	map(NULL, 3 * PAGE, PROT_EXEC, ANON, -1, 0);
	map(NULL, 4 * PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	map(NULL, PAGE, PROT_WRITE, ANON, -1, 0);
	unlink(path);
}

static void shape_advice(unsigned long nr)
{
	static const int advice[] = {
		MADV_DONTDUMP, MADV_DONTFORK, MADV_WIPEONFORK, MADV_SEQUENTIAL, MADV_RANDOM,
		MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_MERGEABLE,
	};
	char *at = map(NULL, 64 * PAGE, RW, ANON, -1, 0);
	size_t i;

	/* what a kernel is built without, it refuses */
	for (i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
		madvise(at + 2 * i * PAGE, PAGE, advice[i]);
	mlock(at + 40 * PAGE, PAGE);
	mlock2(at + 44 * PAGE, PAGE, MLOCK_ONFAULT);
}

/* At the ends of what may be mapped, where nothing is there already. */
static void shape_edges(unsigned long nr)
{
	static const unsigned long at[] = { 1UL << 16, (1UL << 16) + 2 * PAGE, 1UL << 32, 0x7ffffffff000UL - PAGE };
	size_t i;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		(void)mmap((void *)at[i], PAGE, PROT_READ, ANON | MAP_FIXED_NOREPLACE, -1, 0);
}

/* Memory that was moved has page numbers of where it was. */
static void shape_moved(unsigned long nr)
{
	char *at = map(NULL, 8 * PAGE, RW, ANON, -1, 0), *to = map(NULL, 32 * PAGE, PROT_NONE, ANON, -1, 0);
	char path[512];
	int fd = new_file("moved", 16 * PAGE, path);
	char *file = map(NULL, 8 * PAGE, PROT_READ, MAP_PRIVATE, fd, 4 * PAGE);

	at[0] = 1;
	if (mremap(at, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to + PAGE) == MAP_FAILED ||
	    mremap(file + 2 * PAGE, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   to + 12 * PAGE) == MAP_FAILED ||
	    mremap(at + 4 * PAGE, 4 * PAGE, 16 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED)
		fail("mremap");
	unlink(path);
}

static void shape_heap(unsigned long nr)
{
	if (sbrk(1 << 24) == (void *)-1)
		fail("sbrk");
}

static void shape_named(unsigned long nr)
{
	char *at = map(NULL, 4 * PAGE, RW, ANON, -1, 0);

	prctl(PR_SET_NAME, "a b\n[c]\xff: #");
	/* PR_SET_VMA, PR_SET_VMA_ANON_NAME: refused where it is not built in */
	prctl(0x53564d41, 0, at + PAGE, PAGE, "a name");
}

static void shape_keys(unsigned long nr)
{
	int key = pkey_alloc(0, 0);
	char *at = map(NULL, 4 * PAGE, RW, ANON, -1, 0);

	/* machines without protection keys have none to give */
	if (key > 0)
		pkey_mprotect(at + PAGE, PAGE, RW, key);
	syscall(SYS_mseal, at + 3 * PAGE, PAGE, 0);
}

static void shape_plain(unsigned long nr)
{
}

struct shape {
	const char *name;
	void (*take)(unsigned long nr);
	unsigned long nr;	/* when none is given */
};

static const struct shape shapes[] = {
	{ "plain", shape_plain, 0 },	 { "many", shape_many, 5000 },
	{ "names", shape_names, 0 },	 { "deleted", shape_deleted, 0 },
	{ "shared", shape_shared, 0 },	 { "memfd", shape_memfd, 0 },
	{ "far", shape_far, 0 },	 { "threads", shape_threads, 8 },
	{ "guards", shape_guards, 0 },	 { "reserved", shape_reserved, 0 },
	{ "stacks", shape_stacks, 0 },	 { "code", shape_code, 0 },
	{ "advice", shape_advice, 0 },	 { "edges", shape_edges, 0 },
	{ "moved", shape_moved, 0 },	 { "heap", shape_heap, 0 },
	{ "named", shape_named, 0 },	 { "keys", shape_keys, 0 },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (argc < 2) {
			puts(shapes[i].name);
		} else if (!strcmp(argv[1], shapes[i].name)) {
			shapes[i].take(argc > 2 ? strtoul(argv[2], NULL, 0) : shapes[i].nr);
			_exit(0);
		}
	}
	if (argc < 2)
		return 0;
	fprintf(stderr, "shapes: there is no shape '%s'\n", argv[1]);
	return 2;
}
